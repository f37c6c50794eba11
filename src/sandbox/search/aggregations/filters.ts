import { isObject, scalarText, type Json } from "../json";
import type { Matcher } from "../queries/clause";
import { compileQuery } from "../query";
import type { SearchIndex } from "../searchIndex";
import { bucket, type Bucketed, type Run } from "./aggregator";

export function matcherOf(query: unknown, run: Run): (entry: Bucketed) => boolean {
  const compiled = new Map<SearchIndex, Matcher>();
  return ({ doc, index }) => {
    let matcher = compiled.get(index);
    if (matcher === undefined) {
      matcher = compileQuery(query, run.contexts(index));
      compiled.set(index, matcher);
    }
    return matcher(doc);
  };
}

export function filtersAggregation(body: Json, docs: readonly Bucketed[], sub: Json | undefined, run: Run): Json {
  const given = body["filters"];
  const named = isObject(given);
  const entries = named
    ? Object.entries(given)
    : Array.isArray(given)
      ? given.map((query: unknown, at) => [String(at), query] as const)
      : [];
  const other = body["other_bucket"] === true || body["other_bucket_key"] !== undefined;
  const matchers = entries.map(([name, query]) => [name, matcherOf(query, run)] as const);
  const buckets = matchers.map(([name, matches]) => [name, bucket(docs.filter(matches), sub, run)] as const);
  const rest = other
    ? [
        [
          scalarText(body["other_bucket_key"] ?? "_other_"),
          bucket(
            docs.filter((entry) => !matchers.some(([, matches]) => matches(entry))),
            sub,
            run,
          ),
        ] as const,
      ]
    : [];
  return { buckets: named ? Object.fromEntries([...buckets, ...rest]) : [...buckets, ...rest].map(([, value]) => value) };
}
