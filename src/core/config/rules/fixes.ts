import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { TextEdit, TextSpan } from "../../text/span";
import type { JsonNode, JsonProperty } from "../jsonNode";
import type { Declaration } from "../agentModel";
import { rowOf } from "../schema";
import { encodeString } from "../jsonText";

export function fix(title: string, edits: readonly TextEdit[], options: { safe?: boolean; preferred?: boolean } = {}): Fix {
  return { title, edits, safe: options.safe ?? false, ...(options.preferred === undefined ? {} : { preferred: options.preferred }) };
}

/** The file saved anew; bytes that were no UTF-8 are taken for the usual ones of Windows, which is a guess. */
export function utf8Fix(certain: boolean): Fix {
  const title = certain ? l10n.t("Save as UTF-8") : l10n.t("Save as UTF-8, its bytes read as Windows-1252");
  return { title, edits: [], safe: certain, preferred: true, toUtf8: true };
}

/** Sets a scalar to a text value; quotes are kept or added. */
export function setString(node: JsonNode, value: string): TextEdit {
  return { span: { start: node.start, end: node.end }, text: JSON.stringify(value) };
}

export function setRaw(node: JsonNode, text: string): TextEdit {
  return { span: { start: node.start, end: node.end }, text };
}

/** Replaces a part of a decoded string, escaped as needed. */
export function replaceInString(node: JsonNode, from: number, to: number, value: string): TextEdit {
  return { span: node.sourceSpan(from, to), text: encodeString(value) };
}

/** Renames a key; its quotes stay. */
export function renameKey(property: JsonProperty, name: string): TextEdit {
  return { span: { start: property.key.contentStart, end: property.key.contentEnd }, text: encodeString(name) };
}

/** Takes a member out of its object, with the comma that belongs to it. */
export function removeMember(object: JsonNode, property: JsonProperty): TextEdit {
  return removeEntry(object, object.properties, object.properties.indexOf(property));
}

/** Takes several members out of their object; others must stay in it. */
export function removeMembers(object: JsonNode, removed: readonly JsonProperty[]): TextEdit[] {
  return removeEntries(object.properties, removed);
}

/** Takes several items out of their array; others must stay in it. */
export function removeItems(array: JsonNode, removed: readonly JsonNode[]): TextEdit[] {
  return removeEntries(array.items, removed);
}

function removeEntries<Entry extends TextSpan>(entries: readonly Entry[], removed: readonly Entry[]): TextEdit[] {
  const edits: TextEdit[] = [];
  let previous: Entry | undefined;
  let leading: Entry | undefined;
  for (const entry of entries) {
    if (!removed.includes(entry)) {
      if (previous === undefined && leading !== undefined) {
        edits.push({ span: { start: leading.start, end: entry.start }, text: "" });
      }
      previous = entry;
    } else if (previous === undefined) {
      leading ??= entry;
    } else {
      edits.push({ span: { start: previous.end, end: entry.end }, text: "" });
      previous = entry;
    }
  }
  return edits;
}

/** Takes an item out of its array, with the comma that belongs to it. */
export function removeItem(array: JsonNode, item: JsonNode): TextEdit {
  return removeEntry(array, array.items, array.items.indexOf(item));
}

function removeEntry(parent: JsonNode, entries: readonly { readonly start: number; readonly end: number }[], at: number): TextEdit {
  const entry = entries[at];
  const previous = entries[at - 1];
  const next = entries[at + 1];
  if (entry === undefined) {
    return { span: { start: parent.start, end: parent.start }, text: "" };
  }
  if (previous !== undefined) {
    return { span: { start: previous.end, end: entry.end }, text: "" };
  }
  if (next !== undefined) {
    return { span: { start: entry.start, end: next.start }, text: "" };
  }
  const comma = /^\s*,/.exec(parent.text.slice(entry.end, parent.end))?.[0].length ?? 0;
  return { span: { start: entry.start, end: entry.end + comma }, text: "" };
}

/** Adds a member at the end of an object, laid out like its neighbours. */
export function insertMember(object: JsonNode, key: string, value: string): TextEdit {
  return insertEntry(object, object.properties, `${JSON.stringify(key)}: ${value}`);
}

/** Adds an item at the end of an array, laid out like its neighbours. */
export function insertItem(array: JsonNode, value: string): TextEdit {
  return insertEntry(array, array.items, value);
}

function insertEntry(parent: JsonNode, entries: readonly { readonly start: number; readonly end: number }[], entry: string): TextEdit {
  const { text } = parent;
  const last = entries.at(-1);
  if (last === undefined) {
    const at = parent.start + 1;
    const inner = text.slice(at, parent.end - 1);
    const blank = inner.trim() === "";
    return { span: { start: at, end: blank ? Math.max(at, parent.end - 1) : at }, text: blank ? ` ${entry} ` : ` ${entry}` };
  }
  const comma = /^\s*,/.exec(text.slice(last.end, parent.end))?.[0];
  const at = last.end + (comma?.length ?? 0);
  const separator = indentBefore(text, last.start);
  return { span: { start: at, end: at }, text: (comma === undefined ? "," : "") + separator + entry + (comma === undefined ? "" : ",") };
}

/** The line break and indentation that stand before an entry, or one blank when it does not start a line. */
function indentBefore(text: string, start: number): string {
  const before = /(?:\r\n|\n|\r)[ \t]*$/.exec(text.slice(Math.max(0, start - 200), start))?.[0];
  return before ?? " ";
}

export function removeKeyFix(object: JsonNode, property: JsonProperty, safe = false): Fix {
  return fix(l10n.t("Remove {0}", property.name), [removeMember(object, property)], { safe });
}

/** An interval set to its default, or left out for it. */
export function intervalFixes({ node, shape }: Declaration, property: JsonProperty): Fix[] {
  const usual = (shape === undefined ? undefined : rowOf(shape, property.name)?.default) ?? "1";
  const reset =
    property.value === undefined ? [] : [fix(l10n.t("Change to {0}", usual), [setRaw(property.value, usual)], { preferred: true })];
  return [...reset, removeKeyFix(node, property)];
}

/** The nearest of the known names, when it is near enough to be what was meant. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const lower = name.toLowerCase();
  const limit = Math.max(1, Math.floor(lower.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - lower.length) < least) {
      const distance = editDistance(lower, candidate.toLowerCase(), least);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  let before: number[] = [];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, (before[j - 2] ?? 0) + 1);
      }
      row.push(value);
    }
    if (Math.min(...row) > limit) {
      return limit + 1;
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? limit + 1;
}

/** "Did you mean …?" as a fix, or nothing when no known name is near. */
export function didYouMean(name: string, known: Iterable<string>, edit: (suggestion: string) => TextEdit): Fix[] {
  const suggestion = nearest(name, known);
  return suggestion === undefined ? [] : [fix(l10n.t("Change to {0}", suggestion), [edit(suggestion)], { preferred: true })];
}
