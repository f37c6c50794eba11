import type { AgentEnvironment } from "./environment";
import { isJsonArray, isJsonObject, type Json, writeDate, writeJson } from "./newtonsoft";
import { levelName, type WindowsEvent } from "./windowsEvent";

export interface XmlElement {
  readonly name: string;
  readonly attributes: readonly (readonly [string, string])[];
  readonly children: readonly (XmlElement | string)[];
  /** Written as `<a />`; an empty element that is not has a start and an end tag. */
  readonly selfClosed?: boolean;
}

export function escapeXml(text: string, quote?: string): string {
  return text.replace(/[&<>'"\u0001-\u0008\u000b\u000c\u000e-\u001f]/g, (character) => {
    switch (character) {
      case "&":
        return "&amp;";
      case "<":
        return "&lt;";
      case ">":
        return "&gt;";
      case "'":
      case '"':
        return character === quote ? (character === "'" ? "&apos;" : "&quot;") : character;
      default:
        return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
    }
  });
}

/** The event's XML as Windows renders it, for events that come without. */
export function composeEventXml(event: Omit<WindowsEvent, "xml">): string {
  const time = event.timeCreated === null ? "" : `<TimeCreated SystemTime='${writeDate(event.timeCreated, () => 0)}'/>`;
  const data = event.eventData.map((value) => `<Data>${escapeXml(plainValue(value))}</Data>`).join("");
  const user = event.userId === null ? "<Security/>" : `<Security UserID='${escapeXml(event.userId, "'")}'/>`;
  return (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>" +
    `<Provider Name='${escapeXml(event.providerName, "'")}'/><EventID Qualifiers='0'>${event.eventId}</EventID><Version>0</Version>` +
    `<Level>${event.level ?? 0}</Level><Task>0</Task><Opcode>0</Opcode><Keywords>0x80000000000000</Keywords>${time}` +
    `<EventRecordID>${event.index === null ? "" : String(event.index)}</EventRecordID><Correlation/><Execution ProcessID='0' ThreadID='0'/>` +
    `<Channel>${escapeXml(event.logName)}</Channel><Computer>${escapeXml(event.machineName)}</Computer>${user}</System>` +
    `<EventData>${data}</EventData></Event>`
  );
}

function plainValue(value: Json): string {
  return typeof value === "string" ? value : value === null ? "" : writeJson(value, { localOffset: () => 0 });
}

export interface Rendering {
  readonly level: string;
  readonly task: string;
  readonly opcode: string;
  readonly keywords: readonly string[];
}

/** The event's XML with a RenderingInfo element, indented with single quotes; unreadable XML stays as it is. */
export function renderedXml(event: WindowsEvent, rendering: Rendering, { culture }: AgentEnvironment): string {
  const root = parseXml(event.xml);
  if (root === undefined) {
    return event.xml;
  }
  const leaf = (name: string, text: string | null): XmlElement => ({
    name,
    attributes: [],
    children: text === null || text === "" ? [] : [text],
    selfClosed: text === null,
  });
  const info: XmlElement = {
    name: "RenderingInfo",
    attributes: [["Culture", culture.name]],
    children: [
      leaf("Message", event.description),
      leaf("Level", rendering.level),
      leaf("Task", rendering.task === "" ? null : rendering.task),
      leaf("Opcode", rendering.opcode === "" ? null : rendering.opcode),
      leaf("Channel", event.logName),
      leaf("Provider", event.providerName),
      {
        name: "Keywords",
        attributes: [],
        children: rendering.keywords.map((keyword) => leaf("Keyword", keyword)),
        selfClosed: rendering.keywords.length === 0,
      },
    ],
  };
  return writeXml({ ...root, children: [...root.children, info] }, "");
}

function writeXml(element: XmlElement, indent: string): string {
  const attributes = element.attributes
    .map(([name, value]) => ` ${name}='${escapeXml(value, "'").replaceAll("\r", "&#xD;").replaceAll("\n", "&#xA;")}'`)
    .join("");
  if (element.children.length === 0) {
    const start = `${indent}<${element.name}${attributes}`;
    return element.selfClosed === true ? `${start} />` : `${start}>\r\n${indent}</${element.name}>`;
  }
  const mixed = element.children.some((child) => typeof child === "string");
  const body = mixed
    ? element.children.map((child) => (typeof child === "string" ? escapeXml(child) : writeXml(child, ""))).join("")
    : `\r\n${element.children.map((child) => (typeof child === "string" ? child : writeXml(child, `${indent}  `))).join("\r\n")}\r\n${indent}`;
  return `${indent}<${element.name}${attributes}>${body}</${element.name}>`;
}

const token =
  /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([^\s/>]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/y;
const attribute = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** A small reader for the XML that Windows writes; undefined when it is not well formed. White space between elements is dropped. */
export function parseXml(source: string): XmlElement | undefined {
  const text = source.replace(/\r\n?/g, "\n");
  interface Open {
    readonly name: string;
    readonly attributes: readonly (readonly [string, string])[];
    readonly children: (XmlElement | string)[];
  }
  const stack: Open[] = [{ name: "", attributes: [], children: [] }];
  let at = 0;
  while (at < text.length) {
    token.lastIndex = at;
    const match = token.exec(text);
    const top = stack.at(-1);
    if (match === null || top === undefined) {
      return undefined;
    }
    at = token.lastIndex;
    const [, cdata, closing, name, attributes = "", selfClosing, characters] = match;
    if (cdata !== undefined) {
      top.children.push(cdata);
    } else if (characters !== undefined) {
      if (characters.trim() !== "") {
        top.children.push(unescapeXml(characters));
      }
    } else if (name !== undefined) {
      if (closing === "/") {
        stack.pop();
        const parent = stack.at(-1);
        if (top.name !== name || parent === undefined) {
          return undefined;
        }
        parent.children.push(top);
      } else {
        const list = [...attributes.matchAll(attribute)].map(
          ([, key = "", double, single]) => [key, unescapeXml(double ?? single ?? "")] as const,
        );
        const element: Open = { name, attributes: list, children: [] };
        if (selfClosing === "/") {
          top.children.push({ ...element, selfClosed: true });
        } else {
          stack.push(element);
        }
      }
    }
  }
  const roots = stack[0]?.children.filter((child) => typeof child !== "string") ?? [];
  return stack.length === 1 && roots.length === 1 ? roots[0] : undefined;
}

function unescapeXml(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(?:#(\d+)|#x([0-9A-Fa-f]+)|(\w+));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    const code = decimal === undefined ? (hex === undefined ? undefined : Number.parseInt(hex, 16)) : Number(decimal);
    return code === undefined ? (named[name ?? ""] ?? whole) : String.fromCodePoint(code);
  });
}

/** XmlSerializer of EventInfo: a null string is absent, a null value says so. */
export function eventInfoXml(event: WindowsEvent, includeEventData: boolean, environment: AgentEnvironment): string {
  const lines = [
    '<?xml version="1.0" encoding="utf-16"?>',
    '<EventInfo xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">',
  ];
  const add = (name: string, value: string | null, nillable = false): void => {
    if (value !== null) {
      lines.push(value === "" ? `  <${name} />` : `  <${name}>${escapeXml(value)}</${name}>`);
    } else if (nillable) {
      lines.push(`  <${name} xsi:nil="true" />`);
    }
  };
  add("EventId", String(event.eventId));
  add("Description", event.description);
  add("LevelDisplayName", levelName(event.level));
  add("LogName", event.logName);
  add("MachineName", event.machineName);
  add("ProviderName", event.providerName);
  add("TimeCreated", event.timeCreated === null ? null : writeDate(event.timeCreated, environment.localOffset), true);
  add("Index", event.index === null ? null : String(event.index), true);
  add("UserName", event.userId);
  add("Keywords", event.keywords.join(","));
  if (includeEventData) {
    const values = event.eventData.map((value) => `    ${serializedValue(value)}`);
    lines.push(...(values.length === 0 ? ["  <EventData />"] : ["  <EventData>", ...values, "  </EventData>"]));
  }
  add("Xml", event.xml);
  return [...lines, "</EventInfo>"].join("\r\n");
}

function serializedValue(value: Json): string {
  if (value === null) {
    return '<anyType xsi:nil="true" />';
  }
  if (value === "") {
    return '<anyType xsi:type="xsd:string" />';
  }
  const [type, text] =
    typeof value === "string"
      ? ["string", escapeXml(value)]
      : typeof value === "boolean"
        ? ["boolean", String(value)]
        : isJsonArray(value) || isJsonObject(value)
          ? ["string", escapeXml(writeJson(value, { localOffset: () => 0 }))]
          : value.kind === "integer"
            ? [value.value >= -2147483648n && value.value <= 2147483647n ? "int" : "long", String(value.value)]
            : value.kind === "double"
              ? ["double", String(value.value)]
              : ["dateTime", value.kind === "date" ? writeDate(value, () => 0) : ""];
  return `<anyType xsi:type="xsd:${type}">${text}</anyType>`;
}
