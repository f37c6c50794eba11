import { sumsIn } from "./indexListing";
import type { JsonObject } from "./json";
import { pulseBody, watchedAtMost } from "./searchRequests";
import type { StreamCursor } from "./streamCursor";
import type { TailIndices } from "./tailIndices";
import type { TailParts } from "./tailParts";

const pollsOfChange = 3;

/** Where every search is a request of its own, one search over all indices tells which of them are worth asking. */
export class Pulse {
  readonly #parts: TailParts;
  readonly #indices: TailIndices;
  #sums = new Map<string, string>();
  /** Indices in which something changed that no poll has shown yet, with the number of polls that are left to them. */
  readonly #open = new Map<string, number>();

  constructor(parts: TailParts, indices: TailIndices) {
    this.#parts = parts;
    this.#indices = indices;
  }

  /** Names of the indices in which something came or went since the last time; new ones are included. */
  async changed(clauses: readonly JsonObject[]): Promise<ReadonlySet<string>> {
    const { exchange } = this.#parts;
    const floors = watched(this.#indices.streams);
    const answer = await exchange.one({ index: `${this.#indices.base}*`, body: pulseBody(floors, this.#indices.listed, clauses) });
    const all = new Set(this.#indices.names);
    if ("refusal" in answer) {
      return all;
    }
    const before = this.#sums;
    const sums = new Map([...sumsIn(answer.body)].map(([name, sum]) => [name, `${floors.get(name) ?? ""} ${sum}`]));
    this.#sums = sums;
    await this.#indices.listedIs(answer);
    for (const name of all) {
      if (sums.get(name) !== before.get(name)) {
        this.#open.set(name, pollsOfChange);
      }
    }
    return new Set(this.#open.keys());
  }

  /** What was polled may have been answered by a copy that did not have the change yet. */
  polled(name: string, shown: boolean): void {
    const left = (this.#open.get(name) ?? 0) - 1;
    if (shown || left <= 0) {
      this.#open.delete(name);
    } else {
      this.#open.set(name, left);
    }
  }
}

/** The indices that were active last, with their lowest floors. The others are polled in turn. */
function watched(streams: readonly StreamCursor[]): ReadonlyMap<string, number> {
  const found = new Map<string, { readonly floor: number; readonly activeAt: number }>();
  for (const { index, floor, activeAt } of streams) {
    const other = found.get(index) ?? { floor, activeAt };
    found.set(index, { floor: Math.min(floor, other.floor), activeAt: Math.max(activeAt, other.activeAt) });
  }
  const latest = [...found].sort(([, a], [, b]) => b.activeAt - a.activeAt).slice(0, watchedAtMost);
  return new Map(latest.map(([name, { floor }]) => [name, floor]));
}
