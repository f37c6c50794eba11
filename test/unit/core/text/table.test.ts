import assert from "node:assert/strict";
import { test } from "node:test";
import { markdownTable } from "../../../../src/core/text/table";

test("columns stand below each other, numbers at the right, the last column as long as it is", () => {
  assert.deepEqual(
    markdownTable(
      ["Item", "per hour", "Note"],
      [
        ["Domain", "0.146", "a long note | with a bar"],
        ["한글", "", "x\ny"],
      ],
      [1],
    ),
    [
      "| Item   | per hour | Note |",
      "| ------ | -------: | --- |",
      "| Domain |    0.146 | a long note \\| with a bar |",
      "| 한글   |          | x y |",
    ],
  );
});
