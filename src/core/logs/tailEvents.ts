import type { TailPosition } from "./resumeTail";

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

/** What each means for a reader is in docs/tail.md. */
export type NoticeCode =
  | "waiting"
  | "reconnecting"
  | "resumed"
  | "signIn"
  | "refused"
  | "newIndex"
  | "oldIndex"
  | "indexGone"
  | "indexReset"
  | "indexFailed"
  | "noRefresh"
  | "aliasFilter"
  | "limited"
  | "behind"
  | "skipped"
  | "windowShortened"
  | "bestEffort"
  | "filter"
  | "filterRefused";

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
      /** Events that were there to be caught up with, from 50,000 on: `TailSession.skipToNow` leaves them out. 0 once caught up. */
      readonly behind: number;
      /** How long after a higher number an event turned up, at most, in milliseconds. */
      readonly largestInversion: number;
    };

export type TailStart =
  | { readonly kind: "now" }
  | { readonly kind: "all" }
  | { readonly kind: "last"; readonly count: number }
  | { readonly kind: "since"; readonly ms: number }
  /** Where an earlier session was at that time, in milliseconds since the epoch. */
  | { readonly kind: "resume"; readonly at: number; readonly positions: readonly TailPosition[] };

/** The next poll waits for what the listener returns. */
export type TailListener = (event: TailEvent) => void | Promise<void>;
