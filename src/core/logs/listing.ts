import type { LogEntry } from "./tailEvents";
import { hitsOf, type Hit } from "./searchAnswers";
import type { SearchExchange } from "./searchExchange";
import { listBody } from "./searchRequests";
import type { JsonObject } from "./json";
import type { StreamCursor } from "./streamCursor";

const listPage = 5000;

export function toEntry(stream: StreamCursor, hit: Hit): LogEntry {
  return { index: stream.index, shard: stream.shard, seq: hit.seq, id: hit.id, version: hit.version, source: hit.source };
}

/** All documents of a stream in (above, upTo], by number; undefined when the shard did not answer. */
export async function listRange(
  exchange: SearchExchange,
  stream: StreamCursor,
  range: { readonly above: number; readonly upTo: number },
  clauses: readonly JsonObject[],
  withSource: boolean,
): Promise<Hit[] | undefined> {
  const found: Hit[] = [];
  const size = withSource ? 1000 : listPage;
  for (let above = range.above; ;) {
    const body = listBody({ above, upTo: range.upTo, clauses, size, withSource });
    const [answer] = await exchange.shards([{ index: stream.index, shard: stream.shard, body }]);
    if (answer === undefined || "refusal" in answer) {
      return undefined;
    }
    const hits = hitsOf(answer.body);
    found.push(...hits);
    const last = hits.at(-1);
    if (last === undefined || hits.length < size) {
      return found;
    }
    above = last.seq;
  }
}

/** Marks what is in the window now as shown. */
export async function fillWindow(exchange: SearchExchange, stream: StreamCursor, clauses: readonly JsonObject[]): Promise<boolean> {
  const hits = await listRange(exchange, stream, { above: stream.floor, upTo: stream.ceiling }, clauses, false);
  if (hits === undefined) {
    return false;
  }
  stream.forgetWindow();
  hits.forEach((hit) => stream.add(hit.seq, hit.id, hit.term));
  return true;
}
