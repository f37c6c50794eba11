import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkSession } from "../../../../src/core/config/checkSession";
import { checkAgent } from "../../../../src/core/config/diagnostics";
import { parseDocument } from "../../../../src/core/config/document";
import { checkEncoding } from "../../../../src/core/config/rules/encodingRules";
import type { Problem } from "../../../../src/core/text/problem";
import { ruleCases, textOf } from "./ruleCases";
import { sessionCases, sessionSeverities } from "./sessionCases";

const page = readFileSync(join("docs", "rules.md"), "utf8");
const sections = page.split(/^### /m).slice(1);

/** Codes of the sections that have such a line. */
function codesWith(line: string, code: RegExp): string[] {
  return sections.flatMap((section) => {
    const name = section.slice(0, section.indexOf("\n"));
    return code.test(name) && section.includes(`\n**${line}:**`) ? [name] : [];
  });
}

function offered(problems: readonly Problem[]): string[] {
  return [...new Set(problems.flatMap(({ code, fixes = [] }) => (fixes.length > 0 ? [code] : [])))].sort();
}

test("the page about rules promises a quick fix for just those rules of appsettings.json that have one", () => {
  const bytes = checkEncoding({ text: "{}", encoding: "utf16le", unmarked: true });
  const found = [...bytes, ...ruleCases.flatMap((one) => checkAgent(textOf(one.fires)).filter(({ code }) => code === one.code))];
  assert.deepEqual(codesWith("Quick fix", /^[a-z]/).sort(), offered(found));
});

test("the page about rules promises a quick fix for just those rules of config.json that have one", () => {
  const tried = [
    ...Object.values(sessionCases).map((one) => one.fires),
    ...sessionSeverities.map(([, , text, context]) => [text, context] as const),
  ];
  const found = tried.flatMap(([text, context]) => checkSession(parseDocument(text), context, new Set(["SSC041"])));
  assert.deepEqual(codesWith("Quick fix", /^SSC/).sort(), offered(found));
});

test("no rule both has a quick fix and says what else to do", () => {
  assert.deepEqual(
    codesWith("What to do", /./).filter((code) => codesWith("Quick fix", /./).includes(code)),
    [],
  );
});
