import vscode = require("vscode");
import { nodeAt, pointerOf } from "../core/config/document";
import { settingsFileName } from "../core/config/lintSettings";
import { differenceOf } from "../core/config/quickFixes";
import { silencingComment, withSilencedPlace } from "../core/config/silencing";
import { folderOf } from "../core/project/loadProject";
import { toWorkspaceEdit } from "./convert";
import type { Diagnostics, Found } from "./diagnostics";
import type { Documents, OpenFile } from "./documents";
import { readText } from "./files";
import { toQuickFix } from "./quickFix";

export const fixAllKind = vscode.CodeActionKind.SourceFixAll.append("appstreamMonitor");

export class CodeActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, fixAllKind] };
  private readonly documents: Documents;
  private readonly diagnostics: Diagnostics;

  constructor(documents: Documents, diagnostics: Diagnostics) {
    this.documents = documents;
    this.diagnostics = diagnostics;
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const only = context.only;
    if (only !== undefined && only.contains(fixAllKind)) {
      const edit = await this.allFixed(document);
      const action = new vscode.CodeAction(vscode.l10n.t("Fix all problems that can be fixed safely"), fixAllKind);
      return edit === undefined ? [] : [Object.assign(action, { edit })];
    }
    if (only !== undefined && !only.contains(vscode.CodeActionKind.QuickFix) && !vscode.CodeActionKind.QuickFix.contains(only)) {
      return [];
    }
    const here = (await this.diagnostics.current(document)).filter((found) => found.diagnostic.range.intersection(range) !== undefined);
    const fixes = await oncePerEdit(document, here);
    const safe = here.some((found) => found.problem.fixes?.some((fix) => fix.safe && fix.edits.length > 0));
    const all = safe ? [new FixAll(document)] : [];
    return [...fixes, ...all, ...(await this.silencers(document, here)), ...explanations(here)];
  }

  /** The whole file is fixed when somebody chooses that, not with every offer. */
  async resolveCodeAction(action: vscode.CodeAction): Promise<vscode.CodeAction> {
    const edit = action instanceof FixAll ? await this.allFixed(action.document) : undefined;
    return edit === undefined ? action : Object.assign(action, { edit });
  }

  private async silencers(document: vscode.TextDocument, found: readonly Found[]): Promise<vscode.CodeAction[]> {
    const file = this.documents.get(document);
    const once = [...new Map(found.map((one) => [one.problem.code, one])).values()];
    return file === undefined ? [] : (await Promise.all(once.map((one) => silencer(file, one)))).flat();
  }

  /** When the text changes meanwhile, the answer is for the text that is there at the end. */
  private async allFixed(document: vscode.TextDocument): Promise<vscode.WorkspaceEdit | undefined> {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const file = this.documents.get(document);
      if (file === undefined) {
        return undefined;
      }
      const fixed = await this.diagnostics.fixed(file);
      if (document.version === file.version) {
        return fixed === file.text ? undefined : toWorkspaceEdit(document, [differenceOf(file.text, fixed)]);
      }
    }
    return undefined;
  }
}

/** Somebody who types on meanwhile wants no answer. */
const mostAttempts = 3;

class FixAll extends vscode.CodeAction {
  readonly document: vscode.TextDocument;

  constructor(document: vscode.TextDocument) {
    super(vscode.l10n.t("Fix all problems of this file"), vscode.CodeActionKind.QuickFix);
    this.document = document;
  }
}

/** Several findings may share one repair of the whole file; it is offered once. */
async function oncePerEdit(document: vscode.TextDocument, found: readonly Found[]): Promise<vscode.CodeAction[]> {
  const seen = new Set<string>();
  const actions: vscode.CodeAction[] = [];
  for (const { problem, diagnostic } of found) {
    for (const fix of problem.fixes ?? []) {
      const key = `${fix.title} ${String(fix.edits[0]?.span.start)} ${String(fix.edits.length)}`;
      if (!seen.has(key)) {
        seen.add(key);
        const action = await toQuickFix(document, fix, diagnostic);
        actions.push(...(action === undefined ? [] : [action]));
      }
    }
  }
  return actions;
}

/** The rendered page about each rule. */
function explanations(found: readonly Found[]): vscode.CodeAction[] {
  return [...new Map(found.map((one) => [one.problem.code, one])).values()].map(({ problem, diagnostic }) => {
    const title = vscode.l10n.t("Explain {0}", problem.code);
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = [diagnostic];
    action.command = { title, command: "appstreamMonitor.language.openRule", arguments: [problem.code] };
    return action;
  });
}

/** appsettings.json takes a comment; the other files allow none and are named in the settings file beside them. */
async function silencer(file: OpenFile, { problem, diagnostic }: Found): Promise<vscode.CodeAction[]> {
  const title = vscode.l10n.t("Silence {0} here", problem.code);
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  if (file.kind === "agent") {
    action.edit = toWorkspaceEdit(file.document, [silencingComment(file.text, problem.span.start, problem.code)]);
    return [action];
  }
  const { uri } = file.document;
  if (uri.scheme === "untitled") {
    return [];
  }
  const settings = vscode.Uri.parse(`${folderOf(uri.toString())}/${settingsFileName}`);
  const before = await readText(settings.toString());
  const node = file.parsed === undefined ? undefined : nodeAt(file.parsed, problem.span.start);
  const after = withSilencedPlace(before, {
    code: problem.code,
    files: uri.path.split("/").at(-1) ?? "",
    ...(node === undefined ? {} : { pointer: pointerOf(node) }),
  });
  if (after === undefined) {
    return [];
  }
  action.edit = new vscode.WorkspaceEdit();
  action.edit.createFile(settings, { ignoreIfExists: true });
  const lines = before?.split("\n").length ?? 0;
  action.edit.replace(settings, new vscode.Range(0, 0, lines + 1, 0), after);
  return [action];
}
