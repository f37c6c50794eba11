import { formatDate, nextUnit, parseTimeValue, roundTo, zoneOffset } from "./dates";
import type { Engine } from "./engine";
import { contentError, EngineError, illegalArgument } from "./errors";
import { atLeast } from "./flavor";
import { isObject, scalarText, type Json } from "./json";
import { isNumeric, type Field } from "./mapping";
import { compileQuery } from "./query";
import { parsing, valuesOf, type Matcher, type QueryContext } from "./queries/clause";
import { formatHit } from "./search";
import type { SearchIndex } from "./searchIndex";
import type { Shard, StoredDocument } from "./shard";
import { compareValues, fielddataDisabled, parseSort, sortReader } from "./sorting";

/** A matching document with where it was found. */
export interface Bucketed {
  readonly doc: StoredDocument;
  readonly index: SearchIndex;
  readonly shard: Shard;
}

type Contexts = (index: SearchIndex) => QueryContext;
type Scalar = string | number | boolean;

interface Run {
  readonly contexts: Contexts;
  readonly engine: Engine;
}

type Aggregator = (body: Json, docs: readonly Bucketed[], sub: Json | undefined, run: Run, name: string) => Json;

export function aggregate(aggs: Json, docs: readonly Bucketed[], contexts: Contexts, engine: Engine): Json {
  return runAll(aggs, docs, { contexts: remember(contexts), engine });
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

/** A value that the parser of an aggregation refuses. */
function badField(kind: string, field: string, reason: string): EngineError {
  return contentError(`[${kind}] failed to parse field [${field}]`, { type: "illegal_argument_exception", reason });
}

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
  stats: (body, docs, _sub, run) => {
    const { count, min, max, sum } = numbers("stats", body, docs, run);
    return { count, min: count === 0 ? null : min, max: count === 0 ? null : max, avg: count === 0 ? null : sum / count, sum };
  },
  min: (body, docs, _sub, run) => single("min", body, docs, run, ({ count, min }) => (count === 0 ? null : min)),
  max: (body, docs, _sub, run) => single("max", body, docs, run, ({ count, max }) => (count === 0 ? null : max)),
  sum: (body, docs, _sub, run) => single("sum", body, docs, run, ({ sum }) => sum),
  avg: (body, docs, _sub, run) => single("avg", body, docs, run, ({ count, sum }) => (count === 0 ? null : sum / count)),
  value_count: (body, docs, _sub, run) => {
    const read = reader(body, run);
    return { value: docs.reduce((sum, entry) => sum + read(entry).length, 0) };
  },
  cardinality: (body, docs, _sub, run) => {
    const read = reader(body, run);
    return { value: new Set(docs.flatMap((entry) => read(entry))).size };
  },
  percentiles: percentiles,
};

function bucket(docs: readonly Bucketed[], sub: Json | undefined, run: Run): Json {
  return { doc_count: docs.length, ...(sub === undefined ? {} : runAll(sub, docs, run)) };
}

function matcherOf(query: unknown, run: Run): (entry: Bucketed) => boolean {
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

function filtersAggregation(body: Json, docs: readonly Bucketed[], sub: Json | undefined, run: Run): Json {
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

/** The values that an aggregation reads from a document; an unmapped field has none. */
function reader(body: Json, run: Run, numeric?: string): (entry: Bucketed) => readonly Scalar[] {
  const name = body["field"];
  if (typeof name !== "string") {
    throw withoutField(run);
  }
  const missing = body["missing"] as Scalar | undefined;
  const known = new Map<SearchIndex, (entry: Bucketed) => readonly Scalar[]>();
  const build = (index: SearchIndex): ((entry: Bucketed) => readonly Scalar[]) => {
    if (name === "_seq_no") {
      return ({ doc }) => [doc.seq];
    }
    if (name === "_index") {
      return () => [index.name];
    }
    if (name === "_id") {
      return ({ doc }) => [doc.id];
    }
    const context = run.contexts(index);
    const field = context.mapping.field(name);
    if (field === undefined) {
      return () => [];
    }
    checkReadable(field, context, numeric);
    return ({ doc }) => valuesOf(doc, field);
  };
  return (entry) => {
    let read = known.get(entry.index);
    if (read === undefined) {
      read = build(entry.index);
      known.set(entry.index, read);
    }
    const values = read(entry);
    return values.length === 0 && missing !== undefined ? [missing] : values;
  };
}

function withoutField(run: Run): EngineError {
  return atLeast(run.engine.flavor, 7, 8)
    ? new EngineError("illegal_argument_exception", "Required one of fields [field, script], but none were specified. ", 400, {
        ofRequest: true,
      })
    : new EngineError(
        "illegal_state_exception",
        "value source config is invalid; must have either a field context or a script or marked as unwrapped",
        500,
      );
}

function checkReadable(field: Field, context: QueryContext, numeric: string | undefined): void {
  if (field.type === "text" && !field.fielddata) {
    throw fielddataDisabled(field, context);
  }
  if (numeric !== undefined && (field.type === "keyword" || field.type === "ip")) {
    throw illegalArgument(
      atLeast(context.flavor, 7, 8)
        ? `Field [${field.path}] of type [${field.type}] is not supported for aggregation [${numeric}]`
        : `Expected numeric type on field [${field.path}], but got [${field.type}]`,
    );
  }
}

function numbers(kind: string, body: Json, docs: readonly Bucketed[], run: Run): { count: number; min: number; max: number; sum: number } {
  const read = reader(body, run, kind);
  const result = { count: 0, min: Infinity, max: -Infinity, sum: 0 };
  for (const entry of docs) {
    for (const value of read(entry)) {
      const number = Number(value);
      result.count += 1;
      result.sum += number;
      result.min = Math.min(result.min, number);
      result.max = Math.max(result.max, number);
    }
  }
  return result;
}

function single(
  kind: string,
  body: Json,
  docs: readonly Bucketed[],
  run: Run,
  pick: (stats: ReturnType<typeof numbers>) => number | null,
): Json {
  const value = pick(numbers(kind, body, docs, run));
  const format = dateFormatOf(body, run, docs);
  return { value, ...(value !== null && format !== undefined ? { value_as_string: formatDate(value, format) } : {}) };
}

/** The date format of the aggregated field, where it is a date. */
function dateFormatOf(body: Json, run: Run, docs: readonly Bucketed[]): string | undefined {
  const first = docs[0];
  const field = first === undefined ? undefined : run.contexts(first.index).mapping.field(scalarText(body["field"]));
  return field?.type.startsWith("date") === true ? (typeof body["format"] === "string" ? body["format"] : field.format) : undefined;
}

function percentiles(body: Json, docs: readonly Bucketed[], _sub: Json | undefined, run: Run): Json {
  const read = reader(body, run, "range");
  const values = docs.flatMap((entry) => read(entry).map(Number)).sort((a, b) => a - b);
  const wanted = Array.isArray(body["percents"]) ? body["percents"].map(Number) : [1, 5, 25, 50, 75, 95, 99];
  const at = (percent: number): number | null => {
    if (values.length === 0) {
      return null;
    }
    const place = (percent / 100) * (values.length - 1);
    const low = values[Math.floor(place)] ?? 0;
    return low + ((values[Math.ceil(place)] ?? low) - low) * (place % 1);
  };
  return { values: Object.fromEntries(wanted.map((percent) => [percent.toFixed(1), at(percent)])) };
}

function termsAggregation(body: Json, docs: readonly Bucketed[], sub: Json | undefined, run: Run, name: string): Json {
  const read = reader(body, run);
  const groups = new Map<Scalar, Bucketed[]>();
  for (const entry of docs) {
    for (const value of new Set(read(entry))) {
      const group = groups.get(value);
      if (group === undefined) {
        groups.set(value, [entry]);
      } else {
        group.push(entry);
      }
    }
  }
  const size = Number(body["size"] ?? 10);
  if (size <= 0) {
    throw badField("terms", "size", `[size] must be greater than 0. Found [${size}] in [${name}]`);
  }
  const include = termFilter(body["include"], true);
  const exclude = termFilter(body["exclude"], false);
  const minimum = Number(body["min_doc_count"] ?? 1);
  const kept = [...groups].filter(([key, group]) => group.length >= minimum && include(String(key)) && !exclude(String(key)));
  const format = dateFormatOf(body, run, docs);
  const buckets = kept.map(([key, group]) => ({ key, group, json: undefined as Json | undefined }));
  const order = orderOf(body["order"]);
  const needsSub = order.some(([path]) => path !== "_count" && path !== "_key" && path !== "_term");
  if (needsSub) {
    buckets.forEach((entry) => (entry.json = bucket(entry.group, sub, run)));
  }
  buckets.sort((a, b) => compareBuckets(a, b, order));
  const shown = buckets.slice(0, size);
  return {
    doc_count_error_upper_bound: 0,
    sum_other_doc_count: buckets.slice(size).reduce((sum, entry) => sum + entry.group.length, 0),
    buckets: shown.map((entry) => ({ ...termKey(entry.key, format), ...(entry.json ?? bucket(entry.group, sub, run)) })),
  };
}

function termKey(key: Scalar, format: string | undefined): Json {
  if (typeof key === "boolean") {
    return { key: key ? 1 : 0, key_as_string: String(key) };
  }
  return format === undefined ? { key } : { key, key_as_string: formatDate(Number(key), format) };
}

function termFilter(given: unknown, absent: boolean): (key: string) => boolean {
  if (given === undefined) {
    return () => absent;
  }
  if (Array.isArray(given)) {
    const set = new Set(given.map(scalarText));
    return (key) => set.has(key);
  }
  const expression = new RegExp(`^(?:${scalarText(given)})$`, "s");
  return (key) => expression.test(key);
}

function orderOf(given: unknown): readonly (readonly [string, boolean])[] {
  const list = Array.isArray(given) ? (given as unknown[]) : given === undefined ? [{ _count: "desc" }] : [given];
  return list.flatMap((entry) => (isObject(entry) ? Object.entries(entry).map(([path, order]) => [path, order === "desc"] as const) : []));
}

interface SortableBucket {
  readonly key: Scalar;
  readonly group: readonly Bucketed[];
  readonly json: Json | undefined;
}

function compareBuckets(a: SortableBucket, b: SortableBucket, order: readonly (readonly [string, boolean])[]): number {
  for (const [path, descending] of order) {
    const left = bucketValue(a, path);
    const right = bucketValue(b, path);
    if (left !== right) {
      return (left < right ? -1 : 1) * (descending ? -1 : 1);
    }
  }
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function bucketValue(entry: SortableBucket, path: string): Scalar {
  if (path === "_count") {
    return entry.group.length;
  }
  if (path === "_key" || path === "_term") {
    return entry.key;
  }
  let node: unknown = entry.json;
  for (const part of path.split(/[>.]/)) {
    node = isObject(node) ? node[part] : undefined;
  }
  const value = isObject(node) ? (node["value"] ?? node["doc_count"]) : node;
  return typeof value === "number" ? value : 0;
}

function histogramAggregation(body: Json, docs: readonly Bucketed[], sub: Json | undefined, run: Run, name: string): Json {
  const interval = Number(body["interval"]);
  if (!(interval > 0)) {
    throw badField("histogram", "interval", `[interval] must be >0 for histogram aggregation [${name}]`);
  }
  const offset = Number(body["offset"] ?? 0);
  const floor = (value: number): number => Math.floor((value - offset) / interval) * interval + offset;
  const groups = groupNumbers(reader(body, run, "histogram"), docs, floor);
  const keys = fillKeys([...groups.keys()], body, (key) => key + interval, floor);
  return { buckets: keys.map((key) => ({ key, ...bucket(groups.get(key) ?? [], sub, run) })) };
}

function groupNumbers(
  read: (entry: Bucketed) => readonly Scalar[],
  docs: readonly Bucketed[],
  floor: (value: number) => number,
): Map<number, Bucketed[]> {
  const groups = new Map<number, Bucketed[]>();
  for (const entry of docs) {
    for (const key of new Set(read(entry).map((value) => floor(Number(value))))) {
      const group = groups.get(key);
      if (group === undefined) {
        groups.set(key, [entry]);
      } else {
        group.push(entry);
      }
    }
  }
  return groups;
}

const maxBuckets = 65_535;

/** Ascending keys, with the empty ones between them unless `min_doc_count` says otherwise. */
function fillKeys(
  found: readonly number[],
  body: Json,
  next: (key: number) => number,
  floor: (value: number) => number,
  parse: (value: unknown) => number = Number,
): readonly number[] {
  const minimum = Number(body["min_doc_count"] ?? 0);
  const sorted = [...found].sort((a, b) => a - b);
  const bounds = isObject(body["extended_bounds"]) ? body["extended_bounds"] : undefined;
  if (minimum > 0) {
    return sorted;
  }
  const low = Math.min(sorted[0] ?? Infinity, bounds?.["min"] === undefined ? Infinity : floor(parse(bounds["min"])));
  const high = Math.max(sorted.at(-1) ?? -Infinity, bounds?.["max"] === undefined ? -Infinity : floor(parse(bounds["max"])));
  const keys: number[] = [];
  for (let key = low; key <= high; key = next(key)) {
    keys.push(key);
    if (keys.length > maxBuckets) {
      throw new EngineError(
        "too_many_buckets_exception",
        `Trying to create too many buckets. Must be less than or equal to: [${maxBuckets}] but was [${keys.length}]. This limit can be set by changing the [search.max_buckets] cluster level setting.`,
        503,
        {
          fields: { max_buckets: maxBuckets },
        },
      );
    }
  }
  return keys;
}

const calendarUnits: Readonly<Record<string, string>> = {
  second: "s",
  "1s": "s",
  minute: "m",
  "1m": "m",
  hour: "h",
  "1h": "h",
  day: "d",
  "1d": "d",
  week: "w",
  "1w": "w",
  month: "M",
  "1M": "M",
  quarter: "q",
  "1q": "q",
  year: "y",
  "1y": "y",
};

function dateHistogramAggregation(body: Json, docs: readonly Bucketed[], sub: Json | undefined, run: Run): Json {
  const { floor, next } = dateSteps(body, run);
  const groups = groupNumbers(reader(body, run, "date_histogram"), docs, floor);
  const format = typeof body["format"] === "string" ? body["format"] : (dateFormatOf(body, run, docs) ?? "strict_date_optional_time");
  const minimum = Number(body["min_doc_count"] ?? 0);
  const parseBound = (value: unknown): number => (typeof value === "number" ? value : new Date(scalarText(value)).getTime());
  const keys = fillKeys([...groups.keys()], body, next, floor, parseBound).filter((key) => (groups.get(key)?.length ?? 0) >= minimum);
  const zone = typeof body["time_zone"] === "string" ? body["time_zone"] : undefined;
  const entries = keys.map((key) => ({
    key_as_string: formatDate(key, format, zone),
    key,
    ...bucket(groups.get(key) ?? [], sub, run),
  }));
  return { buckets: body["keyed"] === true ? Object.fromEntries(entries.map((entry) => [entry.key_as_string, entry])) : entries };
}

function dateSteps(body: Json, run: Run): { floor: (value: number) => number; next: (key: number) => number } {
  const modern = atLeast(run.engine.flavor, 7, 2);
  const named = ["calendar_interval", "fixed_interval"].find((key) => body[key] !== undefined);
  if (named !== undefined && !modern) {
    throw contentError(`[date_histogram] unknown field [${named}], parser not found`);
  }
  const given = scalarText(body["calendar_interval"] ?? body["fixed_interval"] ?? body["interval"] ?? "");
  const unit = named === "fixed_interval" ? undefined : calendarUnits[given];
  const offset = zoneOffset(typeof body["time_zone"] === "string" ? body["time_zone"] : undefined);
  const shift = body["offset"] === undefined ? 0 : parseTimeValue(scalarText(body["offset"]).replace(/^\+/, ""), "offset");
  if (unit !== undefined) {
    return { floor: (value) => roundTo(value - shift, unit, offset) + shift, next: (key) => nextUnit(key - shift, unit, offset) + shift };
  }
  if (given === "" || given === "undefined") {
    throw illegalArgument(
      modern ? "Invalid interval specified, must be non-null and non-empty" : "Zero or negative time interval not supported",
    );
  }
  if (named === "calendar_interval") {
    throw illegalArgument(`The supplied interval [${given}] could not be parsed as a calendar interval.`);
  }
  const size = parseTimeValue(given, "date_histogram.fixedInterval");
  if (size < 1) {
    throw illegalArgument("Zero or negative time interval not supported");
  }
  return { floor: (value) => Math.floor((value + offset - shift) / size) * size - offset + shift, next: (key) => key + size };
}

function rangeAggregation(body: Json, docs: readonly Bucketed[], sub: Json | undefined, run: Run): Json {
  const read = reader(body, run, "range");
  const ranges = Array.isArray(body["ranges"]) ? body["ranges"].filter(isObject) : [];
  const bound = (value: unknown): number | undefined =>
    value === undefined || value === null
      ? undefined
      : typeof value === "number"
        ? value
        : Number.isNaN(Number(value))
          ? new Date(scalarText(value)).getTime()
          : Number(value);
  const buckets = ranges.map((range) => {
    const from = bound(range["from"]);
    const to = bound(range["to"]);
    const inside = docs.filter((entry) =>
      read(entry).some((value) => Number(value) >= (from ?? -Infinity) && Number(value) < (to ?? Infinity)),
    );
    const shown = (value: number | undefined): string =>
      value === undefined ? "*" : Number.isInteger(value) ? value.toFixed(1) : String(value);
    return {
      key: range["key"] ?? `${shown(from)}-${shown(to)}`,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...bucket(inside, sub, run),
    };
  });
  return { buckets };
}

function topHits(body: Json, docs: readonly Bucketed[], _sub: Json | undefined, run: Run): Json {
  const sort = parseSort(body["sort"], run.engine.flavor);
  const from = Number(body["from"] ?? 0);
  const size = Number(body["size"] ?? 3);
  const readers = new Map<SearchIndex, ReturnType<typeof sortReader>[]>();
  const hits = docs.map((entry, place) => {
    let read = readers.get(entry.index);
    if (read === undefined) {
      read = sort.map((key) => sortReader(key, run.contexts(entry.index)));
      readers.set(entry.index, read);
    }
    return { ...entry, keys: read.map((value) => value(entry.doc, place, 1)), score: 1 };
  });
  hits.sort((a, b) => compareValues(a.keys, b.keys, sort));
  const form = { body, query: new URLSearchParams(), sort, trackScores: false };
  return {
    hits: {
      total: { value: docs.length, relation: "eq" },
      max_score: sort.length === 0 && docs.length > 0 ? 1 : null,
      hits: hits.slice(from, from + size).map((hit) => formatHit(hit, form, run.contexts(hit.index))),
    },
  };
}

/** Fields that can be summed up. */
export function isAggregatable(field: Field): boolean {
  return field.type !== "text" || field.fielddata || isNumeric(field.type);
}
