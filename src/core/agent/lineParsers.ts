import { type Culture, invariantCulture } from "../config/decoration/culture";
import { type DotnetDate, isInRange, toLocal, utcDate } from "../config/decoration/dotnetDate";
import { formatDotnetDate } from "../config/decoration/dotnetDateFormat";
import { analyzeDotnetRegex, type DotnetMatch, type DotnetRegex, parseRegexOptions } from "../config/decoration/dotnetRegex";
import type { ConfigSection } from "./configuration";
import { readBool, readInt, readTimeZoneKind } from "./configuration";
import { type AssumedZone, parseDateExact } from "./dateParse";
import { parseDateFreely } from "./dateParseFreely";
import type { AgentEnvironment } from "./environment";
import type { Envelope } from "./envelope";
import { parseJsonObject } from "./jsonReader";
import type { JsonObject } from "./newtonsoft";
import { fieldsRecord, fromJson, jsonRecord, lineRecord, localNow, syslogRecord, utcNow } from "./textRecords";
import { toText } from "./values";

export interface FileLine {
  readonly text: string;
  /** Byte offset after the line and its end. */
  readonly end: number;
}

/** State of one source for one file: lines in, records out. */
export interface LineParser {
  /** Lines as one read cycle brings them; what is pending at the end is sent. */
  parse(path: string, lines: readonly FileLine[]): Envelope[];
}

export class ParserRefused extends Error {}

export function requireRegex(pattern: string, key: string, options = {}): DotnetRegex {
  const { problem, regex } = analyzeDotnetRegex(pattern, options);
  if (problem !== undefined) {
    throw new ParserRefused(`${key} is not a .NET regular expression`);
  }
  if (regex === undefined) {
    throw new ParserRefused(`${key} uses a construct of .NET that cannot be simulated here`);
  }
  return regex;
}

export function singleLineParser(config: ConfigSection, environment: AgentEnvironment): LineParser {
  const skip = readInt(config.get("SkipLines")) ?? 0;
  const lineNumbers = new Map<string, number>();
  return {
    parse(path, lines) {
      const records: Envelope[] = [];
      for (const { text, end } of lines) {
        const before = lineNumbers.get(path) ?? 0;
        lineNumbers.set(path, before + 1);
        if (before >= skip) {
          records.push(lineRecord(text, { path, position: end, lineNumber: before + 1 }, environment));
        }
      }
      return records;
    },
  };
}

export function jsonLineParser(config: ConfigSection, environment: AgentEnvironment): LineParser {
  const extractor = timestampExtractor(config.get("TimestampField"), config.get("TimestampFormat"), environment);
  return {
    parse(path, lines) {
      const records: Envelope[] = [];
      for (const { text, end } of lines) {
        const json = parseJsonObject(text, environment.localOffset);
        const timestamp = json === undefined ? undefined : extractor.ofJson(json);
        if (json !== undefined && timestamp !== undefined) {
          records.push(jsonRecord(text, json, timestamp, { path, position: end, lineNumber: 0 }, environment));
        }
      }
      return records;
    },
  };
}

export interface TimestampExtractor {
  /** Undefined where the agent throws, which skips the record. */
  ofColumns(columns: ReadonlyMap<string, string>): DotnetDate | undefined;
  ofJson(json: JsonObject): DotnetDate | undefined;
}

/** TimestampField and TimestampFormat of SingleLineJson and Delimited. */
export function timestampExtractor(
  field: string | undefined,
  format: string | undefined,
  environment: AgentEnvironment,
): TimestampExtractor {
  if (field === undefined) {
    return { ofColumns: () => localNow(environment), ofJson: () => localNow(environment) };
  }
  const template = field.includes("{") ? field : `{${field}}`;
  const placeholder = /\{([^}]+)\}/g;
  const fields = [...template.matchAll(placeholder)].map((match) => match[1] ?? "");
  const isEpoch = format?.toLowerCase() === "epoch";
  const parse = (text: string): DotnetDate | undefined => {
    if (format === undefined) {
      return parseDateFreely(text, environment, "local");
    }
    return isEpoch ? epochDate(readLong(text)) : parseDateExact(text, format, environment);
  };
  const join = (valueOf: (name: string) => string): string => template.replace(placeholder, (_, name: string) => valueOf(name));
  return {
    ofColumns(columns) {
      return fields.some((name) => !columns.has(name)) ? localNow(environment) : parse(join((name) => columns.get(name) ?? ""));
    },
    ofJson({ members }) {
      if (fields.some((name) => !members.has(name))) {
        return localNow(environment);
      }
      const single = fields.length === 1 ? fromJson(members.get(fields[0] ?? "") ?? null) : null;
      if (single !== null && typeof single === "object" && single.kind === "date") {
        return single;
      }
      return isEpoch && single !== null && typeof single === "object" && single.kind === "long"
        ? epochDate(single.value)
        : parse(join((name) => toText(fromJson(members.get(name) ?? null), environment)));
    },
  };
}

/** long.Parse. */
function readLong(text: string): bigint | undefined {
  return /^\s*[+-]?\d+\s*$/.test(text) ? BigInt(text.trim().replace("+", "")) : undefined;
}

/** Milliseconds since 1970; undefined outside the years 1 to 9999. */
function epochDate(milliseconds: bigint | undefined): DotnetDate | undefined {
  return milliseconds !== undefined && isInRange(Number(milliseconds)) ? utcDate(Number(milliseconds)) : undefined;
}

/** `d M m y H h s f` become digits; the rest of the format stays as regular expression. */
export function timestampPattern(format: string): string {
  return `^(?<Timestamp>${[..."dMmyHhsf"].reduce((pattern, letter) => pattern.replaceAll(letter, "\\d"), format)})`;
}

export function regexParser(config: ConfigSection, pattern: string, environment: AgentEnvironment): LineParser {
  const optionText = config.get("ExtractionRegexOptions");
  const options = optionText === undefined || optionText.trim() === "" ? {} : parseRegexOptions(optionText);
  if (options === undefined) {
    throw new ParserRefused("ExtractionRegexOptions has an unknown name");
  }
  const extraction = config.get("ExtractionPattern") ?? "";
  return new RecordJoiner(
    requireRegex(pattern, "Pattern"),
    extraction === "" ? undefined : requireRegex(extraction, "ExtractionPattern", options),
    config,
    environment,
  );
}

interface Pending {
  lines: string[];
  lineNumber: number;
  timestamp: DotnetDate | undefined;
}

class RecordJoiner implements LineParser {
  private readonly pattern: DotnetRegex;
  private readonly extraction: DotnetRegex | undefined;
  private readonly format: string | undefined;
  private readonly assume: AssumedZone;
  private readonly removeUnmatched: boolean;
  private readonly environment: AgentEnvironment;
  private readonly lineNumbers = new Map<string, number>();

  constructor(pattern: DotnetRegex, extraction: DotnetRegex | undefined, config: ConfigSection, environment: AgentEnvironment) {
    this.pattern = pattern;
    this.extraction = extraction;
    this.format = config.get("TimestampFormat");
    this.assume = readTimeZoneKind(config.get("TimeZoneKind")) === "utc" ? "universal" : "local";
    this.removeUnmatched = readBool(config.get("RemoveUnmatched")) ?? false;
    this.environment = environment;
  }

  parse(path: string, lines: readonly FileLine[]): Envelope[] {
    const records: Envelope[] = [];
    let pending: Pending = { lines: [], lineNumber: -1, timestamp: undefined };
    let position = 0;
    const flush = (): void => {
      // The builder's length decides: a record of one empty line is none.
      if (pending.lines.join("") !== "" || pending.lines.length > 1) {
        records.push(this.toRecord(pending, path, position));
      }
      pending = { lines: [], lineNumber: -1, timestamp: undefined };
    };
    for (const { text, end } of lines) {
      const lineNumber = (this.lineNumbers.get(path) ?? 0) + 1;
      this.lineNumbers.set(path, lineNumber);
      position = end;
      const match = this.pattern.match(text);
      if (match !== undefined) {
        flush();
        pending = { lines: [text], lineNumber, timestamp: this.matchedTime(match) };
      } else if (pending.lines.join("") !== "" || pending.lines.length > 1) {
        pending.lines.push(text);
      } else if (!this.removeUnmatched) {
        pending = { ...pending, lines: [text], lineNumber };
      }
    }
    flush();
    return records;
  }

  private toRecord(pending: Pending, path: string, position: number): Envelope {
    const raw = pending.lines.join("\r\n");
    const fields = new Map<string, string>();
    for (const group of this.extraction?.match(raw)?.groups ?? []) {
      if (!/^\d+$/.test(group.name)) {
        fields.set(group.name, group.value);
      }
    }
    const timestamp =
      this.extractedTime(fields) ??
      pending.timestamp ??
      (this.assume === "universal" ? utcNow(this.environment) : localNow(this.environment));
    return fieldsRecord(raw, fields, timestamp, { path, position, lineNumber: pending.lineNumber }, this.environment);
  }

  private matchedTime(match: DotnetMatch): DotnetDate | undefined {
    const group = match.groups.find(({ name }) => name.toLowerCase() === "timestamp");
    return group === undefined || this.format === undefined
      ? undefined
      : parseDateExact(group.value, this.format, this.environment, this.assume);
  }

  private extractedTime(fields: ReadonlyMap<string, string>): DotnetDate | undefined {
    const value = [...fields].find(([name]) => name.toLowerCase() === "timestamp")?.[1];
    if (value === undefined) {
      return undefined;
    }
    return this.format === undefined
      ? parseDateFreely(value, this.environment, this.assume)
      : parseDateExact(value, this.format, this.environment, this.assume);
  }
}

const rfc3164 = /^(?:<\d{1,3}>)?([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\S+) (?:([^\s:[\]]+)(?:\[[^\]]*\])?:? ?)?([\s\S]*)$/;

/** RFC 3164; a line that does not parse is sent with empty fields and the time of reading. */
export function syslogParser(environment: AgentEnvironment): LineParser {
  const lineNumbers = new Map<string, number>();
  return {
    parse(path, lines) {
      return lines.map(({ text, end }) => {
        const lineNumber = (lineNumbers.get(path) ?? 0) + 1;
        lineNumbers.set(path, lineNumber);
        const match = rfc3164.exec(text);
        const time = match === null ? localNow(environment) : (syslogTime(match, environment) ?? localNow(environment));
        const fields = { hostname: match?.[6] ?? null, program: match?.[7] ?? null, message: match?.[8] ?? null };
        return syslogRecord(text, time, syslogStamp(time, invariantCulture), fields, { path, position: end, lineNumber }, environment);
      });
    },
  };
}

function syslogStamp(time: DotnetDate, culture: Culture): string {
  return formatDotnetDate(time, "MMM dd HH:mm:ss", culture, () => 0) ?? "";
}

function syslogTime(match: RegExpExecArray, environment: AgentEnvironment): DotnetDate | undefined {
  const year = new Date(toLocal(utcNow(environment), environment.localOffset).wall).getUTCFullYear();
  const [, month, day, hour, minute, second] = match;
  return parseDateExact(`${year} ${month} ${day} ${hour}:${minute}:${second}`, "yyyy MMM d HH:mm:ss", environment, "local");
}
