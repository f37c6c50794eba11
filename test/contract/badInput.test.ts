import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { buildPrograms } from "./programs";

// What a user of the command line reads after a mistake: the real program, in a home of its own.

const bundles = mkdtempSync(join(tmpdir(), "bad-input-"));
let home = "";

before(() => buildPrograms(bundles));

after(() => {
  rmSync(bundles, { recursive: true, force: true });
});

beforeEach(() => {
  home = mkdtempSync(join(bundles, "home-"));
});

function write(name: string, text: string | Buffer): string {
  const path = join(home, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function run(...args: readonly string[]): { readonly code: number | null; readonly output: string; readonly errors: string } {
  const ran = spawnSync(process.execPath, [join(bundles, "cli.js"), ...args], {
    cwd: home,
    encoding: "utf8",
    timeout: 30_000,
    env: { HOME: home, USERPROFILE: home, AWS_EC2_METADATA_DISABLED: "true" },
  });
  return { code: ran.status, output: ran.stdout, errors: ran.stderr };
}

function project(): string {
  assert.equal(run("new", "project", "--preset", "recommended", "--name", "demo", "--region", "us-east-1").code, 0);
  return join("project", "appstream-pipeline.json");
}

test("without any AWS files the next steps are named", () => {
  const { code, errors } = run("preview", project());
  assert.equal(code, 1);
  assert.match(errors, /^No AWS credentials were found: .*\. Run aws configure, sign in, or choose a profile\.\n$/);
});

test("a profile that a malformed line hides is explained by file and line", () => {
  const definition = project();
  const config = write(".aws/config", "[profile x\nregion = us-east-1\n");
  const { code, errors } = run("preview", definition, "--profile", "x");
  assert.equal(code, 1);
  assert.ok(errors.includes("The profile x stands neither in"), errors);
  assert.ok(errors.includes(`Line 1 of ${config}: The section name is not closed by a bracket.`), errors);
});

test("an expired sign-in session is told with the command that renews it", () => {
  const definition = project();
  const session = "[sso-session my]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n";
  write(".aws/config", `[profile dev]\nsso_session = my\nsso_account_id = 111122223333\nsso_role_name = admin\n${session}`);
  const { code, errors } = run("preview", definition, "--profile", "dev");
  assert.equal(code, 1);
  assert.match(errors, /session of profile dev has expired or was never started\. Sign in again: aws sso login --profile dev\n$/);
});

test("a tail without a Region asks for it before anything is sent", () => {
  write(".aws/credentials", "[default]\naws_access_key_id = AKIAEXAMPLE000000000\naws_secret_access_key = example\n");
  const { code, errors } = run("tail", "--endpoint", "https://logs.example.com", "--index", "example");
  assert.equal(code, 2);
  assert.match(errors, /[Rr]egion/);
});

for (const [what, text, expected] of [
  ["an empty definition", "", /1:1: error APD001: This is not valid JSON/],
  ["half a definition", '{"version":1,"name":"demo"', /1:27: error APD001: This is not valid JSON: a closing brace is missing here/],
  ["a definition that is a list", "[]", /error APD002: A pipeline definition must be an object/],
  [
    "a definition of a later version",
    '{"version":9,"name":"demo","region":"us-east-1","preset":"recommended"}',
    /"version" must be one of: 1/,
  ],
] as const) {
  test(`${what} is refused at its place`, () => {
    const { code, errors } = run("preview", write("definition.json", text));
    assert.equal(code, 1);
    assert.match(errors, expected);
  });
}

test("what cannot be read is told in words, whichever command meets it", () => {
  mkdirSync(join(home, "folder"));
  const missing = "none.json cannot be read: there is no such file.\n";
  assert.deepEqual(run("preview", "none.json"), { code: 2, output: "", errors: missing });
  assert.deepEqual(run("preview", "folder"), { code: 2, output: "", errors: "folder cannot be read: it is a folder.\n" });
  assert.deepEqual(run("tail", "none.json"), { code: 2, output: "", errors: missing });
  const render = run("render", "--config", "none.json");
  assert.equal(render.code, 2);
  assert.ok(render.errors.startsWith("none.json cannot be read: there is no such file."), render.errors);
  const definition = project();
  rmSync(join(home, "project", "appsettings.json"));
  const deploy = run("preview", definition);
  assert.equal(deploy.errors, 'appsettings.json, named by "agentConfig", cannot be read: there is no such file.\n');
});

test("an agent configuration that is empty, half typed or binary is one problem or a few, never a crash", () => {
  const good = readFileSync(join(home, project(), "..", "appsettings.json"));
  const cases = [
    ["empty", Buffer.alloc(0), 1, /^\S+:1:1: error json-syntax: The file is empty\./],
    ["half", good.subarray(0, 300), 1, /error json-syntax: This bracket is not closed\./],
    ["zeros", Buffer.alloc(100), 1, /error json-syntax/],
    ["latin", Buffer.from('{"Sources":[{"Id":"\xe9"}]}', "latin1"), 1, /warning json-encoding: These bytes are not UTF-8/],
    ["bom", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), good]), 0, /^$/],
    ["crlf", Buffer.from(good.toString("utf8").replaceAll("\n", "\r\n")), 0, /^$/],
    ["utf16", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(good.toString("utf8"), "utf16le")]), 0, /^$/],
  ] as const;
  for (const [name, bytes, code, expected] of cases) {
    const ran = run("lint", "--kind", "agent", write(`${name}/appsettings.json`, bytes));
    assert.equal(ran.code, code, `${name}: ${ran.output}${ran.errors}`);
    assert.match(ran.output, expected, name);
    assert.equal(ran.errors, "", name);
  }
});

test("five megabytes are checked", () => {
  const sources = Array.from({ length: 14_000 }, (_, i) => ({
    Id: `S${i}`,
    SourceType: "WindowsEventLogSource",
    LogName: i === 13_999 ? "" : "Application",
  }));
  const pipes = sources.map(({ Id }, i) => ({
    Id: `P${i}`,
    SourceRef: Id,
    SinkRef: "K",
    Type: "RegexFilterPipe",
    FilterPattern: "x".repeat(200),
  }));
  const sink = { Id: "K", SinkType: "KinesisFirehose", StreamName: "s", Region: "us-east-1", ProfileName: "appstream_machine_role" };
  const path = write("big/appsettings.json", JSON.stringify({ Sources: sources, Sinks: [sink], Pipes: pipes }, undefined, 1));
  assert.ok(readFileSync(path).length > 5_000_000);
  const emptyLine =
    readFileSync(path, "utf8")
      .split("\n")
      .findIndex((line) => line.includes('"LogName": ""')) + 1;
  const { output } = run("lint", "--format", "json", path);
  const lines = new Set((JSON.parse(output) as { readonly line: number }[]).map(({ line }) => line));
  assert.deepEqual([...lines], [emptyLine], output.slice(0, 500));
});
