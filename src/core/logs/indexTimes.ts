import { periodEnd } from "./indexNames";
import { isDormant, pollEvery, writtenAfterPeriod } from "./indexPeriods";
import type { IndexSettings } from "./searchExchange";
import type { StreamCursor } from "./streamCursor";
import { domainNow, type TailParts } from "./tailParts";

/** The domain's clock and this one may differ by so much. */
const clockTolerance = 5 * 60_000;
const longestPollEvery = 30_000;

/** When indices were made, are refreshed and get their last events: what tells how often they are polled, and which are old. */
export class IndexTimes {
  readonly #base: string;
  readonly #parts: Pick<TailParts, "clock" | "sender">;
  readonly #refresh = new Map<string, number>();
  readonly #created = new Map<string, number>();
  #started = 0;

  constructor(base: string, parts: Pick<TailParts, "clock" | "sender">) {
    this.#base = base;
    this.#parts = parts;
  }

  /** The tail begins now. */
  start(): void {
    this.#started = domainNow(this.#parts);
  }

  noteCreated(settings: ReadonlyMap<string, IndexSettings> | undefined): void {
    for (const [name, { created }] of settings ?? []) {
      if (created !== undefined) {
        this.#created.set(name, created);
      }
    }
  }

  noteRefresh(name: string, ms: number): void {
    this.#refresh.set(name, ms);
  }

  created(name: string): number | undefined {
    return this.#created.get(name);
  }

  /** An index of this name that was created then is the one that is known, or was there before the tail. */
  isSame(name: string, created: number): boolean {
    return created < this.#started || created === this.#created.get(name);
  }

  /** Restored from a snapshot: it existed before this tail, but was not there when it started. */
  isOld(name: string, settings: IndexSettings | undefined): boolean {
    if (settings?.created !== undefined) {
      return settings.created < this.#started - clockTolerance;
    }
    const end = periodEnd(this.#base, name);
    return end !== undefined && end + writtenAfterPeriod < this.#started;
  }

  /** When the index gets its last events, by this machine's clock: with the end of its period, or soon after it was made. */
  end(name: string): number {
    return Math.max(periodEnd(this.#base, name) ?? Infinity, this.#created.get(name) ?? 0) - this.#parts.sender.clockOffset;
  }

  /** Nothing can be under way to this index. */
  isDormant(name: string): boolean {
    return isDormant(this.end(name), this.#parts.clock.now());
  }

  /** How long to wait between two polls of a stream, in milliseconds. */
  pollEvery({ index, activeAt }: StreamCursor, now: number): number {
    return pollEvery(this.end(index), activeAt, now);
  }

  /** No poll of these indices shows anything sooner than this after another, in milliseconds. */
  shownEvery(names: readonly string[]): number {
    const now = this.#parts.clock.now();
    const current = names.filter((name) => this.end(name) > now);
    const refreshes = current.map((name) => this.#refresh.get(name) ?? 0).filter((ms) => ms >= 0);
    return refreshes.length === 0 ? 0 : Math.min(longestPollEvery, Math.min(...refreshes) / 2);
  }
}
