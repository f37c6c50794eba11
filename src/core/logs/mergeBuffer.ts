import { compareTimes, eventTime, type EventTime } from "./eventTime";
import type { LogEntry } from "./tailEvents";

/** Merges pages of several streams by time: nothing is given out that a page yet to come could precede. */
export class MergeBuffer {
  readonly #lists: LogEntry[][];

  constructor(streams: number) {
    this.#lists = Array.from({ length: streams }, () => []);
  }

  isEmpty(stream: number): boolean {
    return (this.#lists[stream]?.length ?? 0) === 0;
  }

  add(stream: number, entries: readonly LogEntry[]): void {
    const list = this.#lists[stream] ?? [];
    this.#lists[stream] = list.length === 0 ? [...entries] : [...list, ...entries];
  }

  /** `pending` says of which streams more is to come. */
  take(pending: readonly boolean[]): LogEntry[] {
    const positions = this.#lists.map(() => 0);
    const times = this.#lists.map((list): EventTime | undefined => timeOf(list[0]));
    const taken: LogEntry[] = [];
    for (;;) {
      let best = -1;
      for (const [stream, list] of this.#lists.entries()) {
        const left = (positions[stream] ?? 0) < list.length;
        if (!left && pending[stream] === true) {
          best = -1;
          break;
        }
        if (left && (best < 0 || compareTimes(times[stream], times[best]) < 0)) {
          best = stream;
        }
      }
      const entry = best < 0 ? undefined : this.#lists[best]?.[positions[best] ?? 0];
      if (entry === undefined) {
        break;
      }
      taken.push(entry);
      positions[best] = (positions[best] ?? 0) + 1;
      times[best] = timeOf(this.#lists[best]?.[positions[best] ?? 0]);
    }
    this.#lists.forEach((list, stream) => {
      this.#lists[stream] = list.slice(positions[stream]);
    });
    return taken;
  }
}

function timeOf(entry: LogEntry | undefined): EventTime | undefined {
  return entry === undefined ? undefined : eventTime(entry.source);
}
