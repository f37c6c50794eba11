import * as l10n from "@vscode/l10n";
import type { TextSpan } from "../text/span";
import { agentModel } from "./agentModel";
import { nodeAt, propertyOf } from "./document";
import type { ConfigDocument, JsonNode } from "./jsonNode";
import type { KeyRow, Shape } from "./schema";
import { rowOfMember, shapeOfObject, type JsonKind } from "./shapes";
import { hoverInString } from "./textHover";

export interface HoverText {
  readonly span: TextSpan;
  /** Markdown blocks. */
  readonly parts: readonly string[];
}

/** What the key, value or variable at the offset means. */
export function hover(kind: JsonKind, document: ConfigDocument, offset: number): HoverText | undefined {
  const node = nodeAt(document, offset);
  if (node === undefined || node.kind === "object" || node.kind === "array") {
    return undefined;
  }
  const property = propertyOf(node);
  if (property?.key === node && node.parent !== undefined) {
    const owner = shapeOfObject(kind, node.parent);
    const row = rowOfMember(kind, node)?.row;
    return owner === undefined || row === undefined ? undefined : { span: node.span, parts: keyParts(row, owner.shape) };
  }
  const member = rowOfMember(kind, node);
  if (member?.row === undefined) {
    return undefined;
  }
  const inner = node.kind === "string" ? hoverInString(document, node, member.row, member.object, offset) : undefined;
  return inner ?? valueHover(kind, document, node, member.row, member.owner.shape);
}

function keyParts(row: KeyRow, shape: Shape): string[] {
  return [
    `**${row.key}** · ${typeText(row)}${row.required === true ? ` · ${l10n.t("required")}` : ""}`,
    row.help(),
    limitsText(row),
    scopeText(row, shape),
  ].filter((part) => part !== "");
}

function typeText(row: KeyRow): string {
  const items = row.kind === "array" && row.items !== undefined ? `${row.items}[]` : row.kind;
  return row.values === undefined ? items : row.values.map((value) => `\`${value}\``).join(" | ");
}

function limitsText(row: KeyRow): string {
  const unit = row.unit === undefined ? "" : ` ${row.unit}`;
  const parts = [
    ...(row.default === undefined ? [] : [l10n.t("Default: {0}", `\`${row.default}\`${unit}`)]),
    ...(row.minimum === undefined ? [] : [l10n.t("at least {0}", `${row.minimum}${row.default === undefined ? unit : ""}`)]),
    ...(row.maximum === undefined ? [] : [l10n.t("at most {0}", `${row.maximum}${row.default === undefined ? unit : ""}`)]),
  ];
  return parts.join(" · ");
}

function scopeText(row: KeyRow, shape: Shape): string {
  if (row.onlyWith === undefined) {
    return "";
  }
  const values = row.onlyWith.values.filter((value) => value !== "");
  return values.includes("*")
    ? l10n.t("Only with {0}.", `\`${row.onlyWith.key}\``)
    : l10n.t("Only where {0} is {1} ({2}).", `\`${row.onlyWith.key}\``, values.map((value) => `\`${value}\``).join(", "), shape.name);
}

function valueHover(kind: JsonKind, document: ConfigDocument, node: JsonNode, row: KeyRow, shape: Shape): HoverText | undefined {
  const text = node.scalar ?? "";
  if (row.refersTo !== undefined && kind === "agent") {
    const model = agentModel(document);
    const target = { source: model.sources, sink: model.sinks, credential: model.credentials }[row.refersTo].get(text);
    return target === undefined
      ? undefined
      : { span: node.span, parts: [`**${text}** · ${target.type ?? "?"}`, target.shape?.help() ?? ""].filter((part) => part !== "") };
  }
  const isType = row.values !== undefined && /Type$/.test(row.key) && shape.name.toLowerCase() === text.toLowerCase();
  return isType ? { span: node.span, parts: [`**${shape.name}**`, shape.help()] } : { span: node.span, parts: keyParts(row, shape) };
}
