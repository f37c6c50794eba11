import { scalarText } from "../inputs";
import { element, escapeXml, type XmlNode } from "../xml";

/** How a value of S3's API lies in XML. Lists are wrapped with a named item, or flattened under their own name. */
export type XmlShape =
  | "text"
  | "number"
  | "flag"
  | "date"
  | { readonly members: Readonly<Record<string, XmlShape>> }
  | { readonly list: XmlShape; readonly item: string }
  | { readonly flat: XmlShape; readonly name: string };

export function fromXml(node: XmlNode, shape: XmlShape): unknown {
  if (typeof shape === "string") {
    return fromText(node.text, shape);
  }
  if ("list" in shape) {
    return (node.children[shape.item] ?? []).map((child) => fromXml(child, shape.list));
  }
  if ("flat" in shape) {
    return [fromXml(node, shape.flat)];
  }
  const value: Record<string, unknown> = {};
  for (const [member, memberShape] of Object.entries(shape.members)) {
    const found = node.children[nameOf(member, memberShape)] ?? [];
    const [first] = found;
    if (first !== undefined) {
      value[member] = isFlat(memberShape) ? found.map((child) => fromXml(child, memberShape.flat)) : fromXml(first, memberShape);
    }
  }
  return value;
}

function fromText(text: string, shape: "text" | "number" | "flag" | "date"): unknown {
  switch (shape) {
    case "number":
      return Number(text);
    case "flag":
      return text === "true";
    case "text":
    case "date":
      return text;
  }
}

export function toShapedXml(name: string, value: unknown, shape: XmlShape): string {
  if (value === undefined || value === null) {
    return "";
  }
  if (typeof shape === "string") {
    return element(name, value instanceof Date ? value.toISOString() : escapeXml(scalarText(value) ?? ""));
  }
  if ("list" in shape) {
    return element(name, (value as unknown[]).map((each) => toShapedXml(shape.item, each, shape.list)).join(""));
  }
  if ("flat" in shape) {
    return (value as unknown[]).map((each) => toShapedXml(shape.name, each, shape.flat)).join("");
  }
  return element(name, membersToXml(value as Readonly<Record<string, unknown>>, shape.members));
}

export function membersToXml(value: Readonly<Record<string, unknown>>, members: Readonly<Record<string, XmlShape>>): string {
  return Object.entries(members)
    .map(([member, shape]) => toShapedXml(nameOf(member, shape), value[member], shape))
    .join("");
}

const isFlat = (shape: XmlShape): shape is { readonly flat: XmlShape; readonly name: string } =>
  typeof shape === "object" && "flat" in shape;

const nameOf = (member: string, shape: XmlShape): string => (isFlat(shape) ? shape.name : member);
