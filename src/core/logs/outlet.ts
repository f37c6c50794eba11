import type { Clock } from "../clock";
import { compareTimes, eventTime, type EventTime } from "./eventTime";
import { ShownIds } from "./shownIds";
import type { LogEntry, NoticeCode, TailEvent, TailListener } from "./tailEvents";

const recordScope = " record";
const rateWindow = 10_000;
const lateAfter = 5 * 60_000;

type State = Extract<TailEvent, { readonly kind: "state" }>;

export interface OutletOptions {
  readonly listener: TailListener;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A second delivery of a Windows record under another id is left out too. */
  readonly recordIdentity: boolean;
}

/** The way out: leaves out what was shown already, counts, and waits for the listener. */
export class Outlet {
  readonly #options: OutletOptions;
  readonly #ids = new ShownIds();
  #arrivals: { readonly at: number; readonly count: number }[] = [];
  #newest: number | undefined;
  #shown = 0;
  #redelivered = 0;

  constructor(options: OutletOptions) {
    this.#options = options;
  }

  /** One list per stream, each in the order of its shard. Resolves with the number shown. `clockOffset` is the domain's. */
  async entries(streams: readonly (readonly LogEntry[])[], live: boolean, clockOffset = 0): Promise<number> {
    const { clock, signal, listener } = this.#options;
    const now = clock.now();
    const fresh = streams.map((list) => list.filter((entry) => this.#isNew(entry)));
    const entries = merged(fresh, (entry, time) => this.#marked(entry, time, live ? now + clockOffset : undefined));
    if (entries.length === 0) {
      return 0;
    }
    signal.throwIfAborted();
    this.#shown += entries.length;
    this.#arrivals.push({ at: now, count: entries.length });
    await listener({ kind: "entries", entries });
    return entries.length;
  }

  async notice(code: NoticeCode, text: string): Promise<void> {
    this.#options.signal.throwIfAborted();
    await this.#options.listener({ kind: "notice", code, text });
  }

  async state(rest: Pick<State, "streams" | "indices" | "lagging" | "behind" | "largestInversion">): Promise<void> {
    const now = this.#options.clock.now();
    this.#arrivals = this.#arrivals.filter(({ at }) => now - at < rateWindow);
    const arrived = this.#arrivals.reduce((sum, { count }) => sum + count, 0);
    this.#options.signal.throwIfAborted();
    await this.#options.listener({
      kind: "state",
      rate: (arrived * 1000) / rateWindow,
      ...(this.#newest === undefined ? {} : { newest: this.#newest }),
      shown: this.#shown,
      redelivered: this.#redelivered,
      ...rest,
    });
  }

  /** Ids of an index that was made anew are other ids. */
  forget(index: string): void {
    this.#ids.forget(index);
  }

  /** Counts as shown without being shown. */
  passOver(entry: Pick<LogEntry, "index" | "id">): void {
    this.#ids.add(entry.index, entry.id);
  }

  #isNew(entry: LogEntry): boolean {
    const record = this.#options.recordIdentity ? recordKey(entry.source) : undefined;
    const newId = this.#ids.add(entry.index, entry.id);
    const newRecord = record === undefined || this.#ids.add(recordScope, record);
    if (!newId || !newRecord) {
      this.#redelivered++;
    }
    return newId && newRecord;
  }

  #marked(entry: LogEntry, time: EventTime | undefined, domainNow: number | undefined): LogEntry {
    if (time === undefined) {
      return entry;
    }
    const { ms } = time;
    if (this.#newest === undefined || ms > this.#newest) {
      this.#newest = ms;
    }
    return domainNow !== undefined && domainNow - ms > lateAfter ? { ...entry, lateMs: domainNow - ms } : entry;
  }
}

function recordKey(source: LogEntry["source"]): string | undefined {
  const parts = ["MachineName", "LogName", "Index", "TimeCreated"].map((name) => source[name]);
  return parts.includes(undefined) ? undefined : JSON.stringify(parts);
}

interface Head {
  readonly list: readonly LogEntry[];
  at: number;
  time: EventTime | undefined;
}

/** Takes the stream with the earliest head each time: time order where the shards' order allows it. */
export function merged(
  streams: readonly (readonly LogEntry[])[],
  take: (entry: LogEntry, time: EventTime | undefined) => LogEntry = (entry) => entry,
): LogEntry[] {
  const heads: Head[] = streams.filter((list) => list.length > 0).map((list) => ({ list, at: 0, time: eventTime(list[0]?.source ?? {}) }));
  const result: LogEntry[] = [];
  while (heads.length > 0) {
    let best = 0;
    for (let at = 1; at < heads.length; at++) {
      if (compareTimes(heads[at]?.time, heads[best]?.time) < 0) {
        best = at;
      }
    }
    const head = heads[best];
    const entry = head?.list[head.at];
    if (head === undefined || entry === undefined) {
      return result;
    }
    result.push(take(entry, head.time));
    head.at++;
    const next = head.list[head.at];
    if (next === undefined) {
      heads.splice(best, 1);
    } else {
      head.time = eventTime(next.source);
    }
  }
  return result;
}
