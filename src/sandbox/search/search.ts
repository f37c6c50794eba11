import { aggregate } from "./aggregations/aggregate";
import type { Bucketed } from "./aggregations/aggregator";
import type { Engine } from "./engine";
import { EngineError, illegalArgument } from "./errors";
import { atLeast, type Flavor } from "./flavor";
import { formatHit, type Hit } from "./hits";
import { isObject, scalarText, tokenName, type Json } from "./json";
import { nodeId } from "./node";
import { matchAll, parsing, type Matcher, type QueryContext } from "./queries/clause";
import { compileQuery } from "./query";
import type { SearchIndex } from "./searchIndex";
import { seqBounds } from "./seqBounds";
import type { Shard, StoredDocument } from "./shard";
import { compareValues, parseAfter, parseSort, sortReader, type SortKey, type SortValue } from "./sorting";
import { TopHits, compareHits } from "./topHits";

interface SearchPlan {
  readonly body: Json;
  readonly query: URLSearchParams;
  readonly from: number;
  readonly size: number;
  readonly sort: readonly SortKey[];
  readonly trackTotal: number;
  readonly trackScores: boolean;
}

const bodyKeys = new Set([
  "query",
  "from",
  "size",
  "sort",
  "aggs",
  "aggregations",
  "post_filter",
  "_source",
  "stored_fields",
  "docvalue_fields",
  "fields",
  "script_fields",
  "track_total_hits",
  "track_scores",
  "version",
  "seq_no_primary_term",
  "explain",
  "search_after",
  "min_score",
  "highlight",
  "timeout",
  "terminate_after",
  "indices_boost",
  "profile",
  "collapse",
  "rescore",
  "suggest",
  "stats",
  "slice",
  "ext",
  "runtime_mappings",
  "pit",
]);

const objectKeys = new Set(["query", "post_filter", "aggs", "aggregations"]);

/** Runs one search and answers in the engines' form (without `took` of its own: it is measured); `everything` gives all hits, whatever the size. */
export function search(engine: Engine, indices: readonly SearchIndex[], body: Json, query: URLSearchParams, everything = false): Json {
  const started = performance.now();
  const asked = toPlan(engine, indices, body, query);
  const plan = everything ? { ...asked, size: Number.MAX_SAFE_INTEGER, trackTotal: Infinity } : asked;
  const run = new SearchRun(engine, indices, plan);
  const result = run.execute();
  return { took: Math.round(performance.now() - started), timed_out: false, ...result };
}

function toPlan(engine: Engine, indices: readonly SearchIndex[], body: Json, query: URLSearchParams): SearchPlan {
  const wrong = Object.keys(body).find((key) => !bodyKeys.has(key) || (objectKeys.has(key) && !isObject(body[key])));
  if (wrong !== undefined) {
    throw parsing(`Unknown key for a ${tokenName(body[wrong])} in [${wrong}].`);
  }
  const from = numberOf(body["from"] ?? query.get("from") ?? 0, "from", 0, engine.flavor);
  const size = numberOf(body["size"] ?? query.get("size") ?? 10, "size", 10, engine.flavor);
  const window = Math.min(...indices.map((index) => index.resultWindow), indices.length === 0 ? 10_000 : Infinity);
  if (from + size > window) {
    throw shardFailure(
      indices,
      illegalArgument(
        `Result window is too large, from + size must be less than or equal to: [${window}] but was [${from + size}]. See the scroll api for a more efficient way to request large data sets. This limit can be set by changing the [index.max_result_window] index level setting.`,
      ),
    );
  }
  const sort = parseSort(body["sort"] ?? query.get("sort")?.split(",") ?? undefined, engine.flavor);
  if (body["search_after"] !== undefined && from > 0) {
    const type = atLeast(engine.flavor, 7, 5) ? "search_exception" : "search_context_exception";
    throw shardFailure(
      indices,
      new EngineError(type, "`from` parameter must be set to 0 when `search_after` is used.", 500),
      engine.flavor,
    );
  }
  const track = body["track_total_hits"] ?? query.get("track_total_hits") ?? 10_000;
  const trackTotal = track === true || track === "true" ? Infinity : track === false || track === "false" ? -1 : Number(track);
  return { body, query, from, size, sort, trackTotal, trackScores: body["track_scores"] === true };
}

function numberOf(value: unknown, name: string, otherwise: number, flavor: Flavor): number {
  const number = Number(value);
  if (!Number.isInteger(number)) {
    throw illegalArgument(`Failed to parse int parameter [${name}] with value [${scalarText(value)}]`);
  }
  if (number === -1 && !flavor.opensearch) {
    return otherwise;
  }
  if (number < 0) {
    throw illegalArgument(`[${name}] parameter cannot be negative, found [${number}]`);
  }
  return number;
}

/** A failure on every shard, as the coordinating node reports it. */
export function shardFailure(indices: readonly SearchIndex[], error: EngineError, flavor?: Flavor): EngineError {
  const cause = error.toJson();
  const named = (index: SearchIndex): Json => ({
    ...cause,
    ...(cause["index"] === undefined ? {} : { index: index.name, index_uuid: index.uuid }),
  });
  const failed = indices.map((index) => ({ shard: 0, index: index.name, node: nodeId, reason: named(index) }));
  const first = indices[0];
  const own = error.type === "illegal_argument_exception" || error.type === "illegal_state_exception";
  const outer = first === undefined ? cause : named(first);
  const causedBy = own ? { ...cause, caused_by: cause } : flavor?.opensearch === true ? outer : undefined;
  return new EngineError("search_phase_execution_exception", "all shards failed", error.status, {
    fields: { phase: "query", grouped: true, failed_shards: failed },
    rootCause: indices.map((index) => Object.fromEntries(Object.entries(named(index)).filter(([key]) => key !== "caused_by"))),
    ...(causedBy === undefined ? {} : { causedBy }),
  });
}

export function contextFor(engine: Engine, index: SearchIndex): QueryContext {
  return { index: index.name, aliases: index.aliases, mapping: index.mapping, flavor: engine.flavor, now: engine.now() };
}

class SearchRun {
  private readonly engine: Engine;
  private readonly indices: readonly SearchIndex[];
  private readonly plan: SearchPlan;
  private readonly hits: Hit[] = [];
  private readonly matched: Bucketed[] = [];
  private total = 0;
  private shardCount = 0;

  constructor(engine: Engine, indices: readonly SearchIndex[], plan: SearchPlan) {
    this.engine = engine;
    this.indices = indices;
    this.plan = plan;
  }

  execute(): Json {
    const { body, plan } = { body: this.plan.body, plan: this.plan };
    const only = shardPreference(plan.query.get("preference"));
    const routing = plan.query.get("routing");
    for (const index of this.indices) {
      index.catchUp(this.engine.now());
      try {
        this.searchIndex(index, only, routing);
      } catch (thrown) {
        throw thrown instanceof EngineError && thrown.type !== "search_phase_execution_exception" ? this.failure(thrown) : thrown;
      }
    }
    this.hits.sort((a, b) => compareHits(a, b, plan.sort));
    const page = this.hits.slice(plan.from, plan.from + plan.size);
    const aggs = body["aggs"] ?? body["aggregations"];
    return {
      ...(plan.body["terminate_after"] === undefined ? {} : { terminated_early: false }),
      _shards: { total: this.shardCount, successful: this.shardCount, skipped: 0, failed: 0 },
      hits: { ...this.totalJson(), max_score: this.maxScore(), hits: page.map((hit) => this.hitJson(hit)) },
      ...(isObject(aggs) && this.shardCount > 0 ? { aggregations: this.aggregations(aggs) } : {}),
    };
  }

  /** Refusals while a request is parsed concern the request; those of a shard are wrapped. */
  private failure(error: EngineError): EngineError {
    return error.ofRequest ? error : shardFailure(this.indices, error, this.engine.flavor);
  }

  private aggregations(aggs: Json): Json {
    try {
      return aggregate(aggs, this.matched, (index) => contextFor(this.engine, index), this.engine);
    } catch (thrown) {
      throw thrown instanceof EngineError ? this.failure(thrown) : thrown;
    }
  }

  private searchIndex(index: SearchIndex, only: ReadonlySet<number> | undefined, routing: string | null): void {
    const context = contextFor(this.engine, index);
    const { body, sort } = this.plan;
    const uri = this.plan.query.get("q");
    const query = uri === null ? body["query"] : { query_string: { query: uri, ...uriOptions(this.plan.query) } };
    const matcher = query === undefined ? matchAll : compileQuery(query, context);
    const postFilter = body["post_filter"] === undefined ? undefined : compileQuery(body["post_filter"], context);
    const after = body["search_after"] === undefined ? undefined : parseAfter(body["search_after"], sort, context);
    const readers = sort.map((key) => sortReader(key, context));
    const [low, high] = seqBounds(query);
    const score = isFilterOnly(query) ? 0 : 1;
    const routed = routing === null ? undefined : new Set(routing.split(",").map((value) => index.shardFor("", value).number));
    for (const shard of index.shards) {
      if ((only !== undefined && !only.has(shard.number)) || (routed !== undefined && !routed.has(shard.number))) {
        continue;
      }
      this.shardCount += 1;
      this.searchShard(index, shard, { matcher, postFilter, after, readers, low, high, score });
    }
  }

  private searchShard(
    index: SearchIndex,
    shard: Shard,
    search: {
      matcher: Matcher;
      postFilter: Matcher | undefined;
      after: readonly SortValue[] | undefined;
      readers: readonly ((doc: StoredDocument, place: number, score: number) => SortValue)[];
      low: number;
      high: number;
      score: number;
    },
  ): void {
    const { docs, start, end } = shard.range(search.low, search.high);
    const wanted = this.plan.from + this.plan.size;
    const collector = new TopHits(wanted, this.plan.sort);
    const aggregating = (this.plan.body["aggs"] ?? this.plan.body["aggregations"]) !== undefined;
    const inSeqOrder = this.plan.sort[0]?.field === "_seq_no" && !this.plan.sort[0].descending;
    const mayStop = inSeqOrder && !aggregating && this.plan.trackTotal < 0;
    for (let place = start; place < end; place++) {
      const doc = docs[place];
      if (doc === undefined || doc.dead || !search.matcher(doc)) {
        continue;
      }
      if (aggregating) {
        this.matched.push({ doc, index, shard });
      }
      if (search.postFilter !== undefined && !search.postFilter(doc)) {
        continue;
      }
      this.total += 1;
      if (wanted === 0) {
        continue;
      }
      const keys = search.readers.map((read) => read(doc, place, search.score));
      if (search.after === undefined || compareValues(keys, search.after, this.plan.sort) > 0) {
        collector.add({ doc, index, shard, keys, score: search.score });
      }
      if (mayStop && collector.size >= wanted) {
        break;
      }
    }
    collector.into(this.hits);
  }

  private totalJson(): Json {
    const { trackTotal, query } = this.plan;
    if (trackTotal < 0) {
      return {};
    }
    if (query.get("rest_total_hits_as_int") === "true") {
      return { total: this.total };
    }
    const over = this.total > trackTotal;
    return { total: { value: over ? trackTotal : this.total, relation: over ? "gte" : "eq" } };
  }

  private maxScore(): number | null {
    if (this.shardCount === 0) {
      return 0;
    }
    const scored =
      (this.plan.sort.length === 0 || this.plan.sort.some((key) => key.field === "_score") || this.plan.trackScores) && this.plan.size > 0;
    return scored && this.hits.length > 0 ? Math.max(...this.hits.slice(0, 1).map((hit) => hit.score)) : null;
  }

  private hitJson(hit: Hit): Json {
    return formatHit(hit, this.plan, contextFor(this.engine, hit.index));
  }
}

/** `_shards:0,2` or `_shards:0|_local`; a custom string or `_local` chooses nothing. */
function shardPreference(preference: string | null): ReadonlySet<number> | undefined {
  if (preference === null || !preference.startsWith("_")) {
    return undefined;
  }
  const match = /^_shards:(\d+(?:,\d+)*)(?:\|(.*))?$/.exec(preference);
  const rest = match === null ? preference : (match[2] ?? "_local");
  if (!/^_(local|only_local|prefer_nodes:.*|only_nodes:.*|primary|primary_first|replica|replica_first)$/.test(rest)) {
    throw illegalArgument(`no Preference for [${rest}]`);
  }
  return match === null ? undefined : new Set((match[1] ?? "").split(",").map(Number));
}

/** Engines of the 7 line know no preference for primaries. */
export function checkPreference(preference: string | null, opensearch: boolean): void {
  if (preference !== null && !opensearch && /(^|\|)_(primary|replica)(_first)?$/.test(preference)) {
    throw illegalArgument(`no Preference for [${preference.replace(/^.*\|/, "")}]`);
  }
  shardPreference(preference);
}

function isFilterOnly(query: unknown): boolean {
  const bool = isObject(query) && isObject(query["bool"]) ? query["bool"] : undefined;
  return (
    bool !== undefined &&
    bool["must"] === undefined &&
    bool["should"] === undefined &&
    (bool["filter"] !== undefined || bool["must_not"] !== undefined)
  );
}

function uriOptions(query: URLSearchParams): Json {
  return {
    ...(query.get("df") === null ? {} : { default_field: query.get("df") }),
    ...(query.get("default_operator") === null ? {} : { default_operator: query.get("default_operator") }),
    ...(query.get("lenient") === "true" ? { lenient: true } : {}),
  };
}
