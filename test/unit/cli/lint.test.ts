import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { LintFinding } from "../../../src/cli/lintFormats";
import { lint } from "../../../src/cli/lint";

const notNeeded = () => Promise.reject(new Error("not needed"));
const bundles = { aws: notNeeded, language: notNeeded, sandbox: notNeeded };
const fixture = (name: string): string => readFileSync(join(process.cwd(), "test", "fixtures", "config", name), "utf8");

/** Runs the subcommand with its output caught; a relative path means a file of a fresh folder. */
async function run(
  files: Readonly<Record<string, string | Uint8Array>>,
  ...args: string[]
): Promise<{ code: number; out: string; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "lint-"));
  const written = process.stdout.write.bind(process.stdout);
  const failed = process.stderr.write.bind(process.stderr);
  let out = "";
  try {
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), content);
    }
    process.stdout.write = (text: string | Uint8Array): boolean => {
      out += String(text);
      return true;
    };
    process.stderr.write = (): boolean => true;
    const code = await lint(
      args.map((arg) => arg.replace("@", folder)),
      bundles,
    );
    const after = Object.keys(files).map((name) => `${name}\n${readFileSync(join(folder, name), "utf8")}`);
    return { code, out, folder: after.join("\n") };
  } finally {
    process.stdout.write = written;
    process.stderr.write = failed;
    rmSync(folder, { recursive: true, force: true });
  }
}

const good = JSON.stringify({
  Sources: [{ Id: "a", SourceType: "WindowsEventLogSource", LogName: "Application" }],
  Sinks: [
    { Id: "b", SinkType: "KinesisFirehose", ProfileName: "appstream_machine_role", Region: "us-east-1", StreamName: "s", Format: "json" },
  ],
  Pipes: [{ Id: "c", SourceRef: "a", SinkRef: "b" }],
});

test("a correct file gives an empty array and exit code 0", async () => {
  const { code, out } = await run({ "appsettings.json": good }, "--format", "json", "@/appsettings.json");
  assert.deepEqual([code, JSON.parse(out)], [0, []]);
});

test("a finding has its file as given, positions from 1 and an exclusive end", async () => {
  const text = good.replace('"SourceRef":"a"', '"SourceRef":"A"');
  const { code, out } = await run({ "appsettings.json": `\n${text}` }, "--format=json", "@/appsettings.json");
  const [finding, ...rest] = JSON.parse(out) as LintFinding[];
  const column = text.indexOf('"A"') + 2;
  assert.equal(rest.length, 0);
  assert.deepEqual(
    [finding?.code, finding?.line, finding?.column, finding?.endLine, finding?.endColumn],
    ["ref-casing", 2, column, 2, column + 1],
  );
  assert.equal(code, 1);
});

test("a file of another program gives nothing under auto", async () => {
  const { code, out } = await run({ "appsettings.json": '{"Logging": {"LogLevel": {}}}' }, "--format", "json", "@/appsettings.json");
  assert.deepEqual([code, JSON.parse(out)], [0, []]);
});

test("a missing file is exit code 2 and the others are still reported", async () => {
  const { code, out } = await run(
    { "config.json": "{}", "appsettings.json": "[]" },
    "--kind",
    "agent",
    "--format",
    "json",
    "@/none.json",
    "@/appsettings.json",
  );
  assert.equal(code, 2);
  assert.deepEqual(
    (JSON.parse(out) as LintFinding[]).map((finding) => finding.code),
    ["json-root-not-object"],
  );
});

for (const args of [[], ["--kind", "other", "x"], ["--format"], ["--nope", "x"], ["--max-warnings", "many", "x"]]) {
  test(`lint ${args.join(" ")} is wrong usage`, async () => assert.equal((await run({}, ...args)).code, 2));
}

test("more warnings than allowed are exit code 1", async () => {
  const text = good.replace('"Pipes"', '"Unknown":1,"Pipes"');
  assert.equal((await run({ "appsettings.json": text }, "--max-warnings", "1", "@")).code, 0);
  assert.equal((await run({ "appsettings.json": text }, "--max-warnings", "0", "@")).code, 1);
});

test("--fix repairs the tutorial's session config as it was pasted", async () => {
  const { code, folder } = await run({ "config.json": fixture("tutorial-config.json") }, "--fix", "@/config.json");
  assert.equal(code, 0);
  assert.doesNotMatch(folder, /[\u201c\u201d\u00a0]/);
});

test("a settings file beside the file silences a rule at a place", async () => {
  const text = good.replace('"Pipes"', '"Unknown":1,"Pipes"');
  const settings = '{"rules": [{"code": "unknown-*", "files": "appsettings.json", "pointer": "/Unknown", "severity": "off"}]}';
  const { out } = await run({ "appsettings.json": text, "appstream-lint.json": settings }, "--format", "json", "@/appsettings.json");
  assert.deepEqual(JSON.parse(out), []);
});

test("a comment silences a rule on the next line", async () => {
  const text = good.replace('"Pipes"', '\n// appstream-lint-disable-next-line unknown-top-level-key\n"Unknown":1,"Pipes"');
  assert.deepEqual(JSON.parse((await run({ "appsettings.json": text }, "--format", "json", "@/appsettings.json")).out), []);
});

test("UTF-16 with a byte order mark is read and without one is an error", async () => {
  const bytes = Buffer.from(good, "utf16le");
  const marked = await run(
    { "appsettings.json": Buffer.concat([Buffer.from([0xff, 0xfe]), bytes]) },
    "--format",
    "json",
    "@/appsettings.json",
  );
  assert.deepEqual(JSON.parse(marked.out), []);
  const unmarked = await run({ "appsettings.json": bytes }, "--format", "json", "@/appsettings.json");
  assert.deepEqual(
    (JSON.parse(unmarked.out) as LintFinding[]).map((finding) => finding.code),
    ["json-encoding"],
  );
});

test("github annotations escape what would end them", async () => {
  const { out } = await run({ "appsettings.json": "{" }, "--kind", "agent", "--format", "github", "@/appsettings.json");
  assert.match(out, /^::error file=.*,line=1,col=1,endLine=1,endColumn=2,title=json-syntax::.+\n$/);
});

test("--fix saves a UTF-16 file without byte order mark as UTF-8, and leaves bytes alone that only a guess can read", async () => {
  const { code, folder } = await run({ "appsettings.json": new Uint8Array(Buffer.from(good, "utf16le")) }, "--fix", "@/appsettings.json");
  assert.deepEqual([code, folder], [0, `appsettings.json\n${good}`]);
  const latin = Buffer.from(good.replace('"s"', '"s\u00e9"'), "latin1");
  const guessed = await run({ "appsettings.json": new Uint8Array(latin) }, "--fix", "--format", "json", "@/appsettings.json");
  assert.ok(guessed.out.includes("json-encoding"));
});

test("--fix saves a UTF-16 config.json as UTF-8 without byte order mark", async () => {
  const text = '{ "SessionStart": { "executables": [{ "context": "user", "filename": "" }], "waitingTime": 30 } }';
  const { out, folder } = await run(
    { "config.json": new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le")) },
    "--fix",
    "--format",
    "json",
    "@/config.json",
  );
  assert.deepEqual([JSON.parse(out), folder], [[], `config.json\n${text}`]);
});
