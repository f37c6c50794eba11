import type { JsonObject } from "./json";
import type { StreamCursor } from "./streamCursor";

const bySeq = [{ _seq_no: { order: "asc", unmapped_type: "long" } }];

/** What every version returns of a document, and no more than is used. */
const withNumbers = { track_total_hits: false, version: true, seq_no_primary_term: true };

function seqRange(limits: JsonObject): JsonObject {
  return { range: { _seq_no: limits } };
}

/** By the events' own time, in milliseconds since the epoch. */
export function timeRange(limits: {
  readonly gte?: number | undefined;
  readonly lt?: number;
  readonly lte?: number | undefined;
}): JsonObject {
  const iso = Object.fromEntries(
    Object.entries(limits).flatMap(([limit, ms]) => (ms === undefined ? [] : [[limit, new Date(ms).toISOString()]])),
  );
  return { range: { TimeCreated: { ...iso, format: "strict_date_optional_time" } } };
}

/** New documents, the last shown one again, and a checksum of the window. */
export function pollBody(stream: StreamCursor, clauses: readonly JsonObject[], size: number, bound: number | undefined): JsonObject {
  const { floor, ceiling } = stream;
  return {
    size,
    ...withNumbers,
    sort: bySeq,
    query: { bool: { filter: [seqRange({ gt: floor, ...(bound === undefined ? {} : { lte: bound }) }), ...clauses] } },
    post_filter: seqRange({ gte: ceiling }),
    aggs: { win: { filter: seqRange({ lte: ceiling }), aggs: sumOfNumbers } },
  };
}

const sumOfNumbers = { s: { stats: { field: "_seq_no" } } };

export interface ListRange {
  readonly above: number;
  readonly upTo: number;
  readonly clauses: readonly JsonObject[];
  readonly size: number;
  readonly withSource: boolean;
  readonly newestFirst?: boolean;
  /** Each hit tells whether these hold for it as well. */
  readonly before?: readonly JsonObject[];
}

export function listBody(range: ListRange): JsonObject {
  const { before } = range;
  return {
    size: range.size,
    ...withNumbers,
    ...(range.withSource ? {} : { _source: false }),
    sort: range.newestFirst === true ? [{ _seq_no: { order: "desc", unmapped_type: "long" } }] : bySeq,
    query: {
      bool: {
        filter: [seqRange({ gt: range.above, lte: range.upTo }), ...range.clauses],
        ...(before === undefined ? {} : { should: [{ bool: { filter: [{ match_all: {} }, ...before], _name: "before" } }] }),
      },
    },
  };
}

/** The checksums of equal parts of the window, to find where it differs. */
export function partsBody(parts: readonly { readonly above: number; readonly upTo: number }[], clauses: readonly JsonObject[]): JsonObject {
  const above = parts[0]?.above ?? -1;
  const upTo = parts.at(-1)?.upTo ?? -1;
  return {
    size: 0,
    track_total_hits: false,
    query: { bool: { filter: [seqRange({ gt: above, lte: upTo }), ...clauses] } },
    aggs: Object.fromEntries(
      parts.map((part, position) => [`p${position}`, { filter: seqRange({ gt: part.above, lte: part.upTo }), aggs: sumOfNumbers }]),
    ),
  };
}

/** After a shrink so many documents may have one number. */
export const sharing = 10;

/** Which documents are there under these numbers. */
export function idsOfNumbersBody(numbers: readonly number[]): JsonObject {
  return { ...numbersBody(numbers, []), _source: false };
}

/** Documents by their numbers. */
export function numbersBody(numbers: readonly number[], clauses: readonly JsonObject[]): JsonObject {
  return {
    size: sharing * numbers.length,
    ...withNumbers,
    sort: bySeq,
    query: { bool: { filter: [{ terms: { _seq_no: numbers } }, ...clauses] } },
  };
}

export function headBody(): JsonObject {
  return { size: 0, track_total_hits: false, aggs: { head: { max: { field: "_seq_no" } } } };
}

/** How many documents lie in (above, upTo]: `hits.total.value`, exact. */
export function countBody(above: number, upTo: number, clauses: readonly JsonObject[]): JsonObject {
  return { size: 0, track_total_hits: true, query: { bool: { filter: [seqRange({ gt: above, lte: upTo }), ...clauses] } } };
}

/**
 * The indices of a pattern that hold documents, and what there is in the watched ones above their floors. With the other known
 * ones left out the domain has next to nothing to do.
 */
export function indicesBody(known: readonly string[], watched: ReadonlyMap<string, number>): JsonObject {
  return known.length === 0
    ? { size: 0, track_total_hits: false, aggs: { names: { terms: { field: "_index", size: namesPerSearch } } } }
    : pulseBody(watched, known, []);
}

/** Names of indices in one answer; where there are more, it has the largest. */
export const namesPerSearch = 1000;

/** Shows one document with its number, and whether numbers can be searched for. */
export function numberedBody(): JsonObject {
  return {
    size: 1,
    ...withNumbers,
    _source: false,
    aggs: { numbered: { filter: seqRange({ gte: 0 }) }, names: { terms: { field: "_index", size: namesPerSearch } } },
  };
}

/** Floors in one search: each is a clause, and a domain permits about a thousand of them. */
export const watchedAtMost = 300;

/** Whether anything changed above the floors, in one search over all indices; other indices of the pattern are listed beside. */
export function pulseBody(floors: ReadonlyMap<string, number>, known: readonly string[], clauses: readonly JsonObject[]): JsonObject {
  const should = [...floors].map(([name, floor]) => ({
    bool: { filter: [{ term: { _index: name } }, seqRange({ gt: floor }), ...clauses] },
  }));
  return {
    size: 0,
    track_total_hits: false,
    query: { bool: { should: [...should, { bool: { must_not: [{ terms: { _index: known } }] } }], minimum_should_match: 1 } },
    aggs: { names: { terms: { field: "_index", size: namesPerSearch }, aggs: sumOfNumbers } },
  };
}
