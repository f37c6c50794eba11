import vscode = require("vscode");
import { marksKey } from "../ids";

const candidateName = /(?:appsettings|config)[^/]*\.jsonc?$|\/configs\/[^/]+\.json$|[/.]appstream-pipeline\.json$|\.ps1$/i;
const candidateContent = /SourceType|SinkType|SourceRef|SinkRef|SessionStart|SessionTermination|AppStream_|AWSKinesisTap/;
const linesRead = 400;

/** Calls `found` once: with the first document, open now or later, that looks like one of ours or was marked by hand. */
export function watchForOurs(workspaceState: vscode.Memento, found: () => void): vscode.Disposable {
  const marked = (): Readonly<Record<string, unknown>> => workspaceState.get(marksKey, {});
  const isOurs = (document: vscode.TextDocument): boolean => looksOurs(document) || marked()[document.uri.toString()] !== undefined;
  if (vscode.workspace.textDocuments.some(isOurs)) {
    found();
    return vscode.Disposable.from();
  }
  const look = (document: vscode.TextDocument): void => {
    if (isOurs(document)) {
      watching.dispose();
      found();
    }
  };
  const watching = vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      look(document);
    }),
  );
  return watching;
}

function looksOurs(document: vscode.TextDocument): boolean {
  const { path } = document.uri;
  if (!["json", "jsonc", "powershell"].includes(document.languageId) || !candidateName.test(path)) {
    return false;
  }
  // UTF-16 that an editor took for UTF-8 has a zero in every second place.
  const text = (): string => document.getText(new vscode.Range(0, 0, linesRead, 0)).replaceAll("\0", "");
  return /[/.]appstream-pipeline\.json$/.test(path) || candidateContent.test(text());
}
