import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { Declaration } from "../agentModel";
import { internalSinkTypes, typeKeyOf, typesOf } from "../agentSchema";
import { formats } from "../agentSinkKeys";
import type { JsonNode } from "../jsonNode";
import { parseRegexOptions } from "../decoration/dotnetRegex";
import { analyzeDotnetRegex } from "../decoration/dotnetRegex";
import { fix, insertMember, nearest, setString } from "./fixes";
import type { Member } from "./members";
import type { Report } from "./report";
import { hasMarkup } from "./sinkNames";

const encodings =
  /^(?:utf-?8|unicode-1-1-utf-8|utf-?16(?:le|be)?|unicode|unicodefffe|ucs-2|iso-10646-ucs-2|utf-?32(?:le|be)?|(?:us-)?ascii|us|ansi_x3\.4-19(?:68|86)|iso646-us|iso-ir-6|cp367|csascii|ibm367|20127|65001|1200|1201|12000|12001)$/i;

export function checkType(report: Report, declared: Declaration): void {
  const { typeNode, section, type } = declared;
  if (typeNode === undefined) {
    checkMissingType(report, declared);
    return;
  }
  const text = typeNode.scalar;
  if (text === undefined || type !== undefined || hasMarkup(text)) {
    return;
  }
  if (section === "Pipes" && text.trim() === "") {
    return;
  }
  if (section === "Sinks" && internalSinkTypes.some((name) => name.toLowerCase() === text.toLowerCase())) {
    return;
  }
  const known = typesOf(section);
  const similar = nearest(text, known) ?? known.find((name) => name.toLowerCase().replace(/source$/, "") === text.trim().toLowerCase());
  const fixes: Fix[] =
    similar === undefined ? [] : [fix(l10n.t("Change to {0}", similar), [setString(typeNode, similar)], { preferred: true })];
  const message =
    section === "Pipes"
      ? l10n.t("The agent knows no pipe type {0}: the pipe fails and nothing flows.", text)
      : l10n.t("The agent knows no {0} {1} and skips the whole entry.", typeKeyOf(section), text);
  report.add("unknown-type", typeNode.contentSpan, message, { fixes });
}

function checkMissingType(report: Report, { section, node }: Declaration): void {
  const key = typeKeyOf(section);
  const [first = ""] = typesOf(section);
  const misspelled = node.properties.some((property) => nearest(property.name, [key]) !== undefined);
  if (section === "Pipes" || misspelled || node.properties.length === 0) {
    return;
  }
  const span = node.member("Id")?.span ?? { start: node.start, end: node.start + 1 };
  report.add("missing-required-key", span, l10n.t("{0} is missing: the agent skips the whole entry.", key), {
    fixes: [fix(l10n.t("Insert {0}", key), [insertMember(node, key, JSON.stringify(first))], { preferred: true })],
  });
}

const enumErrors = new Set([
  "InitialPosition",
  "RecordParser",
  "TimeZoneKind",
  "TraceLevel",
  "Encoding",
  "CustomFilters",
  "ExtractionRegexOptions",
]);
const listed = new Set([...enumErrors, "QueueType", "FailoverStrategy", "Format"]);
const caseMatters = new Set(["TraceLevel", "FailoverStrategy"]);

/** Values from a list. */
export function checkEnum(report: Report, { row, property, declaration }: Member): void {
  const { value } = property;
  if (row === undefined || value === undefined || declaration === undefined || !(row.grammar === "regex" || listed.has(row.key))) {
    return;
  }
  const text = value.scalar;
  if (text === undefined || value.isBlank) {
    return;
  }
  if (row.grammar === "regex" && value.kind === "string") {
    checkRegex(report, value, text);
  } else if (row.key === "Format" && !hasMarkup(text)) {
    checkFormat(report, value, text);
  } else if (listed.has(row.key) && !hasMarkup(text)) {
    checkListed(report, row.key, value, text.trim(), row.values ?? []);
  }
}

function checkFormat(report: Report, value: JsonNode, text: string): void {
  if (!formats.some((format) => format === text.trim().toLowerCase())) {
    const similar = nearest(text, formats);
    report.add("unknown-format", value.contentSpan, l10n.t("The agent knows no format {0} and sends plain text.", text), {
      fixes: (similar === undefined ? formats.slice(0, 1) : [similar]).map((format) =>
        fix(l10n.t("Change to {0}", format), [setString(value, format)], { preferred: similar !== undefined }),
      ),
    });
  }
}

function checkListed(report: Report, key: string, value: JsonNode, text: string, values: readonly string[]): void {
  if (key === "Encoding" || key === "CustomFilters" || key === "ExtractionRegexOptions") {
    checkOpenList(report, key, value, text, values);
    return;
  }
  if (values.includes(text)) {
    return;
  }
  const similar = values.find((one) => one.toLowerCase() === text.toLowerCase());
  if ((key === "TraceLevel" && /^\d+$/.test(text)) || (similar !== undefined && !caseMatters.has(key))) {
    return;
  }
  const severity = key === "QueueType" || key === "FailoverStrategy" ? "warning" : "error";
  if (similar !== undefined) {
    const message =
      key === "TraceLevel"
        ? l10n.t("The case matters here: {0} makes the source fail.", text)
        : l10n.t("The case matters here: with {0} the agent silently uses LoadBalanceFailover.", text);
    report.add("enum-case-significant", value.contentSpan, message, {
      severity,
      fixes: [fix(l10n.t("Change to {0}", similar), [setString(value, similar)], { safe: true, preferred: true })],
    });
    return;
  }
  report.add("unknown-enum-value", value.contentSpan, unknownMessage(key, text, values), { severity, fixes: choices(value, text, values) });
}

function unknownMessage(key: string, text: string, values: readonly string[]): string {
  const list = values.join(", ");
  switch (key) {
    case "QueueType":
      return l10n.t("{0} is none of {1}: the queue is kept in memory.", text, list);
    case "FailoverStrategy":
      return l10n.t("{0} is none of {1}: the agent silently uses LoadBalanceFailover.", text, list);
    default:
      return l10n.t("{0} is none of {1}: the source does not load.", text, list);
  }
}

function choices(value: JsonNode, text: string, values: readonly string[]): Fix[] {
  const similar = nearest(text, values);
  return (similar === undefined ? values.slice(0, 6) : [similar]).map((one) =>
    fix(l10n.t("Change to {0}", one), [setString(value, one)], { preferred: one === similar }),
  );
}

function checkOpenList(report: Report, key: string, value: JsonNode, text: string, values: readonly string[]): void {
  const bad =
    key === "Encoding"
      ? !encodings.test(text)
      : key === "ExtractionRegexOptions"
        ? parseRegexOptions(text) === undefined
        : text.split(";").some((entry) => entry !== "" && entry.trim().toLowerCase() !== "excludeownsecurityevents");
  if (bad) {
    report.add("unknown-enum-value", value.contentSpan, unknownMessage(key, text, values), {
      severity: "error",
      fixes: choices(value, text, values),
    });
  }
}

export function checkRegex(report: Report, value: JsonNode, text: string): void {
  if (/[\u201c-\u201f\u2018\u2019]/.test(text)) {
    return;
  }
  const { problem } = analyzeDotnetRegex(text);
  if (problem !== undefined) {
    const span = value.sourceSpan(problem.span.start, Math.max(problem.span.end, problem.span.start + 1));
    const message = l10n.t(".NET rejects this pattern, and what it belongs to does not load.");
    report.add("regex-dotnet", span.start === span.end ? value.contentSpan : span, message);
  }
}
