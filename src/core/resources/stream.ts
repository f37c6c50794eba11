import * as l10n from "@vscode/l10n";
import type { DeliveryStream, StreamDestination } from "../aws/ports";
import { factsOf, nameOfArn, stateText, timeText, type Fact, type Summary, type Tone } from "./summary";

const tones: Readonly<Record<string, Tone>> = {
  ACTIVE: "ok",
  CREATING: "busy",
  DELETING: "busy",
  CREATING_FAILED: "failed",
  DELETING_FAILED: "failed",
};

export function summarizeStream(stream: DeliveryStream): Summary {
  const index = stream.destination?.indexName;
  return {
    kind: "stream",
    name: stream.name,
    arn: stream.arn,
    state: stream.status,
    tone: tones[stream.status] ?? "unknown",
    description: index === undefined ? stateText(stream.status) : `${stateText(stream.status)} → ${index}`,
    facts: factsOf([
      [l10n.t("State"), stateText(stream.status)],
      [l10n.t("Failure"), stream.failure],
      [l10n.t("Source"), stream.sourceType],
      ...destinationRows(stream.destination),
      [l10n.t("Encryption"), stream.encryption],
      [l10n.t("Version"), stream.version],
      [l10n.t("Created"), timeText(stream.created)],
      ["ARN", stream.arn],
    ]),
  };
}

/** The rows under a stream: where its records go and what happens to those that fail. */
export function streamDetails(stream: DeliveryStream): readonly Fact[] {
  return factsOf([
    ...(stream.failure === undefined ? [] : [[l10n.t("Failure"), stream.failure] as const]),
    ...destinationRows(stream.destination),
  ]);
}

function destinationRows(to: StreamDestination | undefined): readonly (readonly [string, string | undefined])[] {
  if (to === undefined) {
    return [];
  }
  return [
    [l10n.t("Destination"), destinationText(to)],
    [l10n.t("Index"), indexText(to)],
    [l10n.t("Buffering"), bufferingText(to)],
    [l10n.t("Retry"), to.retrySeconds === undefined ? undefined : l10n.t("{0} s", to.retrySeconds)],
    [l10n.t("Backup"), backupText(to)],
    [l10n.t("Error logging"), loggingText(to)],
    [l10n.t("Role"), nameOfArn(to.roleArn)],
  ];
}

const kindNames: Readonly<Record<StreamDestination["kind"], string>> = {
  opensearch: "OpenSearch",
  elasticsearch: "Elasticsearch",
  serverless: "OpenSearch Serverless",
  s3: "S3",
  redshift: "Redshift",
  splunk: "Splunk",
  httpEndpoint: "HTTP",
  other: "?",
};

function destinationText(to: StreamDestination): string {
  const target = nameOfArn(to.domainArn) ?? to.clusterEndpoint ?? to.url ?? (to.kind === "s3" ? nameOfArn(to.bucketArn) : undefined);
  return target === undefined ? kindNames[to.kind] : `${kindNames[to.kind]} ${target}`;
}

function indexText({ indexName, indexRotation }: StreamDestination): string | undefined {
  return indexName === undefined ? undefined : rotationText(indexName, indexRotation ?? "NoRotation");
}

function rotationText(index: string, rotation: NonNullable<StreamDestination["indexRotation"]>): string {
  switch (rotation) {
    case "NoRotation":
      return l10n.t("{0}, never rotated", index);
    case "OneHour":
      return l10n.t("{0}, a new one every hour", index);
    case "OneDay":
      return l10n.t("{0}, a new one every day", index);
    case "OneWeek":
      return l10n.t("{0}, a new one every week", index);
    case "OneMonth":
      return l10n.t("{0}, a new one every month", index);
  }
}

function bufferingText(to: StreamDestination): string | undefined {
  return to.bufferSeconds === undefined || to.bufferMegabytes === undefined
    ? undefined
    : l10n.t("{0} MB or {1} s", to.bufferMegabytes, to.bufferSeconds);
}

function backupText(to: StreamDestination): string | undefined {
  const bucket = nameOfArn(to.bucketArn);
  if (to.kind === "s3" || bucket === undefined) {
    return undefined;
  }
  return to.backupMode === "AllDocuments" || to.backupMode === "AllData"
    ? l10n.t("all documents to {0}", bucket)
    : l10n.t("failed documents to {0}", bucket);
}

function loggingText(to: StreamDestination): string {
  return to.logging?.enabled === true ? (to.logging.group ?? l10n.t("on")) : l10n.t("off");
}
