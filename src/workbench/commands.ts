import * as vscode from "vscode";
import { isAbort, toAppError } from "../core/errors";
import type { CommandArguments, CommandId } from "../ids";
import type { Log } from "./log";

export type CommandHandler<Id extends CommandId> = (argument: CommandArguments[Id] | undefined) => unknown;

/** Runs another capability's command: the only way one capability reaches another. */
export function run<Id extends CommandId>(id: Id, argument?: CommandArguments[Id]): Thenable<unknown> {
  return vscode.commands.executeCommand(id, argument);
}

/** Registers a command whose failure is logged and shown once, with the way to the log and the next step. */
export function registerCommand<Id extends CommandId>(log: Log, id: Id, handler: CommandHandler<Id>): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (argument: CommandArguments[Id] | undefined) => {
    try {
      return await handler(argument);
    } catch (thrown) {
      if (!isAbort(thrown)) {
        log.error(id, thrown);
        showError(thrown);
      }
      return undefined;
    }
  });
}

/** Not awaited: nobody has to answer a notification. */
function showError(thrown: unknown): void {
  const error = toAppError(thrown);
  const connect = vscode.l10n.t("Connect…");
  const showLog = vscode.l10n.t("Show Log");
  const actions = error.reason === "notConnected" || error.reason === "expiredCredentials" ? [connect, showLog] : [showLog];
  const text = error.next === undefined ? error.message : `${error.message} ${error.next}`;
  void vscode.window.showErrorMessage(text, ...actions).then((choice) => {
    if (choice === connect) {
      void run("appstreamMonitor.connection.connect");
    } else if (choice === showLog) {
      void run("appstreamMonitor.workbench.showLog");
    }
  });
}
