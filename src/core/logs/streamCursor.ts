interface SeenEntry {
  readonly seq: number;
  readonly id: string;
  readonly term: number;
  /** Shown, but no longer in the index. */
  gone: boolean;
}

interface Mark {
  readonly at: number;
  readonly seq: number;
}

export const settleTime = 60_000;
/** How far below the head documents may still be in flight. */
export const inFlight = 5000;

/** How far one shard of one index has been read: all up to the floor for good, the window above it under observation. */
export class StreamCursor {
  readonly index: string;
  readonly shard: number;
  floor: number;
  ceiling: number;
  size = 1000;
  /** No request before this time. */
  blockedUntil = 0;
  failures = 0;
  /** The last page was full. */
  behind = false;
  /** Highest number known to exist when the head was last looked at. */
  head = -1;
  readonly #window: SeenEntry[] = [];
  #count = 0;
  #sum = 0;
  #polls: Mark[] = [];
  #heads: Mark[] = [];

  constructor(index: string, shard: number, floor: number, ceiling: number) {
    this.index = index;
    this.shard = shard;
    this.floor = floor;
    this.ceiling = ceiling;
  }

  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  /** What was shown under the ceiling's number and is still there. */
  get anchor(): { readonly id: string; readonly term: number } | undefined {
    return this.#at(this.ceiling).find((entry) => !entry.gone);
  }

  /** Up to where this poll reads: bounded while the head is far. */
  get bound(): number | undefined {
    const step = 20 * this.size;
    return this.head - this.ceiling > step ? this.ceiling + step : undefined;
  }

  has(seq: number, id: string): boolean {
    return this.#at(seq).some((entry) => entry.id === id);
  }

  add(seq: number, id: string, term: number): void {
    if (this.has(seq, id) || seq <= this.floor) {
      return;
    }
    this.#window.splice(this.#firstAbove(seq), 0, { seq, id, term, gone: false });
    this.#tally(seq, 1);
  }

  /** Makes the window agree with what the shard answered. */
  reconcile(present: ReadonlySet<string>): void {
    for (const entry of this.#window) {
      const gone = !present.has(`${entry.seq} ${entry.id}`);
      if (gone !== entry.gone && entry.seq <= this.ceiling) {
        entry.gone = gone;
        this.#tally(entry.seq, gone ? -1 : 1);
      }
    }
  }

  /** After a poll in which everything agreed. */
  settle(now: number): void {
    const old = now - settleTime;
    const head = lastBefore(this.#heads, old) ?? -1;
    if (!this.behind) {
      this.ceiling = Math.max(this.ceiling, head);
    }
    const floor = Math.max(this.floor, lastBefore(this.#polls, old) ?? -1, Math.min(this.ceiling, head));
    this.#raiseFloor(floor);
    this.#polls.push({ at: now, seq: this.ceiling });
    this.#polls = kept(this.#polls, old);
    this.#heads = kept(this.#heads, old);
  }

  noteHead(now: number, head: number): void {
    this.head = head;
    this.#heads.push({ at: now, seq: head });
  }

  /** What exists at the start is settled but for what may be in flight. */
  startBelow(head: number): void {
    this.head = head;
    this.#heads.push({ at: -Infinity, seq: head - inFlight });
  }

  forgetWindow(): void {
    this.#window.length = 0;
    this.#count = 0;
    this.#sum = 0;
  }

  /** Begins again at the first number. */
  reset(): void {
    this.forgetWindow();
    this.floor = this.ceiling = this.head = -1;
    this.#polls = [];
    this.#heads = [];
    this.behind = false;
  }

  #raiseFloor(floor: number): void {
    if (floor <= this.floor) {
      return;
    }
    this.floor = floor;
    for (const entry of this.#window.splice(0, this.#firstAbove(floor))) {
      if (!entry.gone) {
        this.#tally(entry.seq, -1);
      }
    }
  }

  #tally(seq: number, sign: 1 | -1): void {
    this.#count += sign;
    this.#sum += sign * seq;
  }

  #at(seq: number): readonly SeenEntry[] {
    return this.#window.slice(this.#firstAbove(seq - 1), this.#firstAbove(seq));
  }

  #firstAbove(seq: number): number {
    let low = 0;
    let high = this.#window.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#window[middle]?.seq ?? 0) <= seq) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

function lastBefore(marks: readonly Mark[], time: number): number | undefined {
  return marks.findLast((mark) => mark.at <= time)?.seq;
}

/** The marks since `time` and the one before them. */
function kept(marks: Mark[], time: number): Mark[] {
  const at = marks.findLastIndex((mark) => mark.at <= time);
  return at > 0 ? marks.slice(at) : marks;
}
