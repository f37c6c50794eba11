/** Texts of scripts that a quick fix makes. */

/** A script that does nothing yet, by the extension of its name; undefined for what is no text. */
export function emptyScript(name: string): string | undefined {
  switch (/\.[^.]*$/.exec(name)?.[0].toLowerCase()) {
    case ".ps1":
      return windowsLines(
        "Set-StrictMode -Version Latest",
        "$ErrorActionPreference = 'Stop'",
        "",
        "try {",
        "    Write-Output 'The session script has started.'",
        "    exit 0",
        "}",
        "catch {",
        '    Write-Output "The session script failed: $_"',
        "    exit 1",
        "}",
      );
    case ".bat":
    case ".cmd":
      return windowsLines("@echo off", "echo The session script has started.", "exit /b 0");
    case ".sh":
      return "#!/bin/sh\necho 'The session script has started.'\nexit 0\n";
    default:
      return undefined;
  }
}

export const flushScript = windowsLines(
  "# The agent sends what it has gathered once a second: the last events of the session get the time to leave.",
  "$ErrorActionPreference = 'Stop'",
  "Start-Sleep -Seconds 3",
  "Write-Output 'The agent had 3 s to send its last events.'",
  "exit 0",
);

export function windowsLines(...lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join("");
}

/** Reads a variable of the streaming user, which a script of the system does not have in its environment. */
export const userVariableFunction = windowsLines(
  "function Get-AppStreamUserVariable {",
  "    param([string] $Name)",
  "    foreach ($key in Get-ChildItem -Path 'Registry::HKEY_USERS' -ErrorAction SilentlyContinue) {",
  '        $value = Get-ItemProperty -Path "Registry::$($key.Name)\\Environment" -Name $Name -ErrorAction SilentlyContinue',
  "        if ($null -ne $value -and -not [string]::IsNullOrEmpty($value.$Name)) { return $value.$Name }",
  "    }",
  "    return ''",
  "}",
);
