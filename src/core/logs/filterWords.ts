/** One word of a filter: `-name:value`, `"a phrase"`, `word`. */
export interface FilterWord {
  readonly excluded: boolean;
  /** As typed, `@` included; absent for free text. */
  readonly name?: string;
  readonly value: string;
  readonly quoted: boolean;
  readonly start: number;
  readonly end: number;
}

// In quotes a backslash is itself, so that paths can be pasted; only \" is a quote, and \\ before the closing quote is one backslash.
const word = /(-?)(?:(@?[\p{L}_][\p{L}\p{N}_.=-]*):)?(?:"((?:\\\\(?="(?:\s|$))|\\"|[^"])*)"(?=\s|$)|(\S+))/gu;

export function filterWords(text: string): FilterWord[] {
  return [...text.matchAll(word)].map((match) => {
    const [whole, minus = "", name, quoted, bare = ""] = match;
    return {
      excluded: minus !== "",
      ...(name === undefined ? {} : { name }),
      value: quoted === undefined ? bare : unescaped(quoted),
      quoted: quoted !== undefined,
      start: match.index,
      end: match.index + whole.length,
    };
  });
}

function unescaped(quoted: string): string {
  return quoted.replace(/\\\\$/, "\\").replaceAll('\\"', '"');
}

/** The value as it is written in a filter, in quotes where it needs them. */
export function writeValue(value: string): string {
  if (/^[\p{L}\p{N}_.@/-]+$/u.test(value) && !value.startsWith("-")) {
    return value;
  }
  return `"${value.replaceAll('"', '\\"').replace(/\\$/, "\\\\")}"`;
}
