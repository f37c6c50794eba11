import type { Numbered } from "./seenWindow";
import { textHash } from "./shownIds";

const most = 4;

/** A number and the hash of the id that was there: plain values that can be stored. */
export type Witness = readonly [seq: number, hash: number];

/**
 * What was found under a few numbers of a shard. A settled number never gets another document, so that one which does proves that
 * the index was made anew, or restored to an earlier state.
 */
export class Witnesses {
  readonly #known = new Map<number, number | undefined>();

  constructor(known: readonly Witness[] = []) {
    known.forEach(([seq, hash]) => this.#known.set(seq, hash));
  }

  /** What to ask for. */
  get numbers(): readonly number[] {
    return [...this.#known.keys()];
  }

  /** Those up to here. */
  settled(upTo: number): Witness[] {
    return [...this.#known].flatMap(([seq, hash]): Witness[] => (hash === undefined || seq > upTo ? [] : [[seq, hash]]));
  }

  /** The highest number: asked for from now on. Of the numbers before, the first and the latest are kept. */
  note(head: number): void {
    if (head < 0 || head <= Math.max(-1, ...this.#known.keys())) {
      return;
    }
    this.#known.set(head, undefined);
    const [, second] = this.#known.keys();
    if (this.#known.size > most && second !== undefined) {
      this.#known.delete(second);
    }
  }

  /** Up to which number all is as it was, when something settled is not; undefined when nothing contradicts. */
  contradiction(present: readonly Numbered[], settled: number): number | undefined {
    let confirmed = -1;
    for (const [seq, hash] of this.#known) {
      const there = present.filter((each) => each.seq === seq).map(({ id }) => textHash(id));
      const [first] = there;
      if (first === undefined) {
        continue;
      }
      if (hash === undefined || seq > settled) {
        this.#known.set(seq, first);
      } else if (there.includes(hash)) {
        confirmed = seq;
      } else {
        return confirmed;
      }
    }
    return undefined;
  }

  forgetAbove(seq: number): void {
    this.numbers.filter((each) => each > seq).forEach((each) => this.#known.delete(each));
  }
}
