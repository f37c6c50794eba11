import type { TextEdit, TextSpan } from "../text/span";
import type { SyntaxKind, SyntaxProblem } from "./jsonNode";
import { traits } from "./jsonTape";
import { entityWidth, isInvisible, isOtherQuote, isWideBlank, traitsOf } from "./jsonCharacters";
import { scanQuoted } from "./jsonQuotes";

export const Token = {
  end: 0,
  openObject: 1,
  closeObject: 2,
  openArray: 3,
  closeArray: 4,
  comma: 5,
  colon: 6,
  string: 7,
  word: 8,
} as const;

export type TokenKind = (typeof Token)[keyof typeof Token];

/** Broken text yields one problem per broken place; past this many the rest of the file is not worth listing. */
const maximumProblems = 5000;

const fullWidth: Readonly<Record<string, TokenKind>> = { "：": Token.colon, "，": Token.comma, "；": Token.comma };
const markupText =
  /^(?:&(?:nbsp|#160|lt|gt|amp|#\d{2,5}|#x[0-9a-f]{2,4});|<\/?[a-z][a-z0-9]{0,9}(?:\s[^<>\n]{0,200})?\/?>|`{1,3}(?:jsonc?\b)?)/i;

/** Splits the text into tokens; what JSON does not allow is noted as a problem and read as what it was meant to be. */
export class JsonScanner {
  readonly text: string;
  readonly problems: SyntaxProblem[] = [];
  readonly comments: TextSpan[] = [];
  token: TokenKind = Token.end;
  start = 0;
  end = 0;
  contentStart = 0;
  contentEnd = 0;
  traits = 0;
  /** End of the token before this one. */
  previousEnd = 0;

  constructor(text: string) {
    this.text = text;
    this.end = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  report(kind: SyntaxKind, start: number, end: number, repair?: readonly TextEdit[], certain = false): void {
    if (this.problems.length < maximumProblems) {
      this.problems.push({ kind, span: { start, end }, certain, ...(repair === undefined ? {} : { repair }) });
    }
  }

  next(): TokenKind {
    this.previousEnd = this.end;
    const at = this.skipTrivia(this.end);
    this.start = at;
    this.end = at + 1;
    this.token = at >= this.text.length ? this.finish() : this.scanToken(this.text.charCodeAt(at), at);
    return this.token;
  }

  private finish(): TokenKind {
    this.start = this.text.length;
    this.end = this.text.length;
    return Token.end;
  }

  private scanToken(code: number, at: number): TokenKind {
    switch (code) {
      case 0x22:
        return this.scanString(at);
      case 0x7b:
        return Token.openObject;
      case 0x7d:
        return Token.closeObject;
      case 0x5b:
        return Token.openArray;
      case 0x5d:
        return Token.closeArray;
      case 0x2c:
        return Token.comma;
      case 0x3a:
        return Token.colon;
      default:
        return this.scanUnusual(code, at);
    }
  }

  private scanUnusual(code: number, at: number): TokenKind {
    if (isOtherQuote(code)) {
      return this.scanQuoted(at, 1);
    }
    if (code === 0x26) {
      const width = entityWidth(this.text, at);
      if (width > 0) {
        return this.scanQuoted(at, width);
      }
    }
    const meant = code > 127 ? fullWidth[this.text.charAt(at)] : undefined;
    if (meant !== undefined) {
      const span = { start: at, end: at + 1 };
      this.report("smartPunctuation", at, at + 1, [{ span, text: meant === Token.colon ? ":" : "," }], true);
      return meant;
    }
    return this.scanWord(at);
  }

  private scanWord(at: number): TokenKind {
    const text = this.text;
    let end = at + 1;
    while (end < text.length && !endsWord(text.charCodeAt(end), text.charCodeAt(end + 1))) {
      end++;
    }
    this.end = end;
    this.contentStart = at;
    this.contentEnd = end;
    return Token.word;
  }

  private scanString(at: number): TokenKind {
    const text = this.text;
    const length = text.length;
    let found = 0;
    for (let i = at + 1; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code === 0x22) {
        this.contentStart = at + 1;
        this.contentEnd = i;
        this.end = i + 1;
        this.traits = found;
        return Token.string;
      }
      if (code === 0x5c) {
        found |= traits.escape;
        i++;
      } else if (code === 10 || code === 13) {
        break;
      } else {
        found |= traitsOf(code);
      }
    }
    return this.scanQuoted(at, 1);
  }

  private scanQuoted(at: number, width: number): TokenKind {
    const quoted = scanQuoted(this.text, at, width, this.problems.length < maximumProblems / 50);
    this.contentStart = quoted.contentStart;
    this.contentEnd = quoted.contentEnd;
    this.end = quoted.end;
    this.traits = quoted.traits;
    if (quoted.kind !== undefined) {
      this.report(quoted.kind, at, quoted.end, quoted.repair, quoted.certain);
    }
    return Token.string;
  }

  private skipTrivia(from: number): number {
    const text = this.text;
    let at = from;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 32 || code === 10 || code === 13 || code === 9) {
        at++;
      } else if (code > 127 || code === 0x2f || code === 0x23 || code === 0x26 || code === 0x3c || code === 0x60) {
        const after = this.skipUnusual(code, at);
        if (after === at) {
          return at;
        }
        at = after;
      } else {
        return at;
      }
    }
  }

  /** Comments, invisible characters and markup outside strings. Returns where they end. */
  private skipUnusual(code: number, at: number): number {
    if (code === 0x2f) {
      return this.skipComment(at);
    }
    if (code === 0x23) {
      const end = this.lineEnd(at);
      this.report("hashComment", at, end, [{ span: { start: at, end: at + 1 }, text: "//" }], true);
      return end;
    }
    if (code > 127) {
      return this.skipInvisible(at);
    }
    const markup = markupText.exec(this.text.slice(at, at + 240));
    if (markup === null) {
      return at;
    }
    const end = at + markup[0].length;
    this.report("markup", at, end, [{ span: { start: at, end }, text: "" }], true);
    return end;
  }

  private skipInvisible(at: number): number {
    const text = this.text;
    let end = at;
    let replacement = "";
    while (isInvisible(text.charCodeAt(end))) {
      replacement += isWideBlank(text.charCodeAt(end)) ? " " : "";
      end++;
    }
    if (end > at) {
      this.report("invisibleChar", at, end, [{ span: { start: at, end }, text: replacement }], true);
    }
    return end;
  }

  private skipComment(at: number): number {
    const text = this.text;
    const second = text.charCodeAt(at + 1);
    if (second === 0x2f) {
      const end = this.lineEnd(at);
      this.comments.push({ start: at, end });
      return end;
    }
    if (second !== 0x2a) {
      return at;
    }
    const close = text.indexOf("*/", at + 2);
    if (close === -1) {
      this.report("unclosedComment", at, at + 2, [{ span: { start: text.length, end: text.length }, text: "*/" }]);
      return text.length;
    }
    this.comments.push({ start: at, end: close + 2 });
    return close + 2;
  }

  private lineEnd(at: number): number {
    let end = at;
    while (end < this.text.length && this.text.charCodeAt(end) !== 10 && this.text.charCodeAt(end) !== 13) {
      end++;
    }
    return end;
  }
}

function endsWord(code: number, following: number): boolean {
  return (
    code <= 32 ||
    code === 0x22 ||
    code === 0x2c ||
    code === 0x3a ||
    code === 0x5b ||
    code === 0x5d ||
    code === 0x7b ||
    code === 0x7d ||
    (code === 0x2f && (following === 0x2f || following === 0x2a)) ||
    (code > 127 && (isInvisible(code) || isOtherQuote(code)))
  );
}
