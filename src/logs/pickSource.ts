import vscode = require("vscode");
import type { Connected } from "../core/aws/connection";
import { allPages } from "../core/aws/found";
import type { SearchTransport } from "../core/aws/ports";
import { abortError } from "../core/clock";
import { AppError, toAppError } from "../core/errors";
import { isIndexName } from "../core/logs/indexNames";
import { listIndexNames } from "../core/logs/tailTarget";
import type { TailArgument } from "../ids";
import { sourcesOfActiveFile } from "./activeFile";

const namesPerCall = 1000;

interface SourceItem extends vscode.QuickPickItem {
  /** Absent: it only says something. */
  readonly argument?: TailArgument;
}

/** Asks for the stream, domain or fleet; what the file in the active editor writes to comes first. */
export async function pickSource(connected: Connected, title: string): Promise<TailArgument> {
  const file = sourcesOfActiveFile().map(({ label, argument }): SourceItem => ({ label, argument }));
  const items = listed([...holders(connected), fleets(connected)]).then((found) => [...group(vscode.l10n.t("This file"), file), ...found]);
  return pick(items, title, vscode.l10n.t("Choose whose events are shown"));
}

/** The stream or domain that holds a fleet's events: nothing in AWS says which. */
export async function pickHolder(connected: Connected, title: string): Promise<TailArgument> {
  return pick(listed(holders(connected)), title, vscode.l10n.t("Choose the delivery stream or the domain that its events go to"));
}

async function pick(items: Promise<readonly SourceItem[]>, title: string, placeHolder: string): Promise<TailArgument> {
  const some = items.then((found) => {
    if (found.length === 0) {
      throw new AppError("notFound", vscode.l10n.t("There is nothing to tail yet: no delivery stream, domain or fleet."), {
        next: vscode.l10n.t("Deploy a pipeline first, or choose another region."),
      });
    }
    return found;
  });
  const picked = await vscode.window.showQuickPick(some, { title, placeHolder, matchOnDescription: true, ignoreFocusOut: true });
  if (picked?.argument === undefined) {
    throw abortError();
  }
  return picked.argument;
}

interface Listing {
  readonly label: string;
  readonly items: Promise<readonly SourceItem[]>;
}

function holders({ aws }: Connected): Listing[] {
  const stream = vscode.l10n.t("delivery stream");
  const domain = vscode.l10n.t("domain");
  return [
    {
      label: vscode.l10n.t("Delivery streams"),
      items: allPages((token) => aws.streams.list({ limit: namesPerCall, ...token })).then((all) =>
        all.map((name) => ({ label: name, description: stream, argument: { stream: name } })),
      ),
    },
    {
      label: vscode.l10n.t("Domains"),
      items: aws.domains.list().then((all) => all.map(({ name }) => ({ label: name, description: domain, argument: { domain: name } }))),
    },
  ];
}

function fleets({ aws }: Connected): Listing {
  const description = vscode.l10n.t("fleet");
  return {
    label: vscode.l10n.t("Fleets"),
    items: allPages((token) => aws.appstream.listFleets(token)).then((all) =>
      all.map(({ name }) => ({ label: name, description, argument: { fleet: name } })),
    ),
  };
}

/** A listing that fails is named among the others; when all fail, so does this. */
async function listed(listings: readonly Listing[]): Promise<SourceItem[]> {
  const settled = await Promise.allSettled(listings.map(({ items }) => items));
  const [first] = settled;
  if (first?.status === "rejected" && settled.every(({ status }) => status === "rejected")) {
    throw first.reason;
  }
  return settled.flatMap((result, at) => {
    const label = listings[at]?.label ?? "";
    const failed = (): SourceItem => ({
      label: `$(warning) ${label}`,
      description: toAppError((result as PromiseRejectedResult).reason).message,
    });
    return group(label, result.status === "fulfilled" ? result.value : [failed()]);
  });
}

function group(label: string, items: readonly SourceItem[]): SourceItem[] {
  return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

export async function pickIndex(transport: SearchTransport, title: string): Promise<string> {
  const other = vscode.l10n.t("Another index…");
  const items = listIndexNames(transport).then((names) => [...names, other]);
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t("Choose an index"), ignoreFocusOut: true });
  const name = picked === other ? await askIndex(title) : picked;
  if (name === undefined || name === "") {
    throw abortError();
  }
  return name;
}

function askIndex(title: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t("Name of the index, without the date that rotation appends"),
    validateInput: (text) =>
      isIndexName(text) ? undefined : vscode.l10n.t("An index name is in lower case and has no wildcards, commas or spaces."),
  });
}
