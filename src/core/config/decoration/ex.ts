import type { TextSpan } from "../../text/span";
import { type Decimal, parseDecimal } from "./decimal";
import { isBlank } from "./dotnetText";
import { type ExForm, type ExToken, type ExTokenKind, tokenizeEx } from "./exLexer";
import { exArities } from "./functions";

export interface ExIdentifier {
  readonly kind: "identifier";
  readonly span: TextSpan;
  /** `$'quoted name'` without its quotes: `$quoted name`. */
  readonly name: string;
}

export interface ExConstant {
  readonly kind: "constant";
  readonly span: TextSpan;
  readonly value: string | number | Decimal | boolean | null;
}

export interface ExCall {
  readonly kind: "call";
  readonly span: TextSpan;
  readonly name: string;
  readonly nameSpan: TextSpan;
  readonly arguments: readonly ExExpression[];
}

export type ExExpression = ExIdentifier | ExConstant | ExCall;

export interface ExLiteral {
  readonly kind: "literal";
  readonly span: TextSpan;
  readonly text: string;
}

export interface ExVariable {
  readonly kind: "variable";
  /** With the braces. */
  readonly span: TextSpan;
  /** Absent when it could not be read. */
  readonly expression: ExExpression | undefined;
}

export type ExPart = ExLiteral | ExVariable;

export interface ExAttribute {
  readonly span: TextSpan;
  readonly key: string;
  readonly keySpan: TextSpan;
  readonly value: readonly ExPart[];
}

export type ExProblemKind =
  | "syntax" // anything else that the grammar refuses
  | "emptyPair" // trailing or doubled `;`
  | "missingEquals"
  | "unclosedBrace"
  | "emptyExpression"
  | "badNumber"
  | "unknownFunction" // outermost call
  | "wrongArity" // outermost call
  | "literalDuplicateKey"
  // not fatal
  | "ignoredRest" // a second `=` and all that follows
  | "skippedCharacters"
  | "nestedUnknownFunction"
  | "nestedWrongArity"
  | "duplicateKey";

export interface ExProblem {
  readonly kind: ExProblemKind;
  readonly span: TextSpan;
  /** The sink does not load. */
  readonly fatal: boolean;
}

export interface ExText {
  readonly parts: readonly ExPart[];
  readonly problems: readonly ExProblem[];
  readonly loads: boolean;
}

export interface ExObject {
  readonly attributes: readonly ExAttribute[];
  readonly problems: readonly ExProblem[];
  readonly loads: boolean;
}

const nonFatal: ReadonlySet<ExProblemKind> = new Set<ExProblemKind>([
  "ignoredRest",
  "skippedCharacters",
  "nestedUnknownFunction",
  "nestedWrongArity",
  "duplicateKey",
]);

/** Calls nested deeper than this are refused instead of overflowing the stack. */
const maxDepth = 200;

export function parseTextDecorationEx(text: string): ExText {
  const reader = new Reader(text, "text");
  const parts = reader.parts();
  return { parts, problems: reader.problems, loads: reader.loads() };
}

export function parseObjectDecorationEx(text: string): ExObject {
  const reader = new Reader(text, "object");
  const attributes = reader.attributes();
  reader.checkKeys(attributes);
  return { attributes, problems: reader.problems, loads: reader.loads() };
}

class Reader {
  readonly problems: ExProblem[] = [];
  private readonly tokens: readonly ExToken[];
  private at = 0;

  constructor(text: string, form: ExForm) {
    const { tokens, skipped } = tokenizeEx(text, form);
    this.tokens = tokens;
    for (const span of skipped) {
      this.report("skippedCharacters", span);
    }
  }

  loads(): boolean {
    return !this.problems.some((problem) => problem.fatal);
  }

  attributes(): ExAttribute[] {
    const attributes: ExAttribute[] = [];
    for (;;) {
      const attribute = this.attribute();
      if (attribute !== undefined) {
        attributes.push(attribute);
      }
      if (this.peek().kind === "assign") {
        this.report("ignoredRest", { start: this.peek().span.start, end: this.last().span.end });
        return attributes;
      }
      if (!this.take("semicolon")) {
        return attributes;
      }
    }
  }

  parts(): ExPart[] {
    const parts: ExPart[] = [];
    for (;;) {
      const token = this.peek();
      if (token.kind === "text") {
        this.at++;
        parts.push({ kind: "literal", span: token.span, text: token.text.replaceAll("@{", "{") });
      } else if (token.kind === "openBrace") {
        parts.push(this.variable());
      } else {
        return parts;
      }
    }
  }

  checkKeys(attributes: readonly ExAttribute[]): void {
    const seen = new Map<string, boolean>();
    for (const { key, keySpan, value } of attributes) {
      const literal = !isBlank(literalText(value));
      const before = seen.get(key);
      if (before !== undefined) {
        this.report(before && literal ? "literalDuplicateKey" : "duplicateKey", keySpan);
      }
      seen.set(key, literal || before === true);
    }
  }

  private attribute(): ExAttribute | undefined {
    const key = this.peek();
    if (key.kind !== "text") {
      this.report(key.kind === "semicolon" || key.kind === "end" ? "emptyPair" : "syntax", key.span);
      this.skipPair();
      return undefined;
    }
    this.at++;
    if (!this.take("assign")) {
      this.report("missingEquals", key.span);
      this.skipPair();
      return undefined;
    }
    const value = this.parts();
    const end = value.at(-1)?.span.end ?? key.span.end + 1;
    return { span: { start: key.span.start, end }, key: key.text, keySpan: key.span, value };
  }

  private skipPair(): void {
    while (this.peek().kind !== "semicolon" && this.peek().kind !== "end") {
      this.at++;
    }
  }

  private variable(): ExVariable {
    const open = this.peek();
    this.at++;
    if (this.peek().kind === "closeBrace") {
      const close = this.peek();
      this.at++;
      const span = { start: open.span.start, end: close.span.end };
      this.report("emptyExpression", span);
      return { kind: "variable", span, expression: undefined };
    }
    const expression = this.expression(0);
    const next = this.peek();
    if (next.kind !== "closeBrace") {
      if (next.kind === "end") {
        this.report("unclosedBrace", open.span);
      } else if (expression !== undefined) {
        this.report("syntax", next.span);
      }
      while (this.peek().kind !== "closeBrace" && this.peek().kind !== "end") {
        this.at++;
      }
    }
    const end = this.peek().span.end;
    this.take("closeBrace");
    return { kind: "variable", span: { start: open.span.start, end }, expression };
  }

  private expression(depth: number): ExExpression | undefined {
    const token = this.peek();
    if (depth > maxDepth) {
      this.report("syntax", token.span);
      return undefined;
    }
    if (token.kind === "identifier") {
      this.at++;
      return this.peek().kind === "openParen" ? this.call(token, depth) : { kind: "identifier", span: token.span, name: token.text };
    }
    if (token.kind === "quotedIdentifier") {
      this.at++;
      return { kind: "identifier", span: token.span, name: `$${unescape(token.text.slice(1))}` };
    }
    const constant = this.constant(token);
    if (constant === undefined) {
      if (token.kind !== "end") {
        this.report("syntax", token.span);
      }
      return undefined;
    }
    this.at++;
    return constant;
  }

  private constant(token: ExToken): ExConstant | undefined {
    const { span, text } = token;
    switch (token.kind) {
      case "string":
        return { kind: "constant", span, value: unescape(text) };
      case "number":
        return { kind: "constant", span, value: this.number(token) };
      case "true":
      case "false":
        return { kind: "constant", span, value: token.kind === "true" };
      case "null":
        return { kind: "constant", span, value: null };
      default:
        return undefined;
    }
  }

  private number({ span, text }: ExToken): number | Decimal {
    const integer = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (integer >= -2147483648 && integer <= 2147483647) {
      return integer === 0 ? 0 : integer;
    }
    const decimal = parseDecimal(text);
    if (decimal === undefined) {
      this.report("badNumber", span);
      return 0;
    }
    return decimal;
  }

  private call(name: ExToken, depth: number): ExCall {
    this.at++;
    const parsed: ExExpression[] = [];
    let broken = false;
    if (this.peek().kind !== "closeParen") {
      do {
        const argument = this.expression(depth + 1);
        broken ||= argument === undefined;
        if (argument !== undefined) {
          parsed.push(argument);
        }
      } while (!broken && this.take("comma"));
    }
    const end = this.peek().span.end;
    if (!this.take("closeParen") && !broken) {
      broken = true;
      this.report("syntax", this.peek().span);
      this.skipExpression();
    }
    if (!broken) {
      this.checkFunction(name, parsed.length, depth > 0);
    }
    return { kind: "call", span: { start: name.span.start, end }, name: name.text, nameSpan: name.span, arguments: parsed };
  }

  private skipExpression(): void {
    while (this.peek().kind !== "closeBrace" && this.peek().kind !== "end") {
      this.at++;
    }
  }

  private checkFunction(name: ExToken, count: number, nested: boolean): void {
    const arities = exArities(name.text);
    if (arities === undefined) {
      this.report(nested ? "nestedUnknownFunction" : "unknownFunction", name.span);
    } else if (!arities.includes(count)) {
      this.report(nested ? "nestedWrongArity" : "wrongArity", name.span);
    }
  }

  private report(kind: ExProblemKind, span: TextSpan): void {
    this.problems.push({ kind, span, fatal: !nonFatal.has(kind) });
  }

  private take(kind: ExTokenKind): boolean {
    if (this.peek().kind !== kind) {
      return false;
    }
    this.at++;
    return true;
  }

  private peek(): ExToken {
    return this.tokens[this.at] ?? this.last();
  }

  private last(): ExToken {
    const token = this.tokens.at(-1);
    if (token === undefined) {
      throw new RangeError("the lexer always ends with an end token");
    }
    return token;
  }
}

/** What the agent's check at load sees of a value: text and constants, but neither variables nor calls. */
export function literalText(parts: readonly ExPart[]): string {
  return parts
    .map((part) => {
      if (part.kind === "literal") {
        return part.text;
      }
      const { expression } = part;
      return expression?.kind !== "constant" || expression.value === null
        ? ""
        : typeof expression.value === "object"
          ? expression.value.text
          : typeof expression.value === "boolean"
            ? expression.value
              ? "True"
              : "False"
            : String(expression.value);
    })
    .join("");
}

/** The agent removes the backslash and keeps the character after it: `\n` is the letter n. */
function unescape(quotedText: string): string {
  return quotedText.slice(1, -1).replace(/\\([\s\S])/g, "$1");
}
