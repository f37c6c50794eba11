import assert from "node:assert/strict";
import { test } from "node:test";
import { NumberRuns, type Run } from "../../../../src/core/logs/numberRuns";
import { randomFrom } from "../../../fakes/random";

test("runs of numbers come back from their text, and tell what is among them", () => {
  const random = randomFrom(7);
  for (let round = 0; round < 50; round++) {
    const above = Math.floor(random() * 2 ** (round % 50)) - 1;
    const runs: Run[] = [];
    for (let next = above + 1, count = 0; count < 40; count++) {
      const first = next + Math.floor(random() ** 4 * 100_000);
      const last = first + Math.floor(random() ** 4 * 300);
      runs.push([first, last]);
      next = last + 2;
    }
    const read = NumberRuns.fromText(new NumberRuns(runs).toText(above), above);
    for (const [first, last] of runs) {
      assert.deepEqual(
        [first, last, last + 1].map((seq) => read.has(seq)),
        [true, true, false],
      );
    }
    assert.equal(read.has(above), false);
  }
});

test("ten thousand single numbers take less than thirty thousand characters", () => {
  const runs = Array.from({ length: 10_000 }, (_, at): Run => [5_000_000_000 + 20 * at, 5_000_000_000 + 20 * at]);
  assert.ok(new NumberRuns(runs).toText(4_999_999_000).length < 30_000);
});
