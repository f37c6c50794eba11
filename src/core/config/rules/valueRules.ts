import * as l10n from "@vscode/l10n";
import type { Fix, Severity } from "../../text/problem";
import type { JsonNode, JsonProperty } from "../jsonNode";
import type { KeyRow } from "../schema";
import { fix, removeKeyFix, setRaw, setString } from "./fixes";
import type { Member } from "./members";
import type { Report } from "./report";

const scalarKinds = new Set(["string", "integer", "number", "boolean"]);
/** Keys that the agent's diagnostic tool wants as text although they are numbers. */
const textForDiagnosticTool = new Set(["InitialPosition", "QueueMaxBatches"]);
const strictIntegers = new Set(["RefreshInterval", "WarningInterval"]);
const trimmedKeys = new Set(
  (
    "Id SourceType SinkType Type CredentialType SourceRef SinkRef CredentialRef RedirectToSinkId LogName StreamName LogGroup LogStream " +
    "ProfileName ProviderName Region RecordParser Format FailoverStrategy TraceLevel BucketName Category Counter Instances InitialPosition " +
    "TimeZoneKind QueueType Profile CustomFilters Encoding"
  ).split(" "),
);

export function checkValue(report: Report, member: Member): void {
  const { row, property, declaration } = member;
  const { value } = property;
  if (row === undefined || value === undefined || value.kind === "bad") {
    return;
  }
  if (declaration !== undefined || row.shape !== undefined) {
    checkShape(report, member, row, value);
  }
  if (value.scalar !== undefined) {
    checkScalar(report, member, row, value);
  }
}

function checkScalar(report: Report, member: Member, row: KeyRow, value: JsonNode): void {
  switch (row.kind) {
    case "integer":
      checkInteger(report, member, row, value);
      break;
    case "number":
      checkNumberText(report, row, value);
      break;
    case "boolean":
      checkBoolean(report, member, row, value);
      break;
    case "string":
      checkText(report, member, row, value);
      break;
    case "array":
    case "object":
      break;
  }
}

function checkShape(report: Report, member: Member, row: KeyRow, value: JsonNode): void {
  const severity: Severity = row.required === true || row.requiredWith !== undefined ? "error" : "warning";
  const isContainer = value.kind === "object" || value.kind === "array";
  if (scalarKinds.has(row.kind) && isContainer) {
    const only = value.kind === "array" && value.items.length === 1 ? value.items[0] : undefined;
    const fixes =
      only?.scalar === undefined
        ? [removeKeyFix(member.object, member.property)]
        : [fix(l10n.t("Take the value out of the list"), [setRaw(value, sourceOf(only))])];
    shape(report, value, l10n.t("{0} takes a single value; the agent reads this as absent.", row.key), severity, fixes);
  } else if (row.kind === "array" && !isContainer && value.kind !== "null") {
    const fixes = [fix(l10n.t("Wrap in [ ]"), [setRaw(value, `[${sourceOf(value)}]`)], { preferred: true })];
    shape(report, value, l10n.t("{0} takes a list; the agent reads this as an empty one.", row.key), severity, fixes);
  } else if (row.kind === "object" && value.kind !== "object" && value.kind !== "null") {
    shape(report, value, l10n.t("{0} takes an object; the agent reads this as absent.", row.key), severity, [
      removeKeyFix(member.object, member.property),
    ]);
  }
  if (member.declaration !== undefined && row.kind === "array") {
    checkItems(report, row, value);
  }
}

function shape(report: Report, value: JsonNode, message: string, severity: Severity, fixes: readonly Fix[]): void {
  const span = value.kind === "object" || value.kind === "array" ? { start: value.start, end: value.start + 1 } : value.span;
  report.add("wrong-value-shape", span, message, { severity, fixes });
}

function checkItems(report: Report, row: KeyRow, value: JsonNode): void {
  for (const item of value.items) {
    const isScalar = item.kind !== "object" && item.kind !== "array";
    const allowed =
      (item.kind === "object" && row.shape !== undefined) ||
      (isScalar && row.items !== undefined && row.items !== "array" && row.items !== "object") ||
      (item.kind === "array" && row.items === "array");
    if (!allowed && item.kind !== "bad") {
      shape(report, item, l10n.t("{0} cannot hold this kind of entry; the agent skips it.", row.key), "warning", []);
    }
  }
}

function checkInteger(report: Report, member: Member, row: KeyRow, value: JsonNode): void {
  const text = (value.scalar ?? "").trim();
  if (text === "" && !strictIntegers.has(row.key)) {
    return;
  }
  if (/^[+-]?\d+$/.test(text) && Math.abs(Number(text)) <= 2_147_483_647) {
    checkNumberKind(report, member, row, value, text);
    return;
  }
  const strict = strictIntegers.has(row.key);
  const message = strict
    ? l10n.t("{0} must be a whole number: otherwise the credential provider fails, and every sink that refers to it.", row.key)
    : l10n.t("{0} must be a whole number: the agent silently takes {1} instead.", row.key, row.default ?? l10n.t("the default"));
  const number = wholeNumberIn(text);
  const fixes = number === undefined ? [] : [fix(l10n.t("Change to {0}", number), [setRaw(value, number)], { preferred: true })];
  report.add("not-an-integer", value.span, message, {
    severity: strict ? "error" : "warning",
    fixes: [...fixes, ...(strict ? [] : [removeKeyFix(member.object, member.property)])],
  });
}

/** The number that was most likely meant: 60.0, 1,000, 6e1 or 60s. */
function wholeNumberIn(text: string): string | undefined {
  const plain = text.replace(/[,_\s](?=\d{3}\b)/g, "");
  const value = /^[+-]?\d+(?:\.0*)?(?:e\+?\d)?(?=\s*[a-z]*$)/i.exec(plain)?.[0];
  return value === undefined || !Number.isInteger(Number(value)) || Math.abs(Number(value)) > 2_147_483_647
    ? undefined
    : String(Number(value));
}

function checkNumberKind(report: Report, member: Member, row: KeyRow, value: JsonNode, text: string): void {
  const wantsText = textForDiagnosticTool.has(row.key) || (row.key === "Interval" && member.declaration?.section === "Plugins");
  if (wantsText === (value.kind === "string")) {
    return;
  }
  const message = wantsText
    ? l10n.t("The agent takes this number; its diagnostic tool wants it as text.")
    : l10n.t("The agent takes this text as the number; its diagnostic tool wants a number.");
  if (
    (row.values !== undefined && !row.values.includes(text)) ||
    Number(text) < (row.minimum ?? -Infinity) ||
    Number(text) > (row.maximum ?? Infinity)
  ) {
    return;
  }
  const converted = wantsText ? JSON.stringify(text) : String(Number(text));
  report.add("number-as-string", value.span, message, {
    fixes: [fix(l10n.t("Change to {0}", converted), [setRaw(value, converted)], { safe: true, preferred: true })],
  });
}

function checkNumberText(report: Report, row: KeyRow, value: JsonNode): void {
  const text = (value.scalar ?? "").trim();
  if (value.kind === "string" && /^-?\d+(?:\.\d+)?$/.test(text)) {
    report.add("number-as-string", value.span, l10n.t("The agent takes this text as the number; its diagnostic tool wants a number."), {
      fixes: [fix(l10n.t("Change to {0}", text), [setRaw(value, String(Number(text)))], { safe: true, preferred: true })],
    });
  } else if (text !== "" && Number.isNaN(Number(text)) && !(row.key !== "JittingFactor" && /^0,\d*[1-9]\d*$/.test(text))) {
    const message = l10n.t("{0} must be a number such as 0.5: the agent silently takes {1} instead.", row.key, row.default ?? "");
    report.add("not-an-integer", value.span, message);
  }
}

function checkBoolean(report: Report, member: Member, row: KeyRow, value: JsonNode): void {
  const text = (value.scalar ?? "").trim().toLowerCase();
  if (text === "true" || text === "false" || text === "" || row.key === "off") {
    return;
  }
  const strict = row.key === "Required";
  const meant = /^(?:1|yes|on|y|t)$/.test(text) ? "true" : /^(?:0|no|off|n|f)$/.test(text) ? "false" : undefined;
  const fixes =
    meant === undefined
      ? [removeKeyFix(member.object, member.property)]
      : [fix(l10n.t("Change to {0}", meant), [setRaw(value, meant)], { preferred: true })];
  const message = strict
    ? l10n.t("{0} must be true or false: with anything else the source does not load.", row.key)
    : l10n.t("{0} must be true or false: the agent silently takes {1} instead.", row.key, row.default ?? "false");
  report.add("not-a-boolean", value.span, message, { severity: strict ? "error" : "warning", fixes });
}

function checkText(report: Report, member: Member, row: KeyRow, value: JsonNode): void {
  if (row.key === "MatchAnyKeyword" && !isKeywordMask(value.scalar ?? "")) {
    const message = l10n.t(
      "{0} must be decimal or, with 0x, hexadecimal numbers with commas between them: the source does not load.",
      row.key,
    );
    report.add("not-an-integer", value.span, message, { severity: "error", fixes: [removeKeyFix(member.object, member.property)] });
    return;
  }
  if (value.kind === "number" && row.key !== "InitialPosition") {
    return;
  }
  if (value.kind === "number") {
    checkNumberKind(report, member, row, value, value.raw);
  }
  const text = value.scalar ?? "";
  if (text === "" || text.trim() === "") {
    checkEmpty(report, member.object, member.property, row, text);
    return;
  }
  const edge = text.charCodeAt(0) <= 32 || text.charCodeAt(text.length - 1) <= 32;
  if (edge && trimmedKeys.has(row.key)) {
    const span = value.contentSpan;
    report.add("value-whitespace", span, l10n.t("The agent does not trim {0}: with these blanks it does not match.", row.key), {
      fixes: [fix(l10n.t("Remove the blanks"), [setString(value, text.trim())], { safe: true, preferred: true })],
    });
  }
}

/** Unsigned numbers of 64 bits; an empty one stands for all bits. */
function isKeywordMask(text: string): boolean {
  return text
    .split(",")
    .map((part) => part.trim())
    .every(
      (part) =>
        part === "" || /^0x[0-9a-f]{1,16}$/i.test(part) || (/^\+?\d{1,20}$/.test(part) && BigInt(part.replace("+", "")) < 1n << 64n),
    );
}

function checkEmpty(report: Report, object: JsonNode, property: JsonProperty, row: KeyRow, text: string): void {
  const message = emptyMeaning(row.key, object, text);
  if (message !== undefined && property.value !== undefined) {
    report.add("empty-value", property.value.span, message, { fixes: [removeKeyFix(object, property)] });
  }
}

function emptyMeaning(key: string, object: JsonNode, text: string): string | undefined {
  const files = object.property("Directory") !== undefined;
  switch (key) {
    case "InitialPosition":
    case "InitialPositionTimestamp":
      return files ? l10n.t("An empty {0} makes a file source fail; leave the key out for the default.", key) : undefined;
    case "CustomFilters":
      return text === "" ? undefined : l10n.t("A filter of blanks makes every event fail.");
    case "FilePath":
      return object.member("SinkType")?.scalar?.trim().toLowerCase() === "filesystem"
        ? l10n.t("An empty FilePath makes the sink fail; leave the key out for the default.")
        : undefined;
    default:
      return undefined;
  }
}

function sourceOf(node: JsonNode): string {
  return node.text.slice(node.start, node.end);
}
