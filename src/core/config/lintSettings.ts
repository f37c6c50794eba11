import * as l10n from "@vscode/l10n";
import { AppError } from "../errors";
import { globToRegExp } from "../text/glob";
import type { Problem, Severity } from "../text/problem";
import { lineStarts, positionAt } from "../text/span";
import { nodeAt, parseDocument, pointerOf } from "./document";
import type { ConfigDocument, JsonNode } from "./jsonNode";

/** Name of the file, beside the checked one or in a folder above it, that sets severities. */
export const settingsFileName = "appstream-lint.json";

/** One entry of the settings file; a problem that matches gets the severity, "off" silences it. */
export interface LintRule {
  /** Rule id, or a pattern such as "SSC*". */
  readonly code: string;
  /** Files it is for, relative to the settings file; all when absent. */
  readonly files?: string;
  /** JSON pointer of the place it is for, with everything below. */
  readonly pointer?: string;
  readonly severity: Severity | "off";
}

/** Settings of one folder; `folder` is the path prefix, with `/` and a closing `/`, that file patterns are relative to. */
export interface LintSettings {
  readonly folder: string;
  readonly rules: readonly LintRule[];
}

const severities = ["error", "warning", "information", "off"] as const;

/** Reads a settings file; throws `invalidInput` with a sentence when it is none. */
export function parseLintSettings(text: string, file: string, folder: string): LintSettings {
  const document = parseDocument(text);
  const rules = document.root?.kind === "object" ? document.root.member("rules") : undefined;
  if (document.syntaxProblems.length > 0 || rules?.kind !== "array") {
    throw new AppError("invalidInput", l10n.t("{0} is no lint settings file: it must hold a list named rules.", file), {
      next: l10n.t("See docs/lint.md for an example."),
    });
  }
  return { folder, rules: rules.items.map((item) => readRule(item, file)) };
}

function readRule(item: JsonNode, file: string): LintRule {
  const code = item.member("code")?.value;
  const severity = severities.find((name) => name === item.member("severity")?.value);
  if (typeof code !== "string" || severity === undefined) {
    const message = l10n.t("{0} has an entry without code or with a severity other than error, warning, information or off.", file);
    throw new AppError("invalidInput", message, { next: l10n.t("See docs/lint.md for an example.") });
  }
  const files = item.member("files")?.value;
  const pointer = item.member("pointer")?.value;
  return {
    code,
    severity,
    ...(typeof files === "string" ? { files } : {}),
    ...(typeof pointer === "string" ? { pointer } : {}),
  };
}

/** Codes that some entry gives a severity: how rules that are off by default are switched on. */
export function enabledCodes(settings: readonly LintSettings[]): ReadonlySet<string> {
  return new Set(settings.flatMap((one) => one.rules).flatMap((rule) => (rule.severity === "off" ? [] : rule.code)));
}

/** The problems of a file with severities as set; of several matching entries the last wins, and inner folders come last. */
export function applyLintSettings<P extends Problem>(
  problems: readonly P[],
  settings: readonly LintSettings[],
  file: string,
  document: ConfigDocument | undefined,
): P[] {
  const entries = settings.flatMap((one) => one.rules.map((rule) => ({ rule, matches: matcher(rule, one.folder, file) })));
  const wanted = entries.filter((entry) => entry.matches !== undefined);
  if (wanted.length === 0) {
    return [...problems];
  }
  return problems.flatMap((problem) => {
    let severity: Severity | "off" = problem.severity;
    for (const { rule, matches } of wanted) {
      if (matches?.test(problem.code) === true && isBelow(rule.pointer, problem, document)) {
        severity = rule.severity;
      }
    }
    return severity === "off" ? [] : [severity === problem.severity ? problem : { ...problem, severity }];
  });
}

/** What the code must match, when the entry is for this file. */
function matcher(rule: LintRule, folder: string, file: string): RegExp | undefined {
  if (rule.files !== undefined) {
    const relative = file.startsWith(folder) ? file.slice(folder.length) : file;
    const pattern = rule.files.includes("/") ? rule.files.replace(/^\.?\//, "") : `**/${rule.files}`;
    if (!globToRegExp(pattern).test(relative)) {
      return undefined;
    }
  }
  return globToRegExp(rule.code);
}

function isBelow(pointer: string | undefined, problem: Problem, document: ConfigDocument | undefined): boolean {
  if (pointer === undefined || pointer === "") {
    return true;
  }
  const node = document === undefined ? undefined : nodeAt(document, problem.span.start);
  if (node === undefined) {
    return false;
  }
  const actual = pointerOf(node).toLowerCase();
  const wanted = pointer.toLowerCase();
  return actual === wanted || actual.startsWith(`${wanted}/`);
}

const directive = /appstream-lint-(disable-next-line|disable-line|disable|enable)\b([^\r\n*]*)/;

/** Problems that no comment of the document silences. */
export function withoutSilenced<P extends Problem>(problems: readonly P[], document: ConfigDocument): P[] {
  if (!document.text.includes("appstream-lint-")) {
    return [...problems];
  }
  const starts = lineStarts(document.text);
  const line = (offset: number): number => positionAt(starts, offset).line;
  const ranges = silencedRanges(document, line);
  return problems.filter((problem) => {
    const at = line(problem.span.start);
    return !ranges.some((range) => range.from <= at && at <= range.to && (range.codes.size === 0 || range.codes.has(problem.code)));
  });
}

interface Silenced {
  readonly from: number;
  to: number;
  readonly codes: ReadonlySet<string>;
}

function silencedRanges(document: ConfigDocument, line: (offset: number) => number): Silenced[] {
  const ranges: Silenced[] = [];
  for (const comment of document.comments) {
    const match = directive.exec(document.text.slice(comment.start, comment.end));
    const at = line(comment.start);
    const codes = new Set((match?.[2] ?? "").split(/[\s,]+/).filter((code) => code !== ""));
    switch (match?.[1]) {
      case "disable-next-line":
        ranges.push({ from: line(comment.end) + 1, to: line(comment.end) + 1, codes });
        break;
      case "disable-line":
        ranges.push({ from: at, to: at, codes });
        break;
      case "disable":
        ranges.push({ from: at, to: Number.MAX_SAFE_INTEGER, codes });
        break;
      case "enable":
        endRanges(ranges, codes, at);
        break;
      default:
        break;
    }
  }
  return ranges;
}

function endRanges(ranges: readonly Silenced[], codes: ReadonlySet<string>, at: number): void {
  for (const range of ranges) {
    const named = codes.size === 0 || [...range.codes].some((code) => codes.has(code));
    if (range.to === Number.MAX_SAFE_INTEGER && named) {
      range.to = at;
    }
  }
}
