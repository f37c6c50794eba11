import type { Engine } from "../engine";
import { EngineError } from "../errors";
import { atLeast } from "../flavor";
import { isObject, type Json } from "../json";
import { isNumeric, type Field } from "../mapping";
import { parsing, type QueryContext } from "../queries/clause";
import type { SearchIndex } from "../searchIndex";
import { bucket, reader, type Aggregator, type Bucketed, type Contexts, type Run } from "./aggregator";
import { filtersAggregation, matcherOf } from "./filters";
import { dateHistogramAggregation, histogramAggregation } from "./histograms";
import { metricAggregators } from "./metrics";
import { rangeAggregation } from "./ranges";
import { termsAggregation } from "./terms";
import { topHits } from "./topHits";

const aggregators: Readonly<Record<string, Aggregator>> = {
  filter: (body, docs, sub, run) => {
    const matching = docs.filter(matcherOf(body, run));
    return bucket(matching, sub, run);
  },
  filters: filtersAggregation,
  global: (_body, docs, sub, run) => bucket(docs, sub, run),
  missing: (body, docs, sub, run) => {
    const read = reader(body, run);
    return bucket(
      docs.filter((entry) => read(entry).length === 0),
      sub,
      run,
    );
  },
  terms: termsAggregation,
  histogram: histogramAggregation,
  date_histogram: dateHistogramAggregation,
  range: rangeAggregation,
  date_range: rangeAggregation,
  top_hits: topHits,
  ...metricAggregators,
};

export function aggregate(aggs: Json, docs: readonly Bucketed[], contexts: Contexts, engine: Engine): Json {
  const run: Run = { contexts: remember(contexts), engine, aggregate: (inner, found) => runAll(inner, found, run) };
  return runAll(aggs, docs, run);
}

function remember(contexts: Contexts): Contexts {
  const known = new Map<SearchIndex, QueryContext>();
  return (index) => {
    let found = known.get(index);
    if (found === undefined) {
      found = contexts(index);
      known.set(index, found);
    }
    return found;
  };
}

function runAll(aggs: Json, docs: readonly Bucketed[], run: Run): Json {
  return Object.fromEntries(
    Object.entries(aggs).map(([name, definition]) => {
      if (!isObject(definition)) {
        throw parsing(`Aggregation definition for [${name} starts with a [VALUE_STRING], expected a [START_OBJECT].`);
      }
      return [name, runOne(name, definition, docs, run)];
    }),
  );
}

function runOne(name: string, definition: Json, docs: readonly Bucketed[], run: Run): Json {
  const sub = definition["aggs"] ?? definition["aggregations"];
  const kinds = Object.keys(definition).filter((key) => key !== "aggs" && key !== "aggregations" && key !== "meta");
  const kind = kinds[0];
  if (kind === undefined) {
    throw parsing(`Missing definition for aggregation [${name}]`);
  }
  if (kinds.length > 1) {
    throw parsing(`Found two aggregation type definitions in [${name}]: [${kind}] and [${kinds[1] ?? ""}]`);
  }
  const aggregator = Object.hasOwn(aggregators, kind) ? aggregators[kind] : undefined;
  if (aggregator === undefined) {
    throw unknownAggregation(kind, run);
  }
  const body = definition[kind];
  if (!isObject(body)) {
    throw parsing(`Expected [START_OBJECT] under [${kind}], but got a [VALUE_STRING] in [${name}]`);
  }
  const meta = isObject(definition["meta"]) ? { meta: definition["meta"] } : {};
  return { ...meta, ...aggregator(body, docs, isObject(sub) ? sub : undefined, run, name) };
}

function unknownAggregation(kind: string, run: Run): EngineError {
  if (atLeast(run.engine.flavor, 7, 5)) {
    return new EngineError("parsing_exception", `Unknown aggregation type [${kind}]`, 400, {
      ofRequest: true,
      fields: { line: 1, col: 1 },
      causedBy: { type: "named_object_not_found_exception", reason: `[1:1] unknown field [${kind}]` },
    });
  }
  const reason = `[1:1] unable to parse BaseAggregationBuilder with name [${kind}]: parser not found`;
  return new EngineError("named_object_not_found_exception", reason, 400, { ofRequest: true });
}

/** Fields that can be summed up. */
export function isAggregatable(field: Field): boolean {
  return field.type !== "text" || field.fielddata || isNumeric(field.type);
}
