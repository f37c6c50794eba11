import { type Hit } from "./hits";
import { compareValues, type SortKey } from "./sorting";

/** Keeps the best `limit` hits of a shard. */
export class TopHits {
  private kept: Hit[] = [];
  private readonly limit: number;
  private readonly sort: readonly SortKey[];

  constructor(limit: number, sort: readonly SortKey[]) {
    this.limit = limit;
    this.sort = sort;
  }

  get size(): number {
    return this.kept.length;
  }

  add(hit: Hit): void {
    this.kept.push(hit);
    if (this.kept.length >= 2 * this.limit + 1000) {
      this.cut();
    }
  }

  into(all: Hit[]): void {
    this.cut();
    for (const hit of this.kept) {
      all.push(hit);
    }
  }

  private cut(): void {
    this.kept.sort((a, b) => compareHits(a, b, this.sort));
    this.kept.length = Math.min(this.kept.length, this.limit);
  }
}

export function compareHits(a: Hit, b: Hit, sort: readonly SortKey[]): number {
  return (
    (sort.length === 0 ? b.score - a.score : compareValues(a.keys, b.keys, sort)) ||
    (a.index === b.index ? a.shard.number - b.shard.number || a.doc.seq - b.doc.seq : a.index.name < b.index.name ? -1 : 1)
  );
}
