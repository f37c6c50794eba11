import * as l10n from "@vscode/l10n";
import type { AppStreamStack, Fleet, Page } from "../aws/ports";
import { fleetDetails, summarizeFleet, summarizeImage, summarizeImageBuilder, summarizeSession, summarizeStack } from "./fleet";
import type { Summary } from "./summary";

import { factEntries, type Entry, type EntryPage, type LoadRequest } from "./entry";

/** A page of fleets as the service cuts it. With a filter, pages are read on until one holds a match. */
export async function loadFleets(request: LoadRequest): Promise<EntryPage> {
  const found: Fleet[] = [];
  let { nextToken } = request;
  do {
    const page = await request.aws.appstream.listFleets(nextToken === undefined ? {} : { nextToken }, request.signal);
    found.push(...page.items.filter(({ name }) => request.accepts(name)));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && found.length === 0);
  const items = found.map(fleetEntry);
  return { items, footer: footer(), ...(nextToken === undefined ? {} : { nextToken }) };
}

function fleetEntry(fleet: Fleet): Entry {
  return {
    type: "resource",
    summary: summarizeFleet(fleet),
    tail: { fleet: fleet.name },
    load: (request) => loadFleet(fleet, request),
  };
}

async function loadFleet(fleet: Fleet, { aws, signal }: LoadRequest): Promise<Page<Entry>> {
  const names = await aws.appstream.listAssociatedStacks(fleet.name, signal);
  const none = { label: l10n.t("Associated stacks"), value: l10n.t("none") };
  const described = names.length === 0 ? [] : (await aws.appstream.listStacks({ names }, signal)).items;
  const stacks = described.map((stack) => stackEntry(fleet, stack));
  return { items: [...factEntries(fleetDetails(fleet)), ...(stacks.length === 0 ? factEntries([none]) : stacks)] };
}

function stackEntry(fleet: Fleet, stack: AppStreamStack): Entry {
  return {
    type: "resource",
    summary: summarizeStack(stack),
    parent: fleet.name,
    load: (request) => loadSessions(fleet.name, stack.name, request),
  };
}

async function loadSessions(fleetName: string, stackName: string, request: LoadRequest): Promise<Page<Entry>> {
  const token = request.nextToken === undefined ? {} : { nextToken: request.nextToken };
  const page = await request.aws.appstream.listSessions({ fleetName, stackName, ...token }, request.signal);
  const items = page.items.map((session): Entry => ({
    type: "resource",
    summary: summarizeSession(session),
    parent: fleetName,
    tail: { fleet: fleetName, sessionId: session.id },
  }));
  if (items.length === 0 && request.nextToken === undefined) {
    return { items: factEntries([{ label: l10n.t("Sessions"), value: l10n.t("none now") }]) };
  }
  return page.nextToken === undefined ? { items } : { items, nextToken: page.nextToken };
}

/** Images and image builders belong to the account, not to one fleet: they stand below the fleets. */
function footer(): readonly Entry[] {
  return [
    {
      type: "group",
      key: "images",
      label: l10n.t("Images"),
      icon: "package",
      empty: l10n.t("No images of your own."),
      load: loadImages,
    },
    {
      type: "group",
      key: "imageBuilders",
      label: l10n.t("Image Builders"),
      icon: "tools",
      empty: l10n.t("No image builders."),
      load: loadImageBuilders,
    },
  ];
}

/** Own and shared images; the hundreds that AWS publishes are only of interest as a base. One token for each kind that has more. */
async function loadImages({ aws, nextToken, signal }: LoadRequest): Promise<Page<Entry>> {
  const tokens = nextToken === undefined ? undefined : (JSON.parse(nextToken) as Partial<Record<string, string>>);
  const types = (["PRIVATE", "SHARED"] as const).filter((type) => tokens === undefined || tokens[type] !== undefined);
  const pages = await Promise.all(
    types.map((type) => {
      const token = tokens?.[type];
      return aws.appstream.listImages({ type, ...(token === undefined ? {} : { nextToken: token }) }, signal);
    }),
  );
  const items = pages.flatMap((page) => page.items.map((image) => leaf(summarizeImage(image))));
  const more = types.map((type, at) => [type, pages[at]?.nextToken] as const).filter(([, token]) => token !== undefined);
  return more.length === 0 ? { items } : { items, nextToken: JSON.stringify(Object.fromEntries(more)) };
}

async function loadImageBuilders({ aws, nextToken, signal }: LoadRequest): Promise<Page<Entry>> {
  const page = await aws.appstream.listImageBuilders(nextToken === undefined ? {} : { nextToken }, signal);
  const items = page.items.map((builder) => leaf(summarizeImageBuilder(builder)));
  return page.nextToken === undefined ? { items } : { items, nextToken: page.nextToken };
}

function leaf(summary: Summary): Entry {
  return { type: "resource", summary };
}
