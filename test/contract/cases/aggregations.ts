import { bulk, step, type ContractCase, type Step } from "../contractCase";

const rows = [
  { t: "2020-03-02T21:10:00Z", level: "Error", n: 1, host: "a", ok: true },
  { t: "2020-03-02T21:50:00Z", level: "Error", n: 5, host: "b", ok: false },
  { t: "2020-03-02T23:10:00Z", level: "Warning", n: 2.5, host: "a" },
  { t: "2020-03-04T01:00:00Z", level: "Informational", n: 10, host: "c" },
  { level: "Error", host: "a" },
];

const load: readonly Step[] = [
  step("PUT /c-agg", { settings: { number_of_shards: 1 }, mappings: { properties: { n: { type: "double" } } } }),
  bulk(...rows.flatMap((row, at) => [{ index: { _index: "c-agg", _id: String(at + 1) } }, row])),
];

const aggs = (body: unknown, query?: unknown): Step =>
  step("GET /c-agg/_search", { size: 0, aggs: body, ...(query === undefined ? {} : { query }) }, ["status", "aggregations", "error"]);

export const aggregationCases: readonly ContractCase[] = [
  {
    name: "metrics of numbers, dates and sequence numbers",
    steps: [
      ...load,
      ...["stats", "min", "max", "sum", "avg", "value_count", "cardinality"].map((kind) =>
        aggs({ n: { [kind]: { field: "n" } }, seq: { [kind]: { field: "_seq_no" } }, none: { [kind]: { field: "absent" } } }),
      ),
      aggs({ first: { min: { field: "t" } }, last: { max: { field: "t" } } }),
      aggs({ c: { cardinality: { field: "host.keyword" } }, v: { value_count: { field: "host.keyword" } } }),
      aggs({ bad: { sum: { field: "host.keyword" } } }),
      aggs({ bad: { terms: { field: "host" } } }),
    ],
  },
  {
    name: "terms are counted, ordered and cut",
    steps: [
      ...load,
      aggs({ l: { terms: { field: "level.keyword" } } }),
      aggs({ l: { terms: { field: "level.keyword", size: 1 } } }),
      aggs({ l: { terms: { field: "level.keyword", order: { _key: "desc" } } } }),
      aggs({ l: { terms: { field: "level.keyword", order: { m: "desc" } }, aggs: { m: { max: { field: "n" } } } } }),
      aggs({ l: { terms: { field: "level.keyword", missing: "none", min_doc_count: 2 } } }),
      aggs({ l: { terms: { field: "host.keyword", include: ["a", "b"] } } }),
      aggs({ l: { terms: { field: "host.keyword", exclude: "a|b" } } }),
      aggs({ l: { terms: { field: "n" } }, b: { terms: { field: "ok" } } }),
      aggs({ l: { terms: { field: "absent" } } }),
      aggs({ l: { terms: { field: "_index" } } }),
      aggs({ l: { terms: { field: "level.keyword" }, aggs: { h: { terms: { field: "host.keyword" } } } } }),
    ],
  },
  {
    name: "histograms over time fill their gaps",
    steps: [
      ...load,
      aggs({ d: { date_histogram: { field: "t", interval: "1h" } } }),
      aggs({ d: { date_histogram: { field: "t", interval: "day" } } }),
      aggs({ d: { date_histogram: { field: "t", interval: "12h", min_doc_count: 1 } } }),
      aggs({ d: { date_histogram: { field: "t", interval: "1d", time_zone: "+03:00" } } }),
      aggs({ d: { date_histogram: { field: "t", interval: "1d", format: "yyyy-MM-dd" } } }),
      aggs({ d: { date_histogram: { field: "t", interval: "month" }, aggs: { l: { terms: { field: "level.keyword" } } } } }),
      aggs({ d: { date_histogram: { field: "t", interval: "1d", extended_bounds: { min: "2020-03-01", max: "2020-03-05" } } } }),
      aggs({ d: { date_histogram: { field: "t", fixed_interval: "6h", min_doc_count: 1 } } }),
      aggs({ d: { date_histogram: { field: "t", calendar_interval: "1d", min_doc_count: 1 } } }),
      aggs({ d: { date_histogram: { field: "t" } } }),
      aggs({ d: { date_histogram: { field: "absent", interval: "1h" } } }),
      aggs({ h: { histogram: { field: "n", interval: 5 } } }),
      aggs({ h: { histogram: { field: "n", interval: 0 } } }),
    ],
  },
  {
    name: "filters split, top hits show",
    steps: [
      ...load,
      aggs({ f: { filter: { term: { "level.keyword": "Error" } }, aggs: { s: { stats: { field: "n" } } } } }),
      aggs({ f: { filters: { filters: { e: { term: { "level.keyword": "Error" } }, w: { term: { "level.keyword": "Warning" } } } } } }),
      aggs({ f: { filters: { filters: [{ match_all: {} }, { term: { host: "a" } }], other_bucket: true } } }),
      aggs({ h: { terms: { field: "host.keyword" }, aggs: { newest: { top_hits: { size: 1, sort: [{ t: "desc" }], _source: ["n"] } } } } }),
      aggs({ m: { missing: { field: "t" } } }),
      aggs({ r: { range: { field: "n", ranges: [{ to: 2 }, { from: 2, to: 6 }, { from: 6 }] } } }),
      aggs({ all: { terms: { field: "level.keyword" } } }, { range: { n: { gte: 5 } } }),
    ],
  },
  {
    name: "what is no aggregation is refused",
    steps: [
      ...load,
      aggs({ x: { nonsense: {} } }),
      aggs({ x: {} }),
      aggs({ x: { terms: {} } }),
      aggs({ x: { terms: { field: "n", size: 0 } } }),
      aggs({ x: { terms: { field: "n" }, max: { field: "n" } } }),
    ],
  },
];
