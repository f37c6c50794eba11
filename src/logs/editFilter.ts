import * as vscode from "vscode";

/** Undefined when the user changed nothing. */
export async function editFilter(title: string, filter: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title,
    value: filter,
    prompt: vscode.l10n.t("Only events that meet all of it are shown; empty shows all."),
    placeHolder: 'level:error,warning provider:"My App" -id:1000',
  });
}
