import { parseDateMath, type Rounding } from "../dates";
import { simpleMatch } from "../dynamic";
import { illegalArgument } from "../errors";
import { atLeast } from "../flavor";
import { isObject, scalarText } from "../json";
import { isNumeric, type Field } from "../mapping";
import { analyze } from "../analyzer";
import {
  expectObject,
  matchNone,
  parsing,
  singleField,
  toList,
  valuesOf,
  type Matcher,
  type QueryCompiler,
  type QueryContext,
} from "./clause";
import { queryFailure } from "./failure";
import type { StoredDocument } from "../shard";

type Value = string | number | boolean;

export const termQueries: Readonly<Record<string, QueryCompiler>> = {
  term: (body, context) => {
    const { name, value } = singleField(body, "term");
    if (Array.isArray(value)) {
      throw parsing("[term] query does not support array of values");
    }
    const wanted = isObject(value) ? value["value"] : value;
    if (wanted === undefined || wanted === null) {
      throw illegalArgument("value cannot be null");
    }
    const insensitive = isObject(value) && value["case_insensitive"] === true;
    if (insensitive && !atLeast(context.flavor, 7, 10)) {
      throw parsing("[term] query does not support [case_insensitive]");
    }
    return termMatcher(name, [wanted], context, insensitive);
  },
  terms: (body, context) => {
    const { name, value } = singleField(body, "terms");
    if (!Array.isArray(value)) {
      throw parsing(`[terms] query does not support [${name}]`);
    }
    return termMatcher(name, value as unknown[], context, false);
  },
  range: (body, context) => {
    const { name, value } = singleField(body, "range");
    return rangeMatcher(name, expectObject(value, "range"), context);
  },
  exists: (body, context) => {
    const name = expectObject(body, "exists")["field"];
    if (typeof name !== "string") {
      throw parsing("[exists] must be provided with a [field]");
    }
    return existsMatcher(name, context);
  },
  prefix: (body, context) => patternQuery("prefix", body, context, (text) => (value) => value.startsWith(text)),
  wildcard: (body, context) => patternQuery("wildcard", body, context, wildcardTest),
  regexp: (body, context) => patternQuery("regexp", body, context, regexpTest),
  fuzzy: (body, context) =>
    patternQuery("fuzzy", body, context, (text) => (value) => editDistance(text, value) <= (text.length > 5 ? 2 : text.length > 2 ? 1 : 0)),
  ids: (body) => {
    const wanted = new Set(toList(expectObject(body, "ids")["values"] ?? []).map(scalarText));
    return (doc) => wanted.has(doc.id);
  },
};

/** The stored form of a query value, or an error as the field's type states it. */
function termValue(value: unknown, field: Field, context: QueryContext): Value | undefined {
  const text = scalarText(value);
  if (isNumeric(field.type)) {
    const floating = !["long", "integer", "short", "byte", "unsigned_long"].includes(field.type);
    const number = typeof value === "number" ? value : text.trim() === "" ? NaN : Number(text);
    if (Number.isNaN(number)) {
      throw queryFailure(`failed to create query: For input string: "${text}"`, context, {
        type: "number_format_exception",
        reason: `For input string: "${text}"`,
      });
    }
    return floating || Number.isInteger(number) ? number : undefined;
  }
  if (field.type === "boolean") {
    if (!["true", "false", ""].includes(text)) {
      throw queryFailure(`failed to create query: Can't parse boolean value [${text}], expected [true] or [false]`, context, {
        type: "illegal_argument_exception",
        reason: `Can't parse boolean value [${text}], expected [true] or [false]`,
      });
    }
    return text === "true";
  }
  return text;
}

export function termMatcher(name: string, wanted: readonly unknown[], context: QueryContext, insensitive: boolean): Matcher {
  switch (name) {
    case "_id": {
      const ids = new Set(wanted.map(scalarText));
      return (doc) => ids.has(doc.id);
    }
    case "_index": {
      const hit = wanted.some((value) => simpleMatch(scalarText(value), context.index) || isObject(context.aliases[scalarText(value)]));
      return () => hit;
    }
    case "_seq_no": {
      const numbers = new Set(wanted.map(Number));
      return (doc) => numbers.has(doc.seq);
    }
    default:
  }
  const field = context.mapping.field(name);
  if (field === undefined) {
    return matchNone;
  }
  if (field.type === "date" || field.type === "date_nanos") {
    const ranges = wanted.map((value) => dateRange(scalarText(value), field, context));
    return (doc) => valuesOf(doc, field).some((value) => ranges.some(([from, to]) => Number(value) >= from && Number(value) <= to));
  }
  const values = wanted.map((value) => termValue(value, field, context)).filter((value) => value !== undefined);
  if (field.type === "text") {
    return (doc) => valuesOf(doc, field).some((value) => hasToken(String(value), values.map(String), field.analyzer, insensitive));
  }
  if (insensitive) {
    const lower = new Set(values.map((value) => String(value).toLowerCase()));
    return (doc) => valuesOf(doc, field).some((value) => lower.has(String(value).toLowerCase()));
  }
  const set = new Set(values);
  return (doc) => {
    const found = doc.values[field.valuePath];
    return found === undefined
      ? false
      : Array.isArray(found) || field.subField
        ? valuesOf(doc, field).some((value) => set.has(value))
        : set.has(found);
  };
}

function hasToken(text: string, wanted: readonly string[], analyzer: string, insensitive: boolean): boolean {
  const tokens = analyze(text, analyzer);
  return wanted.some((word) => tokens.includes(insensitive ? word.toLowerCase() : word));
}

function dateRange(text: string, field: Field, context: QueryContext): readonly [number, number] {
  return [date(text, field, context, "down"), date(text, field, context, "up")];
}

function date(text: string, field: Field, context: QueryContext, rounding: Rounding, format?: string, zone?: string): number {
  return parseDateMath(text, context, format ?? field.format, rounding, zone);
}

const bounds = ["gt", "gte", "lt", "lte", "from", "to"] as const;

function rangeMatcher(name: string, given: Readonly<Record<string, unknown>>, context: QueryContext): Matcher {
  const known = [...bounds, "include_lower", "include_upper", "format", "time_zone", "boost", "relation", "_name"] as readonly string[];
  const unknown = Object.keys(given).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw parsing(`[range] query does not support [${unknown}]`);
  }
  const lower = given["gte"] ?? given["gt"] ?? given["from"] ?? undefined;
  const upper = given["lte"] ?? given["lt"] ?? given["to"] ?? undefined;
  const openLow = given["gt"] !== undefined || given["include_lower"] === false;
  const openHigh = given["lt"] !== undefined || given["include_upper"] === false;
  if (name === "_seq_no") {
    const inside = numberRange(lower, upper, openLow, openHigh, context);
    return (doc) => inside(doc.seq);
  }
  const field = context.mapping.field(name);
  if (field === undefined) {
    return name === "_id" ? idRange() : matchNone;
  }
  if (field.type === "date" || field.type === "date_nanos") {
    const format = typeof given["format"] === "string" ? given["format"] : undefined;
    const zone = typeof given["time_zone"] === "string" ? given["time_zone"] : undefined;
    const bound = (value: unknown, rounding: Rounding): number | undefined =>
      value === undefined || value === null ? undefined : date(scalarText(value), field, context, rounding, format, zone);
    return within(
      field,
      numberRange(bound(lower, openLow ? "up" : "down"), bound(upper, openHigh ? "down" : "up"), openLow, openHigh, context),
    );
  }
  if (isNumeric(field.type)) {
    return within(field, numberRange(lower, upper, openLow, openHigh, context));
  }
  const low = lower === undefined || lower === null ? undefined : scalarText(lower);
  const high = upper === undefined || upper === null ? undefined : scalarText(upper);
  const inside = (text: string): boolean =>
    (low === undefined || (openLow ? text > low : text >= low)) && (high === undefined || (openHigh ? text < high : text <= high));
  return field.type === "text"
    ? (doc) => valuesOf(doc, field).some((value) => analyze(String(value), field.analyzer).some(inside))
    : (doc) => valuesOf(doc, field).some((value) => inside(String(value)));
}

function idRange(): Matcher {
  throw illegalArgument("Field [_id] of type [_id] does not support range queries");
}

function within(field: Field, inside: (value: number) => boolean): Matcher {
  return (doc) => {
    const found = doc.values[field.valuePath];
    return found === undefined ? false : Array.isArray(found) ? found.some((value) => inside(Number(value))) : inside(Number(found));
  };
}

function numberRange(
  lower: unknown,
  upper: unknown,
  openLow: boolean,
  openHigh: boolean,
  context: QueryContext,
): (value: number) => boolean {
  const bound = (value: unknown): number | undefined => {
    if (value === undefined || value === null) {
      return undefined;
    }
    const number = typeof value === "number" ? value : Number(scalarText(value));
    if (Number.isNaN(number) || value === "") {
      const reason = `For input string: "${scalarText(value)}"`;
      throw queryFailure(`failed to create query: ${reason}`, context, { type: "number_format_exception", reason });
    }
    return number;
  };
  const low = bound(lower) ?? -Infinity;
  const high = bound(upper) ?? Infinity;
  return (value) => (openLow ? value > low : value >= low) && (openHigh ? value < high : value <= high);
}

export function existsMatcher(name: string, context: QueryContext): Matcher {
  if (["_id", "_seq_no", "_version", "_index", "_source"].includes(name)) {
    return () => true;
  }
  if (name.includes("*")) {
    const parts = [...context.mapping.fields()].filter((field) => simpleMatch(name, field.path)).map((field) => fieldExists(field));
    return (doc) => parts.some((part) => part(doc));
  }
  const field = context.mapping.field(name);
  if (field !== undefined) {
    return fieldExists(field);
  }
  if (context.mapping.isObject(name)) {
    const parts = [...context.mapping.fields()].filter((entry) => entry.path.startsWith(`${name}.`)).map((entry) => fieldExists(entry));
    return (doc) => parts.some((part) => part(doc));
  }
  return matchNone;
}

function fieldExists(field: Field): Matcher {
  return field.type === "keyword"
    ? (doc) => valuesOf(doc, field).length > 0
    : (doc: StoredDocument) => doc.values[field.valuePath] !== undefined;
}

type Tester = (pattern: string, insensitive: boolean) => (value: string) => boolean;

function patternQuery(query: string, body: unknown, context: QueryContext, toTest: Tester): Matcher {
  const { name, value } = singleField(body, query);
  const given = isObject(value) ? value : { value };
  const text = given["value"] ?? given[query];
  if (text === undefined || text === null) {
    throw illegalArgument("value cannot be null");
  }
  const insensitive = given["case_insensitive"] === true;
  if (insensitive && !atLeast(context.flavor, 7, 10)) {
    throw parsing(`[${query}] query does not support [case_insensitive]`);
  }
  return patternMatcher(query, name, scalarText(text), context, toTest, insensitive);
}

/** Documents with a term that passes the test; used by query strings too. */
export function patternMatcher(
  query: string,
  name: string,
  text: string,
  context: QueryContext,
  toTest: Tester,
  insensitive = false,
): Matcher {
  const wanted = insensitive ? text.toLowerCase() : text;
  const test = toTest(wanted, insensitive);
  const passes = (value: string): boolean => test(insensitive ? value.toLowerCase() : value);
  if (name === "_index") {
    const hit = passes(context.index);
    return () => hit;
  }
  const field = context.mapping.field(name);
  if (field === undefined) {
    return matchNone;
  }
  if (field.type !== "text" && field.type !== "keyword") {
    const types = context.flavor.opensearch || context.flavor.minor < 9 ? "keyword and text" : "keyword, text and wildcard";
    throw queryFailure(
      `Can only use ${query} queries on ${types} fields - not on [${field.path}] which is of type [${field.type}]`,
      context,
    );
  }
  return field.type === "text"
    ? (doc) => valuesOf(doc, field).some((value) => analyze(String(value), field.analyzer).some(passes))
    : (doc) => valuesOf(doc, field).some((value) => passes(String(value)));
}

export const wildcardTest: Tester = (pattern) => {
  const source = pattern.replace(
    /\\(.)|([.+^${}()|[\]])|([*?])/g,
    (_all, escaped: string | undefined, special: string | undefined, glob: string | undefined) =>
      escaped !== undefined
        ? escaped.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
        : special !== undefined
          ? `\\${special}`
          : glob === "*"
            ? ".*"
            : ".",
  );
  const expression = new RegExp(`^${source}$`, "s");
  return (value) => expression.test(value);
};

export const regexpTest: Tester = (pattern) => {
  let expression: RegExp;
  try {
    expression = new RegExp(`^(?:${pattern})$`, "s");
  } catch (thrown) {
    throw illegalArgument(thrown instanceof Error ? thrown.message : String(thrown));
  }
  return (value) => expression.test(value);
};

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_none, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
