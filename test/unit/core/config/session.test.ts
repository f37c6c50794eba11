import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkSession, type SessionContext } from "../../../../src/core/config/checkSession";
import { parseDocument } from "../../../../src/core/config/document";

interface Vector {
  readonly given: string;
  readonly expected: readonly string[];
  readonly why: string;
  readonly context?: Record<string, unknown>;
}

const fixture = (name: string): string => readFileSync(join("test", "fixtures", "session", name), "utf8");
const vectors = JSON.parse(fixture("vectors.json")) as Vector[];

function contextOf(given: Record<string, unknown>): SessionContext {
  const { files, sizes, ...rest } = given;
  const entries = Array.isArray(files)
    ? files.map((name: string) => [name, undefined] as const)
    : Object.entries((files ?? {}) as Record<string, string>);
  return {
    ...(rest as SessionContext),
    ...(files === undefined ? {} : { files: new Map<string, string | undefined>(entries) }),
    ...(sizes === undefined ? {} : { sizes: new Map(Object.entries(sizes as Record<string, number>)) }),
  };
}

const codes = (text: string, context: SessionContext = {}): string[] =>
  [...new Set(checkSession(parseDocument(text), context).map((problem) => problem.code))].sort();

for (const vector of vectors.filter((one) => one.context?.["appsettings"] === undefined)) {
  test(`config.json: ${vector.why}`, () => {
    assert.deepEqual(codes(vector.given, contextOf(vector.context ?? {})), vector.expected);
  });
}

test("the published skeleton has no finding", () => {
  assert.deepEqual(checkSession(parseDocument(fixture("skeleton.json"))), []);
});
