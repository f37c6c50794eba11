import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { TextSpan } from "../../text/span";
import { nodeAt } from "../document";
import type { ConfigDocument, JsonNode, SyntaxKind, SyntaxProblem } from "../jsonNode";
import { traits } from "../jsonTape";
import { escapeRepair, escapesIn, type Escape } from "../jsonText";
import { utf8Fix } from "./fixes";
import type { SessionContext, SessionFinding, SessionRule } from "./sessionRule";

const pastedKinds: readonly SyntaxKind[] = ["curlyQuotes", "entityQuotes", "invisibleChar", "smartPunctuation"];
const typographic = /[\u2018-\u201f\u00ab\u00bb\u00a0]/;

export type SyntaxState = "valid" | "pasted" | "badEscape" | "invalid";

/** Why the text is not JSON; the first cause that replaces the others. */
export function syntaxState(document: ConfigDocument): SyntaxState {
  const { syntaxProblems, comments, trailingCommas } = document;
  if (syntaxProblems.some((problem) => pastedKinds.includes(problem.kind))) {
    return "pasted";
  }
  if (syntaxProblems.some((problem) => problem.kind === "badEscape")) {
    return "badEscape";
  }
  return syntaxProblems.length + comments.length + trailingCommas.length > 0 ? "invalid" : "valid";
}

export function* nodesOf(node: JsonNode | undefined): Generator<JsonNode> {
  if (node === undefined) {
    return;
  }
  const stack = [node];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    yield at;
    for (const property of at.properties) {
      stack.push(property.key);
      if (property.value !== undefined) {
        stack.push(property.value);
      }
    }
    stack.push(...at.items);
  }
}

function syntaxMessage(kind: SyntaxKind): string {
  switch (kind) {
    case "singleQuotes":
      return l10n.t("JSON takes double quotes only: the image check rejects the file.");
    case "bareWord":
      return l10n.t("This is no JSON value: the image check rejects the file.");
    case "missingComma":
      return l10n.t("A comma is missing here: the image check rejects the file.");
    case "missingColon":
      return l10n.t("A colon is missing here: the image check rejects the file.");
    case "missingValue":
      return l10n.t("A value is missing here: the image check rejects the file.");
    case "unclosed":
      return l10n.t("This bracket is never closed: the image check rejects the file.");
    case "unclosedString":
      return l10n.t("This string is never closed: the image check rejects the file.");
    case "empty":
      return l10n.t("The file is empty: the image check rejects it.");
    case "tooDeep":
      return l10n.t("The file is nested too deeply.");
    default:
      return l10n.t("This is not allowed in JSON: the image check rejects the file.");
  }
}

function invalidJson({ document }: { document: ConfigDocument }): SessionFinding[] {
  if (syntaxState(document) !== "invalid") {
    return [];
  }
  const remove = (title: string, span: { start: number; end: number }): Fix => ({
    title,
    edits: [{ span, text: "" }],
    safe: true,
    preferred: true,
  });
  return [
    ...document.syntaxProblems.map((problem) => ({
      span: problem.span,
      message: syntaxMessage(problem.kind),
      fixes: repairOf(document, problem),
    })),
    ...document.comments.map((span) => ({
      span,
      message: l10n.t("config.json allows no comments: the image check rejects the file."),
      fixes: [remove(l10n.t("Remove the comment"), span)],
    })),
    ...document.trailingCommas.map((span) => ({
      span,
      message: l10n.t("config.json allows no trailing comma: the image check rejects the file."),
      fixes: [remove(l10n.t("Remove the comma"), span)],
    })),
  ];
}

function repairOf(document: ConfigDocument, problem: SyntaxProblem): readonly Fix[] {
  const word = document.text.slice(problem.span.start, problem.span.end);
  if (problem.kind === "bareWord" && /^(?:true|false|null)$/i.test(word)) {
    return [
      { title: l10n.t("Write it in lower case"), edits: [{ span: problem.span, text: word.toLowerCase() }], safe: true, preferred: true },
    ];
  }
  return problem.repair === undefined || problem.repair.length === 0
    ? []
    : [{ title: l10n.t("Repair the JSON here"), edits: problem.repair, safe: problem.certain, preferred: true }];
}

function pastedText({ document }: { document: ConfigDocument }): SessionFinding[] {
  if (syntaxState(document) === "pasted") {
    const pasted = document.syntaxProblems.filter((problem) => pastedKinds.includes(problem.kind));
    const all = pasted.flatMap((problem) => problem.repair ?? []);
    const fix: Fix = { title: l10n.t("Replace all typographic quotes and blanks"), edits: all, safe: true, preferred: true };
    return mergeNeighbours(document.text, pasted).map((span) => ({
      span,
      message: l10n.t("Typographic quotes or blanks, as web pages have them, are not JSON: the image check rejects the file."),
      fixes: [fix],
    }));
  }
  return syntaxState(document) === "valid" ? typographicStrings(document) : [];
}

/** A run of odd blanks is one finding. */
function mergeNeighbours(text: string, problems: readonly SyntaxProblem[]): { start: number; end: number }[] {
  const merged: { start: number; end: number }[] = [];
  for (const { span } of [...problems].sort((a, b) => a.span.start - b.span.start)) {
    const last = merged.at(-1);
    if (
      last !== undefined &&
      /^[\s\u00a0\ufeff\u200b-\u200d]*$/.test(text.slice(last.end, span.end)) &&
      /^[\s\u00a0\ufeff\u200b-\u200d]*$/.test(text.slice(last.start, last.end))
    ) {
      last.end = span.end;
    } else {
      merged.push({ ...span });
    }
  }
  return merged;
}

const straight: Readonly<Record<string, string>> = { "\u00a0": " ", "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'" };

function typographicStrings(document: ConfigDocument): SessionFinding[] {
  const found: SessionFinding[] = [];
  for (const node of nodesOf(document.root)) {
    if (node.kind !== "string" || (node.traits & traits.nonAscii) === 0 || !typographic.test(node.raw)) {
      continue;
    }
    const places = [...node.raw.matchAll(new RegExp(typographic.source, "g"))];
    const first = places[0]?.index ?? 0;
    const edits = places.map((match) => {
      const start = node.contentStart + match.index;
      return { span: { start, end: start + 1 }, text: straight[match[0]] ?? '\\"' };
    });
    found.push({
      severity: "warning",
      span: { start: node.contentStart + first, end: node.contentStart + first + 1 },
      message: l10n.t(
        "A typographic quote or non-breaking space in the text: it was probably copied from a web page, and the program gets it as it is.",
      ),
      fixes: [{ title: l10n.t("Replace by plain characters"), edits, safe: false, preferred: true }],
    });
  }
  return found;
}

function encoding({ document }: { document: ConfigDocument }, context: SessionContext): SessionFinding[] {
  const start = { start: 0, end: Math.min(1, document.text.length) };
  if (context.encoding === "utf16") {
    return [
      {
        span: start,
        message: l10n.t(
          "The file is saved as UTF-16: JSON is UTF-8, and what else the service accepts is unknown. Save it as UTF-8 without byte order mark.",
        ),
        fixes: [utf8Fix(true)],
      },
    ];
  }
  if (context.encoding === "invalid") {
    const at = document.text.indexOf("\ufffd");
    return [
      {
        span: at < 0 ? start : { start: at, end: at + 1 },
        message: l10n.t("The file is not valid UTF-8. Save it as UTF-8 without byte order mark."),
        fixes: [utf8Fix(false)],
      },
    ];
  }
  if (context.encoding !== "utf8bom" && !document.text.startsWith("\ufeff")) {
    return [];
  }
  const fixes = document.text.startsWith("\ufeff")
    ? [{ title: l10n.t("Remove the byte order mark"), edits: [{ span: { start: 0, end: 1 }, text: "" }], safe: true, preferred: true }]
    : [utf8Fix(true)];
  return [
    {
      severity: "information",
      span: start,
      message: l10n.t(
        "The file starts with a byte order mark: whether the service accepts one is not documented. Save it as UTF-8 without.",
      ),
      fixes,
    },
  ];
}

function backslashes({ document }: { document: ConfigDocument }): SessionFinding[] {
  const state = syntaxState(document);
  if (state === "badEscape") {
    return badStrings(document).map(({ span, node }) => ({
      span,
      message: l10n.t("A single backslash starts an escape, and JSON does not know this one: the image check rejects the file."),
      fixes: doubled(document.text, single(node)),
    }));
  }
  return state === "valid" ? controlCharacters(document) : [];
}

/** One finding for each string, at its first escape that JSON does not know. */
function badStrings(document: ConfigDocument): { span: TextSpan; node: JsonNode | undefined }[] {
  const seen = new Set<JsonNode | undefined>();
  return document.syntaxProblems
    .filter((problem) => problem.kind === "badEscape")
    .map((problem) => ({ span: problem.span, node: nodeAt(document, problem.span.start) }))
    .filter(({ node }) => {
      const first = node === undefined || !seen.has(node);
      seen.add(node);
      return first;
    });
}

/** Every backslash of the string that stands alone, those that happen to make a valid escape too. */
function single(node: JsonNode | undefined): Escape[] {
  return node?.kind !== "string"
    ? []
    : escapesIn(node.text, node.contentStart, node.contentEnd).filter(
        (escape) => escape.decoded === undefined || isControl(escape.decoded),
      );
}

function doubled(text: string, escapes: readonly Escape[]): Fix[] {
  const edits = escapes.map((escape) => escapeRepair(text, escape));
  return edits.length === 0 ? [] : [{ title: l10n.t("Double the backslash"), edits, safe: true, preferred: true }];
}

/** Valid escapes that turn part of a path into a control character. */
function controlCharacters(document: ConfigDocument): SessionFinding[] {
  const found: SessionFinding[] = [];
  for (const node of nodesOf(document.root)) {
    const property = node.kind === "object" ? [node.member("filename"), node.member("arguments")] : [];
    for (const value of property) {
      if (value?.kind !== "string") {
        continue;
      }
      const bad = escapesIn(value.text, value.contentStart, value.contentEnd).filter((escape) => isControl(escape.decoded));
      const first = bad[0];
      if (first !== undefined) {
        found.push({
          span: { start: first.start, end: first.end },
          message: l10n.t("This escape is a control character, not part of a path: the file is not found. Double the backslash."),
          fixes: doubled(document.text, bad),
        });
      }
    }
  }
  return found;
}

function isControl(text: string | undefined): boolean {
  return text !== undefined && text.length === 1 && text.charCodeAt(0) < 32;
}

export const sessionSyntaxRules: readonly SessionRule[] = [
  { code: "SSC001", severity: "error", check: invalidJson },
  { code: "SSC002", severity: "error", check: pastedText },
  { code: "SSC003", severity: "error", check: encoding },
  { code: "SSC004", severity: "error", check: backslashes },
];
