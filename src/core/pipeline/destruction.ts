import * as l10n from "@vscode/l10n";
import { allPages, ifFound } from "../aws/found";
import type { CallerIdentity, Image, ImageBuilder, Page, StackResource, StackSummary } from "../aws/ports";
import { AppError, isAbort, toAppError } from "../errors";
import { pipelineTag, stackName, type PipelineDefinition, type StackPart } from "./definition";
import type { DeploymentDeps } from "./deployment";
import { deleteStack } from "./execution";
import { isOwn } from "./imageStep";
import { deleteBucket, deleteBuilder, deleteImage, endSessions, sharesOf } from "./removal";
import { followStack, isRunning } from "./stackFollower";
import { findOwnStack } from "./stackPlan";

export interface DestructionPreview {
  readonly identity: CallerIdentity;
  /** Nothing of the pipeline is there, not even an unfinished stack. */
  readonly isEmpty: boolean;
  readonly dies: readonly { readonly type: string; readonly name: string }[];
  readonly stays: readonly { readonly type: string; readonly name: string; readonly why: string }[];
  readonly buckets: readonly string[];
  readonly sessions: number;
}

export interface DestructionOutcome {
  readonly removed: readonly string[];
  readonly remains: readonly string[];
  readonly failures: readonly AppError[];
}

/** Takes a pipeline down: sessions, fleet and AppStream stack, then image and builder beside the ingest stack, then the bucket when told to. */
export class Destruction {
  private readonly deps: DeploymentDeps;
  private readonly definition: PipelineDefinition;

  constructor(deps: DeploymentDeps, definition: PipelineDefinition) {
    this.deps = deps;
    this.definition = definition;
  }

  async preview(signal?: AbortSignal): Promise<DestructionPreview> {
    const { aws } = this.deps;
    const [identity, ingest, streaming, images, builders, buckets] = await Promise.all([
      aws.identity.getCallerIdentity(signal),
      this.own("ingest", signal),
      this.own("streaming", signal),
      this.ownImages(signal),
      this.ownBuilders(signal),
      this.buckets(signal),
    ]);
    const resources = (await Promise.all([streaming, ingest].map((stack) => this.resourcesOf(stack, signal)))).flat();
    const keepsDomain = this.definition.domain.onDelete === "retain";
    const stays = resources.filter((one) => keepsDomain && one.resourceType === "AWS::OpenSearchService::Domain");
    const dies = resources.filter((one) => !stays.includes(one) && one.resourceType !== "AWS::S3::Bucket");
    const isEmpty = ingest === undefined && streaming === undefined && [...images, ...builders, ...buckets].length === 0;
    return {
      identity,
      isEmpty,
      dies: [
        ...dies.map((one) => ({ type: one.resourceType, name: one.physicalId ?? one.logicalId })),
        ...(await Promise.all(images.map(({ name }) => this.imageLine(name, signal)))),
        ...builders.map(({ name }) => ({ type: "AWS::AppStream::ImageBuilder", name })),
      ],
      stays: [
        ...buckets.map((name) => ({ type: "AWS::S3::Bucket", name, why: l10n.t("It may hold records that were not delivered.") })),
        ...stays.map((one) => ({
          type: one.resourceType,
          name: one.physicalId ?? one.logicalId,
          why: l10n.t("The definition says so; it keeps costing."),
        })),
      ],
      buckets,
      sessions: (await this.sessions(signal)).length,
    };
  }

  /** Goes on past single failures. What is gone already counts as removed, so an interrupted destruction can be run again. */
  async execute(options: { readonly emptyBuckets: boolean }, signal?: AbortSignal): Promise<DestructionOutcome> {
    const removed: string[] = [];
    const failures: AppError[] = [];
    const attempt = async (name: string, run: () => Promise<boolean>): Promise<boolean> => {
      try {
        if (await run()) {
          removed.push(name);
        }
        return true;
      } catch (thrown) {
        if (isAbort(thrown)) {
          throw thrown;
        }
        // Somebody else was quicker, or the first answer was lost.
        if (thrown instanceof AppError && thrown.reason === "notFound") {
          removed.push(name);
          return true;
        }
        failures.push(toAppError(thrown));
        this.deps.emit({ kind: "note", severity: "warning", text: `${name}: ${toAppError(thrown).message}` });
        return false;
      }
    };
    await attempt(l10n.t("Sessions"), () => this.expireSessions(signal));
    await attempt(stackName(this.definition, "streaming"), () => this.deletePart("streaming", signal));
    const [images, builders] = await Promise.all([this.ownImages(signal), this.ownBuilders(signal)]);
    await Promise.all([
      ...images.map(({ name }) => attempt(name, () => deleteImage(this.deps, name, signal))),
      ...builders.map((one) => attempt(one.name, () => deleteBuilder(this.deps, one, signal))),
      attempt(stackName(this.definition, "ingest"), async () => {
        await this.drain(options.emptyBuckets, signal);
        return this.deletePart("ingest", signal);
      }),
    ]);
    const buckets = await this.buckets(signal);
    for (const name of options.emptyBuckets ? buckets : []) {
      await attempt(name, () => deleteBucket(this.deps, name, signal));
    }
    return { removed, remains: await this.remains(signal), failures };
  }

  private async imageLine(image: string, signal?: AbortSignal): Promise<{ readonly type: string; readonly name: string }> {
    const accounts = await sharesOf(this.deps.aws.appstream, image, signal);
    const name = accounts.length === 0 ? image : l10n.t("{0}, which accounts {1} lose too", image, accounts.join(", "));
    return { type: "AWS::AppStream::Image", name };
  }

  private own(part: StackPart, signal?: AbortSignal): Promise<StackSummary | undefined> {
    return findOwnStack(this.deps.aws.cloudformation, this.definition, part, signal);
  }

  private async resourcesOf(stack: StackSummary | undefined, signal?: AbortSignal): Promise<readonly StackResource[]> {
    const found = stack === undefined ? [] : await this.deps.aws.cloudformation.listResources(stack.id, signal);
    return found.filter((one) => one.status !== "DELETE_COMPLETE");
  }

  /** By tag: an image that a later one has replaced counts too. */
  private async ownImages(signal?: AbortSignal): Promise<readonly Image[]> {
    const { appstream } = this.deps.aws;
    return this.tagged((nextToken) => appstream.listImages({ type: "PRIVATE", ...nextToken }, signal), signal);
  }

  private async ownBuilders(signal?: AbortSignal): Promise<readonly ImageBuilder[]> {
    const { appstream } = this.deps.aws;
    return this.tagged((nextToken) => appstream.listImageBuilders(nextToken, signal), signal);
  }

  private async tagged<T extends Image | ImageBuilder>(
    list: (token: { nextToken?: string }) => Promise<Page<T>>,
    signal: AbortSignal | undefined,
  ): Promise<readonly T[]> {
    const own: T[] = [];
    for (const one of await allPages(list)) {
      if (one.state !== "DELETING" && (await isOwn(this.deps.aws.appstream, this.definition, one.arn, signal))) {
        own.push(one);
      }
    }
    return own;
  }

  /** By tag, so that the bucket of a stack that is gone already is still found. */
  private buckets(signal?: AbortSignal): Promise<readonly string[]> {
    const { bucket, existing, name } = this.definition;
    if (existing.bucket !== undefined || existing.stream !== undefined) {
      return Promise.resolve([]);
    }
    const prefix = bucket.name === "" ? `${stackName(this.definition, "ingest").toLowerCase()}-` : bucket.name;
    return this.deps.aws.buckets.findTagged(prefix, { key: pipelineTag, value: name }, signal);
  }

  private async sessions(signal?: AbortSignal): Promise<readonly string[]> {
    const { appstream } = this.deps.aws;
    const { existing, fleet, appstreamStack } = this.definition;
    if ((await this.own("streaming", signal)) === undefined) {
      return [];
    }
    const where = { stackName: existing.appstreamStack ?? appstreamStack.name, fleetName: existing.fleet ?? fleet.name };
    const found = await ifFound(() => allPages((token) => appstream.listSessions({ ...where, ...token }, signal)));
    return (found ?? []).filter((one) => one.state !== "EXPIRED").map((one) => one.id);
  }

  private async expireSessions(signal?: AbortSignal): Promise<boolean> {
    const ids = await this.sessions(signal);
    await endSessions(this.deps, ids, () => this.sessions(signal), signal);
    return ids.length > 0;
  }

  /** What Firehose still buffers arrives before its stream is deleted, where the place it delivers to stays. */
  private async drain(emptyBuckets: boolean, signal?: AbortSignal): Promise<void> {
    const { existing, stream, domain } = this.definition;
    const intoBucket = stream.destination === "s3";
    const stays = intoBucket
      ? existing.bucket !== undefined || !emptyBuckets
      : stream.destination !== "opensearch" || existing.domain !== undefined || domain.onDelete === "retain";
    if (!stays || existing.stream !== undefined || (await this.own("ingest", signal)) === undefined) {
      return;
    }
    const seconds = Math.ceil(stream.bufferSeconds * this.deps.pace.bufferShare);
    const text = l10n.t("Waiting {0} s, so that what the stream still holds is delivered.", seconds);
    this.deps.emit({ kind: "note", severity: "information", text });
    await this.deps.clock.delay(seconds * 1000, signal);
  }

  private async deletePart(part: StackPart, signal?: AbortSignal): Promise<boolean> {
    const { cloudformation } = this.deps.aws;
    const deps = { ...this.deps, cloudformation };
    const stack = await this.own(part, signal);
    if (stack === undefined) {
      return false;
    }
    this.deps.emit({ kind: "phase", phase: part, text: l10n.t("Deleting {0}.", stack.name) });
    if (isRunning(stack.status)) {
      await this.settle(part, stack, signal);
    }
    if (stack.terminationProtection === true) {
      await cloudformation.setTerminationProtection(stack.id, false, signal);
    }
    if ((await this.own(part, signal)) !== undefined) {
      await deleteStack(deps, part, stack.id, signal);
    }
    return true;
  }

  /** Waits for a running operation; how it ends does not matter to a deletion. */
  private async settle(part: StackPart, stack: StackSummary, signal?: AbortSignal): Promise<void> {
    try {
      await followStack({ ...this.deps, cloudformation: this.deps.aws.cloudformation }, part, stack.id, new Set(), signal);
    } catch (thrown) {
      if (isAbort(thrown)) {
        throw thrown;
      }
      this.deps.emit({ kind: "note", severity: "information", text: toAppError(thrown).message });
    }
  }

  private async remains(signal?: AbortSignal): Promise<readonly string[]> {
    const [ingest, streaming, images, builders, buckets] = await Promise.all([
      this.own("ingest", signal),
      this.own("streaming", signal),
      this.ownImages(signal),
      this.ownBuilders(signal),
      this.buckets(signal),
    ]);
    const left = await Promise.all([ingest, streaming].map((stack) => this.resourcesOf(stack, signal)));
    const domain = this.definition.domain.onDelete === "retain" ? [l10n.t("Domain {0}", this.definition.domain.name)] : [];
    return [
      ...left.flat().map((one) => `${one.resourceType} ${one.physicalId ?? one.logicalId}`),
      ...[...images, ...builders].map((one) => one.name),
      ...buckets.map((name) => l10n.t("Bucket {0}", name)),
      ...domain,
    ];
  }
}
