import type { LogFilter } from "./filter";
import type { JsonObject } from "./json";
import type { StreamCursor } from "./streamCursor";

const bySeq = [{ _seq_no: { order: "asc", unmapped_type: "long" } }];

function seqRange(limits: JsonObject): JsonObject {
  return { range: { _seq_no: limits } };
}

/** New documents, the last shown one again, and a checksum of the window. */
export function pollBody(stream: StreamCursor, filter: LogFilter): JsonObject {
  const { bound, floor, ceiling } = stream;
  return {
    size: stream.size,
    track_total_hits: false,
    version: true,
    seq_no_primary_term: true,
    sort: bySeq,
    query: { bool: { filter: [seqRange({ gt: floor, ...(bound === undefined ? {} : { lte: bound }) }), ...filter.clauses] } },
    post_filter: seqRange({ gte: ceiling }),
    aggs: { win: { filter: seqRange({ lte: ceiling }), aggs: { s: { stats: { field: "_seq_no" } } } } },
  };
}

export interface ListRange {
  readonly above: number;
  readonly upTo: number;
  readonly clauses: readonly JsonObject[];
  readonly size: number;
  readonly withSource: boolean;
  readonly newestFirst?: boolean;
}

export function listBody(range: ListRange): JsonObject {
  return {
    size: range.size,
    track_total_hits: false,
    version: true,
    seq_no_primary_term: true,
    ...(range.withSource ? {} : { _source: false }),
    sort: range.newestFirst === true ? [{ _seq_no: { order: "desc", unmapped_type: "long" } }] : bySeq,
    query: { bool: { filter: [seqRange({ gt: range.above, lte: range.upTo }), ...range.clauses] } },
  };
}

export function headBody(): JsonObject {
  return { size: 0, track_total_hits: false, aggs: { head: { max: { field: "_seq_no" } } } };
}

export function indicesBody(): JsonObject {
  return { size: 0, track_total_hits: false, aggs: { names: { terms: { field: "_index", size: 1000 } } } };
}
