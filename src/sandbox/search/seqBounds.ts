import { isObject } from "./json";
import { toList } from "./queries/clause";

/** The sequence numbers that a query can match at all, read from its required `_seq_no` ranges: shards are kept in that order. */
export function seqBounds(query: unknown): readonly [number, number] {
  if (!isObject(query)) {
    return [0, Infinity];
  }
  if (isObject(query["bool"])) {
    const required = [query["bool"]["filter"], query["bool"]["must"]].filter((clause) => clause !== undefined).flatMap(toList);
    return required.map(seqBounds).reduce(([low, high], [from, to]) => [Math.max(low, from), Math.min(high, to)], [0, Infinity]);
  }
  const range = isObject(query["range"]) ? query["range"]["_seq_no"] : undefined;
  if (!isObject(range)) {
    return [0, Infinity];
  }
  const number = (key: string, otherwise: number): number => {
    const value = Number(range[key] ?? otherwise);
    return Number.isNaN(value) ? otherwise : value;
  };
  return [
    Math.max(number("gte", 0), Math.floor(number("gt", -1)) + 1, 0),
    Math.min(number("lte", Infinity), Math.ceil(number("lt", Infinity))),
  ];
}
