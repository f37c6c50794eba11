import { type DotnetDate, fractionDigits, isInRange, type LocalOffset, toLocal, utcDate, wallOf } from "../config/decoration/dotnetDate";
import { formatOffset } from "../config/decoration/dotnetDateFormat";
import { doubleText } from "./numberFormat";

/** A JSON value as Newtonsoft's JToken holds it: whole numbers, doubles, dates and bytes are told apart. */
export type Json = string | boolean | null | JsonInteger | JsonDouble | JsonUndefined | DotnetDate | JsonArray | JsonObject;

export interface JsonInteger {
  readonly kind: "integer";
  readonly value: bigint;
}

export interface JsonDouble {
  readonly kind: "double";
  readonly value: number;
}

/** The word `undefined`, or a place left empty in an array. */
export interface JsonUndefined {
  readonly kind: "undefined";
}

export const jsonUndefined: JsonUndefined = { kind: "undefined" };

export type JsonArray = readonly Json[];

/** Member order is kept; a repeated name replaces the value at its first place. */
export interface JsonObject {
  readonly kind: "object";
  readonly members: Map<string, Json>;
}

export const jsonInteger = (value: number | bigint): JsonInteger => ({ kind: "integer", value: BigInt(value) });
export const jsonObject = (entries: Iterable<readonly [string, Json]>): JsonObject => ({
  kind: "object",
  members: new Map<string, Json>(entries),
});

export function isJsonArray(value: Json): value is JsonArray {
  return Array.isArray(value);
}

export function isJsonObject(value: Json): value is JsonObject {
  return value !== null && typeof value === "object" && !isJsonArray(value) && value.kind === "object";
}

export interface WriteOptions {
  readonly indented?: boolean;
  readonly localOffset: LocalOffset;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

const toEscape = /["\\\u0000-\u001f\u0085\u2028\u2029]/g;

export function writeJsonString(text: string): string {
  const escaped = text.replace(
    toEscape,
    (character) => shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `"${escaped}"`;
}

/** As Newtonsoft writes it; indented text has CR LF line ends, as on Windows. */
export function writeJson(value: Json, options: WriteOptions): string {
  return write(value, options, "");
}

function write(value: Json, options: WriteOptions, indent: string): string {
  if (value === null || typeof value === "boolean") {
    return String(value);
  }
  if (typeof value === "string") {
    return writeJsonString(value);
  }
  if (isJsonArray(value)) {
    return bracket("[", "]", value, options, indent, (entry, deeper) => write(entry, options, deeper));
  }
  switch (value.kind) {
    case "integer":
      return value.value.toString();
    case "double":
      return writeDouble(value.value);
    case "undefined":
      return "undefined";
    case "date":
      return `"${writeDate(value, options.localOffset)}"`;
    case "object":
      return bracket("{", "}", [...value.members], options, indent, ([name, member], deeper) => {
        return `${writeJsonString(name)}:${options.indented === true ? " " : ""}${write(member, options, deeper)}`;
      });
  }
}

function bracket<T>(
  open: string,
  close: string,
  entries: readonly T[],
  options: WriteOptions,
  indent: string,
  show: (entry: T, indent: string) => string,
): string {
  if (entries.length === 0) {
    return open + close;
  }
  if (options.indented !== true) {
    return open + entries.map((entry) => show(entry, "")).join(",") + close;
  }
  const deeper = `${indent}  `;
  return `${open}\r\n${entries.map((entry) => deeper + show(entry, deeper)).join(",\r\n")}\r\n${indent}${close}`;
}

function writeDouble(value: number): string {
  if (!Number.isFinite(value)) {
    return `"${doubleText(value)}"`;
  }
  const text = doubleText(value);
  return /[.E]/.test(text) ? text : `${text}.0`;
}

/** ISO 8601 with the fraction's trailing zeros removed; the suffix tells the kind. */
export function writeDate(date: DotnetDate, localOffset: LocalOffset): string {
  const fraction = fractionDigits(date).replace(/0+$/, "");
  const seconds = new Date(Math.floor(date.wall / 1000) * 1000)
    .toISOString()
    .slice(0, 19)
    .replace(/^\+\d\d/, "");
  const suffix = date.zone === "utc" ? "Z" : date.zone === "local" ? formatOffset(localOffset(date.wall), 3) : "";
  return `${seconds}${fraction === "" ? "" : `.${fraction}`}${suffix}`;
}

const isoDate = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d(?::?\d\d)?)?$/;

/** Strings that Newtonsoft turns into dates while it reads; undefined for all others. */
export function readIsoDate(text: string, localOffset: LocalOffset): DotnetDate | undefined {
  const microsoft = /^\/Date\((-?\d+)([+-]\d{4})?\)\/$/.exec(text);
  if (microsoft !== null) {
    const utc = utcDate(Number(microsoft[1]));
    return microsoft[2] === undefined ? utc : toLocal(utc, localOffset);
  }
  const match = isoDate.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, year, month, day, hour, minute, second, fraction = "", zone] = match;
  const wall = checkedWall([year, month, day, hour, minute, second].map(Number));
  if (wall === undefined) {
    return undefined;
  }
  const digits = fraction.padEnd(7, "0");
  const at: DotnetDate = { kind: "date", wall: wall + Number(digits.slice(0, 3)), ticks: Number(digits.slice(3)), zone: "unspecified" };
  if (zone === undefined) {
    return at;
  }
  if (zone === "Z") {
    return { ...at, zone: "utc" };
  }
  const [, sign, hours, minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return toLocal({ ...at, wall: at.wall - offset * 60_000, zone: "utc" }, localOffset);
}

function checkedWall(fields: readonly number[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields;
  const midnight = wallOf(year, month, day);
  const endOfDay = hour === 24 && minute === 0 && second === 0;
  if (midnight === undefined || (hour > 23 && !endOfDay) || minute > 59 || second > 59) {
    return undefined;
  }
  const wall = midnight + ((hour * 60 + minute) * 60 + second) * 1000;
  return isInRange(wall) ? wall : undefined;
}
