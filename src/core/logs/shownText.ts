import { eventTime } from "./eventTime";
import { formatEntry, noticeLine, type LineOptions } from "./lineFormat";
import { textHash } from "./shownIds";
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

interface WrittenEvent extends PlacedEvent {
  /** Of its first line. */
  readonly hash: number;
}

interface Block {
  readonly text: string;
  readonly event?: EventRef & { readonly time?: number };
}

const mostWaiting = 20_000;
/** In characters. */
const mostWaitingText = 32 * 1024 * 1024;
/** How far the editor's text may be behind what was written, in events. */
const searched = 5000;
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
  #events: WrittenEvent[] = [];
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

  /**
   * The event that a line of the channel shows, or the one above it. The editor's own button empties a channel without a word, and what
   * it shows is behind what was written: the line is found by its text, among equal ones by its place.
   */
  eventIn(shown: readonly string[], line: number): EventRef | undefined {
    const head = headAbove(shown, line);
    const hash = textHash(shown[head] ?? "");
    const cleared = Math.max(0, this.#lines + 1 - shown.length);
    const same = head < 0 ? [] : this.#events.filter((event) => event.hash === hash);
    const distance = (event: PlacedEvent): number => Math.abs(event.line - head - cleared);
    const [first, ...others] = same;
    const nearest = first && others.reduce((best, event) => (distance(event) <= distance(best) ? event : best), first);
    return nearest && { index: nearest.index, id: nearest.id };
  }

  /** The last so many events of what the editor shows, each with its line there. */
  lastShown(shown: readonly string[], count: number): readonly PlacedEvent[] {
    const found: PlacedEvent[] = [];
    let next = this.#events.length - 1;
    for (let line = shown.length - 1; line >= 0 && found.length < count && next >= 0; line--) {
      const text = shown[line] ?? "";
      if (isHead(text)) {
        const hash = textHash(text);
        let at = next;
        while (at > next - searched && at >= 0 && this.#events[at]?.hash !== hash) {
          at--;
        }
        const event = at > next - searched ? this.#events[at] : undefined;
        if (event !== undefined) {
          found.push({ index: event.index, id: event.id, line });
          next = at - 1;
        }
      }
    }
    return found.reverse();
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
        this.#events.push({ ...block.event, line: this.#lines, hash: textHash(firstLine(block.text)) });
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
}

/** Neither a further line of an event nor the tail's own. */
function isHead(line: string): boolean {
  return !/^(?:\s|-- |# |$)/.test(line);
}

function headAbove(lines: readonly string[], line: number): number {
  let at = Math.min(line, lines.length - 1);
  while (at >= 0 && !isHead(lines[at] ?? "")) {
    at--;
  }
  return at;
}

function firstLine(text: string): string {
  const end = text.indexOf("\n");
  return end < 0 ? text : text.slice(0, end);
}

function linesOf(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    lines++;
  }
  return lines;
}
