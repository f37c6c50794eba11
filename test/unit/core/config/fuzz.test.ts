import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkAgent } from "../../../../src/core/config/diagnostics";
import { parseDocument } from "../../../../src/core/config/document";
import { recognise } from "../../../../src/core/config/recognition";
import { fixAll } from "../../../../src/core/text/fixAll";
import { applyEdits } from "../../../../src/core/text/span";
import { randomFrom } from "../../../fakes/random";
import { ruleCases, textOf } from "./ruleCases";

/** 5,000 in `npm test`; the long run asks for more. */
const runs = Number(process.env["FUZZ_RUNS"] ?? 5000);
const seed = Number(process.env["FUZZ_SEED"] ?? 20_261_124);
/** Milliseconds of processor time: the clock also counts what else the machine does. */
const patience = 2000;

const pieces = [
  ..."{}[]\",:'\\/*“”‘’«»\u00a0\u200b\ufeff\ud800`<>&%$@;=()#\n\r\t\0 01-.eE",
  "{{",
  "//",
  "/*",
  "*/",
  "&quot;",
  "<b>",
  "null",
  "true",
  "True",
  '"Id"',
  '"Sinks": ',
  '"ObjectDecorationEx": "a={upper(',
  "{timestamp:yyyy}",
  "{env:X}",
  "\\u00",
  "\\d",
  "[".repeat(70),
  "，",
  "：",
];

function mutate(text: string, next: () => number): string {
  const at = Math.floor(next() * (text.length + 1));
  const length = Math.floor(next() * next() * 40);
  const piece = pieces[Math.floor(next() * pieces.length)] ?? "";
  switch (Math.floor(next() * 6)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + piece + text.slice(at);
    case 2:
      return text.slice(0, at) + piece + text.slice(at + length);
    case 3:
      return text.slice(0, at);
    case 4:
      return text.slice(0, at) + text.slice(Math.floor(next() * text.length), at + length) + text.slice(at);
    default:
      return text.slice(0, at) + String.fromCharCode(Math.floor(next() * 0x2100)) + text.slice(at + 1);
  }
}

function check(text: string): void {
  for (const problem of checkAgent(text)) {
    const { start, end } = problem.span;
    assert.ok(0 <= start && start <= end && end <= text.length, `${problem.code} lies outside the text`);
    for (const fix of problem.fixes ?? []) {
      let last = 0;
      for (const { span } of [...fix.edits].sort((a, b) => a.span.start - b.span.start)) {
        assert.ok(
          last <= span.start && span.start <= span.end && span.end <= text.length,
          `${problem.code}: edits of ${fix.title} overlap`,
        );
        last = span.end;
      }
      const before = parseDocument(text).syntaxProblems.length;
      const after = parseDocument(applyEdits(text, fix.edits)).syntaxProblems.length;
      assert.ok(after <= before, `${problem.code}: ${fix.title} leaves the text less valid`);
    }
  }
  const fixed = fixAll(text, (candidate) => checkAgent(candidate));
  assert.equal(
    fixAll(fixed, (candidate) => checkAgent(candidate)),
    fixed,
    "fix all has no fixed point",
  );
  recognise("appsettings.json", text);
}

test(`${runs} broken texts: no exception, no hang, no problem outside the text, no fix that makes it worse`, () => {
  const fixtures = ["tutorial-appsettings.json", "tutorial-config.json"].map((name) =>
    readFileSync(join(process.cwd(), "test", "fixtures", "config", name), "utf8"),
  );
  const bases = [...ruleCases.map((one) => textOf(one.fires)), ...fixtures.map((text) => text.slice(0, 700))];
  for (let run = 0; run < runs; run++) {
    const next = randomFrom(seed + run);
    let text = bases[Math.floor(next() * bases.length)] ?? "";
    for (let times = 1 + Math.floor(next() * 4); times > 0; times--) {
      text = mutate(text, next);
    }
    const before = process.cpuUsage();
    try {
      check(text);
    } catch (thrown) {
      assert.fail(`run ${run}: ${thrown instanceof Error ? thrown.message : String(thrown)}\n${JSON.stringify(text)}`);
    }
    const { user, system } = process.cpuUsage(before);
    assert.ok((user + system) / 1000 < patience, `run ${run} takes too long\n${JSON.stringify(text)}`);
  }
});

test("10,000 levels of nesting are one problem", () => {
  for (const text of ["[".repeat(10_000), '{"a":'.repeat(10_000), "[".repeat(10_000) + "]".repeat(10_000)]) {
    const problems = checkAgent(text);
    assert.equal(problems.filter((problem) => problem.code === "json-syntax").length, 1);
    assert.ok(problems.length <= 2);
  }
});

test("long hostile texts are checked in reasonable time", () => {
  for (const piece of ["“", '"\n', "{", '{"a":', "& ", "<", "“ ", "/*", "'", '"Id":"a",', "\u00a0", "{{", "\\"]) {
    const started = performance.now();
    checkAgent(piece.repeat(200_000 / piece.length));
    assert.ok(performance.now() - started < 3 * patience, JSON.stringify(piece));
  }
});
