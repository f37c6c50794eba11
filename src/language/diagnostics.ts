import vscode = require("vscode");
import { checkInProject } from "../core/project/checkInProject";
import { fixInProject } from "../core/project/fixInProject";
import type { Problem } from "../core/text/problem";
import type { Log } from "../workbench/log";
import type { Cloud } from "./cloud";
import { toDiagnostic } from "./convert";
import type { Documents, OpenFile } from "./documents";
import type { EncodedFiles } from "./encodedFiles";
import type { LintSettingsFiles } from "./lintSettings";
import type { Projects } from "./projects";
import type { RulePage } from "./rulePage";

export interface Found {
  readonly problem: Problem;
  readonly diagnostic: vscode.Diagnostic;
}

export interface DiagnosticsDeps {
  readonly documents: Documents;
  readonly projects: Projects;
  readonly settings: LintSettingsFiles;
  readonly rulePage: RulePage;
  readonly encoded: Pick<EncodedFiles, "of" | "forget">;
  readonly cloud: Pick<Cloud, "knowledgeFor">;
  readonly log: Log;
}

const quickDelay = 150;
const largeDelay = 400;

/** Checks open documents after typing pauses and publishes what it finds, unless the text has moved on. */
export class Diagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection("appstreamMonitor");
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly found = new Map<string, { readonly version: number; readonly all: readonly Found[] }>();
  private readonly deps: DiagnosticsDeps;
  /** Of the checks of a document the one that began last; what an older one finds afterwards is not shown. */
  private readonly latest = new Map<string, number>();
  private disposed = false;

  constructor(deps: DiagnosticsDeps) {
    this.deps = deps;
  }

  /** What was last published for this very version of the document. */
  of(document: vscode.TextDocument): readonly Found[] {
    const published = this.found.get(document.uri.toString());
    return published?.version === document.version ? published.all : [];
  }

  /** What is found in this very version of the document: what was published, or the outcome of a check made now. */
  async current(document: vscode.TextDocument): Promise<readonly Found[]> {
    const published = this.found.get(document.uri.toString());
    return published?.version === document.version ? published.all : this.check(document);
  }

  /** The text with all safe fixes, those across files too. */
  async fixed({ document, kind, text, parsed }: OpenFile): Promise<string> {
    const settings = await this.deps.settings.of(document.uri);
    const project = await this.deps.projects.projectOf(document);
    return fixInProject({ file: document.uri.toString(), kind, text, document: parsed }, project, settings);
  }

  schedule(document: vscode.TextDocument, delay = document.lineCount > 5000 ? largeDelay : quickDelay): void {
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        void this.check(document);
      }, delay),
    );
  }

  /** Checks now. What is found is shown, unless the text has moved on or a check that began later does it; nothing is returned for a text that has moved on. */
  async check(document: vscode.TextDocument): Promise<readonly Found[]> {
    const key = document.uri.toString();
    const { version } = document;
    const turn = (this.latest.get(key) ?? 0) + 1;
    this.latest.set(key, turn);
    try {
      const file = this.deps.documents.get(document);
      const problems = file === undefined ? [] : await this.problemsOf(file);
      const link = await this.deps.rulePage.links();
      if (this.disposed || document.isClosed || document.version !== version) {
        return [];
      }
      const all = problems.map((problem) => ({ problem, diagnostic: toDiagnostic(document, problem, link) }));
      if (this.latest.get(key) === turn) {
        this.publish(document, key, all);
      }
      return all;
    } catch (thrown) {
      this.deps.log.error(`check ${key}`, thrown);
      return [];
    }
  }

  forget(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    this.found.delete(key);
    this.deps.encoded.forget(document);
    this.collection.delete(document.uri);
  }

  dispose(): void {
    this.disposed = true;
    for (const timer of this.timers.values()) {
      clearTimeout(timer);
    }
    this.collection.dispose();
  }

  private publish(document: vscode.TextDocument, key: string, all: readonly Found[]): void {
    this.found.set(key, { version: document.version, all });
    this.collection.set(
      document.uri,
      all.map((one) => one.diagnostic),
    );
  }

  private async problemsOf(file: OpenFile): Promise<readonly Problem[]> {
    const { document, kind, text, parsed } = file;
    const settings = await this.deps.settings.of(document.uri);
    const project = await this.deps.projects.projectOf(document);
    const decoded = await this.deps.encoded.of(document);
    return checkInProject(
      { file: document.uri.toString(), kind, text, document: parsed, ...(decoded === undefined ? {} : { decoded }) },
      project,
      settings,
      this.deps.cloud.knowledgeFor(document),
    );
  }
}
