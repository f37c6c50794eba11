import * as l10n from "@vscode/l10n";
import { eventTime } from "./eventTime";
import type { LogFilter } from "./filter";
import { at, isObject, listAt } from "./json";
import { timeRange } from "./searchRequests";
import type { LogEntry, TailStart } from "./tailEvents";
import type { TailIndices } from "./tailIndices";
import { domainNow, type TailParts } from "./tailParts";

const reach = 15 * 60_000;
const pageSize = 1000;
const largestPage = 10_000;
const every = 5000;

/**
 * For domains in which documents cannot be found by their numbers: reads again, with every poll, what is at most fifteen
 * minutes older than the poll before by its own time, and shows what was not shown. Later events are lost, and the notice says so.
 */
export async function followByTime(
  parts: TailParts,
  indices: TailIndices,
  since: TailStart,
  filter: () => LogFilter,
  whilePaused: () => Promise<void>,
): Promise<never> {
  const { outlet, sender } = parts;
  await outlet.notice(
    "bestEffort",
    l10n.t(
      "best effort: this domain does not let documents be found by number; events that arrive more than 15 minutes late are not shown",
    ),
  );
  const { base } = indices;
  const follower = new TimeFollower(parts, indices);
  const begin = domainNow(parts);
  await follower.start(base, since, begin, filter());
  for (let readAt = begin; ;) {
    await whilePaused();
    const now = domainNow(parts);
    // After a pause or an outage from where it was.
    const shown = await follower.read(base, Math.min(now, readAt) - reach, filter(), true);
    readAt = now;
    await outlet.state({
      ...{ streams: 0, indices: follower.names.size, lagging: 0 },
      ...{ behind: 0, largestInversion: 0 },
    });
    await sender.pause(shown > 0 ? every / 5 : every);
  }
}

class TimeFollower {
  readonly #parts: TailParts;
  readonly #indices: TailIndices;
  /** Indices that events were read from. */
  readonly names = new Set<string>();

  constructor(parts: TailParts, indices: TailIndices) {
    this.#parts = parts;
    this.#indices = indices;
  }

  async start(base: string, since: TailStart, now: number, filter: LogFilter): Promise<void> {
    const { outlet } = this.#parts;
    switch (since.kind) {
      case "now":
        await this.#pages(base, now - reach, filter, async (entries) => {
          entries.forEach((entry) => outlet.passOver(entry));
          return Promise.resolve(0);
        });
        break;
      case "last":
        await outlet.entries([(await this.#page(base, 0, since.count, "desc", filter)).reverse()], false);
        await this.start(base, { kind: "now" }, now, filter);
        break;
      case "since":
        await this.read(base, now - since.ms, filter, false);
        break;
      case "resume":
        await this.read(base, since.at, filter, false);
        break;
      case "all":
        await this.read(base, 0, filter, false);
    }
  }

  /** Shows what was not shown of all that is not older. */
  read(base: string, from: number, filter: LogFilter, live: boolean): Promise<number> {
    return this.#pages(base, from, filter, (entries) => this.#parts.outlet.entries([entries], live, this.#parts.sender.clockOffset));
  }

  /** By the time of the last event of each page, which is read again: there is nothing else to page by. */
  async #pages(base: string, from: number, filter: LogFilter, show: (entries: LogEntry[]) => Promise<number>): Promise<number> {
    let shown = 0;
    let size = pageSize;
    for (let begin = from; ;) {
      const asked = this.#indices.within(filter).clauses[0];
      const entries = await this.#page(base, begin, size, "asc", filter);
      const names = new Set(await this.#indices.ours([...new Set(entries.map(({ index }) => index))]));
      if (this.#indices.within(filter).clauses[0] !== asked) {
        // A new index, whose alias may have a filter.
        continue;
      }
      const ours = entries.filter(({ index }) => names.has(index));
      ours.forEach(({ index }) => this.names.add(index));
      shown += await show(ours);
      if (entries.length < size) {
        return shown;
      }
      const last = eventTime(entries.at(-1)?.source ?? {})?.ms ?? begin;
      if (last > begin) {
        begin = last;
        size = pageSize;
      } else if (size < largestPage) {
        size = largestPage;
      } else {
        begin++;
        await this.#parts.outlet.notice(
          "limited",
          l10n.t("more than {0} events share one millisecond: the rest of them is not shown", largestPage),
        );
      }
    }
  }

  async #page(base: string, from: number, size: number, order: "asc" | "desc", filter: LogFilter): Promise<LogEntry[]> {
    const { clauses } = this.#indices.within(filter);
    const body = {
      ...{ size, track_total_hits: false, version: true, sort: [{ TimeCreated: { order, unmapped_type: "date" } }] },
      query: { bool: { filter: [timeRange({ gte: from }), ...clauses] } },
    };
    const { exchange, sender } = this.#parts;
    for (let failures = 0; ; failures++) {
      const answer = await exchange.one({ index: `${base}*`, body });
      if (!("refusal" in answer)) {
        return listAt(answer.body, "hits", "hits").map(toEntry);
      }
      if (answer.refusal !== "unavailable" && answer.refusal !== "throttled") {
        return [];
      }
      await sender.pause(sender.backoff(failures));
    }
  }
}

function toEntry(hit: unknown): LogEntry {
  const source = at(hit, "_source");
  return {
    ...{ index: String(at(hit, "_index")), id: String(at(hit, "_id")), shard: 0, seq: -1 },
    ...{ version: 1, source: isObject(source) ? source : {} },
  };
}
