import { sumsIn } from "./indexListing";
import type { JsonObject } from "./json";
import { watchedAtMost } from "./searchRequests";
import type { StreamCursor } from "./streamCursor";

interface Baseline {
  /** Documents above this number are watched. */
  readonly floor: number;
  readonly sums: string | undefined;
}

/** Indices that are rarely polled: the search for new indices tells, too, when anything comes or goes in one of these. */
export class RestingIndices {
  #baselines = new Map<string, Baseline>();

  /** What to watch in the next search: names with the number above which something may change. */
  floors(streams: readonly StreamCursor[]): ReadonlyMap<string, number> {
    const lowest = new Map<string, number>();
    for (const { index, ceiling } of streams) {
      lowest.set(index, Math.min(ceiling, lowest.get(index) ?? Infinity));
    }
    const watched = [...lowest].slice(-watchedAtMost);
    this.#baselines = new Map(
      watched.map(([name, floor]): [string, Baseline] => [name, this.#baselines.get(name) ?? { floor, sums: undefined }]),
    );
    return new Map([...this.#baselines].map(([name, { floor }]) => [name, floor]));
  }

  /** Names in which something changed since the search before. */
  changed(body: JsonObject): ReadonlySet<string> {
    const found = sumsIn(body);
    const changed = new Set<string>();
    for (const [name, { floor, sums }] of this.#baselines) {
      const now = found.get(name) ?? "";
      if (sums !== undefined && sums !== now) {
        changed.add(name);
      }
      this.#baselines.set(name, { floor, sums: now });
    }
    return changed;
  }
}
