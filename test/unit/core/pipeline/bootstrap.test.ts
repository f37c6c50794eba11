import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { contentHash, createBootstrap, imagePayload, payloadEnd, payloadStart } from "../../../../src/core/pipeline/image/kit";
import { parseDefinition } from "../../../../src/core/pipeline/parse";
import { grammarErrors } from "./powershellGrammar";

const { definition } = parseDefinition('{"version":1,"name":"demo","region":"eu-west-1","preset":"recommended"}');
assert.ok(definition);
const own = definition;

test("the bootstrap passes the grammar and carries the image's description between its markers", async () => {
  const payload = imagePayload(own, {});
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
  [
    "gives the agent's folder its configuration, and the folder of the session scripts the rest",
    /-eq 'appsettings\.json'\) \{\n\s+\$folder = \$agentFolder/,
  ],
  [
    "writes UTF-8 without byte order mark, and with one what PowerShell 5.1 would misread",
    /'\*\.ps1' -and \$Text -match '\[\^\\x00-\\x7f\]'[\s\S]*UTF8Encoding -ArgumentList \$mark/,
  ],
  [
    "lets only administrators and the system change the folder of the scripts and what lies in it",
    /'\/inheritance:r'.*'\*S-1-5-32-545:\(OI\)\(CI\)RX'[\s\S]*ChildPath '\*'\) '\/reset' '\/T'/,
  ],
  ["installs nothing when the version is there", /\(Get-AgentVersion\) -eq \$Version\) \{[\s\S]{0,120}return/],
  [
    "checks JSON and PowerShell, and that config.json names what is there",
    /ConvertFrom-Json[\s\S]*Language\.Parser\]::ParseFile[\s\S]*Assert-SessionConfig/,
  ],
  ["tags the image", /'--tags'\)\n\s+foreach \(\$tag in \$Payload\.tags/],
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

test("a byte order mark in a project's file changes neither the image nor the mark of its content", async () => {
  const plain = { agentConfig: '{"Sinks":[]}', sessionConfig: "{}", sessionScript: "exit 0\n" };
  const marked = {
    agentConfig: `\uFEFF${plain.agentConfig}`,
    sessionConfig: `\uFEFF${plain.sessionConfig}`,
    sessionScript: `\uFEFF${plain.sessionScript}`,
  };
  assert.deepEqual(imagePayload(own, marked), imagePayload(own, plain));
  assert.equal(await contentHash(imagePayload(own, marked)), await contentHash(imagePayload(own, plain)));
});
