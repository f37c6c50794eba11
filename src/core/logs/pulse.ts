import { at, listAt, numberAt, type JsonObject } from "./json";
import { pulseBody } from "./searchRequests";
import type { TailIndices } from "./tailIndices";
import type { TailParts } from "./tailParts";

/** Where every search is a request of its own, one search over all indices tells which of them are worth asking. */
export class Pulse {
  readonly #parts: TailParts;
  readonly #indices: TailIndices;
  #sums = new Map<string, string>();

  constructor(parts: TailParts, indices: TailIndices) {
    this.#parts = parts;
    this.#indices = indices;
  }

  /** Names of the indices in which something came or went since the last time; new ones are included. */
  async changed(clauses: readonly JsonObject[]): Promise<ReadonlySet<string>> {
    const { exchange } = this.#parts;
    const floors = new Map<string, number>();
    for (const { index, floor } of this.#indices.streams) {
      floors.set(index, Math.min(floor, floors.get(index) ?? Infinity));
    }
    const answer = await exchange.one({ index: `${this.#indices.base}*`, body: pulseBody(floors, this.#indices.listed, clauses) });
    const all = new Set(this.#indices.names);
    if ("refusal" in answer) {
      return all;
    }
    const sums = new Map<string, string>();
    for (const bucket of listAt(answer.body, "aggregations", "names", "buckets")) {
      const name = String(at(bucket, "key"));
      sums.set(
        name,
        [floors.get(name), numberAt(bucket, "s", "count"), numberAt(bucket, "s", "sum"), numberAt(bucket, "s", "max")].join(" "),
      );
    }
    const before = this.#sums;
    this.#sums = sums;
    await this.#indices.listedIs(answer);
    return new Set([...all].filter((name) => sums.get(name) !== before.get(name)));
  }
}
