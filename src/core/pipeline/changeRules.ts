import * as l10n from "@vscode/l10n";
import type { ChangeSetChange } from "../aws/ports";
import { fleetMustStop } from "./fleetStop";
import type { Check } from "./preflight";

/** The property that names a resource of a type; under an unchanged name CloudFormation cannot replace it. */
const nameProperties: Readonly<Record<string, string>> = {
  "AWS::S3::Bucket": "BucketName",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::IAM::Role": "RoleName",
  "AWS::OpenSearchService::Domain": "DomainName",
  "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
  "AWS::AppStream::Fleet": "Name",
  "AWS::AppStream::Stack": "Name",
};

const domainType = "AWS::OpenSearchService::Domain";
const streamType = "AWS::KinesisFirehose::DeliveryStream";

/** What AWS's change set does not say: changes that a service refuses, and those that interrupt or leave something behind. */
export function changeChecks(changes: readonly ChangeSetChange[]): readonly Check[] {
  return changes.filter((change) => change.action === "Modify").flatMap((change) => [...checksOf(change)]);
}

function* checksOf(change: ChangeSetChange): Iterable<Check> {
  const refused = sameName(change) ?? movedLogStream(change) ?? fixedInStream(change) ?? olderEngine(change);
  if (refused !== undefined) {
    yield refused;
    return;
  }
  if (change.replacement === "True" && change.resourceType === domainType) {
    yield warning(
      l10n.t("The domain {0} is replaced. The old one stays with its data, and is billed, until you delete it.", idOf(change)),
      l10n.t("Copy what you still need with a snapshot, then delete it in the console."),
    );
  } else if (change.replacement === "True" && change.resourceType === streamType) {
    yield warning(
      l10n.t("The delivery stream {0} is replaced: sessions of the present image go on writing to the old name.", idOf(change)),
      l10n.t('Give "image": {"name": …} another name too, so that a new image is made.'),
    );
  } else if (change.resourceType === domainType && names(change).some((name) => blueGreen.has(name))) {
    yield warning(
      l10n.t(
        "The domain {0} is changed by a blue/green deployment: twenty minutes to hours, in which it answers more slowly.",
        idOf(change),
      ),
    );
  }
  if (fleetMustStop([change])) {
    yield warning(l10n.t("The fleet {0} is stopped for the change and started again: running sessions end.", idOf(change)));
  }
}

const blueGreen = new Set(["ClusterConfig", "EBSOptions", "EngineVersion", "EncryptionAtRestOptions", "NodeToNodeEncryptionOptions"]);

/** A replacement under the same name: CloudFormation ends such an update with an error. */
function sameName(change: ChangeSetChange): Check | undefined {
  const property = nameProperties[change.resourceType];
  if (change.replacement !== "True" || property === undefined || names(change).includes(property)) {
    return undefined;
  }
  const cause = change.details.filter((one) => one.requiresRecreation === "Always").map((one) => one.name ?? one.attribute);
  return error(
    l10n.t("{0} would have to be replaced because of {1}, which AWS refuses under the same name.", idOf(change), cause.join(", ")),
    l10n.t("Give it another name in the definition, or take the change back."),
  );
}

/** A log stream keeps its name while its group changes. */
function movedLogStream(change: ChangeSetChange): Check | undefined {
  const group = change.details.find((one) => one.name === "LogGroupName");
  if (change.resourceType !== "AWS::Logs::LogStream" || group === undefined || change.replacement === "False") {
    return undefined;
  }
  return error(
    l10n.t("The log stream {0} cannot move to another log group.", change.physicalId ?? change.logicalId),
    l10n.t('Keep the log group {0} by naming it as "group" under "logs".', group.before ?? ""),
  );
}

/** What a stream keeps for its life although CloudFormation's schema does not know it. */
function fixedInStream(change: ChangeSetChange): Check | undefined {
  const destinations = change.details.filter((one) => one.name?.endsWith("DestinationConfiguration") === true);
  if (change.resourceType !== streamType || change.replacement === "True" || destinations.length === 0) {
    return undefined;
  }
  const remedy = l10n.t('Give the stream another name ("stream": {"name": …}), so that a new one is made.');
  if (new Set(destinations.map((one) => one.name)).size > 1) {
    return error(l10n.t("The delivery stream {0} cannot be given another kind of destination.", idOf(change)), remedy);
  }
  const [only] = destinations;
  const before = objectOf(only?.before)["S3BackupMode"];
  const after = objectOf(only?.after)["S3BackupMode"];
  return before === after || before === undefined || after === undefined
    ? undefined
    : error(l10n.t("What the bucket of the delivery stream {0} receives cannot be changed.", idOf(change)), remedy);
}

/** CloudFormation calls it a change in place, since upgrades are allowed. */
function olderEngine(change: ChangeSetChange): Check | undefined {
  const engine = change.details.find((one) => one.name === "EngineVersion");
  if (change.resourceType !== domainType || engine?.before === undefined || engine.after === undefined) {
    return undefined;
  }
  return rankOf(engine.after) >= rankOf(engine.before)
    ? undefined
    : error(
        l10n.t("A domain cannot go back from {0} to {1}.", engine.before, engine.after),
        l10n.t("Give the domain another name to make a new one, or keep the version."),
      );
}

/** Elasticsearch before OpenSearch, then by version. */
function rankOf(engineVersion: string): number {
  const [, family = "", major = "0", minor = "0"] = /^(\w+?)_(\d+)\.(\d+)$/.exec(engineVersion) ?? [];
  return (family === "OpenSearch" ? 1_000_000 : 0) + Number(major) * 1000 + Number(minor);
}

function objectOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Property values are no JSON where they are a single text.
    return {};
  }
}

const names = (change: ChangeSetChange): string[] => change.details.flatMap((one) => (one.name === undefined ? [] : [one.name]));
const idOf = (change: ChangeSetChange): string => change.physicalId ?? change.logicalId;
const error = (text: string, remedy: string): Check => ({ severity: "error", text, remedy });
const warning = (text: string, remedy?: string): Check => ({ severity: "warning", text, ...(remedy === undefined ? {} : { remedy }) });
