import * as l10n from "@vscode/l10n";
import type { KeyRow, Shape } from "./schema";
import {
  credentialKeys,
  id,
  sinkType,
  region,
  endpointKeys,
  recordKeys,
  batchKeys,
  queueKeys,
  whenFailover,
  failoverKeys,
  streamName,
  rateKeys,
  bufferIntervalMs,
  logKeys,
  type SinkType,
} from "./agentSinkKeys";

function sink(name: SinkType, help: () => string, keys: readonly KeyRow[]): Shape {
  return { name, help, keys: [id, sinkType, ...keys] };
}

const aws: readonly KeyRow[] = [region, ...credentialKeys];

function logsSink(name: SinkType, help: () => string): Shape {
  const batch = batchKeys({ interval: "1", size: "500", largest: 10_000 });
  const queue = queueKeys.map((row) => (row.key === "QueueType" || row.onlyWith !== undefined ? row : { ...row, ...whenFailover }));
  const failover = name === "CloudWatchLogs" ? failoverKeys : [];
  return sink(name, help, [
    ...logKeys,
    ...aws,
    ...recordKeys,
    ...batch.map((row) => (row.key === "BufferSize" ? { ...row, ...whenFailover } : row)),
    bufferIntervalMs,
    { key: "BufferSizeItems", kind: "integer", help: () => l10n.t("Read by no current agent; the size is fixed."), ...whenFailover },
    ...queue.map((row) => (row.key === "QueuePath" ? { ...row, ...whenFailover } : row)),
    ...endpointKeys,
    ...failover,
  ]);
}

/** Keys of each sink type, section 4 of the agent's documentation corrected by its source. */
export const sinkShapes: Readonly<Record<SinkType, Shape>> = {
  KinesisFirehose: sink("KinesisFirehose", () => l10n.t("An Amazon Data Firehose delivery stream."), [
    streamName(() => l10n.t("Delivery stream: 1 to 64 letters, digits and _ . -")),
    ...aws,
    ...recordKeys,
    ...batchKeys({ interval: "1", size: "500", largest: 500 }),
    {
      key: "CombineRecords",
      kind: "boolean",
      default: "false",
      help: () => l10n.t("Joins records up to 5000 bytes into one; a search destination cannot tell them apart again."),
    },
    ...rateKeys("5000", "5242880"),
    ...queueKeys,
    ...endpointKeys,
    ...failoverKeys,
  ]),
  KinesisStream: sink("KinesisStream", () => l10n.t("A Kinesis data stream."), [
    streamName(() => l10n.t("Data stream: 1 to 128 letters, digits and _ . -")),
    ...aws,
    ...recordKeys,
    ...batchKeys({ interval: "1", size: "500", largest: 500 }),
    ...rateKeys("1000", "1048576"),
    ...queueKeys,
    ...endpointKeys,
    ...failoverKeys,
  ]),
  CloudWatchLogs: logsSink("CloudWatchLogs", () => l10n.t("A log stream of CloudWatch Logs.")),
  CloudWatchLogsEMF: logsSink("CloudWatchLogsEMF", () => l10n.t("Embedded metrics through CloudWatch Logs.")),
  CloudWatch: sink("CloudWatch", () => l10n.t("CloudWatch metrics, from performance counters."), [
    ...aws,
    {
      key: "Interval",
      kind: "integer",
      default: "60",
      unit: "s",
      help: () => l10n.t("Time between two collections; below 60 the storage resolution is one second."),
    },
    { key: "Namespace", kind: "string", default: '"KinesisTap"', grammar: "variables", help: () => l10n.t("Namespace of the metrics.") },
    {
      key: "Dimensions",
      kind: "string",
      grammar: "variables",
      help: () => l10n.t("Dimensions as name=value;name=value. A pair without = makes the sink fail."),
    },
    {
      key: "MetricsFilter",
      kind: "string",
      grammar: "wildcards",
      help: () => l10n.t("Metrics to send, separated by semicolons: Name, Name.Id or Name._Total, with * and ?."),
    },
    ...endpointKeys,
    ...failoverKeys,
  ]),
  FileSystem: sink("FileSystem", () => l10n.t("A text file on this machine, for tests."), [
    {
      key: "FilePath",
      kind: "string",
      grammar: "path",
      help: () => l10n.t("File to write. It is deleted at every start. Variables are not resolved."),
    },
    ...recordKeys,
    { key: "RequestsPerSecond", kind: "integer", default: "1000", help: () => l10n.t("Limit of writes per second.") },
    { key: "MaxBatchSize", kind: "integer", default: "1048576", unit: "bytes", help: () => l10n.t("Largest batch.") },
    { key: "RecordCount", kind: "integer", default: "100", unit: "records", help: () => l10n.t("Records per batch.") },
    { key: "Interval", kind: "integer", default: "1", unit: "s", help: () => l10n.t("Longest time a record waits for its batch.") },
    ...batchKeys({ interval: "1", size: "100" }),
    ...queueKeys,
  ]),
  S3: sink("S3", () => l10n.t("Zipped text files in an S3 bucket."), [
    { key: "BucketName", kind: "string", required: true, grammar: "variables", help: () => l10n.t("Bucket; the name is lower-cased.") },
    {
      key: "FilePath",
      kind: "string",
      required: true,
      grammar: "variables",
      snippet: '"${1:logs/}"',
      help: () => l10n.t("Prefix of the object key; end it with /. The sink fails without it, an empty text is fine."),
    },
    {
      key: "FileName",
      kind: "string",
      required: true,
      grammar: "variables",
      help: () => l10n.t("Name of the object without .zip. {timestamp:format} is the time of the upload."),
    },
    ...aws,
    ...recordKeys,
    ...batchKeys({ interval: "300", size: "10000" }),
    ...queueKeys,
    ...endpointKeys,
  ]),
};
