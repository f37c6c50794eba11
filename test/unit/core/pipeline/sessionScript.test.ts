import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkScript, scriptRules } from "../../../../src/core/config/script/checkScript";
import { projectFiles } from "../../../../src/core/pipeline/project";
import { grammarErrors } from "./powershellGrammar";

const files = projectFiles({ preset: "recommended", name: "demo", region: "eu-west-1" });
const script = files["system_session_start.ps1"] ?? "";
const sessionConfig = files["config.json"] ?? "";
const rulesPage = readFileSync(join("docs", "rules.md"), "utf8");

test("the session script passes the PowerShell grammar", async () => {
  assert.deepEqual(await grammarErrors(script), []);
});

test("the grammar check sees a broken script", async () => {
  assert.notDeepEqual(await grammarErrors("function A { if ("), []);
});

test("the session script has no finding of any severity by the product's own rules", () => {
  for (const context of [{}, { waitingTime: 30, byteOrderMark: false }, { waitingTime: 60 }]) {
    assert.deepEqual(checkScript(script, context), []);
  }
});

/** Body of a function of the script. */
function body(name: string): string {
  const found = new RegExp(`^function ${name} \\{\\n([\\s\\S]*?)^\\}`, "m").exec(script)?.[1];
  assert.ok(found !== undefined, name);
  return found;
}

const has = (pattern: RegExp, of?: string): Check => ({ shows: (text) => pattern.test(of === undefined ? text : body(of)) });
const lacks = (pattern: RegExp): Check => ({ shows: (text) => !pattern.test(text) });
const both = (...checks: readonly Check[]): Check => ({ shows: (text) => checks.every((check) => check.shows(text)) });
const inConfig = (pattern: RegExp): Check => ({ shows: () => pattern.test(sessionConfig) });

interface Check {
  readonly shows: (text: string) => boolean;
  /** Words of docs/rules.md on what nothing but Windows can show. */
  readonly onlyWindows?: RegExp;
}

/** Every defect of the tutorial's script by the number of its rule: what the generated one does instead. */
const defects: Readonly<Record<string, Check>> = {
  1: has(/while \(\$watch\.Elapsed\.TotalSeconds -lt \$DeadlineSeconds\)/, "Wait-SessionValues"),
  2: both(
    has(/^\$ErrorActionPreference = 'Stop'$/m),
    has(/Start-Sleep -Milliseconds 300/, "Wait-SessionValues"),
    lacks(/Get-ItemProperty/),
  ),
  3: has(/if \(\$null -eq \$values\) \{\n\s+Write-Log 'The values of the session did not appear in time/, "Invoke-Main"),
  4: both(
    has(/foreach \(\$name in \$userNames\)[\s\S]*return \$null/, "Read-Environment"),
    has(/\$First\[\$name\] -cne \$Second\[\$name\]/),
  ),
  5: has(/\$null -eq \$value -or \(\[string\] \$value\)\.Trim\(\)\.Length -eq 0/, "Read-Environment"),
  6: { shows: () => script.split("$Key.GetValue(").length === 2 },
  7: has(/^ {8}\$value = \$Key\.GetValue\(/m, "Read-Environment"),
  8: lacks(/Start-Sleep -Seconds|Start-Sleep -s /i),
  9: lacks(/stdout log/i),
  10: has(/if \(\$null -eq \$values\) \{[^}]*\} else \{[\s\S]*New-AgentConfiguration/, "Invoke-Main"),
  "10b": {
    ...has(/\$age -le \$StaleMinutes/, "Wait-SessionValues"),
    onlyWindows:
      /Whether a variable appears in time, which account owns the session and whether the registry hive is loaded: only Windows knows/,
  },
  11: both(has(/\[Microsoft\.Win32\.Registry\]::Users/, "Find-SessionValues"), lacks(/Win32_|Wmi|CimInstance/i)),
  12: lacks(/\.split\("\\\\/i),
  13: lacks(/Select-Object .*-Query|WQL|-Filter/i),
  "13b": lacks(/[\u2018-\u201f]/),
  14: lacks(/Win32_UserAccount/i),
  15: lacks(/New-PSDrive/i),
  16: { shows: () => [...script.matchAll(/-i?c?replace '([^']*)'/g)].every(([, from]) => from === "[;={}\\p{Cc}]" || from === "-") },
  17: both(has(/ConvertTo-Json -Depth 32/, "New-AgentConfiguration"), has(/ConvertFrom-JsonText -Text \$text/, "New-AgentConfiguration")),
  18: both(has(/\[;=\{\}\\p\{Cc\}\]/, "ConvertTo-DecorationValue"), has(/\$parts\.Length -ne 2/, "Test-Decoration")),
  19: both(has(/UTF8Encoding -ArgumentList \$false/, "Set-FileAtomically"), lacks(/Set-Content|Out-File|Get-Content/i)),
  20: {
    ...lacks(/[^\x00-\x7f]/),
    onlyWindows: /How the file was saved: an editor knows, a pasted text does not/,
  },
  21: lacks(/\{appstreamVariables\}/),
  22: both(has(/ReadAllText\(\$Template\)/, "Invoke-Main"), lacks(/WriteAll\w+\(\$Template/)),
  23: both(has(/File\]::Exists\(\$Template\)/, "Invoke-Main"), has(/catch \[System\.IO\.IOException\]/, "Write-AgentConfiguration")),
  24: has(
    /WriteAllText\(\$temporary[\s\S]*\[System\.IO\.File\]::Replace\(\$temporary, \$Path, \[NullString\]::Value\)/,
    "Set-FileAtomically",
  ),
  "24b": has(/foreach \(\$name in \$machineNames\)[\s\S]*'Machine'\)/, "Get-SessionDecoration"),
  25: {
    shows: () => [files["appsettings.json"], files["appsettings.template"]].every((text) => text?.includes("appstreamVariables") === false),
  },
  26: lacks(/taskkill|Stop-Process|\.Kill\(/i),
  27: lacks(/Start-Service|Restart-Service/i),
  28: lacks(/Get-Process|\/pid/i),
  29: {
    shows: () =>
      body("Start-Agent").split(".WaitForStatus(").length === body("Start-Agent").split(/\.WaitForStatus\('\w+', \$left\)/).length,
  },
  30: lacks(/Stop-Service|\.Stop\(\)/i),
  31: {
    ...has(/\$sessionsSeen -gt 1/, "Invoke-Main"),
    onlyWindows: /SCR31 and SCR31b need the pipeline definition, which tells that several users share an instance/,
  },
  "31b": {
    ...has(/File\]::Replace\(/),
    onlyWindows: /SCR31 and SCR31b need the pipeline definition, which tells that several users share an instance/,
  },
  32: {
    ...inConfig(/"SessionTermination"[\s\S]*"filename": ""/),
    onlyWindows: /32, a missing script at the end of the session, shows in config\.json/,
  },
  33: both(
    has(/\$deadline = \(Get-WaitingTime -Path \$SessionConfig\) - \[Math\]::Max\(5, \$ReserveSeconds\)/),
    inConfig(/"waitingTime": 30/),
  ),
  34: has(/^Set-StrictMode -Version 2\.0\n\$ErrorActionPreference = 'Stop'[\s\S]*\nexit \$exitCode\n$/m),
  35: {
    shows: () =>
      [...script.matchAll(/Write-Log (.*)/g)].every(
        ([, what = ""]) =>
          !/\$(values|text|config|session|template)\b/i.test(
            what.replace("Get-Fingerprint -Value $values['AppStream_UserName']", "").replace("$Text.Length", ""),
          ),
      ) && /The parser's own message repeats the whole text/.test(script),
  },
  36: {
    ...inConfig(/-File \\"C:\\\\AppStream\\\\SessionScripts\\\\/),
    onlyWindows: /What rights the folder really has, only Windows can show/,
  },
  37: inConfig(
    /-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File \\"C:\\\\AppStream\\\\SessionScripts\\\\system_session_start\.ps1\\"/,
  ),
  38: has(/The agent is not installed/, "Invoke-Main"),
  39: has(/WaitForStatus\('Running', \$left\)\n\s+Write-Log 'The agent is running\.'/, "Start-Agent"),
  40: has(/\[\{1\}\] \[pid \{2\}\]/, "Write-Log"),
};

for (const [number, check] of Object.entries(defects)) {
  test(`the session script does not have defect ${number}`, () => {
    assert.ok(check.shows(script));
    if (check.onlyWindows !== undefined) {
      assert.match(rulesPage, check.onlyWindows);
    }
  });
}

test("every defect has a check of the generated script, and a rule or its reason in the documentation", () => {
  const lettered = ["10b", "13b", "24b", "31b"];
  const all = [...Array.from({ length: 40 }, (_, at) => String(at + 1)), ...lettered].sort();
  assert.deepEqual(Object.keys(defects).sort(), all);
  const inConfigOnly = ["32", "36", "37"];
  assert.deepEqual(
    all.filter((number) => !scriptRules.some((rule) => rule.code === `SCR${number}`)),
    inConfigOnly,
  );
  for (const number of inConfigOnly) {
    assert.match(rulesPage, new RegExp(`^- ${number}, .*config\\.json`, "m"));
  }
});

const properties: readonly (readonly [string, Check])[] = [
  ["reads the waiting time that AppStream itself uses", has(/\$config\.SessionStart\.waitingTime/, "Get-WaitingTime")],
  ["has one outer try with catch and finally", has(/^try \{[\s\S]*^\} catch \{[\s\S]*^\} finally \{/m)],
  ["takes the newest of several sessions and logs how many", both(has(/-Descending/), has(/\{0\} sessions are signed in/))],
  ["reads registry text without expanding it", has(/DoNotExpandEnvironmentNames/)],
  ["wants two equal reads in succession", has(/Test-SameValues -First \$previous -Second \$current/)],
  ["uses old values at the deadline, with a warning", has(/The reservation time is old.*'WARNING'/)],
  ["sets the time of last writing after the replacement", has(/Replace\([\s\S]*SetLastWriteTimeUtc\(\$Path/, "Set-FileAtomically")],
  ["writes to another extension in the same folder", has(/\$temporary = \$Path \+ '\.' \+ \$PID \+ '\.tmp'/)],
  ["does not write an unchanged file", has(/-ceq \$Text\) \{[\s\S]*?return/, "Set-FileAtomically")],
  ["leaves the session context out", lacks(/SESSION_CONTEXT/i)],
  ["refuses to change an image builder unless forced", has(/'image-builder', 'imagebuilder'\) -contains \$resource -and -not \$Force/)],
  ["starts a stopped agent", has(/-eq 'Stopped'\) \{\n\s+\$service\.Start\(\)/, "Start-Agent")],
  ["ends with 0 after a failure unless told to report it", has(/if \(\$ReportFailure\) \{\n\s+\$exitCode = 1/)],
  ["does not use $PSScriptRoot, which is empty in defaults of 5.1", lacks(/PSScriptRoot/)],
];
for (const [what, check] of properties) {
  test(`the session script ${what}`, () => {
    assert.ok(check.shows(script));
  });
}
