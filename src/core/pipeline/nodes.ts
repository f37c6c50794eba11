import type { Node } from "jsonc-parser";

/** The node of a value in the file, or of the nearest key above it, for a problem's span. */
export function nodeAt(root: Node, path: readonly (string | number)[]): Node {
  let node = root;
  for (const step of path) {
    const next =
      typeof step === "number"
        ? node.children?.[step]
        : node.children?.find((property) => property.children?.[0]?.value === step)?.children?.[1];
    if (next === undefined) {
      return node;
    }
    node = next;
  }
  return node;
}
