import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkAgent } from "../../../../src/core/config/diagnostics";
import { fixAll } from "../../../../src/core/text/fixAll";

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly given: { readonly config?: unknown; readonly note?: string };
  readonly expected: {
    readonly sourcesLoad?: readonly string[];
    readonly sinksLoad?: readonly string[];
    readonly pipesConnected?: number;
    readonly recordsFlow?: boolean;
    readonly deliversRecords?: boolean;
    readonly filesRead?: number;
  };
}

const fixtures = join(process.cwd(), "test", "fixtures");
const vectors = JSON.parse(readFileSync(join(fixtures, "agent", "vectors.json"), "utf8")) as readonly Vector[];

/** What the agent does with these configurations is known: an error is reported exactly when something fails or is lost. */
for (const { id, kind, given, expected } of vectors) {
  if (kind !== "config" || given.config === undefined) {
    continue;
  }
  const fails =
    expected.sourcesLoad?.length === 0 ||
    expected.sinksLoad?.length === 0 ||
    expected.pipesConnected === 0 ||
    expected.recordsFlow === false ||
    expected.deliversRecords === false ||
    expected.filesRead === 0;
  test(`${id} ${given.note ?? ""} ${fails ? "is an error" : "is no error"}`, () => {
    const errors = checkAgent(JSON.stringify(given.config)).filter((problem) => problem.severity === "error");
    assert.equal(errors.length > 0, fails, JSON.stringify(errors));
  });
}

test("the tutorial's configuration, as it was pasted, has no error after fix all", () => {
  const text = readFileSync(join(fixtures, "config", "tutorial-appsettings.json"), "utf8");
  const codes = new Set(checkAgent(text).map((problem) => problem.code));
  assert.ok(codes.has("json-curly-quotes") && codes.has("json-invisible-char") && codes.has("object-decoration-missing-equals"));
  const fixed = fixAll(text, (candidate) => checkAgent(candidate));
  assert.deepEqual(checkAgent(fixed), []);
  assert.deepEqual((JSON.parse(fixed) as { Sinks: { ObjectDecoration: string }[] }).Sinks[0]?.ObjectDecoration.split(";").length, 5);
});
