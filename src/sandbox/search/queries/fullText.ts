import { analyze } from "../analyzer";
import { simpleMatch } from "../dynamic";
import { EngineError, illegalArgument } from "../errors";
import { isObject, scalarText, textOr } from "../json";
import type { Field } from "../mapping";
import {
  expectObject,
  matchNone,
  minimumShould,
  parsing,
  singleField,
  toList,
  valuesOf,
  type Matcher,
  type QueryCompiler,
  type QueryContext,
} from "./clause";
import { termMatcher } from "./terms";

export interface MatchOptions {
  readonly operator?: string;
  readonly minimum?: unknown;
  readonly lenient?: boolean;
  readonly phrase?: boolean;
  readonly phrasePrefix?: boolean;
  readonly slop?: number;
}

export const fullTextQueries: Readonly<Record<string, QueryCompiler>> = {
  match: (body, context) => matchQuery("match", body, context, {}),
  match_phrase: (body, context) => matchQuery("match_phrase", body, context, { phrase: true }),
  match_phrase_prefix: (body, context) => matchQuery("match_phrase_prefix", body, context, { phrase: true, phrasePrefix: true }),
  match_bool_prefix: (body, context) => matchQuery("match_bool_prefix", body, context, { phrasePrefix: true }),
  multi_match: (body, context) => {
    const given = expectObject(body, "multi_match");
    if (given["query"] === undefined) {
      throw parsing("No text specified for multi_match query");
    }
    const type = textOr(given["type"], "best_fields");
    const options = { ...optionsOf(given), phrase: type.startsWith("phrase"), phrasePrefix: type.endsWith("prefix") };
    const fields = expandFields(given["fields"], context);
    const parts = fields.map((name) =>
      fieldMatcher(name, given["query"], context, { ...options, lenient: options.lenient || given["fields"] === undefined }),
    );
    return (doc) => parts.some((part) => part(doc));
  },
};

function optionsOf(given: Readonly<Record<string, unknown>>): MatchOptions {
  return {
    operator: textOr(given["operator"], "or").toLowerCase(),
    minimum: given["minimum_should_match"],
    lenient: given["lenient"] === true,
    slop: Number(given["slop"] ?? 0),
  };
}

const matchOptions = new Set([
  "query",
  "operator",
  "minimum_should_match",
  "lenient",
  "slop",
  "analyzer",
  "boost",
  "fuzziness",
  "prefix_length",
  "max_expansions",
  "fuzzy_transpositions",
  "fuzzy_rewrite",
  "zero_terms_query",
  "cutoff_frequency",
  "auto_generate_synonyms_phrase_query",
  "_name",
]);

function matchQuery(query: string, body: unknown, context: QueryContext, options: MatchOptions): Matcher {
  const { name, value } = singleField(body, query);
  if (Array.isArray(value)) {
    throw parsing(`unknown token [START_ARRAY] after [query]`);
  }
  if (!isObject(value)) {
    return fieldMatcher(name, value, context, options);
  }
  const unknown = Object.keys(value).find((key) => !matchOptions.has(key));
  if (unknown !== undefined) {
    throw parsing(`[${query}] query does not support [${unknown}]`);
  }
  if (value["query"] === undefined) {
    throw parsing("No text specified for text query");
  }
  return fieldMatcher(name, value["query"], context, { ...optionsOf(value), ...options });
}

/** Documents whose field matches the analysed text; an unmapped field matches nothing. */
export function fieldMatcher(name: string, query: unknown, context: QueryContext, options: MatchOptions): Matcher {
  if (query === null) {
    throw illegalArgument("query cannot be null");
  }
  const field = context.mapping.field(name);
  if (field?.type !== "text") {
    return exactMatcher(name, query, context, options);
  }
  const wanted = analyze(scalarText(query), field.analyzer);
  if (wanted.length === 0) {
    return matchNone;
  }
  if (options.phrase === true) {
    return phraseMatcher(field, wanted, options);
  }
  const needed = options.operator === "and" ? wanted.length : Math.max(1, minimumShould(options.minimum, wanted.length, false));
  return tokensMatcher(field, wanted, needed, options.phrasePrefix === true);
}

function exactMatcher(name: string, query: unknown, context: QueryContext, options: MatchOptions): Matcher {
  if (options.lenient !== true) {
    return termMatcher(name, [query], context, false);
  }
  try {
    return termMatcher(name, [query], context, false);
  } catch (thrown) {
    if (thrown instanceof EngineError) {
      return matchNone;
    }
    throw thrown;
  }
}

function tokensMatcher(field: Field, wanted: readonly string[], needed: number, lastIsPrefix: boolean): Matcher {
  const last = wanted.at(-1) ?? "";
  return (doc) =>
    valuesOf(doc, field).length > 0 &&
    countTokens(valuesOf(doc, field), wanted, field.analyzer, needed, lastIsPrefix ? last : undefined) >= needed;
}

function countTokens(
  values: readonly unknown[],
  wanted: readonly string[],
  analyzer: string,
  needed: number,
  prefix: string | undefined,
): number {
  // Looking for the bare text first is many times quicker than analysing every document.
  const texts = values.map((value) => String(value));
  const lower = texts.map((text) => text.toLowerCase());
  const possible = wanted.filter((token) => lower.some((text) => text.includes(token))).length;
  if (possible < needed) {
    return 0;
  }
  const tokens = new Set(texts.flatMap((text) => analyze(text, analyzer)));
  return wanted.filter((token) => tokens.has(token) || (token === prefix && [...tokens].some((other) => other.startsWith(token)))).length;
}

function phraseMatcher(field: Field, wanted: readonly string[], options: MatchOptions): Matcher {
  const slop = options.slop ?? 0;
  return (doc) =>
    valuesOf(doc, field).some((value) => {
      const text = String(value);
      const lower = text.toLowerCase();
      return (
        wanted.every((token) => lower.includes(token)) &&
        hasPhrase(analyze(text, field.analyzer), wanted, slop, options.phrasePrefix === true)
      );
    });
}

function hasPhrase(tokens: readonly string[], wanted: readonly string[], slop: number, prefix: boolean): boolean {
  const last = wanted.length - 1;
  const fits = (token: string | undefined, at: number): boolean =>
    token !== undefined && (prefix && at === last ? token.startsWith(wanted[at] ?? "") : token === wanted[at]);
  for (let start = 0; start < tokens.length; start++) {
    if (!fits(tokens[start], 0)) {
      continue;
    }
    let place = start;
    let left = slop;
    let at = 1;
    for (; at <= last; at++) {
      let next = place + 1;
      while (next < tokens.length && !fits(tokens[next], at)) {
        next += 1;
      }
      left -= next - place - 1;
      if (next >= tokens.length || left < 0) {
        break;
      }
      place = next;
    }
    if (at > last) {
      return true;
    }
  }
  return false;
}

/** Field names of a multi-field query: patterns and `^boost` resolved; none given means all text, keyword, number, date and boolean fields. */
export function expandFields(given: unknown, context: QueryContext): readonly string[] {
  const wanted = given === undefined || given === null ? ["*"] : toList(given).map(scalarText);
  const names = new Set<string>();
  for (const entry of wanted) {
    const name = entry.replace(/\^[\d.]+$/, "");
    if (name.includes("*")) {
      for (const field of context.mapping.fields()) {
        if (simpleMatch(name, field.path)) {
          names.add(field.path);
        }
      }
    } else {
      names.add(name);
    }
  }
  return [...names];
}
