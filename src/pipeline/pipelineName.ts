import vscode = require("vscode");

/** A pipeline's own name; undefined after Escape. */
export function askPipelineName(title: string, proposed = ""): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title,
    value: proposed,
    ignoreFocusOut: true,
    prompt: vscode.l10n.t("Name of the pipeline: letters, digits and hyphens."),
    validateInput: (text) =>
      /^[a-zA-Z][a-zA-Z0-9-]{2,27}$/.test(text)
        ? undefined
        : vscode.l10n.t("3 to 28 letters, digits and hyphens, beginning with a letter."),
  });
}
