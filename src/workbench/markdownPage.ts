import vscode = require("vscode");

const markdownExtension = "vscode.markdown-language-features";

/** Shows a Markdown document: rendered where the editor's preview is there, else as text. */
export async function showMarkdown(uri: vscode.Uri, { beside = false, text = uri } = {}): Promise<void> {
  if (vscode.extensions.getExtension(markdownExtension) === undefined) {
    await vscode.commands.executeCommand("vscode.open", text);
  } else {
    await vscode.commands.executeCommand(beside ? "markdown.showPreviewToSide" : "markdown.showPreview", uri);
  }
}
