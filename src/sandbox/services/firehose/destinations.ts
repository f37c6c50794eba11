import { isObject, scalarText } from "../../search/json";
import type { Input } from "../../service";
import { invalidArgument, Violations } from "./validation";

type Json = Record<string, unknown>;

/** Name of a destination kind as it begins in the API: ElasticsearchDestinationConfiguration, …Description, …Update. */
export const destinationKinds = [
  "Elasticsearch",
  "Amazonopensearchservice",
  "ExtendedS3",
  "S3",
  "AmazonOpenSearchServerless",
  "Redshift",
  "Splunk",
  "HttpEndpoint",
  "Snowflake",
  "Iceberg",
] as const;

export type DestinationKind = (typeof destinationKinds)[number];

export interface Destination {
  readonly kind: DestinationKind;
  /** In the form of the API's …DestinationDescription. */
  readonly description: Json;
}

export const searchKinds: readonly string[] = ["Elasticsearch", "Amazonopensearchservice"];

/** The one destination in a create request, checked and completed with the service's defaults. */
export function toDestination(input: Input): Destination {
  const given = destinationKinds.filter((kind) => input[`${kind}DestinationConfiguration`] !== undefined);
  if (given.length !== 1) {
    throw invalidArgument(
      given.length === 0
        ? "At least one destination configuration must be specified"
        : "Only one destination configuration can be specified",
    );
  }
  const kind = given[0] ?? "S3";
  const configuration = asObject(input[`${kind}DestinationConfiguration`]);
  checkDestination(kind, configuration, `${lowerFirst(kind)}DestinationConfiguration`);
  return { kind, description: withDefaults(kind, toDescription(configuration)) };
}

/** What UpdateDestination makes of a description: given members replace, missing ones stay. */
export function mergeUpdate(destination: Destination, input: Input): Destination {
  const given = destinationKinds.filter((kind) => input[`${kind}DestinationUpdate`] !== undefined);
  const kind = given[0];
  if (kind === undefined || given.length > 1) {
    throw invalidArgument("Exactly one destination update must be specified");
  }
  const compatible =
    kind === destination.kind ||
    (kind === "S3" && destination.kind === "ExtendedS3") ||
    (kind === "ExtendedS3" && destination.kind === "S3");
  if (!compatible) {
    throw invalidArgument(`Cannot update the destination from ${destination.kind} to ${kind}`);
  }
  const update = toDescription(asObject(input[`${kind}DestinationUpdate`]));
  checkRanges(kind, update, `${lowerFirst(kind)}DestinationUpdate`);
  const merged = mergeDeep(destination.description, update);
  if (update["ClusterEndpoint"] !== undefined) {
    delete merged["DomainARN"];
  } else if (update["DomainARN"] !== undefined) {
    delete merged["ClusterEndpoint"];
  }
  return { kind: destination.kind === "S3" ? kind : destination.kind, description: merged };
}

export function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function toDescription(configuration: Json): Json {
  const description: Json = {};
  for (const [key, value] of Object.entries(configuration)) {
    const name =
      key === "S3Configuration" || key === "S3Update"
        ? "S3DestinationDescription"
        : key === "S3BackupConfiguration" || key === "S3BackupUpdate"
          ? "S3BackupDescription"
          : key === "VpcConfiguration"
            ? "VpcConfigurationDescription"
            : key;
    description[name] = value;
  }
  return description;
}

function mergeDeep(base: Json, update: Json): Json {
  const merged: Json = { ...base };
  for (const [key, value] of Object.entries(update)) {
    const before = merged[key];
    merged[key] = isObject(before) && isObject(value) && /Description$|^BufferingHints$/.test(key) ? mergeDeep(before, value) : value;
  }
  return merged;
}

const s3Defaults: Json = {
  Prefix: "",
  BufferingHints: { IntervalInSeconds: 300, SizeInMBs: 5 },
  CompressionFormat: "UNCOMPRESSED",
  EncryptionConfiguration: { NoEncryptionConfig: "NoEncryption" },
  CloudWatchLoggingOptions: { Enabled: false },
};

const withS3Defaults = (description: Json): Json => ({
  ...s3Defaults,
  ...description,
  BufferingHints: { ...asObject(s3Defaults["BufferingHints"]), ...asObject(description["BufferingHints"]) },
});

function withDefaults(kind: DestinationKind, description: Json): Json {
  if (kind === "S3" || kind === "ExtendedS3") {
    return { ...(kind === "ExtendedS3" ? { S3BackupMode: "Disabled" } : {}), ...withS3Defaults(description) };
  }
  const completed: Json = { ...description };
  if (description["S3DestinationDescription"] !== undefined) {
    completed["S3DestinationDescription"] = withS3Defaults(asObject(description["S3DestinationDescription"]));
  }
  if (!searchKinds.includes(kind)) {
    return { CloudWatchLoggingOptions: { Enabled: false }, ...completed };
  }
  return {
    IndexRotationPeriod: "OneDay",
    RetryOptions: { DurationInSeconds: 300 },
    S3BackupMode: "FailedDocumentsOnly",
    CloudWatchLoggingOptions: { Enabled: false },
    DocumentIdOptions: { DefaultDocumentIdFormat: "FIREHOSE_DEFAULT" },
    ...completed,
    BufferingHints: { IntervalInSeconds: 300, SizeInMBs: 5, ...asObject(description["BufferingHints"]) },
  };
}

function checkDestination(kind: DestinationKind, configuration: Json, at: string): void {
  const violations = new Violations();
  if (kind !== "Splunk" && kind !== "HttpEndpoint") {
    violations.text(configuration["RoleARN"], `${at}.roleARN`, { max: 512, pattern: /^arn:.*$/ });
  }
  if (searchKinds.includes(kind)) {
    violations.text(configuration["IndexName"], `${at}.indexName`, { max: 80 });
  }
  const s3 = kind === "S3" || kind === "ExtendedS3" ? configuration : configuration["S3Configuration"];
  const s3At = s3 === configuration ? at : `${at}.s3Configuration`;
  if (!isObject(s3)) {
    violations.add(undefined, s3At, "Member must not be null");
  } else {
    violations.text(s3["BucketARN"], `${s3At}.bucketARN`, { max: 2048, pattern: /^arn:.*$/ });
    violations.text(s3["RoleARN"], `${s3At}.roleARN`, { max: 512, pattern: /^arn:.*$/ });
  }
  violations.throwIfAny();
  checkRanges(kind, toDescription(configuration), at);
  if (searchKinds.includes(kind)) {
    checkSearch(configuration);
  }
}

function checkRanges(kind: DestinationKind, description: Json, at: string): void {
  const violations = new Violations();
  const isS3 = kind === "S3" || kind === "ExtendedS3";
  const hints = asObject(description["BufferingHints"]);
  violations.number(hints["IntervalInSeconds"], `${at}.bufferingHints.intervalInSeconds`, 0, 900);
  violations.number(hints["SizeInMBs"], `${at}.bufferingHints.sizeInMBs`, 1, isS3 ? 128 : 100);
  const s3 = isS3 ? description : asObject(description["S3DestinationDescription"]);
  const s3Hints = asObject(s3["BufferingHints"]);
  violations.number(s3Hints["IntervalInSeconds"], `${at}.s3Configuration.bufferingHints.intervalInSeconds`, 0, 900);
  violations.number(s3Hints["SizeInMBs"], `${at}.s3Configuration.bufferingHints.sizeInMBs`, 1, 128);
  violations.oneOf(s3["CompressionFormat"], `${at}.s3Configuration.compressionFormat`, [
    "UNCOMPRESSED",
    "GZIP",
    "ZIP",
    "Snappy",
    "HADOOP_SNAPPY",
  ]);
  if (searchKinds.includes(kind)) {
    violations.number(asObject(description["RetryOptions"])["DurationInSeconds"], `${at}.retryOptions.durationInSeconds`, 0, 7200);
    violations.oneOf(description["IndexRotationPeriod"], `${at}.indexRotationPeriod`, [
      "NoRotation",
      "OneHour",
      "OneDay",
      "OneWeek",
      "OneMonth",
    ]);
    violations.oneOf(description["S3BackupMode"], `${at}.s3BackupMode`, ["FailedDocumentsOnly", "AllDocuments"]);
    violations.oneOf(
      asObject(description["DocumentIdOptions"])["DefaultDocumentIdFormat"],
      `${at}.documentIdOptions.defaultDocumentIdFormat`,
      ["FIREHOSE_DEFAULT", "NO_DOCUMENT_ID"],
    );
  }
  violations.throwIfAny();
}

function checkSearch(configuration: Json): void {
  const domain = configuration["DomainARN"];
  const endpoint = configuration["ClusterEndpoint"];
  if ((domain === undefined) === (endpoint === undefined)) {
    throw invalidArgument("Exactly one of DomainARN and ClusterEndpoint must be specified");
  }
  if (domain !== undefined && !/^arn:[^:]+:es:[a-z0-9-]+:\d{12}:domain\/[a-z][-0-9a-z]{2,27}$/.test(scalarText(domain))) {
    throw invalidArgument(`Invalid domain ARN: ${scalarText(domain)}`);
  }
  const index = String(configuration["IndexName"]);
  if (index !== index.toLowerCase() || /[\\/*?"<>|,# ]/.test(index) || /^[-_+]/.test(index)) {
    throw invalidArgument(`Invalid index name: ${index}`);
  }
}
