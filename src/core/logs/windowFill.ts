import * as l10n from "@vscode/l10n";
import { AppError } from "../errors";
import type { LogFilter } from "./filter";
import { listAll, toEntry } from "./listing";
import { withSources } from "./recheck";
import type { Hit } from "./searchAnswers";
import type { StreamCursor } from "./streamCursor";
import type { LogEntry } from "./tailEvents";
import type { TailIndices } from "./tailIndices";
import type { TailParts } from "./tailParts";

const retryAfter = 1000;
/** A shard that is silent after so many is left for later. */
const attempts = 3;

/** The shards refuse the filter's query. */
export class FilterRefused extends AppError {
  constructor(reason: string) {
    super("invalidInput", l10n.t("The domain does not understand the filter: {0}", reason), {
      next: l10n.t("Check the text after query:, or put words in quotes."),
    });
  }
}

/** Rejects where no shard understands the filter, whatever it holds. */
export async function checkFilter({ exchange }: TailParts, indices: TailIndices, { clauses }: LogFilter): Promise<void> {
  if (clauses.length === 0 || indices.names.length === 0) {
    return;
  }
  const body = { size: 0, track_total_hits: false, terminate_after: 1, query: { bool: { filter: clauses } } };
  const answer = await exchange.one({ index: indices.names.at(-1) ?? indices.base, body });
  if ("refusal" in answer && answer.refusal === "invalid") {
    throw new FilterRefused(answer.reason);
  }
}

/** Marks what is in the windows now as shown, without showing it: of a shard that does not answer now, when it answers. */
export async function fillWindows(
  parts: TailParts,
  indices: TailIndices,
  streams: readonly StreamCursor[],
  filter: LogFilter,
): Promise<void> {
  await everyWindow(parts, indices, streams, filter, undefined, async (stream, hits) => {
    refill(stream, hits);
    return Promise.resolve(true);
  });
}

/** These and no others count as shown: what a copy had listed and another did not have yet is looked for again. */
export function refill(stream: StreamCursor, hits: readonly Hit[]): void {
  stream.forgetWindow();
  hits.forEach((hit) => {
    stream.add(hit.seq, hit.id, hit.term);
  });
}

/** What is in the windows under the new filter counts as shown; what the old filter would have shown yet is shown. */
export async function changeFilter(parts: TailParts, indices: TailIndices, before: LogFilter, next: LogFilter): Promise<void> {
  const streams = indices.streams.filter(({ silent }) => !silent);
  await everyWindow(parts, indices, streams, next, before, async (stream, hits, clauses) => {
    const late = hits.filter((hit) => hit.before && !stream.window.has(hit.seq, hit.id));
    const shown = late.length === 0 ? [] : await withSources(parts.exchange, stream, clauses, late);
    if (shown === undefined) {
      return false;
    }
    const entries: LogEntry[] = shown.map((hit) => toEntry(stream, hit));
    const isLate = new Set(late);
    refill(stream, [...hits.filter((hit) => !isLate.has(hit)), ...shown]);
    await parts.outlet.entries([entries], true, parts.sender.clockOffset);
    return true;
  });
}

/** What is done with a window's documents under a filter; false when the shard has to be asked again. */
type WindowTask = (stream: StreamCursor, hits: readonly Hit[], clauses: LogFilter["clauses"]) => Promise<boolean>;

/** Lists the windows and hands each to `done`: those of silent shards when they answer. */
export async function everyWindow(
  parts: TailParts,
  indices: TailIndices,
  streams: readonly StreamCursor[],
  filter: LogFilter,
  before: LogFilter | undefined,
  done: WindowTask,
): Promise<void> {
  let open = streams;
  for (let round = 0; round < attempts && open.length > 0; round++) {
    await (round > 0 ? parts.sender.pause(retryAfter) : undefined);
    open = await eachWindow(parts, indices, open, filter, before, done);
  }
  for (const stream of open) {
    indices.silent.add(stream, async (now) => (await eachWindow(parts, indices, [stream], now, before, done)).length === 0);
  }
}

/** Answers the streams whose shards were silent. */
export async function eachWindow(
  parts: TailParts,
  indices: TailIndices,
  streams: readonly StreamCursor[],
  filter: LogFilter,
  before: LogFilter | undefined,
  done: WindowTask,
): Promise<StreamCursor[]> {
  const beside = before === undefined ? {} : { before: before.clauses };
  const open = streams.filter((stream) => stream.floor < stream.ceiling);
  const jobs = open.map((stream) => ({
    ...{ stream, above: stream.floor, upTo: stream.ceiling, clauses: filter.clauses, withSource: false },
    ...beside,
  }));
  const lists = await listAll(parts.exchange, jobs);
  const silent: StreamCursor[] = [];
  for (const [position, stream] of open.entries()) {
    const list = lists[position];
    if (Array.isArray(list)) {
      if (!(await done(stream, list, filter.clauses))) {
        silent.push(stream);
      }
    } else if (list?.refusal === "unavailable" || list?.refusal === "throttled" || list?.refusal === "closed") {
      silent.push(stream);
    } else {
      stream.failures++;
      await indices.block(stream, list?.reason ?? "");
    }
  }
  return silent;
}
