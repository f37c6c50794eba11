import { formatDate } from "../dates";
import type { Json } from "../json";
import { dateFormatOf, reader, type Aggregator, type Bucketed, type Run } from "./aggregator";

export const metricAggregators: Readonly<Record<string, Aggregator>> = {
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
