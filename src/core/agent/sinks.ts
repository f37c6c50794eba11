import { isBlank } from "../config/decoration/dotnetText";
import type { ConfigSection } from "./configuration";
import { readBool, readDouble, readInt } from "./configuration";
import type { AgentEnvironment } from "./environment";
import { createExDecoration, type ExDecoration } from "./exDecoration";
import { hasUnsetVariable, resolveVariables, type VariableScope } from "./variables";

/** A decoration of a sink; `empty` is the trap of CloudWatchLogs. */
export type Decoration = { readonly kind: "legacy"; readonly text: string } | { readonly kind: "ex"; readonly decoration: ExDecoration };

export interface LoadedSink {
  readonly id: string;
  /** In lower case. */
  readonly type: string;
  readonly format: string;
  readonly scope: VariableScope;
  readonly text: Decoration | undefined;
  readonly object: Decoration | undefined;
  readonly config: ConfigSection;
  /** Bytes that one record may have, what is added to it included. */
  readonly maxBytes: number;
  readonly addedBytes: number;
  /** Delivery stream, stream, log group or path, resolved. */
  readonly destination: string;
  /** Why nothing of it ever arrives although it loads. */
  readonly deliversNothing: string | undefined;
}

export class SinkRefused extends Error {}

const types: ReadonlySet<string> = new Set([
  "kinesisfirehose",
  "kinesisstream",
  "cloudwatchlogs",
  "cloudwatchlogsemf",
  "cloudwatch",
  "filesystem",
  "s3",
]);

/** Undefined for an unknown type; throws SinkRefused with the reason where it fails to load. */
export function loadSink(config: ConfigSection, credentials: ReadonlySet<string>, environment: AgentEnvironment): LoadedSink | undefined {
  const type = (config.get("SinkType") ?? "").toLowerCase();
  if (!types.has(type)) {
    return undefined;
  }
  const id = config.get("Id") ?? "";
  if (id.trim() === "") {
    throw new SinkRefused("Id is required");
  }
  const scope: VariableScope = type === "filesystem" ? "general" : "aws";
  const failover = readBool(config.get("FailoverEnabled")) === true;
  const asyncLogs = type.startsWith("cloudwatchlogs") && !failover;
  if (scope === "aws") {
    checkAws(config, credentials);
  }
  checkKeys(config, type, failover, environment);
  const destination = destinationOf(config, type, environment);
  if (type === "s3" && [destination, config.get("FileName") ?? ""].some((name) => isBlank(resolveVariables(name, "aws", environment)))) {
    throw new SinkRefused("BucketName or FileName is empty");
  }
  const { text, object } = loadDecorations(config, asyncLogs, scope, environment);
  return {
    id,
    type,
    format: (config.get("Format") ?? "").toLowerCase(),
    scope,
    text,
    object,
    config,
    ...sizesOf(type),
    destination,
    deliversNothing: hopeless(config, type, destination, asyncLogs, text),
  };
}

/** A random number between 0 and 1,000,000 as text: 17 characters at most, nearly always 15 to 17. */
const partitionKeyBytes = 17;

function sizesOf(type: string): { readonly maxBytes: number; readonly addedBytes: number } {
  switch (type) {
    case "kinesisfirehose":
      return { maxBytes: 1000 * 1024, addedBytes: 1 };
    case "kinesisstream":
      return { maxBytes: 1024 * 1024, addedBytes: 1 + partitionKeyBytes };
    case "filesystem":
    case "cloudwatchlogs":
    case "cloudwatchlogsemf":
      return { maxBytes: 256 * 1024, addedBytes: 26 };
    default:
      return { maxBytes: Number.POSITIVE_INFINITY, addedBytes: 0 };
  }
}

function checkAws(config: ConfigSection, credentials: ReadonlySet<string>): void {
  const reference = config.get("CredentialRef") ?? "";
  if (reference.trim() !== "" && !credentials.has(reference)) {
    throw new SinkRefused(`the credential ${reference} is not there`);
  }
  const noProvider = reference.trim() === "" && (config.get("ProfileName") ?? "").trim() === "";
  if (noProvider && (config.get("AccessKey") ?? "") !== "" && (config.get("SecretKey") ?? "") === "") {
    throw new SinkRefused("AccessKey without SecretKey");
  }
  const url = config.get("ServiceURL") ?? "";
  if (url !== "" && !/^[a-z][a-z0-9+.-]*:\/\/[^\s/]/i.test(url)) {
    throw new SinkRefused("ServiceURL is not an absolute URL");
  }
}

const factorKeys = ["BackoffFactor", "RecoveryFactor", "MinRateAdjustmentFactor"];

function checkKeys(config: ConfigSection, type: string, failover: boolean, environment: AgentEnvironment): void {
  const batching =
    type === "kinesisfirehose" ||
    type === "kinesisstream" ||
    type === "filesystem" ||
    type === "s3" ||
    (type.startsWith("cloudwatchlogs") && failover);
  if (batching) {
    checkBuffer(config, type);
  }
  if (type === "cloudwatch") {
    checkMetricSink(config, environment);
  } else {
    checkFactors(config, environment);
  }
  if (type === "s3" && ["BucketName", "FileName", "FilePath"].some((key) => config.get(key) === undefined)) {
    throw new SinkRefused("BucketName, FileName and FilePath are required");
  }
  if (type === "filesystem") {
    const path = config.get("FilePath");
    if (path !== undefined && !/[\\/]/.test(path)) {
      throw new SinkRefused("FilePath has no folder");
    }
  }
  if ((type === "kinesisfirehose" || type === "kinesisstream") && config.get("StreamName") === undefined) {
    throw new SinkRefused("StreamName is required");
  }
  if (failover && type !== "filesystem" && type !== "s3") {
    checkFailover(config);
  }
}

function checkBuffer(config: ConfigSection, type: string): void {
  if ((readInt(config.get("BufferInterval")) ?? 0) < 0) {
    throw new SinkRefused("BufferInterval is negative");
  }
  const size = readInt(config.get("BufferSize")) ?? 0;
  const most =
    type === "kinesisfirehose" || type === "kinesisstream" ? 500 : type.startsWith("cloudwatchlogs") ? 10_000 : Number.POSITIVE_INFINITY;
  if (size > most) {
    throw new SinkRefused(`BufferSize is above ${most}`);
  }
  if ((readInt(config.get("MaxInMemoryCacheSize")) ?? 0) > 100) {
    throw new SinkRefused("MaxInMemoryCacheSize is above 100");
  }
  if (config.get("QueueType")?.toLowerCase() === "file") {
    if ((readInt(config.get("QueueMaxBatches")) ?? 0) > 1_000_000_000) {
      throw new SinkRefused("QueueMaxBatches is above 1,000,000,000");
    }
    const path = config.get("QueuePath") ?? "";
    if (path.trim() === "" && /[\\/:*?"<>|]/.test(config.get("Id") ?? "")) {
      throw new SinkRefused("the Id is no file name, which the file queue needs");
    }
  }
}

function checkFactors(config: ConfigSection, { culture }: AgentEnvironment): void {
  for (const key of factorKeys) {
    const factor = readDouble(config.get(key) ?? "", culture);
    if (factor !== undefined && (factor <= 0 || factor >= 1)) {
      throw new SinkRefused(`${key} is not between 0 and 1`);
    }
  }
}

function checkMetricSink(config: ConfigSection, environment: AgentEnvironment): void {
  if ((readInt(config.get("Interval")) ?? 0) < 0) {
    throw new SinkRefused("Interval is negative");
  }
  const pairs = (config.get("Dimensions") ?? "").split(";").filter((pair) => pair !== "");
  if (pairs.some((pair) => !pair.includes("="))) {
    throw new SinkRefused("Dimensions has a pair without =");
  }
  // This sink hands what does not resolve to the next step, which cannot take it.
  for (const [key, text] of [
    ["Namespace", config.get("Namespace") ?? ""],
    ...pairs.map((pair) => ["Dimensions", pair.split("=")[1] ?? ""]),
  ]) {
    if (hasUnsetVariable(text ?? "", environment)) {
      throw new SinkRefused(`${key ?? ""} has a variable that is not set`);
    }
  }
}

function checkFailover(config: ConfigSection): void {
  const regions = config.section("SupportedRegions")?.children ?? [];
  if (regions.length === 0) {
    throw new SinkRefused("SupportedRegions is empty");
  }
  const weights = config.section("SupportedRegionsWeights")?.children ?? [];
  if (config.get("FailoverStrategy") === "WeightedLoadBalanceFailover" && weights.length !== regions.length) {
    throw new SinkRefused("SupportedRegionsWeights has another length than SupportedRegions");
  }
  const least: readonly (readonly [string, number])[] = [
    ["MaxErrorsCountBeforeFailover", 1],
    ["MaxFailoverIntervalInMinutes", 1],
    ["MaxFailbackRetryIntervalInMinutes", 60],
  ];
  for (const [key, minimum] of least) {
    const value = readInt(config.get(key));
    if (value !== undefined && value < minimum) {
      throw new SinkRefused(`${key} is below ${minimum}`);
    }
  }
}

function destinationOf(config: ConfigSection, type: string, environment: AgentEnvironment): string {
  const key = type.startsWith("kinesis")
    ? "StreamName"
    : type.startsWith("cloudwatchlogs")
      ? "LogGroup"
      : type === "s3"
        ? "BucketName"
        : type === "cloudwatch"
          ? "Namespace"
          : "FilePath";
  const text = config.get(key) ?? "";
  try {
    return type === "filesystem" ? text : resolveVariables(text, "aws", environment);
  } catch (thrown) {
    throw new SinkRefused(`${key}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

function loadDecorations(
  config: ConfigSection,
  asyncLogs: boolean,
  scope: VariableScope,
  environment: AgentEnvironment,
): { text: Decoration | undefined; object: Decoration | undefined } {
  // CloudWatchLogs without failover takes an empty decoration for one; the others do not.
  const active = (key: string): string | undefined => {
    const value = config.get(key);
    return value === undefined || (!asyncLogs && value.trim() === "") ? undefined : value;
  };
  const load = (form: "text" | "object", key: string): Decoration | undefined => {
    const ex = active(`${key}Ex`);
    if (ex !== undefined) {
      const decoration = createExDecoration(form, ex, scope, environment);
      if (decoration === undefined) {
        throw new SinkRefused(`${key}Ex cannot be parsed`);
      }
      return { kind: "ex", decoration };
    }
    const legacy = active(key);
    return legacy === undefined ? undefined : { kind: "legacy", text: legacy };
  };
  return { text: load("text", "TextDecoration"), object: load("object", "ObjectDecoration") };
}

function hopeless(
  config: ConfigSection,
  type: string,
  destination: string,
  asyncLogs: boolean,
  text: Decoration | undefined,
): string | undefined {
  if (type.startsWith("kinesis") && destination.trim() === "") {
    return "StreamName is empty: every batch is lost";
  }
  if (type.startsWith("cloudwatchlogs")) {
    if (["LogGroup", "LogStream"].some((key) => (config.get(key) ?? "") === "")) {
      return "LogGroup or LogStream is missing: every batch is lost";
    }
    if (asyncLogs && Math.min(readInt(config.get("BufferInterval")) ?? 0, readInt(config.get("BufferIntervalMs")) ?? 0) < 0) {
      return "the buffer interval is negative: every batch is lost";
    }
    const format = (config.get("Format") ?? "").toLowerCase();
    const replaces = !["json", "xml", "xml2", "renderedxml"].includes(format);
    const empty = config.get("TextDecorationEx") ?? config.get("TextDecoration");
    if (asyncLogs && replaces && text !== undefined && empty === "") {
      return "the text decoration is empty: every record becomes empty and is removed";
    }
  }
  return undefined;
}
