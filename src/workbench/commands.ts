import vscode = require("vscode");
import { isAbort, isWithoutCredentials, noDefinition, toAppError, type AppError } from "../core/errors";
import type { CommandArguments, CommandId } from "../ids";
import type { Log } from "./log";

export type CommandHandler<Id extends CommandId> = (argument: CommandArguments[Id] | undefined) => unknown;

/** Runs another capability's command: the only way one capability reaches another. */
export function run<Id extends CommandId>(id: Id, argument?: CommandArguments[Id]): Thenable<unknown> {
  return vscode.commands.executeCommand(id, argument);
}

/** Registers a command whose failure is logged and shown once, with the way to the log and the next step. */
export function registerCommand<Id extends CommandId>(log: Log, id: Id, handler: CommandHandler<Id>): vscode.Disposable {
  const attempt = async (argument: CommandArguments[Id] | undefined): Promise<unknown> => {
    try {
      return await handler(argument);
    } catch (thrown) {
      if (!isAbort(thrown)) {
        log.error(id, thrown);
        showError(toAppError(thrown), () => void attempt(argument));
      }
      return undefined;
    }
  };
  return vscode.commands.registerCommand(id, attempt);
}

/** A sign-in of the AWS command line renews these credentials. */
function isSignInNeeded(error: AppError): boolean {
  return error.reason === "expiredCredentials" && /ProviderError|Unauthorized/.test(error.code ?? "");
}

/** Not awaited: nobody has to answer a notification. */
function showError(error: AppError, again: () => void): void {
  const signIn = vscode.l10n.t("Sign In");
  const connect = vscode.l10n.t("Connect…");
  const newProject = vscode.l10n.t("New Monitoring Project…");
  const showLog = vscode.l10n.t("Show Log");
  const actions = [
    ...(isSignInNeeded(error) ? [signIn] : []),
    ...(isWithoutCredentials(error) ? [connect] : []),
    ...(error.code === noDefinition ? [newProject] : []),
    showLog,
  ];
  const text = error.next === undefined ? error.message : `${error.message} ${error.next}`;
  void vscode.window.showErrorMessage(text, ...actions).then(async (choice) => {
    if (choice === signIn && (await run("appstreamMonitor.connection.signIn")) === true) {
      again();
    } else if (choice === connect) {
      void run("appstreamMonitor.connection.connect");
    } else if (choice === newProject) {
      void run("appstreamMonitor.pipeline.newProject");
    } else if (choice === showLog) {
      void run("appstreamMonitor.workbench.showLog");
    }
  });
}
