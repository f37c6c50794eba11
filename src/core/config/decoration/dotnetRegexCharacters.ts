import type { RegexProblem, RegexProblemKind } from "./dotnetRegex";
import { categoryClass } from "./unicodeBlocks";

export interface Modes {
  ignoreCase: boolean;
  multiline: boolean;
  singleline: boolean;
  explicitCapture: boolean;
  ignoreWhitespace: boolean;
}

export const wordSet = "\\p{L}\\p{Mn}\\p{Nd}\\p{Pc}";
const spaceSet = "\\f\\n\\r\\t\\v\\x85\\p{Z}";
export const maxDepth = 500;

const simpleEscapes: Readonly<Record<string, number>> = { a: 7, t: 9, r: 13, v: 11, f: 12, n: 10, e: 27 };
const classEscapes: Readonly<Record<string, string>> = {
  d: "\\p{Nd}",
  D: "\\P{Nd}",
  w: wordSet,
  W: `[^${wordSet}]`,
  s: spaceSet,
  S: `[^${spaceSet}]`,
};

export class Refused extends Error {
  readonly problem: RegexProblem;

  constructor(kind: RegexProblemKind, start: number, end: number) {
    super(kind);
    this.problem = { kind, span: { start, end } };
  }
}

/** Reads the characters of a .NET pattern: escapes, sets and classes, each written as JavaScript has it. */
export class RegexCharacters {
  wholeIgnoreCase: boolean;
  protected readonly pattern: string;
  protected at = 0;

  constructor(pattern: string, wholeIgnoreCase: boolean) {
    this.pattern = pattern;
    this.wholeIgnoreCase = wholeIgnoreCase;
  }

  protected literal(point: number, modes: Modes): string {
    const character = String.fromCodePoint(point);
    const variants = modes.ignoreCase && !this.wholeIgnoreCase ? caseVariants(character) : [character];
    return variants.length === 1 ? escapePoint(point) : `[${variants.map((text) => escapePoint(text.codePointAt(0) ?? 0)).join("")}]`;
  }

  /** Class content of `\d`, `\p{...}` and the like. */
  protected setEscape(): string | undefined {
    const start = this.at;
    const letter = this.pattern.charAt(start + 1);
    const set = classEscapes[letter];
    if (set !== undefined) {
      this.at += 2;
      return set;
    }
    if (letter !== "p" && letter !== "P") {
      return undefined;
    }
    const name = /^\{([\w-]+)\}/.exec(this.pattern.slice(start + 2))?.[1];
    const found = name === undefined ? undefined : categoryClass(name, letter === "P");
    if (name === undefined || found === undefined) {
      throw new Refused("unknownCategory", start, start + 4 + (name?.length ?? 0));
    }
    this.at = start + 4 + name.length;
    return found;
  }

  protected characterEscape(inClass: boolean): number {
    const start = this.at;
    const letter = this.pattern.charAt(start + 1);
    const rest = this.pattern.slice(start + 2);
    this.at += 2;
    const simple = letter === "b" && inClass ? 8 : simpleEscapes[letter];
    if (simple !== undefined) {
      return simple;
    }
    const digits = letter === "x" ? /^[0-9A-Fa-f]{2}/.exec(rest) : letter === "u" ? /^[0-9A-Fa-f]{4}/.exec(rest) : null;
    if (digits !== null) {
      this.at += digits[0].length;
      return Number.parseInt(digits[0], 16);
    }
    const control = letter === "c" ? /^[@-_a-z]/.exec(rest)?.[0] : undefined;
    if (control !== undefined) {
      this.at++;
      return control.toUpperCase().charCodeAt(0) - 64;
    }
    if (letter === "x" || letter === "u" || letter === "c") {
      throw new Refused("badEscape", start, start + 2);
    }
    const octal = /^[0-7]{1,3}/.exec(this.pattern.slice(start + 1))?.[0];
    if (octal !== undefined) {
      this.at = start + 1 + octal.length;
      return Number.parseInt(octal, 8) & 0xff;
    }
    if (/[\p{L}\p{Mn}\p{Nd}\p{Pc}]/u.test(letter)) {
      throw new Refused("unknownEscape", start, start + 2);
    }
    const point = this.pattern.codePointAt(start + 1) ?? 0;
    this.at = start + 1 + (point > 0xffff ? 2 : 1);
    return point;
  }

  protected characterClass(modes: Modes, depth: number): string {
    const start = this.at - 1;
    if (depth > maxDepth) {
      throw new Refused("unterminatedClass", start, this.pattern.length);
    }
    const negated = this.pattern[this.at] === "^";
    this.at += negated ? 1 : 0;
    let members = "";
    let subtracted = "";
    for (let first = true; ; first = false) {
      const character = this.pattern[this.at];
      if (character === undefined) {
        throw new Refused("unterminatedClass", start, this.pattern.length);
      }
      if (character === "]" && !first) {
        this.at++;
        break;
      }
      if (!first && this.pattern.startsWith("-[", this.at)) {
        this.at += 2;
        subtracted = this.characterClass(modes, depth + 1);
        if (this.pattern[this.at] !== "]") {
          throw new Refused("subtractionNotLast", start, this.at);
        }
        continue;
      }
      members += this.classMember(modes);
    }
    const set = negated ? (members === "" ? "[\\s\\S]" : `[^${members}]`) : `[${members}]`;
    return subtracted === "" ? set : `[${set}--${subtracted}]`;
  }

  private classMember(modes: Modes): string {
    const start = this.at;
    const low = this.classCharacter();
    if (this.pattern[this.at] !== "-" || this.pattern[this.at + 1] === "]" || this.pattern[this.at + 1] === undefined) {
      return typeof low === "string" ? low : this.classPoints(low, low, modes);
    }
    if (this.pattern[this.at + 1] === "[") {
      return typeof low === "string" ? low : this.classPoints(low, low, modes);
    }
    if (typeof low === "string") {
      return low;
    }
    this.at++;
    const high = this.classCharacter();
    if (typeof high === "string") {
      throw new Refused("classInRange", start, this.at);
    }
    if (high < low) {
      throw new Refused("reversedRange", start, this.at);
    }
    return this.classPoints(low, high, modes);
  }

  private classCharacter(): number | string {
    if (this.pattern[this.at] === "\\") {
      if (this.at + 1 >= this.pattern.length) {
        throw new Refused("trailingBackslash", this.at, this.at + 1);
      }
      return this.setEscape() ?? this.characterEscape(true);
    }
    const point = this.pattern.codePointAt(this.at) ?? 0;
    this.at += point > 0xffff ? 2 : 1;
    return point;
  }

  private classPoints(low: number, high: number, modes: Modes): string {
    const range = (from: number, to: number): string => (from === to ? escapePoint(from) : `${escapePoint(from)}-${escapePoint(to)}`);
    let source = range(low, high);
    if (modes.ignoreCase && !this.wholeIgnoreCase && high < 0x250) {
      for (let point = low; point <= high; point++) {
        for (const variant of caseVariants(String.fromCodePoint(point)).slice(1)) {
          source += escapePoint(variant.codePointAt(0) ?? 0);
        }
      }
    }
    return source;
  }
}

function escapePoint(point: number): string {
  const character = String.fromCodePoint(point);
  return /[A-Za-z0-9_]/.test(character) ? character : `\\u{${point.toString(16)}}`;
}

function caseVariants(character: string): string[] {
  return [...new Set([character, character.toLowerCase(), character.toUpperCase()])].filter((text) => [...text].length === 1);
}
