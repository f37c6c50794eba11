import type { TextEdit, TextSpan } from "../text/span";
import { JsonNode, type ConfigDocument } from "./jsonNode";
import { JsonScanner, Token } from "./jsonScanner";
import { JsonTape, traits } from "./jsonTape";
import { escapeRepair, escapesIn } from "./jsonText";

/** The agent's JSON reader refuses deeper nesting. */
const maximumDepth = 64;
const numberText = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** A word that can only be a text whose quotes are missing. */
const plainName = /^(?!(?:nan|infinity|yes|no|on|off)$)[a-z_][\w.-]*$/i;
const correctedLiterals: Readonly<Record<string, string>> = { true: "true", false: "false", null: "null", none: "null", undefined: "null" };

export function parseTree(text: string): ConfigDocument {
  return new JsonParser(text).parse();
}

class JsonParser {
  private readonly text: string;
  private readonly scanner: JsonScanner;
  private readonly trailingCommas: TextSpan[] = [];
  private readonly tape: JsonTape;
  /** Closing brackets of what is open, the innermost last. */
  private readonly closers: string[] = [];
  /** Arrays and objects that are open, so that a stray bracket is told from the end of an outer level. */
  private openArrays = 0;
  private openObjects = 0;
  /** Set with the first place that made no sense, until a member or item reads well again: one mistake, one problem. */
  private lost = false;
  private ended = false;

  constructor(text: string) {
    this.text = text;
    this.scanner = new JsonScanner(text);
    this.tape = new JsonTape(text);
  }

  parse(): ConfigDocument {
    const { scanner } = this;
    for (let token = scanner.next(); isSeparator(token); token = scanner.token) {
      this.unexpected();
    }
    let root: JsonNode | undefined;
    if (scanner.token === Token.end) {
      scanner.report("empty", 0, this.text.length, [{ span: { start: this.text.length, end: this.text.length }, text: "{}" }]);
    } else {
      const row = this.parseValue(1);
      this.parseTrailing();
      root = new JsonNode(this.tape, row, undefined);
    }
    const syntaxProblems = scanner.problems.sort((a, b) => a.span.start - b.span.start);
    return { text: this.text, root, syntaxProblems, comments: scanner.comments, trailingCommas: this.trailingCommas };
  }

  private parseTrailing(): void {
    const { scanner } = this;
    if (scanner.token === Token.end) {
      return;
    }
    const { start } = scanner;
    const before = scanner.problems.length;
    while (scanner.next() !== Token.end) {
      // The rest is one problem, whatever it holds.
    }
    scanner.problems.length = before;
    if (!this.lost) {
      scanner.report("trailingText", start, this.text.trimEnd().length, [{ span: { start, end: this.text.length }, text: "" }]);
    }
  }

  private unexpected(): void {
    const { scanner } = this;
    if (!this.lost) {
      const span = { start: scanner.start, end: scanner.end };
      const repair = scanner.token === Token.word || scanner.token === Token.string ? undefined : [{ span, text: "" }];
      scanner.report("unexpected", span.start, span.end, repair);
    }
    this.lost = true;
    scanner.next();
  }

  /** One problem for all levels that the end of the text leaves open. */
  private unclosed(start: number): void {
    if (this.ended) {
      return;
    }
    this.ended = true;
    const end = this.text.trimEnd().length;
    const text = [...this.closers].reverse().join("");
    this.scanner.report("unclosed", start, start + 1, [{ span: { start: end, end }, text }]);
  }

  /** Returns the row of the value. */
  private parseValue(depth: number): number {
    const { scanner } = this;
    switch (scanner.token) {
      case Token.openObject:
      case Token.openArray:
        if (depth > maximumDepth) {
          return this.skipDeep();
        }
        return scanner.token === Token.openObject ? this.parseObject(depth) : this.parseArray(depth);
      case Token.string:
        return this.takeString();
      default:
        return this.takeWord();
    }
  }

  private skipDeep(): number {
    const { scanner } = this;
    const { start } = scanner;
    const before = scanner.problems.length;
    let open = 0;
    do {
      const { token } = scanner;
      open += token === Token.openObject || token === Token.openArray ? 1 : 0;
      open -= token === Token.closeObject || token === Token.closeArray ? 1 : 0;
      scanner.next();
    } while (open > 0 && scanner.token !== Token.end);
    scanner.problems.length = before;
    if (!this.ended) {
      scanner.report("tooDeep", start, start + 1);
    }
    this.ended = true;
    const row = this.tape.add("bad", start, scanner.previousEnd);
    this.tape.setContent(row, start, start);
    return row;
  }

  private parseArray(depth: number): number {
    const { scanner } = this;
    const row = this.open("array", "]");
    let items = 0;
    this.openArrays++;
    scanner.next();
    while (scanner.token !== Token.closeArray && scanner.token !== Token.end) {
      if (scanner.token === Token.closeObject && this.openObjects > 0) {
        break;
      }
      if (isSeparator(scanner.token) || scanner.token === Token.closeObject) {
        this.misplaced(items === 0);
        continue;
      }
      items++;
      this.parseValue(depth + 1);
      this.takeSeparator(Token.closeArray);
    }
    this.openArrays--;
    this.close(row, Token.closeArray);
    return row;
  }

  private parseObject(depth: number): number {
    const { scanner } = this;
    const row = this.open("object", "}");
    let members = 0;
    this.openObjects++;
    scanner.next();
    while (scanner.token !== Token.closeObject && scanner.token !== Token.end) {
      if (scanner.token === Token.closeArray && this.openArrays > 0) {
        break;
      }
      if (scanner.token === Token.string || scanner.token === Token.word) {
        members++;
        this.parseProperty(depth);
        this.takeSeparator(Token.closeObject);
      } else if (scanner.token === Token.comma || scanner.token === Token.closeArray) {
        this.misplaced(members === 0);
      } else {
        this.parseKeyless(depth);
      }
    }
    this.openObjects--;
    this.close(row, Token.closeObject);
    return row;
  }

  /** A value or a colon where a key belongs. */
  private parseKeyless(depth: number): void {
    const { scanner } = this;
    if (scanner.token === Token.colon) {
      this.unexpected();
      return;
    }
    const { start } = scanner;
    if (!this.lost) {
      scanner.report("missingKey", start, start + 1);
    }
    const before = this.tape.length;
    this.parseValue(depth + 1);
    this.tape.length = before;
    this.takeSeparator(Token.closeObject);
  }

  private parseProperty(depth: number): void {
    const { scanner, tape } = this;
    const bare = scanner.token === Token.word;
    const row = bare ? this.takeKeyWord() : this.takeString();
    tape.setName(row);
    const key = { start: tape.start(row), end: tape.end(row) };
    if (scanner.token === Token.colon) {
      if (bare) {
        const { start, end } = key;
        scanner.report("bareWord", start, end, [{ span: key, text: JSON.stringify(this.text.slice(start, end)) }], true);
      }
      this.lost = false;
      const token = scanner.next();
      if (startsValue(token)) {
        tape.setValued(row);
        this.parseValue(depth + 1);
      } else if (token !== Token.end) {
        scanner.report("missingValue", key.start, scanner.previousEnd);
      }
    } else if (startsValue(scanner.token) && !bare) {
      scanner.report("missingColon", key.start, key.end, [{ span: { start: key.end, end: key.end }, text: ":" }]);
      tape.setValued(row);
      this.parseValue(depth + 1);
    } else if (!this.lost && scanner.token !== Token.end) {
      scanner.report(bare ? "unexpected" : "missingValue", key.start, key.end);
      this.lost = bare;
    }
  }

  private open(kind: "array" | "object", closer: string): number {
    this.closers.push(closer);
    return this.tape.add(kind, this.scanner.start, this.scanner.end);
  }

  private close(row: number, closer: number): void {
    const { scanner, tape } = this;
    const start = tape.start(row);
    tape.close(row);
    if (scanner.token === closer) {
      this.closers.pop();
      tape.setEnd(row, scanner.end);
      scanner.next();
      return;
    }
    const end = scanner.token === Token.end ? this.text.length : scanner.previousEnd;
    tape.setEnd(row, end);
    if (scanner.token === Token.end) {
      this.unclosed(start);
    } else if (!this.lost) {
      const at = scanner.previousEnd;
      const text = this.closers.at(-1) ?? "";
      scanner.report("unclosed", start, start + 1, [{ span: { start: at, end: at }, text }]);
    }
    this.closers.pop();
  }

  private misplaced(first: boolean): void {
    const { scanner } = this;
    if (scanner.token !== Token.comma) {
      this.unexpected();
      return;
    }
    const { start, end } = scanner;
    if (!this.lost) {
      const from = first ? start : scanner.previousEnd;
      scanner.report("extraComma", start, end, [{ span: { start: Math.min(from, start), end }, text: "" }], true);
    }
    scanner.next();
  }

  /** Takes the comma after a member or item, or notes its absence. */
  private takeSeparator(closer: number): void {
    const { scanner } = this;
    if (scanner.token === Token.comma) {
      const comma = { start: scanner.start, end: scanner.end };
      scanner.next();
      if (scanner.token === closer) {
        this.trailingCommas.push(comma);
      }
      return;
    }
    const at = scanner.previousEnd;
    if (startsValue(scanner.token)) {
      if (!this.lost) {
        scanner.report("missingComma", Math.max(0, at - 1), at, [{ span: { start: at, end: at }, text: "," }], true);
      }
    } else if (scanner.token === Token.colon) {
      this.unexpected();
    }
  }

  private takeString(): number {
    const { scanner } = this;
    const { start, end, contentStart, contentEnd, traits: found } = scanner;
    const row = this.tape.addString(start, end, contentStart, contentEnd, found);
    if ((found & (traits.escape | traits.control)) !== 0) {
      this.checkContent(contentStart, contentEnd, found);
    }
    scanner.next();
    return row;
  }

  /** One problem per string: whoever wrote one single back slash in a path wrote them all so. */
  private checkContent(start: number, end: number, found: number): void {
    const escapes = escapesIn(this.text, start, end);
    const bad = escapes.find((escape) => escape.decoded === undefined);
    if (bad !== undefined) {
      const repair = escapes
        .filter((escape) => escape.decoded === undefined || "\b\f\n\r\t".includes(escape.decoded))
        .map((escape) => escapeRepair(this.text, escape));
      this.scanner.report("badEscape", bad.start, bad.end, repair, true);
    }
    if ((found & traits.control) !== 0) {
      this.reportControls(start, end);
    }
  }

  private reportControls(start: number, end: number): void {
    const repair: TextEdit[] = [];
    for (let at = start; at < end; at++) {
      if (this.text.charCodeAt(at) < 32) {
        repair.push({ span: { start: at, end: at + 1 }, text: JSON.stringify(this.text.charAt(at)).slice(1, -1) });
      }
    }
    const first = repair[0];
    if (first !== undefined) {
      this.scanner.report("rawControl", first.span.start, first.span.end, repair, true);
    }
  }

  private takeKeyWord(): number {
    const { scanner } = this;
    const row = this.tape.add("bad", scanner.start, scanner.end);
    scanner.next();
    return row;
  }

  private takeWord(): number {
    const { scanner } = this;
    const { start, end } = scanner;
    const word = this.text.slice(start, end);
    const kind = word === "true" || word === "false" ? "boolean" : word === "null" ? "null" : numberText.test(word) ? "number" : "bad";
    const row = this.tape.add(kind, start, end);
    if (kind === "bad") {
      this.reportBareValue(start, end, word);
      this.tape.setEnd(row, scanner.end);
      this.tape.setContent(row, start, scanner.end);
    }
    scanner.next();
    return row;
  }

  /** Text without quotes runs to the comma or bracket: "hello world" is one mistake. */
  private reportBareValue(start: number, wordEnd: number, word: string): void {
    const { scanner } = this;
    const rest = /^[^,}\]"\r\n]*/.exec(this.text.slice(start, start + 400))?.[0] ?? word;
    const end = Math.max(wordEnd, start + rest.trimEnd().length);
    const value = this.text.slice(start, end);
    scanner.end = end;
    if (this.lost) {
      return;
    }
    const literal = correctedLiterals[value.toLowerCase()];
    const text = literal ?? JSON.stringify(value);
    const certain = literal !== undefined || (plainName.test(value) && /^\s*(?:[,}\]]|$)/.test(this.text.slice(end, end + 200)));
    scanner.report("bareWord", start, end, [{ span: { start, end }, text }], certain);
  }
}

function isSeparator(token: number): boolean {
  return token === Token.comma || token === Token.colon;
}

function startsValue(token: number): boolean {
  return token === Token.string || token === Token.word || token === Token.openObject || token === Token.openArray;
}
