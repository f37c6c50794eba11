import * as vscode from "vscode";
import { createEnvironment, type AgentEnvironment } from "../core/agent/environment";
import { previewChoices, previewText } from "../core/agent/preview";
import { readSampleEvents } from "../core/agent/sampleEvent";
import { AppError } from "../core/errors";
import type { PreviewArgument } from "../ids";
import { readText } from "./files";
import type { Documents } from "./documents";

/** Shows, for a chosen sample event, the record that each pipe would send. */
export async function previewRecords(documents: Documents, argument: PreviewArgument | undefined): Promise<void> {
  const active = vscode.window.activeTextEditor?.document;
  const uri = argument?.config ?? (active !== undefined && documents.get(active)?.kind === "agent" ? active.uri.toString() : undefined);
  const configuration = uri === undefined ? undefined : await readText(uri);
  if (configuration === undefined) {
    throw new AppError(
      "invalidInput",
      vscode.l10n.t("There is no agent configuration to preview: open an appsettings.json of the Kinesis Agent first."),
    );
  }
  const environment = createEnvironment({ now: Date.now() });
  const choices = previewChoices(configuration, argument?.source, environment);
  const items = choices.map((choice) => ({ label: choice.label, description: choice.source, choice }));
  const own = {
    label: vscode.l10n.t("An event of your own…"),
    description: vscode.l10n.t("one line of text, or the event as JSON"),
    choice: undefined,
  };
  const picked = await vscode.window.showQuickPick([...items, own], {
    title: vscode.l10n.t("Preview Records: choose an event"),
    matchOnDescription: true,
  });
  if (picked === undefined) {
    return;
  }
  const choice = picked.choice ?? (await ownEvent(argument?.source ?? choices[0]?.source ?? "", environment));
  if (choice !== undefined) {
    const content = previewText(configuration, choice, environment);
    const shown = await vscode.workspace.openTextDocument({ content, language: "plaintext" });
    await vscode.window.showTextDocument(shown, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }
}

async function ownEvent(source: string, environment: AgentEnvironment): Promise<ReturnType<typeof previewChoices>[number] | undefined> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t("Preview Records: a line of text, or an event as JSON"),
    ignoreFocusOut: true,
  });
  if (text === undefined || text === "") {
    return undefined;
  }
  const [event] = /^\s*[{[]/.test(text) ? readSampleEvents(text, environment) : readSampleEvents(JSON.stringify(text), environment);
  return event === undefined ? undefined : { source, label: vscode.l10n.t("own event"), event: { ...event, source } };
}
