import type { TextEdit } from "../text/span";

const named: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

export interface Escape {
  /** Offset of the backslash. */
  readonly start: number;
  readonly end: number;
  /** Undefined for an escape that JSON does not know. */
  readonly decoded: string | undefined;
}

/** The escape at a backslash. */
export function escapeAt(text: string, start: number, limit: number): Escape {
  const letter = start + 1 < limit ? text.charAt(start + 1) : "";
  if (letter === "u" && start + 6 <= limit) {
    const hex = text.slice(start + 2, start + 6);
    if (/^[0-9a-fA-F]{4}$/.test(hex)) {
      return { start, end: start + 6, decoded: String.fromCharCode(parseInt(hex, 16)) };
    }
  }
  return { start, end: Math.min(limit, start + 1 + letter.length), decoded: letter === "" ? undefined : named[letter] };
}

/** All escapes of a stretch of string content. */
export function escapesIn(text: string, start: number, end: number): Escape[] {
  const found: Escape[] = [];
  for (let at = text.indexOf("\\", start); at !== -1 && at < end;) {
    const escape = escapeAt(text, at, end);
    found.push(escape);
    at = text.indexOf("\\", escape.end);
  }
  return found;
}

const escapedQuote = /^\\(?:[\u201c-\u201f]|&(?:quot|ldquo|rdquo|#34|#x22|#822[01]);)/i;

/** What a backslash that starts no escape was meant to be: one of a path, or the escape of a quote that a web page has curled or encoded. */
export function escapeRepair(text: string, { start }: Escape): TextEdit {
  const quote = escapedQuote.exec(text.slice(start, start + 10))?.[0];
  return quote === undefined
    ? { span: { start, end: start + 1 }, text: "\\\\" }
    : { span: { start, end: start + quote.length }, text: '\\"' };
}

/** Content of a JSON string decoded; an escape that JSON does not know stands for itself, backslash included. */
export function decodeEscapes(raw: string): string {
  return decodedBy(raw) ?? decodedLeniently(raw);
}

/** The platform's own reader is several times as fast, where the content is strict JSON. */
function decodedBy(raw: string): string | undefined {
  try {
    const value: unknown = JSON.parse(`"${raw}"`);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function decodedLeniently(raw: string): string {
  let result = "";
  let at = 0;
  for (const escape of escapesIn(raw, 0, raw.length)) {
    result += raw.slice(at, escape.start) + (escape.decoded ?? raw.slice(escape.start, escape.end));
    at = escape.end;
  }
  return result + raw.slice(at);
}

/** Offset in the text of an index of the decoded content that starts at `start`. */
export function sourceOffset(text: string, start: number, end: number, index: number): number {
  let decoded = 0;
  let at = start;
  for (const escape of escapesIn(text, start, end)) {
    if (decoded + (escape.start - at) >= index) {
      break;
    }
    decoded += escape.start - at;
    const length = escape.decoded?.length ?? escape.end - escape.start;
    at = escape.start;
    if (escape.decoded === undefined && decoded + length > index) {
      return at + (index - decoded);
    }
    decoded += length;
    at = escape.end;
  }
  return at + (index - decoded);
}

/** A value as JSON string content, without quotes. */
export function encodeString(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
