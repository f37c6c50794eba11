import vscode = require("vscode");
import type { Connected, ConnectionSource } from "../core/aws/connection";
import { systemClock, type Clock } from "../core/clock";
import { AppError } from "../core/errors";
import { contextKeys, viewIds, type ResourceArgument } from "../ids";
import type { Bundles } from "../workbench/bundles";
import { registerCommand } from "../workbench/commands";
import { openView as openAtOnce, type OpenView } from "../workbench/lateViews";
import type { Log } from "../workbench/log";
import { ExplorerView, type ViewDefinition } from "./explorerView";
import { ErrorNode, MoreNode } from "./node";
import { pickResource } from "./pickResource";

export interface ExplorerParts {
  readonly bundles: Bundles;
  readonly log: Log;
  readonly connections: ConnectionSource;
  readonly clock?: Clock;
  readonly openView?: OpenView;
}

/** The views Delivery Streams, Domains and Fleets with their commands. */
export function registerExplorer({
  bundles,
  log,
  connections,
  clock = systemClock,
  openView = openAtOnce,
}: ExplorerParts): vscode.Disposable {
  const dependencies = { log, connections, clock, openView };
  const [streams, domains, fleets] = definitions(bundles).map((definition) => new ExplorerView(definition, dependencies)) as [
    ExplorerView,
    ExplorerView,
    ExplorerView,
  ];
  const views = [streams, domains, fleets];
  return vscode.Disposable.from(
    ...views,
    registerCommand(log, "appstreamMonitor.explorer.refresh", () => {
      views.forEach((view) => {
        view.refresh();
      });
    }),
    registerCommand(log, "appstreamMonitor.explorer.loadMore", async (node) => {
      if (node instanceof MoreNode) {
        await node.loadMore();
      }
    }),
    registerCommand(log, "appstreamMonitor.explorer.retry", (node) => {
      if (node instanceof ErrorNode) {
        node.retry();
      }
    }),
    registerCommand(log, "appstreamMonitor.explorer.reveal", (argument) => reveal(views, argument)),
    ...filterCommands(log, { streams, domains, fleets }),
    ...resourceCommands(bundles, log, connections),
  );
}

function definitions(bundles: Bundles): readonly ViewDefinition[] {
  return [
    {
      id: viewIds.streams,
      title: vscode.l10n.t("Delivery Streams"),
      filteredKey: contextKeys.streamsFiltered,
      kinds: ["stream"],
      load: async (request) => (await bundles.aws()).loadStreams(request),
      none: (region) => vscode.l10n.t("No delivery streams in {0}.", region),
    },
    {
      id: viewIds.domains,
      title: vscode.l10n.t("Domains"),
      filteredKey: contextKeys.domainsFiltered,
      kinds: ["domain"],
      load: async (request) => (await bundles.aws()).loadDomains(request),
      none: (region) => vscode.l10n.t("No domains in {0}.", region),
    },
    {
      id: viewIds.fleets,
      title: vscode.l10n.t("Fleets"),
      filteredKey: contextKeys.fleetsFiltered,
      kinds: ["fleet"],
      load: async (request) => (await bundles.aws()).loadFleets(request),
      none: (region) => vscode.l10n.t("No fleets in {0}.", region),
    },
  ];
}

/** Without an argument every view is read anew, as after a destroy. */
async function reveal(views: readonly ExplorerView[], argument: ResourceArgument | undefined): Promise<boolean> {
  const view = views.find(({ definition }) => argument !== undefined && definition.kinds.includes(argument.kind));
  views.forEach((each) => {
    each.refresh();
  });
  return view !== undefined && argument !== undefined && (await view.reveal(argument));
}

function filterCommands(log: Log, views: Readonly<Record<"streams" | "domains" | "fleets", ExplorerView>>): vscode.Disposable[] {
  const ask = async (view: ExplorerView): Promise<void> => {
    const text = await vscode.window.showInputBox({
      title: vscode.l10n.t("Filter {0}", view.definition.title),
      prompt: vscode.l10n.t("Show only names that contain this text; empty shows all."),
      value: view.tree.filter,
    });
    if (text !== undefined) {
      view.setFilter(text);
    }
  };
  const clear = (view: ExplorerView) => () => {
    view.setFilter("");
  };
  return [
    registerCommand(log, "appstreamMonitor.explorer.filterStreams", () => ask(views.streams)),
    registerCommand(log, "appstreamMonitor.explorer.filterDomains", () => ask(views.domains)),
    registerCommand(log, "appstreamMonitor.explorer.filterFleets", () => ask(views.fleets)),
    registerCommand(log, "appstreamMonitor.explorer.clearStreamsFilter", clear(views.streams)),
    registerCommand(log, "appstreamMonitor.explorer.clearDomainsFilter", clear(views.domains)),
    registerCommand(log, "appstreamMonitor.explorer.clearFleetsFilter", clear(views.fleets)),
  ];
}

function resourceCommands(bundles: Bundles, log: Log, connections: ConnectionSource): vscode.Disposable[] {
  return [
    registerCommand(log, "appstreamMonitor.explorer.copyName", async (argument) => {
      const { name } = argument ?? (await pickResource(connections, vscode.l10n.t("Copy Name")));
      await vscode.env.clipboard.writeText(name);
    }),
    registerCommand(log, "appstreamMonitor.explorer.copyArn", async (argument) => {
      const resource = argument ?? (await pickResource(connections, vscode.l10n.t("Copy ARN")));
      await vscode.env.clipboard.writeText(await arnOf(await connections.connect(), resource));
    }),
    registerCommand(log, "appstreamMonitor.explorer.openInConsole", async (argument) => {
      const connected = await connections.connect();
      if (connected.connection.kind === "sandbox") {
        void vscode.window.showInformationMessage(vscode.l10n.t("The sandbox has no console: what it holds exists only on this machine."));
        return;
      }
      await openInConsole(bundles, connected, argument ?? (await pickResource(connections, vscode.l10n.t("Open in Console"))));
    }),
  ];
}

async function arnOf({ aws }: Connected, resource: ResourceArgument): Promise<string> {
  if (resource.arn !== undefined && resource.arn !== "") {
    return resource.arn;
  }
  switch (resource.kind) {
    case "stream":
      return (await aws.streams.get(resource.name)).arn;
    case "domain":
      return (await aws.domains.get(resource.name)).arn;
    default:
      throw new AppError("notFound", vscode.l10n.t("{0} has no ARN.", resource.name));
  }
}

async function openInConsole(bundles: Bundles, { connection }: Connected, resource: ResourceArgument): Promise<void> {
  const { kind, name, parent } = resource;
  const place =
    kind === "stream" || kind === "domain"
      ? { kind, name }
      : kind === "index"
        ? { kind: "domain" as const, name: parent ?? name }
        : { kind: kind === "session" ? ("fleet" as const) : kind };
  const { consoleUrl } = await bundles.aws();
  await vscode.env.openExternal(vscode.Uri.parse(consoleUrl(connection.region, place), true));
}
