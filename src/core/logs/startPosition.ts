import * as l10n from "@vscode/l10n";
import { compareTimes, eventTime } from "./eventTime";
import type { LogFilter } from "./filter";
import { listRange, toEntry } from "./listing";
import { merged, type Outlet } from "./outlet";
import { hitsOf, type Hit } from "./searchAnswers";
import type { SearchExchange } from "./searchExchange";
import { listBody } from "./searchRequests";
import type { StreamCursor } from "./streamCursor";
import type { LogEntry, TailStart } from "./tailEvents";

const sinceLimit = 10_000;
const startAttempts = 6;

interface Start {
  readonly exchange: SearchExchange;
  readonly outlet: Outlet;
  readonly streams: readonly StreamCursor[];
  readonly filter: LogFilter;
  readonly since: TailStart;
  readonly now: number;
}

/** Shows what lies before the heads at which following begins. */
export async function showStart(start: Start): Promise<void> {
  const { since, outlet } = start;
  if (since.kind === "last") {
    const all = merged(await Promise.all(start.streams.map((stream) => newest(start, stream, since.count))));
    const latest = all.sort((a, b) => compareTimes(eventTime(a.source), eventTime(b.source))).slice(-since.count);
    await outlet.entries([latest], false);
  }
  if (since.kind === "since") {
    await showSince(start, since.ms);
  }
}

async function newest(start: Start, stream: StreamCursor, count: number): Promise<LogEntry[]> {
  const { exchange, filter } = start;
  const body = listBody({
    above: -1,
    upTo: stream.ceiling,
    clauses: filter.clauses,
    size: Math.min(count, sinceLimit),
    withSource: true,
    newestFirst: true,
  });
  const hits = await answered(start, stream, async () => {
    const [answer] = await exchange.shards([{ index: stream.index, shard: stream.shard, body }]);
    return answer === undefined || "refusal" in answer ? undefined : hitsOf(answer.body);
  });
  return hits.reverse().map((hit) => toEntry(stream, hit));
}

/** Asks a shard that cannot answer now again: what it holds belongs to the start. When it stays silent, that is said. */
async function answered({ exchange, outlet }: Start, stream: StreamCursor, ask: () => Promise<Hit[] | undefined>): Promise<Hit[]> {
  for (let failures = 0; failures < startAttempts; failures++) {
    const hits = await ask();
    if (hits !== undefined) {
      return hits;
    }
    await exchange.pause(exchange.backoff(failures));
  }
  const { index, shard } = stream;
  await outlet.notice("limited", l10n.t("shard {0} of {1} does not answer: its earlier events are not shown", shard, index));
  return [];
}

async function showSince(start: Start, ms: number): Promise<void> {
  const { exchange, outlet, streams, filter, now } = start;
  const from = { range: { TimeCreated: { gte: new Date(now - ms).toISOString(), format: "strict_date_optional_time" } } };
  const lists: LogEntry[][] = [];
  for (const stream of streams) {
    const range = { above: -1, upTo: stream.ceiling };
    const hits = await answered(start, stream, () => listRange(exchange, stream, range, [...filter.clauses, from], true));
    lists.push(hits.map((hit) => toEntry(stream, hit)));
  }
  const all = merged(lists);
  if (all.length > sinceLimit) {
    await outlet.notice("limited", l10n.t("skipped {0} older events, showing the latest {1}", all.length - sinceLimit, sinceLimit));
  }
  await outlet.entries([all.slice(-sinceLimit)], false);
}
