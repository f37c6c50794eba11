import { eventTime } from "./eventTime";
import { formatEntry, noticeLine, type LineOptions } from "./lineFormat";
import type { LogEntry } from "./tailEvents";

/** The document that a line shows. */
export interface EventRef {
  readonly index: string;
  readonly id: string;
}

export interface PlacedEvent extends EventRef {
  /** First of its lines, from 0. */
  readonly line: number;
  /** Event time in milliseconds since the epoch. */
  readonly time?: number;
}

interface Block {
  readonly text: string;
  readonly event?: EventRef & { readonly time?: number };
}

const mostWaiting = 20_000;
/** In characters. */
const mostWaitingText = 32 * 1024 * 1024;
/** Lines that a new channel begins with. */
const carriedLines = 2000;

/** The text of one tail: lines on their way to its channel, and which event stands in which line there. */
export class ShownText {
  readonly #options: () => LineOptions;
  readonly #encoder = new TextEncoder();
  #queue: Block[] = [];
  #waitingText = 0;
  #recent: Block[] = [];
  #recentLines = 0;
  #lines = 0;
  #events: PlacedEvent[] = [];
  #day = "";
  #bytes = 0;

  constructor(options: () => LineOptions) {
    this.#options = options;
  }

  /** Bytes that the channel was given since it was made. */
  get bytes(): number {
    return this.#bytes;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Nothing more should be read until some of it is shown. */
  get full(): boolean {
    return this.#queue.length >= mostWaiting || this.#waitingText >= mostWaitingText;
  }

  addEntries(entries: readonly LogEntry[]): void {
    const options = this.#options();
    for (const entry of entries) {
      const text = formatEntry(entry, options);
      const day = /^\d{4}-\d\d-\d\d/.exec(text)?.[0] ?? this.#day;
      if (day > this.#day) {
        if (this.#day !== "") {
          this.addNotice(day);
        }
        this.#day = day;
      }
      const time = eventTime(entry.source)?.ms;
      this.#add({ text, event: { index: entry.index, id: entry.id, ...(time === undefined ? {} : { time }) } });
    }
  }

  addNotice(text: string): void {
    this.#add({ text: noticeLine(text) });
  }

  addHeader(text: string): void {
    this.#add({ text: `# ${noticeLine(text).slice(3, -3)}` });
  }

  /** The next lines for the channel, at most so many blocks; undefined when none wait. */
  take(blocks: number): string | undefined {
    if (this.#queue.length === 0) {
      return undefined;
    }
    const taken = this.#queue.splice(0, blocks);
    taken.forEach(({ text }) => {
      this.#waitingText -= text.length;
    });
    return this.#place(taken);
  }

  /** The channel was emptied; what waits still comes. */
  clear(): void {
    this.#lines = 0;
    this.#events = [];
    this.#recent = [];
    this.#recentLines = 0;
  }

  /** What a new channel begins with: the last lines of the one before. */
  renew(): string | undefined {
    const carried = this.#recent;
    this.clear();
    this.#bytes = 0;
    return carried.length === 0 ? undefined : this.#place(carried);
  }

  /** The event that stands in a line or begins above it. */
  eventAt(line: number): EventRef | undefined {
    const at = this.#firstAfter(line) - 1;
    const event = this.#events[at];
    return event === undefined ? undefined : { index: event.index, id: event.id };
  }

  /** The last so many events in the channel, by line. */
  lastEvents(count: number): readonly PlacedEvent[] {
    return this.#events.slice(-count);
  }

  /** All events in the channel, by line. */
  get events(): readonly PlacedEvent[] {
    return this.#events;
  }

  #add(block: Block): void {
    this.#queue.push(block);
    this.#waitingText += block.text.length;
  }

  #place(blocks: readonly Block[]): string {
    for (const block of blocks) {
      const lines = linesOf(block.text);
      if (block.event !== undefined) {
        this.#events.push({ ...block.event, line: this.#lines });
      }
      this.#lines += lines;
      this.#recent.push(block);
      this.#recentLines += lines;
    }
    let leave = 0;
    while (this.#recentLines > carriedLines && leave < this.#recent.length - 1) {
      this.#recentLines -= linesOf(this.#recent[leave]?.text ?? "");
      leave++;
    }
    this.#recent.splice(0, leave);
    const text = blocks.map((block) => block.text).join("\n");
    this.#bytes += this.#encoder.encode(text).length + 1;
    return text;
  }

  #firstAfter(line: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.line ?? 0) <= line) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

function linesOf(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    lines++;
  }
  return lines;
}
