import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { faultNames } from "../../../src/sandbox/faults";

test("the page about the sandbox lists every fault switch, and no other", () => {
  const page = readFileSync(join(process.cwd(), "docs", "sandbox.md"), "utf8");
  const table = page.slice(page.indexOf("## Fault switches"), page.indexOf("A pattern is"));
  const listed = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(listed, Object.keys(faultNames));
});
