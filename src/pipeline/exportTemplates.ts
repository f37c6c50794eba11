import vscode = require("vscode");
import type { PipelineArgument } from "../ids";
import type { Bundles } from "../workbench/bundles";
import { chooseDefinition, openDefinition } from "./definitionFiles";

/** Writes the templates and parameters into a folder for the team's own tooling. */
export async function exportTemplates(bundles: Bundles, argument: PipelineArgument | undefined): Promise<void> {
  const uri = await chooseDefinition(argument, vscode.l10n.t("Export Templates"));
  if (uri === undefined) {
    return;
  }
  const { definition, aws } = await openDefinition(bundles, uri);
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: vscode.l10n.t("Export Here"),
      defaultUri: vscode.Uri.joinPath(uri, ".."),
    })) ?? [];
  if (folder === undefined) {
    return;
  }
  const files = aws.exportedFiles(definition);
  for (const [name, text] of Object.entries(files)) {
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), new TextEncoder().encode(text));
  }
  void vscode.window.showInformationMessage(vscode.l10n.t("Wrote {0} files to {1}.", Object.keys(files).length, folder.fsPath));
}
