import type { Connection } from "../aws/connection";
import type { StackPart } from "./definition";

export type Phase = "check" | "ingest" | "builder" | "visit" | "image" | "streaming" | "after" | "done";

/** The person's turn inside the image builder. Both values are secrets of an hour: shown, never logged. */
export interface Visit {
  readonly url: string;
  readonly line: string;
  readonly expires: Date;
}

export interface ResourceProgress {
  readonly part: StackPart;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly time: Date;
  /** With an end: how long it took. */
  readonly elapsedMs?: number;
}

/** What a deployment or a destruction tells while it runs. */
export type PipelineEvent =
  | { readonly kind: "phase"; readonly phase: Phase; readonly text: string }
  | { readonly kind: "resource"; readonly resource: ResourceProgress }
  | { readonly kind: "note"; readonly severity: "information" | "warning"; readonly text: string }
  | { readonly kind: "visit"; readonly visit: Visit };

export type Listener = (event: PipelineEvent) => void;

/** How often the state of something is asked for, in milliseconds. */
export interface Pace {
  readonly first: number;
  /** After the first minute. */
  readonly later: number;
  /** A record's way into the index, beyond the buffer's interval. */
  readonly searchLimit: number;
  /** Of an interval of Firehose, how much it takes here. */
  readonly bufferShare: number;
}

/** A deployment has time: a throttled call is tried this often. */
export const patientAttempts = 7;

export const awsPace: Pace = { first: 5_000, later: 12_000, searchLimit: 180_000, bufferShare: 1 };
const sandboxPace: Pace = { first: 200, later: 500, searchLimit: 30_000, bufferShare: 0.05 };

export function paceOf({ kind }: Pick<Connection, "kind">): Pace {
  return kind === "sandbox" ? sandboxPace : awsPace;
}
