import type { JsonNode } from "../config/jsonNode";
import type { TextSpan } from "../text/span";

/** A part of an ObjectDecoration between two semicolons. */
export interface Piece {
  readonly span: TextSpan;
  readonly key: string;
  readonly keySpan: TextSpan;
  /** Number of equals signs. */
  readonly equals: number;
  /** Name of a piece that is nothing but `{name}`. */
  readonly placeholder: string | undefined;
}

/** Empty pieces are skipped, as the agent does. */
export function decorationPieces(node: JsonNode): Piece[] {
  const text = node.scalar ?? "";
  const pieces: Piece[] = [];
  let start = 0;
  for (const part of text.split(";")) {
    const end = start + part.length;
    if (part.trim() !== "") {
      const keyEnd = part.indexOf("=");
      pieces.push({
        span: node.sourceSpan(start, end),
        key: keyEnd < 0 ? part : part.slice(0, keyEnd),
        keySpan: node.sourceSpan(start, start + (keyEnd < 0 ? part.length : keyEnd)),
        equals: part.split("=").length - 1,
        placeholder: /^\{(\w+)\}$/.exec(part.trim())?.[1],
      });
    }
    start = end + 1;
  }
  return pieces;
}

/** `{env:NAME}` of the old grammar and `env:NAME` of the expressions, in any text value. */
export function environmentReferences(node: JsonNode | undefined): { readonly name: string; readonly span: TextSpan }[] {
  if (node?.kind !== "string") {
    return [];
  }
  return [...(node.scalar ?? "").matchAll(/\benv:([A-Za-z_]\w*)/gi)].map((match) => ({
    name: match[1] ?? "",
    span: node.sourceSpan(match.index, match.index + match[0].length),
  }));
}

/** Names of the attributes that a script writes as `Name=$(…)`. */
export function expandedKeys(script: string): string[] {
  return [...script.matchAll(/\b(\w+)=\$[({\w]/g)].map((match) => match[1] ?? "").filter((name) => /^AppStream_/i.test(name));
}
