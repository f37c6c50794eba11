import type { TextSpan } from "../../text/span";

export type ExTokenKind =
  | "text"
  | "openBrace"
  | "semicolon"
  | "assign"
  | "closeBrace"
  | "true"
  | "false"
  | "null"
  | "identifier"
  | "quotedIdentifier"
  | "string"
  | "number"
  | "openParen"
  | "closeParen"
  | "comma"
  | "end";

export interface ExToken {
  readonly kind: ExTokenKind;
  readonly span: TextSpan;
  readonly text: string;
}

export interface ExTokens {
  readonly tokens: readonly ExToken[];
  /** What the agent's lexer drops without an error. */
  readonly skipped: readonly TextSpan[];
}

interface Skip {
  readonly skip: number;
  readonly error: boolean;
}

export type ExForm = "text" | "object";

const objectText = /[^;={]+/y;
const plainText = /@\{|[^{]+/y;
const identifier = /[A-Za-z_$][A-Za-z0-9_:]*/y;
const quoted = /'(?:\\['\\nrt]|[^'\\])*'/y;
const openString = /'(?:\\['\\nrt]|[^'\\])*/y;
const number =
  /-?(?:(?:0|[1-9][0-9]*)\.[0-9]+(?:[Ee][+-]?(?:0|[1-9][0-9]*))?|(?:0|[1-9][0-9]*)[Ee][+-]?(?:0|[1-9][0-9]*)|(?:0|[1-9][0-9]*))/y;
const blanks = /[ \t\r\n]+/y;

const punctuation: Readonly<Record<string, ExTokenKind>> = { "}": "closeBrace", "(": "openParen", ")": "closeParen", ",": "comma" };
const keywords: Readonly<Record<string, ExTokenKind>> = { true: "true", false: "false", null: "null" };

/** Splits a decoded Ex decoration as the agent's generated lexer does, its silent error recovery included. */
export function tokenizeEx(text: string, form: ExForm): ExTokens {
  const tokens: ExToken[] = [];
  const skipped: TextSpan[] = [];
  let at = 0;
  let inExpression = false;
  while (at < text.length) {
    const token: ExToken | Skip = inExpression ? expressionToken(text, at) : outerToken(text, at, form);
    if ("skip" in token) {
      if (token.error) {
        skipped.push({ start: at, end: token.skip });
      }
      at = token.skip;
      continue;
    }
    tokens.push(token);
    at = token.span.end;
    if (token.kind === "openBrace" || token.kind === "closeBrace") {
      inExpression = token.kind === "openBrace";
    }
  }
  tokens.push({ kind: "end", span: { start: text.length, end: text.length }, text: "" });
  return { tokens, skipped };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function tokenOf(kind: ExTokenKind, at: number, text: string): ExToken {
  return { kind, span: { start: at, end: at + text.length }, text };
}

function outerToken(text: string, at: number, form: ExForm): ExToken {
  const character = text.charAt(at);
  if (character === "{") {
    return tokenOf("openBrace", at, character);
  }
  if (form === "object" && (character === ";" || character === "=")) {
    return tokenOf(character === ";" ? "semicolon" : "assign", at, character);
  }
  return tokenOf("text", at, matchAt(form === "object" ? objectText : plainText, text, at) ?? character);
}

function expressionToken(text: string, at: number): ExToken | Skip {
  const space = matchAt(blanks, text, at);
  if (space !== undefined) {
    return { skip: at + space.length, error: false };
  }
  const character = text.charAt(at);
  const simple = punctuation[character];
  if (simple !== undefined) {
    return tokenOf(simple, at, character);
  }
  if (character === "$") {
    const name = matchAt(quoted, text, at + 1);
    if (name !== undefined) {
      return tokenOf("quotedIdentifier", at, `$${name}`);
    }
  }
  const word = matchAt(identifier, text, at);
  if (word !== undefined) {
    return tokenOf(keywords[word] ?? "identifier", at, word);
  }
  const literal = matchAt(quoted, text, at);
  if (literal !== undefined) {
    return tokenOf("string", at, literal);
  }
  const digits = matchAt(number, text, at);
  if (digits !== undefined) {
    return tokenOf("number", at, digits);
  }
  return { skip: skipTo(text, at), error: true };
}

/** The lexer drops what it had read of the token that failed, and the character it failed at. */
function skipTo(text: string, at: number): number {
  const begun = text.charAt(at) === "'" ? (matchAt(openString, text, at) ?? "").length : text.charAt(at) === "-" ? 1 : 0;
  const failed = text.charAt(at + begun) === "\\" ? begun + 1 : begun;
  return Math.min(text.length, at + failed + 1);
}
