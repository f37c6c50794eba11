import { formatDate, nextUnit, parseTimeValue, roundTo, zoneOffset } from "../dates";
import { contentError, EngineError, illegalArgument } from "../errors";
import { atLeast } from "../flavor";
import { isObject, scalarText, type Json } from "../json";
import { badField, bucket, dateFormatOf, groupBy, reader, type Bucketed, type Run } from "./aggregator";

export function histogramAggregation(body: Json, docs: readonly Bucketed[], sub: Json | undefined, run: Run, name: string): Json {
  const interval = Number(body["interval"]);
  if (!(interval > 0)) {
    throw badField("histogram", "interval", `[interval] must be >0 for histogram aggregation [${name}]`);
  }
  const offset = Number(body["offset"] ?? 0);
  const floor = (value: number): number => Math.floor((value - offset) / interval) * interval + offset;
  const groups = groupNumbers("histogram", body, docs, run, floor);
  const keys = fillKeys([...groups.keys()], body, (key) => key + interval, floor);
  return { buckets: keys.map((key) => ({ key, ...bucket(groups.get(key) ?? [], sub, run) })) };
}

function groupNumbers(
  kind: string,
  body: Json,
  docs: readonly Bucketed[],
  run: Run,
  floor: (value: number) => number,
): Map<number, Bucketed[]> {
  const read = reader(body, run, kind);
  return groupBy(docs, (entry) => read(entry).map((value) => floor(Number(value))));
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

export function dateHistogramAggregation(body: Json, docs: readonly Bucketed[], sub: Json | undefined, run: Run): Json {
  const { floor, next } = dateSteps(body, run);
  const groups = groupNumbers("date_histogram", body, docs, run, floor);
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
