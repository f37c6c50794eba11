export type TextEncoding = "utf8" | "utf8bom" | "utf16le" | "utf16be" | "utf32le" | "utf32be";

export interface DecodedText {
  readonly text: string;
  readonly encoding: TextEncoding;
  /** A UTF-16 or UTF-32 file without byte order mark, which only a guess can read. */
  readonly unmarked: boolean;
  /** Offset of the first character that stands for bytes which are not UTF-8; absent when all are. */
  readonly invalidAt?: number;
}

/** Bytes of a file as text, the byte order mark taken off. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) {
    return utf8(bytes.subarray(3), "utf8bom");
  }
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) {
    return { text: utf32(bytes.subarray(4), true), encoding: "utf32le", unmarked: false };
  }
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) {
    return { text: utf32(bytes.subarray(4), false), encoding: "utf32be", unmarked: false };
  }
  if (a === 0xff && b === 0xfe) {
    return { text: utf16(bytes.subarray(2), true), encoding: "utf16le", unmarked: false };
  }
  if (a === 0xfe && b === 0xff) {
    return { text: utf16(bytes.subarray(2), false), encoding: "utf16be", unmarked: false };
  }
  const guess = unmarkedUtf16(bytes);
  return guess === undefined ? utf8(bytes, "utf8") : { text: utf16(bytes, guess === "utf16le"), encoding: guess, unmarked: true };
}

/** The text in the encoding it was read from; what was unmarked or no UTF-8 becomes UTF-8. */
export function encodeText(text: string, decoded: DecodedText): Uint8Array {
  if (decoded.unmarked) {
    return new TextEncoder().encode(text);
  }
  switch (decoded.encoding) {
    case "utf8":
      return new TextEncoder().encode(text);
    case "utf8bom":
      return new TextEncoder().encode(`\ufeff${text}`);
    case "utf16le":
    case "utf16be":
      return toUtf16(`\ufeff${text}`, decoded.encoding === "utf16le");
    case "utf32le":
    case "utf32be":
      return toUtf32(`\ufeff${text}`, decoded.encoding === "utf32le");
  }
}

/** The same text as UTF-8 without byte order mark; bytes that are no UTF-8 are taken for Windows-1252. */
export function toUtf8(bytes: Uint8Array): Uint8Array {
  const decoded = decodeText(bytes);
  const text = decoded.invalidAt === undefined ? decoded.text : new TextDecoder("windows-1252").decode(bytes);
  return new TextEncoder().encode(text);
}

function utf8(bytes: Uint8Array, encoding: TextEncoding): DecodedText {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const first = text.indexOf("\ufffd");
  if (first === -1 || isValidUtf8(bytes)) {
    return { text, encoding, unmarked: false };
  }
  return { text, encoding, unmarked: false, invalidAt: first };
}

function isValidUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Latin text in UTF-16 has a zero in every second byte. */
function unmarkedUtf16(bytes: Uint8Array): "utf16le" | "utf16be" | undefined {
  const length = Math.min(bytes.length, 400) & ~1;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < length; at += 2) {
    even += bytes[at] === 0 ? 1 : 0;
    odd += bytes[at + 1] === 0 ? 1 : 0;
  }
  const most = length / 2 - length / 10;
  return length < 2 ? undefined : odd >= most && even === 0 ? "utf16le" : even >= most && odd === 0 ? "utf16be" : undefined;
}

function utf16(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return joined(Math.floor(bytes.length / 2), (index) => String.fromCharCode(view.getUint16(index * 2, littleEndian)));
}

function utf32(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return joined(Math.floor(bytes.length / 4), (index) => {
    const code = view.getUint32(index * 4, littleEndian);
    return code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
  });
}

function joined(length: number, at: (index: number) => string): string {
  const parts: string[] = [];
  for (let index = 0; index < length; index++) {
    parts.push(at(index));
  }
  return parts.join("");
}

function toUtf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < text.length; index++) {
    view.setUint16(index * 2, text.charCodeAt(index), littleEndian);
  }
  return bytes;
}

function toUtf32(text: string, littleEndian: boolean): Uint8Array {
  const points = [...text].map((char) => char.codePointAt(0) ?? 0xfffd);
  const bytes = new Uint8Array(points.length * 4);
  const view = new DataView(bytes.buffer);
  points.forEach((point, index) => view.setUint32(index * 4, point, littleEndian));
  return bytes;
}
