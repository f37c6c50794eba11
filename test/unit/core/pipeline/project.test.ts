import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Language, Parser } from "web-tree-sitter";
import { parseDefinition } from "../../../../src/core/pipeline/parse";
import {
  createBootstrap,
  downloadLine,
  imagePayload,
  payloadEnd,
  payloadStart,
  selfContainedLine,
  withoutPlaceholders,
} from "../../../../src/core/pipeline/image/kit";
import { projectFiles } from "../../../../src/core/pipeline/project";
import { readPastedLine, readPayload } from "../../../../src/sandbox/person/payload";

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

test("the bootstrap passes the grammar and carries the image's description between its markers", async () => {
  const { definition } = parseDefinition('{"version":1,"name":"demo","region":"eu-west-1","preset":"recommended"}');
  assert.ok(definition);
  const payload = imagePayload(definition, {});
  const { text, sha256 } = await createBootstrap(payload);
  assert.deepEqual(await grammarErrors(text), []);
  const block = text.slice(text.indexOf(payloadStart) + payloadStart.length, text.indexOf(payloadEnd));
  const lines = block.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  assert.deepEqual(JSON.parse(Buffer.from(lines.join(""), "base64").toString("utf8")), payload);
  assert.equal(sha256, createHash("sha256").update(text).digest("hex"));
  assert.ok([...text].every((character) => character.charCodeAt(0) < 128));
});

const bootstrapText = readFileSync("src/core/pipeline/image/bootstrap.ps1", "utf8");
const bootstrapChecks: readonly (readonly [string, RegExp])[] = [
  [
    "reports what it is doing, and goes on when that fails",
    /function Send-Progress[\s\S]*?-Method 'Put'[\s\S]*?catch \{[\s\S]*?progressUrl = ''/,
  ],
  ["checks the signer of the agent", /Get-AuthenticodeSignature/],
  ["checks a given hash of the agent", /Get-FileHash -LiteralPath \$msi/],
  ["uses TLS 1.2", /Tls12/],
  ["protects the folder of the scripts", /inheritance:r/],
  ["stops the agent and clears what it remembers", /Stop-Agent[\s\S]*'Bookmarks', 'Queue', 'logs'/],
  ["looks for an application in both program folders", /Program Files \(x86\)/],
  ["does not register an application twice", /\$known -contains/],
  ["tries before it creates", /--dry-run[\s\S]*Read-Host/],
  ["looks at the exit codes of native tools", /\$LASTEXITCODE -ne 0/],
  ["ends with an exit code", /exit 1[\s\S]*exit 0/],
];
for (const [name, pattern] of bootstrapChecks) {
  test(`the bootstrap ${name}`, () => {
    assert.match(bootstrapText, pattern);
  });
}

test("the one line passes the grammar, holds address and hash, and survives quotes", async () => {
  const line = downloadLine("https://bucket.example/a?b='c'", "ab12");
  assert.deepEqual(await grammarErrors(line), []);
  assert.ok(!line.includes("\n"));
  assert.match(line, /ab12/);
});

test("a placeholder in the agent's configuration does not reach the image", () => {
  const text = '{ "Sinks": [{ "ObjectDecoration": "{appstreamVariables};a={env:B}" }], /* note */ }';
  assert.equal(JSON.stringify(JSON.parse(withoutPlaceholders(text))), '{"Sinks":[{"ObjectDecoration":"a={env:B}"}]}');
  assert.throws(() => withoutPlaceholders("{"), /not valid JSON/);
});

test("the sandbox's simulated person reads both forms of the one line", async () => {
  const { definition } = parseDefinition('{"version":1,"name":"demo","region":"eu-west-1","preset":"recommended"}');
  assert.ok(definition);
  const bootstrap = await createBootstrap(imagePayload(definition, {}));
  const contained = readPastedLine(selfContainedLine(bootstrap));
  assert.equal(readPayload(contained.script ?? "")?.imageName, "demo-image");
  const address = "http://127.0.0.1:4000/bucket/key?X-Amz-Signature=ab&X-Amz-Expires=3600";
  const downloaded = readPastedLine(downloadLine(address, bootstrap.sha256));
  assert.deepEqual([downloaded.url, downloaded.sha256], [address, bootstrap.sha256]);
  assert.deepEqual(readPayload(bootstrap.text)?.files, imagePayload(definition, {}).files);
});
