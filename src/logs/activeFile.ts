import vscode = require("vscode");
import { parseDocument } from "../core/config/document";
import { recognise } from "../core/config/recognition";
import { streamSinks } from "../core/config/structure";
import type { TailArgument } from "../ids";

export interface FileSource {
  readonly label: string;
  readonly argument: TailArgument;
}

/** What the file in the active editor writes to: the declaration under the cursor first. */
export function sourcesOfActiveFile(): readonly FileSource[] {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || !["json", "jsonc"].includes(editor.document.languageId)) {
    return [];
  }
  const { document } = editor;
  const parsed = parseDocument(document.getText());
  const kind = recognise(document.fileName, parsed);
  if (kind === "pipeline") {
    return [{ label: vscode.l10n.t("the pipeline of this file"), argument: { pipeline: document.uri.toString() } }];
  }
  if (kind !== "agent") {
    return [];
  }
  const cursor = document.offsetAt(editor.selection.active);
  const distance = ({ span }: { readonly span: { readonly start: number; readonly end: number } }): number =>
    cursor >= span.start && cursor <= span.end ? 0 : 1;
  return streamSinks(parsed)
    .sort((a, b) => distance(a) - distance(b))
    .map(({ stream, region }) => ({ label: stream, argument: region === undefined ? { stream } : { stream, region } }));
}
