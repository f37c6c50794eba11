import { bulk, step, type ContractCase } from "../contractCase";

export const bulkCases: readonly ContractCase[] = [
  {
    name: "every action of a bulk is answered by itself, in order",
    steps: [
      step("PUT /c-bulk", { settings: { number_of_shards: 1 } }),
      step("POST /_bulk", [
        { index: { _index: "c-bulk", _id: "1" } },
        { a: 1 },
        { create: { _index: "c-bulk", _id: "1" } },
        { a: 1 },
        { update: { _index: "c-bulk", _id: "1" } },
        { doc: { a: 2 } },
        { update: { _index: "c-bulk", _id: "9" } },
        { doc: { a: 2 } },
        { delete: { _index: "c-bulk", _id: "1" } },
        { delete: { _index: "c-bulk", _id: "1" } },
        { index: { _index: "c-bulk" } },
        { a: 1 },
      ]),
    ],
  },
  {
    name: "a document that does not fit the mapping fails alone and uses no sequence number",
    steps: [
      step("PUT /c-part", { settings: { number_of_shards: 1 } }),
      bulk(
        { index: { _index: "c-part", _id: "1" } },
        { n: 1 },
        { index: { _index: "c-part", _id: "2" } },
        { n: "text" },
        { index: { _index: "c-part", _id: "3" } },
        { n: 3 },
        { index: { _index: "c-part", _id: "4" } },
        "{not json",
        { index: { _index: "c-part", _id: "5" } },
        '{"a":1}{"b":2}',
        { index: { _index: "c-part", _id: "6" } },
        "[1]",
      ),
      step("GET /c-part/_search", { sort: ["_seq_no"], seq_no_primary_term: true }),
    ],
  },
  {
    name: "a bulk names the index of each item or takes it from the path",
    steps: [
      step("POST /c-path/_bulk?refresh=true", [{ index: { _id: "1" } }, { a: 1 }, { index: { _index: "c-other", _id: "1" } }, { a: 1 }]),
      step("GET /c-path,c-other/_count"),
      step("POST /_bulk", [{ index: { _index: "c-UPPER", _id: "1" } }, { a: 1 }, { index: { _id: "1" } }, { a: 1 }]),
    ],
  },
  {
    name: "a malformed bulk is refused as a whole",
    steps: [
      step("POST /_bulk", '{"index":{"_index":"c-x"}}\n{"a":1}'),
      step("POST /_bulk"),
      step("POST /_bulk", "\n"),
      step("POST /_bulk", [{ foo: { _index: "c-x" } }, { a: 1 }]),
      step("POST /_bulk", [{ index: { _index: "c-x", nonsense: 1 } }, { a: 1 }]),
      step("POST /_bulk", ["not json", { a: 1 }]),
      step("POST /_bulk", ["[]", { a: 1 }]),
    ],
  },
  {
    name: "a type in a bulk line is for Elasticsearch 7 only",
    steps: [step("POST /_bulk", [{ index: { _index: "c-typed", _type: "_doc", _id: "1" } }, { a: 1 }])],
  },
  {
    name: "a conditional bulk item conflicts alone",
    steps: [
      step("POST /_bulk", [
        { index: { _index: "c-bcond", _id: "1" } },
        { a: 1 },
        { index: { _index: "c-bcond", _id: "1", if_seq_no: 7, if_primary_term: 1 } },
        { a: 2 },
        { delete: { _index: "c-bcond", _id: "1", if_seq_no: 0, if_primary_term: 1 } },
      ]),
    ],
  },
  {
    name: "an index that may not be made fails its item",
    steps: [step("POST /_bulk", [{ index: { _index: "c-a b", _id: "1" } }, { a: 1 }, { delete: { _index: "c-gone", _id: "1" } }])],
  },
];
