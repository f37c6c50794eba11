import * as l10n from "@vscode/l10n";
import { compareTimes, eventTime } from "./eventTime";
import type { LogFilter } from "./filter";
import type { JsonObject } from "./json";
import { toEntry } from "./listing";
import { countOf, hitsOf, wholeNumbers, type Answer } from "./searchAnswers";
import type { Search } from "./searchExchange";
import { countBody, listBody, timeRange } from "./searchRequests";
import type { StreamCursor } from "./streamCursor";
import type { LogEntry } from "./tailEvents";
import { domainNow, type TailParts } from "./tailParts";

const rowLimit = 10_000;
const sourcesPage = 1000;
const attempts = 6;
const widening = 8;
const narrowings = 30;
const enough = 0.9;

/** The `count` latest events below the heads, oldest first. The newest indices are looked through first. */
export async function showLast(parts: TailParts, streams: readonly StreamCursor[], filter: LogFilter, count: number): Promise<void> {
  const wanted = Math.min(count, rowLimit);
  const names = [...new Set(streams.map(({ index }) => index))].sort().reverse();
  const found: LogEntry[] = [];
  for (const name of names) {
    if (found.length >= wanted) {
      break;
    }
    const lists = await Promise.all(streams.filter(({ index }) => index === name).map((stream) => newest(parts, stream, filter, wanted)));
    found.push(...lists.flat());
  }
  const latest = found.sort((a, b) => compareTimes(eventTime(a.source), eventTime(b.source))).slice(-wanted);
  await parts.outlet.entries([latest], false);
}

/** The range grows downwards until it holds enough. */
async function newest(parts: TailParts, stream: StreamCursor, filter: LogFilter, count: number): Promise<LogEntry[]> {
  for (let reach = 4 * count; ; reach *= widening) {
    const above = Math.max(-1, stream.ceiling - reach);
    const range = { above, upTo: stream.ceiling, clauses: filter.clauses, size: count, withSource: true, newestFirst: true };
    const answer = await answered(parts, { index: stream.index, shard: stream.shard, body: listBody(range) });
    const hits = answer === undefined ? [] : hitsOf(answer);
    if (hits.length >= count || above < 0 || answer === undefined) {
      return hits.reverse().map((hit) => toEntry(stream, hit));
    }
  }
}

/** Events of the last `ms` by their own time: all of them, or the latest ten thousand. */
export async function showSince(parts: TailParts, streams: readonly StreamCursor[], filter: LogFilter, ms: number): Promise<void> {
  const now = domainNow(parts);
  const all = await countFrom(parts, streams, filter, now - ms);
  const from = all <= rowLimit ? now - ms : await narrowed(parts, streams, filter, { early: now - ms, late: now });
  const lists = await Promise.all(streams.map((stream) => listFrom(parts, stream, [...filter.clauses, timeRange({ gte: from })])));
  const shown = lists.reduce((sum, list) => sum + list.length, 0);
  if (all > rowLimit) {
    await parts.outlet.notice("limited", l10n.t("skipped {0} older events, showing the latest {1}", all - shown, shown));
  }
  await parts.outlet.entries(lists, false);
}

/** A time from which on there are as many events as may be shown, or somewhat fewer. */
async function narrowed(
  parts: TailParts,
  streams: readonly StreamCursor[],
  filter: LogFilter,
  { early, late }: { early: number; late: number },
): Promise<number> {
  for (let step = 0; step < narrowings && late - early > 1; step++) {
    const middle = Math.floor((early + late) / 2);
    const count = await countFrom(parts, streams, filter, middle);
    if (count > rowLimit) {
      early = middle;
    } else {
      late = middle;
      if (count > rowLimit * enough) {
        break;
      }
    }
  }
  return late;
}

async function countFrom(parts: TailParts, streams: readonly StreamCursor[], filter: LogFilter, from: number): Promise<number> {
  const searches = streams.map(({ index, shard, ceiling }) => ({
    index,
    shard,
    body: countBody(-1, ceiling, [...filter.clauses, timeRange({ gte: from })]),
  }));
  const answers = await parts.exchange.search(searches);
  return answers.reduce((sum, answer) => sum + (countOf(answer) ?? 0), 0);
}

async function listFrom(parts: TailParts, stream: StreamCursor, clauses: readonly JsonObject[]): Promise<LogEntry[]> {
  const found: LogEntry[] = [];
  for (let above = -1; ;) {
    const body = listBody({ above, upTo: stream.ceiling, clauses, size: sourcesPage, withSource: true });
    const answer = await answered(parts, { index: stream.index, shard: stream.shard, body });
    const { hits, next } = wholeNumbers(answer === undefined ? [] : hitsOf(answer), sourcesPage);
    found.push(...hits.map((hit) => toEntry(stream, hit)));
    if (next === undefined) {
      return found;
    }
    above = next;
  }
}

/** Asks a shard that cannot answer now again: what it holds belongs to the start. When it stays silent, that is said. */
async function answered({ exchange, outlet, sender }: TailParts, search: Search): Promise<JsonObject | undefined> {
  for (let failures = 0; failures < attempts; failures++) {
    const answer: Answer = await exchange.one(search);
    if (!("refusal" in answer)) {
      return answer.body;
    }
    if (answer.refusal === "missing" || answer.refusal === "invalid") {
      break;
    }
    await sender.pause(sender.backoff(failures));
  }
  await outlet.notice("limited", silentText(search));
  return undefined;
}

export function silentText({ index, shard }: Pick<Search, "index" | "shard">): string {
  return l10n.t("shard {0} of {1} does not answer: its earlier events are not shown", String(shard ?? ""), index);
}
