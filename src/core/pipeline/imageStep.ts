import * as l10n from "@vscode/l10n";
import { allPages, findBuilder, findImage, ifFound } from "../aws/found";
import type { AppStreamPort, BucketsPort, Image, ImageBuilder } from "../aws/ports";
import type { Clock } from "../clock";
import { AppError } from "../errors";
import { ownerTags, pipelineTag, type PipelineDefinition } from "./definition";
import { createBootstrap, downloadLine, imagePayload, marked, selfContainedLine, type ProjectTexts } from "./image/kit";
import type { Listener, Pace, Visit } from "./progress";
import { appstreamPasses, withRetry } from "./waiting";

export interface ImageDeps {
  readonly appstream: AppStreamPort;
  readonly buckets: BucketsPort;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly emit: Listener;
}

/** On the builder: where its bootstrap lies, as s3://BUCKET/KEY. */
export const bootstrapTag = "appstream-monitor:bootstrap";
export const bootstrapKey = "appstream-monitor/bootstrap.ps1";
const progressKey = "appstream-monitor/progress.txt";
const urlSeconds = 3600;

/** True when the resource carries this pipeline's tag; what has gone meanwhile is nobody's. */
export async function isOwn(appstream: AppStreamPort, definition: PipelineDefinition, arn: string, signal?: AbortSignal): Promise<boolean> {
  return (await ifFound(() => appstream.tags(arn, signal)))?.[pipelineTag] === definition.name;
}

/** Name of the newest public base image that the definition means. */
export async function findBaseImage(appstream: AppStreamPort, definition: PipelineDefinition, signal?: AbortSignal): Promise<string> {
  const wanted = definition.image.baseImage;
  const all = await allPages((token) => appstream.listImages({ type: "PUBLIC", ...token }, signal));
  const found = all.filter((one) => one.name.startsWith(wanted) && one.state === "AVAILABLE");
  const newest = found.sort((a, b) => (b.created?.getTime() ?? 0) - (a.created?.getTime() ?? 0) || b.name.localeCompare(a.name))[0];
  if (newest === undefined) {
    throw new AppError("notFound", l10n.t('There is no public base image whose name begins with "{0}" in this Region.', wanted), {
      next: l10n.t('Choose another "baseImage" in the definition.'),
    });
  }
  return newest.name;
}

/** The builder in state RUNNING: found, started or created. */
export async function runningBuilder(
  deps: ImageDeps,
  definition: PipelineDefinition,
  machineRoleArn: string,
  signal: AbortSignal | undefined,
): Promise<ImageBuilder> {
  const { appstream } = deps;
  const { builderName } = definition.image;
  let builder = await withoutFailedBuilder(deps, definition, signal);
  if (builder === undefined) {
    deps.emit({ kind: "phase", phase: "builder", text: l10n.t("Creating the image builder {0}.", builderName) });
    builder = await createdOrFound(deps, definition, machineRoleArn, signal);
  } else if (!(await isOwn(appstream, definition, builder.arn, signal))) {
    throw foreign(l10n.t("The image builder {0} does not belong to this pipeline.", builderName), "builderName");
  }
  for (;;) {
    if (builder.state === "RUNNING") {
      return builder;
    }
    if (builder.state === "FAILED") {
      throw new AppError("conflict", l10n.t("The image builder {0} failed: {1}", builderName, failureOf(builder)), {
        next: l10n.t("Deploy again: it is deleted and made anew."),
      });
    }
    if (builder.state === "STOPPED") {
      await withRetry(deps.clock, retryRule(deps), () => appstream.startImageBuilder(builderName, signal), signal);
    }
    await deps.clock.delay(deps.pace.first, signal);
    builder = (await findBuilder(appstream, builderName, signal)) ?? builder;
  }
}

/** One of our own that an earlier run has seen fail is deleted first. */
async function withoutFailedBuilder(
  deps: ImageDeps,
  definition: PipelineDefinition,
  signal: AbortSignal | undefined,
): Promise<ImageBuilder | undefined> {
  const { appstream } = deps;
  const { builderName } = definition.image;
  let found = await findBuilder(appstream, builderName, signal);
  if (found?.state === "FAILED" && (await isOwn(appstream, definition, found.arn, signal))) {
    const text = l10n.t("Deleting the image builder {0}, which had failed: {1}", builderName, failureOf(found));
    deps.emit({ kind: "note", severity: "information", text });
    await appstream.deleteImageBuilder(builderName, signal);
    do {
      await deps.clock.delay(deps.pace.first, signal);
      found = await findBuilder(appstream, builderName, signal);
    } while (found !== undefined);
  }
  return found;
}

function failureOf(builder: ImageBuilder): string {
  return builder.errors.map((one) => `${one.code} ${one.message}`).join("; ") || (builder.reason ?? builder.state);
}

/** When the first answer is lost, the call that is sent again finds the builder that it has made. */
async function createdOrFound(
  deps: ImageDeps,
  definition: PipelineDefinition,
  machineRoleArn: string,
  signal: AbortSignal | undefined,
): Promise<ImageBuilder> {
  try {
    return await createBuilder(deps, definition, machineRoleArn, signal);
  } catch (thrown) {
    const taken = thrown instanceof AppError && thrown.code === "ResourceAlreadyExistsException";
    const found = taken ? await findBuilder(deps.appstream, definition.image.builderName, signal) : undefined;
    if (found === undefined || !(await isOwn(deps.appstream, definition, found.arn, signal))) {
      throw thrown;
    }
    return found;
  }
}

async function createBuilder(
  deps: ImageDeps,
  definition: PipelineDefinition,
  iamRoleArn: string,
  signal: AbortSignal | undefined,
): Promise<ImageBuilder> {
  const { image, fleet } = definition;
  const imageName = await findBaseImage(deps.appstream, definition, signal);
  const [subnet] = fleet.subnetIds;
  return withRetry(
    deps.clock,
    retryRule(deps),
    () =>
      deps.appstream.createImageBuilder(
        {
          name: image.builderName,
          instanceType: image.builderInstanceType,
          imageName,
          iamRoleArn,
          enableDefaultInternetAccess: fleet.defaultInternetAccess,
          ...(subnet === undefined ? {} : { subnetIds: [subnet], securityGroupIds: fleet.securityGroupIds }),
          tags: ownerTags(definition),
        },
        signal,
      ),
    signal,
  );
}

function retryRule(deps: ImageDeps): { passes: typeof appstreamPasses; limitMs: number; pauseMs: number } {
  return { passes: appstreamPasses, limitMs: 120_000, pauseMs: deps.pace.first };
}

/** After a failure or a deletion: the pipeline's own builder bills nothing while it is stopped. */
export async function stopOwnBuilder(deps: Pick<ImageDeps, "appstream" | "emit">, definition: PipelineDefinition): Promise<void> {
  const { appstream } = deps;
  const found = await findBuilder(appstream, definition.image.builderName);
  if (found?.state === "RUNNING" && (await isOwn(appstream, definition, found.arn))) {
    await appstream.stopImageBuilder(found.name);
    deps.emit({
      kind: "note",
      severity: "warning",
      text: l10n.t("The image builder {0} was stopped, so that it costs nothing.", found.name),
    });
  }
}

/** With the image there nothing needs it any more. */
export async function remindOfBuilder(
  { appstream, emit }: Pick<ImageDeps, "appstream" | "emit">,
  { image }: PipelineDefinition,
  signal?: AbortSignal,
): Promise<void> {
  const builder = await findBuilder(appstream, image.builderName, signal);
  if (builder?.state === "RUNNING") {
    const text = l10n.t("The image builder {0} is running and billed by the hour: stop or delete it in the view Fleets.", builder.name);
    emit({ kind: "note", severity: "warning", text });
  }
}

/** Address of the builder and the one line to paste there, both valid for an hour. */
export async function prepareVisit(
  deps: ImageDeps,
  definition: PipelineDefinition,
  texts: ProjectTexts,
  bucket: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Visit> {
  const payload = await marked(imagePayload(definition, texts));
  const progressUrl = bucket === undefined ? "" : await deps.buckets.presign(bucket, progressKey, urlSeconds, "PUT");
  const bootstrap = await createBootstrap({ ...payload, progressUrl });
  let line = selfContainedLine(bootstrap);
  if (bucket !== undefined) {
    await deps.buckets.putText(bucket, progressKey, "\n", signal);
    await deps.buckets.putText(bucket, bootstrapKey, bootstrap.text, signal);
    const builder = await findBuilder(deps.appstream, definition.image.builderName, signal);
    if (builder !== undefined) {
      await deps.appstream.tagResource(builder.arn, { [bootstrapTag]: `s3://${bucket}/${bootstrapKey}` }, signal);
    }
    line = downloadLine(await deps.buckets.presign(bucket, bootstrapKey, urlSeconds), bootstrap.sha256);
  }
  const url = await deps.appstream.createImageBuilderStreamingUrl(definition.image.builderName, urlSeconds, signal);
  return { url, line, expires: new Date(deps.clock.now() + urlSeconds * 1000) };
}

/** What the bootstrap on the builder says of itself. Nothing depends on it: what cannot be read is not there. */
async function readProgress(deps: ImageDeps, bucket: string | undefined, signal: AbortSignal | undefined): Promise<string> {
  if (bucket === undefined) {
    return "";
  }
  try {
    return (await deps.buckets.getText(bucket, progressKey, signal)).trim();
  } catch (thrown) {
    if (thrown instanceof AppError && (thrown.reason === "notFound" || thrown.reason === "accessDenied")) {
      return "";
    }
    throw thrown;
  }
}

export interface AwaitedVisit {
  current: Visit;
  readonly renew: () => Promise<Visit>;
  /** Where the bootstrap reports. */
  readonly bucket: string | undefined;
}

/** Waits until the image is AVAILABLE; tells what goes on in the builder, and renews the visit when its hour is over. */
export async function awaitImage(
  deps: ImageDeps,
  definition: PipelineDefinition,
  visit: AwaitedVisit,
  signal: AbortSignal | undefined,
): Promise<Image> {
  let told = "";
  let reported = "";
  for (;;) {
    const progress = told === "" ? await readProgress(deps, visit.bucket, signal) : reported;
    if (progress !== reported) {
      reported = progress;
      deps.emit({ kind: "note", severity: "information", text: l10n.t("In the image builder: {0}", progress) });
    }
    const image = await findImage(deps.appstream, definition.image.name, signal);
    if (image !== undefined && image.state !== told) {
      told = image.state;
      deps.emit({ kind: "phase", phase: "image", text: l10n.t("Image {0}: {1}.", image.name, image.state) });
    }
    if (image?.state === "AVAILABLE") {
      return image;
    }
    if (image?.state === "FAILED") {
      throw new AppError("conflict", l10n.t("The image {0} failed: {1}", image.name, image.reason ?? image.state), {
        next: l10n.t("Deploy again: the failed image is removed, and the line is pasted once more."),
      });
    }
    if (image === undefined && deps.clock.now() >= visit.current.expires.getTime()) {
      visit.current = await visit.renew();
      deps.emit({ kind: "visit", visit: visit.current });
    }
    await deps.clock.delay(image === undefined ? deps.pace.first : deps.pace.later, signal);
  }
}

export function foreign(message: string, key: string): AppError {
  return new AppError("conflict", message, { next: l10n.t('Choose another "{0}" in the definition, or list it under "existing".', key) });
}
