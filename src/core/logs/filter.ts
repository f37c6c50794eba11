import { fieldsOf, levelValues, textFields } from "./filterFields";
import { filterWords, writeValue, type FilterWord } from "./filterWords";
import type { JsonObject } from "./json";

/** Clauses for `bool.filter`. Built as values: no text of a user becomes part of a query's structure. */
export interface LogFilter {
  readonly text: string;
  readonly clauses: readonly JsonObject[];
}

export const noFilter: LogFilter = { text: "", clauses: [] };

/** `level:error,warning provider:"My App" -id:1000 some words`: all must hold; a leading `-` excludes. docs/tail.md has the grammar. */
export function parseFilter(text: string): LogFilter {
  const filter: JsonObject[] = [];
  const mustNot: JsonObject[] = [];
  const words: string[] = [];
  for (const word of filterWords(text)) {
    const clause = clauseOf(word);
    const target = word.excluded ? mustNot : filter;
    if (clause !== undefined) {
      target.push(clause);
      continue;
    }
    const plain = word.name === undefined ? word.value : `${word.name}${word.anyCase ? "~" : ""}:${word.value}`;
    if (word.excluded) {
      mustNot.push(textClause(phrase(plain)));
    } else if (plain !== "") {
      words.push(!word.quoted && /^[\p{L}\p{N}]+\*?$/u.test(plain) ? plain : phrase(plain));
    }
  }
  if (words.length > 0) {
    filter.push(textClause(words.join(" ")));
  }
  return { text: text.trim(), clauses: [...filter, ...(mustNot.length === 0 ? [] : [{ bool: { must_not: mustNot } }])] };
}

/** The filter with one value more that must hold, or must not. */
export function withValue(text: string, field: string, value: string | number | boolean, excluded: boolean): string {
  const name = fieldsOf(field) === undefined ? `@${field}` : field;
  const word = `${excluded ? "-" : ""}${field === "EventId" ? "id" : name}:${writeValue(String(value))}`;
  return [text.trim(), word].filter((part) => part !== "").join(" ");
}

/** Undefined for what is free text. */
function clauseOf({ name, anyCase, value, quoted }: FilterWord): JsonObject | undefined {
  if (name === undefined || value === "") {
    return undefined;
  }
  switch (name.toLowerCase()) {
    case "has":
      return existing(value);
    case "missing":
      return { bool: { must_not: [existing(value)] } };
    case "query":
      return queryString(value);
    case "id":
    case "eventid":
      return eventIds(value.split(","));
  }
  const fields = fieldsOf(name);
  if (fields === undefined) {
    return undefined;
  }
  const values = (quoted ? [value] : value.split(",")).filter((item) => item !== "");
  const meant = fields[0] === "LevelDisplayName" ? values.flatMap((item) => levelValues[item.toLowerCase()] ?? [item]) : values;
  const isStart = (item: string): boolean => !quoted && item.length > 1 && item.endsWith("*");
  const starts = meant.filter(isStart).map((item) => startsWith(fields, item.slice(0, -1), anyCase));
  const whole = meant.filter((item) => !isStart(item));
  const clauses = [...starts, ...exact(fields, whole, anyCase)];
  return clauses.length === 1 ? clauses[0] : { bool: { should: clauses, minimum_should_match: 1 } };
}

function startsWith(fields: readonly string[], start: string, anyCase: boolean): JsonObject {
  const expression = anyCase ? anySpelling(start) : undefined;
  return expression === undefined ? everyMapping(fields, (field) => ({ prefix: { [field]: start } })) : matching(fields, `${expression}.*`);
}

function exact(fields: readonly string[], values: readonly string[], anyCase: boolean): JsonObject[] {
  const expressions = new Map(anyCase ? values.map((value) => [value, anySpelling(value)]) : []);
  const verbatim = values.filter((value) => expressions.get(value) === undefined);
  return [
    ...[...expressions.values()].flatMap((each) => (each === undefined ? [] : [matching(fields, each)])),
    ...(verbatim.length === 0 ? [] : [anyOf(fields, verbatim)]),
  ];
}

/** The engines take 1,000 characters for an expression. */
const longestExpression = 990;

/**
 * In capital or small letters, as an expression that every engine understands: spellings that are not in the index yet are found,
 * too. Undefined for what an expression has no room for.
 */
function anySpelling(value: string): string | undefined {
  const expression = [...value]
    .map((character) => {
      const spellings = [...new Set([character, character.toLowerCase(), character.toUpperCase()])].filter(
        (each) => [...each].length === 1,
      );
      return spellings.length > 1 ? `[${spellings.join("")}]` : character.replace(/[^\p{L}\p{N}\s]/u, "\\$&");
    })
    .join("");
  return expression.length > longestExpression ? undefined : expression;
}

function matching(fields: readonly string[], expression: string): JsonObject {
  return everyMapping(fields, (field) => ({ regexp: { [field]: { value: expression, flags: "NONE" } } }));
}

function anyOf(fields: readonly string[], values: readonly string[]): JsonObject {
  return everyMapping(fields, (field) => ({ terms: { [field]: values } }));
}

/** The whole value: below the field where an index maps it as text, else the field itself. */
function everyMapping(fields: readonly string[], clause: (field: string) => JsonObject): JsonObject {
  const should = fields.flatMap((field) => [
    clause(`${field}.keyword`),
    { bool: { filter: [clause(field)], must_not: [{ exists: { field: `${field}.keyword` } }] } },
  ]);
  return { bool: { should, minimum_should_match: 1 } };
}

function existing(name: string): JsonObject {
  const should = (fieldsOf(name) ?? [name]).map((field) => ({ exists: { field } }));
  return { bool: { should, minimum_should_match: 1 } };
}

/** Numbers and ranges such as `1000-1999`; anything else would fail the whole search where the field is a number. */
function eventIds(items: readonly string[]): JsonObject | undefined {
  const ranges = items.map((item) => /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(item));
  if (ranges.includes(null)) {
    return undefined;
  }
  const single = ranges.filter((match) => match?.[2] === undefined).map((match) => Number(match?.[1]));
  const spans = ranges.filter((match) => match?.[2] !== undefined);
  const clauses: JsonObject[] = spans.map((match) => ({ range: { EventId: { gte: Number(match?.[1]), lte: Number(match?.[2]) } } }));
  if (single.length > 0) {
    clauses.unshift({ terms: { EventId: single } });
  }
  return clauses.length === 1 ? clauses[0] : { bool: { should: clauses, minimum_should_match: 1 } };
}

/** The one place where a user writes query syntax, because they asked for it. */
function queryString(query: string): JsonObject {
  return {
    query_string: {
      query,
      fields: textFields,
      default_operator: "AND",
      lenient: true,
      allow_leading_wildcard: false,
      analyze_wildcard: false,
    },
  };
}

function textClause(query: string): JsonObject {
  return {
    simple_query_string: {
      query,
      fields: textFields,
      default_operator: "and",
      lenient: true,
      analyze_wildcard: false,
      flags: "PHRASE|AND|OR|NOT|WHITESPACE|PREFIX|ESCAPE",
    },
  };
}

/** Everything inside a phrase is taken literally, but for the backslash and the quote. */
function phrase(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
