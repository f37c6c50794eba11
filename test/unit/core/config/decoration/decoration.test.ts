import assert from "node:assert/strict";
import { test } from "node:test";
import { parseObjectDecorationEx, parseTextDecorationEx, type ExProblemKind } from "../../../../../src/core/config/decoration/ex";
import { parseLegacyObject, parseLegacyText, type LegacyProblemKind } from "../../../../../src/core/config/decoration/legacy";

const slice = (text: string, span: { start: number; end: number }): string => text.slice(span.start, span.end);

test("the legacy grammar splits text into literals and variables with their forms", () => {
  const text = "a{$x}{}{_record}|{timestamp:HH:mm}{env:A}{ec2:p}{ec2tag:T}{NAME}{x:hostname}{other:q}{ }{open";
  const parsed = parseLegacyText(text);
  const forms = parsed.parts.map((part) => (part.kind === "literal" ? part.text : part.form));
  assert.deepEqual(forms, [
    "a",
    "field",
    "{}",
    "meta",
    "|",
    "timestamp",
    "env",
    "ec2",
    "ec2Tag",
    "plain",
    "metadata",
    "unknownPrefix",
    "blank",
    "{open",
  ]);
  assert.deepEqual(
    parsed.problems.map((problem) => [problem.kind, slice(text, problem.span)]),
    [
      ["blankVariable", "{ }"],
      ["unclosedBrace", "{open"],
    ],
  );
});

test("the legacy object form splits at semicolons and equals before variables", () => {
  const cases: [string, string[], LegacyProblemKind[]][] = [
    ["a=1;;b=2;", ["a", "b"], []],
    ["a=b;{appstreamVariables}", ["a", "{appstreamVariables}"], ["missingEquals"]],
    ["a=b=c", ["a"], ["extraEquals"]],
    ["a=1;a=2", ["a", "a"], ["duplicateKey"]],
    [" a=1", [" a"], ["blankAroundKey"]],
    ["d={timestamp:HH;mm}", ["d", "mm}"], ["unclosedBrace", "missingEquals"]],
  ];
  for (const [text, keys, problems] of cases) {
    const parsed = parseLegacyObject(text);
    assert.deepEqual(
      parsed.pairs.map((pair) => pair.key),
      keys,
      text,
    );
    assert.deepEqual(
      parsed.problems.map((problem) => problem.kind),
      problems,
      text,
    );
  }
});

test("the Ex object grammar loads or refuses as the agent's parser does", () => {
  const cases: [string, boolean, ExProblemKind[]][] = [
    ["a={$x};b={upper('q')}", true, []],
    ["a=1;", false, ["emptyPair"]],
    ["a=1;;b=2", false, ["emptyPair"]],
    ["a=b=c;d=e", true, ["ignoredRest"]],
    ["a", false, ["missingEquals"]],
    ["a={timestamp:yyyyMMdd}", true, []],
    ["a={timestamp:yyyy-MM-dd}", false, ["skippedCharacters", "skippedCharacters", "syntax"]],
    ["a={a-b}", true, ["skippedCharacters"]],
    ["a={{$x}}", true, ["skippedCharacters"]],
    ["a={ec2:instance-id}", false, ["skippedCharacters", "syntax"]],
    ["a={ProgramFiles(x86)}", false, ["unknownFunction"]],
    ["a={upper(‘abc’)}", true, ["skippedCharacters", "skippedCharacters"]],
    ["a={f('\\S')}", false, ["skippedCharacters", "skippedCharacters", "unclosedBrace"]],
    ["a={a.b}", false, ["skippedCharacters", "syntax"]],
    ["a={1e3}", false, ["badNumber"]],
    ["a={007}", false, ["syntax"]],
    ["a={-5}", true, []],
    ["a=", true, []],
    ["a={}", false, ["emptyExpression"]],
    ["a={$x", false, ["unclosedBrace"]],
    ["a={upper(nope('x'))}", true, ["nestedUnknownFunction"]],
    ["a={Upper('x')}", false, ["unknownFunction"]],
    ["a={upper()}", false, ["wrongArity"]],
    ["a=x;a=y", false, ["literalDuplicateKey"]],
    ["a={$x};a=y", true, ["duplicateKey"]],
    ["", false, ["emptyPair"]],
  ];
  for (const [text, loads, kinds] of cases) {
    const parsed = parseObjectDecorationEx(text);
    assert.deepEqual([parsed.loads, parsed.problems.map((problem) => problem.kind)], [loads, kinds], text);
  }
});

test("the brace escape of TextDecorationEx works only at the start of a piece of text", () => {
  const shown = (text: string): string =>
    parseTextDecorationEx(text)
      .parts.map((part) => (part.kind === "literal" ? part.text : `<${slice(text, part.span)}>`))
      .join("");
  assert.equal(shown('@{"k":"{$v}"}'), '{"k":"<{$v}>"}');
  assert.equal(shown("{$a}@{x"), "<{$a}>{x");
  assert.equal(shown("@{@{x"), "{{x");
  assert.equal(shown("a@{$x}"), "a@<{$x}>");
});

test("half-typed Ex text never throws and every problem lies inside it", () => {
  const full = "a={upper(coalesce($x,'q',1.5))};b=@{$'odd name'};c={format(_timestamp, 'yyyy')}";
  for (let end = 0; end <= full.length; end++) {
    const text = full.slice(0, end);
    for (const { problems } of [parseObjectDecorationEx(text), parseTextDecorationEx(text)]) {
      assert.ok(problems.every(({ span }) => span.start >= 0 && span.start <= span.end && span.end <= text.length));
    }
  }
  assert.equal(parseObjectDecorationEx(`a={${"upper(".repeat(10_000)}`).loads, false);
});
