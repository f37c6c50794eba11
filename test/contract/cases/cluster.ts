import { bulk, step, type ContractCase } from "../contractCase";

const make = [
  step("PUT /c-cl", { settings: { number_of_shards: 2, number_of_replicas: 0 } }),
  bulk(
    { index: { _index: "c-cl", _id: "1" } },
    { a: 1 },
    { index: { _index: "c-cl", _id: "2" } },
    { a: 1 },
    { delete: { _index: "c-cl", _id: "2" } },
  ),
];

export const clusterCases: readonly ContractCase[] = [
  {
    name: "the engine introduces itself",
    steps: [step("GET /", undefined, ["version.number", "version.distribution", "version.lucene_version", "tagline"])],
  },
  {
    name: "shard statistics tell sequence numbers and checkpoints",
    steps: [
      ...make,
      step("GET /c-cl/_stats?level=shards", undefined, [
        "_shards",
        "indices.*.shards.*.*.seq_no",
        "indices.*.shards.*.*.routing",
        "indices.*.shards.*.*.docs.count",
        "indices.c-cl.primaries.docs.count",
        "_all.primaries.docs.count",
      ]),
      step("GET /c-cl/_stats/docs", undefined, ["_all.primaries.docs.count", "indices.c-cl.primaries.docs.count"]),
      step("GET /c-none/_stats"),
    ],
  },
  {
    name: "the cat calls print tables and JSON",
    steps: [
      ...make,
      step("GET /_cat/indices/c-cl?h=index,health,status,pri,rep,docs.count&v"),
      step("GET /_cat/indices/c-cl?h=index,health,status,pri,rep,docs.count&format=json"),
      step("GET /_cat/indices/c-cl?format=json&h=index,uuid,status"),
      step("GET /_cat/indices/c-none?format=json"),
      step("GET /_cat/indices/c-no*?format=json"),
      step("GET /_cat/shards/c-cl?h=index,shard,prirep,state,docs&s=shard&format=json"),
      step("GET /_cat/count/c-cl?h=count"),
    ],
  },
  {
    name: "health counts shards and waits",
    steps: [
      ...make,
      step("GET /_cluster/health/c-cl", undefined, [
        "status",
        "timed_out",
        "active_primary_shards",
        "active_shards",
        "unassigned_shards",
        "number_of_data_nodes",
      ]),
      step("PUT /c-rep", { settings: { number_of_shards: 1, number_of_replicas: 1 } }),
      step("GET /_cluster/health/c-rep", undefined, ["status", "active_shards", "unassigned_shards", "active_shards_percent_as_number"]),
    ],
  },
  {
    name: "indices are resolved and their shards listed",
    steps: [
      ...make,
      step("GET /_resolve/index/c-cl", undefined, ["indices", "aliases", "data_streams"]),
      step("GET /c-cl/_search_shards", undefined, ["shards.*.*.shard", "shards.*.*.index", "shards.*.*.primary", "shards.*.*.state"]),
    ],
  },
  {
    name: "unknown addresses and methods are refused",
    steps: [
      step("GET /_nonsense"),
      step("GET /_nonsense/x/y"),
      step("DELETE /_bulk"),
      step("PUT /_search", {}),
      step("PATCH /c-cl"),
      { request: "POST /c-cl/_search", body: "{}", headers: { "content-type": "text/plain" } },
    ],
  },
];
