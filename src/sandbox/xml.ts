import { XMLParser } from "fast-xml-parser";

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

export function escapeXml(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (character) => entities[character] ?? character)
      .replace(/\r/g, "&#xD;")
      // Characters that XML 1.0 cannot carry.

      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
  );
}

export function element(name: string, text: string, attributes = ""): string {
  return `<${name}${attributes}>${text}</${name}>`;
}

export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** AWS's list element names that differ from `member`, by list property, for protocols that wrap lists; flattened lists repeat the property's own name. */
export interface XmlStyle {
  readonly listItem: (property: string) => { readonly wrapper: string | undefined; readonly item: string };
}

export const queryStyle: XmlStyle = { listItem: (property) => ({ wrapper: property, item: "member" }) };

/** Any plain value as XML: Date as ISO 8601, Map as entries, arrays in the style's way, undefined left out. */
export function toXml(name: string, value: unknown, style: XmlStyle): string {
  if (value === undefined || value === null) {
    return "";
  }
  if (Array.isArray(value)) {
    const { wrapper, item } = style.listItem(name);
    const items = value.map((each) => toXml(item, each, style)).join("");
    return wrapper === undefined ? items : element(wrapper, items);
  }
  return element(name, toXmlContent(value, style));
}

export function toXmlContent(value: unknown, style: XmlStyle): string {
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (value instanceof Map) {
    return [...(value as Map<string, unknown>)]
      .map(([key, each]) => element("entry", element("key", escapeXml(key)) + toXml("value", each, style)))
      .join("");
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([key, each]) => toXml(key, each, style))
      .join("");
  }
  return escapeXml(String(value));
}

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  processEntities: true,
  htmlEntities: false,
  isArray: () => true,
});

/** An element: its text where it has no child elements, else its children by name, each in document order. */
export interface XmlNode {
  readonly text: string;
  readonly children: Readonly<Record<string, readonly XmlNode[]>>;
}

/** The root element, or undefined for what is not well-formed. */
export function parseXml(text: string): { readonly name: string; readonly node: XmlNode } | undefined {
  let parsed: unknown;
  try {
    parsed = parser.parse(text, true);
  } catch {
    return undefined; // The caller answers MalformedXML.
  }
  const [entry] = Object.entries(parsed as Record<string, unknown[]>);
  return entry === undefined ? undefined : { name: entry[0], node: toNode(entry[1][0]) };
}

function toNode(value: unknown): XmlNode {
  if (typeof value !== "object" || value === null) {
    return { text: typeof value === "string" ? value : "", children: {} };
  }
  const children: Record<string, readonly XmlNode[]> = {};
  let text = "";
  for (const [name, items] of Object.entries(value as Record<string, unknown>)) {
    if (name === "#text") {
      text = String(Array.isArray(items) ? items.join("") : items);
    } else if (Array.isArray(items)) {
      children[name] = items.map(toNode);
    }
  }
  return { text, children };
}
