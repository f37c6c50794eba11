import type { TextEdit, TextSpan } from "../text/span";
import type { JsonNode, JsonProperty } from "./jsonNode";

/** Edits of a document that leave commas and indentation right. */

/** Takes a member or array item out, with the comma that belongs to it. */
export function removalOf(owner: JsonNode, entry: JsonProperty | JsonNode): TextEdit {
  const entries: readonly (JsonProperty | JsonNode)[] = owner.kind === "array" ? owner.items : owner.properties;
  const index = entries.indexOf(entry);
  const previous = entries[index - 1];
  const next = entries[index + 1];
  const text = owner.text;
  if (next !== undefined) {
    return { span: { start: entry.start, end: next.start }, text: "" };
  }
  if (previous !== undefined) {
    return { span: { start: previous.end, end: afterComma(text, entry.end, owner.end) }, text: "" };
  }
  return { span: { start: owner.start + 1, end: owner.end - 1 }, text: "" };
}

/** A trailing comma, which would otherwise stay behind. */
function afterComma(text: string, from: number, limit: number): number {
  const comma = /^\s*,/.exec(text.slice(from, limit));
  return comma === null ? from : from + comma[0].length;
}

/** Adds a member at the end of an object; `value` is JSON text whose further lines are indented to fit. */
export function insertionOf(owner: JsonNode, key: string, value: string): TextEdit {
  return insertEntry(owner, `${JSON.stringify(key)}: ${value}`, owner.properties);
}

/** Adds an item at the end of an array. */
export function itemInsertionOf(owner: JsonNode, value: string): TextEdit {
  return insertEntry(owner, value, owner.items);
}

function insertEntry(owner: JsonNode, entry: string, entries: readonly (JsonProperty | JsonNode)[]): TextEdit {
  const last = entries.at(-1);
  const text = owner.text;
  if (last === undefined) {
    const outer = indentOf(text, owner.start);
    const inner = outer + indentUnit(text);
    const close = closerAt(owner);
    const newline = newlineOf(text);
    return {
      span: { start: owner.start + 1, end: close },
      text: `${newline}${inner}${indented(entry, inner, newline)}${newline}${outer}`,
    };
  }
  const newline = newlineOf(text);
  const sameLine = !/[\r\n]/.test(text.slice(owner.start, last.start));
  const indent = indentOf(text, last.start);
  const end = last.end;
  const separator = sameLine ? ", " : `,${newline}${indent}`;
  return { span: { start: end, end }, text: separator + indented(entry, indent, newline) };
}

function closerAt(owner: JsonNode): number {
  return /[}\]]$/.test(owner.text.slice(owner.start + 1, owner.end)) ? owner.end - 1 : owner.end;
}

/** Puts brackets around a value that should be an array. */
export function wrapInArray(node: JsonNode): TextEdit[] {
  return [
    { span: { start: node.start, end: node.start }, text: "[" },
    { span: { start: node.end, end: node.end }, text: "]" },
  ];
}

export function renameKey(property: JsonProperty, name: string): TextEdit {
  return { span: property.key.span, text: JSON.stringify(name) };
}

export function replaceNode(node: JsonNode, text: string): TextEdit {
  return { span: node.span, text };
}

function indented(entry: string, indent: string, newline: string): string {
  return entry.split("\n").join(newline + indent);
}

export function newlineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** Blanks at the start of the line that holds the offset. */
export function indentOf(text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
  return /^[ \t\u00a0]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

/** One level of indentation as the document has it: that of its first indented line. */
export function indentUnit(text: string): string {
  return /\n([ \t]+)\S/.exec(text.slice(0, 2000))?.[1] ?? "  ";
}

/** The whole lines that a span covers, for removing statements that stand alone. */
export function linesOf(text: string, span: TextSpan): TextSpan {
  const start = text.lastIndexOf("\n", span.start - 1) + 1;
  const end = text.indexOf("\n", span.end);
  return { start, end: end < 0 ? text.length : end + 1 };
}
