import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { completing, nameSuggestions, settledPart, unknownNames, valueSuggestions } from "../../../../src/core/logs/filterCompletion";
import { parseFilter } from "../../../../src/core/logs/filter";
import { fieldAliases, textFields } from "../../../../src/core/logs/filterFields";
import { formatEntry } from "../../../../src/core/logs/lineFormat";

test("the end of a filter asks for a name or for the values of one", () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ["", { kind: "names", prefix: "" }],
    ["level:error pro", { kind: "names", prefix: "pro" }],
    ["-lev", { kind: "names", prefix: "lev" }],
    ["level:", { kind: "values", name: "level", fields: ["LevelDisplayName"], prefix: "" }],
    ["level:error,wa", { kind: "values", name: "level", fields: ["LevelDisplayName"], prefix: "wa" }],
    ['-provider:"My A', { kind: "values", name: "provider", fields: ["ProviderName"], prefix: "My A" }],
    ["@Custom.Field:x", { kind: "values", name: "@Custom.Field", fields: ["Custom.Field"], prefix: "x" }],
    ["-user~:ad", { kind: "values", name: "user", fields: ["AppStream_UserName", "UserName"], prefix: "ad" }],
    ["user:", { kind: "values", name: "user", fields: ["AppStream_UserName", "UserName"], prefix: "" }],
    ["query:a", { kind: "names", prefix: "" }],
    ["nothing:a", { kind: "names", prefix: "" }],
  ];
  for (const [text, expected] of cases) {
    assert.deepEqual(completing(text), expected, text);
  }
});

test("names are completed in place; a field of the index that has no short name is named with @", () => {
  const texts = (text: string): string[] => nameSuggestions(text, ["Custom", "LevelDisplayName", "Keywords"]).map((each) => each.text);
  assert.deepEqual(texts("level:error prov"), ["level:error provider:"]);
  assert.deepEqual(texts("-cust"), ["-@Custom:"]);
  assert.deepEqual(texts("keyw"), ["Keywords:"]);
  assert.ok(!texts("").includes("LevelDisplayName:"));
});

test("a value is taken over so that it is found again, whatever it holds", () => {
  const values = [{ value: "Error", count: 3 }, { value: 'My "App"' }, { value: "C:\\x\\" }, { value: "a,b" }];
  const text = (typed: string, label: string): string => valueSuggestions(typed, values).find((each) => each.label === label)?.text ?? "";
  assert.equal(text("level:err", "Error"), "level:Error ");
  assert.equal(text("level:warning,err", "Error"), "level:warning,Error ");
  assert.equal(text("level~:err", "Error"), "level~:Error ");
  assert.equal(text("-level:", "Error"), "-level:Error ");
  for (const { value } of values.slice(1)) {
    const clause = JSON.stringify(parseFilter(text("provider:", value)).clauses);
    assert.ok(clause.includes(JSON.stringify([value])), clause);
  }
  assert.deepEqual(
    valueSuggestions("level:zz", values).map(({ label }) => label),
    [],
  );
});

test("values are counted within what is settled", () => {
  assert.equal(settledPart("level:error provider:My"), "level:error");
  assert.equal(settledPart('level:error -provider:"My A'), "level:error");
  assert.equal(settledPart("pro"), "");
});

test("a name that no field has is told", () => {
  assert.deepEqual(unknownNames("lvl:error level:error @x:1 https://host"), ["lvl:", "https:"]);
});

test("short names and columns mean attributes that the session script adds", () => {
  const script = readFileSync(join(process.cwd(), "src", "core", "pipeline", "image", "system_session_start.ps1"), "utf8");
  const added = [...script.matchAll(/^\$(?:user|machine)Names = @\((.*)\)/gm)].flatMap(([, list = ""]) =>
    [...list.matchAll(/'([^']+)'/g)].map(([, name]) => name),
  );
  const meant = [...Object.values(fieldAliases), textFields].flat().filter((name) => name.startsWith("AppStream"));
  assert.ok(meant.length > 4);
  assert.deepEqual(
    meant.filter((name) => !added.includes(name)),
    [],
  );
  const line = formatEntry(
    { index: "i", shard: 0, seq: 0, id: "1", version: 1, source: { AppStream_Stack_Name: "stack", AppStream_UserName: "ada" } },
    { timeZone: "utc" },
  );
  assert.match(line, /stack\/ada/);
});
