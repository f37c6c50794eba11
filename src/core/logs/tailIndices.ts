import * as l10n from "@vscode/l10n";
import type { Clock } from "../clock";
import { AppError } from "../errors";
import type { LogFilter } from "./filter";
import { readHeads } from "./headProbe";
import { isRotationOf, periodEnd } from "./indexNames";
import { at, listAt, numberAt } from "./json";
import { fillWindow } from "./listing";
import type { Outlet } from "./outlet";
import { reasonOf } from "./searchAnswers";
import type { SearchExchange } from "./searchExchange";
import { headBody, indicesBody } from "./searchRequests";
import { showStart } from "./startPosition";
import { inFlight, StreamCursor } from "./streamCursor";
import type { TailStart } from "./tailEvents";

/** Firehose writes to an index this long after its period. */
const writtenAfterPeriod = 2 * 3_600_000;
/** The domain's clock and this one may differ by so much. */
const clockTolerance = 5 * 60_000;
const startRetry = 1000;

/** The index and its rotations that exist, with the cursors of their shards. */
export class TailIndices {
  readonly #base: string;
  readonly #exchange: SearchExchange;
  readonly #clock: Clock;
  readonly #outlet: Outlet;
  readonly #known = new Map<string, StreamCursor[]>();
  readonly #dropped = new Set<string>();
  readonly #recount = new Set<string>();
  #emptyAtStart: ReadonlySet<string> = new Set();
  #started = 0;
  #stale = false;

  constructor(base: string, exchange: SearchExchange, clock: Clock, outlet: Outlet) {
    this.#base = base;
    this.#exchange = exchange;
    this.#clock = clock;
    this.#outlet = outlet;
  }

  get streams(): readonly StreamCursor[] {
    return [...this.#known.values()].flat();
  }

  get names(): readonly string[] {
    return [...this.#known.keys()];
  }

  /** The list of indices has to be read again before its time. */
  get stale(): boolean {
    return this.#stale;
  }

  async start(since: TailStart, filter: LogFilter): Promise<void> {
    this.#started = this.#clock.now();
    const created = await this.#exchange.creationTimes(`${this.#base}*`);
    const names = await this.#list();
    this.#emptyAtStart = new Set([...(created?.keys() ?? [])].filter((name) => !names.includes(name)));
    for (const name of names) {
      this.#known.set(name, await this.#cursors(name));
    }
    if (names.length === 0) {
      await this.#outlet.notice("waiting", l10n.t("no index {0} yet, waiting for the first event", this.#base));
      return;
    }
    if (since.kind === "all") {
      await this.#each(async (stream, head) => {
        stream.startBelow(head);
        return true;
      });
      return;
    }
    await this.#each((stream, head) => this.#beginAt(stream, head, filter));
    await showStart({ exchange: this.#exchange, outlet: this.#outlet, streams: this.streams, filter, since, now: this.#started });
  }

  async discover(): Promise<void> {
    this.#stale = false;
    for (const name of this.#recount) {
      this.#recount.delete(name);
      this.#known.delete(name);
      this.#dropped.add(name);
    }
    for (const name of await this.#list()) {
      if (!this.#known.has(name)) {
        await this.#include(name);
      }
    }
  }

  async drop(name: string): Promise<void> {
    if (this.#known.delete(name)) {
      this.#dropped.add(name);
      this.#stale = true;
      this.#outlet.forget(name);
      await this.#outlet.notice("indexGone", l10n.t("index {0} was deleted", name));
    }
  }

  /** The index has other shards than before: it is another index. */
  recount(name: string): void {
    this.#recount.add(name);
    this.#outlet.forget(name);
    this.#stale = true;
  }

  /** The highest number fell below what was settled: the index was deleted and made again, or its last documents were deleted. */
  async rewound(stream: StreamCursor): Promise<void> {
    const created = (await this.#exchange.creationTimes(stream.index))?.get(stream.index);
    if (created !== undefined && created < this.#started) {
      return;
    }
    stream.reset();
    this.#outlet.forget(stream.index);
    await this.#outlet.notice("indexReset", l10n.t("index {0} begins anew", stream.index));
  }

  async changeFilter(filter: LogFilter): Promise<void> {
    await this.#retried(this.streams, (stream) => fillWindow(this.#exchange, stream, filter.clauses));
    await this.#outlet.notice("filter", filter.text === "" ? l10n.t("filter off") : l10n.t("filter: {0}", filter.text));
  }

  async #include(name: string): Promise<void> {
    const cursors = await this.#cursors(name);
    const old = await this.#isOld(name);
    this.#known.set(name, cursors);
    if (this.#dropped.delete(name) || this.#emptyAtStart.has(name) || !old) {
      await this.#outlet.notice("newIndex", l10n.t("new index {0}", name));
      return;
    }
    const heads = await readHeads(this.#exchange, cursors);
    for (const [position, stream] of cursors.entries()) {
      const head = heads[position] ?? -1;
      stream.ceiling = stream.floor = head;
      stream.noteHead(this.#clock.now(), head);
    }
    await this.#outlet.notice("oldIndex", l10n.t("index {0} is older than this tail: followed from its end", name));
  }

  /** Restored from a snapshot: it existed before this tail, but was not there when it started. */
  async #isOld(name: string): Promise<boolean> {
    const created = (await this.#exchange.creationTimes(name))?.get(name);
    if (created !== undefined && !Number.isNaN(created)) {
      return created < this.#started - clockTolerance;
    }
    const end = periodEnd(this.#base, name);
    return end !== undefined && end + writtenAfterPeriod < this.#started;
  }

  async #list(): Promise<string[]> {
    const answer = await this.#exchange.whole(`${this.#base}*`, indicesBody());
    const status = numberAt(answer, "status") ?? 200;
    if (status === 404) {
      return [];
    }
    if (status !== 200) {
      throw new AppError("invalidInput", l10n.t("The indices of {0} cannot be listed: {1}", this.#base, reasonOf(answer)));
    }
    const names = listAt(answer, "aggregations", "names", "buckets").map((bucket) => String(at(bucket, "key")));
    return names.filter((name) => isRotationOf(this.#base, name)).sort();
  }

  async #cursors(name: string): Promise<StreamCursor[]> {
    const answer = await this.#exchange.whole(name, headBody());
    const total = numberAt(answer, "_shards", "total") ?? 0;
    return Array.from({ length: total }, (_, shard) => new StreamCursor(name, shard, -1, -1));
  }

  /** Documents in flight below the head still appear; what is visible there now does not. */
  async #beginAt(stream: StreamCursor, head: number, filter: LogFilter): Promise<boolean> {
    stream.ceiling = head;
    stream.floor = Math.max(-1, head - inFlight);
    stream.startBelow(head);
    return fillWindow(this.#exchange, stream, filter.clauses);
  }

  async #each(begin: (stream: StreamCursor, head: number) => Promise<boolean>): Promise<void> {
    const { streams } = this;
    const heads = await readHeads(this.#exchange, streams);
    const positions = new Map(streams.map((stream, position) => [stream, heads[position]]));
    await this.#retried(streams, async (stream) => {
      const head = positions.get(stream) ?? (await readHeads(this.#exchange, [stream]))[0];
      return head !== undefined && begin(stream, head);
    });
  }

  /** A shard that does not answer now is asked again: without a start there is no cursor. */
  async #retried(streams: readonly StreamCursor[], work: (stream: StreamCursor) => Promise<boolean>): Promise<void> {
    let open = [...streams];
    while (open.length > 0) {
      const failed: StreamCursor[] = [];
      for (const stream of open) {
        if (!(await work(stream))) {
          failed.push(stream);
        }
      }
      open = failed.filter((stream) => this.streams.includes(stream));
      if (open.length > 0) {
        await this.#exchange.pause(startRetry);
      }
    }
  }
}
