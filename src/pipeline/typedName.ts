import vscode = require("vscode");

/** True when exactly this name was typed. */
export async function typedName(title: string, prompt: string, name: string): Promise<boolean> {
  const typed = await vscode.window.showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    validateInput: (text) => (text === name || text === "" ? undefined : vscode.l10n.t("Type exactly {0}.", name)),
  });
  return typed === name;
}
