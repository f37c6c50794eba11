import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import * as vscode from "vscode";
import { registerLanguage, type LanguageFeatures } from "../../../src/language/registerLanguage";
import type { Log } from "../../../src/workbench/log";
import { FakeConnections } from "../../fakes/connections";
import { fake } from "../../fakes/vscode";

const file = (path: string): never => vscode.Uri.parse(`file:///project/${path}`) as never;
const failures: unknown[] = [];
let features: LanguageFeatures;

beforeEach(() => {
  fake.reset();
  failures.length = 0;
  fake.files.set("file:///extension/docs/rules.md", "# Rules\n");
  features = registerLanguage({
    log: { error: (_text: string, thrown: unknown) => failures.push(thrown) } as unknown as Log,
    extensionUri: vscode.Uri.parse("file:///extension"),
    connections: new FakeConnections(),
    marks: { get: () => undefined, set: async () => undefined },
  });
});

afterEach(() => {
  features.dispose();
  mock.restoreAll();
});

async function actionsAt(document: ReturnType<typeof fake.open>, part: string): Promise<vscode.CodeAction[]> {
  const provider = fake.providers.find((one) => one.kind === "codeActions")?.provider as vscode.CodeActionProvider;
  const at = document.positionAt(document.getText().indexOf(part)) as vscode.Position;
  const context = { only: vscode.CodeActionKind.QuickFix, diagnostics: [], triggerKind: 1 };
  return ((await provider.provideCodeActions(document as never, new vscode.Range(at, at), context, {} as never)) ??
    []) as vscode.CodeAction[];
}

const two = JSON.stringify({
  SessionStart: {
    executables: ["a", "b"].map((name) => ({ context: "system", filename: `C:\\AppStream\\${name}.exe`, arguments: "" })),
    waitingTime: 30,
  },
});

test("a fix that needs a script makes it beside config.json", async () => {
  const document = fake.open(file("config.json"), "json", two);
  const [fix] = (await actionsAt(document, '"system","filename":"C:\\\\AppStream\\\\b')).filter((one) => one.title.startsWith("Run all"));
  const edit = fix?.edit as unknown as { created: vscode.Uri[]; get(uri: vscode.Uri): vscode.TextEdit[] };
  const script = vscode.Uri.parse("file:///project/session_start_system.bat");
  assert.deepEqual(edit.created.map(String), [String(script)]);
  assert.match(edit.get(script)[0]?.newText ?? "", /^@echo off\r\n[^]*"C:\\AppStream\\a\.exe"\r\n[^]*"C:\\AppStream\\b\.exe"\r\n/);
  assert.ok(edit.get(file("config.json")).length > 0);
  assert.deepEqual(failures, []);
});

test("a fix that would overwrite a file is not offered", async () => {
  fake.files.set("file:///project/session_start_system.bat", "exit /b 0\r\n");
  const document = fake.open(file("config.json"), "json", two);
  const actions = await actionsAt(document, '"system","filename":"C:\\\\AppStream\\\\b');
  assert.ok(!actions.some((one) => one.title.startsWith("Run all")));
});

test("bytes that are no UTF-8 are found in the editor too, and the fix saves them as such", async () => {
  const uri = file("appsettings.json") as vscode.Uri;
  const text = '{ "Sources": [{ "Id": "é", "SourceType": "WindowsEventLogSource", "LogName": "Application" }], "Sinks": [], "Pipes": [] }';
  const bytes = new Uint8Array(Buffer.from(text, "latin1"));
  const shown = text.replace("é", "\ufffd");
  fake.files.set(String(uri), shown);
  const readFile = vscode.workspace.fs.readFile.bind(vscode.workspace.fs);
  mock.method(vscode.workspace.fs, "readFile", (one: vscode.Uri) => (String(one) === String(uri) ? Promise.resolve(bytes) : readFile(one)));
  const document = fake.open(uri, "json", shown);
  const [fix] = (await actionsAt(document, "\ufffd")).filter((one) => one.command?.command === "appstreamMonitor.language.saveAsUtf8");
  assert.ok(fix !== undefined);
  await features.saveAsUtf8(String(fix.command?.arguments?.[0]));
  assert.equal(fake.files.get(String(uri)), text);
  assert.deepEqual(failures, []);
});
