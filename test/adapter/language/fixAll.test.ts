import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import * as vscode from "vscode";
import { registerLanguage, type LanguageFeatures } from "../../../src/language/registerLanguage";
import type { Log } from "../../../src/workbench/log";
import { FakeConnections } from "../../fakes/connections";
import { fake } from "../../fakes/vscode";

/** Whether fix all can be asked at any moment: an empty answer to it looks like a file without mistakes. */

const tutorial = (kind: "agent" | "session"): string => readFileSync(join("test", "fixtures", kind, "tutorial.json"), "utf8");
const file = (path: string): never => vscode.Uri.parse(`file:///project/${path}`) as never;
const failures: unknown[] = [];
const kind = vscode.CodeActionKind.SourceFixAll.append("appstreamMonitor");
type FakeDocument = ReturnType<typeof fake.open>;
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
});

async function fixAll(document: FakeDocument, only = kind): Promise<vscode.CodeAction[]> {
  const provider = fake.providers.find((one) => one.kind === "codeActions")?.provider as vscode.CodeActionProvider;
  const all = new vscode.Range(0, 0, 1000, 0);
  return ((await provider.provideCodeActions(document as never, all, { only, diagnostics: [], triggerKind: 1 }, {} as never)) ??
    []) as vscode.CodeAction[];
}

function apply(document: FakeDocument, action: vscode.CodeAction | undefined): void {
  for (const edit of action?.edit?.get(document.uri as never) ?? []) {
    const text = document.getText();
    const start = document.offsetAt(edit.range.start);
    const end = document.offsetAt(edit.range.end);
    fake.change(document, text.slice(0, start) + edit.newText + text.slice(end));
  }
}

test("before the first check has begun", async () => {
  assert.equal((await fixAll(fake.open(file("config.json"), "json", tutorial("session")))).length, 1);
});

test("while a check is under way, and by the wider kind", async () => {
  const document = fake.open(file("config.json"), "json", tutorial("session"));
  await new Promise((resolve) => setTimeout(resolve, 1));
  const both = await Promise.all([fixAll(document), fixAll(document, vscode.CodeActionKind.SourceFixAll), fixAll(document)]);
  assert.deepEqual(
    both.map((one) => one.length),
    [1, 1, 1],
  );
});

test("when the text changes while the answer is made, it is for the new text", async () => {
  const document = fake.open(file("config.json"), "json", tutorial("session"));
  const asked = fixAll(document);
  fake.change(document, `${tutorial("session")}\n`);
  const [action] = await asked;
  apply(document, action);
  assert.doesNotThrow(() => JSON.parse(document.getText()) as unknown);
  assert.deepEqual(failures, []);
});

test("in the debounce after a keystroke", async () => {
  const document = fake.open(file("config.json"), "json", "{}");
  await new Promise((resolve) => setTimeout(resolve, 20));
  fake.change(document, tutorial("session"));
  assert.equal((await fixAll(document)).length, 1);
});

test("when the settings file beside it cannot be read", async () => {
  fake.files.set("file:///project/appstream-lint.json", "{");
  assert.equal((await fixAll(fake.open(file("config.json"), "json", tutorial("session")))).length, 1);
});

test("after the document was closed and opened again, and for a text that was recognised and then broken", async () => {
  const document = fake.open(file("config.json"), "json", tutorial("session"));
  await fixAll(document);
  fake.close(document);
  const again = fake.open(file("config.json"), "json", tutorial("session"));
  assert.equal((await fixAll(again)).length, 1);
  fake.change(again, '{ "SessionStart": { “executables”: [] } }');
  assert.equal((await fixAll(again)).length, 1);
});

for (const first of ["agent", "session"] as const) {
  test(`for both listings of the tutorial side by side, the ${first} first`, async () => {
    const documents = {
      agent: fake.open(file("tutorial.appsettings.json"), "json", tutorial("agent")),
      session: fake.open(file("tutorial.config.json"), "json", tutorial("session")),
    };
    const second = first === "agent" ? "session" : "agent";
    for (const name of [first, second] as const) {
      const actions = await fixAll(documents[name]);
      assert.equal(actions.length, 1, name);
      apply(documents[name], actions[0]);
      assert.doesNotThrow(() => JSON.parse(documents[name].getText()) as unknown, name);
    }
    assert.deepEqual(failures, []);
  });
}
