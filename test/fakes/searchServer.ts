import type { SearchAnswer, SearchRequest, SearchTransport } from "../../src/core/aws/ports";
import type { Clock } from "../../src/core/clock";
import { at, listAt, numberAt } from "../../src/core/logs/json";

export interface FakeDocument {
  readonly seq: number;
  readonly id: string;
  readonly source: Readonly<Record<string, unknown>>;
  readonly term?: number;
  readonly version?: number;
  /** When each copy shows it; one number for all copies. Default: at once. */
  readonly visible?: number | readonly number[];
  readonly gone?: number;
}

interface FakeShard {
  readonly documents: FakeDocument[];
  /** In place of the shard's answer. */
  failure?: "red" | "error";
}

/** Answers the searches of a tail from lists of documents with the times at which they show. */
export class SearchServer implements SearchTransport {
  readonly indices = new Map<string, FakeShard[]>();
  /** Answers whole requests instead, when it gives something. */
  intercept: ((request: SearchRequest) => SearchAnswer | undefined) | undefined;
  /** When an index was made, by the domain. */
  readonly created = new Map<string, number>();
  /** Names that stand for other indices; a pattern finds them, too. */
  readonly aliases = new Map<string, readonly string[]>();
  /** The filters of aliases of their own; undefined where reading aliases is not permitted. */
  aliasFilters: ReadonlyMap<string, unknown> | undefined = new Map();
  settingsPermitted = true;
  /** Answers `_stats` where it is set: up to which number each copy of a shard has got. */
  checkpoints: ((index: string, shard: number) => readonly number[]) | undefined;
  /** False on a domain that hides the numbers of documents. */
  numbered = true;
  /** `refresh_interval` by index. */
  readonly refresh = new Map<string, string>();
  readonly requests: SearchRequest[] = [];
  /** The copy that answers next. */
  copy: () => number = () => 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  create(index: string, shards: number): void {
    this.created.set(index, this.#clock.now());
    this.indices.set(
      index,
      Array.from({ length: shards }, () => ({ documents: [] })),
    );
  }

  /** Appends documents with the next numbers of a shard. */
  add(index: string, shard: number, ...documents: readonly (Omit<FakeDocument, "seq"> & { readonly seq?: number })[]): void {
    const list = this.shard(index, shard).documents;
    let highest = list.reduce((most, { seq }) => Math.max(most, seq), -1);
    for (const document of documents) {
      const seq = document.seq ?? highest + 1;
      highest = Math.max(highest, seq);
      list.push({ ...document, seq });
    }
  }

  shard(index: string, shard: number): FakeShard {
    const found = this.indices.get(index)?.[shard];
    if (found === undefined) {
      throw new Error(`no shard ${shard} of ${index}`);
    }
    return found;
  }

  async send(request: SearchRequest): Promise<SearchAnswer> {
    this.requests.push(request);
    const intercepted = this.intercept?.(request);
    if (intercepted !== undefined) {
      return intercepted;
    }
    if (request.path.endsWith("/_settings")) {
      return this.#settings(decodeURIComponent(request.path.split("/")[1] ?? ""));
    }
    if (request.path.startsWith("/_alias/")) {
      return this.#alias(decodeURIComponent(request.path.slice("/_alias/".length)));
    }
    if (request.path.endsWith("/_stats/docs")) {
      return this.#stats(request.path.split("/")[1] ?? "");
    }
    if (request.path !== "/_msearch") {
      const name = decodeURIComponent(request.path.split("/")[1] ?? "");
      const preference = request.query?.["preference"];
      const value = this.#search(name, preference, JSON.parse(request.body ?? request.query?.["source"] ?? "{}"));
      return answer(numberAt(value, "status") ?? 200, value);
    }
    const lines = (request.body ?? "").trimEnd().split("\n");
    const responses: unknown[] = [];
    for (let line = 0; line < lines.length; line += 2) {
      const header: unknown = JSON.parse(lines[line] ?? "");
      const preference = at(header, "preference");
      const shard = typeof preference === "string" ? preference : undefined;
      responses.push(this.#search(String(at(header, "index")), shard, JSON.parse(lines[line + 1] ?? "")));
    }
    return answer(200, { responses });
  }

  #alias(name: string): SearchAnswer {
    if (this.aliasFilters === undefined) {
      return answer(403, { error: { type: "security_exception", reason: "no permissions for [indices:admin/aliases/get]" }, status: 403 });
    }
    const names = this.aliases.get(name);
    const filter = this.aliasFilters.get(name);
    return names === undefined
      ? answer(404, { error: `alias [${name}] missing`, status: 404 })
      : answer(200, Object.fromEntries(names.map((index) => [index, { aliases: { [name]: filter === undefined ? {} : { filter } } }])));
  }

  #settings(name: string): SearchAnswer {
    if (!this.settingsPermitted) {
      return answer(403, {
        error: { type: "security_exception", reason: "no permissions for [indices:monitor/settings/get]" },
        status: 403,
      });
    }
    const names = this.#named(name);
    const settings = names.map((index) => {
      const refresh = this.refresh.get(index);
      const own = { creation_date: String(this.created.get(index) ?? 0), ...(refresh === undefined ? {} : { refresh_interval: refresh }) };
      return [index, { settings: { index: own } }];
    });
    return answer(200, Object.fromEntries(settings));
  }

  #stats(names: string): SearchAnswer {
    const { checkpoints } = this;
    if (checkpoints === undefined) {
      return answer(403, { error: { type: "security_exception", reason: "no permissions for [indices:monitor/stats]" }, status: 403 });
    }
    const copies = (index: string, shard: number) =>
      checkpoints(index, shard).map((seq) => ({ routing: { state: "STARTED" }, seq_no: { local_checkpoint: seq } }));
    const indices: Record<string, unknown> = {};
    for (const index of names.split(",")) {
      indices[index] = { shards: { ...(this.indices.get(index) ?? []).map((_, shard) => copies(index, shard)) } };
    }
    return answer(200, { indices });
  }

  #named(name: string): string[] {
    const pattern = new RegExp(`^${name.replaceAll("*", ".*")}$`);
    const behind = new Set([...this.aliases].flatMap(([alias, names]) => (pattern.test(alias) ? names : [])));
    return [...this.indices.keys()].filter((index) => pattern.test(index) || behind.has(index));
  }

  #search(name: string, preference: string | undefined, body: unknown): unknown {
    const names = this.#named(name);
    if (names.length === 0 && !name.includes("*")) {
      return { error: { type: "index_not_found_exception", reason: `no such index [${name}]` }, status: 404 };
    }
    const only = /^_shards:(\d+)$/.exec(preference ?? "")?.[1];
    const copy = this.copy();
    const shards = names.flatMap((index) => {
      const all = (this.indices.get(index) ?? []).map((shard) => ({ index, shard }));
      return only === undefined ? all : all.slice(Number(only), Number(only) + 1);
    });
    const living = shards.filter(({ shard }) => shard.failure === undefined);
    const found = living.flatMap(({ index, shard }) => this.#visible(shard, copy).map((document) => ({ index, document })));
    const matching = found.filter((each) => matches(at(body, "query"), each));
    const descending = at(listAt(body, "sort")[0], "_seq_no", "order") === "desc";
    const byTime = at(listAt(body, "sort")[0], "TimeCreated", "order");
    const hits = matching
      .filter((each) => matches(at(body, "post_filter"), each))
      .sort((a, b) =>
        typeof byTime === "string"
          ? (byTime === "desc" ? -1 : 1) * (timeOf(a.document) - timeOf(b.document))
          : (descending ? -1 : 1) * (a.document.seq - b.document.seq),
      )
      .slice(0, numberAt(body, "size") ?? 10);
    const before = listAt(body, "query", "bool", "should").find((clause) => at(clause, "bool", "_name") === "before");
    return {
      status: 200,
      timed_out: false,
      _shards: { total: shards.length, successful: living.length, failed: 0 },
      hits: {
        ...(at(body, "track_total_hits") === true ? { total: { value: matching.length, relation: "eq" } } : {}),
        hits: hits.map((hit) => ({
          _index: hit.index,
          _id: hit.document.id,
          _version: hit.document.version ?? 1,
          ...(this.numbered ? { _seq_no: hit.document.seq, _primary_term: hit.document.term ?? 1 } : {}),
          ...(at(body, "_source") === false ? {} : { _source: hit.document.source }),
          ...(before !== undefined && matches(before, hit) ? { matched_queries: ["before"] } : {}),
        })),
      },
      ...(at(body, "aggs") === undefined || shards.length === 0 ? {} : { aggregations: aggregations(at(body, "aggs"), matching) }),
    };
  }

  #visible(shard: FakeShard, copy: number): FakeDocument[] {
    const now = this.#clock.now();
    return shard.documents.filter(({ visible = 0, gone = Infinity }) => {
      const from = typeof visible === "number" ? visible : (visible[copy % visible.length] ?? 0);
      return from <= now && now < gone;
    });
  }
}

export function answer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): SearchAnswer {
  return { status, headers, body: typeof value === "string" ? value : JSON.stringify(value) };
}

interface Found {
  readonly index: string;
  readonly document: FakeDocument;
}

function aggregations(aggs: unknown, matching: readonly Found[]): unknown {
  const results = Object.entries(aggs as Readonly<Record<string, unknown>>).map(([name, agg]): [string, unknown] => {
    if (at(agg, "max") !== undefined) {
      const highest = matching.reduce((most, { document }) => Math.max(most, document.seq), -1);
      return [name, { value: highest < 0 ? null : highest }];
    }
    if (at(agg, "stats") !== undefined) {
      const sum = matching.reduce((total, { document }) => total + document.seq, 0);
      const highest = matching.reduce((most, { document }) => Math.max(most, document.seq), -1);
      return [name, { count: matching.length, sum, max: highest }];
    }
    const inner = at(agg, "aggs");
    const nested = (found: readonly Found[]): object => (inner === undefined ? {} : (aggregations(inner, found) as object));
    if (at(agg, "terms") !== undefined) {
      const found = new Map<string, Found[]>();
      for (const each of matching) {
        found.set(each.index, [...(found.get(each.index) ?? []), each]);
      }
      const largest = [...found].sort(([, a], [, b]) => b.length - a.length).slice(0, numberAt(agg, "terms", "size") ?? 10);
      return [name, { buckets: largest.map(([key, each]) => ({ key, doc_count: each.length, ...nested(each) })) }];
    }
    const filtered = matching.filter((each) => matches(at(agg, "filter"), each));
    return [name, { doc_count: filtered.length, ...nested(filtered) }];
  });
  return Object.fromEntries(results);
}

function timeOf({ source }: FakeDocument): number {
  const { TimeCreated: time } = source;
  return typeof time === "string" ? Date.parse(time) : Infinity;
}

/** The parts of the query language that a tail uses. */
function matches(query: unknown, found: Found): boolean {
  const { index, document } = found;
  const range = at(query, "range", "_seq_no");
  if (range !== undefined) {
    const { gt = -Infinity, gte = -Infinity, lte = Infinity } = range as { gt?: number; gte?: number; lte?: number };
    return document.seq > gt && document.seq >= gte && document.seq <= lte;
  }
  const time = at(query, "range", "TimeCreated", "gte");
  if (typeof time === "string") {
    const { TimeCreated: created } = document.source;
    return typeof created === "string" && Date.parse(created) >= Date.parse(time);
  }
  const exists = at(query, "exists", "field");
  if (typeof exists === "string") {
    return document.source[exists] !== undefined;
  }
  const term = at(query, "term", "_index");
  if (term !== undefined) {
    return index === term;
  }
  const terms = at(query, "terms");
  if (terms !== undefined) {
    return Object.entries(terms as Record<string, unknown[]>).every(([name, values]) =>
      values.includes(name === "_seq_no" ? document.seq : name === "_index" ? index : document.source[name.replace(/\.keyword$/, "")]),
    );
  }
  const should = listAt(query, "bool", "should");
  const required = [...listAt(query, "bool", "filter"), ...listAt(query, "bool", "must")];
  const needed = numberAt(query, "bool", "minimum_should_match") ?? (required.length > 0 || should.length === 0 ? 0 : 1);
  return (
    required.every((clause) => matches(clause, found)) &&
    should.filter((clause) => matches(clause, found)).length >= needed &&
    !listAt(query, "bool", "must_not").some((clause) => matches(clause, found))
  );
}
