import assert from "node:assert/strict";
import { test } from "node:test";
import { flattened, readableJson } from "../../../../src/core/logs/eventRecord";

test("the JSON of an event is the same value, without characters that reorder or hide text", () => {
  const value = { text: "a\u202eb\u200bc\u0000d\u009be\u{1f600}", nested: { list: [1, "ü"] } };
  const shown = readableJson(value);
  assert.deepEqual(JSON.parse(shown), value);
  assert.match(shown, /a\\u202eb\\u200bc\\u0000d\\u009be\u{1f600}/u);
});

test("nested fields have paths", () => {
  assert.deepEqual(
    [...flattened({ a: 1, b: { c: "x", d: { e: [1] } } })],
    [
      ["a", 1],
      ["b.c", "x"],
      ["b.d.e", [1]],
    ],
  );
});
