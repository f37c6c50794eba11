import * as l10n from "@vscode/l10n";
import { compareTimes, eventTime } from "./eventTime";
import type { LogFilter } from "./filter";
import { listRange, toEntry } from "./listing";
import { merged, type Outlet } from "./outlet";
import { hitsOf } from "./searchAnswers";
import type { SearchExchange } from "./searchExchange";
import { listBody } from "./searchRequests";
import type { StreamCursor } from "./streamCursor";
import type { LogEntry, TailStart } from "./tailEvents";

const sinceLimit = 10_000;

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

async function newest({ exchange, filter }: Start, stream: StreamCursor, count: number): Promise<LogEntry[]> {
  const body = listBody({
    above: -1,
    upTo: stream.ceiling,
    clauses: filter.clauses,
    size: Math.min(count, sinceLimit),
    withSource: true,
    newestFirst: true,
  });
  const [answer] = await exchange.shards([{ index: stream.index, shard: stream.shard, body }]);
  return answer === undefined || "refusal" in answer
    ? []
    : hitsOf(answer.body)
        .reverse()
        .map((hit) => toEntry(stream, hit));
}

async function showSince({ exchange, outlet, streams, filter, now }: Start, ms: number): Promise<void> {
  const from = { range: { TimeCreated: { gte: new Date(now - ms).toISOString(), format: "strict_date_optional_time" } } };
  const lists: LogEntry[][] = [];
  for (const stream of streams) {
    const hits = await listRange(exchange, stream, { above: -1, upTo: stream.ceiling }, [...filter.clauses, from], true);
    lists.push((hits ?? []).map((hit) => toEntry(stream, hit)));
  }
  const all = merged(lists);
  if (all.length > sinceLimit) {
    await outlet.notice("limited", l10n.t("skipped {0} older events, showing the latest {1}", all.length - sinceLimit, sinceLimit));
  }
  await outlet.entries([all.slice(-sinceLimit)], false);
}
