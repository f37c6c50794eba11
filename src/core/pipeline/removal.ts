import { allPages, findBuilder } from "../aws/found";
import type { AppStreamPort, ImageBuilder } from "../aws/ports";
import { AppError } from "../errors";
import type { DeploymentDeps } from "./deployment";
import { appstreamPasses, withRetry } from "./waiting";

type Deps = Pick<DeploymentDeps, "aws" | "clock" | "pace">;

/** The accounts that an image is shared with; none where one may not look. */
export async function sharesOf(appstream: AppStreamPort, image: string, signal?: AbortSignal): Promise<readonly string[]> {
  try {
    return await allPages((token) => appstream.listImageShares({ image, ...token }, signal));
  } catch (thrown) {
    if (thrown instanceof AppError && (thrown.reason === "accessDenied" || thrown.reason === "notFound")) {
      return [];
    }
    throw thrown;
  }
}

export async function deleteImage(deps: Deps, name: string, signal?: AbortSignal): Promise<boolean> {
  const { appstream } = deps.aws;
  // A shared image is not deleted.
  for (const account of await sharesOf(appstream, name, signal)) {
    await appstream.deleteImageShare(name, account, signal);
  }
  const passes = (error: AppError): boolean => appstreamPasses(error) || error.code === "ResourceInUseException";
  const rule = { passes, limitMs: 600_000, pauseMs: deps.pace.first };
  await withRetry(deps.clock, rule, () => appstream.deleteImage(name, signal), signal);
  return true;
}

export async function deleteBuilder({ aws, clock, pace }: Deps, found: ImageBuilder, signal?: AbortSignal): Promise<boolean> {
  const { appstream } = aws;
  let builder: ImageBuilder | undefined = found;
  let ordered = false;
  while (builder !== undefined) {
    const { name, state }: ImageBuilder = builder;
    try {
      if (state === "RUNNING") {
        await appstream.stopImageBuilder(name, signal);
      } else if ((state === "STOPPED" || state === "FAILED") && !ordered) {
        ordered = true;
        await appstream.deleteImageBuilder(name, signal);
      }
    } catch (thrown) {
      // Its state has changed in between.
      if (!(thrown instanceof AppError) || thrown.code !== "OperationNotPermittedException") {
        throw thrown;
      }
    }
    await clock.delay(pace.first, signal);
    builder = await findBuilder(appstream, name, signal);
  }
  return true;
}

export async function deleteBucket({ aws, clock, pace }: Deps, name: string, signal?: AbortSignal): Promise<boolean> {
  // Firehose can still write for a moment after its stream is gone.
  const passes = (error: AppError): boolean => error.code === "BucketNotEmpty" || error.code === "OperationAborted";
  const run = async (): Promise<void> => {
    await aws.buckets.empty(name, signal);
    await aws.buckets.delete(name, signal);
  };
  await withRetry(clock, { passes, limitMs: 120_000, pauseMs: pace.first }, run, signal);
  return true;
}

/** How often it is looked whether sessions that were told to end have ended. */
const looks = 24;

/** Active sessions block the end of the association: they are ended, and waited for. */
export async function endSessions(
  { aws, clock, pace }: Deps,
  ids: readonly string[],
  active: () => Promise<readonly string[]>,
  signal?: AbortSignal,
): Promise<void> {
  for (const id of ids) {
    await aws.appstream.expireSession(id, signal);
  }
  for (let look = 0; look < looks && ids.length > 0; look++) {
    const left = await active();
    if (!ids.some((id) => left.includes(id))) {
      return;
    }
    await clock.delay(pace.first, signal);
  }
}
