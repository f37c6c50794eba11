import type * as vscode from "vscode";
import { registerCommand } from "../workbench/commands";
import type { Tails, TailsParts } from "./createTails";
import { offerKept } from "./keptOffer";

type LogsCommand = Parameters<Tails["run"]>[0];

const commands: readonly LogsCommand[] = [
  "appstreamMonitor.logs.tail",
  "appstreamMonitor.logs.stopTail",
  "appstreamMonitor.logs.pauseTail",
  "appstreamMonitor.logs.resumeTail",
  "appstreamMonitor.logs.clearTail",
  "appstreamMonitor.logs.skipTail",
  "appstreamMonitor.logs.changeFilter",
  "appstreamMonitor.logs.tailActions",
  "appstreamMonitor.logs.showOlder",
  "appstreamMonitor.logs.showNewer",
  "appstreamMonitor.logs.saveEvents",
  "appstreamMonitor.logs.resumeTails",
  "appstreamMonitor.logs.domainAccess",
  "appstreamMonitor.logs.showWindow",
  "appstreamMonitor.logs.openEvent",
  "appstreamMonitor.logs.copyEvent",
  "appstreamMonitor.logs.showSession",
  "appstreamMonitor.logs.filterByValue",
  "appstreamMonitor.logs.excludeValue",
];

/** Loads what the commands of tails and events do with the first of them. */
export function registerLogs(parts: TailsParts): vscode.Disposable {
  let loaded: Promise<Tails> | undefined;
  const create = async (): Promise<Tails> => (await (await parts.bundles.aws()).loadTails()).createTails(parts);
  const load = (): Promise<Tails> => (loaded ??= create());
  const registered = commands.map((id) =>
    registerCommand(parts.log, id, async (argument) => {
      await (await load()).run(id, argument);
      if (id === "appstreamMonitor.logs.resumeTails" || id === "appstreamMonitor.logs.tail") {
        offer.dispose();
      }
    }),
  );
  const offer = offerKept(parts.memento);
  return {
    dispose: () => {
      offer.dispose();
      registered.forEach((command) => {
        command.dispose();
      });
      void loaded?.then((tails) => {
        tails.dispose();
      });
    },
  };
}
