import { createSearchTransport } from "../../src/aws/searchTransport";
import type { SearchTransport } from "../../src/core/aws/ports";
import { systemClock } from "../../src/core/clock";
import type { TailStart } from "../../src/core/logs/tailEvents";
import { TailSession } from "../../src/core/logs/tailSession";

/** What a tail has shown so far, and how to end it. */
export interface RecordedTail {
  /** How often each document was shown, by `index/id`. */
  readonly shown: ReadonlyMap<string, number>;
  readonly notices: readonly string[];
  stop(): Promise<void>;
}

export function unsignedTransport(url: string): SearchTransport {
  const refuse = (): Promise<never> => Promise.reject(new Error("An unsigned request needs no credentials"));
  const nobody = Object.assign(refuse, { memoized: true as const, forget: () => undefined });
  const connection = { kind: "aws", region: "us-east-1", epoch: 0 } as const;
  return createSearchTransport({ connection, credentials: nobody }, { endpoint: url, region: "us-east-1", access: { kind: "unsigned" } });
}

/** Follows `index` from `since` with the product's own transport. */
export function startTail(url: string, index: string, since: TailStart): RecordedTail {
  const shown = new Map<string, number>();
  const notices: string[] = [];
  const abort = new AbortController();
  const session = new TailSession({
    transport: unsignedTransport(url),
    clock: systemClock,
    index,
    since,
    listener: (event) => {
      if (event.kind === "entries") {
        for (const { index: name, id } of event.entries) {
          shown.set(`${name}/${id}`, (shown.get(`${name}/${id}`) ?? 0) + 1);
        }
      } else if (event.kind === "notice") {
        notices.push(event.text);
      }
    },
  });
  const running = session.run(abort.signal);
  return {
    shown,
    notices,
    stop: async () => {
      abort.abort();
      await running;
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
