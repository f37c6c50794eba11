import { EngineError } from "../errors";
import type { Flavor } from "../flavor";
import { isObject, type Json } from "../json";
import type { Field, Mapping } from "../mapping";
import type { StoredDocument } from "../shard";

export type Matcher = (doc: StoredDocument) => boolean;

/** What a query is compiled against: one index. */
export interface QueryContext {
  readonly index: string;
  readonly aliases: Json;
  readonly mapping: Mapping;
  readonly flavor: Flavor;
  readonly now: number;
}

export type QueryCompiler = (body: unknown, context: QueryContext) => Matcher;

export const matchAll: Matcher = () => true;
export const matchNone: Matcher = () => false;

/** How many optional clauses must match: a number, a negative number or a percentage. */
export function minimumShould(given: unknown, count: number, others: boolean): number {
  if (given === undefined || given === null) {
    return count > 0 && !others ? 1 : 0;
  }
  const match = /^(-?\d+)(%?)$/.exec(typeof given === "number" ? String(given) : typeof given === "string" ? given.trim() : "");
  if (match === null) {
    throw new EngineError("number_format_exception", `For input string: "${JSON.stringify(given)}"`);
  }
  const number = Number(match[1]);
  const wanted = match[2] === "%" ? Math.trunc((number / 100) * count) : number;
  return Math.max(0, Math.min(wanted < 0 ? count + wanted : wanted, number > count && match[2] === "" ? Infinity : count));
}

export function expectObject(value: unknown, query: string): Json {
  if (!isObject(value)) {
    throw parsing(`[${query}] query malformed, no start_object after query name`);
  }
  return value;
}

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

export function parsing(reason: string): EngineError {
  return new EngineError("parsing_exception", reason, 400, { fields: { line: 1, col: 1 }, ofRequest: true });
}

/** `{field: value}` or `{field: {…}}` of a one-field query. */
export function singleField(body: unknown, query: string): { readonly name: string; readonly value: unknown } {
  const given = expectObject(body, query);
  const names = Object.keys(given).filter((key) => key !== "boost" && key !== "_name");
  if (names.length > 1) {
    throw parsing(`[${query}] query doesn't support multiple fields, found [${names[0] ?? ""}] and [${names[1] ?? ""}]`);
  }
  const name = names[0];
  if (name === undefined) {
    throw query.startsWith("match")
      ? parsing("No text specified for text query")
      : new EngineError("illegal_argument_exception", "field name is null or empty", 400, { ofRequest: true });
  }
  return { name, value: given[name] };
}

/** The values of a field in a document. */
export function valuesOf(doc: StoredDocument, field: Field): readonly (string | number | boolean)[] {
  const found = doc.values[field.valuePath];
  if (found === undefined) {
    return [];
  }
  const list = Array.isArray(found) ? found : [found];
  return field.type === "keyword" && field.ignoreAbove !== Number.MAX_SAFE_INTEGER
    ? list.filter((value) => String(value).length <= field.ignoreAbove)
    : list;
}
