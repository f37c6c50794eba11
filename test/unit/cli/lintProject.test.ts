import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { lint } from "../../../src/cli/lint";
import type { LintFinding } from "../../../src/cli/lintFormats";
import { projectFiles } from "../../../src/core/pipeline/project";
import { randomFrom } from "../../fakes/random";
import { zipOf } from "../../fakes/zip";

type Files = Record<string, string | Uint8Array>;
const bundles = {
  aws: () => Promise.reject(new Error("not needed")),
  language: () => Promise.reject(new Error("not needed")),
  sandbox: () => Promise.reject(new Error("not needed")),
};

interface Run {
  readonly code: number;
  readonly findings: readonly LintFinding[];
  readonly files: Readonly<Record<string, string>>;
}

/** Runs `lint` over a folder of its own. */
async function run(files: Files, args: readonly string[] = ["@"], prepare?: (folder: string) => void): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "lint-project-"));
  const written = process.stdout.write.bind(process.stdout);
  let out = "";
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    prepare?.(folder);
    process.stdout.write = (text: string | Uint8Array): boolean => {
      out += String(text);
      return true;
    };
    const code = await lint(["--format", "json", ...args.map((arg) => arg.replace("@", folder))], bundles);
    const after = Object.keys(files).map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);
    return { code, findings: JSON.parse(out) as LintFinding[], files: Object.fromEntries(after) };
  } finally {
    process.stdout.write = written;
    rmSync(folder, { recursive: true, force: true });
  }
}

const codes = ({ findings }: Run): string[] => findings.map(({ code }) => code);
const generated = (): Record<string, string> => ({ ...projectFiles({ preset: "recommended", name: "demo", region: "eu-west-1" }) });

function withFleet(files: Record<string, string>, fleet: object): Record<string, string> {
  const definition = JSON.parse(files["appstream-pipeline.json"] ?? "{}") as { fleet?: object };
  const text = JSON.stringify({ ...definition, fleet: { ...definition.fleet, ...fleet } }, null, 2);
  return { ...files, "appstream-pipeline.json": text };
}

test("a generated project has no finding but information", async () => {
  const { findings } = await run(generated());
  assert.deepEqual(
    findings.filter(({ severity }) => severity !== "information"),
    [],
  );
});

test("a definition with a name of its own binds the files like one of the usual name, while it is the only one", async () => {
  const usual = withFleet(generated(), { maxSessionsPerInstance: 2 });
  const broken: Record<string, string> = {
    ...usual,
    "appsettings.json": (usual["appsettings.json"] ?? "").replace("eu-west-1", "eu-west-2"),
  };
  const { "appstream-pipeline.json": definition = "", ...others } = broken;
  const expected = codes(await run(broken)).sort();
  assert.ok(expected.length > 0);
  assert.deepEqual(codes(await run({ ...others, "demo.appstream-pipeline.json": definition })).sort(), expected);
  const two = await run({ ...others, "demo.appstream-pipeline.json": definition, "other.appstream-pipeline.json": definition });
  const across = (found: Run): readonly LintFinding[] => found.findings.filter(({ code }) => code.startsWith("XF"));
  assert.ok(across(await run(broken)).length > across(two).length);
});

test("SSC033: the zip beside the definition of an Elastic fleet has config.json inside a folder", async () => {
  const elastic = withFleet(generated(), { type: "ELASTIC" });
  const wrapped = await run({ ...elastic, "scripts.zip": zipOf({ "scripts/config.json": "{}" }) });
  assert.ok(codes(wrapped).includes("SSC033"));
  const flat = await run({ ...elastic, "scripts.zip": zipOf({ "config.json": "{}" }) });
  assert.ok(!codes(flat).includes("SSC033"));
  const two = await run({ ...elastic, "a.zip": zipOf({ "x/config.json": "{}" }), "b.zip": zipOf({}) });
  assert.ok(!codes(two).includes("SSC033"));
});

test("SSC041: wanted by a settings file, it asks for a script at the end of the session", async () => {
  const files = generated();
  assert.ok(!codes(await run(files)).includes("SSC041"));
  const settings = JSON.stringify({ rules: [{ code: "SSC041", severity: "information" }] });
  assert.ok(codes(await run({ ...files, "appstream-lint.json": settings })).includes("SSC041"));
});

test("SSC044: a program larger than 100 MB on a multi-session fleet", async () => {
  const entry = { context: "user", filename: "C:\\AppStream\\SessionScripts\\big.exe", arguments: "", s3LogEnabled: true };
  const session = JSON.stringify({ SessionStart: { executables: [entry], waitingTime: 30 } });
  const files: Files = { ...withFleet(generated(), { maxSessionsPerInstance: 4 }), "config.json": session, "big.exe": "MZ" };
  const grown = await run(files, ["@"], (folder) => {
    truncateSync(join(folder, "big.exe"), 101 * 1024 * 1024);
  }).catch((thrown: unknown) => assert.fail(String(thrown)));
  assert.ok(codes(grown).includes("SSC044"), codes(grown).join());
  assert.ok(!codes(await run(files)).includes("SSC044"));
});

test("SSC035: a script at a Linux path without a #! line; with a definition the path itself is wrong", async () => {
  const entry = { context: "system", filename: "/opt/appstream/SessionScripts/start.ps1", arguments: "", s3LogEnabled: true };
  const script = "Write-Output $env:AppStream_UserName # for AWSKinesisTap\n";
  const beside: Files = {
    "config.json": JSON.stringify({ SessionStart: { executables: [entry], waitingTime: 30 } }),
    "start.ps1": script,
  };
  assert.ok(codes(await run(beside)).includes("SSC035"));
  const executable = (folder: string): void => {
    chmodSync(join(folder, "start.ps1"), 0o755);
  };
  assert.ok(!codes(await run({ ...beside, "start.ps1": `#!/usr/bin/pwsh\n${script}` }, ["@"], executable)).includes("SSC035"));
  const definition = JSON.stringify({ version: 1, name: "demo", region: "eu-west-1", preset: "recommended" });
  const bound = codes(await run({ ...beside, "appstream-pipeline.json": definition }));
  assert.ok(bound.includes("SSC034") && !bound.includes("SSC035"));
});

test("XF012: a template among the files that reach the agent's folder", async () => {
  const found = await run({ ...generated(), "configs/my.template.json": "{}" });
  assert.ok(codes(found).includes("XF012"));
});

test("--fix applies the safe fixes of rules across files", async () => {
  const files = generated();
  const config = JSON.parse(files["appsettings.json"] ?? "{}") as { Sinks: Record<string, unknown>[] };
  const [sink] = config.Sinks;
  assert.ok(sink !== undefined);
  sink["CombineRecords"] = true;
  const broken = { ...files, "appsettings.json": JSON.stringify(config, null, 2) };
  assert.ok(codes(await run(broken)).includes("XF006"));
  const fixed = await run(broken, ["--fix", "@"]);
  assert.ok(!codes(fixed).includes("XF006"));
  assert.match(fixed.files["appsettings.json"] ?? "", /"CombineRecords": false/);
  assert.deepEqual((await run(fixed.files, ["--fix", "@"])).files, fixed.files, "a second run changes nothing");
});

test("--fix leaves alone what a settings file or a comment silences", async () => {
  const text = generated()["appsettings.json"] ?? "";
  const spaced = text.replace('"LogName": "Application"', '"LogName": " Application"');
  assert.notEqual(spaced, text);
  const settings = JSON.stringify({ rules: [{ code: "value-whitespace", severity: "off" }] });
  const files = { ...generated(), "appsettings.json": spaced };
  assert.notEqual((await run(files, ["--fix", "@"])).files["appsettings.json"], spaced);
  assert.equal((await run({ ...files, "appstream-lint.json": settings }, ["--fix", "@"])).files["appsettings.json"], spaced);
});

const pieces = ['"', "“", "”", "{", "}", "[", ",", ":", "\\", "\u00a0", "/* x */", "null", "true", "=", ";", "{env:X}", "{x}", " "];

test("--fix never leaves a project with more errors, and a second run changes nothing", async () => {
  const runs = Math.min(400, Number(process.env["FUZZ_RUNS"] ?? 25));
  const names = ["appsettings.json", "config.json", "appstream-pipeline.json", "system_session_start.ps1"];
  for (let seed = 1; seed <= runs; seed++) {
    const next = randomFrom(seed);
    const files = generated();
    for (let changes = 1 + Math.floor(next() * 5); changes > 0; changes--) {
      const name = names[Math.floor(next() * names.length)] ?? "";
      const text = files[name] ?? "";
      const at = Math.floor(next() * text.length);
      const piece = pieces[Math.floor(next() * pieces.length)] ?? "";
      files[name] = text.slice(0, at) + piece + text.slice(at + Math.floor(next() * 6));
    }
    const before = await run(files);
    const after = await run(files, ["--fix", "@"]);
    const errors = ({ findings }: Run): number => findings.filter(({ severity }) => severity === "error").length;
    assert.ok(errors(after) <= errors(before), `seed ${seed}: ${errors(before)} errors became ${errors(after)}`);
    const again = await run({ ...after.files }, ["--fix", "@"]);
    assert.deepEqual(again.files, after.files, `seed ${seed}: fixing does not end`);
  }
});

function linux(filename: string): string {
  return JSON.stringify({ SessionStart: { executables: [{ context: "user", filename, arguments: "" }], waitingTime: 30 } });
}

const canForbid = { skip: process.platform === "win32" ? "this file system does not tell what may be executed" : false };

test("a Linux script beside config.json needs an interpreter and leave to be executed", canForbid, async () => {
  const files = { "config.json": linux("/opt/appstream/SessionScripts/a.sh"), "a.sh": "#!/bin/sh\n" };
  const forbidden = await run(files);
  assert.deepEqual(codes(forbidden), ["SSC035"]);
  assert.match(forbidden.findings[0]?.message ?? "", /chmod \+x a\.sh/);
  const allowed = (folder: string): void => {
    chmodSync(join(folder, "a.sh"), 0o755);
  };
  assert.deepEqual(codes(await run(files, ["@"], allowed)), []);
  const bare = await run({ ...files, "a.sh": "echo hi\n" }, ["@"], allowed);
  assert.match(bare.findings[0]?.message ?? "", /no #! line/);
});

test("scripts in other languages are read too, and one that is missing beside another is found", async () => {
  const entry = (context: string, name: string): object => ({ context, filename: `C:\\AppStream\\SessionScripts\\${name}`, arguments: "" });
  const config = JSON.stringify({ SessionStart: { executables: [entry("system", "a.bat"), entry("user", "b.bat")], waitingTime: 30 } });
  const found = await run({ "config.json": config, "A.BAT": "@echo %AppStream_UserName%\r\ntimeout /t 28\r\n" }, ["@/config.json"]);
  assert.deepEqual(codes(found).sort(), ["SSC026", "SSC031", "SSC037"]);
  assert.deepEqual(codes(await run({ "config.json": config })), []);
});

test("one file of a set is judged with what lies beside it", async () => {
  const files = generated();
  const set = Object.fromEntries(Object.entries(files).filter(([name]) => name !== "appstream-pipeline.json"));
  const without = {
    ...set,
    "appsettings.json": (set["appsettings.json"] ?? "").replace('"Format": "json"', '"Format": "json", "ObjectDecoration": "a={ours}"'),
  };
  const alone = await run(without, ["@/appsettings.json"]);
  const whole = await run(without, ["@"]);
  assert.deepEqual(
    alone.findings.map(({ code }) => code),
    whole.findings.filter(({ file }) => file.endsWith("appsettings.json")).map(({ code }) => code),
  );
});
