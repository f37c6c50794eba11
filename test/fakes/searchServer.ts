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
  settingsPermitted = true;
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
    for (const document of documents) {
      const next = list.reduce((highest, { seq }) => Math.max(highest, seq), -1) + 1;
      list.push({ ...document, seq: document.seq ?? next });
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
    if (request.path !== "/_msearch") {
      const name = decodeURIComponent(request.path.split("/")[1] ?? "");
      const preference = request.query?.["preference"];
      const value = this.#search(name, preference, JSON.parse(request.body ?? "{}"));
      return answer(numberAt(value, "status") ?? 200, value);
    }
    const lines = (request.body ?? "").trimEnd().split("\n");
    const responses: unknown[] = [];
    for (let line = 0; line < lines.length; line += 2) {
      const header: unknown = JSON.parse(lines[line] ?? "");
      responses.push(this.#search(String(at(header, "index")), String(at(header, "preference")), JSON.parse(lines[line + 1] ?? "")));
    }
    return answer(200, { responses });
  }

  #settings(name: string): SearchAnswer {
    if (!this.settingsPermitted) {
      return answer(403, {
        error: { type: "security_exception", reason: "no permissions for [indices:monitor/settings/get]" },
        status: 403,
      });
    }
    const pattern = new RegExp(`^${name.replaceAll("*", ".*")}$`);
    const names = [...this.indices.keys()].filter((index) => pattern.test(index));
    const settings = names.map((index) => [index, { settings: { index: { creation_date: String(this.created.get(index) ?? 0) } } }]);
    return answer(200, Object.fromEntries(settings));
  }

  #search(name: string, preference: string | undefined, body: unknown): unknown {
    const pattern = new RegExp(`^${name.replaceAll("*", ".*")}$`);
    const names = [...this.indices.keys()].filter((index) => pattern.test(index));
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
    const matching = found.filter(({ document }) => matches(at(body, "query"), document));
    const descending = at(listAt(body, "sort")[0], "_seq_no", "order") === "desc";
    const hits = matching
      .filter(({ document }) => matches(at(body, "post_filter"), document))
      .sort((a, b) => (descending ? b.document.seq - a.document.seq : a.document.seq - b.document.seq))
      .slice(0, numberAt(body, "size") ?? 10);
    return {
      status: 200,
      timed_out: false,
      _shards: { total: shards.length, successful: living.length, failed: 0 },
      hits: {
        hits: hits.map(({ index, document }) => ({
          _index: index,
          _id: document.id,
          _version: document.version ?? 1,
          _seq_no: document.seq,
          _primary_term: document.term ?? 1,
          ...(at(body, "_source") === false ? {} : { _source: document.source }),
        })),
      },
      aggregations: aggregations(body, matching),
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

function aggregations(body: unknown, matching: readonly { readonly index: string; readonly document: FakeDocument }[]): unknown {
  const window = matching.map(({ document }) => document).filter((document) => matches(at(body, "aggs", "win", "filter"), document));
  const sum = window.reduce((total, { seq }) => total + seq, 0);
  const highest = matching.reduce((most, { document }) => Math.max(most, document.seq), -1);
  const names = [...new Set(matching.map(({ index }) => index))];
  return {
    win: { doc_count: window.length, s: { count: window.length, sum } },
    head: { value: highest < 0 ? null : highest },
    names: { buckets: names.map((key) => ({ key })) },
  };
}

/** The parts of the query language that a tail uses. */
function matches(query: unknown, document: FakeDocument): boolean {
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
  const terms = at(query, "terms");
  if (terms !== undefined) {
    return Object.entries(terms as Record<string, unknown[]>).every(([name, values]) =>
      values.includes(document.source[name.replace(/\.keyword$/, "")]),
    );
  }
  const should = listAt(query, "bool", "should");
  return (
    listAt(query, "bool", "filter").every((clause) => matches(clause, document)) &&
    (should.length === 0 || should.some((clause) => matches(clause, document))) &&
    !listAt(query, "bool", "must_not").some((clause) => matches(clause, document))
  );
}
