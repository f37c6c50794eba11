import { bulk, step, type ContractCase } from "../contractCase";

export const documentCases: readonly ContractCase[] = [
  {
    name: "a document is created, replaced and deleted, each time with a new sequence number and version",
    steps: [
      step("PUT /c-doc/_doc/1", { a: 1 }),
      step("PUT /c-doc/_doc/1?refresh=true", { a: 2 }),
      step("GET /c-doc/_doc/1"),
      step("DELETE /c-doc/_doc/1"),
      step("GET /c-doc/_doc/1"),
      step("DELETE /c-doc/_doc/1"),
      step("DELETE /c-doc/_doc/never"),
      step("PUT /c-doc/_doc/1", { a: 3 }),
    ],
  },
  {
    name: "a document without an id gets one of twenty characters",
    steps: [step("POST /c-auto/_doc?refresh=true", { a: 1 }), step("GET /c-auto/_search")],
  },
  {
    name: "creating an existing document is a conflict",
    steps: [
      step("PUT /c-create/_create/1", { a: 1 }),
      step("PUT /c-create/_create/1", { a: 1 }),
      step("PUT /c-create/_doc/1?op_type=create", { a: 1 }),
    ],
  },
  {
    name: "a write conditional on a sequence number fails when another came first",
    steps: [
      step("PUT /c-cond/_doc/1", { a: 1 }),
      step("PUT /c-cond/_doc/1?if_seq_no=0&if_primary_term=1", { a: 2 }),
      step("PUT /c-cond/_doc/1?if_seq_no=0&if_primary_term=1", { a: 3 }),
      step("PUT /c-cond/_doc/2?if_seq_no=0&if_primary_term=1", { a: 3 }),
      step("PUT /c-cond/_doc/1?if_seq_no=0", { a: 3 }),
      step("DELETE /c-cond/_doc/1?if_seq_no=0&if_primary_term=1"),
      step("PUT /c-cond/_doc/1?version=5", { a: 3 }),
      step("PUT /c-cond/_doc/3?version=5&version_type=external", { a: 3 }),
      step("PUT /c-cond/_doc/3?version=5&version_type=external", { a: 4 }),
      step("PUT /c-cond/_doc/3?version=9&version_type=external", { a: 4 }),
    ],
  },
  {
    name: "a partial update merges, sees that nothing changes, and inserts when asked to",
    steps: [
      step("PUT /c-upd/_doc/1", { a: 1, o: { x: 1 } }),
      step("POST /c-upd/_update/1", { doc: { o: { y: 2 } } }),
      step("POST /c-upd/_update/1", { doc: { o: { y: 2 } } }),
      step("GET /c-upd/_doc/1"),
      step("POST /c-upd/_update/2", { doc: { a: 1 } }),
      step("POST /c-upd/_update/2", { doc: { a: 1 }, doc_as_upsert: true }),
      step("POST /c-upd/_update/3", { doc: { a: 1 }, upsert: { b: 1 } }),
      step("POST /c-upd/_update/1", {}),
    ],
  },
  {
    name: "what is read of a document can be filtered",
    steps: [
      step("PUT /c-src/_doc/1", { a: 1, b: { c: 2, d: 3 }, e: [1, 2] }),
      step("GET /c-src/_doc/1?_source=false"),
      step("GET /c-src/_doc/1?_source=a,b.c"),
      step("GET /c-src/_doc/1?_source_excludes=b"),
      step("GET /c-src/_source/1"),
      step("HEAD /c-src/_doc/1"),
      step("HEAD /c-src/_doc/2"),
      step("GET /c-src/_mget", { docs: [{ _id: "1", _source: ["a"] }, { _id: "2" }] }),
      step("GET /c-src/_mget", { ids: ["1"] }),
    ],
  },
  {
    name: "a missing index is named in the refusal",
    steps: [
      step("GET /c-none/_doc/1"),
      step("DELETE /c-none/_doc/1"),
      step("GET /c-none/_search"),
      step("GET /c-none/_count"),
      step("GET /c-none/_mapping"),
      step("DELETE /c-none"),
      step("HEAD /c-none"),
      step("GET /c-none*/_search"),
      step("GET /c-none/_search?ignore_unavailable=true"),
    ],
  },
  {
    name: "a broken or missing body is refused",
    steps: [
      step("PUT /c-bad/_doc/1", "{"),
      step("PUT /c-bad/_doc/1", "[1]"),
      step("PUT /c-bad/_doc/1", '{"a":1}{"b":2}'),
      step("PUT /c-bad/_doc/1"),
      step("POST /c-bad/_search", "{"),
    ],
  },
  {
    name: "routing chooses the shard in place of the id",
    steps: [
      step("PUT /c-route", { settings: { number_of_shards: 5 } }),
      step("PUT /c-route/_doc/1?routing=k&refresh=true", { a: 1 }),
      step("GET /c-route/_doc/1?routing=k"),
      step("GET /c-route/_search?routing=k"),
    ],
  },
  {
    name: "every id lands on the shard that the routing hash names",
    steps: [
      step("PUT /c-hash", { settings: { number_of_shards: 5 } }),
      bulk(
        ...["1", "2", "a", "bb", "49577193928114147339600778471082492393164139877200035842.0", "ä€😀", "x".repeat(40)].flatMap((id) => [
          { index: { _index: "c-hash", _id: id } },
          { a: 1 },
        ]),
      ),
      ...[0, 1, 2, 3, 4].map((shard) =>
        step(`GET /c-hash/_search?preference=_shards:${shard}`, { sort: ["_seq_no"], _source: false }, ["_shards", "hits.hits.*._id"]),
      ),
    ],
  },
];
