export type Json = Record<string, unknown>;

/** Text that is JSON already, written as it is: a document's source keeps its exact bytes. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RawJson);
}

/** JSON.stringify that knows RawJson. */
export function toJsonText(value: unknown): string {
  if (value instanceof RawJson) {
    return value.text;
  }
  if (Array.isArray(value)) {
    return `[${value.map((entry) => toJsonText(entry === undefined ? null : entry)).join(",")}]`;
  }
  if (isObject(value)) {
    const parts: string[] = [];
    for (const [key, entry] of Object.entries(value)) {
      if (entry !== undefined) {
        parts.push(`${JSON.stringify(key)}:${toJsonText(entry)}`);
      }
    }
    return `{${parts.join(",")}}`;
  }
  return typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? "null");
}

/** The value if it is text, else `otherwise`. */
export function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

/** A scalar of JSON as the engines would print it. */
export function scalarText(value: unknown): string {
  return typeof value === "string" ? value : toJsonText(value);
}

/** What the engines call the first token of a value. */
export function tokenName(value: unknown): string {
  return isObject(value)
    ? "START_OBJECT"
    : Array.isArray(value)
      ? "START_ARRAY"
      : typeof value === "string"
        ? "VALUE_STRING"
        : typeof value === "number"
          ? "VALUE_NUMBER"
          : `VALUE_${String(value).toUpperCase()}`;
}
