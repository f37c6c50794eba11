import vscode = require("vscode");
import { contextKeys, keptTailsKey } from "../ids";

/** A status bar item while there are tails of the window before: nothing else speaks of them unasked. */
export function offerKept(workspaceState: vscode.Memento): vscode.Disposable {
  const { length } = workspaceState.get<readonly unknown[]>(keptTailsKey, []);
  if (length === 0) {
    return vscode.Disposable.from();
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
