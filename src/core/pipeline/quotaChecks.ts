import * as l10n from "@vscode/l10n";
import { allPages } from "../aws/found";
import type { Aws, Fleet, ImageBuilder, Quota } from "../aws/ports";
import { isAbort, isWithoutCredentials, toAppError } from "../errors";
import { createsDomain, runningInstances, type PipelineDefinition } from "./definition";
import type { Check, PreflightInput } from "./preflight";

/** What an account gets without asking for more, where its own number is not known. */
const usualQuota = 10;

/** Whether what the pipeline makes still fits into the account. */
export async function quotas({ aws, definition, streaming }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const own = await accountQuotas(aws, signal);
  const there = listings(aws, signal);
  const counts = streaming === undefined ? await countChecks(there, definition, own.quotas) : [];
  const instances = own.quotas === undefined ? [] : await instanceChecks(there, definition, own.quotas);
  return [...own.checks, ...counts, ...instances];
}

/** What is in the account. Each is asked for when it is needed, and once. */
interface Listings {
  readonly fleets: () => Promise<readonly Fleet[]>;
  readonly stacks: () => Promise<readonly unknown[]>;
  readonly builders: () => Promise<readonly ImageBuilder[]>;
  readonly images: () => Promise<readonly unknown[]>;
}

function listings({ appstream }: Aws, signal?: AbortSignal): Listings {
  return {
    fleets: once((token) => appstream.listFleets(token, signal)),
    stacks: once((token) => appstream.listStacks(token, signal)),
    builders: once((token) => appstream.listImageBuilders(token, signal)),
    images: once((token) => appstream.listImages({ type: "PRIVATE", ...token }, signal)),
  };
}

function once<T>(list: Parameters<typeof allPages<T>>[0]): () => Promise<readonly T[]> {
  let found: Promise<readonly T[]> | undefined;
  return () => (found ??= allPages(list));
}

interface AccountQuotas {
  /** Undefined where they may not be read. */
  readonly quotas: readonly Quota[] | undefined;
  readonly checks: readonly Check[];
}

/** A convenience: without it the usual numbers are taken. */
async function accountQuotas(aws: Aws, signal?: AbortSignal): Promise<AccountQuotas> {
  try {
    return { quotas: await aws.quotas.list("appstream2", signal), checks: [] };
  } catch (thrown) {
    const error = toAppError(thrown);
    if (isAbort(thrown) || isWithoutCredentials(error)) {
      throw thrown;
    }
    return { quotas: undefined, checks: [{ severity: "warning", text: l10n.t("The account's quotas were not read: {0}", error.message) }] };
  }
}

/** A Region's streams and domains beside the usual quotas; the account's own may be other ones, so that it is no more than a warning. */
export async function streamCount({ aws, definition }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  if (definition.existing.stream !== undefined) {
    return [];
  }
  const streams = await allPages((token) => aws.streams.list({ limit: 10_000, ...token }, signal));
  return usualCheck(streams.length, l10n.t("delivery streams"), 50);
}

export async function domainCount({ aws, definition }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  return createsDomain(definition) ? usualCheck((await aws.domains.list(signal)).length, l10n.t("domains"), 100) : [];
}

function usualCheck(length: number, words: string, usual: number): readonly Check[] {
  return length < usual
    ? []
    : [
        {
          severity: "warning",
          text: l10n.t("There are {0} {1} already; the usual quota is {2}.", length, words, usual),
          remedy: l10n.t("Look at the account's own number in Service Quotas."),
        },
      ];
}

interface Kind {
  readonly isWanted: boolean;
  readonly quota: string;
  readonly words: string;
  readonly list: () => Promise<readonly unknown[]>;
}

async function countChecks(
  there: Listings,
  { existing }: PipelineDefinition,
  known: readonly Quota[] | undefined,
): Promise<readonly Check[]> {
  const makesImage = existing.image === undefined && existing.fleet === undefined;
  const kinds: readonly Kind[] = [
    { isWanted: existing.fleet === undefined, quota: "Fleets", words: l10n.t("fleets"), list: there.fleets },
    { isWanted: true, quota: "Stacks", words: l10n.t("AppStream stacks"), list: there.stacks },
    { isWanted: makesImage, quota: "Image builders", words: l10n.t("image builders"), list: there.builders },
    { isWanted: makesImage, quota: "Private images", words: l10n.t("images"), list: there.images },
  ];
  const found = await Promise.all(
    kinds
      .filter(({ isWanted }) => isWanted)
      .map(async ({ quota, words, list }): Promise<readonly Check[]> => {
        const { length } = await list();
        const value = valueOf(known, quota);
        if (length < (value ?? usualQuota)) {
          return [];
        }
        return value === undefined
          ? usualCheck(length, words, usualQuota)
          : [
              {
                severity: "error",
                text: l10n.t("There are {0} {1} already, as many as the account may have.", length, words),
                remedy: more(quota),
              },
            ];
      }),
  );
  return found.flat();
}

/** Instances of a type are counted over all fleets, and apart from them over all image builders. */
async function instanceChecks(there: Listings, definition: PipelineDefinition, known: readonly Quota[]): Promise<readonly Check[]> {
  const { existing, fleet, image } = definition;
  const checks: Check[] = [];
  if (existing.fleet === undefined) {
    const quota = `${instanceWords(fleet.instanceType)} streaming instances for fleets`;
    const used = (await there.fleets())
      .filter((one) => one.name !== fleet.name && one.state !== "STOPPED" && one.instanceType === fleet.instanceType)
      .reduce((sum, one) => sum + (one.capacity?.desired ?? 0), 0);
    checks.push(...fits(known, quota, fleet.instanceType, used, runningInstances(definition)));
  }
  if (existing.fleet === undefined && existing.image === undefined) {
    const quota = `${instanceWords(image.builderInstanceType)} streaming instances for image builders`;
    const isUsing = (state: string): boolean => state !== "STOPPED" && state !== "FAILED";
    const used = (await there.builders()).filter(
      (one) => one.name !== image.builderName && isUsing(one.state) && one.instanceType === image.builderInstanceType,
    ).length;
    checks.push(...fits(known, quota, image.builderInstanceType, used, 1));
  }
  return checks;
}

function fits(known: readonly Quota[], quota: string, type: string, used: number, wanted: number): readonly Check[] {
  const value = valueOf(known, quota);
  if (value === undefined) {
    return [{ severity: "warning", text: l10n.t('Service Quotas lists no "{0}": whether {1} fits is not known.', quota, type) }];
  }
  return used + wanted <= value
    ? [{ severity: "ok", text: l10n.t("{0}: {1} of {2} used, {3} more fit.", quota, used, value, wanted) }]
    : [
        {
          severity: "error",
          text: l10n.t("{0}: the account may have {1}, {2} are used, and this needs {3}.", quota, value, used, wanted),
          remedy: more(quota),
        },
      ];
}

const more = (quota: string): string =>
  l10n.t('Ask for a higher quota "{0}" in Service Quotas (Amazon AppStream 2.0), remove something, or choose another type.', quota);

const valueOf = (known: readonly Quota[] | undefined, name: string): number | undefined =>
  known?.find((one) => one.name.toLowerCase() === name.toLowerCase())?.value;

const familyWords: Readonly<Record<string, string>> = {
  standard: "Standard",
  compute: "Compute-optimized",
  memory: "Memory-optimized",
  "memory.z1d": "Memory-optimized z1d",
  "graphics-design": "Graphics design",
  "graphics-desktop": "Graphics desktop",
  "graphics-pro": "Graphics pro",
};

/** An instance type as Service Quotas words it: stream.graphics.g4dn.xlarge is "Graphics G4DN xlarge". */
export function instanceWords(instanceType: string): string {
  const [, family = "", size = ""] = /^stream\.(.+)\.([^.]+)$/.exec(instanceType) ?? [];
  const graphics = /^graphics\.(.+)$/.exec(family)?.[1];
  return `${familyWords[family] ?? (graphics === undefined ? family : `Graphics ${graphics.toUpperCase()}`)} ${size}`;
}
