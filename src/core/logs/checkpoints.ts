import type { Clock } from "../clock";
import { at, isObject, numberAt } from "./json";
import type { SearchExchange } from "./searchExchange";
import type { SettleTime } from "./settleTime";
import type { StreamCursor } from "./streamCursor";

const readEvery = 30_000;
const readEveryWhenIdle = 60_000;
const failuresToGiveUp = 5;
const indicesOfOneRequest = 20;

/** Reads from `_stats`, where that is permitted, up to which number every copy of a shard has got. */
export class Checkpoints {
  readonly #exchange: SearchExchange;
  readonly #clock: Clock;
  readonly #settle: SettleTime;
  #permitted: boolean | undefined;
  #failures = 0;
  #readAt = -Infinity;

  constructor(exchange: SearchExchange, clock: Clock, settle: SettleTime) {
    this.#exchange = exchange;
    this.#clock = clock;
    this.#settle = settle;
  }

  /** How old a reading has to be to count; undefined where there are none. */
  get age(): number | undefined {
    return this.#permitted === true ? this.#settle.checkpointAge : undefined;
  }

  /** Asks only while something waits to settle. */
  async read(streams: readonly StreamCursor[], idle: boolean): Promise<void> {
    const waiting = streams.filter((stream) => stream.unsettled && stream.failures === 0);
    if (waiting.length > 0 && this.#clock.now() - this.#readAt >= (idle ? readEveryWhenIdle : readEvery)) {
      await this.#read(waiting);
    }
  }

  /** Before a long way to the heads: so that what all copies have can settle as soon as it must have been refreshed. */
  async begin(streams: readonly StreamCursor[]): Promise<ReadonlySet<StreamCursor>> {
    return streams.length === 0 ? new Set() : this.#read(streams);
  }

  /** Answers the streams of which something was read. */
  async #read(waiting: readonly StreamCursor[]): Promise<ReadonlySet<StreamCursor>> {
    const noted = new Set<StreamCursor>();
    if (this.#permitted === false) {
      return noted;
    }
    this.#readAt = this.#clock.now();
    const names = [...new Set(waiting.map(({ index }) => index))];
    for (let from = 0; from < names.length; from += indicesOfOneRequest) {
      const answer = await this.#exchange.checkpoints(names.slice(from, from + indicesOfOneRequest));
      this.#failures = answer.value === undefined ? this.#failures + 1 : 0;
      if (!answer.permitted || this.#failures >= failuresToGiveUp) {
        this.#permitted = false;
        return new Set();
      }
      if (answer.value !== undefined) {
        this.#note(waiting, answer.value, noted);
      }
    }
    return noted;
  }

  #note(streams: readonly StreamCursor[], stats: unknown, noted: Set<StreamCursor>): void {
    for (const stream of streams) {
      const copies = at(stats, "indices", stream.index, "shards", String(stream.shard));
      const active = Array.isArray(copies) ? copies.filter(isActive) : [];
      const checkpoints = active.map((copy) => numberAt(copy, "seq_no", "local_checkpoint")).filter((seq) => seq !== undefined);
      if (checkpoints.length > 0 && checkpoints.length === active.length) {
        this.#permitted = true;
        noted.add(stream);
        stream.noteCheckpoint(this.#readAt, Math.min(...checkpoints));
      }
    }
  }
}

function isActive(copy: unknown): boolean {
  const state = at(copy, "routing", "state");
  return isObject(copy) && (state === "STARTED" || state === "RELOCATING");
}
