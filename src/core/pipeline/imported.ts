import * as l10n from "@vscode/l10n";
import { findFleet } from "../aws/found";
import type { Aws, Fleet, StreamDestination } from "../aws/ports";
import { AppError } from "../errors";

export interface ImportChoice {
  readonly name: string;
  readonly region: string;
  readonly stream: string;
  /** Absent: the pipeline makes image and fleet of its own. */
  readonly fleet?: string;
}

/** A definition that uses a set-up made by hand: everything it finds is listed under `existing`, so that nothing of it is changed or deleted. */
export async function importedDefinition(aws: Aws, choice: ImportChoice, signal?: AbortSignal): Promise<object> {
  const { destination } = await aws.streams.get(choice.stream, signal);
  const fleet = choice.fleet === undefined ? undefined : await fleetNamed(aws, choice.fleet, signal);
  const [stack] = fleet === undefined ? [] : await aws.appstream.listAssociatedStacks(fleet.name, signal);
  return {
    version: 1,
    name: choice.name,
    region: choice.region,
    preset: "recommended",
    existing: { stream: choice.stream, ...existingOf(destination), ...(fleet === undefined ? {} : usedBy(fleet, stack)) },
    stream: streamValues(destination),
  };
}

async function fleetNamed(aws: Aws, name: string, signal?: AbortSignal): Promise<Fleet> {
  const found = await findFleet(aws.appstream, name, signal);
  if (found === undefined) {
    throw new AppError("notFound", l10n.t("There is no fleet {0}.", name));
  }
  return found;
}

function existingOf(destination: StreamDestination | undefined): object {
  const domain = /:domain\/(.+)$/.exec(destination?.domainArn ?? "")?.[1];
  const bucket = /:::(.+)$/.exec(destination?.bucketArn ?? "")?.[1];
  const deliveryRole = lastPart(destination?.roleArn);
  return {
    ...(domain === undefined ? {} : { domain }),
    ...(bucket === undefined ? {} : { bucket }),
    ...(deliveryRole === undefined ? {} : { deliveryRole }),
  };
}

function usedBy({ name, imageName, imageArn, iamRoleArn }: Fleet, stack: string | undefined): object {
  const image = imageName ?? lastPart(imageArn);
  const machineRole = lastPart(iamRoleArn);
  return {
    fleet: name,
    ...(stack === undefined ? {} : { appstreamStack: stack }),
    ...(image === undefined ? {} : { image }),
    ...(machineRole === undefined ? {} : { machineRole }),
  };
}

function lastPart(arn: string | undefined): string | undefined {
  return arn === undefined ? undefined : /\/([^/]+)$/.exec(arn)?.[1];
}

/** Only what tails, checks and drift read; a definition with errors would be of no use. */
function streamValues(destination: StreamDestination | undefined): object {
  const { indexName, indexRotation } = destination ?? {};
  const kinds: Readonly<Record<string, string>> = { opensearch: "opensearch", elasticsearch: "opensearch", s3: "s3" };
  const kind = kinds[destination?.kind ?? ""];
  if (kind === undefined) {
    throw new AppError("invalidInput", l10n.t("A stream with the destination {0} cannot be imported.", destination?.kind ?? ""), {
      next: l10n.t("Streams to a domain or a bucket can."),
    });
  }
  return {
    destination: kind,
    ...(indexName === undefined ? {} : { index: indexName }),
    ...(indexRotation === undefined ? {} : { indexRotation }),
  };
}
