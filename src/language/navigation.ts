import vscode = require("vscode");
import { contentOf, namedAt, renameAt } from "../core/config/definition";
import type { JsonNode } from "../core/config/jsonNode";
import { symbolsOf, type ConfigSymbol, type SymbolKind } from "../core/config/symbols";
import { foldingSpans, selectionSpans } from "../core/config/structure";
import { toRange, toWorkspaceEdit } from "./convert";
import type { Documents } from "./documents";

const symbolKinds: Readonly<Record<SymbolKind, vscode.SymbolKind>> = {
  section: vscode.SymbolKind.Namespace,
  source: vscode.SymbolKind.Event,
  sink: vscode.SymbolKind.Interface,
  pipe: vscode.SymbolKind.Operator,
  plugin: vscode.SymbolKind.Module,
  credential: vscode.SymbolKind.Key,
  setting: vscode.SymbolKind.Property,
  event: vscode.SymbolKind.Event,
  script: vscode.SymbolKind.Function,
};

/** Outline, definition, references, highlights, rename, folding and selection of the two JSON documents. */
export class Navigation
  implements
    vscode.DocumentSymbolProvider,
    vscode.DefinitionProvider,
    vscode.ReferenceProvider,
    vscode.DocumentHighlightProvider,
    vscode.RenameProvider,
    vscode.FoldingRangeProvider,
    vscode.SelectionRangeProvider
{
  private readonly documents: Documents;

  constructor(documents: Documents) {
    this.documents = documents;
  }

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    const file = this.documents.json(document);
    return file === undefined ? [] : symbolsOf(file.kind, file.parsed).map((symbol) => toSymbol(document, symbol));
  }

  provideDefinition(document: vscode.TextDocument, position: vscode.Position): vscode.Location[] {
    return this.locations(document, this.named(document, position)?.declarations);
  }

  provideReferences(document: vscode.TextDocument, position: vscode.Position, context: vscode.ReferenceContext): vscode.Location[] {
    const named = this.named(document, position);
    return named === undefined ? [] : this.locations(document, [...(context.includeDeclaration ? named.declarations : []), ...named.uses]);
  }

  provideDocumentHighlights(document: vscode.TextDocument, position: vscode.Position): vscode.DocumentHighlight[] {
    const named = this.named(document, position);
    const mark = (nodes: readonly JsonNode[], kind: vscode.DocumentHighlightKind): vscode.DocumentHighlight[] =>
      nodes.map((node) => new vscode.DocumentHighlight(toRange(document, contentOf(node)), kind));
    return named === undefined
      ? []
      : [...mark(named.declarations, vscode.DocumentHighlightKind.Write), ...mark(named.uses, vscode.DocumentHighlightKind.Read)];
  }

  prepareRename(document: vscode.TextDocument, position: vscode.Position): vscode.Range {
    const named = this.named(document, position);
    if (named === undefined) {
      throw new Error(vscode.l10n.t("Only the Id of a source, sink or credential can be renamed."));
    }
    return toRange(document, contentOf(named.node));
  }

  provideRenameEdits(document: vscode.TextDocument, position: vscode.Position, name: string): vscode.WorkspaceEdit | undefined {
    const file = this.documents.json(document);
    const edits = file?.kind === "agent" ? renameAt(file.parsed, document.offsetAt(position), name) : undefined;
    return edits === undefined ? undefined : toWorkspaceEdit(document, edits);
  }

  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
    const file = this.documents.json(document);
    return (file === undefined ? [] : foldingSpans(file.parsed)).flatMap((span) => {
      const start = document.positionAt(span.start).line;
      const end = document.positionAt(span.end).line - 1;
      return end > start ? [new vscode.FoldingRange(start, end)] : [];
    });
  }

  provideSelectionRanges(document: vscode.TextDocument, positions: readonly vscode.Position[]): vscode.SelectionRange[] {
    const file = this.documents.json(document);
    return file === undefined
      ? []
      : positions.map((position) => {
          const spans = selectionSpans(file.parsed, document.offsetAt(position));
          return spans.reduceRight<vscode.SelectionRange>(
            (parent, span) => new vscode.SelectionRange(toRange(document, span), parent),
            new vscode.SelectionRange(toRange(document, { start: 0, end: file.text.length })),
          );
        });
  }

  private named(document: vscode.TextDocument, position: vscode.Position): ReturnType<typeof namedAt> {
    const file = this.documents.json(document);
    return file?.kind === "agent" ? namedAt(file.parsed, document.offsetAt(position)) : undefined;
  }

  private locations(document: vscode.TextDocument, nodes: readonly JsonNode[] = []): vscode.Location[] {
    return nodes.map((node) => new vscode.Location(document.uri, toRange(document, contentOf(node))));
  }
}

function toSymbol(document: vscode.TextDocument, symbol: ConfigSymbol): vscode.DocumentSymbol {
  const range = toRange(document, symbol.span);
  const result = new vscode.DocumentSymbol(
    symbol.name,
    symbol.detail,
    symbolKinds[symbol.kind],
    range,
    toRange(document, symbol.selection),
  );
  result.children = symbol.children.map((child) => toSymbol(document, child));
  return result;
}
