import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type * as vscode from "vscode";
import manifest from "../../package.json";
import { activate } from "../../src/extension";
import { keptTailsKey, viewIds } from "../../src/ids";
import { commands, fake, Uri } from "../fakes/vscode";

beforeEach(() => {
  fake.reset();
});

/** Activates with this workspace state; `entered` tells whether the rest was loaded. */
function open(state: Readonly<Record<string, unknown>> = {}) {
  const memento = { get: (key: string, none: unknown) => state[key] ?? none, update: async () => undefined };
  const subscriptions: vscode.Disposable[] = [];
  activate({
    subscriptions,
    workspaceState: memento,
    globalState: memento,
    globalStorageUri: Uri.file("/storage"),
    extensionUri: Uri.file("/extension"),
    asAbsolutePath: (path: string) => path,
    extension: { packageJSON: manifest },
  } as unknown as vscode.ExtensionContext);
  return {
    entered: () => fake.outputs.has("AppStream Monitor"),
    close: () => {
      subscriptions.forEach((each) => {
        each.dispose();
      });
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !condition(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  assert.ok(condition());
}

const contributed = manifest.contributes.commands.map(({ command }) => command).sort();

test("a window that uses nothing of ours has the commands and the views, and nothing else is loaded or shown", async () => {
  const door = open();
  fake.open(Uri.file("/project/tsconfig.json"), "json", '{ "compilerOptions": {} }');
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual([...fake.commands.keys()].sort(), contributed);
  assert.deepEqual([...fake.trees.keys()].sort(), Object.values(viewIds).sort());
  assert.deepEqual(fake.statusBarItems, []);
  assert.deepEqual(fake.messages, []);
  assert.equal(door.entered(), false);
  door.close();
  assert.equal(fake.commands.size, 0);
});

test("the first command loads the rest, is run with what it was given, and every command is the real one then", async () => {
  const door = open();
  const before = new Map(fake.commands);
  await Promise.all([
    commands.executeCommand("appstreamMonitor.workbench.showLog"),
    commands.executeCommand("appstreamMonitor.explorer.copyName", { kind: "stream", name: "example-logs" }),
  ]);
  assert.equal(fake.outputs.get("AppStream Monitor")?.shown, true);
  assert.equal(fake.clipboard, "example-logs");
  assert.deepEqual([...fake.commands.keys()].sort(), contributed);
  assert.deepEqual(
    [...fake.commands].filter(([id, handler]) => before.get(id) === handler),
    [],
  );
  assert.deepEqual(fake.messages, []);
  door.close();
  assert.equal(fake.commands.size, 0);
});

test("the first look at a view loads the rest and gets its rows; the view stays the same", async () => {
  fake.files.set("file:///project/appstream-pipeline.json", "{}");
  const door = open();
  const view = fake.trees.get(viewIds.pipelines);
  const tree = view?.options.treeDataProvider as vscode.TreeDataProvider<unknown>;
  const rows = (await tree.getChildren()) ?? [];
  assert.equal(rows.length, 1);
  assert.match(String((await tree.getTreeItem(rows[0])).description), /has errors/);
  assert.equal(door.entered(), true);
  assert.equal(fake.trees.get(viewIds.pipelines), view);
  let changed = 0;
  tree.onDidChangeTreeData?.(() => changed++);
  fake.events.fileCreated.fire(Uri.file("/project/other/appstream-pipeline.json"));
  assert.ok(changed > 0, "changes of the real tree reach the editor");
  door.close();
});

test("a document that looks like one of ours loads the rest, open already or opened later; so does one that was marked by hand", async () => {
  const text = '{ "Sources": [{ "SourceType": "WindowsEventLogSource" }] }';
  fake.open(Uri.file("/project/appsettings.json"), "json", text);
  const first = open();
  await until(first.entered);
  first.close();
  fake.reset();
  const second = open();
  const document = fake.open(Uri.file("/project/appsettings.json"), "json", "{}");
  assert.equal(second.entered(), false);
  fake.change(document, text);
  await until(second.entered);
  second.close();
  fake.reset();
  fake.open(Uri.file("/project/mine.json"), "json", "{}");
  const third = open({ "language.marks": { "file:///project/mine.json": "agent" } });
  await until(third.entered);
  third.close();
});

test("tails of the window before are offered by one quiet item, without loading anything", async () => {
  const kept = { domain: "demo", index: "windows", filter: "", kind: "sandbox", region: "us-east-1", at: 1, positions: [] };
  const door = open({ [keptTailsKey]: [kept] });
  assert.deepEqual(
    fake.statusBarItems.map(({ text, command }) => [text, command]),
    [["$(history) Resume Tails (1)", "appstreamMonitor.logs.resumeTails"]],
  );
  assert.equal(fake.contexts.get("appstreamMonitor.tailsKept"), true);
  assert.deepEqual(fake.messages, []);
  assert.equal(door.entered(), false);
  await commands.executeCommand("appstreamMonitor.logs.resumeTails");
  assert.equal(
    fake.statusBarItems.filter(({ text }) => /Resume/.test(String(text))).length,
    1,
    "left without a choice: still offered, once",
  );
  door.close();
  await until(() => fake.statusBarItems.length === 0);
});
