import type { TextSpan } from "../../text/span";

export interface ScriptString {
  /** With its delimiters. */
  readonly span: TextSpan;
  readonly content: TextSpan;
  readonly expandable: boolean;
}

export interface ScriptBlock {
  /** From the keyword to the closing brace. */
  readonly span: TextSpan;
  readonly condition: TextSpan | undefined;
  readonly body: TextSpan;
}

export interface Assignment {
  readonly name: string;
  readonly span: TextSpan;
  readonly value: string;
}

/**
 * A PowerShell text seen as far as the session script rules need: which characters are code, string or comment.
 * The masks have the length of the text, so that offsets found in one hold for all.
 */
export interface Script {
  readonly text: string;
  /** Comments blanked; typographic delimiters and blanks as PowerShell reads them. */
  readonly plain: string;
  /** As `plain`, string contents blanked too. */
  readonly code: string;
  readonly strings: readonly ScriptString[];
  /** Typographic quotes and non-breaking spaces that stand as syntax. */
  readonly oddSyntax: readonly number[];
}

const double = /["\u201c\u201d\u201e]/;
const single = /['\u2018\u2019\u201a\u201b]/;
const blank = /[\u00a0\u2000-\u200a\u202f\u3000]/;

export function parseScript(text: string): Script {
  return new ScriptReader(text).read();
}

class ScriptReader {
  private readonly text: string;
  private readonly plain: string[];
  private readonly code: string[];
  private readonly strings: ScriptString[] = [];
  private readonly oddSyntax: number[] = [];
  private at = 0;

  constructor(text: string) {
    this.text = text;
    this.plain = text.split("");
    this.code = text.split("");
  }

  read(): Script {
    while (this.at < this.text.length) {
      this.readOne();
    }
    return {
      text: this.text,
      plain: this.plain.join(""),
      code: this.code.join(""),
      strings: this.strings,
      oddSyntax: this.oddSyntax,
    };
  }

  private readOne(): void {
    const char = this.text[this.at] ?? "";
    const next = this.text[this.at + 1] ?? "";
    if (char === "#" || (char === "<" && next === "#")) {
      this.readComment(char === "<");
    } else if (
      char === "@" &&
      (double.test(next) || single.test(next)) &&
      /^[ \t]*\r?\n/.test(this.text.slice(this.at + 2, this.at + 80))
    ) {
      this.readHereString(next);
    } else if (double.test(char) || single.test(char)) {
      this.readString(char);
    } else {
      if (blank.test(char)) {
        this.oddSyntax.push(this.at);
        this.write(this.at, " ");
      }
      this.at += char === "`" ? 2 : 1;
    }
  }

  private write(at: number, char: string): void {
    this.plain[at] = char;
    this.code[at] = char;
  }

  private blankOut(target: string[], from: number, to: number): void {
    for (let i = from; i < to; i++) {
      if (this.text[i] !== "\n" && this.text[i] !== "\r") {
        target[i] = " ";
      }
    }
  }

  private readComment(block: boolean): void {
    const close = block ? this.text.indexOf("#>", this.at) : this.text.slice(this.at).search(/\r?\n/);
    const end = close < 0 ? this.text.length : block ? close + 2 : this.at + close;
    this.blankOut(this.plain, this.at, end);
    this.blankOut(this.code, this.at, end);
    this.at = end;
  }

  private readHereString(quote: string): void {
    const start = this.at;
    const marks = double.test(quote) ? '["\u201c\u201d\u201e]' : "['\u2018\u2019\u201a\u201b]";
    const close = new RegExp(`\\n${marks}@`).exec(this.text.slice(start));
    const contentEnd = close === null ? this.text.length : start + close.index;
    const end = close === null ? contentEnd : contentEnd + close[0].length;
    this.addString(start, end, { start: start + 2, end: contentEnd }, double.test(quote));
  }

  private readString(quote: string): void {
    const start = this.at;
    const same = double.test(quote) ? double : single;
    const expandable = same === double;
    const kept: TextSpan[] = [];
    let at = start + 1;
    while (at < this.text.length) {
      const char = this.text[at] ?? "";
      if (expandable && char === "`") {
        at += 2;
      } else if (expandable && char === "$" && this.text[at + 1] === "(") {
        const end = closing(this.text, at + 1);
        kept.push({ start: at, end });
        at = end;
      } else if (same.test(char)) {
        if (!same.test(this.text[at + 1] ?? "")) {
          break;
        }
        at += 2;
      } else {
        at++;
      }
    }
    const closed = at < this.text.length;
    const end = closed ? at + 1 : this.text.length;
    const plainQuote = expandable ? '"' : "'";
    for (const place of closed ? [start, at] : [start]) {
      if (this.text[place] !== plainQuote) {
        this.oddSyntax.push(place);
        this.write(place, plainQuote);
      }
    }
    this.addString(start, end, { start: start + 1, end: closed ? at : end }, expandable, kept);
  }

  /** Sub-expressions of an expandable string stay visible as code. */
  private addString(start: number, end: number, content: TextSpan, expandable: boolean, kept: readonly TextSpan[] = []): void {
    let from = content.start;
    for (const span of kept) {
      this.blankOut(this.code, from, span.start);
      from = span.end;
    }
    this.blankOut(this.code, from, content.end);
    this.strings.push({ span: { start, end }, content, expandable });
    this.at = end;
  }
}

/** Offset just after the brace or parenthesis that closes the one at `open`; the end of the code when none does. */
export function closing(code: string, open: number): number {
  const opener = code[open];
  const closer = opener === "{" ? "}" : ")";
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    if (code[i] === opener) {
      depth++;
    } else if (code[i] === closer && --depth === 0) {
      return i + 1;
    }
  }
  return code.length;
}

/** Blocks that open with one of the keywords, with the condition in parentheses where there is one. */
export function blocks(script: Script, keywords: string): ScriptBlock[] {
  const found: ScriptBlock[] = [];
  for (const match of script.code.matchAll(new RegExp(`(?<![\\w$-])(?:${keywords})\\b\\s*`, "gi"))) {
    let at = match.index + match[0].length;
    let condition: TextSpan | undefined;
    if (script.code[at] === "(") {
      const end = closing(script.code, at);
      condition = { start: at + 1, end: end - 1 };
      at = end + (/^\s*/.exec(script.code.slice(end))?.[0].length ?? 0);
    }
    if (script.code[at] !== "{") {
      continue;
    }
    const end = closing(script.code, at);
    found.push({ span: { start: match.index, end }, condition, body: { start: at + 1, end: end - 1 } });
  }
  return found;
}

export function loops(script: Script): ScriptBlock[] {
  const withBody = blocks(script, "while|for|foreach|do");
  return withBody.map((block) => {
    const tail = /^\s*(?:while|until)\s*\(/i.exec(script.code.slice(block.span.end));
    if (block.condition !== undefined || tail === null) {
      return block;
    }
    const open = block.span.end + tail[0].length - 1;
    const end = closing(script.code, open);
    return { ...block, span: { start: block.span.start, end }, condition: { start: open + 1, end: end - 1 } };
  });
}

export function assignments(script: Script): Assignment[] {
  return [...script.code.matchAll(/\$((?:script:|global:)?\w+)\s*=(?!=)[ \t]*/gi)].map((match) => {
    const start = match.index;
    const end = statementEnd(script.code, start);
    return { name: match[1] ?? "", span: { start, end }, value: script.plain.slice(start + match[0].length, end) };
  });
}

/** End of the statement that begins at `start`: a line end or semicolon outside parentheses, or the brace that closes its block. */
export function statementEnd(code: string, start: number): number {
  let depth = 0;
  for (let i = start; i < code.length; i++) {
    const char = code[i] ?? "";
    if (char === "(" || char === "{") {
      depth++;
    } else if (char === ")" || char === "}") {
      if (--depth < 0) {
        return i;
      }
    } else if (
      depth === 0 &&
      (char === ";" || char === "\n" || char === "\r") &&
      !/[`|,+][ \t]*$/.test(code.slice(Math.max(0, i - 20), i))
    ) {
      return i;
    }
  }
  return code.length;
}

export function statementStart(code: string, at: number): number {
  let i = at;
  while (i > 0 && !/[\n\r;{}]/.test(code[i - 1] ?? "")) {
    i--;
  }
  return i + (/^[ \t]*/.exec(code.slice(i, at))?.[0].length ?? 0);
}

export function statementAt(code: string, at: number): TextSpan {
  const start = statementStart(code, at);
  return { start, end: statementEnd(code, start) };
}

export function inside(span: TextSpan, offset: number): boolean {
  return offset >= span.start && offset < span.end;
}

export function spanOf(match: { readonly index: number; readonly 0: string }): TextSpan {
  return { start: match.index, end: match.index + match[0].length };
}
