import type { Run } from "./numberRuns";
import { textHash } from "./shownIds";

const chunkSize = 1024;

/** A document by its number and id. */
export interface Numbered {
  readonly seq: number;
  readonly id: string;
}

export interface Tally {
  readonly count: number;
  readonly sum: number;
}

/** What was shown in a range of numbers, as runs of offsets and hashes of ids: eight bytes a document. */
export class SeenWindow {
  #chunks: Chunk[] = [];
  #count = 0;
  #sum = 0;
  #size = 0;

  /** Documents that were shown and are still in the index. */
  get count(): number {
    return this.#count;
  }

  /** Of their numbers. */
  get sum(): number {
    return this.#sum;
  }

  /** All that is remembered, documents that have gone included. */
  get size(): number {
    return this.#size;
  }

  has(seq: number, id: string): boolean {
    return this.#has(seq, textHash(id));
  }

  add(seq: number, id: string): void {
    const hash = textHash(id);
    const last = this.#chunks.at(-1);
    if (last === undefined || seq > last.last) {
      this.#append(seq, hash);
    } else if (!this.#has(seq, hash)) {
      this.#insert(seq, hash);
    } else {
      return;
    }
    this.#size++;
    this.#tally(seq, 1);
  }

  clear(): void {
    this.#chunks = [];
    this.#count = this.#sum = this.#size = 0;
  }

  dropUpTo(floor: number): void {
    let whole = 0;
    for (let chunk = this.#chunks[0]; chunk !== undefined && chunk.first <= floor; chunk = this.#chunks[whole]) {
      const until = chunk.firstAbove(floor);
      for (let at = chunk.start; at < until; at++) {
        if (!chunk.isGone(at)) {
          this.#tally(chunk.seq(at), -1);
        }
      }
      this.#size -= until - chunk.start;
      chunk.start = until;
      if (chunk.start < chunk.end) {
        break;
      }
      whole++;
    }
    if (whole > 0) {
      this.#chunks.splice(0, whole);
    }
  }

  /** Of the documents in (above, upTo] that are still there. */
  tally(above: number, upTo: number): Tally {
    let count = 0;
    let sum = 0;
    this.#each(above, upTo, (chunk, at) => {
      if (!chunk.isGone(at)) {
        count++;
        sum += chunk.seq(at);
      }
    });
    return { count, sum };
  }

  /** The numbers of all that was shown, as runs; undefined when there are more of them. */
  runs(most: number): readonly Run[] | undefined {
    const runs: [number, number][] = [];
    this.#each(-1, Infinity, (chunk, at) => {
      const seq = chunk.seq(at);
      const last = runs.at(-1);
      if (last !== undefined && seq <= last[1] + 1) {
        last[1] = seq;
      } else if (runs.length <= most) {
        runs.push([seq, seq]);
      }
    });
    return runs.length > most ? undefined : runs;
  }

  /** Makes (above, upTo] agree with all that the shard has there, in the order of numbers; returns what was not shown yet. */
  reconcile<T extends Numbered>(above: number, upTo: number, present: readonly T[]): T[] {
    const hashes = present.map(({ id }) => textHash(id));
    const known = new Set<number>();
    let next = 0;
    this.#each(above, upTo, (chunk, at) => {
      const seq = chunk.seq(at);
      while ((present[next]?.seq ?? Infinity) < seq) {
        next++;
      }
      let found = next;
      while (present[found]?.seq === seq && hashes[found] !== chunk.hash(at)) {
        found++;
      }
      const gone = present[found]?.seq !== seq;
      if (!gone) {
        known.add(found);
      }
      if (gone !== chunk.isGone(at)) {
        chunk.setGone(at, gone);
        this.#tally(seq, gone ? -1 : 1);
      }
    });
    return present.filter((_, position) => !known.has(position));
  }

  #has(seq: number, hash: number): boolean {
    let found = false;
    this.#each(seq - 1, seq, (chunk, at) => {
      found ||= chunk.hash(at) === hash;
    });
    return found;
  }

  #append(seq: number, hash: number): void {
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || !chunk.takes(seq)) {
      chunk = new Chunk(seq);
      this.#chunks.push(chunk);
    }
    chunk.insert(chunk.end, seq, hash);
  }

  #insert(seq: number, hash: number): void {
    const position = this.#chunkOf(seq);
    let chunk = this.#chunks[position];
    if (chunk === undefined || seq < chunk.base) {
      chunk = new Chunk(seq);
      this.#chunks.splice(position, 0, chunk);
    } else if (chunk.isFull()) {
      const upper = chunk.split();
      this.#chunks.splice(position + 1, 0, upper);
      chunk = seq >= upper.base ? upper : chunk;
    }
    chunk.insert(chunk.firstAbove(seq), seq, hash);
  }

  /** Where the first chunk is whose last number is not below `seq`. */
  #chunkOf(seq: number): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#chunks[middle]?.last ?? 0) < seq) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  #each(above: number, upTo: number, visit: (chunk: Chunk, at: number) => void): void {
    for (let position = this.#chunkOf(above + 1); position < this.#chunks.length; position++) {
      const chunk = this.#chunks[position];
      if (chunk === undefined || chunk.first > upTo) {
        return;
      }
      const until = chunk.firstAbove(upTo);
      for (let at = Math.max(chunk.start, chunk.firstAbove(above)); at < until; at++) {
        visit(chunk, at);
      }
    }
  }

  #tally(seq: number, sign: 1 | -1): void {
    this.#count += sign;
    this.#sum += sign * seq;
  }
}

/** Up to 1024 documents in the order of their numbers. */
class Chunk {
  readonly base: number;
  start = 0;
  end = 0;
  readonly #offsets = new Uint32Array(chunkSize);
  readonly #hashes = new Uint32Array(chunkSize);
  #gone: Uint8Array | undefined;

  constructor(base: number) {
    this.base = base;
  }

  get first(): number {
    return this.seq(this.start);
  }

  get last(): number {
    return this.seq(this.end - 1);
  }

  seq(at: number): number {
    return this.base + (this.#offsets[at] ?? 0);
  }

  hash(at: number): number {
    return this.#hashes[at] ?? 0;
  }

  isGone(at: number): boolean {
    return this.#gone !== undefined && this.#gone[at] === 1;
  }

  setGone(at: number, gone: boolean): void {
    this.#gone ??= new Uint8Array(chunkSize);
    this.#gone[at] = gone ? 1 : 0;
  }

  takes(seq: number): boolean {
    return this.end < chunkSize && seq - this.base < 2 ** 32;
  }

  insert(at: number, seq: number, hash: number): void {
    if (at < this.end) {
      this.#offsets.copyWithin(at + 1, at, this.end);
      this.#hashes.copyWithin(at + 1, at, this.end);
      this.#gone?.copyWithin(at + 1, at, this.end);
    }
    this.#offsets[at] = seq - this.base;
    this.#hashes[at] = hash;
    if (this.#gone !== undefined) {
      this.#gone[at] = 0;
    }
    this.end++;
  }

  /** Makes room where documents were dropped. */
  isFull(): boolean {
    if (this.end === chunkSize && this.start > 0) {
      this.#offsets.copyWithin(0, this.start, this.end);
      this.#hashes.copyWithin(0, this.start, this.end);
      this.#gone?.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    return this.end === chunkSize;
  }

  /** Hands the upper half over to a new chunk. */
  split(): Chunk {
    const half = (this.start + this.end) >> 1;
    const upper = new Chunk(this.seq(half));
    for (let at = half; at < this.end; at++) {
      upper.insert(at - half, this.seq(at), this.hash(at));
      if (this.isGone(at)) {
        upper.setGone(at - half, true);
      }
    }
    this.end = half;
    return upper;
  }

  firstAbove(seq: number): number {
    let low = this.start;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.seq(middle) <= seq) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
