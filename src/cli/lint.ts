import { readFileSync, writeFileSync } from "node:fs";
import type { LintSettings } from "../core/config/lintSettings";
import type { FileKind } from "../core/config/recognition";
import { AppError, toAppError } from "../core/errors";
import { encodeText, toUtf8 } from "../core/text/encoding";
import type { Problem } from "../core/text/problem";
import { lineStarts, positionAt } from "../core/text/span";
import { checkInProject } from "../core/project/checkInProject";
import { fixInProject } from "../core/project/fixInProject";
import type { Project } from "../core/project/project";
import type { LintFile } from "./lintCheck";
import { readLintFile, settingsFor, toChecked } from "./lintCheck";
import { LintProjects } from "./lintProjects";
import { findFiles } from "./lintFiles";
import type { LintFinding, LintFormat } from "./lintFormats";
import { formatFindings, lintFormats } from "./lintFormats";
import { lintRules } from "./lintRules";
import type { Subcommand } from "./subcommand";
import { readFailure } from "./readFailure";
import { reportError } from "./report";

export const lintUsage =
  "usage: appstream-monitor lint [--kind auto|agent|session|pipeline|script] [--format text|json|sarif|github] [--fix] [--max-warnings N] PATH…\n";
const kinds = ["auto", "agent", "session", "pipeline", "script"] as const;

interface LintOptions {
  readonly kind: FileKind | "auto";
  readonly format: LintFormat;
  readonly fix: boolean;
  readonly maxWarnings: number | undefined;
  readonly paths: readonly string[];
}

export const lint: Subcommand = async (args) => {
  const options = parseArguments(args);
  if (options === undefined) {
    process.stderr.write(lintUsage);
    return 2;
  }
  const run = new LintRun(options);
  const findings = await run.findings();
  process.stdout.write(formatFindings(findings, options.format, lintRules()));
  return run.exitCode(findings);
};

function parseArguments(args: readonly string[]): LintOptions | undefined {
  const paths: string[] = [];
  let kind: LintOptions["kind"] = "auto";
  let format: LintFormat = "text";
  let fix = false;
  let maxWarnings: number | undefined;
  for (let at = 0; at < args.length; at++) {
    const [name = "", attached] = splitOption(args[at] ?? "");
    if (name === "--") {
      paths.push(...args.slice(at + 1));
      break;
    } else if (name === "--fix") {
      fix = true;
    } else if (name === "--kind" || name === "--format" || name === "--max-warnings") {
      const value = attached ?? args[++at];
      const asKind = kinds.find((one) => one === value);
      const asFormat = lintFormats.find((one) => one === value);
      if (name === "--kind" && asKind !== undefined) {
        kind = asKind;
      } else if (name === "--format" && asFormat !== undefined) {
        format = asFormat;
      } else if (name === "--max-warnings" && value !== undefined && /^\d+$/.test(value)) {
        maxWarnings = Number(value);
      } else {
        return undefined;
      }
    } else if (name.startsWith("-") && name !== "-") {
      return undefined;
    } else {
      paths.push(args[at] ?? "");
    }
  }
  return paths.length === 0 ? undefined : { kind, format, fix, maxWarnings, paths };
}

function splitOption(argument: string): [string, string | undefined] {
  const equals = argument.startsWith("--") ? argument.indexOf("=") : -1;
  return equals === -1 ? [argument, undefined] : [argument.slice(0, equals), argument.slice(equals + 1)];
}

/** Fixes of files that belong together settle in two. */
const mostRounds = 5;

class LintRun {
  private readonly options: LintOptions;
  private readonly settings = new Map<string, LintSettings | undefined>();
  private unreadable = false;

  constructor(options: LintOptions) {
    this.options = options;
  }

  async findings(): Promise<LintFinding[]> {
    const { files, missing } = findFiles(this.options.paths);
    for (const path of missing) {
      this.complain(new AppError("notFound", `${path} cannot be read: there is no such file or folder.`));
    }
    const read = files.flatMap((file) => this.read(file));
    const final = this.options.fix ? await this.fixed(read) : read;
    const projects = new LintProjects(final);
    const found: LintFinding[] = [];
    for (const file of final) {
      const checked = toChecked(file);
      const project = await this.projectOf(file, projects);
      found.push(...(checked === undefined ? [] : toFindings(file, checkInProject(checked, project, this.settingsOf(file)))));
    }
    return found.sort(inOrder);
  }

  exitCode(findings: readonly LintFinding[]): number {
    const { maxWarnings } = this.options;
    const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
    if (this.unreadable) {
      return 2;
    }
    return count("error") > 0 || (maxWarnings !== undefined && count("warning") > maxWarnings) ? 1 : 0;
  }

  private complain(thrown: unknown): void {
    reportError(thrown);
    this.unreadable = true;
  }

  private read(file: string): LintFile[] {
    try {
      return [readLintFile(file, this.options.kind)];
    } catch (thrown) {
      this.complain(new AppError("invalidInput", readFailure(file, thrown)));
      return [];
    }
  }

  private settingsOf(file: LintFile): LintSettings[] {
    try {
      return settingsFor(file.path, this.settings);
    } catch (thrown) {
      this.complain(thrown);
      return [];
    }
  }

  /** A file whose kind was given stands alone. */
  private async projectOf(file: LintFile, projects: LintProjects): Promise<Project | undefined> {
    return this.options.kind === "auto" && file.kind !== undefined ? projects.projectOf(file) : undefined;
  }

  /** A repair of one file can make one in another possible: once round more, and then until nothing changes. */
  private async fixed(files: readonly LintFile[]): Promise<LintFile[]> {
    let current = [...files];
    for (let round = 0; round < mostRounds; round++) {
      const before = current;
      for (const [at, file] of before.entries()) {
        const checked = toChecked(file);
        const project = await this.projectOf(file, new LintProjects(current));
        const text = checked === undefined ? file.decoded.text : fixInProject(checked, project, this.settingsOf(file));
        if (text !== file.decoded.text) {
          current = current.with(at, { ...file, decoded: { ...file.decoded, text } });
        }
      }
      if (current.every((file, at) => file === before[at])) {
        break;
      }
    }
    const written = current.map((file, at) => (file === files[at] ? file : this.written(file, files[at] ?? file)));
    const projects = new LintProjects(written);
    return Promise.all(
      written.map(async (file) =>
        (await this.wantsUtf8(file, projects)) ? this.written(file, file, toUtf8(readFileSync(file.file))) : file,
      ),
    );
  }

  /** Whether the file's bytes are to be written anew as UTF-8, and nothing is guessed by it. */
  private async wantsUtf8(file: LintFile, projects: LintProjects): Promise<boolean> {
    const checked = toChecked(file);
    const found = checked === undefined ? [] : checkInProject(checked, await this.projectOf(file, projects), this.settingsOf(file));
    return found.some(({ fixes = [] }) => fixes.some((fix) => fix.toUtf8 === true && fix.safe));
  }

  private written(file: LintFile, before: LintFile, bytes = encodeText(file.decoded.text, file.decoded)): LintFile {
    try {
      writeFileSync(file.file, bytes);
    } catch (thrown) {
      this.complain(new AppError("invalidInput", `${file.file} cannot be written: ${toAppError(thrown).message}.`));
      return before;
    }
    return readLintFile(file.file, this.options.kind);
  }
}

function toFindings(file: LintFile, problems: readonly Problem[]): LintFinding[] {
  const starts = lineStarts(file.decoded.text);
  return problems.map((problem): LintFinding => {
    const start = positionAt(starts, problem.span.start);
    const end = positionAt(starts, problem.span.end);
    return {
      file: file.file,
      line: start.line + 1,
      column: start.column + 1,
      endLine: end.line + 1,
      endColumn: end.column + 1,
      severity: problem.severity,
      code: problem.code,
      message: problem.message,
    };
  });
}

function inOrder(a: LintFinding, b: LintFinding): number {
  return compare(a.file, b.file) || a.line - b.line || a.column - b.column || a.endLine - b.endLine || compare(a.code, b.code);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
