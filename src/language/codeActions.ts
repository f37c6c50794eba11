import * as vscode from "vscode";
import { differenceOf, fixAll } from "../core/config/quickFixes";
import { checkFile } from "../core/project/checkFile";
import { toQuickFix, toWorkspaceEdit } from "./convert";
import type { Diagnostics, Found } from "./diagnostics";
import type { Documents } from "./documents";

export const fixAllKind = vscode.CodeActionKind.SourceFixAll.append("appstreamMonitor");

export class CodeActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, fixAllKind] };
  private readonly documents: Documents;
  private readonly diagnostics: Diagnostics;

  constructor(documents: Documents, diagnostics: Diagnostics) {
    this.documents = documents;
    this.diagnostics = diagnostics;
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range, context: vscode.CodeActionContext): vscode.CodeAction[] {
    const only = context.only;
    if (only !== undefined && only.contains(fixAllKind)) {
      return this.allFixed(document, vscode.l10n.t("Fix all problems that can be fixed safely"), fixAllKind);
    }
    if (only !== undefined && !only.contains(vscode.CodeActionKind.QuickFix) && !vscode.CodeActionKind.QuickFix.contains(only)) {
      return [];
    }
    const here = this.diagnostics.of(document).filter((found) => found.diagnostic.range.intersection(range) !== undefined);
    const fixes = oncePerEdit(document, here);
    const safe = here.some((found) => found.problem.fixes?.some((fix) => fix.safe));
    return safe
      ? [...fixes, ...this.allFixed(document, vscode.l10n.t("Fix all problems of this file"), vscode.CodeActionKind.QuickFix)]
      : fixes;
  }

  private allFixed(document: vscode.TextDocument, title: string, kind: vscode.CodeActionKind): vscode.CodeAction[] {
    const file = this.documents.get(document);
    const fixed = file === undefined ? undefined : fixAll(file.text, (text) => checkFile(file.kind, text));
    if (file === undefined || fixed === undefined) {
      return [];
    }
    const action = new vscode.CodeAction(title, kind);
    action.edit = toWorkspaceEdit(document, [differenceOf(file.text, fixed)]);
    return [action];
  }
}

/** Several findings may share one repair of the whole file; it is offered once. */
function oncePerEdit(document: vscode.TextDocument, found: readonly Found[]): vscode.CodeAction[] {
  const seen = new Set<string>();
  const actions: vscode.CodeAction[] = [];
  for (const { problem, diagnostic } of found) {
    for (const fix of problem.fixes ?? []) {
      const key = `${fix.title} ${String(fix.edits[0]?.span.start)} ${String(fix.edits.length)}`;
      if (!seen.has(key)) {
        seen.add(key);
        actions.push(toQuickFix(document, fix, diagnostic));
      }
    }
  }
  return actions;
}
