import * as l10n from "@vscode/l10n";
import type { SearchTransport } from "../aws/ports";
import type { Clock } from "../clock";
import { isAbort } from "../errors";
import { Backlog } from "./backlog";
import { noFilter, type LogFilter } from "./filter";
import { followByTime } from "./followByTime";
import { gapFrom, Poller, type PollOptions } from "./poll";
import { positionOf, type TailPosition } from "./resumeTail";
import { startTail } from "./startTail";
import type { TailListener, TailStart } from "./tailEvents";
import { TailIndices } from "./tailIndices";
import { tailParts, type TailParts } from "./tailParts";
import { changeFilter, checkFilter, FilterRefused } from "./windowFill";

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
const shortestPause = 1000;
const longestPause = 5500;
const hiddenPause = 10_000;
const hour = 3_600_000;

/** Follows an index and its rotations: every event once, in the order of its shard. */
export class TailSession {
  readonly #options: TailOptions;
  #filter: LogFilter;
  #nextFilter: LogFilter | undefined;
  #skipping = false;
  #hidden = false;
  #resume: (() => void) | undefined;
  #paused: Promise<void> | undefined;
  #wake = new AbortController();
  #indices: TailIndices | undefined;

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

  /** Takes effect with the next poll, which follows at once; nothing of the old filter is repeated. */
  setFilter(filter: LogFilter): void {
    this.#nextFilter = filter;
    this.#wake.abort();
  }

  /** Leaves out what is waiting and goes on with what arrives from now on; a notice says how many events that were. */
  skipToNow(): void {
    this.#skipping = true;
    this.#wake.abort();
  }

  /** While nobody looks, the domain is asked less often. */
  setHidden(hidden: boolean): void {
    this.#hidden = hidden;
    if (!hidden) {
      this.#wake.abort();
    }
  }

  /** Where it is now: a later session can begin there. Empty where cursors cannot be had. */
  positions(): readonly TailPosition[] {
    const indices = this.#indices;
    return (
      indices?.streams
        .filter((stream) => !stream.silent || stream.ceiling >= 0)
        .map((stream) => positionOf(stream, indices.created(stream.index))) ?? []
    );
  }

  /** Ends with the signal; rejects when the domain refuses for good. */
  async run(signal: AbortSignal): Promise<void> {
    const { transport, clock, listener, index, since, recordIdentity = false, random } = this.#options;
    const parts = tailParts({ transport, clock, listener, recordIdentity, random, signal });
    const indices = new TailIndices(index, parts);
    try {
      await indices.readAlias();
      if (await startTail(parts, indices, since, indices.within(this.#filter))) {
        this.#indices = indices;
        await this.#follow(parts, indices, signal);
      } else {
        const filter = (): LogFilter => this.#nextFilter ?? this.#filter;
        await followByTime(parts, indices, since, filter, () => this.#whilePaused(signal));
      }
    } catch (thrown) {
      if (!signal.aborted) {
        throw thrown;
      }
    }
  }

  async #follow(parts: TailParts, indices: TailIndices, signal: AbortSignal): Promise<void> {
    const { clock, outlet, sender } = parts;
    const backlog = new Backlog(parts, indices);
    const poller = new Poller(parts, indices, backlog);
    let pause = shortestPause;
    let polled = clock.now();
    let discovered = clock.now();
    const options = (): PollOptions => {
      const now = clock.now();
      const discover = now - discovered >= discoveryEvery || Math.floor(now / hour) !== Math.floor(discovered / hour) || indices.stale;
      discovered = discover || indices.names.length === 0 ? now : discovered;
      return { filter: indices.within(this.#filter), discover: discovered === now };
    };
    while (!signal.aborted) {
      if (this.#paused !== undefined) {
        await poller.forget();
        await this.#whilePaused(signal);
      }
      await this.#applyFilter(parts, indices, poller);
      await indices.silent.retry(parts, indices.within(this.#filter));
      if (clock.now() - polled >= gapFrom) {
        await poller.forget();
        await backlog.afterGap(indices.within(this.#filter));
        discovered = 0;
      }
      if (this.#skipping) {
        this.#skipping = false;
        await poller.forget();
        await backlog.skip(indices.within(this.#filter));
      }
      const { batches, more } = await poller.poll(options);
      if (more && !this.#interrupted) {
        poller.begin(options);
        // So that the request leaves before the page takes the processor.
        await sender.pause(0);
      }
      const shown = await outlet.entries(batches, true, sender.clockOffset);
      polled = clock.now();
      if (!more) {
        backlog.caughtUp();
        await parts.checkpoints.read(indices.streams, pause >= longestPause);
      }
      await outlet.state({
        streams: indices.streams.length,
        indices: indices.names.length,
        lagging: indices.streams.filter((stream) => stream.failures > 0).length,
        behind: backlog.behind,
        largestInversion: parts.settle.largestInversion,
      });
      pause = shown > 0 ? shortestPause : Math.min(longestPause, pause * 1.5);
      if (!more) {
        await this.#rest(Math.max(pause, indices.pollEvery, this.#hidden ? hiddenPause : 0), signal);
      }
    }
  }

  async #applyFilter(parts: TailParts, indices: TailIndices, poller: Poller): Promise<void> {
    if (this.#nextFilter === undefined) {
      return;
    }
    await poller.forget();
    const next = this.#nextFilter;
    this.#nextFilter = undefined;
    try {
      await checkFilter(parts, indices, next);
    } catch (thrown) {
      if (!(thrown instanceof FilterRefused)) {
        throw thrown;
      }
      await parts.outlet.notice("filterRefused", [thrown.message, l10n.t("The filter stays as it was.")].join(" "));
      return;
    }
    await changeFilter(parts, indices, indices.within(this.#filter), indices.within(next));
    this.#filter = next;
    await parts.outlet.notice("filter", next.text === "" ? l10n.t("filter off") : l10n.t("filter: {0}", next.text));
  }

  /** Something is asked of the tail that has to be done before the next poll. */
  get #interrupted(): boolean {
    return this.#paused !== undefined || this.#nextFilter !== undefined || this.#skipping;
  }

  /** Until the time is over or something is asked of the tail. */
  async #rest(ms: number, signal: AbortSignal): Promise<void> {
    this.#wake = new AbortController();
    if (this.#nextFilter !== undefined || this.#skipping) {
      return;
    }
    const { signal: woken } = this.#wake;
    try {
      await this.#options.clock.delay(ms, AbortSignal.any([signal, woken]));
    } catch (thrown) {
      if (!woken.aborted || signal.aborted || !isAbort(thrown)) {
        throw thrown;
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
