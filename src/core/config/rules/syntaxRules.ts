import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { TextEdit, TextSpan } from "../../text/span";
import { applyEdits } from "../../text/span";
import { parseDocument } from "../document";
import type { ConfigDocument, JsonNode, SyntaxKind, SyntaxProblem } from "../jsonNode";
import { fix } from "./fixes";
import type { Report } from "./report";
import type { AgentRule } from "./ruleTable";

interface Wording {
  readonly code: AgentRule;
  readonly message: () => string;
  readonly repair: () => string;
}

const rejected = (sentence: string): string => l10n.t("{0} The agent rejects the whole file and collects nothing.", sentence);

function syntax(message: () => string, repair: () => string): Wording {
  return { code: "json-syntax", message, repair };
}

const wordings: Readonly<Record<SyntaxKind, Wording>> = {
  curlyQuotes: {
    code: "json-curly-quotes",
    message: () => l10n.t("Curly quotes delimit this text."),
    repair: () => l10n.t("Replace with straight quotes"),
  },
  entityQuotes: {
    code: "markup-residue",
    message: () => l10n.t("An HTML entity stands where a quote belongs."),
    repair: () => l10n.t("Replace with straight quotes"),
  },
  singleQuotes: syntax(
    () => l10n.t("JSON texts take double quotes."),
    () => l10n.t("Replace with double quotes"),
  ),
  invisibleChar: {
    code: "json-invisible-char",
    message: () => l10n.t("An invisible character that is no JSON blank stands here."),
    repair: () => l10n.t("Replace with blanks"),
  },
  markup: {
    code: "markup-residue",
    message: () => l10n.t("Markup of a web page stands between the values."),
    repair: () => l10n.t("Remove the markup"),
  },
  smartPunctuation: syntax(
    () => l10n.t("A full-width punctuation mark stands where a plain one belongs."),
    () => l10n.t("Replace with plain punctuation"),
  ),
  badEscape: {
    code: "json-bad-escape",
    message: () => l10n.t("JSON knows no such escape; a back slash that is meant must be doubled."),
    repair: () => l10n.t("Double the back slashes"),
  },
  rawControl: syntax(
    () => l10n.t("A line break or tab stands inside a text without an escape."),
    () => l10n.t("Write it as an escape"),
  ),
  bareWord: syntax(
    () => l10n.t("Text needs double quotes."),
    () => l10n.t("Correct the value"),
  ),
  hashComment: syntax(
    () => l10n.t("A comment starts with //."),
    () => l10n.t("Write it as // comment"),
  ),
  missingComma: syntax(
    () => l10n.t("A comma is missing after this value."),
    () => l10n.t("Insert a comma"),
  ),
  missingColon: syntax(
    () => l10n.t("A colon is missing after this key."),
    () => l10n.t("Insert a colon"),
  ),
  missingValue: syntax(
    () => l10n.t("This key has no value."),
    () => l10n.t("Insert a value"),
  ),
  missingKey: syntax(
    () => l10n.t("A value stands where a key belongs."),
    () => l10n.t("Insert a key"),
  ),
  extraComma: syntax(
    () => l10n.t("This comma separates nothing."),
    () => l10n.t("Remove the comma"),
  ),
  unexpected: syntax(
    () => l10n.t("This does not belong here."),
    () => l10n.t("Remove it"),
  ),
  unclosed: syntax(
    () => l10n.t("This bracket is not closed."),
    () => l10n.t("Close the brackets"),
  ),
  unclosedString: syntax(
    () => l10n.t("The closing quote of this text is missing."),
    () => l10n.t("Insert the closing quote"),
  ),
  unclosedComment: syntax(
    () => l10n.t("This comment is not closed."),
    () => l10n.t("Close the comment"),
  ),
  tooDeep: syntax(
    () => l10n.t("More than 64 levels are nested here."),
    () => l10n.t("Remove levels"),
  ),
  trailingText: syntax(
    () => l10n.t("Nothing may follow the end of the document."),
    () => l10n.t("Remove what follows"),
  ),
  empty: syntax(
    () => l10n.t("The file is empty."),
    () => l10n.t("Insert an empty object"),
  ),
};

/** A guess at what was meant is offered only when the text gets no worse by it; trying costs one parse. */
const maximumTrials = 12;
const longestTrial = 200_000;

export function checkSyntax(report: Report): void {
  const { document } = report.model;
  const doubtful = doubtfulLines(document);
  let trials = document.text.length > longestTrial ? 0 : maximumTrials;
  for (const problem of document.syntaxProblems) {
    const wording = wordings[problem.kind];
    const trusted = pasted.has(problem.kind) && !doubtful.has(lineOf(document, problem));
    const helps = problem.repair !== undefined && (trusted || (trials-- > 0 && improves(document, problem.repair)));
    report.add(wording.code, problem.span, rejected(wording.message()), {
      severity: "error",
      fixes: helps ? repairs(problem, wording) : [],
    });
  }
  checkLeniency(report);
}

/** What comes with text pasted from a page: each place is repaired on its own, whatever stands around it. */
const pasted: ReadonlySet<SyntaxKind> = new Set<SyntaxKind>(["curlyQuotes", "invisibleChar", "badEscape", "rawControl"]);

/** Starts of the lines where it is open which quotes belong together. */
function doubtfulLines(document: ConfigDocument): ReadonlySet<number> {
  const lines = new Set<number>();
  for (const problem of document.syntaxProblems) {
    const halfCurly = problem.kind === "curlyQuotes" && document.text.charAt(problem.span.start) === '"';
    if (halfCurly || !pasted.has(problem.kind)) {
      lines.add(lineOf(document, problem));
    }
  }
  return lines;
}

function lineOf(document: ConfigDocument, problem: SyntaxProblem): number {
  return document.text.lastIndexOf("\n", problem.span.start - 1);
}

export function isPasted(kind: SyntaxKind): boolean {
  return pasted.has(kind);
}

function improves(document: ConfigDocument, repair: readonly TextEdit[]): boolean {
  return parseDocument(applyEdits(document.text, repair)).syntaxProblems.length < document.syntaxProblems.length;
}

function repairs(problem: SyntaxProblem, wording: Wording): Fix[] {
  return problem.repair === undefined || problem.repair.length === 0
    ? []
    : [fix(wording.repair(), problem.repair, { safe: problem.certain, preferred: true })];
}

export function checkRoot(report: Report): void {
  const root: JsonNode | undefined = report.model.document.root;
  if (root === undefined || root.kind === "object" || root.kind === "bad") {
    return;
  }
  const only = root.kind === "array" && root.items.length === 1 ? root.items[0] : undefined;
  const fixes: Fix[] = [];
  if (only?.property("Sources") !== undefined || only?.property("Sinks") !== undefined) {
    fixes.push(
      fix(l10n.t("Unwrap the object"), [
        { span: { start: root.start, end: only.start }, text: "" },
        { span: { start: only.end, end: root.end }, text: "" },
      ]),
    );
  } else {
    const section = root.items.some((item) => item.property("SinkType") !== undefined) ? "Sinks" : "Sources";
    fixes.push(
      fix(l10n.t("Wrap in an object"), [
        { span: { start: root.start, end: root.start }, text: `{ "${section}": ` },
        { span: { start: root.end, end: root.end }, text: " }" },
      ]),
    );
  }
  const span = { start: root.start, end: root.kind === "array" ? root.start + 1 : root.end };
  report.add("json-root-not-object", span, rejected(l10n.t("The file must be one JSON object.")), { fixes });
}

const directive = /appstream-lint-/;

/** One finding for all comments and one for all trailing commas: they are a habit, not many mistakes. */
function checkLeniency(report: Report): void {
  const { text, comments, trailingCommas } = report.model.document;
  const plain = comments.filter((span) => !directive.test(text.slice(span.start, span.end)));
  const first = plain[0];
  if (first !== undefined) {
    const message = l10n.t("The agent skips comments; other programs that read this file, older PowerShell for one, refuse it.");
    report.add("json-comment", first, message, { fixes: [fix(l10n.t("Remove all comments"), plain.map(removal))] });
  }
  const comma = trailingCommas[0];
  if (comma !== undefined) {
    const message = l10n.t("The agent allows a trailing comma; other programs that read this file, older PowerShell for one, refuse it.");
    report.add("json-comment", comma, message, {
      fixes: [fix(l10n.t("Remove the trailing commas"), trailingCommas.map(removal), { safe: true, preferred: true })],
    });
  }
}

function removal(span: TextSpan): { span: TextSpan; text: string } {
  return { span, text: "" };
}
