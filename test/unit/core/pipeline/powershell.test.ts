import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createBootstrap, downloadLine, imagePayload, selfContainedLine } from "../../../../src/core/pipeline/image/kit";
import { parseDefinition } from "../../../../src/core/pipeline/parse";

// PowerShell itself reads what we generate; the grammar in project.test.ts is more lenient.

const program = ["pwsh", "powershell"].find(
  (name) => spawnSync(name, ["-NoLogo", "-NoProfile", "-Command", "exit 0"], { stdio: "ignore" }).status === 0,
);
const skip = program === undefined ? "needs PowerShell" : false;

/** What the parser says of a script; nothing of it is run. */
function parserErrors(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "powershell-"));
  try {
    const file = join(folder, "script.ps1");
    writeFileSync(file, text);
    const command = `$errors = $null; [void][System.Management.Automation.Language.Parser]::ParseFile('${file}', [ref]$null, [ref]$errors); $errors | ForEach-Object { "$($_.Extent.StartLineNumber): $($_.Message)" }`;
    const { status, stdout, stderr } = spawnSync(program ?? "", ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command", command], {
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("PowerShell's own parser accepts the session script, the bootstrap and both forms of the one line", { skip }, async () => {
  const { definition } = parseDefinition(
    '{"version":1,"name":"demo","region":"eu-west-1","preset":"tutorial","allowedAddresses":["192.0.2.1"]}',
  );
  assert.ok(definition);
  const bootstrap = await createBootstrap(imagePayload(definition, {}));
  const scripts = {
    session: readFileSync(join("src", "core", "pipeline", "image", "system_session_start.ps1"), "utf8"),
    bootstrap: bootstrap.text,
    download: downloadLine("https://bucket.example/a?b='c'", bootstrap.sha256),
    selfContained: selfContainedLine(bootstrap),
  };
  for (const [name, text] of Object.entries(scripts)) {
    assert.equal(parserErrors(text), "", name);
  }
});

test("PowerShell's own parser sees a broken script", { skip }, () => {
  assert.notEqual(parserErrors("function A { if ("), "");
});
