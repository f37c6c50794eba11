import { analyzeDotnetRegex } from "../config/decoration/dotnetRegex";
import { isBlank } from "../config/decoration/dotnetText";
import { type ConfigSection, readBool, readInt, readTimeZoneKind } from "./configuration";
import { delimitedParser, exchangeParser, ulsParser, w3svcParser } from "./columnParsers";
import { parseDateFreely } from "./dateParseFreely";
import type { AgentEnvironment } from "./environment";
import {
  jsonLineParser,
  type LineParser,
  ParserRefused,
  regexParser,
  singleLineParser,
  syslogParser,
  timestampPattern,
} from "./lineParsers";

export type SourceKind = "event" | "polledEvent" | "counter" | "etw" | "lines" | "agentMetrics";

export interface LoadedSource {
  readonly id: string;
  readonly kind: SourceKind;
  readonly type: string;
  readonly config: ConfigSection;
  readonly includeEventData: boolean;
  readonly parser?: LineParser;
  /** No file is ever read: IncludeDirectoryFilter without IncludeSubdirectories. */
  readonly readsNothing: boolean;
}

const kinds: Readonly<Record<string, SourceKind>> = {
  windowseventlogsource: "event",
  windowseventlogpollingsource: "polledEvent",
  windowsperformancecountersource: "counter",
  windowsetweventsource: "etw",
  directorysource: "lines",
  w3svclogsource: "lines",
  ulssource: "lines",
  exchangelogsource: "lines",
};

/** Throws ParserRefused with the reason where the agent fails to load the source; undefined for an unknown type. */
export function loadSource(config: ConfigSection, environment: AgentEnvironment): LoadedSource | undefined {
  const type = config.get("SourceType") ?? "";
  const kind = kinds[type.toLowerCase()];
  if (kind === undefined) {
    return undefined;
  }
  const id = config.get("Id");
  if (id === undefined) {
    throw new ParserRefused("Id is required");
  }
  checkRequired(config, kind);
  switch (kind) {
    case "event":
    case "polledEvent":
      checkEventSource(config, environment);
      break;
    case "counter":
      checkCounterSource(config);
      break;
    case "etw":
      checkEtwSource(config);
      break;
    case "lines":
      checkDirectory(config, environment);
      break;
    case "agentMetrics":
      break;
  }
  const filter = config.get("IncludeDirectoryFilter");
  const subdirectories = config.get("IncludeSubdirectories")?.toLowerCase() === "true";
  return {
    id,
    kind,
    type,
    config,
    includeEventData: readBool(config.get("IncludeEventData")) ?? false,
    readsNothing: filter !== undefined && filter.replaceAll(";", "") !== "" && !subdirectories,
    ...(kind === "lines" ? { parser: createParser(type.toLowerCase(), config, environment) } : {}),
  };
}

function checkRequired(config: ConfigSection, kind: SourceKind): void {
  const required = config.get("Required");
  if (kind !== "counter" && required !== undefined && required.trim() !== "" && readBool(required) === undefined) {
    throw new ParserRefused("Required is not true or false");
  }
}

function checkTimeZoneKind(config: ConfigSection): void {
  if (readTimeZoneKind(config.get("TimeZoneKind")) === undefined) {
    throw new ParserRefused("TimeZoneKind is neither UTC nor Local");
  }
}

function checkEventSource(config: ConfigSection, environment: AgentEnvironment): void {
  if ((config.get("LogName") ?? "") === "") {
    throw new ParserRefused("LogName is required");
  }
  const filters = (config.get("CustomFilters") ?? "").split(";").filter((name) => name !== "");
  const unknown = filters.filter((name) => name.toLowerCase() !== "excludeownsecurityevents").join(",");
  if (!isBlank(unknown)) {
    throw new ParserRefused(`CustomFilters: ${unknown} does not exist`);
  }
  const position = (config.get("InitialPosition") ?? "").toLowerCase();
  if (!["", "eos", "0", "bookmark", "timestamp"].includes(position)) {
    throw new ParserRefused(`InitialPosition ${config.get("InitialPosition") ?? ""} is invalid`);
  }
  if (position === "timestamp") {
    checkTimeZoneKind(config);
    if (parseDateFreely(config.get("InitialPositionTimestamp") ?? "", environment, "roundtrip", environment.culture) === undefined) {
      throw new ParserRefused("InitialPositionTimestamp is missing or no date");
    }
  }
}

function checkCounterSource(config: ConfigSection): void {
  const categories = config.section("Categories")?.children ?? [];
  if (categories.length === 0) {
    throw new ParserRefused("Categories is required");
  }
  for (const counter of categories.flatMap((category) => category.section("Counters")?.children ?? [])) {
    if (counter.value === undefined && (counter.get("Unit") ?? "") !== "" && counter.get("Counter") === undefined) {
      throw new ParserRefused("Counter is required beside Unit");
    }
  }
}

function checkEtwSource(config: ConfigSection): void {
  if ((config.get("ProviderName") ?? "").trim() === "") {
    throw new ParserRefused("ProviderName is required");
  }
  const level = (config.get("TraceLevel") ?? "").trim();
  const names = ["Always", "Critical", "Error", "Warning", "Informational", "Verbose"];
  // An enum is read as a list of names, or as one number.
  if (level !== "" && readInt(level) === undefined && !level.split(",").every((name) => names.includes(name.trim()))) {
    throw new ParserRefused(`TraceLevel ${level} is not one of Always, Critical, Error, Warning, Informational, Verbose`);
  }
  for (const keyword of (config.get("MatchAnyKeyword") ?? "").split(",").map((part) => part.trim())) {
    const valid =
      keyword === "" ||
      /^0x[0-9a-f]{1,16}$/i.test(keyword) ||
      (/^\+?\d{1,20}$/.test(keyword) && BigInt(keyword.replace("+", "")) < 1n << 64n);
    if (!valid) {
      throw new ParserRefused(`MatchAnyKeyword ${keyword} is not an unsigned 64-bit number`);
    }
  }
}

const encodings: ReadonlySet<string> = new Set(
  (
    "utf-8 unicode-1-1-utf-8 unicode-2-0-utf-8 x-unicode-1-1-utf-8 x-unicode-2-0-utf-8 utf-16 utf-16le unicode ucs-2 iso-10646-ucs-2 " +
    "utf-16be unicodefffe utf-32 utf-32le utf-32be us-ascii ascii ansi_x3.4-1968 ansi_x3.4-1986 cp367 csascii ibm367 iso-ir-6 iso646-us " +
    "iso_646.irv:1991 us"
  ).split(" "),
);

function checkDirectory(config: ConfigSection, environment: AgentEnvironment): void {
  const encoding = config.get("Encoding");
  if (encoding !== undefined && !encodings.has(encoding.toLowerCase())) {
    throw new ParserRefused(`Encoding ${encoding} is not supported`);
  }
  const directory = config.get("Directory");
  if (directory === undefined || /\{\s+\}/.test(directory)) {
    throw new ParserRefused(directory === undefined ? "Directory is required" : "Directory has a variable without a name");
  }
  if ((config.get("FileNameFilter") ?? "") === "") {
    throw new ParserRefused("FileNameFilter is required");
  }
  const position = config.get("InitialPosition");
  if (position !== undefined && !/^(?:bookmark|eos|timestamp|\s*[+-]?0+\s*)$/i.test(position)) {
    throw new ParserRefused(`InitialPosition ${position} is invalid`);
  }
  checkTimeZoneKind(config);
  const timestamp = config.get("InitialPositionTimestamp");
  if (timestamp !== undefined && parseDateFreely(timestamp, environment, "universal", environment.culture) === undefined) {
    throw new ParserRefused("InitialPositionTimestamp is no date");
  }
}

function createParser(type: string, config: ConfigSection, environment: AgentEnvironment): LineParser {
  switch (type) {
    case "w3svclogsource":
      return w3svcParser(config, environment);
    case "ulssource":
      return ulsParser(environment);
    case "exchangelogsource":
      return exchangeParser(config, environment);
    default:
      return directoryParser(config, environment);
  }
}

function directoryParser(config: ConfigSection, environment: AgentEnvironment): LineParser {
  const name = config.get("RecordParser");
  switch (name?.toLowerCase()) {
    case "singleline":
      return singleLineParser(config, environment);
    case "singlelinejson":
      return jsonLineParser(config, environment);
    case "regex": {
      const pattern = config.get("Pattern");
      if (pattern === undefined) {
        throw new ParserRefused("Pattern is required");
      }
      return regexParser(config, pattern, environment);
    }
    case "timestamp": {
      const format = config.get("TimestampFormat");
      if (format === undefined) {
        throw new ParserRefused("TimestampFormat is required");
      }
      if (analyzeDotnetRegex(timestampPattern(format)).problem !== undefined) {
        throw new ParserRefused("TimestampFormat makes no regular expression");
      }
      return regexParser(config, timestampPattern(format), environment);
    }
    case "syslog":
      return syslogParser(environment);
    case "delimited":
      return delimitedParser(config, environment);
    default:
      throw new ParserRefused(name === undefined ? "RecordParser is required" : `RecordParser ${name} is unknown`);
  }
}
