import type { TextSpan } from "../text/span";
import type { ConfigDocument, JsonNode, JsonProperty } from "./jsonNode";

/** Where in a document something can be typed. */
export type Cursor =
  | {
      readonly at: "key";
      readonly object: JsonNode;
      readonly property: JsonProperty | undefined;
      readonly hasColon: boolean;
      readonly gap: Gap;
    }
  | {
      readonly at: "value";
      readonly object: JsonNode;
      readonly property: JsonProperty;
      readonly node: JsonNode | undefined;
      readonly gap: Gap;
    }
  | { readonly at: "item"; readonly array: JsonNode; readonly node: JsonNode | undefined; readonly gap: Gap }
  | { readonly at: "root"; readonly gap: Gap };

/** What is replaced, and which commas have to come with the new text. */
export interface Gap {
  readonly replace: TextSpan;
  /** Offset at which a comma is missing before. */
  readonly commaBefore: number | undefined;
  readonly commaAfter: boolean;
}

/** Undefined in comments. */
export function cursorAt(document: ConfigDocument, offset: number): Cursor | undefined {
  if (document.comments.some((span) => span.start < offset && offset < span.end + (document.text.startsWith("//", span.start) ? 1 : 0))) {
    return undefined;
  }
  const container = containerAt(document, offset);
  if (container === undefined) {
    return { at: "root", gap: { replace: wordAt(document.text, offset), commaBefore: undefined, commaAfter: false } };
  }
  return container.kind === "array" ? inArray(document, container, offset) : inObject(document, container, offset);
}

/** The innermost object or array around the offset; one that is not closed reaches to the end of its parent. */
function containerAt(document: ConfigDocument, offset: number): JsonNode | undefined {
  let found: JsonNode | undefined;
  let node = document.root;
  while (node !== undefined && (node.kind === "object" || node.kind === "array") && node.start < offset && offset <= innerEnd(node)) {
    found = node;
    const children: readonly (JsonNode | undefined)[] =
      node.kind === "array" ? node.items : node.properties.map((property) => property.value);
    node = lastBefore(children, offset);
  }
  return found;
}

function lastBefore(nodes: readonly (JsonNode | undefined)[], offset: number): JsonNode | undefined {
  let found: JsonNode | undefined;
  for (const node of nodes) {
    if (node !== undefined && node.start < offset) {
      found = node;
    }
  }
  return found;
}

function innerEnd(node: JsonNode): number {
  const closer = node.kind === "array" ? "]" : "}";
  const closed = node.end > node.start + 1 && node.text[node.end - 1] === closer;
  if (closed) {
    return node.end - 1;
  }
  return node.parent === undefined ? node.text.length : innerEnd(node.parent);
}

function inObject(document: ConfigDocument, object: JsonNode, offset: number): Cursor | undefined {
  for (const [index, property] of object.properties.entries()) {
    if (touches(property.key, offset)) {
      return keyCursor(document, object, property, offset);
    }
    const value = property.value;
    if (value !== undefined && touches(value, offset)) {
      return { at: "value", object, property, node: value, gap: gapAround(document, object, value.span) };
    }
    const next = object.properties[index + 1];
    if (value === undefined && offset >= property.keyEnd && (next === undefined || offset <= next.start)) {
      if (/^\s*:\s*$/.test(plain(document, property.keyEnd, offset))) {
        return { at: "value", object, property, node: undefined, gap: gapAround(document, object, { start: offset, end: offset }) };
      }
    } else if (value !== undefined && property.keyEnd <= offset && offset <= value.start) {
      // Between a key and its value nothing more can stand.
      return undefined;
    }
  }
  return { at: "key", object, property: undefined, hasColon: false, gap: gapAround(document, object, wordAt(document.text, offset)) };
}

function keyCursor(document: ConfigDocument, object: JsonNode, property: JsonProperty, offset: number): Cursor {
  const { key, value } = property;
  if (isOpenedBefore(key, offset)) {
    return { at: "key", object, property, hasColon: false, gap: openedGap(document, object, key.start, offset) };
  }
  const hasColon = /^\s*:/.test(plain(document, key.end, value?.start ?? key.end + 40));
  const gap = gapAround(document, object, key.span);
  // Without a colon the next member's key has been taken for the value.
  return { at: "key", object, property, hasColon, gap: value !== undefined && !hasColon ? { ...gap, commaAfter: true } : gap };
}

/** A quote typed before others: it was taken together with the opening quote of the next text, and what lies between them for a text. */
function isOpenedBefore(node: JsonNode, offset: number): boolean {
  const between = node.text.slice(offset, node.contentEnd);
  return offset > node.start && node.contentEnd < node.end && /^[\s,:{}[\]]*$/.test(between) && /\w/.test(node.text[node.end] ?? "");
}

/** The gap of such a quote. */
function openedGap(document: ConfigDocument, owner: JsonNode, start: number, offset: number): Gap {
  const gap = gapAround(document, owner, { start, end: offset });
  return { ...gap, commaAfter: /^\s*[^\s,}\]]/.test(document.text.slice(offset)) };
}

function inArray(document: ConfigDocument, array: JsonNode, offset: number): Cursor {
  const node = array.items.find((item) => touches(item, offset));
  if (node !== undefined && isOpenedBefore(node, offset)) {
    return { at: "item", array, node, gap: openedGap(document, array, node.start, offset) };
  }
  const span = node?.span ?? wordAt(document.text, offset);
  return { at: "item", array, node, gap: gapAround(document, array, span) };
}

/** Inside a string, or at any edge of a word or number. Objects and arrays are never touched: they are containers. */
function touches(node: JsonNode, offset: number): boolean {
  if (node.kind === "object" || node.kind === "array") {
    return false;
  }
  const quoted = /["'“”‘’]/.test(node.text[node.start] ?? "");
  if (!quoted) {
    return node.start <= offset && offset <= node.end;
  }
  const closed = node.contentEnd < node.end;
  return node.start < offset && (closed ? offset < node.end : offset <= node.end);
}

function gapAround(document: ConfigDocument, owner: JsonNode, replace: TextSpan): Gap {
  const entries: readonly (JsonNode | JsonProperty)[] = owner.kind === "array" ? owner.items : owner.properties;
  const previous = entries.findLast((entry) => entry.end <= replace.start && entry.start < replace.start);
  const next = entries.find((entry) => entry.start >= replace.end && entry.end > replace.end);
  const isMissing = previous !== undefined && !plain(document, previous.end, replace.start).includes(",");
  return {
    replace,
    commaBefore: isMissing ? previous.end : undefined,
    commaAfter: next !== undefined && !plain(document, replace.end, next.start).includes(","),
  };
}

/** A stretch of text with comments blanked out. */
function plain(document: ConfigDocument, start: number, end: number): string {
  let text = document.text.slice(start, end);
  for (const comment of document.comments) {
    if (comment.start >= start && comment.end <= end) {
      text = text.slice(0, comment.start - start) + " ".repeat(comment.end - comment.start) + text.slice(comment.end - start);
    }
  }
  return text;
}

function wordAt(text: string, offset: number): TextSpan {
  let start = offset;
  let end = offset;
  while (start > 0 && /[\w$.-]/.test(text[start - 1] ?? "")) {
    start--;
  }
  while (end < text.length && /[\w$.-]/.test(text[end] ?? "")) {
    end++;
  }
  return { start, end };
}
