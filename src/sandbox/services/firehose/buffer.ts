import type { Clock } from "../../../core/clock";
import { isAbort } from "../../../core/errors";
import type { Batch } from "./spool";
import { Spool, type StoredRecord } from "./spool";

export interface BufferHints {
  readonly bytes: number;
  readonly millis: number;
}

export interface BufferOptions {
  readonly folder: string | undefined;
  readonly clock: Clock;
  readonly hints: () => BufferHints;
  /** Delivers a batch or throws only when it must be kept; is not called again before it ends. */
  readonly deliver: (batch: Batch, signal: AbortSignal) => Promise<void>;
  readonly failed: (thrown: unknown) => void;
}

/** Collects records until there are enough bytes or the first is old enough, then delivers batch by batch in order. */
export class DeliveryBuffer {
  private readonly options: BufferOptions;
  private readonly spool: Spool;
  private readonly stopping = new AbortController();
  private open: Batch | undefined;
  private delivering: Promise<void> | undefined;
  private timer: AbortController | undefined;

  constructor(options: BufferOptions) {
    this.options = options;
    this.spool = new Spool(options.folder);
    this.open = this.spool.batches.at(-1);
    if (this.open !== undefined) {
      this.arm(this.open);
      this.deliverClosed();
    }
  }

  add(records: readonly StoredRecord[]): void {
    for (const record of records) {
      this.addOne(record);
    }
  }

  /** Stops without delivering; what is kept in files is delivered after the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.timer?.abort();
    await this.delivering;
    this.spool.close();
  }

  private addOne(record: StoredRecord): void {
    const hints = this.options.hints();
    let batch = this.open;
    if (batch === undefined) {
      batch = this.spool.open();
      this.open = batch;
      batch.add([record]);
      this.arm(batch);
    } else {
      batch.add([record]);
    }
    if (batch.bytes >= hints.bytes) {
      this.closeBatch();
    }
  }

  private arm(batch: Batch): void {
    const first = batch.records[0]?.at ?? this.options.clock.now();
    const wait = Math.max(0, first + this.options.hints().millis - this.options.clock.now());
    const timer = new AbortController();
    this.timer = timer;
    this.options.clock.delay(wait, timer.signal).then(
      () => {
        if (this.open === batch) {
          this.closeBatch();
        }
      },
      (thrown: unknown) => this.report(thrown),
    );
  }

  private closeBatch(): void {
    this.timer?.abort();
    this.open = undefined;
    this.deliverClosed();
  }

  private deliverClosed(): void {
    this.delivering ??= this.run().finally(() => {
      this.delivering = undefined;
    });
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const batch = this.spool.batches[0];
      if (batch === undefined || batch === this.open) {
        return;
      }
      try {
        if (batch.records.length > 0) {
          await this.options.deliver(batch, this.stopping.signal);
        }
        this.spool.remove(batch);
      } catch (thrown) {
        this.report(thrown);
        return;
      }
    }
  }

  private report(thrown: unknown): void {
    if (!isAbort(thrown)) {
      this.options.failed(thrown);
    }
  }
}
