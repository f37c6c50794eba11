import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { JsonNode } from "../jsonNode";
import { traits } from "../jsonTape";
import { escapesIn } from "../jsonText";
import type { KeyRow } from "../schema";
import { fix, replaceInString, setString } from "./fixes";
import type { Member } from "./members";
import type { Report } from "./report";
import { checkPlainVariables } from "./variableRules";

const nameKeys = new Set(
  (
    "Id SourceType SinkType Type CredentialType SourceRef SinkRef CredentialRef RedirectToSinkId Region StreamName LogGroup LogStream LogName " +
    "ProfileName BucketName RecordParser Format ProviderName Category Counter"
  ).split(" "),
);
const decorations = new Set(["textDecoration", "objectDecoration", "textDecorationEx", "objectDecorationEx"]);
const curly = /[\u201c\u201d\u201e\u201f\u2018\u2019\u00ab\u00bb]/g;
const invisible = /[\u00a0\u00ad\u200b\u200e\u200f\u2060\ufeff]/g;
const markup =
  /`+|&(?:quot|lt|gt|amp|nbsp|apos|#\d{2,5}|#x[0-9a-f]{2,4});|<\/?(?:b|i|p|em|strong|code|span|div|br|pre|a|li|ul|td|tr|font)\b[^<>]*>/gi;
const angle = /<[A-Za-z][^<>]*>/;
const entities: Readonly<Record<string, string>> = { quot: '"', lt: "<", gt: ">", amp: "&", nbsp: " ", apos: "'" };

/** What the characters of a value tell, whatever its key means. */
export function checkCharacters(report: Report, { row, property, declaration }: Member): void {
  const { value } = property;
  if ((property.keyTraits & traits.nonAscii) !== 0) {
    checkInvisible(report, property.key);
  }
  if (value === undefined) {
    return;
  }
  if (value.kind === "array") {
    for (const item of value.items) {
      if (item.kind === "string") {
        checkString(report, item, row, declaration !== undefined);
      }
    }
  } else if (value.kind === "string") {
    checkString(report, value, row, declaration !== undefined);
  }
}

function checkString(report: Report, value: JsonNode, row: KeyRow | undefined, declared: boolean): void {
  const grammar = row?.grammar;
  if ((value.traits & traits.nonAscii) !== 0) {
    checkInvisible(report, value);
    if (row !== undefined && (nameKeys.has(row.key) || grammar !== undefined)) {
      checkCurly(report, value, row);
    }
  }
  if ((value.traits & traits.escape) !== 0) {
    checkPathEscape(report, value, row);
  }
  if (
    (value.traits & traits.markup) !== 0 &&
    grammar !== "regex" &&
    grammar !== "xpath" &&
    !(grammar !== undefined && decorations.has(grammar))
  ) {
    checkMarkup(report, value, row);
  }
  if ((value.traits & traits.percent) !== 0 && declared && grammar !== "regex" && grammar !== "xpath" && row?.key !== "Destination") {
    checkPercent(report, value, row);
  }
  if ((value.traits & traits.brace) !== 0 && (grammar === "variables" || (grammar === "path" && row?.key === "Directory"))) {
    checkPlainVariables(report, value);
  }
}

function checkInvisible(report: Report, node: JsonNode): void {
  const raw = node.raw;
  const matches = [...raw.matchAll(invisible)];
  const first = matches[0];
  const last = matches.at(-1);
  if (first === undefined || last === undefined) {
    return;
  }
  const at = node.contentStart;
  const edits = matches.map((match) => ({
    span: { start: at + match.index, end: at + match.index + 1 },
    text: match[0] === "\u00a0" && match.index > 0 && match.index < raw.length - 1 ? " " : "",
  }));
  report.add(
    "json-invisible-char",
    { start: at + first.index, end: at + last.index + 1 },
    l10n.t("An invisible character is part of this text: ids and names do not match."),
    {
      severity: "warning",
      fixes: [fix(l10n.t("Remove invisible characters"), edits, { safe: true, preferred: true })],
    },
  );
}

function checkCurly(report: Report, value: JsonNode, row: KeyRow): void {
  if (row.grammar === "textDecorationEx" || row.grammar === "objectDecorationEx") {
    return;
  }
  const { raw, contentStart } = value;
  const matches = [...raw.matchAll(curly)].filter((match) => !isApostrophe(raw, match.index, match[0]));
  const first = matches[0];
  const last = matches.at(-1);
  if (first === undefined || last === undefined) {
    return;
  }
  const edits = matches.map((match) => ({
    span: { start: contentStart + match.index, end: contentStart + match.index + 1 },
    text: /[\u2018\u2019]/.test(match[0]) || row.grammar === "xpath" ? "'" : '\\"',
  }));
  const message = l10n.t("Curly quotes are part of this text: queries are rejected, ids and patterns do not match.");
  report.add("json-curly-quotes-in-value", { start: contentStart + first.index, end: contentStart + last.index + 1 }, message, {
    fixes: [fix(l10n.t("Replace with straight quotes"), edits, { safe: true, preferred: true })],
  });
}

/** An apostrophe between letters is meant as text. */
function isApostrophe(raw: string, at: number, char: string): boolean {
  return char === "\u2019" && /\p{L}/u.test(raw.charAt(at - 1)) && /\p{L}/u.test(raw.charAt(at + 1));
}

const pathKeys = new Set([
  "Directory",
  "FilePath",
  "QueuePath",
  "Destination",
  "IncludeDirectoryFilter",
  "FileNameFilter",
  "Source",
  "PackageVersion",
]);

function checkPathEscape(report: Report, value: JsonNode, row: KeyRow | undefined): void {
  const isPath = row !== undefined && pathKeys.has(row.key);
  const isRegex = row?.grammar === "regex";
  if (!isPath && !isRegex) {
    return;
  }
  const escapes = escapesIn(value.text, value.contentStart, value.contentEnd);
  if (escapes.some((escape) => escape.decoded === undefined)) {
    return;
  }
  const meant = escapes.filter(
    (escape) => escape.end - escape.start === 2 && (isPath ? "\t\n\r\b\f" : "\b").includes(escape.decoded ?? "-"),
  );
  const first = meant[0];
  const last = meant.at(-1);
  if (first === undefined || last === undefined) {
    return;
  }
  const edits = meant.map((escape) => ({ span: { start: escape.start, end: escape.start + 1 }, text: "\\\\" }));
  const message = isPath
    ? l10n.t("This escape is a control character, not a part of the path: the path does not exist.")
    : l10n.t("This escape is a backspace, not a word boundary: the pattern never matches.");
  report.add("json-path-escape", { start: first.start, end: first.end }, message, {
    fixes: [fix(l10n.t("Double the back slash"), edits, { safe: true, preferred: true })],
  });
}

function checkMarkup(report: Report, value: JsonNode, row: KeyRow | undefined): void {
  const text = value.scalar ?? "";
  const matches = [...text.matchAll(markup)];
  const first = matches[0];
  const placeholder = first === undefined ? angle.exec(text) : null;
  const place = first ?? placeholder;
  if (place === undefined || place === null) {
    return;
  }
  const isName = row !== undefined && nameKeys.has(row.key);
  const last = matches.at(-1) ?? place;
  const cleaned = text.replace(markup, (found) => plainOf(found)).trim();
  const fixes: Fix[] = first === undefined ? [] : [fix(l10n.t("Clean up"), [setString(value, cleaned)], { safe: true, preferred: true })];
  const message =
    first === undefined
      ? l10n.t("{0} looks like a placeholder of an example: put the real name in its place.", place[0])
      : l10n.t("Markup of a web page is part of this text, so that the name is wrong.");
  report.add("markup-residue", value.sourceSpan(place.index, last.index + last[0].length), message, {
    severity: isName ? "error" : "warning",
    fixes,
  });
}

function plainOf(found: string): string {
  if (!found.startsWith("&")) {
    return "";
  }
  const name = found.slice(1, -1).toLowerCase();
  const code = name.startsWith("#x") ? parseInt(name.slice(2), 16) : name.startsWith("#") ? Number(name.slice(1)) : undefined;
  return code === undefined ? (entities[name] ?? "") : String.fromCharCode(code);
}

function checkPercent(report: Report, value: JsonNode, row: KeyRow | undefined): void {
  const text = value.scalar ?? "";
  const match = /%([A-Za-z_][A-Za-z0-9_()]*)%/.exec(text);
  if (match === null || row?.key === "Counter" || row?.key === "Category" || row?.key === "Counters") {
    return;
  }
  const end = match.index + match[0].length;
  const resolved = row?.grammar !== undefined && row.grammar !== "wildcards" && (row.grammar !== "path" || row.key === "Directory");
  const fixes = resolved
    ? [
        fix(l10n.t("Change to {0}", `{env:${match[1] ?? ""}}`), [replaceInString(value, match.index, end, `{env:${match[1] ?? ""}}`)], {
          preferred: true,
        }),
      ]
    : [];
  report.add(
    "percent-variable",
    value.sourceSpan(match.index, end),
    l10n.t("The agent does not expand {0} here: it stays as it is.", match[0]),
    { fixes },
  );
}
