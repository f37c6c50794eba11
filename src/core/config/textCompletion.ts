import * as l10n from "@vscode/l10n";
import { agentModel, type Declaration } from "./agentModel";
import type { Completion, CompletionKind } from "./completion";
import { exFunctions } from "./decoration/functions";
import type { ConfigDocument, JsonNode } from "./jsonNode";
import { decodeEscapes, encodeString } from "./jsonText";
import { appstreamVariables, etwFields, eventFields, pollingEventFields, windowsVariables } from "./knownNames";
import { completePattern } from "./regexCompletion";
import type { KeyRow } from "./schema";
import type { JsonKind } from "./shapes";
import { completeQuery } from "./xpathCompletion";

interface TextPlace {
  readonly kind: JsonKind;
  readonly document: ConfigDocument;
  readonly node: JsonNode;
  readonly row: KeyRow;
  /** The object that holds the key. */
  readonly object: JsonNode;
  readonly offset: number;
}

/** Completions inside a string, in the little language that its key has. */
export function completeInString(place: TextPlace): Completion[] {
  switch (place.row.grammar) {
    case "textDecoration":
    case "objectDecoration":
    case "variables":
      return legacyVariables(place);
    case "textDecorationEx":
    case "objectDecorationEx":
      return expressions(place);
    case "xpath":
      return eventQueries(place);
    case "regex":
      return patterns(place);
    default:
      return [];
  }
}

/** Raw text from the start of the string to the cursor. */
function before({ node, offset }: TextPlace): string {
  return node.text.slice(node.contentStart, Math.max(node.contentStart, offset));
}

/** The open brace that the cursor stands behind, with what is typed after it; undefined outside braces. */
function openBrace(place: TextPlace): { readonly start: number; readonly typed: string } | undefined {
  const text = before(place);
  const at = text.lastIndexOf("{");
  const rest = text.slice(at + 1);
  return at < 0 || rest.includes("}") ? undefined : { start: place.node.contentStart + at + 1, typed: rest };
}

/** Sources whose records reach the sink that holds the decoration. */
export function connectedSources(document: ConfigDocument, object: JsonNode): readonly Declaration[] {
  const model = agentModel(document);
  const sink = model.declarations.Sinks.find((one) => one.node === object);
  const connections = sink === undefined ? [] : (model.connectionsOfSink.get(sink) ?? []);
  return connections.flatMap((connection) => connection.source ?? []);
}

/** Names of `$` variables that a connected source gives. */
function fieldsOf(place: TextPlace): readonly string[] {
  const types = new Set(connectedSources(place.document, place.object).map((source) => source.type));
  const fields = [
    ...(types.has("WindowsEventLogSource") || types.size === 0 ? eventFields : []),
    ...(types.has("WindowsEventLogPollingSource") ? pollingEventFields : []),
    ...(types.has("WindowsETWEventSource") ? etwFields : []),
  ];
  return [...new Set(fields)];
}

interface Offer {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly insert?: string;
  readonly help?: () => string;
  readonly detail?: string;
}

const metaHelp: Readonly<Record<string, () => string>> = {
  _record: () => l10n.t("The plain-text form of the record."),
  _timestamp: () => l10n.t("Time of the record in the machine's culture; for event logs the time of reading."),
  _filepath: () => l10n.t("Path of the file that the record comes from."),
  _filename: () => l10n.t("Name of the file that the record comes from."),
  _position: () => l10n.t("Byte offset after the record."),
  _linenumber: () => l10n.t("Line number of the record."),
};

function environmentOffers(prefix: string): Offer[] {
  return [
    ...appstreamVariables.map(({ name, scope }) => ({
      label: `${prefix}${name}`,
      kind: "variable" as const,
      detail: scope === "user" ? l10n.t("variable of the streaming user") : l10n.t("variable of the machine"),
      help: () => environmentHelp(scope),
    })),
    ...windowsVariables.map((name) => ({ label: `${prefix}${name}`, kind: "variable" as const, detail: l10n.t("variable of Windows") })),
  ];
}

function environmentHelp(scope: "user" | "machine"): string {
  return scope === "user"
    ? l10n.t("The agent's service never sees variables of the streaming user: let the session script write the value.")
    : l10n.t("Seen only when it was set before the agent's service got its environment.");
}

function legacyVariables(place: TextPlace): Completion[] {
  const brace = openBrace(place);
  if (brace === undefined) {
    return [];
  }
  const decoration = place.row.grammar !== "variables";
  const local: Offer[] = decoration
    ? [
        ...fieldsOf(place).map((name) => ({ label: `$${name}`, kind: "field" as const, detail: l10n.t("field of the record") })),
        ...Object.entries(metaHelp).map(([label, help]) => ({ label, kind: "variable" as const, help })),
      ]
    : [];
  const timestamp: Offer[] =
    decoration || ["LogStream", "FilePath", "FileName"].includes(place.row.key)
      ? ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss.fffZ", "yyyyMMdd"].map((format) => ({
          label: `timestamp:${format}`,
          kind: "variable" as const,
          help: () => l10n.t("Time of the record in a .NET date format."),
        }))
      : [];
  const machine: Offer[] = [
    { label: "ComputerName", kind: "variable", detail: l10n.t("variable of Windows") },
    { label: "instance_id", kind: "variable", detail: l10n.t("instance metadata") },
    { label: "hostname", kind: "variable", detail: l10n.t("instance metadata") },
    { label: "ec2:instance-id", kind: "variable", detail: l10n.t("instance metadata") },
    { label: "ec2tag:", kind: "variable", detail: l10n.t("tag of the instance"), insert: "ec2tag:${1:Name}" },
    { label: "uniformtimestamp", kind: "variable", help: () => l10n.t("Network time, yyyy-MM-ddTHH:mm:ss.fff UTC.") },
  ];
  return offers(place, brace.start, [...local, ...timestamp, ...environmentOffers("env:"), ...machine], closeBrace(place) ? "" : "}");
}

/** Whether the braces are closed already behind the cursor. */
function closeBrace({ node, offset }: TextPlace): boolean {
  return /^[^{;]*?\}/.test(node.text.slice(offset, node.contentEnd));
}

function offers(place: TextPlace, start: number, list: readonly Offer[], suffix: string): Completion[] {
  const rest = /^[\w$:.\-/ ]*/.exec(place.node.text.slice(place.offset, place.node.contentEnd))?.[0].length ?? 0;
  const end = closeBrace(place) ? place.offset + rest : place.offset;
  return list.map((offer, index) => ({
    label: offer.label,
    kind: offer.kind,
    insert: `${offer.insert ?? encodeString(offer.label).replace(/[\\$}]/g, "\\$&")}${suffix.replace("}", "\\}")}`,
    replace: { start, end },
    filter: offer.label,
    sort: String(index).padStart(3, "0"),
    ...(offer.detail === undefined ? {} : { detail: offer.detail }),
    ...(offer.help === undefined ? {} : { help: offer.help }),
  }));
}

function expressions(place: TextPlace): Completion[] {
  const brace = openBrace(place);
  if (brace === undefined || inQuotes(brace.typed)) {
    return [];
  }
  const word = /[A-Za-z_$][\w:]*$|\$$/.exec(brace.typed)?.[0] ?? "";
  const start = place.offset - word.length;
  const list: Offer[] = [
    ...fieldsOf(place).map((name) => ({ label: `$${name}`, kind: "field" as const, detail: l10n.t("field of the record") })),
    ...exFunctions.map((one) => ({
      label: one.name,
      kind: "function" as const,
      detail: `(${
        one.signatures
          .at(-1)
          ?.parameters.map((parameter) => parameter.name)
          .join(", ") ?? ""
      })`,
      insert: `${one.name}(\${1})`,
    })),
    ...Object.entries(metaHelp).map(([label, help]) => ({ label, kind: "variable" as const, help })),
    ...environmentOffers("env:"),
    { label: "ComputerName", kind: "variable", detail: l10n.t("variable of Windows") },
    { label: "instance_id", kind: "variable", detail: l10n.t("instance metadata") },
  ];
  const nested = /\(/.test(brace.typed);
  return offers({ ...place }, start, list, nested || closeBrace(place) ? "" : "}");
}

function inQuotes(text: string): boolean {
  return (text.match(/(?<!\\)'/g)?.length ?? 0) % 2 === 1;
}

/** The decoded text from the start of the string to the cursor. */
function decodedBefore(place: TextPlace): string {
  return decodeEscapes(before(place));
}

/** Where the last `length` characters of the decoded text begin. */
function startOfTyped(place: TextPlace, decoded: string, length: number): number {
  return length === 0 ? place.offset : place.node.sourceOffset(decoded.length - length);
}

function eventQueries(place: TextPlace): Completion[] {
  const { node, offset } = place;
  const text = decodedBefore(place);
  const { list, typed } = completeQuery(text);
  const whole = typed === undefined;
  const start = whole ? node.contentStart : startOfTyped(place, text, typed);
  const end = whole
    ? node.contentEnd
    : offset + (typed > 0 ? (/^[\w.'-]*/.exec(node.text.slice(offset, node.contentEnd))?.[0].length ?? 0) : 0);
  return list.map(({ label, insert, detail }, index) => ({
    label,
    kind: whole ? ("snippet" as const) : ("value" as const),
    detail,
    insert,
    replace: { start, end },
    filter: whole && node.raw !== "" ? node.raw : label,
    sort: String(index).padStart(3, "0"),
  }));
}

function patterns(place: TextPlace): Completion[] {
  const text = decodedBefore(place);
  const { list, typed } = completePattern(text, place.node.scalar ?? "", place.row.key);
  const start = startOfTyped(place, text, typed);
  return list.map(({ label, insert, detail }, index) => ({
    label,
    kind: "snippet" as const,
    detail,
    insert: patternSnippet(insert),
    replace: { start, end: place.offset },
    filter: typed === 0 ? label : encodeString(insert.replace(/[«»]/g, "")),
    sort: String(index).padStart(3, "0"),
  }));
}

/** Pattern text with tab stops `«…»` as a snippet for a JSON string. */
function patternSnippet(insert: string): string {
  let stop = 0;
  const escaped = (text: string): string => encodeString(text).replace(/[\\$}]/g, "\\$&");
  return insert.replace(/«([^»]*)»|[^«]+/g, (part: string, content: string | undefined) =>
    content === undefined ? escaped(part) : `\${${++stop}:${escaped(content)}}`,
  );
}
