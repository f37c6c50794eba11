import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { complete } from "../../../../src/core/config/completion";
import { namedAt } from "../../../../src/core/config/definition";
import { parseDocument } from "../../../../src/core/config/document";
import { hover } from "../../../../src/core/config/hover";
import { semanticTokens } from "../../../../src/core/config/semanticTokens";
import { signatureAt } from "../../../../src/core/config/signature";
import { foldingSpans, lensesOf, scriptLinks, selectionSpans } from "../../../../src/core/config/structure";
import { symbolsOf } from "../../../../src/core/config/symbols";
import { checkFile } from "../../../../src/core/project/checkFile";
import { fixAll } from "../../../../src/core/text/fixAll";
import type { TextSpan } from "../../../../src/core/text/span";
import { randomFrom } from "../../../fakes/random";

const runs = Number(process.env["FUZZ_RUNS"] ?? 500);
const fixture = (...path: string[]): string => readFileSync(join("test", "fixtures", ...path), "utf8");

const pieces = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\",
  "“",
  "’",
  "\u00a0",
  "$",
  "(",
  ")",
  "'",
  "=",
  ";",
  "%",
  "\n",
  "\ufeff",
  "😀",
  "//",
  "null",
  "-File ",
];

function mutate(text: string, next: () => number): string {
  let result = text;
  for (let i = 0; i < 1 + next() * 4; i++) {
    const at = Math.floor(next() * result.length);
    const length = Math.floor(next() * (next() < 0.2 ? result.length / 3 : 4));
    const piece = next() < 0.6 ? (pieces[Math.floor(next() * pieces.length)] ?? "") : result.slice(at, at + Math.floor(next() * 30));
    result = result.slice(0, at) + piece + result.slice(at + length);
  }
  return next() < 0.2 ? result.slice(0, Math.floor(next() * result.length)) : result;
}

function inside(span: TextSpan, text: string): boolean {
  return span.start >= 0 && span.start <= span.end && span.end <= text.length;
}

const seeds = {
  session: [fixture("session", "skeleton.json"), fixture("session", "tutorial.json")],
  script: [fixture("script", "tutorial.ps1"), fixture("script", "corrected.ps1")],
};

for (const kind of ["session", "script"] as const) {
  test(`broken ${kind} texts give no exception, no finding outside the text, and fixes that come to an end (${runs} runs)`, () => {
    for (let seed = 1; seed <= runs; seed++) {
      const next = randomFrom(seed);
      const text = mutate(seeds[kind][seed % 2] ?? "", next);
      const problems = checkFile(kind, text);
      for (const problem of problems) {
        const spans = [
          problem.span,
          ...(problem.related ?? []).map((one) => one.span),
          ...(problem.fixes ?? []).flatMap((fix) => fix.edits.map((edit) => edit.span)),
        ];
        assert.ok(
          spans.every((span) => inside(span, text)),
          `seed ${seed}: ${problem.code}`,
        );
      }
      const fixed = fixAll(text, (current) => checkFile(kind, current));
      assert.equal(
        fixAll(fixed, (current) => checkFile(kind, current)),
        fixed,
        `seed ${seed}: fixing does not end`,
      );
    }
  });
}

test(`every feature answers at any place of a broken document (${runs} runs)`, () => {
  const agent = fixture("agent", "tutorial.json")
    .replaceAll("“", '"')
    .replaceAll("”", '"')
    .replace("ObjectDecoration", "ObjectDecorationEx");
  for (let seed = 1; seed <= runs; seed++) {
    const next = randomFrom(seed);
    const kind = seed % 3 === 0 ? "session" : "agent";
    const text = mutate(kind === "agent" ? agent : (seeds.session[0] ?? ""), next);
    const document = parseDocument(text);
    const offset = Math.floor(next() * (text.length + 1));
    const spans = [
      ...complete(kind, document, offset).map((item) => item.replace),
      ...symbolsOf(kind, document).flatMap((symbol) => [symbol.span, symbol.selection]),
      ...foldingSpans(document),
      ...selectionSpans(document, offset),
      ...lensesOf(document).map((lens) => lens.span),
      ...scriptLinks(document).map((link) => link.span),
      ...semanticTokens(document).map((token) => token.span),
      hover(kind, document, offset)?.span ?? { start: 0, end: 0 },
      ...(namedAt(document, offset)?.uses ?? []).map((node) => node.span),
    ];
    signatureAt(document, offset);
    assert.ok(
      spans.every((span) => inside(span, text)),
      `seed ${seed}`,
    );
  }
});
