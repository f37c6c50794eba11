import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { at, listAt } from "../../../../src/core/logs/json";
import { eventFields } from "../../../../src/core/config/knownNames";
import { parseFilter, withValue } from "../../../../src/core/logs/filter";
import { fieldAliases } from "../../../../src/core/logs/filterFields";

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

for (const [filter, clause] of [
  ["id:1000,1026", { terms: { EventId: [1000, 1026] } }],
  ["EventId:7", { terms: { EventId: [7] } }],
  ["id:1000-1999", { range: { EventId: { gte: 1000, lte: 1999 } } }],
  [
    "id:1,10-20",
    { bool: { should: [{ terms: { EventId: [1] } }, { range: { EventId: { gte: 10, lte: 20 } } }], minimum_should_match: 1 } },
  ],
] as const) {
  test(`“${filter}” asks for numbers`, () => {
    assert.deepEqual(parseFilter(filter).clauses, [clause]);
  });
}

test("a whole value is looked for below the field, and in the field itself only where nothing lies below", () => {
  assert.deepEqual(parseFilter("stack:desk").clauses, [
    {
      bool: {
        should: [
          { terms: { "AppStream_Stack_Name.keyword": ["desk"] } },
          {
            bool: {
              filter: [{ terms: { AppStream_Stack_Name: ["desk"] } }],
              must_not: [{ exists: { field: "AppStream_Stack_Name.keyword" } }],
            },
          },
        ],
        minimum_should_match: 1,
      },
    },
  ]);
});

for (const [filter, field] of [
  ["AppStream_Instance_Type:stream.standard.medium", "AppStream_Instance_Type"],
  ["@Keywords:x", "Keywords"],
  ["@my.own-field:x", "my.own-field"],
  ["machinename:A", "MachineName"],
] as const) {
  test(`“${filter}” names the field ${field}`, () => {
    const [clause] = parseFilter(filter).clauses;
    assert.deepEqual(Object.keys(at(listAt(clause, "bool", "should")[0], "terms") ?? {}), [`${field}.keyword`]);
  });
}

test("a star at the end asks for a beginning, and is itself in quotes", () => {
  assert.deepEqual(at(listAt(parseFilter("provider:Micro*").clauses[0], "bool", "should")[0], "prefix"), {
    "ProviderName.keyword": "Micro",
  });
  assert.deepEqual(at(listAt(parseFilter('provider:"Micro*"').clauses[0], "bool", "should")[0], "terms"), {
    "ProviderName.keyword": ["Micro*"],
  });
});

test("a field can be asked to be there or missing", () => {
  const there = { bool: { should: [{ exists: { field: "AppStream_Session_ID" } }], minimum_should_match: 1 } };
  assert.deepEqual(parseFilter("has:session").clauses, [there]);
  assert.deepEqual(parseFilter("missing:session").clauses, [{ bool: { must_not: [there] } }]);
});

test("query syntax only where it is asked for", () => {
  const [clause] = parseFilter('query:"EventId:>1000 AND Description:(disk OR \\"bad block\\")"').clauses;
  assert.equal(at(clause, "query_string", "query"), 'EventId:>1000 AND Description:(disk OR "bad block")');
  assert.equal(at(clause, "query_string", "allow_leading_wildcard"), false);
});

for (const value of [
  "plain",
  "two words",
  'with "quotes"',
  "C:\\Program Files\\",
  "\\\\server\\share\\x",
  "-dash",
  "a:b",
  'x"',
  "한글 값",
]) {
  test(`the value ${value} added to a filter is that value`, () => {
    const { clauses } = parseFilter(withValue("level:error", "ProviderName", value, false));
    assert.equal(clauses.length, 2);
    assert.deepEqual(at(listAt(clauses[1], "bool", "should")[0], "terms"), { "ProviderName.keyword": [value] });
  });
}

test("every field of a filter is one that the agent or the generated session script writes", () => {
  const script = readFileSync("src/core/pipeline/image/system_session_start.ps1", "utf8");
  const written = new Set([...eventFields, ...[...script.matchAll(/'(AppStream_\w+)'/g)].map((match) => match[1])]);
  const used = Object.values(fieldAliases).flat();
  assert.deepEqual(
    used.filter((name) => !written.has(name)),
    [],
  );
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

/** What the whole value's expression of a filter finds, as the engines read it. */
function finds(filter: string, value: string): boolean {
  const expressions = JSON.stringify(parseFilter(filter).clauses).matchAll(/"ProviderName\.keyword":\{"value":("(?:[^"\\]|\\.)*")/g);
  return [...expressions].some(([, text = '""']) => new RegExp(`^(?:${String(JSON.parse(text))})$`, "s").test(value));
}

for (const [filter, value, found] of [
  ["provider~:application", "APPLICATION", true],
  ["provider~:application", "Applications", false],
  ["provider~:one,TWO", "two", true],
  ['provider~:".net Runtime (a|b)*"', ".NET RUNTIME (A|B)*", true],
  ['provider~:".net runtime"', "xnet runtime", false],
  ["provider~:micro*", "MicroSoft", true],
  ["provider~:ÄRGER-7", "ärger-7", true],
  ['provider~:"a\\b & <c> # ~@"', "A\\B & <C> # ~@", true],
] as const) {
  test(`“${filter}” ${found ? "finds" : "does not find"} “${value}”`, () => {
    assert.equal(finds(filter, value), found);
  });
}

test("a value that an expression has no room for is compared letter by letter", () => {
  const value = "a".repeat(300);
  assert.deepEqual(parseFilter(`provider~:${value}`).clauses, parseFilter(`provider:${value}`).clauses);
  assert.deepEqual(parseFilter(`provider~:${value}*`).clauses, parseFilter(`provider:${value}*`).clauses);
});

test("what names no field stays text with its tilde", () => {
  assert.equal(freeText("unknown~:field"), '"unknown~:field"');
});
