import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAgent } from "../../../../src/core/config/diagnostics";
import { agentRules } from "../../../../src/core/config/rules/ruleTable";
import { applyEdits } from "../../../../src/core/text/span";
import type { RuleCase } from "./ruleCases";
import { ruleCases, textOf } from "./ruleCases";

/** Findings about bytes are made before there is a text. */
const elsewhere = new Set(["json-encoding"]);

function label({ code, severity }: RuleCase, index: number): string {
  return `${code} (${severity}, case ${index + 1})`;
}

ruleCases.forEach((one, index) => {
  test(`${label(one, index)} is the only finding of its mistake`, () => {
    const text = textOf(one.fires);
    const problems = checkAgent(text);
    assert.deepEqual(problems.map((problem) => problem.code).sort(), [one.code, ...(one.also ?? [])].sort(), text);
    const problem = problems.find((candidate) => candidate.code === one.code);
    assert.equal(problem?.severity, one.severity);
    if (one.marks !== undefined) {
      assert.equal(text.slice(problem?.span.start, problem?.span.end), one.marks);
    }
  });
  test(`${label(one, index)} keeps silent about the near miss`, () => {
    const problems = checkAgent(textOf(one.nearMiss));
    assert.ok(!problems.some((problem) => problem.code === one.code && problem.severity === one.severity), textOf(one.nearMiss));
  });
  test(`${label(one, index)} has fixes that end the finding`, () => {
    const text = textOf(one.fires);
    for (const problem of checkAgent(text).filter((candidate) => candidate.code === one.code)) {
      for (const fix of problem.fixes ?? []) {
        const fixed = applyEdits(text, fix.edits);
        const again = checkAgent(fixed).filter((other) => other.code === problem.code && other.severity === problem.severity);
        assert.deepEqual(again, [], `${fix.title}\n${fixed}`);
      }
    }
  });
});

test("every rule has a case, and every case a rule with that severity", () => {
  const tested = new Set(ruleCases.map((one) => one.code));
  const missing = agentRules.filter((rule) => !tested.has(rule.code) && !elsewhere.has(rule.code)).map((rule) => rule.code);
  assert.deepEqual(missing, []);
  for (const { code, severity } of ruleCases) {
    assert.ok(agentRules.find((rule) => rule.code === code)?.severities.includes(severity), code);
  }
});
