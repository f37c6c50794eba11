import type * as vscode from "vscode";
import type { AwsBundle } from "./bundles";
import { registerCommand } from "./commands";
import type { Log } from "./log";

type CreateTails = Awaited<ReturnType<AwsBundle["loadTails"]>>["createTails"];
type Tails = ReturnType<CreateTails>;
type Parts = Parameters<CreateTails>[0];
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
  "appstreamMonitor.logs.showWindow",
  "appstreamMonitor.logs.openEvent",
  "appstreamMonitor.logs.copyEvent",
  "appstreamMonitor.logs.showSession",
  "appstreamMonitor.logs.filterByValue",
  "appstreamMonitor.logs.excludeValue",
];

export interface LogsGateParts extends Parts {
  readonly log: Log;
}

/** Loads what the commands of tails and events do with the first of them. */
export function registerLogsGate(parts: LogsGateParts): vscode.Disposable {
  let loaded: Promise<Tails> | undefined;
  const create = async (): Promise<Tails> => (await (await parts.bundles.aws()).loadTails()).createTails(parts);
  const load = (): Promise<Tails> => (loaded ??= create());
  const registered = commands.map((id) => registerCommand(parts.log, id, async (argument) => (await load()).run(id, argument)));
  return {
    dispose: () => {
      registered.forEach((command) => {
        command.dispose();
      });
      void loaded?.then((tails) => {
        tails.dispose();
      });
    },
  };
}
