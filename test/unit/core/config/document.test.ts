import assert from "node:assert/strict";
import { test } from "node:test";
import { findNode, nodeAt, parseDocument, pathOf, pointerOf } from "../../../../src/core/config/document";
import { applyEdits } from "../../../../src/core/text/span";

function kinds(text: string): string {
  return parseDocument(text)
    .syntaxProblems.map((problem) => problem.kind)
    .join(" ");
}

const broken: readonly (readonly [string, string])[] = [
  ["", "empty"],
  ["{", "unclosed"],
  ["{'a':'b'}", "singleQuotes singleQuotes"],
  ["{a: 1}", "bareWord"],
  ['{"a": hello world, "b": 2}', "bareWord"],
  ['{"a": "C:\\Program Files\\temp"}', "badEscape"],
  ['{"a": "x\n, "b": 1}', "unclosedString"],
  ["{“a”: “b”}", "curlyQuotes curlyQuotes"],
  ['{"a": "b”,\n"c": 1}', "curlyQuotes"],
  ["{&quot;a&quot;: 1}", "entityQuotes"],
  ['{"a": 1 "b": 2}', "missingComma"],
  ['{"a" 1}', "missingColon"],
  ['{"a": }', "missingValue"],
  ['{"a": [1, 2}', "unclosed"],
  ['{"a": 1]}', "unexpected"],
  ['{"a": 1}}', "trailingText"],
  ['{"a":\u00a01}', "invisibleChar"],
  ['{"a": 1,, "b": 2}', "extraComma"],
  ['{"a": "b\tc"}', "rawControl"],
  ["# note\n{}", "hashComment"],
  ["{} /* open", "unclosedComment"],
  ["[".repeat(10_000), "tooDeep"],
  ['{"a": '.repeat(10_000), "tooDeep"],
];

for (const [text, expected] of broken) {
  test(`${JSON.stringify(text).slice(0, 60)} has the problems ${expected}`, () => assert.equal(kinds(text), expected));
}

test("a certain repair leaves text that parses without that problem", () => {
  for (const [text] of broken) {
    const certain = parseDocument(text).syntaxProblems.filter((problem) => problem.certain);
    const repaired = applyEdits(
      text,
      certain.flatMap((problem) => problem.repair ?? []),
    );
    assert.ok(parseDocument(repaired).syntaxProblems.length <= kinds(text).split(" ").length - certain.length, repaired);
  }
});

test("comments and trailing commas are listed and are no syntax problem", () => {
  const document = parseDocument('// a\n{"a": [1, 2, ], /* b */ "c": 3, }');
  assert.deepEqual([document.comments.length, document.trailingCommas.length, document.syntaxProblems.length], [2, 2, 0]);
});

test("a node is found by offset and by path, whatever the case of its keys", () => {
  const text = '{"Sources": [{"Id": "a"}, {"Id": "b"}]}';
  const document = parseDocument(text);
  const node = nodeAt(document, text.indexOf('"b"') + 1);
  assert.ok(node);
  assert.deepEqual(pathOf(node), ["Sources", 1, "Id"]);
  assert.equal(pointerOf(node), "/Sources/1/Id");
  assert.equal(findNode(document, ["sources", 1, "ID"]), node);
});

test("an index of a decoded string leads back to its place in the text", () => {
  const text = '{"a": "x\\\\y\\u0041\\"z"}';
  const node = findNode(parseDocument(text), ["a"]);
  assert.equal(node?.value, 'x\\yA"z');
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 6].map((index) => text.slice(node?.sourceOffset(index))),
    ['x\\\\y\\u0041\\"z"}', '\\\\y\\u0041\\"z"}', 'y\\u0041\\"z"}', '\\u0041\\"z"}', '\\"z"}', 'z"}', '"}'],
  );
});

test("an escaped quote that a web page has curled becomes an escaped quote again", () => {
  for (const text of [
    "{“a”: “-File \\”C:\\\\x.ps1\\” -Y”}",
    '{"a": "-File \\“C:\\\\x.ps1\\” -Y"}',
    '{"a": "-File \\&quot;C:\\\\x.ps1\\&#34; -Y"}',
  ]) {
    const fixed = applyEdits(
      text,
      parseDocument(text).syntaxProblems.flatMap((problem) => problem.repair ?? []),
    );
    assert.deepEqual(JSON.parse(fixed), { a: '-File "C:\\x.ps1" -Y' });
  }
});

test("a word that can only be a name gets its quotes without asking, a number or phrase does not", () => {
  const certain = (value: string): boolean | undefined => parseDocument(`{"a": ${value}, "b": 1}`).syntaxProblems[0]?.certain;
  assert.deepEqual(["Application", "us-east-1", "True", "5s", "NaN", "My App"].map(certain), [true, true, true, false, false, false]);
});
