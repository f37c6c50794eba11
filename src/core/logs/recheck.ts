import { numberAt, type JsonObject } from "./json";
import { listAll } from "./listing";
import { hitsOf, type Hit } from "./searchAnswers";
import type { SearchExchange } from "./searchExchange";
import { numbersBody, partsBody } from "./searchRequests";
import type { StreamCursor } from "./streamCursor";

/** Windows up to here are listed without looking for the part that differs. */
const listedWhole = 5000;
const partsOfWindow = 32;
const sourcesPage = 500;

interface Range {
  readonly above: number;
  readonly upTo: number;
}

export interface Rechecked {
  /** What became visible in the window after its time, in the order of numbers. */
  readonly late: readonly Hit[];
  /** There are other documents in the window, and none of those that were shown. */
  readonly replaced: boolean;
}

/** Undefined when the shard stopped answering. */
export async function recheck(
  exchange: SearchExchange,
  stream: StreamCursor,
  clauses: readonly JsonObject[],
  whole: boolean,
): Promise<Rechecked | undefined> {
  const all = { above: stream.floor, upTo: stream.ceiling };
  const found = whole ? [all] : await differing(exchange, stream, clauses);
  if (found === undefined) {
    return undefined;
  }
  const ranges = found.length === 0 ? [all] : found;
  const unknown: Hit[] = [];
  for (const range of ranges) {
    const [present] = await listAll(exchange, [{ stream, ...range, clauses, withSource: false }]);
    if (!Array.isArray(present)) {
      return undefined;
    }
    unknown.push(...stream.window.reconcile(range.above, range.upTo, present));
    if (range.upTo >= stream.ceiling) {
      stream.anchorIs(present.findLast(({ seq }) => seq === stream.ceiling));
    }
  }
  const replaced = unknown.length > 0 && stream.window.count === 0;
  const late = unknown.length === 0 ? [] : await withSources(exchange, stream, clauses, unknown);
  late?.forEach((hit) => {
    stream.add(hit.seq, hit.id, hit.term);
  });
  return late === undefined ? undefined : { late, replaced };
}

/** The parts of the window whose checksums are not ours. */
async function differing(exchange: SearchExchange, stream: StreamCursor, clauses: readonly JsonObject[]): Promise<Range[] | undefined> {
  const { floor, ceiling, window } = stream;
  if (ceiling - floor <= listedWhole || window.count <= listedWhole) {
    return [{ above: floor, upTo: ceiling }];
  }
  const step = Math.ceil((ceiling - floor) / partsOfWindow);
  const parts: Range[] = [];
  for (let above = floor; above < ceiling; above += step) {
    parts.push({ above, upTo: Math.min(ceiling, above + step) });
  }
  const answer = await exchange.one({ index: stream.index, shard: stream.shard, body: partsBody(parts, clauses) });
  if ("refusal" in answer) {
    return undefined;
  }
  return parts.filter(({ above, upTo }, position) => {
    const { count, sum } = window.tally(above, upTo);
    const found = ["aggregations", `p${position}`, "s"];
    return (numberAt(answer.body, ...found, "count") ?? 0) !== count || (numberAt(answer.body, ...found, "sum") ?? 0) !== sum;
  });
}

/** What has gone again meanwhile is left out: the next poll sees the difference, if there still is one. */
export async function withSources(
  exchange: SearchExchange,
  stream: StreamCursor,
  clauses: readonly JsonObject[],
  unknown: readonly Hit[],
): Promise<Hit[] | undefined> {
  const wanted = new Set(unknown.map(({ seq, id }) => `${seq} ${id}`));
  const found: Hit[] = [];
  for (let from = 0; from < unknown.length; from += sourcesPage) {
    const numbers = [...new Set(unknown.slice(from, from + sourcesPage).map(({ seq }) => seq))];
    const answer = await exchange.one({ index: stream.index, shard: stream.shard, body: numbersBody(numbers, clauses) });
    if ("refusal" in answer) {
      return undefined;
    }
    found.push(...hitsOf(answer.body).filter(({ seq, id }) => wanted.has(`${seq} ${id}`)));
  }
  return found;
}
