const first = 1000;
const smallest = 100;
const largest = 5000;
const entryBytes = 4 * 1024 * 1024;
const requestBytes = 16 * 1024 * 1024;
const slowMs = 10_000;

/** Documents of one page: as many as make a few megabytes, fewer where the domain is slow or overloaded. */
export class PageSize {
  #size = first;
  #limit = largest;

  get size(): number {
    return this.#size;
  }

  overloaded(): void {
    this.#size = Math.max(smallest, Math.floor(this.#size / 2));
    this.#limit = Math.max(smallest, this.#size);
  }

  /** After an answer with full pages. */
  answered(bytes: number, documents: number, fullPages: number, ms: number): void {
    if (ms > slowMs) {
      this.overloaded();
      return;
    }
    if (documents > 0 && fullPages > 0) {
      const each = bytes / documents;
      const fitting = Math.floor(Math.min(entryBytes, requestBytes / fullPages) / each);
      this.#limit = Math.min(largest, this.#limit * 2);
      this.#size = Math.max(smallest, Math.min(this.#limit, 4 * this.#size, fitting));
    }
  }
}
