import assert from "node:assert/strict";
import { test } from "node:test";
import { ShownIds } from "../../../../src/core/logs/shownIds";

test("500,000 ids are remembered, none of them taken for another, in any index", () => {
  const ids = new ShownIds();
  let taken = 0;
  for (let number = 0; number < 250_000; number++) {
    taken += Number(!ids.add("a", `id-${number}`)) + Number(!ids.add("b", `id-${number}`));
  }
  assert.equal(taken, 0);
  let forgotten = 0;
  for (let number = 0; number < 250_000; number++) {
    forgotten += Number(ids.add("a", `id-${number}`)) + Number(ids.add("b", `id-${number}`));
  }
  assert.equal(forgotten, 0);
});

test("after two million further ids the first ones are gone", () => {
  const ids = new ShownIds();
  for (let number = 0; number < 2_000_000; number++) {
    ids.add("a", `id-${number}`);
  }
  assert.equal(ids.add("a", "id-1999999"), false);
  assert.equal(ids.add("a", "id-0"), true);
});

test("an index that was made anew has other ids", () => {
  const ids = new ShownIds();
  ids.add("a", "1");
  ids.add("b", "1");
  ids.forget("a");
  assert.equal(ids.add("a", "1"), true);
  assert.equal(ids.add("b", "1"), false);
});
