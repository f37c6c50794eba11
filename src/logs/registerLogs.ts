import vscode = require("vscode");
import { contextKeys, keptTailsKey } from "../ids";
import { registerCommand } from "../workbench/commands";
import type { Tails, TailsParts } from "./createTails";

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
        offer?.dispose();
      }
    }),
  );
  const offer = offerKept(parts.memento);
  return {
    dispose: () => {
      offer?.dispose();
      registered.forEach((command) => {
        command.dispose();
      });
      void loaded?.then((tails) => {
        tails.dispose();
      });
    },
  };
}

/** A status bar item while there are tails of the window before: nothing else speaks of them unasked. */
function offerKept(memento: vscode.Memento): vscode.Disposable | undefined {
  const { length } = memento.get<readonly unknown[]>(keptTailsKey, []);
  if (length === 0) {
    return undefined;
  }
  const item = vscode.window.createStatusBarItem("tails.kept", vscode.StatusBarAlignment.Left);
  item.name = vscode.l10n.t("Tails of the last window");
  item.text = `$(history) ${vscode.l10n.t("Resume Tails ({0})", length)}`;
  item.tooltip = vscode.l10n.t("Tails were running when this window ended. Click to go on where they were.");
  item.command = "appstreamMonitor.logs.resumeTails";
  item.show();
  void vscode.commands.executeCommand("setContext", contextKeys.tailsKept, true);
  return vscode.Disposable.from(item, { dispose: () => void vscode.commands.executeCommand("setContext", contextKeys.tailsKept, false) });
}
