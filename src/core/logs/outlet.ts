import type { Clock } from "../clock";
import { compareTimes, eventTime } from "./eventTime";
import { ShownIds } from "./shownIds";
import type { LogEntry, NoticeCode, TailListener } from "./tailEvents";
import type { TailIndices } from "./tailIndices";

const recordScope = " record";
const rateWindow = 10_000;
const lateAfter = 5 * 60_000;

/** The way out: leaves out what was shown already, counts, and waits for the listener. */
export class Outlet {
  readonly #listener: TailListener;
  readonly #clock: Clock;
  readonly #recordIdentity: boolean;
  readonly #signal: AbortSignal;
  readonly #ids = new ShownIds();
  #arrivals: { readonly at: number; readonly count: number }[] = [];
  #newest: number | undefined;
  #shown = 0;
  #redelivered = 0;

  constructor(listener: TailListener, clock: Clock, recordIdentity: boolean, signal: AbortSignal) {
    this.#listener = listener;
    this.#clock = clock;
    this.#recordIdentity = recordIdentity;
    this.#signal = signal;
  }

  /** One list per stream, each in the order of its shard. Resolves with the number shown. */
  async entries(streams: readonly (readonly LogEntry[])[], live: boolean): Promise<number> {
    const now = this.#clock.now();
    const fresh = merged(streams.map((list) => list.filter((entry) => this.#isNew(entry))));
    if (fresh.length === 0) {
      return 0;
    }
    this.#signal.throwIfAborted();
    this.#shown += fresh.length;
    this.#arrivals.push({ at: now, count: fresh.length });
    await this.#listener({ kind: "entries", entries: fresh.map((entry) => this.#marked(entry, now, live)) });
    return fresh.length;
  }

  async notice(code: NoticeCode, text: string): Promise<void> {
    this.#signal.throwIfAborted();
    await this.#listener({ kind: "notice", code, text });
  }

  async state(indices: TailIndices): Promise<void> {
    const now = this.#clock.now();
    this.#arrivals = this.#arrivals.filter(({ at }) => now - at < rateWindow);
    const arrived = this.#arrivals.reduce((sum, { count }) => sum + count, 0);
    this.#signal.throwIfAborted();
    await this.#listener({
      kind: "state",
      rate: (arrived * 1000) / rateWindow,
      ...(this.#newest === undefined ? {} : { newest: this.#newest }),
      streams: indices.streams.length,
      indices: indices.names.length,
      lagging: indices.streams.filter((stream) => stream.failures > 0).length,
      shown: this.#shown,
      redelivered: this.#redelivered,
    });
  }

  /** Ids of an index that was made anew are other ids. */
  forget(index: string): void {
    this.#ids.forget(index);
  }

  #isNew(entry: LogEntry): boolean {
    const record = this.#recordIdentity ? recordKey(entry.source) : undefined;
    const newId = this.#ids.add(entry.index, entry.id);
    const newRecord = record === undefined || this.#ids.add(recordScope, record);
    if (!newId || !newRecord) {
      this.#redelivered++;
    }
    return newId && newRecord;
  }

  #marked(entry: LogEntry, now: number, live: boolean): LogEntry {
    const ms = eventTime(entry.source)?.ms;
    if (ms === undefined) {
      return entry;
    }
    this.#newest = Math.max(this.#newest ?? ms, ms);
    return live && now - ms > lateAfter ? { ...entry, lateMs: now - ms } : entry;
  }
}

function recordKey(source: LogEntry["source"]): string | undefined {
  const parts = ["MachineName", "LogName", "Index", "TimeCreated"].map((name) => source[name]);
  return parts.includes(undefined) ? undefined : JSON.stringify(parts);
}

/** Takes the stream with the earliest head each time: time order where the shards' order allows it. */
export function merged(streams: readonly (readonly LogEntry[])[]): LogEntry[] {
  const heads = streams.map((list) => list.map((entry) => ({ entry, time: eventTime(entry.source) })));
  const positions = heads.map(() => 0);
  const result: LogEntry[] = [];
  for (;;) {
    let best: { readonly stream: number; readonly head: (typeof heads)[number][number] } | undefined;
    heads.forEach((list, stream) => {
      const head = list[positions[stream] ?? 0];
      if (head !== undefined && (best === undefined || compareTimes(head.time, best.head.time) < 0)) {
        best = { stream, head };
      }
    });
    if (best === undefined) {
      return result;
    }
    result.push(best.head.entry);
    positions[best.stream] = (positions[best.stream] ?? 0) + 1;
  }
}
