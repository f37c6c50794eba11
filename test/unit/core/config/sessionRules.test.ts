import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkSession, sessionRules, type SessionContext } from "../../../../src/core/config/checkSession";
import { parseDocument } from "../../../../src/core/config/document";
import type { Fix } from "../../../../src/core/text/problem";
import { applyEdits } from "../../../../src/core/text/span";
import { config, sessionCases, sessionSeverities } from "./sessionCases";

const fixture = (name: string): string => readFileSync(join("test", "fixtures", "session", name), "utf8");
const check = (text: string, context: SessionContext = {}): ReturnType<typeof checkSession> =>
  checkSession(parseDocument(text), context, new Set(["SSC041"]));
const tried = [
  ...Object.entries(sessionCases).map(([code, one]) => [code, one.fires] as const),
  ...sessionSeverities.map(([code, , text, context]) => [code, [text, context]] as const),
];
const codes = (text: string, context?: SessionContext): string[] => check(text, context).map((problem) => problem.code);

for (const [code, one] of Object.entries(sessionCases)) {
  test(`${code} fires on its mistake and not on the near miss`, () => {
    assert.ok(codes(...one.fires).includes(code), `silent: ${codes(...one.fires).join(" ")}`);
    assert.ok(!codes(...one.near).includes(code));
  });
}

test("every rule of config.json has a case", () => {
  assert.deepEqual(sessionRules.map((rule) => rule.code).sort(), Object.keys(sessionCases).sort());
});

for (const [code, severity, text, context] of sessionSeverities) {
  test(`${code} is ${severity} for ${text.slice(40, 120).replaceAll(/\s+/g, " ")}`, () => {
    assert.equal(check(text, context).find((problem) => problem.code === code)?.severity, severity);
  });
}

for (const [code, [text, context = {}]] of tried) {
  for (const fix of check(text, context)
    .filter((problem) => problem.code === code)
    .flatMap((problem) => problem.fixes ?? [])) {
    test(`${code}: "${fix.title}" ends the finding and leaves valid JSON`, () => {
      const fixed = applyEdits(text, fix.edits);
      const after = check(fixed, contextAfter(fix, context));
      const count = (found: typeof after, wanted: string): number => found.filter((problem) => problem.code === wanted).length;
      assert.equal(count(after, "SSC001"), 0, fixed);
      assert.ok(count(after, code) < count(check(text, context), code), `${fixed}\n${JSON.stringify(fix.others)}`);
      assert.ok(fix.safe ? fix.others === undefined : true);
    });
  }
}

/** What the files say once the repair is made. */
function contextAfter(fix: Fix, context: SessionContext): SessionContext {
  const files = new Map(context.files);
  for (const { file, change } of fix.others ?? []) {
    assert.equal("create" in change, !files.has(file), file);
    files.set(file, "create" in change ? change.create : applyEdits(files.get(file) ?? "", change.edits));
  }
  return {
    ...context,
    ...(context.files === undefined ? {} : { files }),
    ...(fix.toUtf8 === undefined ? {} : { encoding: "utf8" }),
  };
}

test("the tutorial's config.json as published reaches zero errors by quick fixes alone", () => {
  let text = fixture("tutorial.json");
  for (let round = 0; round < 10; round++) {
    const problem = check(text).find((one) => one.severity === "error" && (one.fixes?.length ?? 0) > 0);
    if (problem === undefined) {
      break;
    }
    text = applyEdits(text, problem.fixes?.[0]?.edits ?? []);
  }
  assert.deepEqual(codes(text), ["SSC021", "SSC022", "SSC027"]);
  assert.doesNotThrow(() => JSON.parse(text) as unknown);
});

test("a half-typed file gives no exception and no problem outside the text", () => {
  const text = config();
  for (let end = 0; end <= text.length; end++) {
    for (const problem of check(text.slice(0, end))) {
      assert.ok(problem.span.start >= 0 && problem.span.start <= problem.span.end && problem.span.end <= end, problem.code);
    }
  }
});
