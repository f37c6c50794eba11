import * as l10n from "@vscode/l10n";
import type { TextSpan } from "../../text/span";
import type { Declaration } from "../agentModel";
import { isValidDateFormat } from "../decoration/dotnetDateFormat";
import { analyzeDotnetRegex } from "../decoration/dotnetRegex";
import type { ExExpression, ExPart, ExProblem } from "../decoration/ex";
import { parseObjectDecorationEx, parseTextDecorationEx } from "../decoration/ex";
import { exArities, exFunctions } from "../decoration/functions";
import { recordTime } from "./decorationFixes";
import type { Decoration } from "./decorations";
import { feedersOf } from "./decorations";
import { fix, nearest, replaceInString } from "./fixes";
import type { Report } from "./report";

const fails = (): string => l10n.t("the sink does not load and everything sent to it is lost.");
const legacyTimestamp = /\{\s*timestamp\s*(?::([^}]*))?\}/gi;
const wrongQuotes = /["“”„‟‘’‚‛«»]/;

/** Grammar of an Ex decoration, which the agent checks whatever the format. Returns the parts that are not as they were meant. */
export function checkExpressions(report: Report, sink: Declaration, decoration: Decoration): TextSpan[] {
  const { node, text, isObject } = decoration;
  const parsed = isObject ? parseObjectDecorationEx(text) : parseTextDecorationEx(text);
  const explained = [...checkLegacyTimestamps(report, sink, decoration), ...checkBraceEscape(report, decoration, parsed.problems)];
  const others = parsed.problems.filter((problem) => !explained.some((span) => touches(problem, span)));
  explained.push(...checkQuotes(report, decoration, others));
  for (const problem of parsed.problems) {
    if (!explained.some((span) => touches(problem, span))) {
      reportProblem(report, decoration, problem, parsed.problems);
    }
  }
  const parts = "parts" in parsed ? parsed.parts : parsed.attributes.flatMap((attribute) => attribute.value);
  for (const part of parts) {
    checkPart(report, node, part);
  }
  return explained;
}

function touches(problem: ExProblem, span: TextSpan): boolean {
  return problem.span.end >= span.start && problem.span.start <= span.end;
}

/** Where the agent's lexer dropped characters, these are the mistake and not the token behind them or the brace before them. */
function placeOf({ kind, span }: ExProblem, problems: readonly ExProblem[], text: string): TextSpan {
  const dropped = problems.find(
    (other) =>
      other.kind === "skippedCharacters" &&
      (kind === "syntax"
        ? other.span.end <= span.start && text.slice(other.span.end, span.start).trim() === ""
        : kind === "unclosedBrace" && other.span.start > span.start),
  );
  return dropped?.span ?? span;
}

function reportProblem(report: Report, decoration: Decoration, problem: ExProblem, problems: readonly ExProblem[]): void {
  const { node, text } = decoration;
  const { start, end } = placeOf(problem, problems, text);
  const span = node.sourceSpan(start, Math.max(end, Math.min(start + 1, text.length)));
  switch (problem.kind) {
    case "emptyPair": {
      const removal = replaceInString(node, Math.max(0, text.lastIndexOf(";", Math.max(0, end - 1))), semicolonEnd(text, end), "");
      report.add("ex-syntax", span, l10n.t("A semicolon with nothing behind it is not allowed here: {0}", fails()), {
        fixes: [fix(l10n.t("Remove the semicolon"), [removal], { safe: true, preferred: true })],
      });
      break;
    }
    case "missingEquals":
      report.add("object-decoration-missing-equals", span, l10n.t("This attribute has no =: {0}", fails()));
      break;
    case "unknownFunction":
    case "wrongArity":
    case "nestedUnknownFunction":
    case "nestedWrongArity":
      reportFunction(report, decoration, problem);
      break;
    case "ignoredRest":
      report.add(
        "object-decoration-extra-equals",
        span,
        l10n.t("The agent silently drops everything from the second = on, later attributes too."),
        {
          fixes: [fix(l10n.t("Remove it"), [replaceInString(node, start, end, "")])],
        },
      );
      break;
    case "syntax":
    case "unclosedBrace":
    case "emptyExpression":
    case "badNumber":
      report.add("ex-syntax", span, l10n.t("The expression does not parse here: {0}", fails()));
      break;
    case "literalDuplicateKey":
    case "duplicateKey":
    case "skippedCharacters":
      break;
  }
}

function semicolonEnd(text: string, end: number): number {
  const at = text.lastIndexOf(";", Math.max(0, end - 1));
  return at === -1 ? end : at + 1;
}

function reportFunction(report: Report, { node, text }: Decoration, problem: ExProblem): void {
  const { start, end } = problem.span;
  const name = /^[A-Za-z_$][\w:]*/.exec(text.slice(start, end))?.[0] ?? text.slice(start, end);
  const arities = exArities(name);
  const nested = problem.kind === "nestedUnknownFunction" || problem.kind === "nestedWrongArity";
  const effect = nested ? l10n.t("every record is lost.") : fails();
  const span = node.sourceSpan(start, start + name.length);
  if (arities !== undefined) {
    report.add("ex-unknown-function", span, l10n.t("{0} takes {1} arguments: {2}", name, arities.join(", "), effect));
    return;
  }
  const known = nearest(
    name,
    exFunctions.map((one) => one.name),
  );
  report.add("ex-unknown-function", span, l10n.t("There is no function {0}; names are in lower case: {1}", name, effect), {
    fixes:
      known === undefined
        ? []
        : [fix(l10n.t("Change to {0}", known), [replaceInString(node, start, start + name.length, known)], { preferred: true })],
  });
}

function checkLegacyTimestamps(report: Report, sink: Declaration, { node, text }: Decoration): TextSpan[] {
  const spans: TextSpan[] = [];
  for (const match of text.matchAll(legacyTimestamp)) {
    const span = { start: match.index, end: match.index + match[0].length };
    const { sources } = feedersOf(report.model, sink);
    const time = recordTime(sources) ?? "$TimeCreated";
    const format = match[1] === undefined || match[1].trim() === "" ? "yyyy-MM-ddTHH:mm:ss.fffZ" : match[1].replaceAll("'", "\\'");
    const replacement = `{format(${time},'${format}')}`;
    report.add(
      "ex-legacy-timestamp",
      node.sourceSpan(span.start, span.end),
      l10n.t("The expression grammar has no timestamp variable: the text stays as it is, or the sink does not load."),
      {
        fixes: [
          fix(l10n.t("Change to {0}", replacement), [replaceInString(node, span.start, span.end, replacement)], {
            safe: true,
            preferred: true,
          }),
        ],
      },
    );
    spans.push(span);
  }
  return spans;
}

/** Quotes other than ' inside braces, which the agent's lexer drops. One finding per pair of braces. */
function checkQuotes(report: Report, decoration: Decoration, problems: readonly ExProblem[]): TextSpan[] {
  const { node, text, isObject } = decoration;
  const spans: TextSpan[] = [];
  for (const problem of problems) {
    const { start, end } = problem.span;
    if (problem.kind !== "skippedCharacters" || !wrongQuotes.test(text.slice(start, end)) || spans.some((span) => start < span.end)) {
      continue;
    }
    const open = text.lastIndexOf("{", start);
    const close = text.indexOf("}", end);
    const span = { start: open === -1 ? start : open, end: close === -1 ? text.length : close + 1 };
    const repaired = text.slice(span.start, span.end).replace(/["“”„‟‘’‚‛«»]/g, "'");
    const whole = text.slice(0, span.start) + repaired + text.slice(span.end);
    const loads = (isObject ? parseObjectDecorationEx(whole) : parseTextDecorationEx(whole)).loads;
    report.add(
      "ex-quotes",
      node.sourceSpan(start, end),
      l10n.t("Texts in an expression take '; with other quotes the text becomes a variable, or the sink does not load."),
      {
        fixes: [
          fix(l10n.t("Use single quotes"), [replaceInString(node, span.start, span.end, repaired)], { safe: loads, preferred: true }),
        ],
      },
    );
    spans.push(span);
  }
  return spans;
}

function checkBraceEscape(report: Report, { node, text, isObject }: Decoration, problems: readonly ExProblem[]): TextSpan[] {
  const spans: TextSpan[] = [];
  for (const { kind, span } of problems) {
    if (kind === "skippedCharacters" && text.slice(span.start, span.end).startsWith("{") && text.charAt(span.start - 1) === "{") {
      const message = l10n.t("A second { is skipped: the expression runs to the next }, and another } stays in the text.");
      report.add("ex-brace-escape", node.sourceSpan(span.start - 1, span.start + 1), message);
      spans.push({ start: span.start - 1, end: span.end });
    }
  }
  if (isObject) {
    return spans;
  }
  for (let at = text.indexOf("@{"); at !== -1; at = text.indexOf("@{", at + 2)) {
    const before = text.charAt(at - 1);
    if (at === 0 || before === "}" || (before === "{" && text.charAt(at - 2) === "@")) {
      continue;
    }
    const close = text.indexOf("}", at);
    const message = l10n.t("@{ stands for a brace only at the start, after an expression or after another @{. Here an expression starts.");
    report.add("ex-brace-escape", node.sourceSpan(at, at + 2), message, {
      fixes: [fix(l10n.t("Write it as {'{'}"), [replaceInString(node, at, at + 2, "{'{'}")], { preferred: true })],
    });
    spans.push({ start: at, end: close === -1 ? text.length : close + 1 });
  }
  return spans;
}

function checkPart(report: Report, node: Decoration["node"], part: ExPart): void {
  if (part.kind === "variable" && part.expression !== undefined) {
    checkCalls(report, node, part.expression);
  }
}

/** Constant arguments that make a function throw. */
function checkCalls(report: Report, node: Decoration["node"], expression: ExExpression): void {
  if (expression.kind !== "call") {
    return;
  }
  const [first, second] = expression.arguments;
  if (second?.kind === "constant" && typeof second.value === "string") {
    const span = node.sourceSpan(second.span.start, second.span.end);
    const isDate = first?.kind === "identifier" && /^(?:\$TimeCreated|_timestamp)$/i.test(first.name);
    if ((expression.name === "format" && isDate) || expression.name === "parse_date") {
      if (!isValidDateFormat(second.value)) {
        report.add("timestamp-format", span, l10n.t("This is no .NET date format: every record is lost."));
      }
    } else if (expression.name === "regexp_extract" && analyzeDotnetRegex(second.value).problem !== undefined) {
      report.add("regex-dotnet", span, l10n.t(".NET rejects this pattern: every record is lost."));
    }
  }
  for (const argument of expression.arguments) {
    checkCalls(report, node, argument);
  }
}
