import * as l10n from "@vscode/l10n";
import { findBuilder, findFleet, findImage, findNamed, ifFound } from "../aws/found";
import type { AppStreamPort, Aws, CallerIdentity, StackSummary } from "../aws/ports";
import { toAppError } from "../errors";
import { createsDomain, pipelineTag, type PipelineDefinition } from "./definition";
import { contentHash, contentTag, imagePayload, type ProjectTexts } from "./image/kit";
import { findBaseImage, isOwn } from "./imageStep";
import { domainOffer, existingDomain, serviceLinkedRole } from "./domainChecks";
import { networkChecks } from "./networkChecks";
import { deniedActions } from "./rights";
import { existingRoles } from "./existingRoles";
import { domainCount, quotas, streamCount } from "./quotaChecks";

export interface Check {
  readonly severity: "ok" | "warning" | "error";
  readonly text: string;
  readonly remedy?: string;
}

export interface PreflightInput {
  readonly aws: Aws;
  readonly definition: PipelineDefinition;
  readonly texts: ProjectTexts;
  readonly identity: CallerIdentity;
  /** The pipeline's own CloudFormation stacks; what they hold is no collision. */
  readonly ingest: StackSummary | undefined;
  readonly streaming: StackSummary | undefined;
}

/** Everything that can be known before anything is created. A check that is not permitted is a warning, not a failure. */
export async function preflight(input: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const checks = [
    account,
    domainOffer,
    ...(input.ingest === undefined
      ? [existingDomain, serviceLinkedRole, domainCount, streamCount, domainName, streamName, roleNames, logGroupName, bucketName]
      : []),
    ...(input.streaming === undefined ? [fleetName, appstreamStackName, serviceRole] : [fleetPower]),
    quotas,
    existingRoles,
    networkChecks,
    image,
    builder,
    permissions,
  ];
  const found = await Promise.all(checks.map((check) => guarded(check, input, signal)));
  return found.flat();
}

type CheckFunction = (input: PreflightInput, signal?: AbortSignal) => Promise<readonly Check[]>;

const none: readonly Check[] = [];
const taken = (text: string): Check => ({
  severity: "error",
  text,
  remedy: l10n.t('Choose another name in the definition, or use what exists by listing it under "existing".'),
});

async function guarded(check: CheckFunction, input: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  try {
    return await check(input, signal);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.reason === "accessDenied") {
      return [{ severity: "warning", text: l10n.t("Not checked: {0}", error.message) }];
    }
    if (error.reason === "notFound" || error.reason === "invalidInput") {
      return [{ severity: "error", text: error.message, ...(error.next === undefined ? {} : { remedy: error.next }) }];
    }
    throw thrown;
  }
}

/** A definition that names its account is for no other one. */
async function account({ definition, identity }: PreflightInput): Promise<readonly Check[]> {
  return definition.account === undefined || definition.account === identity.account
    ? none
    : [
        {
          severity: "error",
          text: l10n.t("The definition is for account {0}, but you are connected to {1}.", definition.account, identity.account),
          remedy: l10n.t("Choose a profile of that account."),
        },
      ];
}

async function domainName({ aws, definition }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const { domain } = definition;
  if (!createsDomain(definition)) {
    return none;
  }
  const found = await ifFound(() => aws.domains.get(domain.name, signal));
  return found === undefined ? none : [taken(l10n.t("There is a domain {0} already.", domain.name))];
}

async function streamName({ aws, definition }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const { existing, stream } = definition;
  const found = await ifFound(() => aws.streams.get(existing.stream ?? stream.name, signal));
  if (existing.stream !== undefined) {
    return found === undefined ? [{ severity: "error", text: l10n.t("There is no delivery stream {0}.", existing.stream) }] : none;
  }
  return found === undefined ? none : [taken(l10n.t("There is a delivery stream {0} already.", stream.name))];
}

async function roleNames({ aws, definition }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const { existing, roles } = definition;
  const own = [
    ...(existing.machineRole === undefined && existing.fleet === undefined ? [roles.machine] : []),
    ...(existing.deliveryRole === undefined && existing.stream === undefined ? [roles.delivery] : []),
  ];
  const collisions = await Promise.all(
    own.map(async (name) =>
      (await aws.iam.findRole(name, signal)) === undefined ? none : [taken(l10n.t("There is a role {0} already.", name))],
    ),
  );
  return collisions.flat();
}

async function logGroupName({ aws, definition }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  if (!definition.stream.errorLogging || definition.existing.stream !== undefined) {
    return none;
  }
  const { group } = definition.logs;
  return (await aws.logGroups.find(group, signal)) === undefined ? none : [taken(l10n.t("There is a log group {0} already.", group))];
}

async function bucketName({ aws, definition, identity }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const { existing, bucket } = definition;
  if (existing.bucket !== undefined) {
    const found = await aws.buckets.find(existing.bucket, identity.account, signal);
    return found === "own" ? none : [{ severity: "error", text: l10n.t("The bucket {0} is not in this account.", existing.bucket) }];
  }
  if (bucket.name === "" || existing.stream !== undefined) {
    return none;
  }
  const found = await aws.buckets.find(bucket.name, identity.account, signal);
  return found === "absent" ? none : [taken(l10n.t("The bucket name {0} is taken.", bucket.name))];
}

async function fleetName({ aws, definition }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const { existing, fleet } = definition;
  const name = existing.fleet ?? fleet.name;
  const found = (await findFleet(aws.appstream, name, signal)) !== undefined;
  if (existing.fleet !== undefined) {
    return found ? none : [{ severity: "error", text: l10n.t("There is no fleet {0}.", name) }];
  }
  return found ? [taken(l10n.t("There is a fleet {0} already.", name))] : none;
}

async function fleetPower({ aws, definition }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const { existing, fleet } = definition;
  if (
    existing.fleet !== undefined ||
    fleet.desiredInstances > 0 ||
    (await findFleet(aws.appstream, fleet.name, signal))?.state !== "RUNNING"
  ) {
    return none;
  }
  return [
    {
      severity: "warning",
      text: l10n.t("The fleet {0} is stopped: running sessions end.", fleet.name),
      remedy: l10n.t('"desiredInstances" is 0, which leaves a fleet stopped.'),
    },
  ];
}

async function appstreamStackName({ aws, definition }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const { existing } = definition;
  if (existing.appstreamStack !== undefined) {
    return existingStack(aws.appstream, existing.appstreamStack, existing.fleet ?? "", signal);
  }
  const { name } = definition.appstreamStack;
  const found = await findNamed((names) => aws.appstream.listStacks({ names }, signal), name);
  return found !== undefined ? [taken(l10n.t("There is an AppStream stack {0} already.", name))] : none;
}

async function existingStack(appstream: AppStreamPort, name: string, fleet: string, signal?: AbortSignal): Promise<readonly Check[]> {
  if ((await findNamed((names) => appstream.listStacks({ names }, signal), name)) === undefined) {
    return [{ severity: "error", text: l10n.t("There is no AppStream stack {0}.", name) }];
  }
  return (await appstream.listAssociatedFleets(name, signal)).includes(fleet)
    ? none
    : [
        {
          severity: "error",
          text: l10n.t("The AppStream stack {0} is not associated with the fleet {1}.", name, fleet),
          remedy: l10n.t("Associate them in the console, or name the two that belong together."),
        },
      ];
}

async function serviceRole({ aws }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const name = "AmazonAppStreamServiceAccess";
  return (await aws.iam.findRole(name, signal)) === undefined
    ? [
        {
          severity: "warning",
          text: l10n.t("The account has no role {0}, without which a fleet does not start.", name),
          remedy: l10n.t("Open the AppStream console once: it creates the role."),
        },
      ]
    : none;
}

async function image({ aws, definition, texts }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const { existing, image: wanted } = definition;
  if (existing.fleet !== undefined) {
    return none;
  }
  if (existing.image !== undefined) {
    const page = await ifFound(() => aws.appstream.listImages({ names: [existing.image ?? ""] }, signal));
    return page?.items.length ? none : [{ severity: "error", text: l10n.t("There is no image {0}.", existing.image) }];
  }
  const content = await contentHash(imagePayload(definition, texts));
  const found = await findImage(aws.appstream, wanted.name, signal);
  if (found === undefined) {
    const base = await findBaseImage(aws.appstream, definition, signal);
    return [{ severity: "ok", text: l10n.t("The image is made from {0}.", base) }];
  }
  const tags = await aws.appstream.tags(found.arn, signal);
  if (tags[pipelineTag] !== definition.name) {
    return [taken(l10n.t("There is an image {0} already.", wanted.name))];
  }
  return tags[contentTag] === undefined || tags[contentTag] === content
    ? none
    : [
        {
          severity: "warning",
          text: l10n.t("The image {0} was made from other project files: sessions go on with the old ones.", wanted.name),
          remedy: l10n.t('Give "image": {"name": …} another name to make a new image and swap it into the fleet.'),
        },
      ];
}

async function builder({ aws, definition }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const { existing, image: wanted } = definition;
  if (existing.fleet !== undefined || existing.image !== undefined) {
    return none;
  }
  const found = await findBuilder(aws.appstream, wanted.builderName, signal);
  return found === undefined || (await isOwn(aws.appstream, definition, found.arn, signal))
    ? none
    : [taken(l10n.t("There is an image builder {0} already.", wanted.builderName))];
}

/** A simulation for the role behind an assumed-role session, or for the user itself. */
async function permissions({ aws, definition, identity }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const session = /^arn:([^:]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(identity.arn);
  const principal = session === null ? identity.arn : `arn:${session[1]}:iam::${session[2]}:role/${session[3]}`;
  if (principal.endsWith(":root")) {
    return none;
  }
  const denied = await deniedActions(aws.iam, principal, definition, identity.account, signal);
  return denied.length === 0
    ? [{ severity: "ok", text: l10n.t("The simulation allows {0} to create everything.", principal) }]
    : [
        {
          severity: "error",
          text: l10n.t("{0} may not: {1}", principal, denied.join(", ")),
          remedy: l10n.t("Ask for these permissions; the whole policy stands at the end of the preview."),
        },
      ];
}
