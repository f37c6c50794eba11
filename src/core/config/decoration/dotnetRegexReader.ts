import type { RegexProblem } from "./dotnetRegex";
import { maxDepth, type Modes, Refused, RegexCharacters, wordSet } from "./dotnetRegexCharacters";

export interface RegexOptions {
  readonly ignoreCase?: boolean;
  readonly multiline?: boolean;
  readonly singleline?: boolean;
  readonly explicitCapture?: boolean;
  readonly ignoreWhitespace?: boolean;
  readonly rightToLeft?: boolean;
  readonly ecmaScript?: boolean;
}

/** A .NET group and the JavaScript groups that stand for it (several for a name used twice). */
export interface RegexGroup {
  readonly name: string;
  readonly number: number;
  readonly indices: readonly number[];
}

export interface RegexReading {
  readonly problem: RegexProblem | undefined;
  readonly source: string | undefined;
  readonly groups: readonly RegexGroup[];
}

const inWord = `[${wordSet}\\u200d\\u200c]`;
const wordBoundary = `(?:(?<=${inWord})(?!${inWord})|(?<!${inWord})(?=${inWord}))`;
const notWordBoundary = `(?:(?<=${inWord})(?=${inWord})|(?<!${inWord})(?!${inWord}))`;
const textStart = "(?<![\\s\\S])";
const textEnd = "(?![\\s\\S])";

const anchors: Readonly<Record<string, string>> = {
  A: textStart,
  G: textStart,
  Z: `(?=\\n?${textEnd})`,
  z: textEnd,
  b: wordBoundary,
  B: notWordBoundary,
};

/** One pass over a .NET pattern: finds what .NET refuses and writes the JavaScript equivalent (for the `v` flag). */
export class RegexReader extends RegexCharacters {
  private translatable = true;
  private javascriptGroups = 0;
  private readonly unnamed: number[] = [];
  private readonly named = new Map<string, number[]>();
  private readonly references: { name: string; start: number; end: number; mark: string }[] = [];
  private readonly initial: Modes;

  constructor(pattern: string, options: RegexOptions) {
    super(pattern, options.ignoreCase === true && !/\(\?[imnsx]*-[imnsx]*i/.test(pattern));
    this.initial = {
      ignoreCase: options.ignoreCase === true,
      multiline: options.multiline === true,
      singleline: options.singleline === true,
      explicitCapture: options.explicitCapture === true,
      ignoreWhitespace: options.ignoreWhitespace === true,
    };
  }

  read(): RegexReading {
    try {
      const body = this.alternatives({ ...this.initial }, 0);
      if (this.at < this.pattern.length) {
        throw new Refused("unbalancedParenthesis", this.at, this.at + 1);
      }
      const groups = this.groups();
      const source = this.resolveReferences(body, groups);
      return { problem: undefined, source: this.translatable ? source : undefined, groups };
    } catch (thrown) {
      if (thrown instanceof Refused) {
        return { problem: thrown.problem, source: undefined, groups: this.groups() };
      }
      throw thrown;
    }
  }

  /** .NET numbers unnamed groups first; a group named by a number keeps it, and the named ones take the numbers left. */
  private groups(): RegexGroup[] {
    const groups = new Map<number, { readonly name: string; readonly number: number; readonly indices: number[] }>();
    const note = (number: number, name: string, indices: readonly number[]): void => {
      groups.set(number, { name, number, indices: [...(groups.get(number)?.indices ?? []), ...indices] });
    };
    const isNumber = (name: string): boolean => /^\d+$/.test(name);
    for (const [name, indices] of [...this.named].filter(([one]) => isNumber(one))) {
      note(Number(name), name, indices);
    }
    this.unnamed.forEach((index, at) => {
      note(at + 1, String(at + 1), [index]);
    });
    let next = this.unnamed.length + 1;
    for (const [name, indices] of [...this.named].filter(([one]) => !isNumber(one))) {
      while (groups.has(next)) {
        next++;
      }
      note(next, name, indices);
    }
    return [...groups.values()].sort((one, other) => one.number - other.number);
  }

  private resolveReferences(body: string, groups: readonly RegexGroup[]): string {
    let source = body;
    for (const { name, start, end, mark } of this.references) {
      const group = groups.find((entry) => entry.name === name || String(entry.number) === name);
      if (name !== "0" && group === undefined) {
        throw new Refused("unknownReference", start, end);
      }
      source = source.replaceAll(mark, `(?:${(group?.indices ?? []).map((index) => `\\${index}`).join("")})`);
    }
    return source;
  }

  private alternatives(modes: Modes, depth: number): string {
    let source = "";
    for (;;) {
      source += this.sequence(modes, depth);
      if (this.pattern[this.at] !== "|") {
        return source;
      }
      this.at++;
      source += "|";
    }
  }

  private sequence(modes: Modes, depth: number): string {
    let source = "";
    while (this.at < this.pattern.length && this.pattern[this.at] !== "|" && this.pattern[this.at] !== ")") {
      if (this.skipBlanks(modes)) {
        continue;
      }
      const start = this.at;
      const atom = this.atom(modes, depth);
      while (this.skipBlanks(modes));
      const quantifier = atom === undefined ? undefined : this.quantifier(start);
      source += quantifier === undefined || quantifier === "" ? (atom ?? "") : `(?:${atom ?? ""})${quantifier}`;
    }
    return source;
  }

  private skipBlanks(modes: Modes): boolean {
    if (this.pattern.startsWith("(?#", this.at)) {
      const close = this.pattern.indexOf(")", this.at);
      if (close === -1) {
        throw new Refused("unterminatedComment", this.at, this.pattern.length);
      }
      this.at = close + 1;
      return true;
    }
    const character = this.pattern[this.at];
    if (!modes.ignoreWhitespace || character === undefined) {
      return false;
    }
    if (/[\s]/.test(character)) {
      this.at++;
      return true;
    }
    if (character === "#") {
      const end = this.pattern.indexOf("\n", this.at);
      this.at = end === -1 ? this.pattern.length : end + 1;
      return true;
    }
    return false;
  }

  /** Undefined for what cannot be repeated, such as `(?i)`. */
  private atom(modes: Modes, depth: number): string | undefined {
    const character = this.pattern.charAt(this.at);
    switch (character) {
      case "(":
        return this.group(modes, depth);
      case "[":
        this.at++;
        return this.characterClass(modes, 0);
      case "\\":
        return this.escape(modes);
      case ".":
        this.at++;
        return modes.singleline ? "[\\s\\S]" : "[^\\n]";
      case "^":
        this.at++;
        return modes.multiline ? "(?<![^\\n])" : textStart;
      case "$":
        this.at++;
        return modes.multiline ? "(?![^\\n])" : `(?=\\n?${textEnd})`;
      case "*":
      case "+":
      case "?":
        throw new Refused("nothingToRepeat", this.at, this.at + 1);
      case "{":
        if (this.isQuantifier()) {
          throw new Refused("nothingToRepeat", this.at, this.at + 1);
        }
        break;
    }
    const point = this.pattern.codePointAt(this.at) ?? 0;
    this.at += point > 0xffff ? 2 : 1;
    return this.literal(point, modes);
  }

  private isQuantifier(): boolean {
    return /^\{\d+(?:,\d*)?\}/.test(this.pattern.slice(this.at, this.at + 40));
  }

  private quantifier(atomStart: number): string {
    const character = this.pattern[this.at];
    let quantifier = "";
    if (character === "*" || character === "+" || character === "?") {
      quantifier = character;
      this.at++;
    } else if (character === "{" && this.isQuantifier()) {
      const start = this.at;
      const close = this.pattern.indexOf("}", start);
      quantifier = this.pattern.slice(start, close + 1);
      this.at = close + 1;
      const [low, high] = quantifier.slice(1, -1).split(",");
      if (high !== undefined && high !== "" && Number(high) < Number(low)) {
        throw new Refused("reversedQuantifier", start, this.at);
      }
    } else {
      return "";
    }
    if (this.pattern[this.at] === "?") {
      this.at++;
      quantifier += "?";
    }
    const next = this.pattern[this.at];
    if (next === "*" || next === "+" || next === "?" || (next === "{" && this.isQuantifier())) {
      throw new Refused("nestedQuantifier", atomStart, this.at + 1);
    }
    return quantifier;
  }

  private group(modes: Modes, depth: number): string | undefined {
    const start = this.at;
    if (depth > maxDepth) {
      throw new Refused("unterminatedGroup", start, start + 1);
    }
    this.at++;
    if (this.pattern[this.at] !== "?") {
      return modes.explicitCapture ? this.close(`(?:`, modes, depth, start) : this.capture(undefined, modes, depth, start);
    }
    this.at++;
    const rest = this.pattern.slice(this.at);
    const plain = /^(?:[:=!]|<=|<!)/.exec(rest)?.[0];
    if (plain !== undefined) {
      this.at += plain.length;
      return this.close(`(?${plain}`, modes, depth, start);
    }
    if (rest.startsWith(">")) {
      this.at++;
      const index = ++this.javascriptGroups;
      return `(?:${this.close("(?=(", modes, depth, start)})\\${index})`;
    }
    if (rest.startsWith("<") || rest.startsWith("'")) {
      return this.namedGroup(modes, depth, start);
    }
    if (rest.startsWith("(")) {
      return this.condition(modes, depth, start);
    }
    return this.inlineOptions(modes, depth, start);
  }

  private close(open: string, modes: Modes, depth: number, start: number): string {
    const body = this.alternatives({ ...modes }, depth + 1);
    if (this.pattern[this.at] !== ")") {
      throw new Refused("unterminatedGroup", start, this.pattern.length);
    }
    this.at++;
    return `${open}${body})`;
  }

  private capture(name: string | undefined, modes: Modes, depth: number, start: number): string {
    const index = ++this.javascriptGroups;
    if (name === undefined) {
      this.unnamed.push(index);
    } else {
      this.named.set(name, [...(this.named.get(name) ?? []), index]);
    }
    return this.close("(", modes, depth, start);
  }

  private namedGroup(modes: Modes, depth: number, start: number): string {
    const close = this.pattern[this.at] === "<" ? ">" : "'";
    const end = this.pattern.indexOf(close, this.at + 1);
    const name = end === -1 ? "" : this.pattern.slice(this.at + 1, end);
    const match = /^([\p{L}\p{Mn}\p{Nd}\p{Pc}]*)(?:-([\p{L}\p{Mn}\p{Nd}\p{Pc}]+))?$/u.exec(name);
    if (match === null || name === "" || name === "0" || (/^\d/.test(name) && !/^(?:0|[1-9]\d*)(?:-.*)?$/.test(name))) {
      throw new Refused("badGroupName", start, end === -1 ? this.pattern.length : end + 1);
    }
    this.at = end + 1;
    const [, own = "", popped] = match;
    if (popped === undefined) {
      return this.capture(own, modes, depth, start);
    }
    this.translatable = false;
    this.references.push({ name: popped, start, end: this.at, mark: "\u0000unused\u0000" });
    return own === "" ? this.close("(?:", modes, depth, start) : this.capture(own, modes, depth, start);
  }

  private condition(modes: Modes, depth: number, start: number): string {
    const test = /^\(([\p{L}\p{Mn}\p{Nd}\p{Pc}]+)\)/u.exec(this.pattern.slice(this.at));
    let condition = "";
    if (test !== null && (/^\d/.test(test[1] ?? "") || this.isGroupName(test[1] ?? ""))) {
      this.translatable = false;
      this.at += test[0].length;
      this.references.push({ name: test[1] ?? "", start, end: this.at, mark: "\u0000unused\u0000" });
    } else {
      const inner = this.at;
      this.at++;
      condition = /^\?(?:[:=!>]|<[=!])/.test(this.pattern.slice(this.at))
        ? ((this.at = inner), this.group(modes, depth + 1) ?? "")
        : this.close("(?:", modes, depth, inner);
    }
    const branches = [this.sequence({ ...modes }, depth + 1)];
    while (this.pattern[this.at] === "|") {
      this.at++;
      branches.push(this.sequence({ ...modes }, depth + 1));
    }
    if (this.pattern[this.at] !== ")") {
      throw new Refused("unterminatedGroup", start, this.pattern.length);
    }
    if (branches.length > 2) {
      throw new Refused("tooManyAlternatives", start, this.at + 1);
    }
    this.at++;
    return `(?:(?=${condition})${branches[0] ?? ""}|(?!${condition})${branches[1] ?? ""})`;
  }

  /** A name that no group has is a text to look ahead for. */
  private isGroupName(name: string): boolean {
    return ["<", "'"].some((quote) => this.pattern.includes(`(?${quote}${name}${quote === "<" ? ">" : quote}`));
  }

  private inlineOptions(modes: Modes, depth: number, start: number): string | undefined {
    const match = /^([imnsx]*)(?:-([imnsx]*))?([:)])/i.exec(this.pattern.slice(this.at));
    if (match === null) {
      throw new Refused("unknownGroupConstruct", start, Math.min(this.pattern.length, this.at + 1));
    }
    const [whole, on = "", off = "", end] = match;
    this.at += whole.length;
    const changed = { ...modes };
    for (const [letters, value] of [
      [on, true],
      [off, false],
    ] as const) {
      for (const letter of letters.toLowerCase()) {
        const mode = modeOf(letter);
        changed[mode] = value;
      }
    }
    if (end === ":") {
      return this.close("(?:", changed, depth, start);
    }
    Object.assign(modes, changed);
    return undefined;
  }

  private escape(modes: Modes): string {
    const start = this.at;
    const letter = this.pattern[this.at + 1];
    if (letter === undefined) {
      throw new Refused("trailingBackslash", start, start + 1);
    }
    const anchor = anchors[letter];
    if (anchor !== undefined) {
      this.at += 2;
      return anchor;
    }
    if (letter === "k" || letter === "<" || letter === "'") {
      const named = /^\\(?:k(?:<([^>]+)>|'([^']+)')|<(\w+)>|'(\w+)')/.exec(this.pattern.slice(start));
      if (named !== null) {
        return this.reference(named[1] ?? named[2] ?? named[3] ?? named[4] ?? "", named[0].length);
      }
      if (letter === "k") {
        throw new Refused("badEscape", start, start + 2);
      }
    }
    if (/[1-9]/.test(letter)) {
      return this.numberedReference(start, modes);
    }
    const set = this.setEscape();
    return set === undefined ? this.literal(this.characterEscape(false), modes) : `[${set}]`;
  }

  private reference(name: string, length: number): string {
    const mark = `\u0000${this.references.length}\u0000`;
    this.references.push({ name, start: this.at, end: this.at + length, mark });
    this.at += length;
    return mark;
  }

  /** One digit always refers to a group; more digits only when there are that many, else they are an octal character. */
  private numberedReference(start: number, modes: Modes): string {
    const digits = /^\d+/.exec(this.pattern.slice(start + 1))?.[0] ?? "";
    if (digits.length === 1 || Number(digits) <= countCaptures(this.pattern)) {
      return this.reference(digits, digits.length + 1);
    }
    const octal = /^[0-7]{1,3}/.exec(digits)?.[0];
    if (octal === undefined) {
      throw new Refused("unknownReference", start, start + 1 + digits.length);
    }
    this.at = start + 1 + octal.length;
    return this.literal(Number.parseInt(octal, 8) & 0xff, modes);
  }
}

function modeOf(letter: string): keyof Modes {
  switch (letter) {
    case "i":
      return "ignoreCase";
    case "m":
      return "multiline";
    case "n":
      return "explicitCapture";
    case "s":
      return "singleline";
    default:
      return "ignoreWhitespace";
  }
}

/** An upper bound is enough: it only decides whether `\12` may be a reference. */
function countCaptures(pattern: string): number {
  return (pattern.replace(/\\[\s\S]/g, "").match(/\((?!\?)|\(\?(?:<(?![=!])|')/g) ?? []).length;
}
