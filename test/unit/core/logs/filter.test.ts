import assert from "node:assert/strict";
import { test } from "node:test";
import { at, listAt } from "../../../../src/core/logs/json";
import { parseFilter } from "../../../../src/core/logs/filter";

function freeText(filter: string): unknown {
  return parseFilter(filter)
    .clauses.map((clause) => at(clause, "simple_query_string", "query"))
    .find((query) => query !== undefined);
}

for (const [filter, query] of [
  ["disk failed", "disk failed"],
  ["fail*", "fail*"],
  ['"disk failed"', '"disk failed"'],
  ["HKLM\\SOFTWARE\\A:B", '"HKLM\\\\SOFTWARE\\\\A:B"'],
  ["a|b", '"a|b"'],
  ["unknown:field", '"unknown:field"'],
  ["id:abc", '"id:abc"'],
] as const) {
  test(`“${filter}” is searched for literally`, () => {
    assert.equal(freeText(filter), query);
  });
}

test("text with quotes and braces stays one value of valid JSON", () => {
  const [clause] = parseFilter('")},{"x').clauses;
  assert.deepEqual(JSON.parse(JSON.stringify(clause)), clause);
  assert.deepEqual(Object.keys(clause ?? {}), ["simple_query_string"]);
});

for (const [filter, terms] of [
  ["level:error,warning", { "LevelDisplayName.keyword": ["Error", "Warning"] }],
  ["level:info", { "LevelDisplayName.keyword": ["Informational", "Information"] }],
  ['provider:".NET Runtime"', { "ProviderName.keyword": [".NET Runtime"] }],
  ["log:Application", { "LogName.keyword": ["Application"] }],
] as const) {
  test(`“${filter}” asks for exact values`, () => {
    assert.deepEqual(at(listAt(parseFilter(filter).clauses[0], "bool", "should")[0], "terms"), terms);
  });
}

test("event ids are numbers", () => {
  assert.deepEqual(parseFilter("id:1000,1026").clauses, [{ terms: { EventId: [1000, 1026] } }]);
});

test("a minus excludes fields and words", () => {
  const [clause] = parseFilter("-id:7 -noise").clauses;
  const excluded = listAt(clause, "bool", "must_not");
  assert.deepEqual(excluded[0], { terms: { EventId: [7] } });
  assert.equal(at(excluded[1], "simple_query_string", "query"), '"noise"');
});

test("empty text is no filter", () => {
  assert.deepEqual(parseFilter("   ").clauses, []);
});
