import * as l10n from "@vscode/l10n";
import { AppError } from "../errors";
import type { LogFilter } from "./filter";
import { at, listAt, numberAt, type JsonObject } from "./json";
import { indicesBody, namesPerSearch, numberedBody } from "./searchRequests";
import { placeAtPosition, resumeWindows } from "./resumeTail";
import { showLast, showSince } from "./startPosition";
import { inFlight, type StreamCursor } from "./streamCursor";
import type { TailStart } from "./tailEvents";
import type { TailIndices } from "./tailIndices";
import type { TailParts } from "./tailParts";
import { headOf, readHeads } from "./headProbe";
import { checkFilter, fillWindows } from "./windowFill";

const retryAfter = 1000;
const attempts = 30;

/** Brings every cursor to where following begins. False where documents cannot be found by their numbers. */
export async function startTail(parts: TailParts, indices: TailIndices, since: TailStart, filter: LogFilter): Promise<boolean> {
  const { outlet } = parts;
  const { names, numbered } = await listIndices(parts, indices.base);
  const heads = numbered ? await startIndices(indices, names) : undefined;
  if (heads === undefined) {
    return false;
  }
  if (indices.names.length === 0) {
    await outlet.notice("waiting", l10n.t("no index {0} yet, waiting for the first event", indices.base));
    return true;
  }
  await checkFilter(parts, indices, filter);
  await placeCursors(parts, indices, heads, since);
  await parts.checkpoints.begin(indices.streams.filter((stream) => stream.unsettled || stream.ceiling < stream.head));
  if (since.kind === "resume") {
    await resumeWindows(parts, indices, since.positions, filter);
  } else if (since.kind !== "all") {
    await fillWindows(parts, indices, indices.streams, filter);
  }
  if (since.kind === "last") {
    await showLast(parts, indices.streams, filter, since.count);
  } else if (since.kind === "since") {
    await showSince(parts, indices.streams, filter, since.ms);
  }
  return true;
}

/** Undefined where the domain lets no search choose its shard. */
async function startIndices(indices: TailIndices, names: readonly string[]) {
  try {
    return await indices.start(names);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === "preference") {
      return undefined;
    }
    throw thrown;
  }
}

/** The pattern's indices that hold documents, and whether documents can be found by their numbers. */
export async function listIndices(
  { exchange, sender }: TailParts,
  base: string,
): Promise<{ readonly names: string[]; readonly numbered: boolean }> {
  for (let failures = 0; ; failures++) {
    const answer = await exchange.one({ index: `${base}*`, body: numberedBody() });
    if ("refusal" in answer) {
      if (answer.refusal === "missing") {
        return { names: [], numbered: true };
      }
      if (answer.refusal === "preference") {
        return { names: [], numbered: false };
      }
      if (answer.refusal === "invalid" || failures >= attempts) {
        throw new AppError("invalidInput", l10n.t("The indices of {0} cannot be listed: {1}", base, answer.reason));
      }
      await sender.pause(sender.backoff(failures));
      continue;
    }
    const names = await allNames(exchange, base, answer.body);
    const [hit] = listAt(answer.body, "hits", "hits");
    const found = numberAt(answer.body, "aggregations", "numbered", "doc_count") ?? 0;
    return { names, numbered: hit === undefined || (numberAt(hit, "_seq_no") !== undefined && found > 0) };
  }
}

/** The names in a listing, and those that it had no room for. */
async function allNames(exchange: TailParts["exchange"], base: string, listing: JsonObject): Promise<string[]> {
  let found = namesIn(listing);
  const names = found;
  while (found.length >= namesPerSearch) {
    const answer = await exchange.one({ index: `${base}*`, body: indicesBody(names, new Map()) });
    found = "refusal" in answer ? [] : namesIn(answer.body);
    names.push(...found);
  }
  return names;
}

function namesIn(listing: JsonObject): string[] {
  return listAt(listing, "aggregations", "names", "buckets").map((bucket) => String(at(bucket, "key")));
}

/** Documents in flight below a head still appear; what is visible there now counts as shown. */
async function placeCursors(
  { clock, exchange, sender }: TailParts,
  indices: TailIndices,
  heads: ReadonlyMap<StreamCursor, number | undefined>,
  since: TailStart,
): Promise<void> {
  let open = [...indices.streams];
  let known = heads;
  for (;;) {
    const failed: StreamCursor[] = [];
    for (const stream of open) {
      const head = known.get(stream);
      if (head === undefined) {
        failed.push(stream);
        continue;
      }
      if (since.kind === "resume" && placeAtPosition(stream, head, clock.now(), { ...since, base: indices.base })) {
        continue;
      }
      if (since.kind !== "all") {
        const dormant = indices.isDormant(stream.index);
        stream.jump(dormant ? head : Math.max(-1, head - inFlight), head);
      }
      stream.startBelow(head);
    }
    open = failed;
    if (open.length === 0) {
      return;
    }
    await sender.pause(retryAfter);
    const answers = await readHeads(exchange, open);
    const missing = answers.map((answer) => "refusal" in answer && answer.refusal === "missing");
    open = open.filter((_, position) => missing[position] !== true);
    known = new Map(failed.map((stream, position) => [stream, headOf(answers[position])]));
  }
}
