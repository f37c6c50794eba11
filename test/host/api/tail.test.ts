import assert from "node:assert/strict";
import * as vscode from "vscode";
import { channelText, event, LogsAccount, until } from "./logsAccount";

suite("tail", () => {
  const account = new LogsAccount();
  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const today = `windows-${day(0)}`;
  const tomorrow = `windows-${day(1)}`;
  const target = { domain: account.domain, index: "windows" };

  suiteSetup(async () => {
    await account.start();
  });

  suiteTeardown(async () => {
    for (const id of ["1", "2"]) {
      await vscode.commands.executeCommand("appstreamMonitor.logs.stopTail", id);
    }
    await account.stop();
  });

  test("a tail shows what was there and what arrives, each once", async () => {
    await account.write(today, [event(1)]);
    await vscode.commands.executeCommand("appstreamMonitor.logs.tail", { ...target, since: "now" });
    await until("the first event", () => channelText("domain panel").includes("event 1"));
    await account.write(today, [event(2), event(3)]);
    const shown = (): string[] => channelText("domain panel").match(/event \d+$/gm) ?? [];
    await until("the later events", () => shown().includes("event 2") && shown().includes("event 3"));
    // Two shards of an index may be read in either order.
    assert.deepEqual(shown().sort(), ["event 1", "event 2", "event 3"]);
  });

  test("paused it shows nothing new; resumed it shows what arrived meanwhile", async () => {
    await vscode.commands.executeCommand("appstreamMonitor.logs.pauseTail");
    await until("the notice", () => channelText("domain panel").includes("-- paused --"));
    await account.write(today, [event(4)]);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    assert.ok(!channelText("domain panel").includes("event 4"));
    await vscode.commands.executeCommand("appstreamMonitor.logs.resumeTail");
    await until("the event", () => channelText("domain panel").includes("event 4"));
  });

  test("emptied, it goes on with the next event", async () => {
    await vscode.commands.executeCommand("appstreamMonitor.logs.clearTail");
    await until("an empty channel", () => !channelText("--").includes("event 1"));
    await account.write(tomorrow, [event(5)]);
    await until("the event of the new index", () => channelText("event 5").includes(`new index ${tomorrow}`));
  });

  const output = (): vscode.TextDocument => {
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "output" && uri.path.includes("panel/windows"));
    assert.ok(document !== undefined);
    return document;
  };

  const active = (scheme: string): vscode.TextEditor => {
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor !== undefined);
    assert.equal(editor.document.uri.scheme, scheme);
    return editor;
  };

  test("the time of a line links to a read-only document with all fields of its event", async () => {
    const line = output()
      .getText()
      .split("\n")
      .findIndex((text) => text.endsWith("event 5"));
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>("vscode.executeLinkProvider", output().uri);
    const link = links.find(({ range }) => range.start.line === line);
    assert.ok(link?.target !== undefined);
    assert.match(output().getText(link.range), /^\d{4}-\d\d-\d\d [\d:.]+$/);
    const document = await vscode.workspace.openTextDocument(link.target);
    assert.equal(document.languageId, "json");
    const { _index, _source } = JSON.parse(document.getText()) as { _index: string; _source: Record<string, unknown> };
    assert.deepEqual([_index, _source["Description"], _source["AppStream_Session_ID"]], [tomorrow, "event 5", "session-1"]);
  });

  test("by keyboard: the event at the cursor opens, is copied, and is shown among those of its session", async () => {
    await vscode.commands.executeCommand("workbench.panel.output.focus");
    const editor = active("output");
    const line = editor.document
      .getText()
      .split("\n")
      .findIndex((text) => text.endsWith("event 5"));
    editor.selection = new vscode.Selection(line, 3, line, 3);
    await vscode.commands.executeCommand("appstreamMonitor.logs.openEvent");
    assert.ok(active("appstream-monitor-event").document.getText().includes("event 5"));
    await vscode.commands.executeCommand("appstreamMonitor.logs.copyEvent");
    assert.equal((JSON.parse(await vscode.env.clipboard.readText()) as { Description: string }).Description, "event 5");
    await vscode.commands.executeCommand("appstreamMonitor.logs.showSession");
    const list = active("appstream-monitor-events").document;
    assert.equal(list.languageId, "appstream-monitor-log");
    assert.match(list.getText(), /^# 5 events, from \d{4}-\S+ \S+ to \d{4}-\S+ \S+$/m);
    const shown = list.getText().match(/event \d+$/gm);
    assert.deepEqual(shown, ["event 1", "event 2", "event 3", "event 4", "event 5"]);
  });

  test("a value of an event's document becomes part of the running tail's filter", async () => {
    const events = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "appstream-monitor-event");
    assert.ok(events !== undefined);
    const editor = await vscode.window.showTextDocument(events);
    const at = events.positionAt(events.getText().indexOf("Panel Test") + 2);
    editor.selection = new vscode.Selection(at, at);
    await vscode.commands.executeCommand("appstreamMonitor.logs.excludeValue");
    await until(
      "the notice of the filter",
      () => channelText("event 5").includes('filter: -provider:"Panel Test"') || channelText("event 5").includes("filter: -ProviderName"),
    );
    await account.write(tomorrow, [event(6), event(7, { ProviderName: "Other" })]);
    await until("the event of another provider", () => channelText("event 5").includes("event 7"));
    assert.ok(!channelText("event 5").includes("event 6"));
  });

  test("a time window is listed page by page, the rest on demand", async () => {
    const from = Date.UTC(2024, 0, 1);
    const many = Array.from({ length: 1200 }, (_, number) => event(number, { TimeCreated: new Date(from + number * 1000).toISOString() }));
    await account.write("history-2024-01-01", many);
    await vscode.commands.executeCommand("appstreamMonitor.logs.showWindow", {
      domain: account.domain,
      index: "history",
      from,
      to: from + 10_000_000,
    });
    const { document } = active("appstream-monitor-events");
    const shown = (): readonly string[] => document.getText().match(/event \d+$/gm) ?? [];
    assert.equal(shown().length, 500);
    assert.equal(shown().at(-1), "event 1199");
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", document.uri);
    assert.equal(lenses[0]?.command?.title, "Show older events");
    for (const expected of [1000, 1200]) {
      await vscode.commands.executeCommand(lenses[0]?.command?.command ?? "", ...((lenses[0]?.command?.arguments ?? []) as string[]));
      await until(`${expected} events`, () => shown().length === expected);
    }
    assert.equal(shown()[0], "event 0");
    assert.match(document.getText(), /# there are no older events/);
    const left = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", document.uri);
    assert.deepEqual(
      left.map(({ command }) => command?.title),
      ["Save events…"],
    );
  });

  test("what lies before a tail's first line is listed", async () => {
    await vscode.commands.executeCommand("appstreamMonitor.logs.tail", { domain: account.domain, index: "history", since: "now" });
    await until("the last events", () => channelText("index history").includes("event 1199"));
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand("appstreamMonitor.logs.showOlder", "2");
    const text = active("appstream-monitor-events").document.getText();
    const shown = text.match(/event \d+$/gm) ?? [];
    assert.deepEqual([shown.length, shown[0], shown.at(-1)], [500, "event 680", "event 1179"]);
  });
});
