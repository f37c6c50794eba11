import type { LogFilter } from "./filter";

/** A document as it arrived. */
export interface LogEntry {
  readonly index: string;
  readonly shard: number;
  readonly seq: number;
  readonly id: string;
  readonly version: number;
  readonly source: Readonly<Record<string, unknown>>;
  /** By how much an event that arrived only now is older than five minutes allow. */
  readonly lateMs?: number;
}

export type NoticeCode =
  "waiting" | "reconnecting" | "resumed" | "newIndex" | "oldIndex" | "indexGone" | "indexReset" | "indexFailed" | "limited" | "filter";

export type TailEvent =
  | { readonly kind: "entries"; readonly entries: LogEntry[] }
  | { readonly kind: "notice"; readonly code: NoticeCode; readonly text: string }
  | {
      readonly kind: "state";
      /** Events a second over the last ten seconds. */
      readonly rate: number;
      /** Event time of the newest event, in milliseconds since the epoch. */
      readonly newest?: number;
      readonly streams: number;
      readonly indices: number;
      /** Streams that wait for the domain to recover. */
      readonly lagging: number;
      readonly shown: number;
      readonly redelivered: number;
    };

export type TailStart =
  | { readonly kind: "now" }
  | { readonly kind: "all" }
  | { readonly kind: "last"; readonly count: number }
  | { readonly kind: "since"; readonly ms: number };

/** The next poll waits for what the listener returns. */
export type TailListener = (event: TailEvent) => void | Promise<void>;

export type { LogFilter };
