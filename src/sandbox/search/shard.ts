import type { Values } from "./document";
import { EngineError } from "./errors";

export interface StoredDocument {
  readonly id: string;
  readonly seq: number;
  readonly term: number;
  readonly version: number;
  readonly source: string;
  readonly values: Values;
  readonly routing: string | undefined;
  /** When it was written: searches see it after the next refresh. */
  readonly at: number;
  /** Searches no longer see it. */
  dead: boolean;
}

/** Optimistic concurrency of one write. */
export interface Condition {
  readonly create?: boolean;
  readonly ifSeqNo?: number | undefined;
  readonly ifPrimaryTerm?: number | undefined;
  readonly version?: number | undefined;
  readonly versionType?: string | undefined;
}

interface Tombstone {
  readonly seq: number;
  readonly term: number;
  readonly version: number;
  readonly at: number;
}

export interface Written {
  readonly seq: number;
  readonly term: number;
  readonly version: number;
  readonly existed: boolean;
}

/** How long the engines remember the version of a deleted document (index.gc_deletes). */
const tombstoneMillis = 60_000;

/** One shard: documents in sequence order, the live version of each id, and what searches see of them. */
export class Shard {
  readonly number: number;
  term = 1;
  maxSeq = -1;
  private docs: StoredDocument[] = [];
  private readonly live = new Map<string, StoredDocument>();
  private readonly tombstones = new Map<string, Tombstone>();
  /** Documents before this place are searchable. */
  private visible = 0;
  private replaced: { readonly doc: StoredDocument; readonly at: number }[] = [];
  private deadCount = 0;
  deletes = 0;
  indexed = 0;
  private readonly where: { readonly index: string; readonly uuid: string };

  constructor(number: number, where: { readonly index: string; readonly uuid: string }) {
    this.number = number;
    this.where = where;
  }

  get liveCount(): number {
    return this.live.size;
  }

  get(id: string): StoredDocument | undefined {
    return this.live.get(id);
  }

  liveDocuments(): IterableIterator<StoredDocument> {
    return this.live.values();
  }

  /** Throws a version conflict when the condition does not hold; returns the version that a write gets. */
  check(id: string, condition: Condition, now: number): number {
    const current = this.live.get(id);
    const tombstone = this.tombstones.get(id);
    const before = current ?? (tombstone !== undefined && now - tombstone.at < tombstoneMillis ? tombstone : undefined);
    if (condition.create === true && current !== undefined) {
      throw this.conflict(`[${id}]: version conflict, document already exists (current version [${current.version}])`);
    }
    if (condition.ifSeqNo !== undefined) {
      const wanted = `required seqNo [${condition.ifSeqNo}], primary term [${condition.ifPrimaryTerm ?? 0}].`;
      if (current === undefined) {
        throw this.conflict(`[${id}]: version conflict, ${wanted} but no document was found`);
      }
      if (current.seq !== condition.ifSeqNo || current.term !== condition.ifPrimaryTerm) {
        throw this.conflict(
          `[${id}]: version conflict, ${wanted} current document has seqNo [${current.seq}] and primary term [${current.term}]`,
        );
      }
    }
    if (condition.version !== undefined && condition.versionType !== undefined && condition.versionType !== "internal") {
      const known = before?.version;
      const orEqual = condition.versionType === "external_gte";
      if (known !== undefined && (orEqual ? condition.version < known : condition.version <= known)) {
        throw this.conflict(
          `[${id}]: version conflict, current version [${known}] is higher ${orEqual ? "than" : "or equal to"} the one provided [${condition.version}]`,
        );
      }
      return condition.version;
    }
    return (before?.version ?? 0) + 1;
  }

  index(id: string, document: { source: string; values: Values; routing: string | undefined }, version: number, at: number): Written {
    const existed = this.live.has(id);
    this.maxSeq += 1;
    const written = { seq: this.maxSeq, term: this.term, version };
    this.put({ ...written, id, ...document, at, dead: false });
    this.indexed += 1;
    return { ...written, existed };
  }

  delete(id: string, version: number, at: number): Written {
    this.maxSeq += 1;
    const existed = this.bury(id, { seq: this.maxSeq, term: this.term, version, at });
    return { seq: this.maxSeq, term: this.term, version, existed };
  }

  /** Puts back what the journal holds. */
  restore(doc: StoredDocument): void {
    this.maxSeq = Math.max(this.maxSeq, doc.seq);
    this.term = Math.max(this.term, doc.term);
    this.put(doc);
  }

  restoreDelete(id: string, tombstone: Tombstone): void {
    this.maxSeq = Math.max(this.maxSeq, tombstone.seq);
    this.bury(id, tombstone);
  }

  /** Makes visible all that was written until `tick`. */
  refresh(tick: number): void {
    while (this.visible < this.docs.length && (this.docs[this.visible]?.at ?? Infinity) <= tick) {
      this.visible += 1;
    }
    let done = 0;
    while (done < this.replaced.length && (this.replaced[done]?.at ?? Infinity) <= tick) {
      const doc = this.replaced[done]?.doc;
      if (doc !== undefined) {
        doc.dead = true;
        this.deadCount += 1;
      }
      done += 1;
    }
    if (done > 0) {
      this.replaced = this.replaced.slice(done);
    }
    if (this.deadCount > 1000 && this.deadCount * 2 > this.docs.length) {
      this.visible -= this.docs.slice(0, this.visible).filter((doc) => doc.dead).length;
      this.docs = this.docs.filter((doc) => !doc.dead);
      this.deadCount = 0;
    }
  }

  /** What searches see, by ascending sequence number, with numbers in [from, to]; dead ones are included. */
  range(from: number, to: number): { readonly docs: readonly StoredDocument[]; readonly start: number; readonly end: number } {
    return { docs: this.docs, start: this.lowerBound(from), end: this.lowerBound(to + 1) };
  }

  get visibleCount(): number {
    let dead = 0;
    if (this.deadCount > 0) {
      for (let at = 0; at < this.visible; at++) {
        dead += this.docs[at]?.dead === true ? 1 : 0;
      }
    }
    return this.visible - dead;
  }

  get deletedCount(): number {
    return this.deadCount;
  }

  private lowerBound(seq: number): number {
    let low = 0;
    let high = this.visible;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.docs[middle]?.seq ?? Infinity) < seq) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private put(doc: StoredDocument): void {
    const before = this.live.get(doc.id);
    if (before !== undefined) {
      this.replaced.push({ doc: before, at: doc.at });
    }
    this.live.delete(doc.id);
    this.live.set(doc.id, doc);
    this.tombstones.delete(doc.id);
    this.docs.push(doc);
  }

  private bury(id: string, tombstone: Tombstone): boolean {
    const before = this.live.get(id);
    if (before !== undefined) {
      this.replaced.push({ doc: before, at: tombstone.at });
      this.live.delete(id);
    }
    this.tombstones.set(id, tombstone);
    if (this.tombstones.size > 10_000) {
      for (const [key, value] of this.tombstones) {
        if (tombstone.at - value.at > tombstoneMillis) {
          this.tombstones.delete(key);
        }
      }
    }
    this.deletes += 1;
    return before !== undefined;
  }

  private conflict(reason: string): EngineError {
    return new EngineError("version_conflict_engine_exception", reason, 409, {
      fields: { index_uuid: this.where.uuid, shard: String(this.number), index: this.where.index },
    });
  }
}
