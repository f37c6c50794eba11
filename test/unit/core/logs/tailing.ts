import assert from "node:assert/strict";
import { parseFilter } from "../../../../src/core/logs/filter";
import type { LogEntry, TailEvent, TailStart } from "../../../../src/core/logs/tailEvents";
import { TailSession } from "../../../../src/core/logs/tailSession";
import { FakeClock } from "../../../fakes/clock";
import { answer, SearchServer } from "../../../fakes/searchServer";

export const startTime = Date.UTC(2020, 2, 2, 12);
export const index = "example-2020-03-02";

export interface Tailing {
  readonly clock: FakeClock;
  readonly server: SearchServer;
  readonly session: TailSession;
  readonly entries: LogEntry[];
  readonly notices: string[];
  /** The notices as they read. */
  readonly texts: string[];
  /** What ended the tail before the scenario was over; a scenario that does not ask fails with it. */
  readonly failure: () => unknown;
  readonly states: Extract<TailEvent, { readonly kind: "state" }>[];
  readonly ids: () => string[];
}

export interface TailingOptions {
  readonly shards?: number;
  readonly since?: TailStart;
  readonly filter?: string;
  readonly recordIdentity?: boolean;
  readonly prepare?: (server: SearchServer) => void;
  /** Called with each batch; the tail waits for what it returns. */
  readonly onEntries?: (tail: Pick<Tailing, "clock" | "server" | "session">, entries: readonly LogEntry[]) => Promise<void> | void;
  /** Goes on with the domain and the time of another tail. */
  readonly beside?: Pick<Tailing, "clock" | "server">;
}

/** Runs `scenario` beside a tail of a fake domain whose first index has the shards. */
export async function tailing(options: TailingOptions, scenario: (tail: Tailing) => Promise<void>): Promise<void> {
  const { clock, server } = options.beside ?? fakeDomain(options);
  options.prepare?.(server);
  const entries: LogEntry[] = [];
  const notices: string[] = [];
  const texts: string[] = [];
  const states: Tailing["states"] = [];
  let failed: Error | undefined;
  let asked = false;
  const failure = (): unknown => {
    asked = true;
    return failed;
  };
  const listener = (event: TailEvent): Promise<void> | void => {
    if (event.kind === "entries") {
      entries.push(...event.entries);
      return options.onEntries?.({ clock, server, session }, event.entries);
    } else if (event.kind === "notice") {
      notices.push(event.code);
      texts.push(event.text);
    } else {
      states.push(event);
    }
  };
  const session = new TailSession({
    transport: server,
    clock,
    index: "example",
    since: options.since ?? { kind: "now" },
    filter: parseFilter(options.filter ?? ""),
    listener,
    recordIdentity: options.recordIdentity ?? false,
    random: () => 0.5,
  });
  const stop = new AbortController();
  const running = session.run(stop.signal).catch((error: Error) => {
    failed = error;
  });
  await clock.advance(10);
  await scenario({ clock, server, session, entries, notices, texts, failure, states, ids: () => entries.map(({ id }) => id) });
  stop.abort();
  session.resume();
  await running;
  if (failed !== undefined && !asked) {
    throw failed;
  }
}

function fakeDomain({ shards = 1 }: TailingOptions): Pick<Tailing, "clock" | "server"> {
  const clock = new FakeClock(startTime);
  const server = new SearchServer(clock);
  server.create(index, shards);
  server.add(index, 0, { id: "before", source: {} });
  return { clock, server };
}

/** The domain permits no multi search. */
export function withoutMulti(server: SearchServer): void {
  const denied = { error: { type: "security_exception", reason: "no permissions for [indices:data/read/msearch]" }, status: 403 };
  server.intercept = ({ path }) => (path === "/_msearch" ? answer(403, denied) : undefined);
}

/** Each of `expected` was shown, once, and nothing else. */
export function assertShownOnce(ids: readonly string[], expected: readonly string[]): void {
  assert.deepEqual([...ids].sort(), [...expected].sort());
}

export function numbered(prefix: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, offset) => `${prefix}${from + offset}`);
}
