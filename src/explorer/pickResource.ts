import vscode = require("vscode");
import type { Aws } from "../core/aws/ports";
import type { ConnectionSource } from "../core/aws/connection";
import { abortError } from "../core/clock";
import { AppError, toAppError } from "../core/errors";
import type { ResourceArgument } from "../ids";

interface ResourceItem extends vscode.QuickPickItem {
  readonly resource?: ResourceArgument;
}

const namesPerCall = 1000;

/** Asks for what a tree node would have given. Rejects silently when nothing was picked. */
export async function pickResource(connections: ConnectionSource, title: string): Promise<ResourceArgument> {
  const { aws, connection } = await connections.connect();
  const items = listResources(aws).then((found) => {
    if (found.every(({ kind }) => kind === vscode.QuickPickItemKind.Separator)) {
      throw new AppError("notFound", vscode.l10n.t("There is no delivery stream, domain or fleet in {0}.", connection.region));
    }
    return found;
  });
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t("Choose a delivery stream, domain or fleet"),
    matchOnDescription: true,
  });
  if (picked?.resource === undefined) {
    throw abortError();
  }
  return picked.resource;
}

/** One service that refuses leaves the others. */
async function listResources(aws: Aws): Promise<ResourceItem[]> {
  const groups: readonly [string, Promise<readonly ResourceArgument[]>][] = [
    [
      vscode.l10n.t("Delivery streams"),
      aws.streams.list({ limit: namesPerCall }).then((page) => page.items.map((name) => ({ kind: "stream", name }))),
    ],
    [vscode.l10n.t("Domains"), aws.domains.list().then((domains) => domains.map(({ name }) => ({ kind: "domain", name })))],
    [
      vscode.l10n.t("Fleets"),
      aws.appstream.listFleets({}).then((page) => page.items.map(({ name, arn }) => ({ kind: "fleet", name, arn }))),
    ],
  ];
  const answers = await Promise.all(groups.map(async ([label, listed]) => [separator(label), ...(await toItems(listed))]));
  return answers.flat();
}

function separator(label: string): ResourceItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

async function toItems(listed: Promise<readonly ResourceArgument[]>): Promise<ResourceItem[]> {
  try {
    return (await listed).map((resource) => ({ label: resource.name, resource }));
  } catch (thrown) {
    return [{ label: `$(error) ${toAppError(thrown).message}` }];
  }
}
