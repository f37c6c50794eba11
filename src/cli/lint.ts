import { writeFileSync } from "node:fs";
import type { LintSettings } from "../core/config/lintSettings";
import type { FileKind } from "../core/config/recognition";
import { AppError, toAppError } from "../core/errors";
import { encodeText } from "../core/text/encoding";
import { fixAll } from "../core/text/fixAll";
import type { Problem } from "../core/text/problem";
import { lineStarts, positionAt } from "../core/text/span";
import type { LintFile } from "./lintCheck";
import { checkFile, checkTogether, readLintFile, settingsFor, withSettings } from "./lintCheck";
import { findFiles } from "./lintFiles";
import type { LintFinding, LintFormat } from "./lintFormats";
import { formatFindings, lintFormats } from "./lintFormats";
import { lintRules } from "./lintRules";
import type { Subcommand } from "./subcommand";
import { readFailure } from "./readFailure";

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
  const findings = run.findings();
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

class LintRun {
  private readonly options: LintOptions;
  private readonly settings = new Map<string, LintSettings | undefined>();
  private unreadable = false;

  constructor(options: LintOptions) {
    this.options = options;
  }

  findings(): LintFinding[] {
    const { files, missing } = findFiles(this.options.paths);
    for (const path of missing) {
      this.complain(new AppError("notFound", `${path} cannot be read: there is no such file or folder.`));
    }
    let read = files.flatMap((file) => this.read(file));
    if (this.options.fix) {
      read = read.map((file) => this.fixed(file));
    }
    const checked = this.options.kind === "auto" ? checkTogether(read) : new Map(read.map((file) => [file, checkFile(file)]));
    return [...checked].flatMap(([file, problems]) => this.toFindings(file, problems)).sort(inOrder);
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
    const error = toAppError(thrown);
    process.stderr.write(`${error.message}${error.next === undefined ? "" : ` ${error.next}`}\n`);
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
      return settingsFor(file.file, this.settings);
    } catch (thrown) {
      this.complain(thrown);
      return [];
    }
  }

  private fixed(file: LintFile): LintFile {
    const settings = this.settingsOf(file);
    const { decoded, kind } = file;
    const check = (text: string): Problem[] => {
      const changed = { ...file, decoded: { ...decoded, text } };
      return withSettings(changed, checkFile(changed, settings), settings);
    };
    const text = kind === undefined ? decoded.text : fixAll(decoded.text, check);
    if (text === decoded.text) {
      return file;
    }
    try {
      writeFileSync(file.file, encodeText(text, decoded));
    } catch (thrown) {
      this.complain(new AppError("invalidInput", `${file.file} cannot be written: ${toAppError(thrown).message}.`));
      return file;
    }
    return readLintFile(file.file, this.options.kind);
  }

  private toFindings(file: LintFile, problems: readonly Problem[]): LintFinding[] {
    const starts = lineStarts(file.decoded.text);
    return withSettings(file, problems, this.settingsOf(file)).map((problem): LintFinding => {
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
}

function inOrder(a: LintFinding, b: LintFinding): number {
  return compare(a.file, b.file) || a.line - b.line || a.column - b.column || a.endLine - b.endLine || compare(a.code, b.code);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
