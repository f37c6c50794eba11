import { formatHit } from "../hits";
import type { Json } from "../json";
import type { SearchIndex } from "../searchIndex";
import { compareValues, parseSort, sortReader } from "../sorting";
import type { Bucketed, Run } from "./aggregator";

export function topHits(body: Json, docs: readonly Bucketed[], _sub: Json | undefined, run: Run): Json {
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
