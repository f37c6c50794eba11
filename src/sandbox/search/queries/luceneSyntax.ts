import type { EngineError } from "../errors";
import type { QueryContext } from "./clause";
import { queryFailure } from "./failure";

export type Occur = "must" | "mustNot" | "should";

export type Expression =
  | { readonly kind: "all" }
  | { readonly kind: "exists"; readonly field: string }
  | { readonly kind: "boolean"; readonly clauses: readonly { readonly occur: Occur; readonly expression: Expression | undefined }[] }
  | { readonly kind: "text"; readonly field?: string | undefined; readonly text: string; readonly quoted: boolean; readonly slop: number }
  | { readonly kind: "pattern"; readonly field?: string | undefined; readonly text: string; readonly regexp: boolean }
  | { readonly kind: "range"; readonly field?: string | undefined; readonly bounds: Readonly<Record<string, string>> };

/** The classic Lucene query syntax of `query_string`; refuses what the classic parser refuses. */
export function parseExpression(
  text: string,
  requireAll: boolean,
  leadingWildcard: boolean,
  context: QueryContext,
): Expression | undefined {
  return new LuceneParser(text, requireAll, leadingWildcard, context).parse();
}

class LuceneParser {
  private readonly text: string;
  private readonly requireAll: boolean;
  private readonly leadingWildcard: boolean;
  private readonly context: QueryContext;
  private at = 0;

  constructor(text: string, requireAll: boolean, leadingWildcard: boolean, context: QueryContext) {
    this.context = context;
    this.text = text;
    this.requireAll = requireAll;
    this.leadingWildcard = leadingWildcard;
  }

  parse(): Expression | undefined {
    const expression = this.clauses(undefined, false);
    if (this.at < this.text.length) {
      throw this.failure(`Encountered " "${this.peek()}" "${this.peek()} "" at line 1, column ${this.at}.`);
    }
    return expression;
  }

  private failure(detail: string): EngineError {
    const inner = { type: detail.startsWith("Lexical") ? "token_mgr_error" : "parse_exception", reason: detail };
    const causedBy = { type: "parse_exception", reason: `Cannot parse '${this.text}': ${detail}`, caused_by: inner };
    return queryFailure(`Failed to parse query [${this.text}]`, this.context, causedBy);
  }

  private clauses(field: string | undefined, nested: boolean): Expression | undefined {
    const found: { occur: Occur; expression: Expression | undefined }[] = [];
    for (;;) {
      this.skipSpace();
      if (this.at >= this.text.length || (nested && this.peek() === ")")) {
        break;
      }
      const conjunction = found.length > 0 ? this.conjunction() : undefined;
      const modifier = this.modifier();
      const expression = this.clause(field);
      const previous = found.at(-1);
      if (conjunction === "AND" && previous?.occur === "should") {
        previous.occur = "must";
      } else if (conjunction === "OR" && this.requireAll && previous?.occur === "must") {
        previous.occur = "should";
      }
      const required = conjunction === "AND" || modifier === "+" || (this.requireAll && conjunction !== "OR");
      found.push({ occur: modifier === "-" ? "mustNot" : required ? "must" : "should", expression });
    }
    const only = found[0];
    return found.length === 0
      ? undefined
      : found.length === 1 && only?.occur !== "mustNot"
        ? only?.expression
        : { kind: "boolean", clauses: found };
  }

  private conjunction(): "AND" | "OR" | undefined {
    const match = /^(AND|&&|OR|\|\|)(?=[\s(]|$|["+\-!])/.exec(this.text.slice(this.at));
    if (match === null) {
      return undefined;
    }
    this.at += match[0].length;
    this.skipSpace();
    if (this.at >= this.text.length) {
      throw this.failure(`Encountered "<EOF>" at line 1, column ${this.at}.`);
    }
    return match[1] === "AND" || match[1] === "&&" ? "AND" : "OR";
  }

  private modifier(): "+" | "-" | undefined {
    const match = /^(NOT(?=\s)|[+\-!])\s*/.exec(this.text.slice(this.at));
    if (match === null) {
      return undefined;
    }
    this.at += match[0].length;
    return match[1] === "+" ? "+" : "-";
  }

  private clause(outer: string | undefined): Expression | undefined {
    const named = /^((?:\\.|[^\s\\+\-!(){}[\]^"~?:/&|]|(?<!^)[+\-])+)\s*:\s*/.exec(this.text.slice(this.at));
    let field = outer;
    if (named !== null) {
      field = unescape(named[1] ?? "");
      this.at += named[0].length;
    } else if (this.text.startsWith("*:*", this.at)) {
      this.at += 3;
      return { kind: "all" };
    }
    const next = this.peek();
    const expression =
      next === "("
        ? this.group(field)
        : next === '"'
          ? this.quoted(field)
          : next === "[" || next === "{"
            ? this.range(field)
            : next === "/"
              ? this.regexp(field)
              : this.term(field);
    this.suffix();
    return expression;
  }

  private suffix(): void {
    const match = /^(\^\d*\.?\d+)/.exec(this.text.slice(this.at));
    this.at += match?.[0].length ?? 0;
  }

  private group(field: string | undefined): Expression | undefined {
    this.at += 1;
    const inner = this.clauses(field, true);
    if (this.peek() !== ")") {
      throw this.failure(`Encountered "<EOF>" at line 1, column ${this.text.length}.`);
    }
    this.at += 1;
    return inner;
  }

  private quoted(field: string | undefined): Expression {
    const match = /^"((?:\\.|[^"\\])*)"(?:~(\d+))?/s.exec(this.text.slice(this.at));
    if (match === null) {
      throw this.failure(
        `Lexical error at line 1, column ${this.text.length + 1}.  Encountered: <EOF> after : "${this.text.slice(this.at)}"`,
      );
    }
    this.at += match[0].length;
    return { kind: "text", field, text: unescape(match[1] ?? ""), quoted: true, slop: Number(match[2] ?? "0") };
  }

  private range(field: string | undefined): Expression {
    const match = /^([[{])\s*("[^"]*"|[^\s]+)\s+TO\s+("[^"]*"|[^\s\]}]+)\s*([\]}])/.exec(this.text.slice(this.at));
    if (match === null) {
      throw this.failure(`Encountered "<EOF>" at line 1, column ${this.text.length}.`);
    }
    this.at += match[0].length;
    const bounds: Record<string, string> = {};
    const low = unescape((match[2] ?? "").replace(/^"|"$/g, ""));
    const high = unescape((match[3] ?? "").replace(/^"|"$/g, ""));
    if (low !== "*") {
      bounds[match[1] === "[" ? "gte" : "gt"] = low;
    }
    if (high !== "*") {
      bounds[match[4] === "]" ? "lte" : "lt"] = high;
    }
    return { kind: "range", field, bounds };
  }

  private regexp(field: string | undefined): Expression {
    const match = /^\/((?:\\.|[^/\\])*)\//.exec(this.text.slice(this.at));
    if (match === null) {
      throw this.failure(
        `Lexical error at line 1, column ${this.text.length + 1}.  Encountered: <EOF> after : "${this.text.slice(this.at)}"`,
      );
    }
    this.at += match[0].length;
    return { kind: "pattern", field, text: (match[1] ?? "").replaceAll("\\/", "/"), regexp: true };
  }

  private term(field: string | undefined): Expression {
    const keyword = /^(AND|OR)(?=\s|$)/.exec(this.text.slice(this.at))?.[1];
    if (keyword !== undefined) {
      throw this.failure(`Encountered " <${keyword}> "${keyword} "" at line 1, column ${this.at}.`);
    }
    const comparison = field === undefined ? null : /^(>=|<=|>|<)\s*((?:\\.|[^\s\\()"])+)/.exec(this.text.slice(this.at));
    if (comparison !== null) {
      this.at += comparison[0].length;
      const bound = { ">": "gt", ">=": "gte", "<": "lt", "<=": "lte" }[comparison[1] ?? ">"] ?? "gt";
      return { kind: "range", field, bounds: { [bound]: unescape(comparison[2] ?? "") } };
    }
    const match = /^(?:\\.|[^\s\\+\-!(){}[\]^"~:/]|(?<!^)[+\-])+/.exec(this.text.slice(this.at));
    if (match === null) {
      throw this.failure(`Encountered " "${this.peek()}" "${this.peek()} "" at line 1, column ${this.at}.`);
    }
    this.at += match[0].length;
    const fuzzy = /^~\d*\.?\d*/.exec(this.text.slice(this.at));
    this.at += fuzzy?.[0].length ?? 0;
    return this.termExpression(field, match[0]);
  }

  private termExpression(field: string | undefined, raw: string): Expression {
    const wild = /(?<!\\)(?:\\\\)*[*?]/.test(raw);
    if (field === "_exists_") {
      return { kind: "exists", field: unescape(raw) };
    }
    if (!wild) {
      return { kind: "text", field, text: unescape(raw), quoted: false, slop: 0 };
    }
    if (raw === "*" && field === undefined) {
      return { kind: "all" };
    }
    if (!this.leadingWildcard && /^[*?]/.test(raw) && raw !== "*") {
      throw this.failure("'*' or '?' not allowed as first character in WildcardQuery");
    }
    return { kind: "pattern", field, text: raw, regexp: false };
  }

  private peek(): string {
    return this.text.charAt(this.at);
  }

  private skipSpace(): void {
    while (/\s/.test(this.peek())) {
      this.at += 1;
    }
  }
}

function unescape(text: string): string {
  return text.replace(/\\(.)/gs, "$1");
}
