import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";

const folder = mkdtempSync(join(tmpdir(), "appstream-language-"));

async function open(name: string, text: string): Promise<vscode.TextDocument> {
  const path = join(folder, name);
  writeFileSync(path, text);
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  await vscode.window.showTextDocument(document);
  return document;
}

function ours(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(document.uri).filter((one) => one.source === "AppStream Monitor");
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (holds()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`never: ${what}`);
}

const config = `{
  "Sources": [{ "Id": "App", "SourceType": "WindowsEventLogSource", "LogName": "Application" }],
  "Sinks": [{ "Id": "F", "SinkType": "KinesisFirehose", "ProfileName": "appstream_machine_role", "Region": "us-east-1", "StreamName": "S", "Format": "json", "ObjectDecoration": "Host={ComputerName}" }],
  "Pipes": [{ "Id": "P", "SourceRef": "App", "SinkRef": "G" }]
}
`;

suite("language features", () => {
  suiteTeardown(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    rmSync(folder, { recursive: true, force: true });
  });

  test("a mistake is shown, its quick fix repairs it, and the problem goes", async () => {
    const document = await open("appsettings.json", config);
    await until("dangling-sink-ref", () => ours(document).some((one) => (one.code as { value: string }).value === "dangling-sink-ref"));
    const [problem] = ours(document).filter((one) => (one.code as { value: string }).value === "dangling-sink-ref");
    assert.ok(problem !== undefined);
    assert.equal(document.getText(problem.range).replaceAll('"', ""), "G");
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      problem.range,
    );
    const edit = actions.find((action) => action.isPreferred === true)?.edit;
    assert.ok(edit !== undefined, `offered: ${actions.map(({ title }) => title).join(", ")}`);
    await vscode.workspace.applyEdit(edit);
    await until("no error left", () => !ours(document).some((one) => one.severity === vscode.DiagnosticSeverity.Error));
  });

  test("connected to the sandbox, the account's answer about the stream on screen is shown", async () => {
    const document = await open("cloud.appsettings.json", config.replace('"SinkRef": "G"', '"SinkRef": "F"'));
    const answer = (): vscode.Diagnostic | undefined => ours(document).find((one) => (one.code as { value: string }).value === "CL001");
    await until("local checks", () => ours(document).length > 0 || document.version > 0);
    assert.equal(answer(), undefined);
    await vscode.commands.executeCommand("appstreamMonitor.connection.useSandbox");
    try {
      await until("CL001", () => answer() !== undefined);
      assert.equal(answer()?.severity, vscode.DiagnosticSeverity.Information);
      assert.match(answer()?.message ?? "", /no delivery stream S in .*The sandbox said so at /);
    } finally {
      await vscode.commands.executeCommand("appstreamMonitor.connection.disconnect");
    }
    await until("no CL001", () => answer() === undefined);
  });

  test("completion, hover, outline, definition and lenses answer", async () => {
    const sound = config.replace('"SinkRef": "G"', '"SinkRef": "F"');
    const document = await open("my.appsettings.json", sound);
    const at = (text: string, plus: number): vscode.Position => document.positionAt(sound.indexOf(text) + plus);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      document.uri,
      at('"SinkRef": "F"', 12),
    );
    assert.ok(list.items.some((item) => item.label === "F"));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      at("{ComputerName}", 3),
    );
    const shown = hovers.flatMap((one) => one.contents.map((part) => (part as vscode.MarkdownString).value)).join("\n");
    assert.match(shown, /"Host":"/);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>("vscode.executeDocumentSymbolProvider", document.uri);
    assert.ok(symbols.some((symbol) => symbol.name === "Sources" && symbol.children.some((child) => child.name === "App")));
    const places = await vscode.commands.executeCommand<vscode.Location[]>(
      "vscode.executeDefinitionProvider",
      document.uri,
      at('"App", "SinkRef"', 2),
    );
    assert.equal(places[0]?.range.start.line, 1);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", document.uri, 20);
    assert.ok(lenses.some((lens) => lens.command?.title === "Tail this stream"));
  });

  test("the tutorial's two listings reach zero errors by fix all", async () => {
    for (const [name, fixture] of [
      ["tutorial.appsettings.json", "agent"],
      ["tutorial.config.json", "session"],
    ] as const) {
      const text = readFileSync(join(process.env["APPSTREAM_ROOT"] ?? process.cwd(), "test", "fixtures", fixture, "tutorial.json"), "utf8");
      const document = await open(name, text);
      await until("problems", () => ours(document).length > 0);
      const all = new vscode.Range(0, 0, document.lineCount, 0);
      const kind = "source.fixAll.appstreamMonitor";
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        document.uri,
        all,
        kind,
      );
      assert.equal(actions.length, 1, `${name}: fix all, version ${document.version}, ${ours(document).length} problems`);
      await vscode.workspace.applyEdit(actions[0]?.edit ?? new vscode.WorkspaceEdit());
      await until(`${name} without errors`, () => !ours(document).some((one) => one.severity === vscode.DiagnosticSeverity.Error));
      assert.doesNotThrow(() => JSON.parse(document.getText()) as unknown);
    }
  });

  test("another program's settings are left alone", async () => {
    const document = await open(
      "other.appsettings.json",
      '{ "Logging": { "LogLevel": { "Default": "Information" } }, "AllowedHosts": "*" }',
    );
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.deepEqual(ours(document), []);
  });

  test("a rule's link opens its page", async () => {
    await vscode.commands.executeCommand("appstreamMonitor.language.openRule", "SSC021");
    await until("the page about rules", () =>
      vscode.window.tabGroups.all.some((group) => group.tabs.some((tab) => tab.label.includes("rules.md"))),
    );
  });
});
