import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkScript, isSessionScript, scriptRules, type ScriptContext } from "../../../../src/core/config/script/checkScript";
import { applyEdits } from "../../../../src/core/text/span";

const fixture = (name: string): string => readFileSync(join("test", "fixtures", "script", name), "utf8");
const codes = (text: string, context?: ScriptContext): string[] => [...new Set(checkScript(text, context).map((problem) => problem.code))];

interface Case {
  readonly code: string;
  readonly fires: string;
  readonly near: string;
  readonly context?: ScriptContext;
  readonly nearContext?: ScriptContext;
}

const config = "$f = 'C:\\Program Files\\Amazon\\AWSKinesisTap\\appsettings.json'\n";
const replaced = `${config}$c = Get-Content $f\n$c = $c -replace('{appstreamVariables}', $v)\nSet-Content -Path $f -Value $c\n`;

const cases: readonly Case[] = [
  {
    code: "SCR1",
    fires: "$n = 0\nwhile ($null -eq $x) {\n  if ($n -eq 21) { break }\n}\n",
    near: "$n = 0\nwhile ($null -eq $x) {\n  if ($n -eq 21) { break }\n  $n++\n}\n",
  },
  {
    code: "SCR2",
    fires: "try { $x = Get-ItemProperty -Path HKU:\\a -Name b } catch { Start-Sleep -Seconds 1 }\n",
    near: "try { $x = Get-ItemProperty -Path HKU:\\a -Name b -ErrorAction Stop } catch { Start-Sleep -Seconds 1 }\n",
  },
  {
    code: "SCR3",
    fires: "if ((Get-WmiObject win32_computersystem).username) { $x = $env:AppStream_UserName }\n",
    near: "if ((Get-WmiObject win32_computersystem).username) { $x = $env:AppStream_UserName } else { exit 0 }\n",
  },
  {
    code: "SCR4",
    fires: "while ($null -eq $AppStream_UserName) { $AppStream_UserName = Read-It; $AppStream_Session_ID = Read-It }\n",
    near: "while ($null -eq $AppStream_UserName) { $AppStream_UserName = Read-It }\n",
  },
  {
    code: "SCR5",
    fires: "while ($null -eq $AppStream_UserName) { Read-It }\n",
    near: "while ([string]::IsNullOrEmpty($AppStream_UserName)) { Read-It }\n",
  },
  {
    code: "SCR6",
    fires: "$a = (Get-ItemProperty -Path p -Name q).q\n$a = (Get-ItemProperty -Path p -Name q).q\n",
    near: "$a = (Get-ItemProperty -Path p -Name q).q\n$b = (Get-ItemProperty -Path p -Name q).q\n",
  },
  {
    code: "SCR7",
    fires: "Get-ItemProperty -Path HKU:\\x -Name AppStream_UserName\n",
    near: "$null = Get-ItemProperty -Path HKU:\\x -Name AppStream_UserName\n",
  },
  {
    code: "SCR8",
    fires: "Start-Sleep -Seconds 5\n$x = 'AppStream_UserName'\n",
    near: "while (-not $ready) { Start-Sleep -Seconds 5 }\n$x = 'AppStream_UserName'\n",
  },
  { code: "SCR9", fires: "Write-Log 'The stdout log file is null.'\n", near: "# the log file is null\nWrite-Log 'The value is null.'\n" },
  {
    code: "SCR10",
    fires: `${config}while (-not $AppStream_UserName) { break }\nSet-Content $f $c\n`,
    near: `${config}while (-not $AppStream_UserName) { break }\nif (-not $AppStream_UserName) { exit 0 }\nSet-Content $f $c\n`,
  },
  {
    code: "SCR10b",
    fires: "$x = (Get-ItemProperty -Path HKU:\\s\\Environment -Name AppStream_Session_ID).AppStream_Session_ID\n",
    near: "$x = (Get-ItemProperty -Path HKU:\\s\\Environment -Name AppStream_Session_ID).AppStream_Session_ID\n[DateTime]::TryParse($t, [ref] $d)\n",
  },
  {
    code: "SCR11",
    fires: "$u = (Get-WmiObject Win32_ComputerSystem).UserName\n",
    near: "$u = (Get-WmiObject Win32_ComputerSystem).Domain\n",
  },
  { code: "SCR12", fires: '$u = $n.split("\\\\")[1]\n', near: "$u = $n.Split('\\')[1]\n" },
  { code: "SCR13", fires: '$q = "name = \'" + $user + "\'"\n', near: "$q = \"name = 'Administrator'\"\n" },
  { code: "SCR13b", fires: "$q = “name = ‘” + $user + “‘”\n", near: '$q = "name = \'" + $user + "\'"\n' },
  {
    code: "SCR14",
    fires: "Get-WmiObject Win32_UserAccount -Filter \"Name='x'\"\n",
    near: "Get-WmiObject Win32_UserAccount -Filter \"LocalAccount=True and Name='x'\"\n",
  },
  {
    code: "SCR15",
    fires: "New-PSDrive -PSProvider Registry -Name HKU -Root HKEY_USERS\n",
    near: "New-PSDrive -PSProvider Registry -Name HKU -Root HKEY_USERS | Out-Null\n",
  },
  { code: "SCR16", fires: replaced, near: `${config}$c = $c.Replace('{appstreamVariables}', $v)\nSet-Content $f $c\n` },
  { code: "SCR17", fires: replaced, near: `${replaced}$v = $v | ConvertTo-Json\n` },
  {
    code: "SCR18",
    fires: '$v = "AppStream_UserName=$($a);AppStream_Session_ID=$($b)"\n',
    near: "$a = $a -replace '[;={}]', '_'\n$v = \"AppStream_UserName=$($a);AppStream_Session_ID=$($b)\"\n",
  },
  { code: "SCR19", fires: `${config}Set-Content -Path $f -Value $c\n`, near: `${config}Set-Content -Path $f -Value $c -Encoding UTF8\n` },
  { code: "SCR20", fires: "Write-Output “ready”\n", near: "# “quoted”\nWrite-Output 'say “ready”'\n" },
  { code: "SCR21", fires: replaced, near: `${replaced}if ($c -notmatch '{appstreamVariables}') { exit 0 }\n` },
  { code: "SCR22", fires: replaced, near: replaced.replace("Get-Content $f", "Get-Content $template") },
  { code: "SCR23", fires: replaced, near: `$ErrorActionPreference = 'Stop'\n${replaced}` },
  { code: "SCR24", fires: replaced, near: `${replaced}[IO.File]::Replace($t, $f, [NullString]::Value)\n` },
  {
    code: "SCR24b",
    fires: `$a = 'AppStream_UserName'\n${replaced}`,
    near: `$a = 'AppStream_UserName', 'AppStream_Image_Arn'\n${replaced}`,
  },
  { code: "SCR25", fires: replaced, near: replaced.replace("Get-Content $f", "Get-Content $template") },
  { code: "SCR26", fires: "taskkill /im AWSKinesisTap.exe /F\n", near: "taskkill /im notepad.exe /F\n" },
  {
    code: "SCR27",
    fires: "Stop-Process -Name AWSKinesisTap\nStart-Service AWSKinesisTap\n",
    near: "Stop-Process -Name AWSKinesisTap\n$s.WaitForStatus('Stopped')\nStart-Service AWSKinesisTap\n",
  },
  { code: "SCR28", fires: "taskkill /pid $p.Id /F\n", near: "taskkill /pid 17 /F\n" },
  { code: "SCR29", fires: "Start-Service -Name AWSKinesisTap\n", near: "(Get-Service AWSKinesisTap).Start()\n" },
  { code: "SCR30", fires: "Stop-Service AWSKinesisTap\n", near: "Stop-Service Spooler\n" },
  {
    code: "SCR31",
    fires: "Stop-Service AWSKinesisTap\n",
    context: { maxSessionsPerInstance: 4 },
    near: "Stop-Service AWSKinesisTap\n",
    nearContext: { maxSessionsPerInstance: 1 },
  },
  {
    code: "SCR31b",
    fires: `${config}Set-Content $f $c\n`,
    context: { maxSessionsPerInstance: 4 },
    near: `${config}Set-Content $f $c\nicacls $f /inheritance:r\n`,
    nearContext: { maxSessionsPerInstance: 4 },
  },
  {
    code: "SCR33",
    fires: "Start-Sleep -Seconds 28\n",
    context: { waitingTime: 30 },
    near: "Start-Sleep -Seconds 20\n",
    nearContext: { waitingTime: 30 },
  },
  { code: "SCR34", fires: "Write-Output 1\n", near: "Set-StrictMode -Version Latest\n$ErrorActionPreference = 'Stop'\nexit 0\n" },
  {
    code: "SCR35",
    fires: `${config}$c = Get-Content $f\nWrite-Log "Config: $c"\n`,
    near: `${config}$c = Get-Content $f\nWrite-Log "Read $($c.Length)"\n`,
  },
  { code: "SCR38", fires: config, near: `${config}if (-not (Test-Path $f)) { exit 0 }\n` },
  { code: "SCR39", fires: "Start-Service AWSKinesisTap\n", near: "Start-Service AWSKinesisTap\n(Get-Service AWSKinesisTap).Status\n" },
  { code: "SCR40", fires: "function Write-Log { Write-Host $args }\n", near: "function Write-Log { Write-Output $args }\n" },
];

for (const one of cases) {
  test(`${one.code} fires on its defect and not on the near miss`, () => {
    assert.ok(codes(one.fires, one.context).includes(one.code), `silent on ${one.fires}`);
    assert.ok(!codes(one.near, one.nearContext).includes(one.code), `fires on ${one.near}`);
  });
}

test("every rule has a case", () => {
  assert.deepEqual(
    scriptRules.map((rule) => rule.code),
    cases.map((one) => one.code),
  );
});

test("the tutorial's script shows every defect that text alone can show", () => {
  const needsContext = ["SCR31", "SCR31b"];
  assert.deepEqual(
    codes(fixture("tutorial.ps1")).sort(),
    scriptRules
      .map((rule) => rule.code)
      .filter((code) => !needsContext.includes(code))
      .sort(),
  );
});

test("the corrected script has no finding, whatever the waiting time", () => {
  for (const context of [{}, { waitingTime: 30 }, { waitingTime: 60 }]) {
    assert.deepEqual(checkScript(fixture("corrected.ps1"), context), []);
  }
});

test("each fix removes its own finding", () => {
  const text = fixture("tutorial.ps1");
  for (const problem of checkScript(text)) {
    for (const fix of problem.fixes ?? []) {
      const count = (found: readonly { code: string }[]): number => found.filter((one) => one.code === problem.code).length;
      assert.ok(count(checkScript(applyEdits(text, fix.edits))) < count(checkScript(text)), `${problem.code}: ${fix.title}`);
    }
  }
});

test("only scripts about AppStream sessions and the agent are session scripts", () => {
  assert.equal(isSessionScript(fixture("tutorial.ps1")), true);
  assert.equal(isSessionScript(fixture("corrected.ps1")), true);
  assert.equal(isSessionScript("Get-ChildItem | Format-Table\n"), false);
  assert.equal(isSessionScript("$a = $env:AppStream_UserName\nWrite-Output $a\n"), false);
});

test("half-typed scripts are checked without an exception and within the text", () => {
  const text = fixture("tutorial.ps1");
  for (let end = 0; end < text.length; end += 37) {
    const part = text.slice(0, end);
    for (const problem of checkScript(part)) {
      assert.ok(problem.span.start >= 0 && problem.span.start <= problem.span.end && problem.span.end <= part.length, problem.code);
    }
  }
});
