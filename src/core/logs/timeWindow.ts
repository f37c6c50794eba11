import * as l10n from "@vscode/l10n";
import type { SearchTransport } from "../aws/ports";
import type { Clock } from "../clock";
import { AppError } from "../errors";
import { noFilter, type LogFilter } from "./filter";
import { headOf, readHeads } from "./headProbe";
import type { JsonObject } from "./json";
import { toEntry } from "./listing";
import { MergeBuffer } from "./mergeBuffer";
import { countOf, hitsOf, wholeNumbers } from "./searchAnswers";
import { countBody, listBody, timeRange } from "./searchRequests";
import { silentText } from "./startPosition";
import { listIndices } from "./startTail";
import type { StreamCursor } from "./streamCursor";
import type { TailListener } from "./tailEvents";
import { TailIndices } from "./tailIndices";
import { tailParts, type TailParts } from "./tailParts";
import { checkFilter } from "./windowFill";

export interface TimeWindowOptions {
  readonly transport: SearchTransport;
  readonly clock: Clock;
  /** The index; its rotations are read too. */
  readonly index: string;
  /** By the events' own time, in milliseconds since the epoch. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly filter?: LogFilter;
  readonly listener: TailListener;
  /** Told once, before the first event: how many there are. */
  readonly onTotal?: (events: number) => void;
  readonly random?: () => number;
}

const indicesAtATime = 2;
const passes = 3;
const attempts = 6;

/**
 * Shows every event of a time window once, index after index, in the order of time where the shards' order allows it. Resolves with
 * their number. What is delivered anew meanwhile under another document number is read in a second pass.
 */
export async function readTimeWindow(options: TimeWindowOptions, signal: AbortSignal): Promise<number> {
  const { transport, clock, listener, index, filter = noFilter } = options;
  let shown = 0;
  const counting: TailListener = (event) => {
    shown += event.kind === "entries" ? event.entries.length : 0;
    return listener(event);
  };
  const parts = tailParts({ transport, clock, listener: counting, recordIdentity: false, random: options.random, signal });
  const indices = new TailIndices(index, parts);
  const { names: listed, numbered } = await listIndices(parts, index, listAttempts);
  if (!numbered) {
    throw new AppError("conflict", l10n.t("This domain does not let documents be found by number: a time window cannot be read whole."));
  }
  const heads = await indices.start(listed);
  await checkFilter(parts, indices, filter);
  const clauses = [...filter.clauses, timeRange({ gte: options.from, lt: options.to })];
  const reader = new WindowReader(parts, clauses);
  await reader.begin(heads);
  options.onTotal?.(await reader.count(indices.streams));
  for (let pass = 0, open = [...indices.streams]; pass < passes && open.length > 0; pass++) {
    for (let from = 0; from < indices.names.length; from += indicesAtATime) {
      const names = indices.names.slice(from, from + indicesAtATime);
      await reader.read(open.filter((stream) => names.includes(stream.index)));
    }
    open = await reader.grown(indices.streams);
  }
  return shown;
}

/** Some ten minutes; then a window of a domain whose shards are all silent is given up. */
const listAttempts = 30;

class WindowReader {
  readonly #parts: TailParts;
  readonly #clauses: readonly JsonObject[];
  readonly #unreadable = new Set<StreamCursor>();

  constructor(parts: TailParts, clauses: readonly JsonObject[]) {
    this.#parts = parts;
    this.#clauses = clauses;
  }

  /** Up to where each shard is read. One that stays silent is left out, which is said. */
  async begin(heads: ReadonlyMap<StreamCursor, number | undefined>): Promise<void> {
    const { exchange, outlet, sender } = this.#parts;
    let known = heads;
    for (let failures = 0; known.size > 0; failures++) {
      const silent: StreamCursor[] = [];
      for (const [stream, head] of known) {
        stream.head = head ?? -1;
        silent.push(...(head === undefined ? [stream] : []));
      }
      if (failures >= attempts) {
        for (const stream of silent) {
          this.#unreadable.add(stream);
          await outlet.notice("limited", silentText(stream));
        }
        return;
      }
      await (silent.length > 0 ? sender.pause(sender.backoff(failures)) : undefined);
      const answers = await readHeads(exchange, silent);
      known = new Map(silent.map((stream, position) => [stream, headOf(answers[position])]));
    }
  }

  async count(streams: readonly StreamCursor[]): Promise<number> {
    const searches = streams.map(({ index, shard, head }) => ({ index, shard, body: countBody(-1, head, this.#clauses) }));
    const answers = await this.#parts.exchange.search(searches);
    return answers.reduce((sum, answer) => sum + (countOf(answer) ?? 0), 0);
  }

  /** Those to which something was added since their heads were read, with the new heads. */
  async grown(streams: readonly StreamCursor[]): Promise<StreamCursor[]> {
    const answers = await readHeads(this.#parts.exchange, streams);
    return streams.filter((stream, position) => {
      const head = headOf(answers[position]) ?? stream.head;
      const grew = head > stream.head;
      stream.head = Math.max(stream.head, head);
      return grew && !this.#unreadable.has(stream);
    });
  }

  /** From each ceiling to its head. */
  async read(streams: readonly StreamCursor[]): Promise<void> {
    const { exchange, outlet, pageSize, sender } = this.#parts;
    const buffer = new MergeBuffer(streams.length);
    for (let open = [...streams], failures = 0; open.length > 0;) {
      const { size } = pageSize;
      const asked = open.filter((stream) => buffer.isEmpty(streams.indexOf(stream)));
      const bounds = asked.map((stream) => stream.bound(size) ?? stream.head);
      const answers = await exchange.search(
        asked.map(({ index, shard, ceiling }, position) => ({
          ...{ index, shard },
          body: listBody({ above: ceiling, upTo: bounds[position] ?? -1, clauses: this.#clauses, size, withSource: true }),
        })),
      );
      let failed = false;
      for (const [position, stream] of asked.entries()) {
        const answer = answers[position] ?? { refusal: "unavailable", reason: "" };
        if (!("refusal" in answer)) {
          const page = hitsOf(answer.body);
          const { hits, next } = wholeNumbers(page, size);
          stream.tuneStep(page.length, size);
          stream.raiseCeiling(next ?? bounds[position] ?? -1);
          buffer.add(
            streams.indexOf(stream),
            hits.map((hit) => toEntry(stream, hit)),
          );
        } else if (answer.refusal === "unavailable" || answer.refusal === "throttled") {
          failed = true;
        } else {
          await this.#giveUp(stream, answer.reason);
        }
      }
      open = streams.filter((stream) => stream.ceiling < stream.head && !this.#unreadable.has(stream));
      await outlet.entries([buffer.take(streams.map((stream) => open.includes(stream)))], false);
      failures = failed ? failures + 1 : 0;
      if (failed) {
        await sender.pause(sender.backoff(failures));
      }
    }
    await outlet.entries([buffer.take(streams.map(() => false))], false);
  }

  async #giveUp(stream: StreamCursor, reason: string): Promise<void> {
    this.#unreadable.add(stream);
    const text = l10n.t("{0} cannot be searched by time: {1}", `${stream.index}[${stream.shard}]`, reason);
    await this.#parts.outlet.notice("limited", text);
  }
}
