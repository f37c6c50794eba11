import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { getLanguageService, TextDocument, type JSONSchema } from "vscode-json-languageservice";
import { formatFindings, type LintFinding } from "../../../src/cli/lintFormats";
import { lintRules } from "../../../src/cli/lintRules";

const require = createRequire(join(process.cwd(), "package.json"));
const schema = JSON.parse(readFileSync(require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8")) as JSONSchema;

const service = getLanguageService({});
async function violations(text: string): Promise<string[]> {
  const document = TextDocument.create("file:///log.sarif", "json", 1, text);
  const found = await service.doValidation(document, service.parseJSONDocument(document), { schemaValidation: "error" }, schema);
  return found.map(({ message, range }) => `${document.getText(range).slice(0, 40)}: ${JSON.stringify(message)}`);
}

const finding = (more: Partial<LintFinding> = {}): LintFinding => ({
  file: "config/appsettings.json",
  line: 3,
  column: 1,
  endLine: 3,
  endColumn: 9,
  severity: "error",
  code: "json-syntax",
  message: 'A text with "quotes", {braces} and\na second line.',
  ...more,
});
const sarif = (...findings: LintFinding[]): string => formatFindings(findings, "sarif", lintRules());

test("the SARIF log of any findings is valid against the schema of SARIF 2.1.0", async () => {
  const everyRule = lintRules().map(({ code, severities }) => finding({ code, severity: severities[0] }));
  const places = [
    finding({ file: "C:\\work\\my files\\appsettings.json" }),
    finding({ file: "/srv/ein ordner/café/appsettings.json" }),
    finding({ file: "../x y/%41.json", line: 1, endLine: 1, endColumn: 1 }),
    finding({ code: "of-no-table", severity: "information" }),
  ];
  for (const log of [sarif(), sarif(finding()), sarif(...everyRule), sarif(...places)]) {
    assert.deepEqual(await violations(log), []);
  }
});

test("the schema is one that finds what is wrong", async () => {
  const spoilt: readonly [string, string][] = [
    ['"version": "2.1.0"', '"version": "2.0.0"'],
    ['"name": "AppStream Monitor"', '"nome": "AppStream Monitor"'],
    ['"level": "error"', '"level": "bad"'],
    ['"startLine": 3', '"startLine": 0'],
    ['"text": "A text', '"txt": "A text'],
  ];
  const log = sarif(finding());
  for (const [right, wrong] of spoilt) {
    assert.ok(log.includes(right), right);
    assert.notDeepEqual(await violations(log.replace(right, wrong)), [], wrong);
  }
});

test("each result's rule index leads to its rule, and its place is a URI", () => {
  const log = JSON.parse(sarif(finding(), finding({ code: "XF001", file: "a b/c.json" }), finding({ file: "C:\\x\\y.json" }))) as {
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      results: { ruleId: string; ruleIndex: number; locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[];
    }[];
  };
  const [run] = log.runs;
  assert.ok(run !== undefined);
  for (const { ruleId, ruleIndex } of run.results) {
    assert.equal(run.tool.driver.rules[ruleIndex]?.id, ruleId);
  }
  const uris = run.results.map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri);
  assert.deepEqual(uris, ["config/appsettings.json", "a%20b/c.json", "file:///C:/x/y.json"]);
});
