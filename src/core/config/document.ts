import type { ConfigDocument, JsonNode, JsonProperty } from "./jsonNode";
import { parseTree } from "./jsonParser";

export type PathSegment = string | number;

/** Never throws; on text that is not JSON the tree holds what could be made out. */
export function parseDocument(text: string): ConfigDocument {
  return parseTree(text);
}

/** The innermost value or key whose span contains the offset; both ends count, so a cursor after the closing quote is still in it. */
export function nodeAt(document: ConfigDocument, offset: number): JsonNode | undefined {
  let found: JsonNode | undefined;
  let node = document.root;
  while (node !== undefined && node.start <= offset && offset <= node.end) {
    found = node;
    node = childAt(node, offset);
  }
  return found;
}

function childAt(node: JsonNode, offset: number): JsonNode | undefined {
  if (node.kind === "array") {
    return node.items[indexAt(node.items, offset)];
  }
  const property = node.properties[indexAt(node.properties, offset)];
  if (property === undefined) {
    return undefined;
  }
  return offset <= property.keyEnd ? property.key : property.value;
}

/** Index of the last entry that starts at or before the offset; -1 when there is none. */
function indexAt(entries: readonly { readonly start: number }[], offset: number): number {
  let low = -1;
  let high = entries.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((entries[middle]?.start ?? 0) <= offset) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/** The member that a key or value belongs to; undefined for array items and the root. */
export function propertyOf(node: JsonNode): JsonProperty | undefined {
  const parent = node.parent;
  return parent?.kind === "object" ? parent.properties[indexAt(parent.properties, node.start)] : undefined;
}

/** Keys as written and array indexes from the root to the node; a key node has the path of its member. */
export function pathOf(node: JsonNode): PathSegment[] {
  const path: PathSegment[] = [];
  for (let at = node; at.parent !== undefined; at = at.parent) {
    path.push(at.parent.kind === "array" ? indexAt(at.parent.items, at.start) : (propertyOf(at)?.name ?? ""));
  }
  return path.reverse();
}

/** The value at a path; keys match in any case. */
export function findNode(document: ConfigDocument, path: readonly PathSegment[]): JsonNode | undefined {
  let node = document.root;
  for (const segment of path) {
    node = typeof segment === "number" ? node?.items[segment] : node?.member(segment);
  }
  return node;
}

/** JSON pointer (RFC 6901) of a node. */
export function pointerOf(node: JsonNode): string {
  return pathOf(node)
    .map((segment) => `/${String(segment).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}
