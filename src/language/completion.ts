import vscode = require("vscode");
import { complete, type Completion, type CompletionKind } from "../core/config/completion";
import { toRange } from "./convert";
import type { Documents } from "./documents";

const kinds: Readonly<Record<CompletionKind, vscode.CompletionItemKind>> = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  reference: vscode.CompletionItemKind.Reference,
  variable: vscode.CompletionItemKind.Variable,
  function: vscode.CompletionItemKind.Function,
  field: vscode.CompletionItemKind.Field,
  snippet: vscode.CompletionItemKind.Snippet,
  text: vscode.CompletionItemKind.Value,
};

class Item extends vscode.CompletionItem {
  readonly help: (() => string) | undefined;

  constructor(label: string, kind: vscode.CompletionItemKind, help: (() => string) | undefined) {
    super(label, kind);
    this.help = help;
  }
}

export class Completions implements vscode.CompletionItemProvider<Item> {
  static readonly triggers = ['"', ":", " ", "{", "$", "(", ",", "[", "@", "=", "'", "\\", "?", "<"];
  private readonly documents: Documents;

  constructor(documents: Documents) {
    this.documents = documents;
  }

  provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): Item[] {
    const file = this.documents.json(document);
    return file === undefined
      ? []
      : complete(file.kind, file.parsed, document.offsetAt(position)).map((one) => toItem(document, position, one));
  }

  resolveCompletionItem(item: Item): Item {
    if (item.help !== undefined) {
      item.documentation = new vscode.MarkdownString(item.help());
    }
    return item;
  }
}

function toItem(document: vscode.TextDocument, position: vscode.Position, completion: Completion): Item {
  const item = new Item(completion.label, kinds[completion.kind], completion.help);
  const replacing = toRange(document, completion.replace);
  item.range =
    replacing.contains(position) && replacing.isSingleLine ? { inserting: replacing, replacing } : new vscode.Range(position, position);
  item.insertText = new vscode.SnippetString(completion.insert);
  item.filterText = completion.filter;
  item.sortText = completion.sort;
  if (completion.detail !== undefined) {
    item.detail = completion.detail;
  }
  if (completion.more !== undefined) {
    item.additionalTextEdits = completion.more.map((edit) => new vscode.TextEdit(toRange(document, edit.span), edit.text));
  }
  if (completion.again === true) {
    item.command = { command: "editor.action.triggerSuggest", title: "" };
  }
  return item;
}
