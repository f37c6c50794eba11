import { formatDate } from "../dates";
import { isObject, scalarText, type Json } from "../json";
import { badField, bucket, dateFormatOf, groupBy, reader, type Bucketed, type Run, type Scalar } from "./aggregator";

export function termsAggregation(body: Json, docs: readonly Bucketed[], sub: Json | undefined, run: Run, name: string): Json {
  const read = reader(body, run);
  const groups = groupBy(docs, read);
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
