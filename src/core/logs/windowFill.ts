import * as l10n from "@vscode/l10n";
import { AppError } from "../errors";
import type { LogFilter } from "./filter";
import { listAll, toEntry } from "./listing";
import { withSources } from "./recheck";
import type { Hit } from "./searchAnswers";
import type { StreamCursor } from "./streamCursor";
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
  await everyWindow(parts, indices, streams, filter, {
    task: async (stream, hits) => {
      refill(stream, hits);
      return Promise.resolve(true);
    },
  });
}

/** What is in the windows under the new filter counts as shown; what the old filter would have shown yet is shown. */
export async function changeFilter(parts: TailParts, indices: TailIndices, before: LogFilter, next: LogFilter): Promise<void> {
  const streams = indices.streams.filter(({ silent }) => !silent);
  await everyWindow(parts, indices, streams, next, {
    before,
    task: (stream, hits, { clauses }) => {
      const late = hits.filter((hit) => hit.before && !stream.window.has(hit.seq, hit.id));
      return showLate(parts, stream, clauses, hits, new Set(late));
    },
  });
}

/** Shows those of the window's documents that are late; then all of them count as shown. False when the shard stopped answering. */
export async function showLate(
  parts: TailParts,
  stream: StreamCursor,
  clauses: LogFilter["clauses"],
  hits: readonly Hit[],
  late: ReadonlySet<Hit>,
): Promise<boolean> {
  const found = late.size === 0 ? [] : await withSources(parts.exchange, stream, clauses, [...late]);
  if (found === undefined) {
    return false;
  }
  refill(stream, [...hits.filter((hit) => !late.has(hit)), ...found]);
  await parts.outlet.entries([found.map((hit) => toEntry(stream, hit))], true, parts.sender.clockOffset);
  return true;
}

/** These and no others count as shown: what a copy had listed and another did not have yet is looked for again. */
function refill(stream: StreamCursor, hits: readonly Hit[]): void {
  stream.forgetWindow();
  hits.forEach((hit) => {
    stream.add(hit.seq, hit.id, hit.term);
  });
}

export interface WindowPass {
  /** Each document tells whether this filter holds for it as well. */
  readonly before?: LogFilter;
  /** What is done with a window's documents under the filter; false when the shard has to be asked again. */
  readonly task: (stream: StreamCursor, hits: readonly Hit[], filter: LogFilter) => Promise<boolean>;
}

/** Lists the windows and hands each to the task: those of silent shards when they answer. */
export async function everyWindow(
  parts: TailParts,
  indices: TailIndices,
  streams: readonly StreamCursor[],
  filter: LogFilter,
  pass: WindowPass,
): Promise<void> {
  const ask = (asked: readonly StreamCursor[], now: LogFilter): Promise<StreamCursor[]> => eachWindow(parts, indices, asked, now, pass);
  let open = streams;
  for (let round = 0; round < attempts && open.length > 0; round++) {
    await (round > 0 ? parts.sender.pause(retryAfter) : undefined);
    open = await ask(open, filter);
  }
  for (const stream of open) {
    indices.silent.add(stream, async (now) => (await ask([stream], now)).length === 0);
  }
}

/** Answers the streams whose shards were silent. */
async function eachWindow(
  parts: TailParts,
  indices: TailIndices,
  streams: readonly StreamCursor[],
  filter: LogFilter,
  { before, task }: WindowPass,
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
      if (!(await task(stream, list, filter))) {
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
