import type { LocalOffset } from "../config/decoration/dotnetDate";
import { type Json, type JsonObject, jsonUndefined, readIsoDate } from "./newtonsoft";

const maxDepth = 64;

class NotJson extends Error {}

/**
 * JObject.Parse of Newtonsoft with its leniency: comments, single quotes, bare names, trailing commas.
 * Strings that look like ISO dates become dates. Undefined where it throws.
 */
export function parseJsonObject(text: string, localOffset: LocalOffset): JsonObject | undefined {
  const reader = new JsonReader(text, localOffset);
  try {
    return reader.root();
  } catch (thrown) {
    if (thrown instanceof NotJson) {
      return undefined;
    }
    throw thrown;
  }
}

const space = "[\\0\\t-\\r \\x85\\p{Z}]";
const spaces = new RegExp(`${space}*`, "uy");
const blanks = new RegExp(`(?:${space}|/\\*[\\s\\S]*?\\*/|//[^\\r\\n]*)*`, "uy");
const bareName = /[\p{L}\p{N}_$]+/uy;
const numeric = /0[xX][0-9A-Fa-f]+|0[0-7]+(?![.\d])|-?(?:0(?=\d)|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y;
const word = /true|false|null|undefined|NaN|-?Infinity/y;

class JsonReader {
  private at = 0;
  private readonly text: string;
  private readonly localOffset: LocalOffset;

  constructor(text: string, localOffset: LocalOffset) {
    this.text = text;
    this.localOffset = localOffset;
  }

  root(): JsonObject {
    this.skip();
    if (this.text[this.at] !== "{") {
      throw new NotJson();
    }
    const value = this.object(0);
    this.skip();
    if (this.at < this.text.length) {
      throw new NotJson();
    }
    return value;
  }

  private value(depth: number): Json {
    switch (this.text[this.at]) {
      case "{":
        return this.object(depth);
      case "[":
        return this.array(depth);
      case '"':
      case "'": {
        const text = this.string();
        return readIsoDate(text, this.localOffset) ?? text;
      }
      default:
        return this.scalar();
    }
  }

  private scalar(): Json {
    const known = this.take(word);
    if (known !== undefined) {
      const constants: Readonly<Record<string, Json>> = { true: true, false: false, null: null, undefined: jsonUndefined };
      return known in constants ? (constants[known] ?? null) : { kind: "double", value: Number(known) };
    }
    const digits = this.take(numeric);
    if (digits === undefined || /[\p{L}\p{N}]/u.test(this.text[this.at] ?? "")) {
      throw new NotJson();
    }
    if (/^-?(?:\d+|0[xX][0-9A-Fa-f]+)$/.test(digits)) {
      const octal = /^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits;
      return { kind: "integer", value: digits.startsWith("-") ? -BigInt(digits.slice(1)) : BigInt(octal) };
    }
    return { kind: "double", value: Number(digits) };
  }

  private object(depth: number): JsonObject {
    this.checkDepth(depth);
    const members = new Map<string, Json>();
    this.at++;
    for (;;) {
      this.skip();
      if (this.accept("}")) {
        return { kind: "object", members };
      }
      const quote = this.text[this.at];
      const name = quote === '"' || quote === "'" ? this.string() : this.take(bareName);
      this.take(spaces);
      if (name === undefined || !this.accept(":")) {
        throw new NotJson();
      }
      this.skip();
      members.set(name, this.value(depth + 1));
      this.skip();
      if (!this.accept(",") && this.text[this.at] !== "}") {
        throw new NotJson();
      }
    }
  }

  private checkDepth(depth: number): void {
    if (depth >= maxDepth) {
      throw new NotJson();
    }
  }

  private array(depth: number): Json[] {
    this.checkDepth(depth);
    const values: Json[] = [];
    this.at++;
    for (;;) {
      this.skip();
      if (this.accept("]")) {
        return values;
      }
      if (this.accept(",")) {
        values.push(jsonUndefined);
        continue;
      }
      values.push(this.value(depth + 1));
      this.skip();
      if (!this.accept(",") && this.text[this.at] !== "]") {
        throw new NotJson();
      }
    }
  }

  private string(): string {
    const quote = this.text[this.at];
    let text = "";
    for (this.at++; ; this.at++) {
      const character = this.text[this.at];
      if (character === undefined) {
        throw new NotJson();
      }
      if (character === quote) {
        this.at++;
        return text.replace(/\p{Surrogate}/gu, "\ufffd");
      }
      text += character === "\\" ? this.escape() : character;
    }
  }

  /** Leaves `at` on the last character of the escape. */
  private escape(): string {
    this.at++;
    const letter = this.text[this.at] ?? "";
    if (letter === "u") {
      const digits = /^[0-9A-Fa-f]{4}/.exec(this.text.slice(this.at + 1, this.at + 5))?.[0];
      if (digits === undefined) {
        throw new NotJson();
      }
      this.at += 4;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const simple: Readonly<Record<string, string>> = {
      b: "\b",
      t: "\t",
      n: "\n",
      f: "\f",
      r: "\r",
      "\\": "\\",
      "/": "/",
      '"': '"',
      "'": "'",
    };
    const found = simple[letter];
    if (found === undefined) {
      throw new NotJson();
    }
    return found;
  }

  private accept(character: string): boolean {
    if (this.text[this.at] !== character) {
      return false;
    }
    this.at++;
    return true;
  }

  private skip(): void {
    this.take(blanks);
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }
}
