import assert from "node:assert/strict";
import * as vscode from "vscode";
import manifest from "../../../package.json";

suite("activation", () => {
  test("the extension activates and registers every command of its manifest", async () => {
    const extension = vscode.extensions.getExtension("appstream-monitor.appstream-monitor");
    assert.ok(extension);
    await extension.activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.map((entry) => entry.command).filter((command) => !registered.has(command));
    assert.deepEqual(missing, []);
  });
});
