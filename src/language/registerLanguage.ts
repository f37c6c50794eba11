import vscode = require("vscode");
import type { ConnectionSource } from "../core/aws/connection";
import type { Clock } from "../core/clock";
import type { Log } from "../workbench/log";
import { recordsScheme, type PreviewArgument } from "../ids";
import { Cloud } from "./cloud";
import { CodeActions } from "./codeActions";
import { Completions } from "./completion";
import { Diagnostics } from "./diagnostics";
import { Documents, isReadable, type Marks } from "./documents";
import { LintSettingsFiles } from "./lintSettings";
import { chooseKind } from "./markFile";
import { Hovers } from "./hover";
import { legend, Marks as MarksInText } from "./marks";
import { Navigation } from "./navigation";
import { RecordPreview } from "./preview";
import { EncodedFiles, saveAsUtf8 } from "./encodedFiles";
import { Projects } from "./projects";
import { RulePage } from "./rulePage";

export interface LanguageDeps {
  readonly log: Log;
  readonly extensionUri: vscode.Uri;
  readonly marks: Marks;
  readonly connections: ConnectionSource;
  readonly clock?: Clock;
}

/** What the gate calls on behalf of commands that the palette knows before this bundle is loaded. */
export interface LanguageFeatures extends vscode.Disposable {
  /** Asks how the file in the active editor is to be treated. */
  markFile(): Promise<void>;
  openRule(code: string): Promise<void>;
  /** Writes the file by that URI text anew as UTF-8 without byte order mark. */
  saveAsUtf8(uri: string): Promise<void>;
  previewRecords(argument: PreviewArgument | undefined): Promise<void>;
  /** Asks the account anew about the files on screen. */
  askAgain(): void;
}

export const selector: vscode.DocumentSelector = [{ language: "json" }, { language: "jsonc" }, { language: "powershell" }];
export const jsonSelector: vscode.DocumentSelector = [{ language: "json" }, { language: "jsonc" }];

export function registerLanguage(deps: LanguageDeps): LanguageFeatures {
  const documents = new Documents(deps.marks);
  const projects = new Projects(documents);
  const settings = new LintSettingsFiles(deps.log, () => {
    checkAll(diagnostics);
  });
  const rulePage = new RulePage(deps.extensionUri, deps.log);
  const cloud: Cloud = new Cloud({
    connections: deps.connections,
    log: deps.log,
    recheck: () => {
      checkVisible(diagnostics);
    },
    ...(deps.clock === undefined ? {} : { clock: deps.clock }),
  });
  const encoded = new EncodedFiles();
  const diagnostics: Diagnostics = new Diagnostics({ documents, projects, settings, rulePage, encoded, cloud, log: deps.log });
  const preview = new RecordPreview(documents);
  const parts = vscode.Disposable.from(
    settings,
    cloud,
    diagnostics,
    preview,
    vscode.workspace.registerTextDocumentContentProvider(recordsScheme, preview),
    vscode.languages.registerCodeActionsProvider(selector, new CodeActions(documents, diagnostics), CodeActions.metadata),
    ...registerProviders(documents),
    ...watch(documents, diagnostics),
  );
  return {
    markFile: () => markFile(documents, diagnostics),
    openRule: (code) => rulePage.open(code),
    saveAsUtf8: async (uri) => {
      await saveAsUtf8(uri);
      checkAll(diagnostics);
    },
    previewRecords: (argument) => preview.show(argument),
    askAgain: () => {
      cloud.refresh();
    },
    dispose: () => {
      parts.dispose();
    },
  };
}

function registerProviders(documents: Documents): vscode.Disposable[] {
  const { languages } = vscode;
  const hovers = new Hovers(documents);
  const navigation = new Navigation(documents);
  const marks = new MarksInText(documents);
  return [
    languages.registerCompletionItemProvider(jsonSelector, new Completions(documents), ...Completions.triggers),
    languages.registerHoverProvider(jsonSelector, hovers),
    languages.registerSignatureHelpProvider(jsonSelector, hovers, "(", ","),
    languages.registerDocumentSymbolProvider(jsonSelector, navigation, { label: "AppStream Monitor" }),
    languages.registerDefinitionProvider(jsonSelector, navigation),
    languages.registerReferenceProvider(jsonSelector, navigation),
    languages.registerDocumentHighlightProvider(jsonSelector, navigation),
    languages.registerRenameProvider(jsonSelector, navigation),
    languages.registerFoldingRangeProvider(jsonSelector, navigation),
    languages.registerSelectionRangeProvider(jsonSelector, navigation),
    languages.registerCodeLensProvider(jsonSelector, marks),
    languages.registerDocumentLinkProvider(jsonSelector, marks),
    languages.registerInlayHintsProvider(jsonSelector, marks),
    languages.registerDocumentSemanticTokensProvider(jsonSelector, marks, legend),
  ];
}

function checkAll(diagnostics: Diagnostics): void {
  for (const document of vscode.workspace.textDocuments.filter(isReadable)) {
    diagnostics.schedule(document, 0);
  }
}

/** Answers of the account often come several at once: one look for all of them. */
const answersDelay = 100;

function checkVisible(diagnostics: Diagnostics): void {
  for (const { document } of vscode.window.visibleTextEditors) {
    if (isReadable(document)) {
      diagnostics.schedule(document, answersDelay);
    }
  }
}

function watch(documents: Documents, diagnostics: Diagnostics): vscode.Disposable[] {
  checkAll(diagnostics);
  return [
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (isReadable(document)) {
        diagnostics.schedule(document, 0);
      }
    }),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0 && isReadable(document)) {
        diagnostics.schedule(document);
        recheckOthers(document, documents, diagnostics);
      }
    }),
    vscode.workspace.onDidSaveTextDocument(() => {
      checkAll(diagnostics);
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      diagnostics.forget(document);
      documents.forget(document);
    }),
  ];
}

/** What one file says changes what rules across files find in the others. */
function recheckOthers(changed: vscode.TextDocument, documents: Documents, diagnostics: Diagnostics): void {
  if (documents.get(changed) === undefined) {
    return;
  }
  for (const other of vscode.workspace.textDocuments) {
    if (other !== changed && isReadable(other) && documents.get(other) !== undefined) {
      diagnostics.schedule(other, 500);
    }
  }
}

async function markFile(documents: Documents, diagnostics: Diagnostics): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || !isReadable(document)) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Open a JSON file or a PowerShell script first."));
    return;
  }
  const choice = await chooseKind(document, documents.get(document)?.kind);
  if (choice !== undefined) {
    await documents.mark(document, choice === "auto" ? undefined : choice);
    await diagnostics.check(document);
  }
}
