import * as l10n from "@vscode/l10n";
import type { LogFilter } from "./filter";
import { headOf, probe, readHeads } from "./headProbe";
import { listAll, type ListJob } from "./listing";
import { countOf } from "./searchAnswers";
import { countBody } from "./searchRequests";
import { inFlight, type StreamCursor } from "./streamCursor";
import type { TailIndices } from "./tailIndices";
import type { TailParts } from "./tailParts";

/** From here on a user is asked whether to catch up or to go on at the end. */
const offeredFrom = 50_000;

/** What is still to be shown after a pause or an outage. */
export class Backlog {
  readonly #parts: TailParts;
  readonly #indices: TailIndices;
  #behind = 0;

  constructor(parts: TailParts, indices: TailIndices) {
    this.#parts = parts;
    this.#indices = indices;
  }

  /** Events that were there to be caught up with; 0 when it is not worth mentioning. */
  get behind(): number {
    return this.#behind;
  }

  /** Looks at the heads after a gap, and counts when they are far. */
  async afterGap(filter: LogFilter): Promise<void> {
    const { exchange, outlet } = this.#parts;
    await this.#indices.compareTimes();
    await this.#list();
    for (const found of await probe(exchange, this.#indices.streams)) {
      await this.#indices.noteProbed(found, false);
    }
    const { streams } = this.#indices;
    const distance = streams.reduce((sum, { head, ceiling }) => sum + Math.max(0, head - ceiling), 0);
    if (distance < offeredFrom) {
      return;
    }
    const far = streams.filter(({ head, ceiling }) => ceiling < head);
    const noted = await this.#parts.checkpoints.begin(far);
    noted.forEach((stream) => {
      stream.startBelow(stream.head);
    });
    const counts = await this.#counts(
      streams.map((stream) => ({ stream, upTo: stream.head })),
      filter,
    );
    const behind = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    if (behind >= offeredFrom) {
      this.#behind = behind;
      await outlet.notice("behind", l10n.t("{0} events are waiting: catching up", behind));
    }
  }

  caughtUp(): void {
    this.#behind = 0;
  }

  /** Goes on at the heads. A shard that does not answer is caught up with as it would have been. */
  async skip(filter: LogFilter): Promise<void> {
    const { clock, exchange, outlet } = this.#parts;
    const { clauses } = filter;
    await this.#list();
    const streams = this.#indices.streams.filter((stream) => stream.blockedUntil <= clock.now());
    const heads = await readHeads(exchange, streams);
    const ahead: ListJob[] = streams.flatMap((stream, position) => {
      const head = headOf(heads[position]) ?? -1;
      const above = Math.max(stream.ceiling, head - inFlight);
      return head > stream.ceiling ? [{ stream, above, upTo: head, clauses, withSource: false }] : [];
    });
    const counts = await this.#counts(
      ahead.map(({ stream, above }) => ({ stream, upTo: above })),
      filter,
    );
    const lists = await listAll(exchange, ahead);
    let total = 0;
    for (const [position, { stream, upTo }] of ahead.entries()) {
      const count = counts[position];
      const list = lists[position];
      if (count !== undefined && Array.isArray(list)) {
        stream.skipTo(upTo);
        stream.noteHead(clock.now(), upTo);
        list.forEach((hit) => {
          stream.add(hit.seq, hit.id, hit.term);
        });
        total += count + list.length;
      }
    }
    this.#behind = 0;
    await outlet.notice("skipped", l10n.t("skipped {0} events", total));
  }

  /** What began meanwhile is waiting, too. */
  async #list(): Promise<void> {
    await this.#indices.listedIs(await this.#parts.exchange.one(this.#indices.listing()));
  }

  /** Matching documents between the ceiling and here; undefined where a shard did not answer. */
  async #counts(
    ranges: readonly { readonly stream: StreamCursor; readonly upTo: number }[],
    { clauses }: LogFilter,
  ): Promise<(number | undefined)[]> {
    const searches = ranges.map(({ stream: { index, shard, ceiling }, upTo }) => ({
      index,
      shard,
      body: countBody(ceiling, upTo, clauses),
    }));
    return (await this.#parts.exchange.search(searches)).map(countOf);
  }
}
