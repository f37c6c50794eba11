import * as l10n from "@vscode/l10n";
import type { KeyRow } from "./schema";

export const sinkTypeNames = [
  "KinesisFirehose",
  "KinesisStream",
  "CloudWatchLogs",
  "CloudWatchLogsEMF",
  "CloudWatch",
  "FileSystem",
  "S3",
] as const;

export type SinkType = (typeof sinkTypeNames)[number];

export const formats = ["json", "xml", "xml2", "renderedxml", "sushi"] as const;

export const failoverStrategies = [
  "PriorityFailover",
  "LoadBalanceFailover",
  "WeightedLoadBalanceFailover",
  "RoundTripTimeBasedFailover",
] as const;

export const credentialKeys: readonly KeyRow[] = [
  {
    key: "ProfileName",
    kind: "string",
    values: ["appstream_machine_role"],
    openValues: true,
    help: () => l10n.t("AWS profile of the service account. On AppStream use appstream_machine_role."),
  },
  {
    key: "CredentialRef",
    kind: "string",
    refersTo: "credential",
    help: () => l10n.t("Id of an entry in Credentials. Wins over ProfileName and AccessKey."),
  },
  { key: "AccessKey", kind: "string", help: () => l10n.t("Access key in plain text. Anyone who can read the file or the image has it.") },
  { key: "SecretKey", kind: "string", help: () => l10n.t("Secret key in plain text. Anyone who can read the file or the image has it.") },
  {
    key: "RoleARN",
    kind: "string",
    grammar: "variables",
    help: () => l10n.t("Role that is assumed on top of the chosen credentials."),
  },
  {
    key: "UseSTSRegionalEndpoints",
    kind: "boolean",
    default: "false",
    onlyWith: { key: "RoleARN", values: ["*"] },
    help: () => l10n.t("Assumes the role at the endpoint of the region."),
  },
];

export const id: KeyRow = {
  key: "Id",
  kind: "string",
  required: true,
  help: () => l10n.t("Name that pipes use in SinkRef; case matters."),
};

export const sinkType: KeyRow = {
  key: "SinkType",
  kind: "string",
  required: true,
  values: sinkTypeNames,
  help: () => l10n.t("Where the records go. An unknown type is logged and skipped."),
};

export const region: KeyRow = {
  key: "Region",
  kind: "string",
  grammar: "variables",
  snippet: '"${1:us-east-1}"',
  help: () => l10n.t("AWS Region. Without it the agent asks the profile, then the instance; an unknown name fails only when data is sent."),
};

export const endpointKeys: readonly KeyRow[] = [
  { key: "ServiceURL", kind: "string", help: () => l10n.t("Absolute URL of the service endpoint.") },
  { key: "ProxyHost", kind: "string", help: () => l10n.t("Host of a proxy.") },
  {
    key: "ProxyPort",
    kind: "integer",
    default: "80",
    minimum: 0,
    maximum: 65535,
    onlyWith: { key: "ProxyHost", values: ["*"] },
    help: () => l10n.t("Port of the proxy."),
  },
  {
    key: "CustomAWSClientHeaders",
    kind: "object",
    shape: { name: "Headers", open: true, keys: [], help: () => l10n.t("Header names with their values.") },
    help: () => l10n.t("Headers added to every request; variables in the values are resolved."),
  },
  {
    key: "UploadNetworkPriority",
    kind: "integer",
    default: "3",
    help: () => l10n.t("Network priority; without effect for the default network."),
  },
];

export const recordKeys: readonly KeyRow[] = [
  {
    key: "Format",
    kind: "string",
    values: formats,
    help: () => l10n.t("Form of the record. Absent or unknown: plain text."),
  },
  {
    key: "TextDecoration",
    kind: "string",
    grammar: "textDecoration",
    help: () => l10n.t("Replaces the text of each record; {_record} keeps it. Only for plain text."),
  },
  {
    key: "TextDecorationEx",
    kind: "string",
    grammar: "textDecorationEx",
    help: () => l10n.t("Replaces the text of each record by an expression template. Only for plain text; wins over TextDecoration."),
  },
  {
    key: "ObjectDecoration",
    kind: "string",
    grammar: "objectDecoration",
    help: () => l10n.t("Attributes added to each JSON record: key=value;key=value. Only for the format json."),
  },
  {
    key: "ObjectDecorationEx",
    kind: "string",
    grammar: "objectDecorationEx",
    help: () => l10n.t("Attributes added to each JSON record, with expressions. Only for the format json; wins over ObjectDecoration."),
  },
];

interface BatchLimits {
  readonly interval: string;
  readonly size: string;
  readonly largest?: number;
}

export function batchKeys({ interval, size, largest }: BatchLimits): readonly KeyRow[] {
  return [
    {
      key: "BufferInterval",
      kind: "integer",
      default: interval,
      unit: "s",
      help: () => l10n.t("Longest time a record waits for its batch."),
    },
    {
      key: "BufferSize",
      kind: "integer",
      default: size,
      unit: "records",
      ...(largest === undefined ? {} : { maximum: largest }),
      help: () => l10n.t("Records per batch."),
    },
  ];
}

export const queueKeys: readonly KeyRow[] = [
  {
    key: "MaxAttempts",
    kind: "integer",
    default: "1",
    help: () => l10n.t("Errors in a row before a batch moves to the low-priority queue; it is not dropped."),
  },
  { key: "JittingFactor", kind: "number", default: "0.1", help: () => l10n.t("Randomness of the waiting times; spelled so.") },
  { key: "BackoffFactor", kind: "number", default: "0.5", help: () => l10n.t("How the rate falls after an error; between 0 and 1.") },
  { key: "RecoveryFactor", kind: "number", default: "0.5", help: () => l10n.t("How the rate recovers after success; between 0 and 1.") },
  {
    key: "MinRateAdjustmentFactor",
    kind: "number",
    default: "0.0078125",
    help: () => l10n.t("Lowest rate as a part of the full one; between 0 and 1."),
  },
  {
    key: "QueueType",
    kind: "string",
    values: ["memory", "file"],
    help: () => l10n.t("Where batches wait for a repeat: file survives a restart, anything else is memory."),
  },
  {
    key: "QueuePath",
    kind: "string",
    grammar: "path",
    onlyWith: { key: "QueueType", values: ["file"] },
    help: () => l10n.t("Folder of the queue, relative to the data folder of the agent."),
  },
  {
    key: "QueueMaxBatches",
    kind: "integer",
    minimum: 0,
    maximum: 1_000_000_000,
    help: () => l10n.t("Batches that may wait: 10000 for file and 100 for memory when absent."),
  },
  {
    key: "MaxInMemoryCacheSize",
    kind: "integer",
    default: "10",
    maximum: 100,
    unit: "batches",
    help: () => l10n.t("Batches kept in memory."),
  },
  {
    key: "PersistWhenCacheFull",
    kind: "boolean",
    default: "false",
    help: () => l10n.t("Writes batches to the queue when the cache is full."),
  },
];

export const whenFailover = { onlyWith: { key: "FailoverEnabled", values: ["true"] } };

export const failoverKeys: readonly KeyRow[] = [
  { key: "FailoverEnabled", kind: "boolean", default: "false", help: () => l10n.t("Sends to another region when one fails.") },
  {
    key: "FailoverStrategy",
    kind: "string",
    values: failoverStrategies,
    default: "LoadBalanceFailover",
    ...whenFailover,
    help: () => l10n.t("How the region is chosen; the case matters."),
  },
  {
    key: "SupportedRegions",
    kind: "array",
    items: "string",
    ...whenFailover,
    help: () => l10n.t("Regions to choose from. The sink fails without them."),
  },
  {
    key: "SupportedRegionsWeights",
    kind: "array",
    items: "integer",
    ...whenFailover,
    help: () => l10n.t("One weight per region, for WeightedLoadBalanceFailover."),
  },
  {
    key: "MaxErrorsCountBeforeFailover",
    kind: "integer",
    default: "30",
    minimum: 1,
    ...whenFailover,
    help: () => l10n.t("Errors before another region is taken."),
  },
  {
    key: "MaxFailoverIntervalInMinutes",
    kind: "integer",
    default: "15",
    minimum: 1,
    unit: "min",
    ...whenFailover,
    help: () => l10n.t("Time over which errors are counted."),
  },
  {
    key: "MaxFailbackRetryIntervalInMinutes",
    kind: "integer",
    default: "60",
    minimum: 60,
    unit: "min",
    ...whenFailover,
    help: () => l10n.t("Time after which the first region is tried again."),
  },
];

export function streamName(help: () => string): KeyRow {
  return { key: "StreamName", kind: "string", required: true, grammar: "variables", help };
}

export function rateKeys(records: string, bytes: string): readonly KeyRow[] {
  return [
    {
      key: "RecordsPerSecond",
      kind: "integer",
      default: records,
      help: () => l10n.t("Limit of records per second; 0 or less switches it off."),
    },
    { key: "BytesPerSecond", kind: "integer", default: bytes, help: () => l10n.t("Limit of bytes per second; 0 or less switches it off.") },
  ];
}

export const bufferIntervalMs: KeyRow = {
  key: "BufferIntervalMs",
  kind: "integer",
  default: "1000",
  unit: "ms",
  help: () => l10n.t("Longest time a record waits for its batch; wins over BufferInterval."),
};

export const logKeys: readonly KeyRow[] = [
  { key: "LogGroup", kind: "string", required: true, grammar: "variables", help: () => l10n.t("Log group; it is created when missing.") },
  {
    key: "LogStream",
    kind: "string",
    required: true,
    grammar: "variables",
    help: () => l10n.t("Log stream; {timestamp:format} is allowed. It is created when missing."),
  },
];
