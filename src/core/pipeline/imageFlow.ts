import * as l10n from "@vscode/l10n";
import { findImage } from "../aws/found";
import type { Image } from "../aws/ports";
import { AppError } from "../errors";
import type { PipelineDefinition } from "./definition";
import type { ProjectTexts } from "./image/kit";
import { awaitImage, foreign, isOwn, prepareVisit, runningBuilder, type ImageDeps } from "./imageStep";
import type { Visit } from "./progress";

/** What the image needs of the ingest stack: each is there long before the stack is. */
export interface ImageNeeds {
  readonly machineRoleArn: Promise<string>;
  /** Undefined where the pipeline has no bucket of its own to fetch the bootstrap from. */
  readonly bucket: Promise<string | undefined>;
}

export interface ImageChoice {
  readonly definition: PipelineDefinition;
  readonly texts: ProjectTexts;
  /** False: it ends when the person's turn has come. */
  readonly wait: boolean;
}

/** Builder, visit and image, beside the ingest stack. Resolves with `visit` when it waits for the person and was told not to. */
export async function makeImage(
  deps: ImageDeps,
  { definition, texts, wait }: ImageChoice,
  needs: ImageNeeds,
  signal: AbortSignal,
): Promise<"available" | "visit"> {
  const { name } = definition.image;
  const found = await withoutFailed(deps, definition, signal);
  if (found?.state === "AVAILABLE" && !(await isOwn(deps.appstream, definition, found.arn, signal))) {
    throw foreign(l10n.t("There is an image {0} already.", name), "image");
  }
  let visit: Visit = { url: "", line: "", expires: new Date(8.64e15) };
  const renew = async (): Promise<Visit> => prepareVisit(deps, definition, texts, await needs.bucket, signal);
  if (found === undefined) {
    const ready = await visitOrImage(deps, definition, await needs.machineRoleArn, renew, signal);
    if (ready !== undefined) {
      visit = ready;
      deps.emit({
        kind: "phase",
        phase: "visit",
        text: l10n.t("Your turn: open the image builder, sign in as Administrator and paste the one line into an elevated PowerShell."),
      });
      deps.emit({ kind: "visit", visit });
      if (!wait) {
        return "visit";
      }
    }
  }
  const bucket = visit.url === "" ? undefined : await needs.bucket;
  await awaitImage(deps, definition, { current: visit, renew, bucket }, signal);
  return "available";
}

/** The image; one of our own that an earlier run has seen fail is removed first. */
async function withoutFailed(deps: ImageDeps, definition: PipelineDefinition, signal: AbortSignal): Promise<Image | undefined> {
  const { name } = definition.image;
  const found = await findImage(deps.appstream, name, signal);
  if (found?.state !== "FAILED" || !(await isOwn(deps.appstream, definition, found.arn, signal))) {
    return found;
  }
  deps.emit({
    kind: "note",
    severity: "information",
    text: l10n.t("Removing the image {0}, which had failed: {1}", name, found.reason ?? ""),
  });
  await deps.appstream.deleteImage(name, signal);
  for (;;) {
    const left = await findImage(deps.appstream, name, signal);
    if (left === undefined) {
      return undefined;
    }
    await deps.clock.delay(deps.pace.first, signal);
  }
}

/**
 * Undefined when the image is being made already. Whoever was in the builder before, when an earlier run had called them, may paste the
 * line at any moment: then the builder takes no more visitors.
 */
async function visitOrImage(
  deps: ImageDeps,
  definition: PipelineDefinition,
  machineRoleArn: string,
  renew: () => Promise<Visit>,
  signal: AbortSignal,
): Promise<Visit | undefined> {
  const isBegun = async (): Promise<boolean> => (await findImage(deps.appstream, definition.image.name, signal)) !== undefined;
  while (!(await isBegun())) {
    await runningBuilder(deps, definition, machineRoleArn, signal);
    if (await isBegun()) {
      return undefined;
    }
    try {
      return await renew();
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== "OperationNotPermittedException") {
        throw thrown;
      }
      await deps.clock.delay(deps.pace.first, signal);
    }
  }
  return undefined;
}
