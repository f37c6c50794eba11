import vscode = require("vscode");
import { inlayHints } from "../core/config/inlayHints";
import { semanticTokens, tokenTypes } from "../core/config/semanticTokens";
import { lensesOf, scriptLinks, type Lens } from "../core/config/structure";
import { joinPath, folderOf } from "../core/project/loadProject";
import { setting } from "../workbench/settings";
import { toRange } from "./convert";
import type { Documents } from "./documents";
import { listNames } from "./files";

export const legend = new vscode.SemanticTokensLegend([...tokenTypes]);

/** What stands in and beside the text: lenses, links, hints, colours. */
export class Marks
  implements vscode.CodeLensProvider, vscode.DocumentLinkProvider, vscode.InlayHintsProvider, vscode.DocumentSemanticTokensProvider
{
  private readonly documents: Documents;

  constructor(documents: Documents) {
    this.documents = documents;
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const file = this.documents.json(document);
    return file?.kind === "agent" ? lensesOf(file.parsed).map((lens) => toLens(document, lens)) : [];
  }

  async provideDocumentLinks(document: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
    const file = this.documents.json(document);
    const links = file?.kind === "session" ? scriptLinks(file.parsed) : [];
    if (links.length === 0 || document.uri.scheme === "untitled") {
      return [];
    }
    const folder = folderOf(document.uri.toString());
    const names = await listNames(folder);
    return links.flatMap(({ span, name }) => {
      const found = names.find((one) => one.toLowerCase() === name.toLowerCase());
      return found === undefined
        ? []
        : [new vscode.DocumentLink(toRange(document, span), vscode.Uri.parse(joinPath(folder, encodeURIComponent(found))))];
    });
  }

  provideInlayHints(document: vscode.TextDocument, range: vscode.Range): vscode.InlayHint[] {
    const file = setting("language.inlayHints") ? this.documents.json(document) : undefined;
    const within = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
    return file?.kind !== "agent"
      ? []
      : inlayHints(file.parsed, within).map(({ offset, text }) => {
          const hint = new vscode.InlayHint(document.positionAt(offset), text);
          hint.paddingLeft = true;
          hint.tooltip = vscode.l10n.t("Defaults that apply here");
          return hint;
        });
  }

  provideDocumentSemanticTokens(document: vscode.TextDocument): vscode.SemanticTokens {
    const builder = new vscode.SemanticTokensBuilder(legend);
    const file = this.documents.json(document);
    for (const token of file?.kind === "agent" ? semanticTokens(file.parsed) : []) {
      const range = toRange(document, token.span);
      if (range.isSingleLine) {
        builder.push(range, token.type);
      }
    }
    return builder.build();
  }
}

function toLens(document: vscode.TextDocument, lens: Lens): vscode.CodeLens {
  const range = toRange(document, lens.span);
  switch (lens.kind) {
    case "pipes": {
      const title = lens.places.length === 1 ? vscode.l10n.t("1 pipe") : vscode.l10n.t("{0} pipes", lens.places.length);
      const places = lens.places.map((span) => new vscode.Location(document.uri, toRange(document, span)));
      return new vscode.CodeLens(range, { title, command: "editor.action.showReferences", arguments: [document.uri, range.start, places] });
    }
    case "tail":
      return new vscode.CodeLens(range, {
        title: vscode.l10n.t("Tail this stream"),
        command: "appstreamMonitor.logs.tail",
        arguments: [{ stream: lens.stream.stream, ...(lens.stream.region === undefined ? {} : { region: lens.stream.region }) }],
      });
    case "preview":
      return new vscode.CodeLens(range, {
        title: vscode.l10n.t("Preview records"),
        command: "appstreamMonitor.language.previewRecords",
        arguments: [{ config: document.uri.toString(), source: lens.source }],
      });
  }
}
