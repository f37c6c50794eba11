import { agentModel } from "./agentModel";
import { builtInSources, sectionOf } from "./agentSchema";
import type { TextEdit, TextSpan } from "../text/span";
import { declarationSnippets, entrySnippet, escapeSnippet, objectSnippet, valueSnippet } from "./completionSnippets";
import { cursorAt, type Cursor, type Gap } from "./cursor";
import { propertyOf } from "./document";
import type { ConfigDocument, JsonNode } from "./jsonNode";
import { rowOf, type KeyRow } from "./schema";
import { rowOfMember, sessionShape, shapeOfObject, type JsonKind } from "./shapes";
import { completeInString } from "./textCompletion";
import { knownValues } from "./knownValues";

export type CompletionKind = "key" | "value" | "reference" | "variable" | "function" | "field" | "snippet" | "text";

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail?: string;
  /** Markdown, made when it is shown. */
  readonly help?: () => string;
  /** Snippet syntax: `$1`, `${1:default}`, `${1|a,b|}`; `$`, `}` and `\` of the text itself are escaped. */
  readonly insert: string;
  readonly replace: TextSpan;
  /** What typing is matched against: the text that `replace` covers begins with it. */
  readonly filter: string;
  readonly sort: string;
  readonly more?: readonly TextEdit[];
  /** Offer the next completions at once. */
  readonly again?: boolean;
}

/** What most configurations set comes before what few need; keys in plain text come last. */
const usualKeys = new Set([
  "Format",
  "ObjectDecoration",
  "ObjectDecorationEx",
  "ProfileName",
  "Region",
  "Query",
  "InitialPosition",
  "IncludeEventData",
  "RecordParser",
]);

const secretKeys = new Set(["AccessKey", "SecretKey"]);

/** Everything that can stand at the offset, in a document however half-typed. */
export function complete(kind: JsonKind, document: ConfigDocument, offset: number): Completion[] {
  const cursor = cursorAt(document, offset);
  switch (cursor?.at) {
    case undefined:
      return [];
    case "root":
      return document.root === undefined ? [rootObject(kind, cursor.gap)] : [];
    case "key":
      return keys(kind, document, cursor);
    case "value":
      return values(kind, document, cursor.node ?? cursor.property.key, cursor, offset);
    case "item":
      return cursor.node === undefined ? items(kind, document, cursor) : values(kind, document, cursor.node, cursor, offset);
  }
}

function rootObject(kind: JsonKind, gap: Gap): Completion {
  const shape = kind === "session" ? sessionShape("root", false) : undefined;
  const insert =
    shape === undefined
      ? '{\n\t"Sources": [$1],\n\t"Sinks": [$2],\n\t"Pipes": [$3]\n}'
      : `{\n\t"SessionStart": ${shape.keys[0]?.snippet?.replaceAll("\n", "\n\t") ?? "{}"}\n}`;
  return { label: "{ }", kind: "snippet", insert, replace: gap.replace, filter: "{", sort: "0" };
}

function keys(kind: JsonKind, document: ConfigDocument, cursor: Extract<Cursor, { at: "key" }>): Completion[] {
  const known = shapeOfObject(kind, cursor.object);
  if (known === undefined) {
    return [];
  }
  const present = new Set(cursor.object.properties.filter((property) => property !== cursor.property).map((property) => property.lower));
  const { comma, more } = commaBefore(cursor.gap);
  return known.shape.keys
    .filter((row) => !present.has(row.key.toLowerCase()))
    .map((row, index) => {
      const applies = isApplicable(row, cursor.object);
      const rank = row.required === true ? "0" : !applies || secretKeys.has(row.key) ? "3" : usualKeys.has(row.key) ? "1" : "2";
      const ids = referenceIds(document, row);
      const value = cursor.hasColon ? "" : `: ${valueSnippet(row, ids)}${cursor.gap.commaAfter ? "," : ""}`;
      return {
        label: row.key,
        kind: "key" as const,
        detail: detailOf(row),
        help: row.help,
        insert: `${comma}"${escapeSnippet(row.key)}"${value}`,
        replace: cursor.gap.replace,
        filter: filterFor(document, cursor.gap.replace, row.key),
        sort: `${rank}${String(index).padStart(3, "0")}`,
        ...(more.length === 0 ? {} : { more }),
        ...(row.values !== undefined || row.refersTo !== undefined ? { again: true } : {}),
      };
    });
}

/** A comma that is missing before: a part of what is inserted where it stands there, else an edit of its own. */
function commaBefore({ commaBefore: at, replace }: Gap): { readonly comma: string; readonly more: readonly TextEdit[] } {
  return at === undefined || at === replace.start
    ? { comma: at === undefined ? "" : ",", more: [] }
    : { comma: "", more: [{ span: { start: at, end: at }, text: "," }] };
}

/** The label as the text at hand quotes it, so that what is typed already matches. */
function filterFor(document: ConfigDocument, replace: TextSpan, label: string): string {
  const quote = replace.end > replace.start ? (document.text[replace.start] ?? "") : "";
  return quote !== "" && "\"'“”‘’".includes(quote) ? `${quote}${label}"` : label;
}

/** Keys that have no effect beside the values at hand come last. */
function isApplicable(row: KeyRow, object: JsonNode): boolean {
  if (row.onlyWith === undefined) {
    return true;
  }
  const value = object.member(row.onlyWith.key)?.scalar?.toLowerCase() ?? "";
  return row.onlyWith.values.some((wanted) => (wanted === "*" ? value !== "" : wanted.toLowerCase() === value));
}

function detailOf(row: KeyRow): string {
  const kind = row.values !== undefined && row.values.length <= 6 ? row.values.join(" | ") : row.kind;
  return row.default === undefined ? kind : `${kind} = ${row.default}${row.unit === undefined ? "" : ` ${row.unit}`}`;
}

/** Only rows of appsettings.json refer to something. */
function referenceIds(document: ConfigDocument, row: KeyRow): readonly string[] {
  if (row.refersTo === undefined) {
    return [];
  }
  const { sources, sinks, credentials } = agentModel(document);
  const ids = row.refersTo === "source" ? sources : row.refersTo === "sink" ? sinks : credentials;
  return [...ids.keys()].filter((id) => id !== "");
}

/** Values of a member or array item; `node` is the value, or the key while there is none. */
function values(
  kind: JsonKind,
  document: ConfigDocument,
  node: JsonNode,
  cursor: Extract<Cursor, { at: "value" | "item" }>,
  offset: number,
): Completion[] {
  const member = rowOfMember(kind, node);
  const row = member?.row;
  if (member === undefined || row === undefined) {
    return [];
  }
  const value = cursor.node;
  const inner =
    value?.kind === "string" && row.grammar !== undefined
      ? completeInString({ kind, document, node: value, row, object: member.object, offset })
      : [];
  if (inner.length > 0) {
    return inner;
  }
  const references = referenceIds(document, row);
  const builtIn = row.refersTo === "source" ? builtInSources.slice(0, 1) : [];
  const place: ValuePlace = { document, row, gap: cursor.gap };
  const offers = [
    ...[...references, ...builtIn].map((text, index) => textValue(place, text, "reference", index)),
    ...(row.values ?? []).map((text, index) => textValue(place, text, "value", index)),
    ...(references.length > 0 || row.values !== undefined
      ? []
      : knownValues(row, member.object).map((text, index) => textValue(place, text, "text", index))),
    ...otherValues(place, value),
  ];
  const { comma, more } = commaBefore(cursor.gap);
  // Before the value of a key stands its colon.
  return cursor.at === "value" || cursor.gap.commaBefore === undefined
    ? offers
    : offers.map((offer) => ({ ...offer, insert: comma + offer.insert, more }));
}

interface ValuePlace {
  readonly document: ConfigDocument;
  readonly row: KeyRow;
  readonly gap: Gap;
}

function textValue(place: ValuePlace, text: string, kind: CompletionKind, index: number): Completion {
  const { gap, document, row } = place;
  const quoted = JSON.stringify(text);
  return {
    label: text,
    kind,
    detail: row.default !== undefined && (row.default === quoted || row.default === text) ? "default" : "",
    insert: `${/[\\$}]/.test(quoted) ? escapeSnippet(quoted) : quoted}${gap.commaAfter ? "," : ""}`,
    replace: gap.replace,
    filter: filterFor(document, gap.replace, text),
    sort: `${kind === "reference" ? "0" : "1"}${String(index).padStart(3, "0")}`,
  };
}

/** Booleans, and the beginnings of values that have none yet. */
function otherValues({ row, gap }: ValuePlace, value: JsonNode | undefined): Completion[] {
  const plain = (text: string, index: number): Completion => ({
    label: text,
    kind: "value",
    detail: row.default === text ? "default" : "",
    insert: `${text}${gap.commaAfter ? "," : ""}`,
    replace: gap.replace,
    filter: text,
    sort: `1${String(index)}`,
  });
  if (row.kind === "boolean") {
    return ["true", "false"].map(plain);
  }
  if (value !== undefined || row.values !== undefined) {
    return [];
  }
  if (row.kind === "integer" || row.kind === "number") {
    return row.default === undefined ? [] : [plain(row.default, 0)];
  }
  const snippet = valueSnippet(row, []);
  const label = row.kind === "array" ? "[ ]" : row.kind === "object" ? "{ }" : '" "';
  return [
    { label, kind: "snippet", insert: `${snippet}${gap.commaAfter ? "," : ""}`, replace: gap.replace, filter: label[0] ?? "", sort: "9" },
  ];
}

/** New items of an array. */
function items(kind: JsonKind, document: ConfigDocument, cursor: Extract<Cursor, { at: "item" }>): Completion[] {
  const property = propertyOf(cursor.array);
  const owner = cursor.array.parent?.kind === "object" ? shapeOfObject(kind, cursor.array.parent) : undefined;
  if (property === undefined || owner === undefined) {
    return [];
  }
  const { comma, more } = commaBefore(cursor.gap);
  const make = (label: string, insert: string, index: number, help?: () => string): Completion => ({
    label,
    kind: "snippet",
    insert: `${comma}${insert}${cursor.gap.commaAfter ? "," : ""}`,
    replace: cursor.gap.replace,
    filter: label,
    sort: `0${String(index).padStart(3, "0")}`,
    ...(help === undefined ? {} : { help }),
    ...(more.length === 0 ? {} : { more }),
  });
  const section = kind === "agent" && cursor.array.parent === document.root ? sectionOf(property.name) : undefined;
  if (section !== undefined) {
    return declarationSnippets(section, agentModel(document)).map((one, index) => make(one.label, one.insert, index, one.help));
  }
  const row = rowOf(owner.shape, property.name);
  if (kind === "session" && property.lower === "executables") {
    return [make("{ context, filename, … }", entrySnippet(row), 0)];
  }
  if (row?.shape !== undefined) {
    return [make(row.shape.name, objectSnippet(row.shape, []), 0, row.shape.help)];
  }
  return row === undefined
    ? []
    : knownValues(row, cursor.array.parent).map((text, index) => make(text, escapeSnippet(JSON.stringify(text)), index));
}
