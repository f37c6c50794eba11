import type { TextSpan } from "../text/span";
import { agentModel } from "./agentModel";
import type { ConfigDocument, JsonNode } from "./jsonNode";
import type { KeyRow } from "./schema";

export interface InlayText {
  readonly offset: number;
  readonly text: string;
}

/** Keys whose default changes what arrives, and is therefore worth seeing. */
const telling = new Set([
  "InitialPosition",
  "Format",
  "BufferInterval",
  "BufferSize",
  "MaxAttempts",
  "Interval",
  "RecordsPerSecond",
  "Region",
  "TimeZoneKind",
]);

/** Defaults that apply because the key is absent, at the end of each declaration. */
export function inlayHints(document: ConfigDocument, within: TextSpan): InlayText[] {
  const { declarations } = agentModel(document);
  return [...declarations.Sources, ...declarations.Sinks].flatMap(({ node, shape }) => {
    if (shape === undefined || node.end < within.start || node.start > within.end || node.text[node.end - 1] !== "}") {
      return [];
    }
    const absent = shape.keys.filter(
      (row) => telling.has(row.key) && row.default !== undefined && node.property(row.key) === undefined && applies(row, node),
    );
    return absent.length === 0
      ? []
      : [
          {
            offset: node.end,
            text: absent.map((row) => `${row.key}: ${row.default ?? ""}${row.unit === undefined ? "" : ` ${row.unit}`}`).join(", "),
          },
        ];
  });
}

function applies(row: KeyRow, node: JsonNode): boolean {
  if (row.onlyWith === undefined) {
    return true;
  }
  const value = node.member(row.onlyWith.key)?.scalar?.toLowerCase() ?? "";
  return row.onlyWith.values.some((wanted) => wanted.toLowerCase() === value);
}
