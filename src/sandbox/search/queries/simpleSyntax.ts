import type { Expression, Occur } from "./luceneSyntax";

/** The syntax of `simple_query_string`: never refuses, drops what makes no sense. */
export function simpleExpression(text: string, requireAll: boolean, flags: readonly string[]): Expression | undefined {
  const has = (flag: string): boolean => flags.includes("ALL") || flags.includes(flag);
  return new SimpleParser(text, requireAll, has).parse();
}

interface Piece {
  readonly expression: Expression | undefined;
  readonly negated: boolean;
}

class SimpleParser {
  private readonly text: string;
  private readonly requireAll: boolean;
  private readonly has: (flag: string) => boolean;
  private at = 0;

  constructor(text: string, requireAll: boolean, has: (flag: string) => boolean) {
    this.text = text;
    this.requireAll = requireAll;
    this.has = has;
  }

  parse(): Expression | undefined {
    return this.sequence(0);
  }

  private sequence(depth: number): Expression | undefined {
    let current: Expression | undefined;
    let operator: "and" | "or" | undefined;
    let negated = false;
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at);
      if (char === ")" && this.has("PRECEDENCE") && depth > 0) {
        this.at += 1;
        break;
      }
      if (/\s/.test(char) && this.has("WHITESPACE")) {
        this.at += 1;
      } else if (char === "+" && this.has("AND")) {
        operator = "and";
        this.at += 1;
      } else if (char === "|" && this.has("OR")) {
        operator = "or";
        this.at += 1;
      } else if (char === "-" && this.has("NOT")) {
        negated = !negated;
        this.at += 1;
      } else if (char === ")" && this.has("PRECEDENCE")) {
        this.at += 1;
      } else {
        const expression = this.operand(char, depth);
        current =
          expression === undefined ? current : combine(current, { expression, negated }, operator ?? (this.requireAll ? "and" : "or"));
        operator = undefined;
        negated = false;
      }
    }
    return current;
  }

  private operand(char: string, depth: number): Expression | undefined {
    if (char === "(" && this.has("PRECEDENCE")) {
      this.at += 1;
      return this.sequence(depth + 1);
    }
    const phrase = char === '"' && this.has("PHRASE") ? /^"((?:\\.|[^"\\])*)"(?:~(\d+))?/s.exec(this.text.slice(this.at)) : null;
    if (phrase !== null) {
      this.at += phrase[0].length;
      return { kind: "text", text: this.unescape(phrase[1] ?? ""), quoted: true, slop: Number(phrase[2] ?? "0") };
    }
    if (char === '"' && this.has("PHRASE")) {
      this.at += 1;
      return undefined;
    }
    return this.term();
  }

  private term(): Expression | undefined {
    let raw = "";
    while (this.at < this.text.length) {
      const char = this.text.charAt(this.at);
      if (char === "\\" && this.has("ESCAPE")) {
        raw += this.text.charAt(this.at + 1);
        this.at += 2;
        continue;
      }
      if (
        (/\s/.test(char) && this.has("WHITESPACE")) ||
        (char === '"' && this.has("PHRASE")) ||
        (char === "|" && this.has("OR")) ||
        (char === "+" && this.has("AND")) ||
        (/[()]/.test(char) && this.has("PRECEDENCE"))
      ) {
        break;
      }
      raw += char;
      this.at += 1;
    }
    const escapedStar = this.text.charAt(this.at - 2) === "\\" && this.has("ESCAPE");
    if (raw.length > 1 && raw.endsWith("*") && this.has("PREFIX") && !escapedStar) {
      return { kind: "pattern", text: `${raw.slice(0, -1).replace(/[*?\\]/g, "\\$&")}*`, regexp: false };
    }
    const text = this.has("FUZZY") ? raw.replace(/~\d*$/, "") : raw;
    return text === "" ? undefined : { kind: "text", text, quoted: false, slop: 0 };
  }

  private unescape(text: string): string {
    return this.has("ESCAPE") ? text.replace(/\\(.)/gs, "$1") : text;
  }
}

/** Left to right, without precedence, as the engines' parser builds its tree. */
function combine(current: Expression | undefined, piece: Piece, operator: "and" | "or"): Expression {
  const next: Expression | undefined = piece.negated
    ? {
        kind: "boolean",
        clauses: [
          { occur: "mustNot", expression: piece.expression },
          { occur: "should", expression: { kind: "all" } },
        ],
      }
    : piece.expression;
  if (current === undefined) {
    return next ?? { kind: "all" };
  }
  const occur: Occur = operator === "and" ? "must" : "should";
  return {
    kind: "boolean",
    clauses: [
      { occur, expression: current },
      { occur, expression: next },
    ],
  };
}
