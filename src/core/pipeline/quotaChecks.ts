import * as l10n from "@vscode/l10n";
import type { Aws, Page, Quota } from "../aws/ports";
import { isAbort, toAppError } from "../errors";
import type { PipelineDefinition } from "./definition";
import type { Check, PreflightInput } from "./preflight";

/** What an account gets without asking for more, where its own number is not known. */
const usualQuota = 10;

/** Whether what the pipeline makes still fits into the account. */
export async function quotas({ aws, definition, streaming }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const own = await accountQuotas(aws, signal);
  const counts = streaming === undefined ? await countChecks(aws, definition, own.quotas, signal) : [];
  const instances = own.quotas === undefined ? [] : await instanceChecks(aws, definition, own.quotas, signal);
  return [...own.checks, ...counts, ...instances];
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
    if (isAbort(thrown) || error.reason === "expiredCredentials" || error.reason === "notConnected") {
      throw thrown;
    }
    return { quotas: undefined, checks: [{ severity: "warning", text: l10n.t("The account's quotas were not read: {0}", error.message) }] };
  }
}

interface Kind {
  readonly isWanted: boolean;
  readonly quota: string;
  readonly words: string;
  readonly list: (token: { nextToken?: string }) => Promise<Page<unknown>>;
}

async function countChecks(
  { appstream }: Aws,
  { existing }: PipelineDefinition,
  known: readonly Quota[] | undefined,
  signal?: AbortSignal,
): Promise<readonly Check[]> {
  const makesImage = existing.image === undefined && existing.fleet === undefined;
  const kinds: readonly Kind[] = [
    {
      isWanted: existing.fleet === undefined,
      quota: "Fleets",
      words: l10n.t("fleets"),
      list: (token) => appstream.listFleets(token, signal),
    },
    { isWanted: true, quota: "Stacks", words: l10n.t("AppStream stacks"), list: (token) => appstream.listStacks(token, signal) },
    {
      isWanted: makesImage,
      quota: "Image builders",
      words: l10n.t("image builders"),
      list: (token) => appstream.listImageBuilders(token, signal),
    },
    {
      isWanted: makesImage,
      quota: "Private images",
      words: l10n.t("images"),
      list: (token) => appstream.listImages({ type: "PRIVATE", ...token }, signal),
    },
  ];
  const found = await Promise.all(
    kinds
      .filter(({ isWanted }) => isWanted)
      .map(async ({ quota, words, list }): Promise<readonly Check[]> => {
        const { length } = await allPages(list);
        const value = valueOf(known, quota);
        if (length < (value ?? usualQuota)) {
          return [];
        }
        return value === undefined
          ? [
              {
                severity: "warning",
                text: l10n.t("There are {0} {1} already; the usual quota is {2}.", length, words, usualQuota),
                remedy: l10n.t("Look at the account's own number in Service Quotas."),
              },
            ]
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
async function instanceChecks(
  { appstream }: Aws,
  { existing, fleet, image }: PipelineDefinition,
  known: readonly Quota[],
  signal?: AbortSignal,
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  if (existing.fleet === undefined) {
    const quota = `${instanceWords(fleet.instanceType)} streaming instances for fleets`;
    const fleets = await allPages((token) => appstream.listFleets(token, signal));
    const used = fleets
      .filter((one) => one.name !== fleet.name && one.state !== "STOPPED" && one.instanceType === fleet.instanceType)
      .reduce((sum, one) => sum + (one.capacity?.desired ?? 0), 0);
    checks.push(...fits(known, quota, fleet.instanceType, used, fleet.desiredInstances));
  }
  if (existing.fleet === undefined && existing.image === undefined) {
    const quota = `${instanceWords(image.builderInstanceType)} streaming instances for image builders`;
    const builders = await allPages((token) => appstream.listImageBuilders(token, signal));
    const isUsing = (state: string): boolean => state !== "STOPPED" && state !== "FAILED";
    const used = builders.filter(
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

async function allPages<T>(list: (token: { nextToken?: string }) => Promise<Page<T>>): Promise<readonly T[]> {
  const found: T[] = [];
  let token: { nextToken?: string } | undefined = {};
  while (token !== undefined) {
    const page: Page<T> = await list(token);
    found.push(...page.items);
    token = page.nextToken === undefined ? undefined : { nextToken: page.nextToken };
  }
  return found;
}
