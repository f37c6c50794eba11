import { isObject, scalarText, type Json } from "../json";
import { bucket, reader, type Bucketed, type Run } from "./aggregator";

export function rangeAggregation(body: Json, docs: readonly Bucketed[], sub: Json | undefined, run: Run): Json {
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
