import assert from "node:assert/strict";
import * as vscode from "vscode";
import { channelText, event, LogsAccount, until } from "./logsAccount";

suite("tail", () => {
  const account = new LogsAccount();
  const target = { domain: account.domain, index: "windows" };

  suiteSetup(async () => {
    await account.start();
  });

  suiteTeardown(async () => {
    await vscode.commands.executeCommand("appstreamMonitor.logs.stopTail");
    await account.stop();
  });

  test("a tail shows what was there and what arrives, each once", async () => {
    await account.write("windows-2024-05-01", [event(1)]);
    await vscode.commands.executeCommand("appstreamMonitor.logs.tail", { ...target, since: "now" });
    await until("the first event", () => channelText("domain panel").includes("event 1"));
    await account.write("windows-2024-05-01", [event(2), event(3)]);
    const shown = (): string[] => channelText("domain panel").match(/event \d+$/gm) ?? [];
    await until("the later events", () => shown().includes("event 2") && shown().includes("event 3"));
    // Two shards of an index may be read in either order.
    assert.deepEqual(shown().sort(), ["event 1", "event 2", "event 3"]);
  });

  test("paused it shows nothing new; resumed it shows what arrived meanwhile", async () => {
    await vscode.commands.executeCommand("appstreamMonitor.logs.pauseTail");
    await until("the notice", () => channelText("domain panel").includes("-- paused --"));
    await account.write("windows-2024-05-01", [event(4)]);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    assert.ok(!channelText("domain panel").includes("event 4"));
    await vscode.commands.executeCommand("appstreamMonitor.logs.resumeTail");
    await until("the event", () => channelText("domain panel").includes("event 4"));
  });

  test("emptied, it goes on with the next event", async () => {
    await vscode.commands.executeCommand("appstreamMonitor.logs.clearTail");
    await until("an empty channel", () => !channelText("--").includes("event 1"));
    await account.write("windows-2024-05-02", [event(5)]);
    await until("the event of the new index", () => channelText("event 5").includes("new index windows-2024-05-02"));
  });
});
