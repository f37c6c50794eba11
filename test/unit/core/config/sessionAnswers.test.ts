import assert from "node:assert/strict";
import { test } from "node:test";
import { checkSession, type SessionContext } from "../../../../src/core/config/checkSession";
import { parseDocument } from "../../../../src/core/config/document";
import { args, config, options, script, withScript } from "./sessionCases";

type Answer = readonly [why: string, text: string, codes: string, context?: SessionContext];

const sound = config();
const user = (filename: string, more: Record<string, unknown> = {}): string =>
  config({ context: "user", filename, arguments: "", ...more });
const system = (filename: string, more: Record<string, unknown> = {}): string => config({ filename, arguments: "", ...more });
const entries = (...list: unknown[]): string => JSON.stringify({ SessionStart: { executables: list, waitingTime: 30 } });
const entry = (context: unknown, filename = "C:\\AppStream\\a.exe"): Record<string, unknown> => ({
  context,
  filename,
  arguments: "",
  s3LogEnabled: true,
});
const raw = (arguments_: string): string =>
  `{ "SessionStart": { "executables": [ { "context": "system", "filename": "C:\\\\AppStream\\\\a.exe", "arguments": ${arguments_}, "s3LogEnabled": true } ], "waitingTime": 30 } }`;
const pascal = JSON.stringify({
  SessionStart: { Executables: [{ Context: "user", Filename: "C:\\App\\a.exe", Arguments: "", S3LogEnabled: true }], WaitingTime: 30 },
});

/** What the reference's table of rules demands of a file, all of its findings. */
const answers: readonly Answer[] = [
  ["sound", sound, ""],
  ["a comment", `// x\n${sound}`, "SSC001"],
  ["a block comment inside", sound.replace("{", "{ /* x */"), "SSC001"],
  ["a comma at the end", sound.replace(/\}\s*$/, ",}"), "SSC001"],
  ["True", sound.replace("true", "True"), "SSC001"],
  ["single quotes as delimiters", "{ 'SessionStart': { 'executables': [] } }", "SSC001"],
  ["an empty file", "", "SSC001"],
  ["a missing comma", sound.replace(/,\s*"waitingTime"/, ' "waitingTime"'), "SSC001"],
  ["text behind the object", `${sound} x`, "SSC001"],
  ["curly quotes everywhere", sound.replaceAll('"', "”"), "SSC002"],
  ["NBSP between tokens", sound.replace(": ", ":\u00a0"), "SSC002"],
  ["NBSP in arguments", args(`${options} -File "${script}"\u00a0-X`), "SSC002"],
  ["\\S is no escape", raw('"-File C:\\Scripts\\a.ps1"'), "SSC004"],
  ["\\n of a path is a line feed", raw('"-File C:\\new"'), "SSC004"],
  ["\\u0007 in arguments", raw('"\\u0007"'), "SSC004"],
  ["the same key twice", sound.replace('"waitingTime": 30', '"waitingTime": 30, "waitingTime": 40'), "SSC005"],
  [
    "the same event twice",
    `{"SessionStart":{"executables":[],"waitingTime":1},"SessionStart":{"executables":[],"waitingTime":1}}`,
    "SSC005 SSC043",
  ],
  ["an unknown event", sound.replace("SessionStart", "SessionBegin"), "SSC006"],
  ["an unknown key of an entry", config({ workingDirectory: "C:\\" }), "SSC006"],
  ["an unknown key of an event", config({}, { timeout: 5 }), "SSC006"],
  ["a misspelled required key", sound.replace("waitingTime", "waitTime"), "SSC006 SSC015"],
  ["PascalCase alone", pascal, ""],
  ["one PascalCase key among camelCase ones", sound.replace("waitingTime", "WaitingTime"), "SSC007"],
  ["S3logEnabled", sound.replace("s3LogEnabled", "S3logEnabled"), "SSC007"],
  ["sessionStart", sound.replace("SessionStart", "sessionStart"), "SSC007"],
  ["no executables", '{"SessionStart":{"waitingTime":30}}', "SSC008"],
  ["executables is an object", '{"SessionStart":{"executables":{},"waitingTime":30}}', "SSC008"],
  ["executables is null", '{"SessionStart":{"executables":null,"waitingTime":30}}', "SSC008"],
  ["three entries", entries(entry("system"), entry("user"), entry("user", "C:\\AppStream\\b.exe")), "SSC009 SSC010"],
  ["two of one context", entries(entry("user"), entry("user")), "SSC010"],
  ["two of one context in two casings", entries(entry("user"), entry("User")), "SSC010 SSC011"],
  ["context in another casing", config({ context: "System" }), "SSC011"],
  ["context admin", config({ context: "admin" }), "SSC011"],
  ["context is empty", config({ context: "" }), "SSC011"],
  ["context is a number", config({ context: 1 }), "SSC046"],
  ["waitingTime true", config({}, { waitingTime: true }), "SSC012"],
  ["waitingTime null", config({}, { waitingTime: null }), "SSC012"],
  ["waitingTime 30.0", sound.replace(": 30", ": 30.0"), "SSC012"],
  ["waitingTime 60", config({}, { waitingTime: 60 }), ""],
  ["waitingTime 61", config({}, { waitingTime: 61 }), "SSC013"],
  ["waitingTime -1", config({}, { waitingTime: -1 }), "SSC014"],
  ["waitingTime 0 without a configured entry", config({ filename: "", arguments: "" }, { waitingTime: 0 }), ""],
  ["no waitingTime", config({}, { waitingTime: undefined }), "SSC015"],
  ["a .ps1 as filename", system(script), "SSC016"],
  ["a .cmd as filename", system("C:\\AppStream\\a.cmd"), "SSC016"],
  ["no extension", system("C:\\AppStream\\a"), "SSC016"],
  ["an extension in capitals", system("C:\\AppStream\\A.EXE"), ""],
  ["a relative filename", system("a.exe"), "SSC017"],
  ["a filename with slashes", user("C:/App/a.exe"), ""],
  ["%WINDIR%", system("%WINDIR%\\System32\\cmd.exe"), "SSC017"],
  ["1000 characters of arguments", system("C:\\AppStream\\a.exe", { arguments: "x".repeat(1000) }), ""],
  ["1001 characters of arguments", system("C:\\AppStream\\a.exe", { arguments: "x".repeat(1001) }), "SSC018"],
  ["arguments without filename", config({ filename: "  " }), "SSC019"],
  ["options in filename", system("C:\\AppStream\\a.exe /quiet"), "SSC020"],
  ["options behind a .bat", system("C:\\AppStream\\a.bat -x"), "SSC020"],
  ["no -ExecutionPolicy", args(`-NoProfile -NonInteractive -File "${script}"`), "SSC021"],
  ["no -NonInteractive", args(`-NoProfile -ExecutionPolicy Bypass -File "${script}"`), "SSC022"],
  ["-Command", args(`${options} -Command "& '${script}'"`), "SSC023"],
  ["a script by position", args(`${options} "${script}"`), "SSC023"],
  ["-NoProfile behind the path", args(`-NonInteractive -ExecutionPolicy Bypass -File "${script}" -NoProfile`), "SSC022 SSC023"],
  ["a parameter of the script behind the path", args(`${options} -File "${script}" -Stream Events`), ""],
  ["options with a slash", args(`/NoProfile /NonInteractive /ExecutionPolicy Bypass /File "${script}"`), ""],
  ["a blank in an unquoted path", args(`${options} -File C:\\Program Files\\Acme\\a.ps1`), "SSC024"],
  ["a path with blanks in single quotes", args(`${options} -File 'C:\\Program Files\\Acme\\a.ps1'`), "SSC045"],
  ["a path with blanks below C:\\Scripts", args(`${options} -File C:\\Scripts\\my own\\a.ps1`), "SSC024 SSC027"],
  ["a path in single quotes", args(`${options} -File '${script}'`), "SSC045"],
  ["pwsh.exe", config({ filename: "C:\\Program Files\\PowerShell\\7\\pwsh.exe" }), "SSC025"],
  ["a system script below C:\\Users", args(`${options} -File "C:\\Users\\Public\\a.ps1"`), "SSC027"],
  ["a system script in C:\\Scripts", args(`${options} -File "C:\\Scripts\\a.ps1"`), "SSC027"],
  ["a system script in C:\\ProgramData", system("C:\\ProgramData\\Acme\\a.exe"), "SSC027"],
  ["a system program in Program Files (x86)", system("C:\\Program Files (x86)\\Acme\\a.exe"), ""],
  ["a user program in C:\\Temp", user("C:\\Temp\\a.exe"), ""],
  ["a system script in /tmp", system("/tmp/a.sh"), "SSC027"],
  ["s3LogEnabled is text", config({ s3LogEnabled: "true" }), "SSC029"],
  ["s3LogEnabled is 1", config({ s3LogEnabled: 1 }), "SSC029"],
  ["s3LogEnabled off", config({ s3LogEnabled: false }), "SSC030"],
  ["s3LogEnabled off for an empty entry", config({ filename: "", arguments: "", s3LogEnabled: false }), ""],
  ["a user variable read as SYSTEM", sound, "SSC031", withScript("$env:AppStream_UserName")],
  ["a machine variable read as SYSTEM", sound, "", withScript("$env:AppStream_Image_Arn")],
  ["Linux and Windows paths", entries(entry("system", "/opt/a"), entry("user")), "SSC034"],
  ["notepad as SYSTEM", system("C:\\Windows\\System32\\notepad.exe"), "SSC038"],
  ["notepad for the user", user("C:\\Windows\\System32\\notepad.exe"), ""],
  ["Read-Host as SYSTEM", sound, "SSC038", withScript("Read-Host 'go?'")],
  ["a password", system("C:\\AppStream\\a.exe", { arguments: "password=hunter2" }), "SSC039"],
  ["a password without value", system("C:\\AppStream\\a.exe", { arguments: "password=" }), ""],
  ["the session context in arguments", system("C:\\AppStream\\a.exe", { arguments: "%APPSTREAM_SESSION_CONTEXT%" }), "SSC040"],
  ["an empty array", '{"SessionTermination":{"executables":[],"waitingTime":30}}', "SSC043"],
  ["root is an array", "[]", "SSC046"],
  ["an event is null", '{"SessionStart":null}', "SSC046"],
  ["an entry is text", entries("a"), "SSC046"],
  ["filename is null", config({ filename: null, arguments: "" }), "SSC046"],
  ["arguments is an array", config({ arguments: ["-File"] }), "SSC046"],
];

for (const [why, text, expected, context] of answers) {
  test(`answer of the reference: ${why}`, () => {
    const codes = new Set(checkSession(parseDocument(text), context ?? {}).map((problem) => problem.code));
    assert.equal([...codes].sort().join(" "), expected);
  });
}
