import vscode = require("vscode");
import { previewScheme } from "../ids";
import { showMarkdown } from "../workbench/markdownPage";

/** Read-only documents with the text of previews; one for each title, refreshed when it is shown again. */
export class PreviewDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(previewScheme, this);
  readonly onDidChange = this.changes.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  async show(title: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: previewScheme, path: `/${title}.md` });
    this.texts.set(uri.toString(), text);
    this.changes.fire(uri);
    await showMarkdown(uri);
  }

  dispose(): void {
    this.registration.dispose();
    this.changes.dispose();
  }
}
