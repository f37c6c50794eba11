import { type DotnetDate, toLocal, toUtc, utcDate } from "../config/decoration/dotnetDate";
import { type AgentEnvironment, RecordLost } from "./environment";
import type { Envelope } from "./envelope";
import { type Json, jsonObject, type JsonObject, isJsonArray, isJsonObject, writeJson } from "./newtonsoft";
import { type DotnetValue, int, long } from "./values";

/** Where a record of a file was found. */
export interface FilePlace {
  readonly path: string;
  /** Byte offset after the record. */
  readonly position: number;
  readonly lineNumber: number;
}

export const utcNow = (environment: AgentEnvironment): DotnetDate => utcDate(environment.now());
export const localNow = (environment: AgentEnvironment): DotnetDate => toLocal(utcNow(environment), environment.localOffset);

interface RecordParts {
  readonly raw: string;
  readonly timestamp: DotnetDate;
  readonly place: FilePlace;
  json(): string;
  field(name: string): DotnetValue;
  keyValues?(): readonly (readonly [string, Json])[];
  readonly xml?: string;
}

function fileEnvelope(parts: RecordParts): Envelope {
  const { raw, timestamp, place } = parts;
  const meta = (name: string): DotnetValue => {
    switch (name) {
      case "record":
        return raw;
      case "timestamp":
        return timestamp;
      case "filepath":
        return place.path;
      case "filename":
        return place.path.replace(/^.*[\\/]/, "");
      case "position":
        return long(place.position);
      case "linenumber":
        return long(place.lineNumber);
      default:
        return null;
    }
  };
  return {
    timestamp,
    plain: () => raw,
    formatted: (format) => (format === "json" ? parts.json() : format === "xml" ? (parts.xml ?? noXml()) : undefined),
    field: (name) => parts.field(name),
    meta,
    ...(parts.keyValues === undefined ? {} : { keyValues: parts.keyValues.bind(parts) }),
  };
}

function noXml(): never {
  throw new RecordLost("the record has no XML form");
}

/** SingleLine. */
export function lineRecord(line: string, place: FilePlace, environment: AgentEnvironment): Envelope {
  const parts: RecordParts = {
    raw: line,
    timestamp: utcNow(environment),
    place,
    json: () => line,
    xml: line,
    field: (name) => (name === "Length" ? int(line.length) : name === "Chars" ? indexer(name) : null),
  };
  return fileEnvelope(parts);
}

/** Regex and Timestamp. */
export function fieldsRecord(
  raw: string,
  fields: ReadonlyMap<string, string>,
  timestamp: DotnetDate,
  place: FilePlace,
  environment: AgentEnvironment,
): Envelope {
  return fileEnvelope({
    raw,
    timestamp,
    place,
    json: () => writeJson(jsonObject(fields), environment),
    field: (name) => fields.get(name) ?? null,
    keyValues: () => [...fields],
  });
}

/** Delimited, ULS and Exchange; `isW3svc` puts the time first. */
export function columnsRecord(
  raw: string,
  columns: ReadonlyMap<string, string>,
  timestamp: DotnetDate,
  place: FilePlace,
  environment: AgentEnvironment,
  isW3svc = false,
): Envelope {
  return fileEnvelope({
    raw,
    timestamp,
    place,
    json: () => writeJson(jsonObject(isW3svc ? [["Timestamp", timestamp] as const, ...columns] : columns), environment),
    field: (name) => columnsField(name, columns.size, timestamp),
    keyValues: () => [...columns],
  });
}

/** The properties of the object that holds the columns; the columns themselves are none of them. */
function columnsField(name: string, count: number, timestamp: DotnetDate): DotnetValue {
  switch (name) {
    case "Timestamp":
      return timestamp;
    case "Count":
      return int(count);
    case "Keys":
    case "Values":
      return {
        kind: "opaque",
        typeName: `System.Collections.Generic.Dictionary\`2+${name.slice(0, -1)}Collection[System.String,System.String]`,
      };
    case "Item":
      return indexer(name);
    default:
      return null;
  }
}

function indexer(name: string): never {
  throw new RecordLost(`{$${name}} names an indexed property, which the agent cannot read`);
}

/** SingleLineJson. */
export function jsonRecord(
  raw: string,
  json: JsonObject,
  timestamp: DotnetDate,
  place: FilePlace,
  environment: AgentEnvironment,
): Envelope {
  return fileEnvelope({
    raw,
    timestamp,
    place,
    json: () => writeJson(json, environment),
    field: (name) => fromJson(json.members.get(name) ?? null),
    keyValues: () => [...json.members],
  });
}

/** A member as `{$name}` sees it. */
export function fromJson(value: Json): DotnetValue {
  if (value === null || typeof value !== "object") {
    return value;
  }
  if (isJsonArray(value) || isJsonObject(value)) {
    return { kind: "json", value };
  }
  return value.kind === "integer" ? long(value.value) : value.kind === "undefined" ? null : value;
}

export interface SyslogFields {
  readonly hostname: string | null;
  readonly program: string | null;
  readonly message: string | null;
}

/** SysLog; `time` is local and `stamp` its text. */
export function syslogRecord(
  raw: string,
  time: DotnetDate,
  stamp: string,
  fields: SyslogFields,
  place: FilePlace,
  environment: AgentEnvironment,
): Envelope {
  const { hostname, program, message } = fields;
  const members = new Map<string, Json>([
    ["SyslogTimestamp", stamp],
    ["Hostname", hostname],
    ["Program", program],
    ["Message", message],
    ["Timestamp", time],
  ]);
  return fileEnvelope({
    raw,
    timestamp: toUtc(time, environment.localOffset),
    place,
    json: () => writeJson(jsonObject(members), environment),
    field: (name) => (name === "Timestamp" ? { kind: "dateOffset", value: time } : fromJson(members.get(name) ?? null)),
  });
}
