import type { TextEdit } from "../text/span";
import type { SyntaxKind } from "./jsonNode";
import { entityWidth, isInvisible, traitsOf } from "./jsonCharacters";
import { traits } from "./jsonTape";

/** A string whose delimiters are not the two straight quotes of JSON, or one that its line does not close. */
export interface Quoted {
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
  readonly traits: number;
  readonly kind: SyntaxKind | undefined;
  readonly repair: readonly TextEdit[];
  readonly certain: boolean;
}

interface Delimiter {
  readonly start: number;
  readonly end: number;
}

const doubleQuotes = '"“”„‟«»″＂';
const singleQuotes = "'‘’‚‛";
/** How far a string that runs over its line may reach; longer ones are taken as unclosed. */
const longestLineBreaks = 4000;

/** Reads from an opening delimiter of `width` characters. `patient` allows looking past the line end. */
export function scanQuoted(text: string, at: number, width: number, patient: boolean): Quoted {
  const opening = { start: at, end: at + width };
  const quotes = singleQuotes.includes(text.charAt(at)) ? singleQuotes : doubleQuotes;
  const lineEnd = endOfLine(text, opening.end);
  const closing = closingDelimiter(text, opening.end, lineEnd, quotes);
  if (closing !== undefined) {
    return asQuoted(text, opening, closing);
  }
  if (text.charAt(at) === '"' && patient) {
    const end = endOverLines(text, opening.end, lineEnd);
    if (end !== undefined) {
      return overLines(text, opening, end);
    }
  }
  return unclosed(text, opening, lineEnd);
}

/** The first quote of the family that something structural follows: others are text, an apostrophe say. */
function closingDelimiter(text: string, from: number, lineEnd: number, quotes: string): Delimiter | undefined {
  let last: Delimiter | undefined;
  for (let i = from; i < lineEnd; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) {
      i++;
      continue;
    }
    const width = quotes.includes(text.charAt(i)) ? 1 : code === 0x26 ? entityWidth(text, i) : 0;
    if (width > 0) {
      last = { start: i, end: i + width };
      if (isStructuralAfter(text, i + width)) {
        return last;
      }
    }
  }
  return last;
}

function isStructuralAfter(text: string, from: number): boolean {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 9 && !isInvisible(code)) {
      return Number.isNaN(code) || ",:}]\r\n，：".includes(text.charAt(at)) || text.startsWith("//", at) || text.startsWith("/*", at);
    }
    at++;
  }
}

function asQuoted(text: string, opening: Delimiter, closing: Delimiter): Quoted {
  const marks = text.slice(opening.start, opening.end) + text.slice(closing.start, closing.end);
  const kind = marks.includes("&") ? "entityQuotes" : marks === "''" ? "singleQuotes" : marks === '""' ? undefined : "curlyQuotes";
  const repair = [{ span: opening, text: '"' }, ...innerRepairs(text, opening.end, closing.start), { span: closing, text: '"' }].filter(
    (edit) => text.slice(edit.span.start, edit.span.end) !== edit.text,
  );
  return {
    contentStart: opening.end,
    contentEnd: closing.start,
    end: closing.end,
    traits: traitsBetween(text, opening.end, closing.start),
    kind,
    repair,
    certain: true,
  };
}

/** A straight quote inside must be escaped once the delimiters are straight; an escaped single quote needs no escape then. */
function innerRepairs(text: string, start: number, end: number): TextEdit[] {
  const edits: TextEdit[] = [];
  for (let i = start; i < end; i++) {
    const char = text.charAt(i);
    if (char === "\\") {
      if (text.charAt(i + 1) === "'") {
        edits.push({ span: { start: i, end: i + 2 }, text: "'" });
      }
      i++;
    } else if (char === '"') {
      edits.push({ span: { start: i, end: i + 1 }, text: '\\"' });
    }
  }
  return edits;
}

function endOverLines(text: string, from: number, lineEnd: number): number | undefined {
  const next = /\S/.exec(text.slice(lineEnd, lineEnd + 400))?.[0];
  if (next === undefined || `${doubleQuotes}'}]{`.includes(next)) {
    return undefined;
  }
  const limit = Math.min(text.length, from + longestLineBreaks);
  for (let i = from; i < limit; i++) {
    const char = text.charAt(i);
    if (char === "\\") {
      i++;
    } else if (char === '"') {
      return isStructuralAfter(text, i + 1) ? i : undefined;
    }
  }
  return undefined;
}

function overLines(text: string, opening: Delimiter, end: number): Quoted {
  const repair: TextEdit[] = [];
  for (const match of text.slice(opening.end, end).matchAll(/\r\n|\n|\r|\t/g)) {
    const start = opening.end + match.index;
    const escaped = JSON.stringify(match[0]).slice(1, -1);
    repair.push({ span: { start, end: start + match[0].length }, text: escaped });
  }
  return {
    contentStart: opening.end,
    contentEnd: end,
    end: end + 1,
    traits: traitsBetween(text, opening.end, end) & ~traits.control,
    kind: "rawControl",
    repair,
    certain: true,
  };
}

function unclosed(text: string, opening: Delimiter, lineEnd: number): Quoted {
  const end = opening.end + trimmedLength(text.slice(opening.end, lineEnd));
  const odd = oddBackslashes(text, end);
  const straight = text.slice(opening.start, opening.end) === '"' ? [] : [{ span: opening, text: '"' }];
  return {
    contentStart: opening.end,
    contentEnd: end,
    end,
    traits: traitsBetween(text, opening.end, end),
    kind: "unclosedString",
    repair: odd ? [] : [...straight, { span: { start: end, end }, text: '"' }],
    certain: false,
  };
}

function oddBackslashes(text: string, end: number): boolean {
  let count = 0;
  while (text.charAt(end - 1 - count) === "\\") {
    count++;
  }
  return count % 2 === 1;
}

function traitsBetween(text: string, start: number, end: number): number {
  let found = 0;
  for (let i = start; i < end; i++) {
    found |= traitsOf(text.charCodeAt(i));
  }
  return found;
}

function endOfLine(text: string, from: number): number {
  let end = from;
  while (end < text.length && text.charCodeAt(end) !== 10 && text.charCodeAt(end) !== 13) {
    end++;
  }
  return end;
}

/** Leaves out what most likely follows the missing quote: a comma, brackets that the content does not open. */
function trimmedLength(line: string): number {
  let content = line.replace(/[\s,]+$/, "");
  for (const [open, close] of ["{}", "[]"]) {
    while (content.endsWith(close ?? "") && !content.includes(open ?? "")) {
      content = content.slice(0, -1).trimEnd();
    }
  }
  return content.length;
}
