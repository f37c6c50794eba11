/** One word of a filter: `-name:value`, `"a phrase"`, `word`. */
export interface FilterWord {
  readonly excluded: boolean;
  /** As typed, `@` included; absent for free text. */
  readonly name?: string;
  /** `name~:value`: capital and small letters are the same. */
  readonly anyCase: boolean;
  readonly value: string;
  readonly quoted: boolean;
  readonly start: number;
  readonly end: number;
}

// Backslashes are themselves, so that paths can be pasted, but for those before a quote: there two are one, and a single one makes the
// quote part of the value, as in the arguments of Windows programs. A quote that could not end otherwise ends after any of them.
const word = /(-?)(?:(@?[\p{L}_][\p{L}\p{N}_.=-]*)(~?):)?(?:"((?:[^"\\]|\\+(?!["\\])|(?:\\\\)*\\")*\\*)"(?=\s|$)|(\S+))/gu;

export function filterWords(text: string): FilterWord[] {
  return [...text.matchAll(word)].map((match) => {
    const [whole, minus = "", name, tilde, quoted, bare = ""] = match;
    return {
      excluded: minus !== "",
      ...(name === undefined ? {} : { name }),
      anyCase: tilde === "~",
      value: quoted === undefined ? bare : unescaped(quoted),
      quoted: quoted !== undefined,
      start: match.index,
      end: match.index + whole.length,
    };
  });
}

function unescaped(quoted: string): string {
  return quoted
    .replace(/(\\+)"/g, (_, run: string) => `${"\\".repeat(run.length >> 1)}"`)
    .replace(/\\+$/, (run) => "\\".repeat((run.length + 1) >> 1));
}

/** The value as it is written in a filter, in quotes where it needs them. */
export function writeValue(value: string): string {
  if (/^[\p{L}\p{N}_.@/-]+$/u.test(value) && !value.startsWith("-")) {
    return value;
  }
  const escaped = value.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&");
  return `"${escaped}"`;
}
