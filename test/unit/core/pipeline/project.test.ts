import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Language, Parser } from "web-tree-sitter";
import { parseDefinition } from "../../../../src/core/pipeline/parse";
import { projectFiles } from "../../../../src/core/pipeline/project";

const script = readFileSync("src/core/pipeline/image/system_session_start.ps1", "utf8");

async function grammarErrors(text: string): Promise<string[]> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(join("node_modules", "tree-sitter-powershell", "tree-sitter-powershell.wasm")));
  const tree = parser.parse(text);
  const found: string[] = [];
  const walk = (node: NonNullable<typeof tree>["rootNode"]): void => {
    if (node.isError || node.isMissing) {
      found.push(`${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`);
    }
    node.children.forEach((child) => child && walk(child));
  };
  if (tree) {
    walk(tree.rootNode);
  }
  return found;
}

test("the session script passes the PowerShell grammar", async () => {
  assert.deepEqual(await grammarErrors(script), []);
});

test("the grammar check sees a broken script", async () => {
  assert.notDeepEqual(await grammarErrors("function A { if ("), []);
});

const defects: readonly (readonly [string, RegExp | ((text: string) => boolean)])[] = [
  ["has one deadline from waitingTime", /waitingTime/],
  ["sets strict mode and stops on errors", /Set-StrictMode[\s\S]*\$ErrorActionPreference = 'Stop'/],
  ["finds the user by scanning the hives, not through WMI", (text) => /Registry\]::Users/.test(text) && !/Wmi|Cim/i.test(text)],
  ["reads registry text without expanding it", /DoNotExpandEnvironmentNames/],
  ["wants two equal reads", /Test-SameValues -First \$previous -Second \$current/],
  [
    "polls in fractions of a second and never sleeps whole ones",
    (text) => /-Milliseconds 300/.test(text) && !/Start-Sleep -Seconds/.test(text),
  ],
  ["renders from its own template file", /appsettings\.template/],
  ["cleans what the decoration grammar cannot hold", /\[;=\{\}/],
  ["serialises deep enough and reads the result back", /ConvertTo-Json -Depth 32[\s\S]*ConvertFrom-Json/],
  ["writes UTF-8 without a byte order mark", /UTF8Encoding -ArgumentList \$false/],
  ["replaces in one step", /\[System\.IO\.File\]::Replace\(\$temporary, \$Path, \[NullString\]::Value\)/],
  ["sets the time of last writing", /SetLastWriteTimeUtc/],
  ["skips an unchanged file", /-ceq \$Text/],
  ["never kills or stops the agent", (text) => !/taskkill|Stop-Process|Stop-Service|\.Stop\(\)/i.test(text)],
  ["starts the agent with a bounded wait", /WaitForStatus\('Running', \[TimeSpan\]/],
  ["refuses to change an image builder", /imagebuilder/],
  ["logs a hash of the user and no values", (text) => /Get-Fingerprint/.test(text) && !/Write-Log.*\$text\b/.test(text)],
  ["leaves the session context out", (text) => !/SESSION_CONTEXT/i.test(text)],
  ["ends with an exit code on purpose", /exit \$exitCode/],
  ["has no typographic character", (text) => [...text].every((character) => character.charCodeAt(0) < 128)],
];

for (const [name, check] of defects) {
  test(`the session script ${name}`, () => {
    assert.ok(typeof check === "function" ? check(script) : check.test(script));
  });
}

test("a new project of each preset has a definition without errors and a configuration for its stream", () => {
  for (const preset of ["tutorial", "recommended"] as const) {
    const files = projectFiles({ preset, name: "demo", region: "eu-west-1" });
    const { definition } = parseDefinition(files["appstream-pipeline.json"] ?? "");
    const agent = JSON.parse(files["appsettings.json"] ?? "") as { Sinks: { StreamName: string; Region: string }[] };
    assert.equal(agent.Sinks[0]?.StreamName, definition?.stream.name);
    assert.equal(agent.Sinks[0]?.Region, "eu-west-1");
    assert.ok(!JSON.stringify(files["appsettings.json"]).includes("appstreamVariables"));
    assert.deepEqual(Object.keys(files), [
      "appstream-pipeline.json",
      "appsettings.json",
      "appsettings.template",
      "config.json",
      "system_session_start.ps1",
    ]);
  }
});

test("the session configuration starts PowerShell with the canonical arguments", () => {
  const text = projectFiles({ preset: "recommended", name: "demo", region: "eu-west-1" })["config.json"] ?? "";
  assert.match(
    text,
    /-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File \\"C:\\\\AppStream\\\\SessionScripts\\\\system_session_start\.ps1\\"/,
  );
});
