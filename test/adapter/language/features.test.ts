import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import * as vscode from "vscode";
import { registerLanguage, type LanguageFeatures } from "../../../src/language/registerLanguage";
import type { Log } from "../../../src/workbench/log";
import { FakeConnections } from "../../fakes/connections";
import { fake } from "../../fakes/vscode";

const text = `{
  "Sources": [{ "Id": "App", "SourceType": "WindowsEventLogSource", "LogName": "Application" }],
  "Sinks": [
    {
      "Id": "F",
      "SinkType": "KinesisFirehose",
      "StreamName": "Example-Stream",
      "Format": "json",
      "ObjectDecorationEx": "Host={upper($MachineName)}"
    }
  ],
  "Pipes": [{ "Id": "P", "SourceRef": "App", "SinkRef": "F" }]
}
`;
const uri = vscode.Uri.parse("file:///project/appsettings.json");
let features: LanguageFeatures;
let document: vscode.TextDocument;

beforeEach(() => {
  fake.reset();
  features = registerLanguage({
    log: { error: () => undefined } as unknown as Log,
    extensionUri: vscode.Uri.parse("file:///extension"),
    connections: new FakeConnections(),
    marks: { get: () => undefined, set: async () => undefined },
  });
  document = fake.open(uri, "json", text) as never;
});

test.afterEach(() => {
  features.dispose();
});

const provider = <T>(kind: string): T => fake.providers.find((one) => one.kind === kind)?.provider as T;
const at = (part: string, plus = 0): vscode.Position => document.positionAt(text.indexOf(part) + plus);
const token = {} as vscode.CancellationToken;

test("completion offers keys with their replaced range and explains them late", async () => {
  const completions = provider<vscode.CompletionItemProvider>("completion");
  const items = (await completions.provideCompletionItems(document, at('"Format"', 1), token, {} as never)) as vscode.CompletionItem[];
  const region = items.find((item) => item.label === "Region");
  assert.ok(region !== undefined);
  assert.equal(region.filterText, '"Region"');
  const resolved = (await completions.resolveCompletionItem?.(region, token)) as vscode.CompletionItem;
  assert.ok((resolved.documentation as vscode.MarkdownString).value.length > 10);
});

test("hover explains a key and shows what a decoration will produce", async () => {
  const hovers = provider<vscode.HoverProvider>("hover");
  const key = (await hovers.provideHover(document, at('"StreamName"', 2), token)) as vscode.Hover;
  assert.match((key.contents[0] as vscode.MarkdownString).value, /\*\*StreamName\*\* · string · required/);
  const decoration = (await hovers.provideHover(document, at("upper", 2), token)) as vscode.Hover;
  const shown = decoration.contents.map((part) => (part as vscode.MarkdownString).value).join("\n");
  assert.match(shown, /upper\(/);
  assert.match(shown, /"Host":"EC2AMAZ-EXAMPLE"/);
});

test("signature help follows the call", async () => {
  const signatures = provider<vscode.SignatureHelpProvider>("signatures");
  const help = (await signatures.provideSignatureHelp(document, at("$MachineName"), token, {} as never)) as vscode.SignatureHelp;
  assert.match(help.signatures[0]?.label ?? "", /^upper\(/);
});

test("an Id is found, highlighted and renamed everywhere", async () => {
  const definition = (await provider<vscode.DefinitionProvider>("definition").provideDefinition(
    document,
    at('"App", "SinkRef"', 2),
    token,
  )) as vscode.Location[];
  assert.deepEqual(
    definition.map((one) => one.range.start.line),
    [1],
  );
  const references = (await provider<vscode.ReferenceProvider>("references").provideReferences(
    document,
    at('"App"', 2),
    { includeDeclaration: true },
    token,
  )) as vscode.Location[];
  assert.deepEqual(
    references.map((one) => one.range.start.line),
    [1, 11],
  );
  const edit = (await provider<vscode.RenameProvider>("rename").provideRenameEdits(
    document,
    at('"App"', 2),
    "Events",
    token,
  )) as vscode.WorkspaceEdit;
  assert.equal(edit.get(uri).length, 2);
});

test("outline shows sections with their declarations", async () => {
  const symbols = (await provider<vscode.DocumentSymbolProvider>("documentSymbols").provideDocumentSymbols(
    document,
    token,
  )) as vscode.DocumentSymbol[];
  assert.deepEqual(
    symbols.map((one) => [one.name, one.children.map((child) => child.name).join()]),
    [
      ["Sources", "App"],
      ["Sinks", "F"],
      ["Pipes", "P"],
    ],
  );
});

test("lenses count pipes, tail the stream and preview records", async () => {
  const lenses = (await provider<vscode.CodeLensProvider>("codeLens").provideCodeLenses(document, token)) as vscode.CodeLens[];
  assert.deepEqual(
    lenses.map((lens) => lens.command?.title),
    ["1 pipe", "Preview records", "1 pipe", "Tail this stream"],
  );
  assert.deepEqual(lenses[3]?.command?.arguments, [{ stream: "Example-Stream" }]);
});

test("inlay hints are off until they are wanted", async () => {
  const hints = provider<vscode.InlayHintsProvider>("inlayHints");
  const all = new vscode.Range(0, 0, 20, 0);
  assert.deepEqual(await hints.provideInlayHints(document, all, token), []);
  fake.settings.set("appstreamMonitor.language.inlayHints", true);
  const shown = (await hints.provideInlayHints(document, all, token)) as vscode.InlayHint[];
  assert.match(typeof shown[0]?.label === "string" ? shown[0].label : "", /InitialPosition: Bookmark/);
});

test("decorations are coloured by their grammar", async () => {
  const tokens = (await provider<vscode.DocumentSemanticTokensProvider>("semanticTokens").provideDocumentSemanticTokens(
    document,
    token,
  )) as never as {
    pushed: { type: string }[];
  };
  assert.deepEqual(
    tokens.pushed.map((one) => one.type),
    ["property", "function", "variable"],
  );
});

test("folding and selection follow the structure", async () => {
  const folds = (await provider<vscode.FoldingRangeProvider>("folding").provideFoldingRanges(document, {}, token)) as vscode.FoldingRange[];
  assert.ok(folds.some((fold) => fold.start === 2 && fold.end === 9));
  const [selection] = (await provider<vscode.SelectionRangeProvider>("selection").provideSelectionRanges(
    document,
    [at("Example-Stream", 3)],
    token,
  )) as vscode.SelectionRange[];
  assert.equal(document.getText(selection?.range), "Example-Stream");
  assert.equal(document.getText(selection?.parent?.range), '"Example-Stream"');
});

test("the preview shows the record that each pipe would send", async () => {
  fake.user.pick = (items) => items[0];
  await features.previewRecords({ config: uri.toString(), source: "App" });
  assert.equal(fake.opened.length, 1);
  const shown = vscode.Uri.parse(fake.opened[0] ?? "");
  assert.equal(shown.scheme, "appstream-monitor-records");
  const contents = provider<vscode.TextDocumentContentProvider>("content");
  const text = String(await contents.provideTextDocumentContent(shown, token));
  assert.match(text, /"Host":"EC2AMAZ-EXAMPLE"/);
});
