import type { SessionContext } from "../../../../src/core/config/checkSession";

const shell = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";
export const options = "-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass";
export const script = "C:\\AppStream\\SessionScripts\\start.ps1";

type Json = Record<string, unknown>;

/** A sound configuration with some values changed; undefined takes a key away. */
export function config(entry: Json = {}, event: Json = {}, name = "SessionStart"): string {
  const first = { context: "system", filename: shell, arguments: `${options} -File "${script}"`, s3LogEnabled: true, ...entry };
  return JSON.stringify({ [name]: { executables: [first], waitingTime: 30, ...event } }, null, 2);
}

export const withScript = (text: string, name = "start.ps1"): SessionContext => ({ files: new Map([[name, text]]) });
export const args = (text: string): string => config({ arguments: text });

export interface SessionCase {
  readonly fires: readonly [text: string, context?: SessionContext];
  readonly near: readonly [text: string, context?: SessionContext];
}

export const sessionCases: Readonly<Record<string, SessionCase>> = {
  SSC001: { fires: ['{ "SessionStart": { "executables": [], } }'], near: [config()] },
  SSC002: { fires: ["{ “SessionStart”: {} }"], near: [args(`${options} -File "${script}" -Name 'x'`)] },
  SSC003: { fires: [`\ufeff${config()}`], near: [config(), { encoding: "utf8" }] },
  SSC004: {
    fires: ['{ "SessionStart": { "executables": [ { "context": "user", "filename": "C:\\Scripts\\a.bat" } ] } }'],
    near: [config()],
  },
  SSC005: { fires: ['{ "SessionStart": { "executables": [], "Executables": [] } }'], near: [config()] },
  SSC006: { fires: [config({ fileNames: "x" })], near: [config()] },
  SSC007: { fires: [config({}, { waitingtime: 30, waitingTime: undefined })], near: [config()] },
  SSC008: { fires: ['{ "SessionStart": { "waitingTime": 30 } }'], near: ["{}"] },
  SSC009: {
    fires: [config({}, { executables: [{ context: "system" }, { context: "user" }, { context: "user" }] })],
    near: [config({}, { executables: [{ context: "system" }, { context: "user" }] })],
  },
  SSC010: {
    fires: [config({}, { executables: [{ context: "user" }, { context: "user" }] })],
    near: [config({}, { executables: [{ context: "system" }, { context: "user" }] })],
  },
  SSC011: { fires: [config({ context: "admin" })], near: [config({ context: "system" })] },
  SSC012: { fires: [config({}, { waitingTime: "30" })], near: [config({}, { waitingTime: 30 })] },
  SSC013: { fires: [config({}, { waitingTime: 61 })], near: [config({}, { waitingTime: 60 })] },
  SSC014: { fires: [config({}, { waitingTime: 0 })], near: [config({ filename: "", arguments: "" }, { waitingTime: 0 })] },
  SSC015: { fires: [config({}, { waitingTime: undefined })], near: [config({ filename: "", arguments: "" }, { waitingTime: undefined })] },
  SSC016: { fires: [config({ filename: "C:\\AppStream\\a.ps1" })], near: [config({ filename: "C:\\AppStream\\a.BAT" })] },
  SSC017: { fires: [config({ filename: "powershell.exe" })], near: [config()] },
  SSC018: {
    fires: [args(`${options} -File "${script}" ${"a".repeat(1000)}`)],
    near: [args(`${options} -File "${script}" ${"a".repeat(800)}`)],
  },
  SSC019: { fires: [config({ filename: "", arguments: "x" })], near: [config({ filename: "", arguments: "  " })] },
  SSC020: { fires: [config({ filename: `"${shell}"` })], near: [config({ filename: "C:\\Program Files\\a b.exe" })] },
  SSC021: { fires: [args(`-NoProfile -NonInteractive -File "${script}"`)], near: [args(`-nop -noni -ep RemoteSigned -f "${script}"`)] },
  SSC022: {
    fires: [args(`-NonInteractive -ExecutionPolicy Bypass -File "${script}"`)],
    near: [args(`/nop /noni /ex Bypass /file "${script}"`)],
  },
  SSC023: { fires: [args(`${options} -Command "& '${script}'"`)], near: [args(`${options} -File "${script}" -Level 3`)] },
  SSC024: {
    fires: [args(`${options} -File C:\\Program Files\\Acme\\a.ps1`)],
    near: [args(`${options} -File "C:\\Program Files\\Acme\\a.ps1"`)],
  },
  SSC025: { fires: [config({ filename: "C:\\Program Files\\PowerShell\\7\\pwsh.exe" })], near: [config()] },
  SSC026: { fires: [config(), { files: new Map() }], near: [config(), withScript("exit 0\n")] },
  SSC027: {
    fires: [args(`${options} -File "C:\\Scripts\\a.ps1"`)],
    near: [config({ context: "user", arguments: `${options} -File "C:\\Scripts\\a.ps1"` })],
  },
  SSC029: { fires: [config({ s3LogEnabled: "true" })], near: [config({ s3LogEnabled: true })] },
  SSC030: { fires: [config({ s3LogEnabled: false })], near: [config({ filename: "", arguments: "", s3LogEnabled: false })] },
  SSC031: {
    fires: [config(), withScript("Write-Output $env:AppStream_UserName\n")],
    near: [config(), withScript("# $env:AppStream_UserName\nexit 0\n")],
  },
  SSC032: {
    fires: [config(), { fleetType: "ELASTIC" }],
    near: [args(`${options} -File "C:\\AppStream\\SessionScripts\\SessionScript\\a.ps1"`), { fleetType: "ELASTIC" }],
  },
  SSC033: {
    fires: [config(), { fleetType: "ELASTIC", zipEntries: ["scripts/config.json"] }],
    near: [config(), { fleetType: "ELASTIC", zipEntries: ["config.json"] }],
  },
  SSC034: { fires: [config(), { os: "LINUX" }], near: [config(), { os: "WINDOWS" }] },
  SSC035: {
    fires: [config({ filename: "/opt/a.sh", arguments: "" }), withScript("echo hi\n", "a.sh")],
    near: [config({ filename: "/opt/a.sh", arguments: "" }), withScript("#!/bin/sh\necho hi\n", "a.sh")],
  },
  SSC036: {
    fires: [config({ context: "user" }), withScript("Start-Service Spooler\n")],
    near: [config({ context: "system" }), withScript("Start-Service Spooler\n")],
  },
  SSC037: { fires: [config(), withScript("Start-Sleep -Seconds 25\n")], near: [config(), withScript("Start-Sleep -Seconds 24\n")] },
  SSC038: {
    fires: [config({ filename: "C:\\Windows\\notepad.exe" })],
    near: [config({ context: "user", filename: "C:\\Windows\\notepad.exe" })],
  },
  SSC039: {
    fires: [args(`${options} -File "${script}" -Password=hunter2`)],
    near: [args(`${options} -File "${script}" -TokenFile C:\\a.txt`)],
  },
  SSC040: {
    fires: [args(`${options} -File "${script}" %APPSTREAM_SESSION_CONTEXT%`)],
    near: [config({}, {}, "SessionTermination"), withScript("$c = $env:APPSTREAM_SESSION_CONTEXT\n")],
  },
  SSC041: { fires: [config(), { generatedScript: true }], near: [config({}, {}, "SessionTermination"), { generatedScript: true }] },
  SSC042: {
    fires: [config(), { ...withScript("Restart-Service Spooler\n"), maxSessionsPerInstance: 2 }],
    near: [config(), { ...withScript("Restart-Service Spooler\n"), maxSessionsPerInstance: 1 }],
  },
  SSC043: { fires: ['{ "SessionStart": { "executables": [] } }'], near: [config({ filename: "", arguments: "" })] },
  SSC044: {
    fires: [config({ filename: "C:\\AppStream\\a.exe" }), { sizes: new Map([["a.exe", 2e8]]), maxSessionsPerInstance: 2 }],
    near: [config({ filename: "C:\\AppStream\\a.exe" }), { sizes: new Map([["a.exe", 2e8]]) }],
  },
  SSC045: { fires: [args(`${options} -File 'C:\\Program Files\\a.ps1'`)], near: [args(`${options} -File "${script}" 'x'`)] },
  SSC046: { fires: ["[]"], near: ["{}"] },
};

/** Other severities and other mistakes of the same rules. */
export const sessionSeverities: readonly [code: string, severity: string, text: string, context?: SessionContext][] = [
  ["SSC002", "warning", args(`${options} -File "${script}" it’s`)],
  ["SSC003", "error", config(), { encoding: "utf16" }],
  ["SSC003", "information", config(), { encoding: "utf8bom" }],
  ["SSC011", "warning", config({ context: "System" })],
  ["SSC017", "warning", config({ filename: "%WINDIR%\\a.exe" })],
  ["SSC017", "warning", config({ filename: "\\\\server\\share\\a.exe" })],
  ["SSC017", "error", config({ filename: "a.exe" })],
  ["SSC027", "error", args(`${options} -File "C:\\Users\\Public\\a.ps1"`)],
  ["SSC027", "warning", args(`${options} -File "C:\\ProgramData\\a.ps1"`)],
  ["SSC027", "warning", args(`${options} -File "C:\\AppStream\\..\\Scripts\\a.ps1"`)],
  ["SSC027", "error", args(`${options} -File "C:\\\\Users\\\\Public\\\\a.ps1"`)],
  ["SSC029", "error", config({ s3LogEnabled: 1 })],
  ["SSC029", "warning", config({ s3LogEnabled: "false" })],
  [
    "SSC009",
    "error",
    config(
      {},
      {
        executables: [1, 2, 3].map((n) => ({
          context: n === 1 ? "user" : "system",
          filename: `C:\\AppStream\\p${n}.exe`,
          arguments: "a & 100%",
        })),
      },
    ),
  ],
  [
    "SSC010",
    "error",
    config({}, { executables: ["a.bat", "b.exe"].map((name) => ({ context: "system", filename: `C:\\AppStream\\${name}` })) }),
  ],
  [
    "SSC010",
    "error",
    config({}, { executables: ["/opt/a.sh", "/opt/b.sh"].map((filename) => ({ context: "system", filename, arguments: "it's 'x y'" })) }),
  ],
  ["SSC017", "warning", config({ filename: "%SystemRoot%\\System32\\cmd.exe", arguments: "/c ver" })],
  ["SSC023", "warning", args(`${options} -Command "& 'C:\\AppStream\\a b.ps1' -Level 3"`)],
  ["SSC023", "warning", args(`${options} -Command . C:\\AppStream\\a.ps1`)],
  ["SSC023", "warning", args(`${options} -File`)],
  ["SSC026", "warning", config({ filename: "C:\\AppStream\\a.bat", arguments: "" }), { files: new Map() }],
  ["SSC027", "error", config({ filename: "/tmp/a.sh", arguments: "" })],
  [
    "SSC031",
    "error",
    config(),
    withScript(
      'using namespace System\n[CmdletBinding()]\nparam([string] $A = "x")\n"user=${env:AppStream_UserName}" + $env:AppStream_Session_ID\n',
    ),
  ],
  ["SSC034", "error", config({ filename: "/opt/appstream/a.sh", arguments: "-x" }), { os: "WINDOWS" }],
  [
    "SSC034",
    "error",
    config(
      {},
      {
        executables: [
          { context: "system", filename: "/opt/a.sh" },
          { context: "user", filename: "C:\\AppStream\\a.bat" },
        ],
      },
    ),
  ],
  [
    "SSC036",
    "warning",
    config(
      {},
      {
        executables: [
          { context: "user", filename: "C:\\AppStream\\a.bat" },
          { context: "system", filename: "" },
        ],
      },
    ),
    withScript("net start Spooler\r\n", "a.bat"),
  ],
  ["SSC038", "warning", config(), withScript("$x = Read-Host 'name'\n")],
  ["SSC040", "warning", args(`${options} -File "${script}" -Context "%APPSTREAM_SESSION_CONTEXT%" -Level 3`)],
  ["SSC041", "information", config(), { generatedScript: true }],
  ["SSC046", "error", '[{ "SessionStart": { "executables": [] } }]'],
  ["SSC046", "error", '{ "SessionStart": [] }'],
  ["SSC046", "error", config({}, { executables: ["C:\\AppStream\\a.bat"] })],
  ["SSC046", "error", config({ arguments: ["-x", "a b"] })],
  ["SSC046", "error", config({ context: 1 })],
  ["SSC003", "error", config(), { encoding: "invalid" }],
  ["SSC039", "warning", args(`${options} -File "${script}" -Password hunter2`)],
  ["SSC039", "error", args(`${options} -File "${script}" AKIAIOSFODNN7EXAMPLE`)],
];
