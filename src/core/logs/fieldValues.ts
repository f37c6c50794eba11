import { at, isObject, listAt } from "./json";
import { patternOf, read, singleSearch, type LogIndex } from "./singleSearch";
import type { LogFilter } from "./filter";

/** A field of the index's documents, and the field to count its values by; absent where they cannot be counted. */
export interface IndexField {
  readonly name: string;
  readonly countable?: string;
}

export interface FieldValue {
  readonly value: string;
  readonly count: number;
}

const valuesShown = 20;
/** Values are an aid: what the domain has not counted by then is left out. */
const countLimit = "3s";

/** Leaf fields by name, without the engine's own. */
export async function listFields({ transport, index }: LogIndex, signal?: AbortSignal): Promise<readonly IndexField[]> {
  const request = { method: "GET", path: `/${patternOf(index)}/_field_caps`, query: { fields: "*" } } as const;
  const { fields } = await read(transport, request, signal);
  const known = isObject(fields) ? fields : {};
  return Object.keys(known)
    .filter((name) => !name.startsWith("_") && !name.endsWith(".keyword") && !isContainer(known[name]))
    .sort()
    .map((name) => {
      const countable = [`${name}.keyword`, name].find((each) => isCountable(known[each]));
      return countable === undefined ? { name } : { name, countable };
    });
}

function typesOf(caps: unknown): readonly unknown[] {
  return isObject(caps) ? Object.values(caps) : [];
}

function isContainer(caps: unknown): boolean {
  return typesOf(caps).every((type) => ["object", "nested"].includes(String(at(type, "type"))));
}

function isCountable(caps: unknown): boolean {
  const types = typesOf(caps);
  return types.length > 0 && types.every((type) => at(type, "aggregatable") === true && at(type, "type") !== "date");
}

/** The most frequent values of a field among the events that the filter lets through. */
export async function topValues(target: LogIndex, field: string, filter: LogFilter, signal?: AbortSignal): Promise<readonly FieldValue[]> {
  const answer = await singleSearch(
    target,
    {
      size: 0,
      track_total_hits: false,
      timeout: countLimit,
      query: { bool: { filter: filter.clauses } },
      aggs: { values: { terms: { field, size: valuesShown } } },
    },
    signal,
  );
  return listAt(answer, "aggregations", "values", "buckets").map((bucket) => ({
    value: String(at(bucket, "key_as_string") ?? at(bucket, "key")),
    count: Number(at(bucket, "doc_count")),
  }));
}
