/** First and last of numbers that follow each other. */
export type Run = readonly [first: number, last: number];

/** A set of numbers as runs, which as text take two characters or three each. */
export class NumberRuns {
  readonly #runs: readonly Run[];

  /** In ascending order. */
  constructor(runs: readonly Run[]) {
    this.#runs = runs;
  }

  /** What `toText` made; text that is none holds what could be read of it. */
  static fromText(text: string, above: number): NumberRuns {
    const runs: Run[] = [];
    const values = decoded(text);
    let next = above + 1;
    for (let at = 0; at + 1 < values.length; at += 2) {
      const first = next + (values[at] ?? 0);
      const last = first + (values[at + 1] ?? 0);
      runs.push([first, last]);
      next = last + 1;
    }
    return new NumberRuns(runs);
  }

  /** All of the numbers have to be above this one; `fromText` has to be told the same. */
  toText(above: number): string {
    let text = "";
    let next = above + 1;
    for (const [first, last] of this.#runs) {
      text += encoded(first - next) + encoded(last - first);
      next = last + 1;
    }
    return btoa(text);
  }

  has(seq: number): boolean {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#runs[middle]?.[1] ?? Infinity) < seq) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return (this.#runs[low]?.[0] ?? Infinity) <= seq;
  }
}

/** Seven bits a character, the lowest first; the eighth says that more follow. */
function encoded(value: number): string {
  let text = "";
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) {
    text += String.fromCharCode(128 + (rest % 128));
  }
  return text + String.fromCharCode(rest);
}

function decoded(text: string): number[] {
  const values: number[] = [];
  let value = 0;
  let scale = 1;
  for (const character of atob(text)) {
    const code = character.charCodeAt(0);
    value += (code % 128) * scale;
    scale *= 128;
    if (code < 128) {
      values.push(value);
      value = 0;
      scale = 1;
    }
  }
  return values;
}
