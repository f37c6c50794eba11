import vscode = require("vscode");
import { createEnvironment, type AgentEnvironment } from "../core/agent/environment";
import { ownEventChoice, previewChoices, previewText, sourceAt, type PreviewChoice } from "../core/agent/preview";
import { AppError } from "../core/errors";
import { recordsScheme, type PreviewArgument } from "../ids";
import type { Documents } from "./documents";
import { readText } from "./files";

/** Shows, for a chosen sample event, the record that each pipe would send, in a document that cannot be edited. */
export class RecordPreview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly documents: Documents;
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly texts = new Map<string, string>();
  readonly onDidChange = this.changed.event;

  constructor(documents: Documents) {
    this.documents = documents;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  dispose(): void {
    this.changed.dispose();
  }

  async show(argument: PreviewArgument | undefined): Promise<void> {
    const configuration = await this.configurationOf(argument);
    const environment = createEnvironment({ now: Date.now() });
    const near = argument === undefined ? this.sourceAtCursor() : undefined;
    const choice = await choose(previewChoices(configuration, argument?.source, environment, near), environment);
    if (choice === undefined) {
      return;
    }
    const name = vscode.l10n.t("Records of {0}", choice.source).replaceAll(/[\\/?#]/g, "_");
    const uri = vscode.Uri.from({ scheme: recordsScheme, path: `/${name}.txt` });
    this.texts.set(uri.toString(), previewText(configuration, choice, environment));
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }

  private sourceAtCursor(): string | undefined {
    const editor = vscode.window.activeTextEditor;
    const config = editor === undefined ? undefined : this.documents.json(editor.document)?.parsed;
    return editor === undefined || config === undefined ? undefined : sourceAt(config, editor.document.offsetAt(editor.selection.active));
  }

  private async configurationOf(argument: PreviewArgument | undefined): Promise<string> {
    const active = vscode.window.activeTextEditor?.document;
    const own = active !== undefined && this.documents.get(active)?.kind === "agent" ? active.uri.toString() : undefined;
    const uri = argument?.config ?? own;
    const text = uri === undefined ? undefined : await readText(uri);
    if (text === undefined) {
      throw new AppError(
        "invalidInput",
        vscode.l10n.t("There is no agent configuration to preview: open an appsettings.json of the Kinesis Agent first."),
      );
    }
    return text;
  }
}

async function choose(choices: readonly PreviewChoice[], environment: AgentEnvironment): Promise<PreviewChoice | undefined> {
  const items = choices.map((choice) => ({ label: choice.label, description: choice.source, choice }));
  const own = {
    label: vscode.l10n.t("An event of your own…"),
    description: vscode.l10n.t("one line of text, or the event as JSON"),
    choice: undefined,
  };
  const title = vscode.l10n.t("Preview Records: choose an event");
  const picked = await vscode.window.showQuickPick([...items, own], { title, matchOnDescription: true });
  return picked === undefined ? undefined : (picked.choice ?? ownEvent(choices, environment));
}

async function ownEvent(choices: readonly PreviewChoice[], environment: AgentEnvironment): Promise<PreviewChoice | undefined> {
  const title = vscode.l10n.t("Preview Records: a line of text, or an event as JSON");
  const text = await vscode.window.showInputBox({ title, ignoreFocusOut: true });
  return text === undefined || text === "" ? undefined : ownEventChoice(text, choices, environment);
}
