import vscode = require("vscode");
import type { FileChange, Fix } from "../core/text/problem";
import { lineStarts, positionAt } from "../core/text/span";
import { folderOf, joinPath } from "../core/project/loadProject";
import { toWorkspaceEdit } from "./convert";
import { readText, statOf } from "./files";

/** A repair as the editor offers it; undefined when a file that it makes is there already, or one that it changes is not. */
export async function toQuickFix(
  document: vscode.TextDocument,
  fix: Fix,
  diagnostic: vscode.Diagnostic,
): Promise<vscode.CodeAction | undefined> {
  const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.isPreferred = fix.preferred === true;
  if (fix.toUtf8 === true) {
    const command = "appstreamMonitor.language.saveAsUtf8";
    action.command = { title: fix.title, command, arguments: [document.uri.toString()] };
    return action;
  }
  action.edit = toWorkspaceEdit(document, fix.edits);
  for (const other of fix.others ?? []) {
    if (document.uri.scheme === "untitled" || !(await addChange(action.edit, fileOf(document, other), other))) {
      return undefined;
    }
  }
  return action;
}

/** A bare name lies beside the document. */
function fileOf(document: vscode.TextDocument, { file }: FileChange): string {
  return file.includes("/") ? file : joinPath(folderOf(document.uri.toString()), encodeURIComponent(file));
}

async function addChange(edit: vscode.WorkspaceEdit, path: string, { change }: FileChange): Promise<boolean> {
  const uri = vscode.Uri.parse(path);
  if ("create" in change) {
    if ((await statOf(path)) !== undefined) {
      return false;
    }
    edit.createFile(uri, { overwrite: false });
    edit.insert(uri, new vscode.Position(0, 0), change.create);
    return true;
  }
  const text = await readText(path);
  const starts = lineStarts(text ?? "");
  const at = (offset: number): vscode.Position => {
    const { line, column } = positionAt(starts, offset);
    return new vscode.Position(line, column);
  };
  for (const { span, text: inserted } of change.edits) {
    edit.replace(uri, new vscode.Range(at(span.start), at(span.end)), inserted);
  }
  return text !== undefined;
}
