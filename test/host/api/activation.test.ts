import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import manifest from "../../../package.json";
import { until } from "../../fakes/sandboxLogs";

suite("activation", () => {
  const extension = vscode.extensions.getExtension("appstream-monitor.appstream-monitor");

  /** Of our bundles, those that this host has loaded. */
  const loaded = (): readonly string[] => {
    const folder = join(extension?.extensionPath ?? "", "dist");
    return Object.keys(require.cache)
      .filter((path) => dirname(path) === folder)
      .map((path) => basename(path))
      .sort();
  };

  test("after the start of the window the extension is active by itself, with its door alone", async () => {
    await until("the activation", () => extension?.isActive === true);
    assert.deepEqual(loaded(), ["extension.js"]);
  });

  test("every command of the manifest is there", async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.map((entry) => entry.command).filter((command) => !registered.has(command));
    assert.deepEqual(missing, []);
  });

  test("the first command loads what is behind the door, and no bundle that it does not need", async () => {
    await vscode.commands.executeCommand("appstreamMonitor.explorer.refresh");
    assert.deepEqual(loaded(), ["extension.js", "main.js"]);
  });
});
