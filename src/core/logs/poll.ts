import * as l10n from "@vscode/l10n";
import type { Clock } from "../clock";
import type { LogFilter } from "./filter";
import { numberAt, type JsonObject } from "./json";
import { listRange, toEntry } from "./listing";
import type { Outlet } from "./outlet";
import { hitsOf, type Answer, type Hit } from "./searchAnswers";
import type { SearchExchange } from "./searchExchange";
import { pollBody } from "./searchRequests";
import type { StreamCursor } from "./streamCursor";
import type { LogEntry } from "./tailEvents";
import type { TailIndices } from "./tailIndices";

const smallestPage = 100;

/** Asks every stream once and shows what is new. `more` asks for the next poll without a pause. */
export async function pollStreams(
  indices: TailIndices,
  exchange: SearchExchange,
  clock: Clock,
  outlet: Outlet,
  filter: LogFilter,
): Promise<{ readonly shown: number; readonly more: boolean }> {
  const due = indices.streams.filter((stream) => stream.blockedUntil <= clock.now());
  const asked = due.map((stream) => ({ stream, bound: stream.bound, size: stream.size }));
  const answers = await exchange.shards(
    due.map((stream) => ({ index: stream.index, shard: stream.shard, body: pollBody(stream, filter) })),
  );
  const batches: LogEntry[][] = [];
  for (const [position, question] of asked.entries()) {
    const { stream } = question;
    const answer = answers[position] ?? { refusal: "unavailable", reason: "" };
    const entries = "refusal" in answer ? undefined : await read(exchange, filter, question, answer.body);
    if (entries === undefined) {
      await refuse(indices, exchange, clock, outlet, stream, answer);
      continue;
    }
    stream.failures = 0;
    stream.settle(clock.now());
    batches.push(entries);
  }
  const shown = await outlet.entries(batches, true);
  return { shown, more: due.some((stream) => stream.behind && stream.failures === 0) };
}

interface Question {
  readonly stream: StreamCursor;
  readonly bound: number | undefined;
  readonly size: number;
}

/** What is new in one answer; undefined when the shard failed meanwhile, and then nothing has changed. */
async function read(exchange: SearchExchange, filter: LogFilter, question: Question, body: JsonObject): Promise<LogEntry[] | undefined> {
  const { stream, bound, size } = question;
  const hits = hitsOf(body);
  const late = agrees(stream, hits, body) ? [] : await recheck(exchange, filter, stream);
  if (late === undefined) {
    return undefined;
  }
  const fresh = hits.filter((hit) => hit.seq > stream.ceiling);
  fresh.forEach((hit) => stream.add(hit.seq, hit.id, hit.term));
  const full = hits.length >= size;
  stream.ceiling = fresh.at(-1)?.seq ?? stream.ceiling;
  if (bound !== undefined && !full) {
    stream.ceiling = Math.max(stream.ceiling, bound);
  }
  stream.behind = full || bound !== undefined;
  return [...late, ...fresh].map((hit) => toEntry(stream, hit));
}

/** Nothing changed in the window since it was shown. */
function agrees(stream: StreamCursor, hits: readonly Hit[], body: JsonObject): boolean {
  const { anchor } = stream;
  const found = hits.find((hit) => hit.seq === stream.ceiling && (anchor === undefined || hit.id === anchor.id));
  if (anchor !== undefined && (found === undefined || found.term > anchor.term)) {
    return false;
  }
  const count = numberAt(body, "aggregations", "win", "s", "count") ?? 0;
  const sum = numberAt(body, "aggregations", "win", "s", "sum") ?? 0;
  return count === stream.count && sum === stream.sum;
}

/** What became visible in the window after its time. */
async function recheck(exchange: SearchExchange, filter: LogFilter, stream: StreamCursor): Promise<Hit[] | undefined> {
  const range = { above: stream.floor, upTo: stream.ceiling };
  const present = await listRange(exchange, stream, range, filter.clauses, false);
  if (present === undefined) {
    return undefined;
  }
  const unknown = present.filter((hit) => !stream.has(hit.seq, hit.id));
  const late = unknown.length === 0 ? [] : await withSources(exchange, filter, stream, unknown);
  if (late === undefined) {
    return undefined;
  }
  late.forEach((hit) => stream.add(hit.seq, hit.id, hit.term));
  stream.reconcile(new Set([...present, ...late].map((hit) => `${hit.seq} ${hit.id}`)));
  return late;
}

async function withSources(
  exchange: SearchExchange,
  filter: LogFilter,
  stream: StreamCursor,
  unknown: readonly Hit[],
): Promise<Hit[] | undefined> {
  const range = { above: (unknown[0]?.seq ?? 0) - 1, upTo: unknown.at(-1)?.seq ?? 0 };
  const hits = await listRange(exchange, stream, range, filter.clauses, true);
  return hits?.filter((hit) => !stream.has(hit.seq, hit.id));
}

async function refuse(
  indices: TailIndices,
  exchange: SearchExchange,
  clock: Clock,
  outlet: Outlet,
  stream: StreamCursor,
  answer: Answer,
): Promise<void> {
  stream.failures++;
  stream.behind = false;
  stream.blockedUntil = clock.now() + exchange.backoff(stream.failures);
  if (!("refusal" in answer)) {
    return;
  }
  if (answer.refusal === "missing") {
    await indices.drop(stream.index);
  } else if (answer.refusal === "shardMissing") {
    indices.recount(stream.index);
  } else if (answer.refusal === "throttled") {
    stream.size = Math.max(smallestPage, Math.floor(stream.size / 2));
  } else if (answer.refusal !== "unavailable") {
    stream.blockedUntil = clock.now() + 60_000;
    if (stream.failures === 1) {
      await outlet.notice("indexFailed", l10n.t("{0} cannot be read at present: {1}", stream.index, answer.reason));
    }
  }
}
