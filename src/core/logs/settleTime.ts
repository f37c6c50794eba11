const shortest = 60_000;
const longest = 600_000;
const visibilityMargin = 5000;
/** Documents under observation, over all shards. */
export const windowLimit = 1_000_000;

/** How long a number below the last one read may still turn up. */
export class SettleTime {
  #refresh = 1000;
  #spacing = 0;
  #inversion = 0;

  /** The longest refresh interval of the indices, in milliseconds. */
  noteRefresh(ms: number): void {
    this.#refresh = Math.max(this.#refresh, ms);
  }

  /** Where the refresh interval cannot be asked for, the time between arrivals is taken for it. */
  noteSpacing(ms: number): void {
    this.#spacing = Math.max(this.#spacing, ms);
  }

  /** A document turned up so long after a higher number. */
  noteInversion(ms: number): void {
    this.#inversion = Math.max(this.#inversion, ms);
  }

  get largestInversion(): number {
    return this.#inversion;
  }

  get ms(): number {
    const refresh = Math.max(this.#refresh, this.#spacing);
    return Math.min(longest, Math.max(shortest, 2 * refresh + 10_000, 4 * this.#inversion));
  }

  /** What all copies had processed so long ago has been refreshed by now. */
  get checkpointAge(): number {
    return this.#refresh + visibilityMargin;
  }

  /** Shorter than the settle time only when more documents are under observation than memory is meant for. */
  within(documents: number): number {
    return documents <= windowLimit ? this.ms : Math.max(2 * this.#refresh + visibilityMargin, (this.ms * windowLimit) / documents / 2);
  }
}
