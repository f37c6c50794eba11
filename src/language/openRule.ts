import * as vscode from "vscode";
import { ruleDocumentation } from "../core/text/rule";

/** Shows the shipped page at the rule: rendered where the Markdown preview is there, else as text. */
export async function openRule(extensionUri: vscode.Uri, code: string): Promise<void> {
  const [path = "", fragment = ""] = ruleDocumentation(code).split("#");
  const page = vscode.Uri.joinPath(extensionUri, ...path.split("/"));
  const commands = await vscode.commands.getCommands(true);
  if (commands.includes("markdown.showPreviewToSide")) {
    await vscode.commands.executeCommand("markdown.showPreviewToSide", page.with({ fragment }));
  } else {
    await vscode.window.showTextDocument(page, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }
}
