import type { DotnetDate } from "../config/decoration/dotnetDate";
import { toLocal } from "../config/decoration/dotnetDate";
import { type AgentEnvironment, RecordLost } from "./environment";
import type { Envelope } from "./envelope";
import { type Json, jsonInteger, jsonObject, writeJson } from "./newtonsoft";
import { type DotnetValue, int, long } from "./values";
import { eventInfoXml, parseXml, renderedXml, type XmlElement } from "./windowsXml";

/** A Windows event as the event log hands it over. */
export interface WindowsEvent {
  readonly eventId: number;
  readonly description: string | null;
  /** 0-255; null when the event has none. */
  readonly level: number | null;
  readonly logName: string;
  readonly machineName: string;
  readonly providerName: string;
  /** UTC. */
  readonly timeCreated: DotnetDate | null;
  readonly index: bigint | null;
  /** A SID such as S-1-5-18. */
  readonly userId: string | null;
  readonly keywords: readonly string[];
  readonly eventData: readonly Json[];
  readonly xml: string;
  readonly task?: string;
  readonly opcode?: string;
}

const levelNames = ["LogAlways", "Critical", "Error", "Warning", "Informational", "Verbose"];

/** The fixed English enum name; other numbers print as such, no level as nothing. */
export function levelName(level: number | null): string {
  return level === null ? "" : (levelNames[level] ?? String(level));
}

export function levelOfName(name: string): number | null {
  const known = levelNames.findIndex((candidate) => candidate.toLowerCase() === name.toLowerCase());
  const alias: Readonly<Record<string, number>> = { information: 4, info: 4, "success audit": 0, "failure audit": 0 };
  if (known !== -1) {
    return known;
  }
  return alias[name.toLowerCase()] ?? (/^\d+$/.test(name) ? Number(name) : null);
}

/** The name that Windows shows; null where it knows none. */
function displayLevel(level: number | null): string | null {
  return level === 4 || level === 0 ? "Information" : level === null || level > 5 ? null : levelName(level);
}

function bracketed(event: WindowsEvent, level: string): string {
  const { logName, eventId, providerName, machineName, description } = event;
  return `[${logName}] [${level}] [${eventId}] [${providerName}] [${machineName}] [${description ?? ""}]`;
}

/** What both event sources give for a format other than plain text. */
function formattedEvent(event: WindowsEvent, format: string, includeEventData: boolean, environment: AgentEnvironment): string | undefined {
  switch (format) {
    case "json":
      return writeJson(eventJson(event, includeEventData), { localOffset: environment.localOffset });
    case "sushi":
      return writeJson(sushiJson(event), { indented: true, localOffset: environment.localOffset });
    case "xml":
      return eventInfoXml(event, includeEventData, environment);
    case "xml2":
      return event.xml;
    default:
      return undefined;
  }
}

function eventJson(event: WindowsEvent, includeEventData: boolean): Json {
  return jsonObject([
    ["EventId", jsonInteger(event.eventId)],
    ["Description", event.description],
    ["LevelDisplayName", levelName(event.level)],
    ["LogName", event.logName],
    ["MachineName", event.machineName],
    ["ProviderName", event.providerName],
    ["TimeCreated", event.timeCreated],
    ["Index", event.index === null ? null : jsonInteger(event.index)],
    ["UserName", event.userId],
    ["Keywords", event.keywords.join(",")],
    ...(includeEventData ? [["EventData", event.eventData] as const] : []),
  ]);
}

function sushiJson(event: WindowsEvent): Json {
  return jsonObject([
    ["Id", jsonInteger(event.eventId)],
    ["EventCode", jsonInteger(event.eventId)],
    ["MachineName", event.machineName],
    ["ProviderName", event.providerName],
    ["RecordId", event.index === null ? null : jsonInteger(event.index)],
    ["TimeCreated", event.timeCreated],
    ["UserId", event.userId ?? "N\\A"],
    ["Message", event.description],
  ]);
}

/** WindowsEventLogSource. */
export function eventEnvelope(event: WindowsEvent, includeEventData: boolean, environment: AgentEnvironment): Envelope {
  const read: DotnetDate = { kind: "date", wall: environment.now(), ticks: 0, zone: "utc" };
  const plain = bracketed(event, levelName(event.level));
  return {
    timestamp: event.timeCreated ?? read,
    plain: () => plain,
    formatted: (format) => {
      const level = levelName(event.level);
      // The agent splits keywords at a separator array that is empty by mistake, so they stay one element.
      const keywords = event.keywords.length === 0 ? [] : [event.keywords.join(",")];
      return format === "renderedxml"
        ? renderedXml(event, { level, task: "", opcode: "", keywords }, environment)
        : formattedEvent(event, format, includeEventData, environment);
    },
    field: (name) => eventInfoField(event, includeEventData, name),
    meta: (name) => (name === "record" ? plain : name === "timestamp" ? read : null),
  };
}

function eventInfoField(event: WindowsEvent, includeEventData: boolean, name: string): DotnetValue {
  switch (name) {
    case "EventId":
      return int(event.eventId);
    case "Description":
      return event.description;
    case "LevelDisplayName":
      return levelName(event.level);
    case "LogName":
      return event.logName;
    case "MachineName":
      return event.machineName;
    case "ProviderName":
      return event.providerName;
    case "TimeCreated":
      return event.timeCreated;
    case "Index":
      return event.index === null ? null : long(event.index);
    case "UserName":
      return event.userId;
    case "Keywords":
      return event.keywords.join(",");
    case "EventData":
      return includeEventData ? { kind: "opaque", typeName: "System.Collections.Generic.List`1[System.Object]" } : null;
    case "Xml":
      return event.xml;
    default:
      return null;
  }
}

/** WindowsEventLogPollingSource. */
export function polledEventEnvelope(event: WindowsEvent, includeEventData: boolean, environment: AgentEnvironment): Envelope {
  const read: DotnetDate = { kind: "date", wall: environment.now(), ticks: 0, zone: "utc" };
  const timestamp = event.timeCreated ?? read;
  const plain = (): string => {
    const level = displayLevel(event.level);
    if (level === null) {
      throw new RecordLost("Windows knows no display name for the event's level");
    }
    return bracketed(event, level);
  };
  return {
    timestamp,
    plain,
    formatted: (format) => {
      // What has no form of its own is asked of the other source's envelope, whose level is the English name.
      const fallback = formattedEvent(event, format, includeEventData, environment) ?? bracketed(event, levelName(event.level));
      const level = displayLevel(event.level) ?? levelName(event.level);
      return format === "renderedxml"
        ? renderedXml(event, { level, task: event.task ?? "0", opcode: event.opcode ?? "0", keywords: event.keywords }, environment)
        : fallback;
    },
    field: (name) => eventRecordField(event, name, environment),
    meta: (name) => (name === "record" ? plain() : name === "timestamp" ? timestamp : null),
  };
}

function eventRecordField(event: WindowsEvent, name: string, environment: AgentEnvironment): DotnetValue {
  switch (name) {
    case "Id":
      return int(event.eventId);
    case "Level":
      return event.level === null ? null : { kind: "long", value: BigInt(event.level) };
    case "LevelDisplayName": {
      const level = displayLevel(event.level);
      if (level === null) {
        throw new RecordLost("Windows knows no display name for the event's level");
      }
      return level;
    }
    case "LogName":
      return event.logName;
    case "MachineName":
      return event.machineName;
    case "ProviderName":
      return event.providerName;
    case "RecordId":
      return event.index === null ? null : long(event.index);
    case "TimeCreated":
      return event.timeCreated === null ? null : toLocal(event.timeCreated, environment.localOffset);
    case "UserId":
      return event.userId;
    case "KeywordsDisplayNames":
    case "Properties":
      return {
        kind: "opaque",
        typeName: `System.Collections.Generic.List\`1[${name === "Properties" ? "System.Diagnostics.Eventing.Reader.EventProperty" : "System.String"}]`,
      };
    default:
      return systemField(event.xml, name);
  }
}

/** Properties that stand in the System part of the event's XML; the small ones are bytes and shorts, which no function takes for an int. */
function systemField(xml: string, name: string): DotnetValue {
  const system = parseXml(xml)?.children.find((child) => typeof child !== "string" && child.name === "System");
  const element = (wanted: string): XmlElement | undefined =>
    typeof system === "object"
      ? system.children.find((child): child is XmlElement => typeof child !== "string" && child.name === wanted)
      : undefined;
  const attribute = (of: string, wanted: string): string | undefined => element(of)?.attributes.find(([key]) => key === wanted)?.[1];
  const whole = (text: string | undefined): bigint | null =>
    text !== undefined && /^(?:\d+|0x[0-9a-f]+)$/i.test(text) ? BigInt(text) : null;
  const asInt = (value: bigint | null): DotnetValue => (value === null ? null : int(Number(value)));
  const asLong = (value: bigint | null): DotnetValue => (value === null ? null : long(BigInt.asIntN(64, value)));
  const textOf = (of: string): string | undefined => element(of)?.children.find((child) => typeof child === "string");
  switch (name) {
    case "ProcessId":
      return asInt(whole(attribute("Execution", "ProcessID")));
    case "ThreadId":
      return asInt(whole(attribute("Execution", "ThreadID")));
    case "Qualifiers":
      return asInt(whole(attribute("EventID", "Qualifiers")));
    case "Task":
      return asInt(whole(textOf("Task")));
    case "Version":
    case "Opcode":
    case "Keywords":
      return asLong(whole(textOf(name)));
    case "ProviderId":
      return attribute("Provider", "Guid")?.replace(/[{}]/g, "").toLowerCase() ?? null;
    default:
      return null;
  }
}
