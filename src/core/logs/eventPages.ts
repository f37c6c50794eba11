import * as l10n from "@vscode/l10n";
import { AppError } from "../errors";
import type { LogFilter } from "./filter";
import { allNames } from "./indexListing";
import { isRotationOf } from "./indexNames";
import { at, isObject, listAt, numberAt, type JsonObject } from "./json";
import type { EventRef } from "./shownText";
import { indicesBody, timeRange } from "./searchRequests";
import { singleSearch, type LogIndex, type SearchedNames } from "./singleSearch";
import type { LogEntry } from "./tailEvents";

export interface EventRange {
  /** Event times in milliseconds since the epoch, both included; absent: open. */
  readonly from?: number;
  readonly to?: number;
  readonly filter: LogFilter;
  readonly order: "oldestFirst" | "newestFirst";
  readonly pageSize: number;
  /** Left out: they are shown already. */
  readonly known?: ReadonlySet<string>;
}

/** The engine gives no more hits at once. */
const mostHits = 10_000;

/**
 * Events by event time, page after page, each once. Events of one millisecond stay together, so that a page boundary between them
 * loses none. Events without a time, and those that arrive behind the reader, are not among them.
 */
export async function* eventPages(target: LogIndex, range: EventRange, signal?: AbortSignal): AsyncGenerator<readonly LogEntry[]> {
  const names = await rotations(target, signal);
  const newestFirst = range.order === "newestFirst";
  let { from, to } = range;
  let atBoundary = new Set(range.known ?? []);
  while (names.length > 0) {
    const size = Math.min(mostHits, range.pageSize + atBoundary.size);
    const body = pageBody({ names, from, to, filter: range.filter, newestFirst, size });
    const hits = wholeHits(await singleSearch(target, body, signal));
    const fresh = hits.filter((hit) => !atBoundary.has(keyOf(hit)));
    if (fresh.length > 0) {
      yield fresh.map(({ entry }) => entry);
    }
    const last = hits.at(-1);
    if (last === undefined || hits.length < size) {
      return;
    }
    if (fresh.length === 0) {
      throw new AppError("unexpected", l10n.t("More than {0} events have one time: they cannot be paged.", mostHits - range.pageSize));
    }
    const before = newestFirst ? to : from;
    const same = hits.filter(({ time }) => time === last.time).map(keyOf);
    atBoundary = last.time === before ? new Set([...atBoundary, ...same]) : new Set(same);
    if (newestFirst) {
      to = last.time;
    } else {
      from = last.time;
    }
  }
}

/** The documents that are still there, in the order asked for. */
export async function eventsByRef(target: LogIndex, refs: readonly EventRef[], signal?: AbortSignal): Promise<readonly LogEntry[]> {
  const indices = [...new Set(refs.map(({ index }) => index))];
  const query = { bool: { filter: [{ terms: { _index: indices } }, { ids: { values: [...new Set(refs.map(({ id }) => id))] } }] } };
  const body = { size: refs.length, track_total_hits: false, version: true, seq_no_primary_term: true, query };
  const found = new Map(wholeHits(await singleSearch(target, body, signal)).map((hit) => [keyOf(hit), hit.entry]));
  return refs.flatMap((ref) => found.get(refKey(ref)) ?? []);
}

/** What `known` of a range holds. */
export function refKey({ index, id }: EventRef): string {
  return `${index} ${id}`;
}

interface TimedHit {
  readonly entry: LogEntry;
  readonly time: number;
}

function keyOf({ entry }: TimedHit): string {
  return refKey(entry);
}

async function rotations(target: LogIndex, signal?: AbortSignal): Promise<readonly string[]> {
  const names = await namesOf(target, "rotations", signal);
  const ours = names.filter((name) => isRotationOf(target.index, name));
  return ours.length === names.length ? ours : [...new Set([...ours, ...(await namesOf(target, "itself", signal))])];
}

async function namesOf(target: LogIndex, which: SearchedNames, signal?: AbortSignal): Promise<readonly string[]> {
  const search = async (body: JsonObject): Promise<JsonObject> => whole(await singleSearch(target, body, signal, which));
  return allNames(await search(indicesBody([], new Map())), search);
}

interface Page {
  readonly names: readonly string[];
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly filter: LogFilter;
  readonly newestFirst: boolean;
  readonly size: number;
}

function pageBody({ newestFirst, size, ...range }: Page): JsonObject {
  const order = newestFirst ? "desc" : "asc";
  return {
    size,
    track_total_hits: false,
    version: true,
    seq_no_primary_term: true,
    sort: [{ TimeCreated: { order, unmapped_type: "date" } }, { _seq_no: { order, unmapped_type: "long" } }],
    query: queryOf(range),
  };
}

function queryOf({ names, from, to, filter }: Partial<Page> & Pick<Page, "names" | "filter">): JsonObject {
  const open = from === undefined && to === undefined;
  const time = open ? { exists: { field: "TimeCreated" } } : timeRange({ gte: from, lte: to });
  return { bool: { filter: [{ terms: { _index: names } }, time, ...filter.clauses] } };
}

/** A part of the answer would be a gap that nobody sees. */
function whole(answer: JsonObject): JsonObject {
  // A shard without copies is missing among the failed ones of old versions.
  const failed = (numberAt(answer, "_shards", "total") ?? 0) - (numberAt(answer, "_shards", "successful") ?? 0);
  if (failed > 0 || answer["timed_out"] === true) {
    const reason = at(listAt(answer, "_shards", "failures")[0], "reason", "reason");
    throw new AppError("network", l10n.t("A part of the index did not answer: {0}", typeof reason === "string" ? reason : String(failed)));
  }
  return answer;
}

function wholeHits(answer: JsonObject): readonly TimedHit[] {
  return listAt(whole(answer), "hits", "hits").map((hit) => {
    const source = at(hit, "_source");
    return {
      time: Number(listAt(hit, "sort")[0] ?? 0),
      entry: {
        index: String(at(hit, "_index")),
        shard: -1,
        seq: numberAt(hit, "_seq_no") ?? -1,
        id: String(at(hit, "_id")),
        version: numberAt(hit, "_version") ?? 1,
        source: isObject(source) ? source : {},
      },
    };
  });
}
