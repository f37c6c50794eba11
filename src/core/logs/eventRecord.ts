import { isObject, type JsonObject } from "./json";
import type { LogEntry } from "./tailEvents";

/** One event as a JSON object with its place. */
export function toRecord({ index, id, seq, version, source }: LogEntry): JsonObject {
  return { _index: index, _id: id, _seq_no: seq, _version: version, _source: source };
}

/** Indented, with characters that could reorder or hide text escaped: the same value, safe to look at. */
export function readableJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Values by path, `a.b` for what is nested; lists as JSON. */
export function flattened(source: JsonObject, prefix = ""): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [name, value] of Object.entries(source)) {
    const path = prefix + name;
    if (isObject(value)) {
      flattened(value, `${path}.`).forEach((inner, innerPath) => values.set(innerPath, inner));
    } else {
      values.set(path, value);
    }
  }
  return values;
}
