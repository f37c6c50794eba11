import * as l10n from "@vscode/l10n";
import { AppError } from "../errors";
import type { LogFilter } from "./filter";
import { allNames, namesIn } from "./indexListing";
import { listAt, numberAt } from "./json";
import { numberedBody } from "./searchRequests";
import { isWhole, refuseIfAll, type Answer } from "./searchAnswers";
import { checkPlaces, placeAtPosition, resumeWindows } from "./resumeTail";
import { showLast, showSince } from "./startPosition";
import { inFlight, type StreamCursor } from "./streamCursor";
import type { TailStart } from "./tailEvents";
import type { TailIndices } from "./tailIndices";
import type { TailParts } from "./tailParts";
import { headOf, readHeads } from "./headProbe";
import { checkFilter, fillWindows } from "./windowFill";

const retryAfter = 1000;
const placeAttempts = 5;

/** Brings every cursor to where following begins. False where documents cannot be found by their numbers. */
export async function startTail(parts: TailParts, indices: TailIndices, since: TailStart, filter: LogFilter): Promise<boolean> {
  const { outlet } = parts;
  const { names, numbered } = await listIndices(parts, indices.base);
  const later = (streams: readonly StreamCursor[]): void => {
    placeWhenAnswering(parts, indices, streams, since);
  };
  const heads = numbered ? await startIndices(indices, names, later) : undefined;
  if (heads === undefined) {
    return false;
  }
  if (since.kind === "resume") {
    await indices.expect([...new Set(since.positions.map(({ index }) => index))], since.at);
  }
  if (indices.names.length === 0) {
    await outlet.notice("waiting", l10n.t("no index {0} yet, waiting for the first event", indices.base));
    return true;
  }
  await checkFilter(parts, indices, filter);
  await placeCursors(parts, indices, heads, since);
  const placed = indices.streams.filter(({ silent }) => !silent);
  await parts.checkpoints.begin(placed.filter((stream) => stream.unsettled || stream.ceiling < stream.head));
  await beginWindows(parts, indices, placed, since, filter);
  const answering = placed.filter(({ silent }) => !silent);
  if (since.kind === "last") {
    await showLast(parts, answering, filter, since.count);
  } else if (since.kind === "since") {
    await showSince(parts, answering, filter, since.ms);
  }
  return true;
}

async function beginWindows(
  parts: TailParts,
  indices: TailIndices,
  streams: readonly StreamCursor[],
  since: TailStart,
  filter: LogFilter,
): Promise<void> {
  if (since.kind === "resume") {
    await checkPlaces(parts, streams);
    await resumeWindows(parts, indices, streams, since.positions, filter);
  } else if (since.kind !== "all") {
    await fillWindows(parts, indices, streams, filter);
  }
}

/** Undefined where the domain lets no search choose its shard. */
async function startIndices(indices: TailIndices, names: readonly string[], later: (streams: readonly StreamCursor[]) => void) {
  try {
    return await indices.start(names, later);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === "preference") {
      return undefined;
    }
    throw thrown;
  }
}

/** The pattern's indices that hold documents, and whether documents can be found by their numbers. */
export async function listIndices(
  { exchange, outlet, sender }: TailParts,
  base: string,
  attempts = Infinity,
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
      if ((answer.refusal !== "unavailable" && answer.refusal !== "throttled") || failures >= attempts) {
        if (answer.refusal !== "invalid") {
          refuseIfAll([answer]);
        }
        throw new AppError("invalidInput", l10n.t("The indices of {0} cannot be listed: {1}", base, answer.reason));
      }
    }
    if ("refusal" in answer || (namesIn(answer.body).length === 0 && !isWhole(answer) && failures < attempts)) {
      if (failures === 1) {
        await outlet.notice("indexFailed", l10n.t("{0} cannot be read at present: {1}", base, l10n.t("none of its shards answers")));
      }
      await sender.pause(sender.backoff(failures));
      continue;
    }
    const names = await allNames(answer.body, async (body) => {
      const more = await exchange.one({ index: `${base}*`, body });
      return "refusal" in more ? {} : more.body;
    });
    const [hit] = listAt(answer.body, "hits", "hits");
    const found = numberAt(answer.body, "aggregations", "numbered", "doc_count") ?? 0;
    return { names, numbered: hit === undefined || (numberAt(hit, "_seq_no") !== undefined && found > 0) };
  }
}

/**
 * Documents in flight below a head still appear; what is visible there now counts as shown. A shard that stays silent is placed when
 * it answers.
 */
async function placeCursors(
  parts: TailParts,
  indices: TailIndices,
  heads: ReadonlyMap<StreamCursor, number | undefined>,
  since: TailStart,
): Promise<void> {
  let known = heads;
  for (let round = 0; ; round++) {
    const silent: StreamCursor[] = [];
    for (const [stream, head] of known) {
      if (head !== undefined) {
        place(parts, indices, stream, head, since);
      } else {
        silent.push(stream);
      }
    }
    if (silent.length === 0) {
      return;
    }
    if (round >= placeAttempts) {
      await leaveForLater(parts, indices, silent, since);
      return;
    }
    await parts.sender.pause(retryAfter);
    const answers = await readHeads(parts.exchange, silent);
    const there = [...silent.entries()].filter(([position]) => !isMissing(answers[position]));
    known = new Map(there.map(([position, stream]) => [stream, headOf(answers[position])]));
  }
}

function place({ clock }: TailParts, indices: TailIndices, stream: StreamCursor, head: number, since: TailStart): void {
  if (
    since.kind === "resume" &&
    placeAtPosition(stream, { head, now: clock.now(), created: indices.created(stream.index) }, { ...since, base: indices.base })
  ) {
    return;
  }
  if (since.kind !== "all") {
    stream.jump(indices.isDormant(stream.index) ? head : Math.max(-1, head - inFlight), head);
  }
  stream.startBelow(head);
}

async function leaveForLater(parts: TailParts, indices: TailIndices, silent: readonly StreamCursor[], since: TailStart): Promise<void> {
  placeWhenAnswering(parts, indices, silent, since);
  for (const stream of silent) {
    const name = `${stream.index}[${stream.shard}]`;
    await parts.outlet.notice("indexFailed", l10n.t("{0} cannot be read at present: {1}", name, l10n.t("none of its shards answers")));
  }
}

function placeWhenAnswering(parts: TailParts, indices: TailIndices, silent: readonly StreamCursor[], since: TailStart): void {
  if (since.kind === "all") {
    return;
  }
  for (const stream of silent) {
    indices.silent.add(stream, async (filter) => {
      const [answer] = await readHeads(parts.exchange, [stream]);
      const head = headOf(answer);
      if (head === undefined) {
        return false;
      }
      place(parts, indices, stream, head, since);
      stream.silent = false;
      await beginWindows(parts, indices, [stream], since, filter);
      return !stream.silent;
    });
  }
}

function isMissing(answer: Answer | undefined): boolean {
  return answer !== undefined && "refusal" in answer && answer.refusal === "missing";
}
