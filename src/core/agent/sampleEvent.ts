import { type DotnetDate, utcDate } from "../config/decoration/dotnetDate";
import type { AgentEnvironment } from "./environment";
import { parseJsonObject } from "./jsonReader";
import { isJsonArray, isJsonObject, type Json, type JsonObject, readIsoDate, writeJson } from "./newtonsoft";
import { levelOfName, type WindowsEvent } from "./windowsEvent";
import { composeEventXml } from "./windowsXml";

/** What an event file holds, one entry per event; docs/render.md describes it. */
export type SampleEvent =
  | { readonly kind: "windows"; readonly source: string | undefined; readonly logName: string | undefined; readonly event: WindowsEvent }
  | {
      readonly kind: "lines";
      readonly source: string | undefined;
      readonly path: string | undefined;
      readonly lines: readonly string[];
    }
  | { readonly kind: "etw"; readonly source: string | undefined; readonly event: JsonObject }
  | { readonly kind: "counter"; readonly source: string | undefined; readonly name: string; readonly value: number };

export class NotAnEvent extends Error {}

/** Reads an event file's text: one event or an array of them, a string being a line of text. */
export function readSampleEvents(text: string, environment: AgentEnvironment): SampleEvent[] {
  const wrapped = parseJsonObject(`{"events":${text.replace(/^\uFEFF/, "")}\n}`, () => 0);
  const events = wrapped?.members.size === 1 ? wrapped.members.get("events") : undefined;
  if (events === undefined) {
    throw new NotAnEvent("the event file is not JSON");
  }
  return (isJsonArray(events) ? events : [events]).map((event) => toSampleEvent(event, environment));
}

function toSampleEvent(given: Json, environment: AgentEnvironment): SampleEvent {
  if (typeof given === "string") {
    return { kind: "lines", source: undefined, path: undefined, lines: given.split(/\r\n|\r|\n/) };
  }
  if (given === null || typeof given !== "object" || isJsonArray(given) || !isJsonObject(given)) {
    throw new NotAnEvent("an event is an object or a line of text");
  }
  const outer = new Members(given, environment);
  const source = outer.text("source", "sourceRef");
  const inner = outer.object("event") ?? outer;
  const lines = outer.lines();
  if (lines !== undefined) {
    return { kind: "lines", source, path: outer.text("path", "filePath", "file"), lines };
  }
  const counter = inner.text("counter");
  if (counter !== undefined) {
    return { kind: "counter", source, name: counter, value: inner.number("value", "raw") ?? 0 };
  }
  if (inner.has("EventName")) {
    return { kind: "etw", source, event: inner.json };
  }
  return { kind: "windows", source, logName: inner.text("LogName"), event: toWindowsEvent(inner, outer, environment) };
}

function toWindowsEvent(given: Members, outer: Members, environment: AgentEnvironment): WindowsEvent {
  const named = given.text("LevelDisplayName");
  const level = given.has("Level")
    ? given.number("Level")
    : outer.has("windowsLevel")
      ? outer.number("windowsLevel")
      : named === undefined
        ? 4
        : levelOfName(named);
  const index = given.number("Index", "RecordId", "EventRecordID");
  const withoutXml = {
    eventId: given.number("EventId", "Id", "EventCode", "InstanceId") ?? 1000,
    description: given.has("Description") || given.has("Message") ? (given.text("Description", "Message") ?? null) : "Sample event.",
    level: level ?? null,
    logName: given.text("LogName") ?? "Application",
    machineName: given.text("MachineName") ?? environment.computerName,
    providerName: given.text("ProviderName", "Source", "Provider") ?? "Application",
    timeCreated: given.has("TimeCreated") ? given.date("TimeCreated") : utcDate(environment.now()),
    index: given.has("Index") && index === undefined ? null : BigInt(index ?? 1),
    userId: given.text("UserName", "UserId") ?? null,
    keywords: given.texts("Keywords") ?? ["Classic"],
    eventData: (outer.array("eventDataValues") ?? given.array("EventData") ?? []).map(unwrapBytes),
  };
  const [task, opcode] = [given.text("Task"), given.text("Opcode")];
  const event = { ...withoutXml, ...(task === undefined ? {} : { task }), ...(opcode === undefined ? {} : { opcode }) };
  return { ...event, xml: given.text("Xml") ?? composeEventXml(event) };
}

/** Bytes have no JSON form; their base64 is what the record shows. */
function unwrapBytes(value: Json): Json {
  return isJsonObject(value) ? (value.members.get("$bytes") ?? value) : value;
}

class Members {
  readonly json: JsonObject;
  private readonly byName: ReadonlyMap<string, Json>;
  private readonly environment: AgentEnvironment;

  constructor(json: JsonObject, environment: AgentEnvironment) {
    this.json = json;
    this.environment = environment;
    this.byName = new Map([...json.members].map(([name, value]) => [name.toLowerCase(), value]));
  }

  has(name: string): boolean {
    return this.byName.has(name.toLowerCase());
  }

  private first(names: readonly string[]): Json | undefined {
    return names.map((name) => this.byName.get(name.toLowerCase())).find((value) => value !== undefined);
  }

  text(...names: readonly string[]): string | undefined {
    const value = this.first(names);
    return value === undefined || value === null
      ? undefined
      : typeof value === "string"
        ? value
        : writeJson(value, this.environment).replace(/^"|"$/g, "");
  }

  number(...names: readonly string[]): number | undefined {
    const value = this.first(names);
    if (typeof value === "string") {
      return value.trim() === "" || Number.isNaN(Number(value)) ? undefined : Number(value);
    }
    return typeof value === "object" && value !== null && !isJsonArray(value) && (value.kind === "integer" || value.kind === "double")
      ? Number(value.value)
      : undefined;
  }

  date(name: string): DotnetDate | null {
    const value = this.first([name]);
    if (typeof value === "object" && value !== null && !isJsonArray(value) && value.kind === "date") {
      return value.zone === "unspecified" ? { ...value, zone: "utc" } : value;
    }
    const milliseconds = typeof value === "string" ? Date.parse(value) : Number.NaN;
    if (value !== null && value !== undefined && Number.isNaN(milliseconds)) {
      throw new NotAnEvent(`${name} is no date`);
    }
    return Number.isNaN(milliseconds) ? null : utcDate(milliseconds);
  }

  texts(name: string): string[] | undefined {
    const value = this.first([name]);
    if (typeof value === "string") {
      return value === "" ? [] : value.split(",");
    }
    return value !== undefined && isJsonArray(value)
      ? value.map((entry) => (typeof entry === "string" ? entry : writeJson(entry, this.environment)))
      : undefined;
  }

  array(name: string): readonly Json[] | undefined {
    const value = this.first([name]);
    return value !== undefined && isJsonArray(value) ? value : undefined;
  }

  object(name: string): Members | undefined {
    const value = this.first([name]);
    return value !== undefined && isJsonObject(value) ? new Members(value, this.environment) : undefined;
  }

  lines(): string[] | undefined {
    const list = this.array("lines") ?? this.array("fileLines");
    if (list !== undefined) {
      return list.map((entry) => (typeof entry === "string" ? entry : writeJson(entry, this.environment)));
    }
    return this.text("line", "plain", "text")?.split(/\r\n|\r|\n/);
  }
}

export { readIsoDate };
