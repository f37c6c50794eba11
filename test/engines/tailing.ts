import { createSearchTransport } from "../../src/aws/searchTransport";
import type { SearchTransport } from "../../src/core/aws/ports";
import { systemClock } from "../../src/core/clock";
import { parseFilter } from "../../src/core/logs/filter";
import type { LogEntry, NoticeCode, TailStart } from "../../src/core/logs/tailEvents";
import { TailSession } from "../../src/core/logs/tailSession";

const mostKept = 1000;

/** What a tail has shown so far, and how to end it. */
export interface RecordedTail {
  /** How often each document was shown, by `index/id`. */
  readonly shown: ReadonlyMap<string, number>;
  /** The first of them, whole. */
  readonly entries: readonly LogEntry[];
  readonly notices: readonly string[];
  readonly codes: readonly NoticeCode[];
  /** Rejects when the domain refuses the tail. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export function unsignedTransport(url: string): SearchTransport {
  const refuse = (): Promise<never> => Promise.reject(new Error("An unsigned request needs no credentials"));
  const nobody = Object.assign(refuse, { memoized: true as const, forget: () => undefined });
  const connection = { kind: "aws", region: "us-east-1", epoch: 0 } as const;
  return createSearchTransport({ connection, credentials: nobody }, { endpoint: url, region: "us-east-1", access: { kind: "unsigned" } });
}

/** Follows `index` from `since` with the product's own transport. */
export function startTail(url: string, index: string, since: TailStart, filter = ""): RecordedTail {
  return startTailOf(unsignedTransport(url), index, since, filter);
}

export function startTailOf(transport: SearchTransport, index: string, since: TailStart, filter = ""): RecordedTail {
  const shown = new Map<string, number>();
  const entries: LogEntry[] = [];
  const notices: string[] = [];
  const codes: NoticeCode[] = [];
  const abort = new AbortController();
  const session = new TailSession({
    transport,
    clock: systemClock,
    index,
    since,
    filter: parseFilter(filter),
    listener: (event) => {
      if (event.kind === "entries") {
        for (const entry of event.entries) {
          const key = `${entry.index}/${entry.id}`;
          shown.set(key, (shown.get(key) ?? 0) + 1);
          if (entries.length < mostKept) {
            entries.push(entry);
          }
        }
      } else if (event.kind === "notice") {
        notices.push(event.text);
        codes.push(event.code);
      }
    },
  });
  const ended = session.run(abort.signal);
  return {
    shown,
    entries,
    notices,
    codes,
    ended,
    stop: async () => {
      abort.abort();
      await ended;
    },
  };
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!condition() && Date.now() < deadline) {
    await sleep(50);
  }
  return condition();
}
