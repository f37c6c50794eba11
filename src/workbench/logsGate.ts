import type * as vscode from "vscode";
import type { LogsBundle } from "./bundles";
import { registerCommand } from "./commands";
import type { Log } from "./log";

type Tails = ReturnType<LogsBundle["createTails"]>;
type Parts = Parameters<LogsBundle["createTails"]>[0];
type LogsCommand = Parameters<Tails["run"]>[0];

const commands: readonly LogsCommand[] = [
  "appstreamMonitor.logs.tail",
  "appstreamMonitor.logs.stopTail",
  "appstreamMonitor.logs.changeFilter",
];

export interface LogsGateParts extends Parts {
  readonly log: Log;
  readonly logs: () => Promise<LogsBundle>;
}

/** Loads the bundle of tails and events with its first command. */
export function registerLogsGate({ logs, ...parts }: LogsGateParts): vscode.Disposable {
  let loaded: Promise<Tails> | undefined;
  const load = (): Promise<Tails> => (loaded ??= logs().then((bundle) => bundle.createTails(parts)));
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
