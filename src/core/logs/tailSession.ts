import type { SearchTransport } from "../aws/ports";
import type { Clock } from "../clock";
import { noFilter, type LogFilter } from "./filter";
import { TailIndices } from "./tailIndices";
import { SearchExchange } from "./searchExchange";
import { Outlet } from "./outlet";
import { pollStreams } from "./poll";
import { probeHeads } from "./headProbe";
import type { TailListener, TailStart } from "./tailEvents";

export type { LogEntry, TailEvent, TailListener, TailStart } from "./tailEvents";

export interface TailOptions {
  readonly transport: SearchTransport;
  readonly clock: Clock;
  /** The index; its rotations are followed too. */
  readonly index: string;
  readonly since: TailStart;
  readonly filter?: LogFilter;
  readonly listener: TailListener;
  /** A second delivery of a Windows record under another id is left out too. */
  readonly recordIdentity?: boolean;
  /** From 0 to 1, for the spread of waiting times. */
  readonly random?: () => number;
}

const discoveryEvery = 10_000;
const probeEvery = 30_000;
const shortestPause = 1000;
const longestPause = 5000;

/** Follows an index and its rotations: every event once, in the order of its shard. */
export class TailSession {
  readonly #options: TailOptions;
  #filter: LogFilter;
  #nextFilter: LogFilter | undefined;
  #resume: (() => void) | undefined;
  #paused: Promise<void> | undefined;

  constructor(options: TailOptions) {
    this.#options = options;
    this.#filter = options.filter ?? noFilter;
  }

  pause(): void {
    this.#paused ??= new Promise((resolve) => (this.#resume = resolve));
  }

  resume(): void {
    this.#resume?.();
    this.#paused = undefined;
  }

  /** Takes effect with the next poll; nothing of the old filter is repeated. */
  setFilter(filter: LogFilter): void {
    this.#nextFilter = filter;
  }

  /** Ends with the signal; rejects when the domain refuses for good. */
  async run(signal: AbortSignal): Promise<void> {
    const { transport, clock, listener, random = Math.random } = this.#options;
    const outlet = new Outlet(listener, clock, this.#options.recordIdentity ?? false, signal);
    const exchange = new SearchExchange(transport, clock, outlet, random, signal);
    const indices = new TailIndices(this.#options.index, exchange, clock, outlet);
    try {
      await indices.start(this.#options.since, this.#filter);
      await this.#follow(indices, exchange, outlet, signal);
    } catch (thrown) {
      if (!signal.aborted) {
        throw thrown;
      }
    }
  }

  async #follow(indices: TailIndices, exchange: SearchExchange, outlet: Outlet, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    let pause = shortestPause;
    let discovered = clock.now();
    let probed = clock.now();
    while (!signal.aborted) {
      await this.#whilePaused(signal);
      if (this.#nextFilter !== undefined) {
        this.#filter = this.#nextFilter;
        this.#nextFilter = undefined;
        await indices.changeFilter(this.#filter);
      }
      if (clock.now() - discovered >= discoveryEvery || indices.stale || indices.names.length === 0) {
        discovered = clock.now();
        await indices.discover();
      }
      if (clock.now() - probed >= probeEvery) {
        probed = clock.now();
        await probeHeads(indices, exchange, clock);
      }
      const polled = await pollStreams(indices, exchange, clock, outlet, this.#filter);
      await outlet.state(indices);
      pause = polled.shown > 0 ? shortestPause : Math.min(longestPause, pause * 1.5);
      if (!polled.more) {
        await clock.delay(pause, signal);
      }
    }
  }

  async #whilePaused(signal: AbortSignal): Promise<void> {
    const paused = this.#paused;
    if (paused === undefined) {
      return;
    }
    const onAbort = (): void => this.resume();
    signal.addEventListener("abort", onAbort, { once: true });
    await paused;
    signal.removeEventListener("abort", onAbort);
    signal.throwIfAborted();
  }
}
