import assert from "node:assert/strict";
import { test } from "node:test";
import { zipEntryNames } from "../../../../src/core/text/zip";
import { zipOf } from "../../../fakes/zip";

test("the names of a zip's entries are read from its central directory", () => {
  assert.deepEqual(zipEntryNames(zipOf({ "config.json": "{}", "scripts\\start.ps1": "x", "bild/ä.png": "" })), [
    "config.json",
    "scripts/start.ps1",
    "bild/ä.png",
  ]);
  assert.deepEqual(zipEntryNames(zipOf({}, "a comment behind it")), []);
});

test("what is no zip, or a broken one, has no names", () => {
  assert.equal(zipEntryNames(new Uint8Array()), undefined);
  assert.equal(zipEntryNames(new TextEncoder().encode("not a zip file at all, but long enough for one")), undefined);
  const whole = zipOf({ "a.txt": "a", "b.txt": "b" });
  assert.equal(zipEntryNames(whole.subarray(10)), undefined);
});
