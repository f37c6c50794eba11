import vscode = require("vscode");
import type { Problem, Severity } from "../core/text/problem";
import type { TextEdit, TextSpan } from "../core/text/span";
import { diagnosticSource } from "../ids";

/** Core offsets and unions to editor objects; decides nothing. */

export function toRange(document: vscode.TextDocument, span: TextSpan): vscode.Range {
  return new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
}

export function toSeverity(severity: Severity): vscode.DiagnosticSeverity {
  switch (severity) {
    case "error":
      return vscode.DiagnosticSeverity.Error;
    case "warning":
      return vscode.DiagnosticSeverity.Warning;
    case "information":
      return vscode.DiagnosticSeverity.Information;
  }
}

/** The code is a link to the shipped page about the rule. */
export function toDiagnostic(document: vscode.TextDocument, problem: Problem, link: (code: string) => vscode.Uri): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(toRange(document, problem.span), problem.message, toSeverity(problem.severity));
  diagnostic.source = diagnosticSource;
  diagnostic.code = { value: problem.code, target: link(problem.code) };
  diagnostic.relatedInformation = (problem.related ?? [])
    .filter((place) => place.file === undefined)
    .map(
      (place) => new vscode.DiagnosticRelatedInformation(new vscode.Location(document.uri, toRange(document, place.span)), place.message),
    );
  if (problem.unnecessary === true) {
    diagnostic.tags = [vscode.DiagnosticTag.Unnecessary];
  }
  return diagnostic;
}

export function toWorkspaceEdit(document: vscode.TextDocument, edits: readonly TextEdit[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const one of edits) {
    edit.replace(document.uri, toRange(document, one.span), one.text);
  }
  return edit;
}
