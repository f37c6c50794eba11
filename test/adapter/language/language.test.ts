import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, mock, test } from "node:test";
import * as vscode from "vscode";
import { projectFiles } from "../../../src/core/pipeline/project";
import { registerLanguage, type LanguageFeatures } from "../../../src/language/registerLanguage";
import type { Log } from "../../../src/workbench/log";
import { FakeConnections } from "../../fakes/connections";
import { fake } from "../../fakes/vscode";
import { zipOf } from "../../fakes/zip";

const session = (name: string): string => readFileSync(join("test", "fixtures", "session", name), "utf8");
const file = (path: string): never => vscode.Uri.parse(`file:///project/${path}`) as never;
const failures: unknown[] = [];
const log = { error: (_text: string, thrown: unknown) => failures.push(thrown) } as unknown as Log;

let marks: Record<string, string>;
let features: LanguageFeatures;

beforeEach(() => {
  fake.reset();
  marks = {};
  failures.length = 0;
});

function start(): void {
  fake.files.set("file:///extension/docs/rules.md", "# Rules\n\n### SSC002\n");
  features = registerLanguage({
    log,
    extensionUri: vscode.Uri.parse("file:///extension"),
    connections: new FakeConnections(),
    marks: {
      get: (uri) => marks[uri] as never,
      set: async (uri, kind) => {
        if (kind === undefined) {
          delete marks[uri];
        } else {
          marks[uri] = kind;
        }
      },
    },
  });
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
const found = (uri: { toString(): string }): vscode.Diagnostic[] => (fake.diagnostics.get(uri.toString()) ?? []) as vscode.Diagnostic[];
const codes = (uri: { toString(): string }): string[] => found(uri).map((one) => (one.code as { value: string }).value);

test("settings of rules are read from every folder above, as on the command line", async () => {
  fake.files.set("file:///appstream-lint.json", '{ "rules": [{ "code": "SSC002", "severity": "off" }] }');
  const uri = file("deep/down/config.json");
  fake.open(uri, "json", session("tutorial.json"));
  start();
  await settled();
  assert.deepEqual(codes(uri), []);
  features.dispose();
});

test("an open session configuration gets its problems, each with a link to the shipped page", async () => {
  const uri = file("config.json");
  fake.open(uri, "json", session("tutorial.json"));
  start();
  await settled();
  assert.ok(codes(uri).length > 0);
  assert.ok(codes(uri).every((code) => code === "SSC002"));
  const code = found(uri)[0]?.code as { target: vscode.Uri };
  assert.equal(String(code.target), "file:///extension/docs/rules.md#L3");
  assert.deepEqual(failures, []);
  features.dispose();
});

test("another program's config.json is left alone", async () => {
  const uri = file("config.json");
  fake.open(uri, "json", '{ "name": "x", "debug": true, }');
  start();
  await settled();
  assert.deepEqual(codes(uri), []);
  features.dispose();
});

test("problems go when the document is closed", async () => {
  const uri = file("config.json");
  const document = fake.open(uri, "json", session("tutorial.json"));
  start();
  await settled();
  assert.ok(fake.diagnostics.has(String(uri)));
  fake.close(document);
  assert.ok(!fake.diagnostics.has(String(uri)));
  features.dispose();
});

test("the quick fix at a problem and fix all are offered, and fix all leaves no error", async () => {
  const uri = file("config.json");
  const document = fake.open(uri, "json", session("tutorial.json"));
  start();
  await settled();
  const provider = fake.providers.find((one) => one.kind === "codeActions")?.provider as vscode.CodeActionProvider;
  const range = found(uri)[0]?.range as vscode.Range;
  const actions = (await provider.provideCodeActions(
    document as never,
    range,
    { only: undefined, diagnostics: [], triggerKind: 1 },
    {} as never,
  )) as vscode.CodeAction[];
  assert.ok(actions.some((action) => action.isPreferred === true));
  assert.ok(actions.some((action) => action.title.startsWith("Fix all")));
  assert.ok(actions.some((action) => action.title === "Silence SSC002 here"));
  features.dispose();
});

test("a file can be marked by hand", async () => {
  const uri = file("start.json");
  const document = fake.open(uri, "json", '{ "SessionStart": 5 }');
  fake.activeEditor = { document };
  fake.user.pick = (items) => items.find((item) => (item as { choice?: string }).choice === "session");
  start();
  await settled();
  assert.deepEqual(codes(uri), []);
  await features.markFile();
  assert.deepEqual(codes(uri), ["SSC046"]);
  features.dispose();
});

test("a project's other files tell what one file alone cannot", async () => {
  const uri = file("project/config.json");
  const definition = file("project/appstream-pipeline.json");
  fake.files.set(
    String(definition),
    '{"version":1,"name":"demo","region":"eu-west-1","preset":"recommended","sessionConfig":"config.json"}',
  );
  fake.open(uri, "json", '{ "SessionStart": { "executables": [ { "context": "user", "filename": "/opt/a.sh" } ], "waitingTime": 30 } }');
  start();
  await settled();
  assert.deepEqual(
    codes(uri),
    ["SSC026", "SSC034"].filter((code) => code === "SSC034"),
  );
  assert.deepEqual(failures, []);
  features.dispose();
});

test("fixes are offered for the text as it is, not as it was last checked", async () => {
  const uri = file("config.json");
  const document = fake.open(uri, "json", '{ "SessionStart": { "executables": [], "waitingTime": "30" } }');
  start();
  const provider = fake.providers.find((one) => one.kind === "codeActions")?.provider as vscode.CodeActionProvider;
  const range = new vscode.Range(0, 0, 0, 60);
  const ask = async (only?: vscode.CodeActionKind): Promise<vscode.CodeAction[]> =>
    (await provider.provideCodeActions(
      document as never,
      range,
      { only, diagnostics: [], triggerKind: 1 },
      {} as never,
    )) as vscode.CodeAction[];
  const first = await ask();
  assert.ok(
    first.some((action) => action.isPreferred === true),
    first.map(({ title }) => title).join(),
  );
  fake.change(document, '{ "SessionStart": { "executables": [], "waitingtime": 30 } }');
  const second = await ask();
  assert.ok(
    second.some((action) => action.title === "Fix the spelling"),
    second.map(({ title }) => title).join(),
  );
  const all = await ask(vscode.CodeActionKind.SourceFixAll);
  assert.equal(all.length, 1);
  assert.deepEqual(failures, []);
  features.dispose();
});

test("the zip of an Elastic fleet is read once, and again when it has changed", async () => {
  const zip = (entry: string): string => new TextDecoder().decode(zipOf({ [entry]: "{}" }));
  const zipUri = file("scripts.zip") as vscode.Uri;
  const uri = file("config.json");
  fake.files.set(String(zipUri), zip("scripts/config.json"));
  const generated = projectFiles({ preset: "recommended", name: "demo", region: "eu-west-1" });
  const definition = JSON.parse(generated["appstream-pipeline.json"] ?? "") as { fleet?: object };
  const elastic = JSON.stringify({ ...definition, fleet: { ...definition.fleet, type: "ELASTIC" } });
  const text = generated["config.json"] ?? "";
  fake.files.set(String(file("appstream-pipeline.json")), elastic);
  fake.files.set(String(uri), text);
  const reads = mock.method(vscode.workspace.fs, "readFile");
  const zipReads = (): number => reads.mock.calls.filter((call) => String(call.arguments[0]) === String(zipUri)).length;
  try {
    const document = fake.open(uri, "json", text);
    start();
    await settled();
    assert.ok(codes(uri).includes("SSC033"), codes(uri).join());
    fake.change(document, `${text}\n`);
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.ok(codes(uri).includes("SSC033"), codes(uri).join());
    assert.equal(zipReads(), 1);
    fake.files.set(String(zipUri), zip("config.json"));
    fake.change(document, text);
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.ok(!codes(uri).includes("SSC033"), codes(uri).join());
    assert.equal(zipReads(), 2);
    assert.deepEqual(failures, []);
  } finally {
    reads.mock.restore();
    features.dispose();
  }
});
