import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { TextSpan } from "../../text/span";
import type { Declaration } from "../agentModel";
import { filterKeys, knownInSection, typeKeyOf } from "../agentSchema";
import type { JsonNode, JsonProperty } from "../jsonNode";
import type { KeyRow, Shape } from "../schema";
import { didYouMean, fix, insertMember, nearest, removeKeyFix, renameKey } from "./fixes";
import type { Member } from "./members";
import type { Report } from "./report";
import { casingFix, casingMessage } from "./sectionRules";

/** Keys whose uselessness has a rule of its own. */
const elsewhere = new Set(["InitialPositionTimestamp", "IncludeDirectoryFilter", ...filterKeys]);
/** Members that people use in place of comments. */
const commentKey = /^(?:\/\/|#|_?comment|\$schema$)/i;
const positionParsers = new Set(["singleline", "singlelinejson", "delimited", "syslog"]);

export function checkKey(report: Report, member: Member): void {
  const { object, property, row, declaration } = member;
  if (declaration === undefined && row === undefined) {
    return;
  }
  if (row === undefined) {
    checkUnknownKey(report, member);
    return;
  }
  if (row.key !== property.name && property.key.kind === "string" && declaration !== undefined && !isDouble(object, property)) {
    report.add("key-casing", property.key.span, casingMessage(row.key), { fixes: [casingFix(property, row.key)] });
  }
  checkApplicable(report, member, row);
}

/** The key is there twice, which is reported as such. */
function isDouble(object: JsonNode, property: JsonProperty): boolean {
  return object.properties.some((other) => other !== property && other.lower === property.lower);
}

function checkUnknownKey(report: Report, { object, property, declaration }: Member): void {
  if (declaration === undefined || commentKey.test(property.name)) {
    return;
  }
  const outer = object === declaration.node;
  const known = outer ? knownInSection(declaration.section, property.lower) : undefined;
  if (declaration.shape === undefined && (known !== undefined || !outer)) {
    return;
  }
  if (known !== undefined) {
    const message = l10n.t("{0} has no effect on {1}: the agent ignores it.", known.key, declaration.type ?? declaration.section);
    report.add("key-not-applicable", property.key.span, message, { fixes: [removeKeyFix(object, property)], unnecessary: true });
    return;
  }
  const candidates = !outer ? [] : (declaration.shape?.keys.map((row) => row.key) ?? [typeKeyOf(declaration.section)]);
  const meant = nearest(property.name, candidates);
  const fixes =
    meant === undefined || object.property(meant) !== undefined
      ? []
      : didYouMean(property.name, [meant], (name) => renameKey(property, name));
  const message = l10n.t("The agent knows no key {0} here and ignores it.", property.name);
  report.add("unknown-key", property.key.span, message, { fixes: [...fixes, removeKeyFix(object, property)], unnecessary: true });
}

function checkApplicable(report: Report, { object, property, declaration }: Member, row: KeyRow): void {
  if (declaration === undefined || elsewhere.has(row.key)) {
    return;
  }
  const why = uselessBecause(object, row);
  if (why !== undefined) {
    report.add("key-not-applicable", property.key.span, l10n.t("{0} has no effect {1}: the agent ignores it.", row.key, why), {
      fixes: [removeKeyFix(object, property)],
      unnecessary: true,
    });
  }
}

function uselessBecause(object: JsonNode, row: KeyRow): string | undefined {
  const { onlyWith } = row;
  if (row.key === "TimeZoneKind") {
    const parser = object.member("RecordParser")?.scalar?.trim().toLowerCase();
    const timed = object.member("InitialPosition")?.scalar?.toLowerCase() === "timestamp";
    return parser !== undefined && positionParsers.has(parser) && !timed ? l10n.t("with this record parser") : undefined;
  }
  if (row.key === "CSVEscapeMode" && object.member("Delimiter") !== undefined && object.member("Delimiter")?.scalar !== ",") {
    return l10n.t("with a delimiter other than the comma");
  }
  if (onlyWith === undefined) {
    return undefined;
  }
  const actual = object.member(onlyWith.key)?.scalar?.trim();
  if (actual === undefined || actual === "") {
    return onlyWith.key === "RecordParser" || onlyWith.key === "Type" ? undefined : l10n.t("without {0}", onlyWith.key);
  }
  return matches(onlyWith.values, actual) ? undefined : l10n.t("with {0} {1}", onlyWith.key, actual);
}

function matches(values: readonly string[], actual: string): boolean {
  return values.includes("*") || values.some((value) => value.toLowerCase() === actual.toLowerCase());
}

/** Required keys of an object of known shape. */
export function checkRequired(report: Report, node: JsonNode, shape: Shape, declaration: Declaration | undefined): void {
  for (const row of shape.keys) {
    if ((row.required === true || row.requiredWith !== undefined) && !hasRuleOfItsOwn(row, node, declaration)) {
      checkRequiredRow(report, node, row, declaration);
    }
  }
  if (declaration?.type === "DirectorySource" && node === declaration.node) {
    checkHeaders(report, declaration);
  }
}

function hasRuleOfItsOwn(row: KeyRow, node: JsonNode, declaration: Declaration | undefined): boolean {
  const outer = declaration !== undefined && node === declaration.node;
  return outer && (row.key === "Id" || row.refersTo !== undefined);
}

function checkRequiredRow(report: Report, node: JsonNode, row: KeyRow, declaration: Declaration | undefined): void {
  const { requiredWith } = row;
  if (requiredWith !== undefined && !matches(requiredWith.values, node.member(requiredWith.key)?.scalar?.trim() ?? "")) {
    return;
  }
  const property = node.property(row.key);
  const value = property?.value;
  if (property === undefined) {
    if (!isMisspelled(node, row.key, declaration?.shape)) {
      reportMissing(report, node, row, declaration);
    }
  } else if (value !== undefined && isEmpty(value) && !emptyIsFine(row, declaration)) {
    report.add("missing-required-key", value.span, l10n.t("{0} is empty: {1}", row.key, consequence(row.key, declaration)));
  }
}

function isEmpty(value: JsonNode): boolean {
  if (value.kind === "array") {
    return value.items.length === 0;
  }
  return value.isBlank;
}

/** Names have their own rules for what they may hold; an empty prefix is a prefix. */
function emptyIsFine(row: KeyRow, declaration: Declaration | undefined): boolean {
  const { key } = row;
  return (
    key === "StreamName" ||
    key === "LogGroup" ||
    key === "LogStream" ||
    key === "FileName" ||
    isTypeKey(key, declaration) ||
    key === "FilePath"
  );
}

function isTypeKey(key: string, declaration: Declaration | undefined): boolean {
  return declaration !== undefined && key === typeKeyOf(declaration.section);
}

/** The required key is there under another spelling, which is reported as such. */
function isMisspelled(node: JsonNode, key: string, shape: Shape | undefined): boolean {
  const known = new Set(shape?.keys.map((row) => row.key.toLowerCase()));
  return node.properties.some((property) => !known.has(property.lower) && nearest(property.name, [key]) !== undefined);
}

/** Where a missing key is shown: at the type, which is what requires it. */
export function placeOf(node: JsonNode, declaration: Declaration | undefined): TextSpan {
  const typeNode = declaration !== undefined && node === declaration.node ? declaration.typeNode : undefined;
  return typeNode?.span ?? { start: node.start, end: node.start + 1 };
}

function reportMissing(report: Report, node: JsonNode, row: KeyRow, declaration: Declaration | undefined): void {
  const { key } = row;
  const fixes: Fix[] = [fix(l10n.t("Insert {0}", key), [insertMember(node, key, exampleOf(row))], { preferred: true })];
  const message = l10n.t("{0} is missing: {1}", key, consequence(key, declaration));
  report.add("missing-required-key", placeOf(node, declaration), message, { fixes });
}

function consequence(key: string, declaration: Declaration | undefined): string {
  if (key === "LogGroup" || key === "LogStream") {
    return l10n.t("every batch fails and is lost.");
  }
  if (key === "Category" || key === "Counters") {
    return l10n.t("no counter of this category is collected.");
  }
  switch (declaration?.section) {
    case "Sources":
      return l10n.t("the source does not load and nothing is read.");
    case "Sinks":
      return l10n.t("the sink does not load and everything sent to it is lost.");
    case "Pipes":
      return l10n.t("the pipe fails and nothing flows.");
    default:
      return l10n.t("the agent skips this entry.");
  }
}

function checkHeaders(report: Report, declaration: Declaration): void {
  const { node } = declaration;
  if (node.member("RecordParser")?.scalar?.trim().toLowerCase() !== "delimited") {
    return;
  }
  if (node.property("Headers") === undefined && node.property("HeaderPattern") === undefined) {
    const message = l10n.t("The parser Delimited needs Headers or HeaderPattern: the source does not load and nothing is read.");
    const fixes = [
      fix(l10n.t("Insert Headers"), [insertMember(node, "Headers", '"field1,field2"')]),
      fix(l10n.t("Insert HeaderPattern"), [insertMember(node, "HeaderPattern", '"^#"')]),
    ];
    report.add("missing-required-key", node.member("RecordParser")?.span ?? placeOf(node, declaration), message, { fixes });
  }
}

/** What a quick fix inserts as the value of a key: the example of its completion. */
export function exampleOf(row: KeyRow): string {
  if (row.snippet !== undefined) {
    return row.snippet.replace(/\$\{\d+:([^}]*)\}/g, "$1");
  }
  if (row.default !== undefined && row.kind !== "string") {
    return row.default;
  }
  const first = row.values?.[0];
  switch (row.kind) {
    case "array":
      return "[]";
    case "object":
      return "{}";
    case "integer":
    case "number":
      return "1";
    case "boolean":
      return "true";
    case "string":
      return JSON.stringify(first ?? "");
  }
}
