import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Journal } from "../../search/journal";

/** One accepted record, waiting for delivery. */
export interface StoredRecord {
  readonly id: string;
  /** Arrival in milliseconds. */
  readonly at: number;
  /** Base64 of the record's bytes. */
  readonly data: string;
}

/** Records that are delivered together; kept in a file until they are. */
export class Batch {
  readonly records: StoredRecord[] = [];
  bytes = 0;
  private readonly journal: Journal | undefined;

  constructor(path: string | undefined) {
    this.journal = path === undefined ? undefined : new Journal(path);
    for (const line of this.journal?.lines() ?? []) {
      this.keep(JSON.parse(line) as StoredRecord);
    }
  }

  add(records: readonly StoredRecord[]): void {
    for (const record of records) {
      this.journal?.append(JSON.stringify(record));
      this.keep(record);
    }
    this.journal?.flush();
  }

  /** The records are delivered: forget them. */
  discard(): void {
    this.journal?.remove();
  }

  close(): void {
    this.journal?.close();
  }

  private keep(record: StoredRecord): void {
    this.records.push(record);
    this.bytes += Buffer.byteLength(record.data, "base64");
  }
}

/** The batches of one stream and purpose, oldest first; the last one is being filled. */
export class Spool {
  readonly batches: Batch[] = [];
  private readonly folder: string | undefined;
  private next = 1;

  constructor(folder: string | undefined) {
    this.folder = folder;
    if (folder !== undefined) {
      mkdirSync(folder, { recursive: true });
      const numbers = readdirSync(folder)
        .filter((name) => /^\d+\.log$/.test(name))
        .map((name) => Number.parseInt(name, 10));
      for (const number of numbers.sort((a, b) => a - b)) {
        this.batches.push(new Batch(join(folder, `${number}.log`)));
        this.next = number + 1;
      }
    }
  }

  open(): Batch {
    const batch = new Batch(this.folder === undefined ? undefined : join(this.folder, `${this.next}.log`));
    this.next += 1;
    this.batches.push(batch);
    return batch;
  }

  remove(batch: Batch): void {
    this.batches.splice(this.batches.indexOf(batch), 1);
    batch.discard();
  }

  close(): void {
    this.batches.forEach((batch) => batch.close());
  }
}
