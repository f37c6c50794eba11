import * as l10n from "@vscode/l10n";
import { fieldAliases, fieldsOf } from "./filterFields";
import { filterWords, writeValue } from "./filterWords";

/** What the end of a filter's text asks for. */
export type Completing =
  | { readonly kind: "names"; readonly prefix: string }
  | { readonly kind: "values"; readonly name: string; readonly fields: readonly string[]; readonly prefix: string };

export interface Suggestion {
  readonly label: string;
  readonly description: string;
  /** The whole filter with the suggestion taken. */
  readonly text: string;
}

const openQuote = /(?:^|\s)-?(?:(@?[\p{L}_][\p{L}\p{N}_.=-]*)(~?):)?"((?:\\"|[^"])*)$/u;
const bareWord = /(?:^|\s)-?(?:(@?[\p{L}_][\p{L}\p{N}_.=-]*)(~?):)?(\S*)$/u;

interface Part {
  /** All up to the name, the minus included. */
  readonly before: string;
  readonly name: string | undefined;
  /** What stands between the name and the colon. */
  readonly mark: string;
  readonly quoted: boolean;
  readonly value: string;
}

function lastPart(text: string): Part {
  const open = openQuote.exec(text);
  const [, name, mark = "", value = ""] = open ?? bareWord.exec(text) ?? [];
  const typed = (name === undefined ? 0 : name.length + mark.length + 1) + (open === null ? 0 : 1) + value.length;
  return { before: text.slice(0, text.length - typed), name, mark, quoted: open !== null, value };
}

export function completing(text: string): Completing {
  const { name, quoted, value } = lastPart(text);
  const fields = name === undefined || ["query", "has", "missing"].includes(name.toLowerCase()) ? undefined : fieldsOf(name);
  if (name === undefined || fields === undefined) {
    return { kind: "names", prefix: name === undefined ? value : "" };
  }
  return { kind: "values", name, fields, prefix: quoted ? value : (value.split(",").at(-1) ?? "") };
}

/** Names that may stand before a colon: the short ones, the special ones, then the index's own fields. */
export function nameSuggestions(text: string, indexFields: readonly string[]): readonly Suggestion[] {
  const { before, value } = lastPart(text);
  const known = new Set(Object.values(fieldAliases).flat());
  const special: readonly (readonly [string, string])[] = [
    ["has", l10n.t("events that have the field")],
    ["missing", l10n.t("events that lack the field")],
    ["query", l10n.t("query string of the engine, in quotes")],
  ];
  const names: (readonly [string, string])[] = [
    ...Object.entries(fieldAliases).map(([name, fields]) => [name, fields.join(", ")] as const),
    ...special,
    ...indexFields.filter((name) => !known.has(name)).map((name) => [fieldsOf(name) === undefined ? `@${name}` : name, ""] as const),
  ];
  const prefix = value.replace(/^@/, "").toLowerCase();
  return names
    .filter(([name]) => name.replace(/^@/, "").toLowerCase().includes(prefix))
    .map(([name, description]) => ({ label: `${name}:`, description, text: `${before}${name}:` }));
}

/** Values for the name at the end of the text. */
export function valueSuggestions(
  text: string,
  values: readonly { readonly value: string; readonly count?: number }[],
): readonly Suggestion[] {
  const { before, name = "", mark, quoted, value } = lastPart(text);
  const listed = quoted ? "" : value.slice(0, value.lastIndexOf(",") + 1);
  const prefix = value.slice(listed.length).toLowerCase();
  return values
    .filter((each) => each.value.toLowerCase().includes(prefix))
    .map((each) => {
      const written = writeValue(each.value);
      // A list cannot hold what needs quotes: the value stands alone then.
      const kept = written.startsWith('"') || each.value.includes(",") ? "" : listed;
      return {
        label: each.value,
        description: each.count === undefined ? "" : l10n.t("{0} events", each.count),
        text: `${before}${name}${mark}:${kept}${written} `,
      };
    });
}

/** What looks like `name:value` but names no field: it is searched as text. */
export function unknownNames(text: string): readonly string[] {
  const special = ["has", "missing", "query", "id", "eventid"];
  return filterWords(text).flatMap(({ name }) =>
    name === undefined || special.includes(name.toLowerCase()) || fieldsOf(name) !== undefined ? [] : [`${name}:`],
  );
}

/** The text without its last, unfinished word: what values are counted within. */
export function settledPart(text: string): string {
  return lastPart(text).before.replace(/-$/, "").trim();
}
