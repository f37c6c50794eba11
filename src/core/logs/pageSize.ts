const first = 1000;
const smallest = 100;
const largest = 5000;
const entryBytes = 4 * 1024 * 1024;
const requestBytes = 16 * 1024 * 1024;
const slowMs = 10_000;
const fewestSearches = 10;
/** Of one request. */
export const mostSearches = 150;

/** Documents of one page: as many as make a few megabytes; fewer, and fewer searches at a time, where the domain is slow or overloaded. */
export class PageSize {
  #size = first;
  #limit = largest;
  #searches = mostSearches;

  get size(): number {
    return this.#size;
  }

  /** How many searches to put into one request. */
  get searches(): number {
    return this.#searches;
  }

  overloaded(): void {
    this.#searches = Math.max(fewestSearches, this.#searches >> 1);
    this.#size = Math.max(smallest, Math.floor(this.#size / 2));
    this.#limit = Math.max(smallest, this.#size);
  }

  /** After an answer with full pages. */
  answered(bytes: number, documents: number, fullPages: number, ms: number): void {
    if (ms > slowMs) {
      this.overloaded();
      return;
    }
    this.#searches = Math.min(mostSearches, 2 * this.#searches);
    if (documents > 0 && fullPages > 0) {
      const each = bytes / documents;
      const fitting = Math.floor(Math.min(entryBytes, requestBytes / fullPages) / each);
      this.#limit = Math.min(largest, this.#limit * 2);
      this.#size = Math.max(smallest, Math.min(this.#limit, 4 * this.#size, fitting));
    }
  }
}
