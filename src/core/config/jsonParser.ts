import type { TextEdit, TextSpan } from "../text/span";
import type { ConfigDocument, KeyName } from "./jsonNode";
import { JsonNode, JsonProperty, traits } from "./jsonNode";
import { JsonScanner, Token } from "./jsonScanner";
import { decodeEscapes, escapesIn } from "./jsonText";

/** The agent's JSON reader refuses deeper nesting. */
const maximumDepth = 64;
const numberText = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const correctedLiterals: Readonly<Record<string, string>> = { true: "true", false: "false", null: "null", none: "null", undefined: "null" };

export function parseTree(text: string): ConfigDocument {
  return new JsonParser(text).parse();
}

class JsonParser {
  private readonly text: string;
  private readonly scanner: JsonScanner;
  private readonly trailingCommas: TextSpan[] = [];
  private readonly names = new Map<string, KeyName>();
  /** Arrays and objects that are open, so that a stray bracket is told from the end of an outer level. */
  private openArrays = 0;
  private openObjects = 0;
  /** Set with the first place that made no sense, until a member or item reads well again: one mistake, one problem. */
  private lost = false;
  private ended = false;

  constructor(text: string) {
    this.text = text;
    this.scanner = new JsonScanner(text);
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
      root = this.parseValue(undefined, 1);
      this.parseTrailing();
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
  private unclosed(node: JsonNode): void {
    if (this.ended) {
      return;
    }
    this.ended = true;
    let closers = "";
    for (let at: JsonNode | undefined = node; at !== undefined; at = at.parent) {
      closers += at.kind === "object" ? "}" : "]";
    }
    const end = this.text.trimEnd().length;
    this.scanner.report("unclosed", node.start, node.start + 1, [{ span: { start: end, end }, text: closers }]);
  }

  private parseValue(parent: JsonNode | undefined, depth: number): JsonNode {
    const { scanner } = this;
    switch (scanner.token) {
      case Token.openObject:
      case Token.openArray:
        if (depth > maximumDepth) {
          return this.skipDeep(parent);
        }
        return scanner.token === Token.openObject ? this.parseObject(parent, depth) : this.parseArray(parent, depth);
      case Token.string:
        return this.takeString(parent);
      default:
        return this.takeWord(parent);
    }
  }

  private skipDeep(parent: JsonNode | undefined): JsonNode {
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
    const node = new JsonNode("bad", start, scanner.previousEnd, parent, this.text);
    node.contentEnd = node.contentStart;
    return node;
  }

  private parseArray(parent: JsonNode | undefined, depth: number): JsonNode {
    const { scanner } = this;
    const node = new JsonNode("array", scanner.start, scanner.end, parent, this.text);
    const items: JsonNode[] = [];
    this.openArrays++;
    scanner.next();
    while (scanner.token !== Token.closeArray && scanner.token !== Token.end) {
      if (scanner.token === Token.closeObject && this.openObjects > 0) {
        break;
      }
      if (isSeparator(scanner.token) || scanner.token === Token.closeObject) {
        this.misplaced(items.length === 0);
        continue;
      }
      items.push(this.parseValue(node, depth + 1));
      this.takeSeparator(Token.closeArray);
    }
    this.openArrays--;
    this.close(node, Token.closeArray);
    if (items.length > 0) {
      node.children = items;
    }
    return node;
  }

  private parseObject(parent: JsonNode | undefined, depth: number): JsonNode {
    const { scanner } = this;
    const node = new JsonNode("object", scanner.start, scanner.end, parent, this.text);
    const properties: JsonProperty[] = [];
    this.openObjects++;
    scanner.next();
    while (scanner.token !== Token.closeObject && scanner.token !== Token.end) {
      if (scanner.token === Token.closeArray && this.openArrays > 0) {
        break;
      }
      if (scanner.token === Token.string || scanner.token === Token.word) {
        properties.push(this.parseProperty(node, depth));
        this.takeSeparator(Token.closeObject);
      } else if (scanner.token === Token.comma || scanner.token === Token.closeArray) {
        this.misplaced(properties.length === 0);
      } else {
        this.parseKeyless(node, depth);
      }
    }
    this.openObjects--;
    this.close(node, Token.closeObject);
    if (properties.length > 0) {
      node.children = properties;
    }
    return node;
  }

  /** A value or a colon where a key belongs. */
  private parseKeyless(node: JsonNode, depth: number): void {
    const { scanner } = this;
    if (scanner.token === Token.colon) {
      this.unexpected();
      return;
    }
    const { start } = scanner;
    if (!this.lost) {
      scanner.report("missingKey", start, start + 1);
    }
    this.parseValue(node, depth + 1);
    this.takeSeparator(Token.closeObject);
  }

  private parseProperty(parent: JsonNode, depth: number): JsonProperty {
    const { scanner } = this;
    const bare = scanner.token === Token.word;
    const property = this.takeKey(parent, bare);
    const key = { start: property.start, end: property.keyEnd };
    if (scanner.token === Token.colon) {
      if (bare) {
        const { start, end } = key;
        scanner.report("bareWord", start, end, [{ span: key, text: JSON.stringify(this.text.slice(start, end)) }], true);
      }
      this.lost = false;
      const token = scanner.next();
      if (startsValue(token)) {
        property.value = this.parseValue(parent, depth + 1);
      } else if (token !== Token.end) {
        scanner.report("missingValue", key.start, scanner.previousEnd);
      }
    } else if (startsValue(scanner.token) && !bare) {
      scanner.report("missingColon", key.start, key.end, [{ span: { start: key.end, end: key.end }, text: ":" }]);
      property.value = this.parseValue(parent, depth + 1);
    } else if (!this.lost && scanner.token !== Token.end) {
      scanner.report(bare ? "unexpected" : "missingValue", key.start, key.end);
      this.lost = bare;
    }
    return property;
  }

  private takeKey(parent: JsonNode, bare: boolean): JsonProperty {
    const { scanner } = this;
    const { start, end, contentStart, contentEnd, traits: found } = scanner;
    if (!bare && contentStart === start + 1 && contentEnd === end - 1 && (found & (traits.escape | traits.control)) === 0) {
      scanner.next();
      return new JsonProperty(parent, this.nameOf(contentStart, contentEnd, found), start, end, found, undefined);
    }
    const key = bare ? this.takeKeyWord(parent) : this.takeString(parent);
    const name = this.nameOf(key.contentStart, key.contentEnd, key.traits);
    return new JsonProperty(parent, name, key.start, key.end, key.traits, key);
  }

  private nameOf(contentStart: number, contentEnd: number, found: number): KeyName {
    const raw = this.text.slice(contentStart, contentEnd);
    let known = this.names.get(raw);
    if (known === undefined) {
      const name = (found & traits.escape) === 0 ? raw : decodeEscapes(raw);
      known = { name, lower: name.toLowerCase() };
      this.names.set(raw, known);
    }
    return known;
  }

  private close(node: JsonNode, closer: number): void {
    const { scanner } = this;
    if (scanner.token === closer) {
      node.end = scanner.end;
      scanner.next();
      return;
    }
    node.end = scanner.token === Token.end ? this.text.length : scanner.previousEnd;
    if (scanner.token === Token.end) {
      this.unclosed(node);
    } else if (!this.lost) {
      const at = scanner.previousEnd;
      scanner.report("unclosed", node.start, node.start + 1, [{ span: { start: at, end: at }, text: node.kind === "object" ? "}" : "]" }]);
    }
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

  private takeString(parent: JsonNode | undefined): JsonNode {
    const { scanner } = this;
    const node = new JsonNode("string", scanner.start, scanner.end, parent, this.text);
    node.contentStart = scanner.contentStart;
    node.contentEnd = scanner.contentEnd;
    node.traits = scanner.traits;
    if ((node.traits & (traits.escape | traits.control)) !== 0) {
      this.checkContent(node);
    }
    scanner.next();
    return node;
  }

  /** One problem per string: whoever wrote one single back slash in a path wrote them all so. */
  private checkContent(node: JsonNode): void {
    const escapes = escapesIn(this.text, node.contentStart, node.contentEnd);
    const bad = escapes.find((escape) => escape.decoded === undefined);
    if (bad !== undefined) {
      const repair = escapes
        .filter((escape) => escape.decoded === undefined || "\b\f\n\r\t".includes(escape.decoded))
        .map((escape): TextEdit => ({ span: { start: escape.start, end: escape.start + 1 }, text: "\\\\" }));
      this.scanner.report("badEscape", bad.start, bad.end, repair, true);
    }
    if ((node.traits & traits.control) !== 0) {
      this.reportControls(node);
    }
  }

  private reportControls(node: JsonNode): void {
    const repair: TextEdit[] = [];
    for (let at = node.contentStart; at < node.contentEnd; at++) {
      if (this.text.charCodeAt(at) < 32) {
        repair.push({ span: { start: at, end: at + 1 }, text: JSON.stringify(this.text.charAt(at)).slice(1, -1) });
      }
    }
    const first = repair[0];
    if (first !== undefined) {
      this.scanner.report("rawControl", first.span.start, first.span.end, repair, true);
    }
  }

  private takeKeyWord(parent: JsonNode): JsonNode {
    const { scanner } = this;
    const node = new JsonNode("bad", scanner.start, scanner.end, parent, this.text);
    scanner.next();
    return node;
  }

  private takeWord(parent: JsonNode | undefined): JsonNode {
    const { scanner } = this;
    const { start, end } = scanner;
    const word = this.text.slice(start, end);
    const kind = word === "true" || word === "false" ? "boolean" : word === "null" ? "null" : numberText.test(word) ? "number" : "bad";
    const node = new JsonNode(kind, start, end, parent, this.text);
    if (kind === "bad") {
      this.reportBareValue(node, word);
      node.end = scanner.end;
      node.contentEnd = scanner.end;
    }
    scanner.next();
    return node;
  }

  /** Text without quotes runs to the comma or bracket: "hello world" is one mistake. */
  private reportBareValue(node: JsonNode, word: string): void {
    const { scanner } = this;
    const rest = /^[^,}\]"\r\n]*/.exec(this.text.slice(node.start, node.start + 400))?.[0] ?? word;
    const end = Math.max(node.end, node.start + rest.trimEnd().length);
    const value = this.text.slice(node.start, end);
    scanner.end = end;
    if (this.lost) {
      return;
    }
    const literal = correctedLiterals[value.toLowerCase()];
    const text = literal ?? JSON.stringify(value);
    scanner.report("bareWord", node.start, end, [{ span: { start: node.start, end }, text }], literal !== undefined);
  }
}

function isSeparator(token: number): boolean {
  return token === Token.comma || token === Token.colon;
}

function startsValue(token: number): boolean {
  return token === Token.string || token === Token.word || token === Token.openObject || token === Token.openArray;
}
