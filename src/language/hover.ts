import vscode = require("vscode");
import { hover } from "../core/config/hover";
import { signatureAt } from "../core/config/signature";
import { signatureText } from "../core/config/textHover";
import { decorationPreview } from "../core/agent/decorationPreview";
import { toRange } from "./convert";
import type { Documents } from "./documents";

export class Hovers implements vscode.HoverProvider, vscode.SignatureHelpProvider {
  private readonly documents: Documents;

  constructor(documents: Documents) {
    this.documents = documents;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const file = this.documents.json(document);
    const offset = document.offsetAt(position);
    const found = file === undefined ? undefined : hover(file.kind, file.parsed, offset);
    if (file === undefined || found === undefined) {
      return undefined;
    }
    const parts = found.parts.map((part) => new vscode.MarkdownString(part));
    const preview = file.kind === "agent" ? decorationPreview(file.parsed, offset, Date.now()) : undefined;
    if (preview !== undefined) {
      const text = new vscode.MarkdownString(vscode.l10n.t("With a sample event of {0} the record is:", preview.source));
      text.appendCodeblock(preview.record, preview.json ? "json" : "text");
      parts.push(text);
    }
    return new vscode.Hover(parts, toRange(document, found.span));
  }

  provideSignatureHelp(document: vscode.TextDocument, position: vscode.Position): vscode.SignatureHelp | undefined {
    const file = this.documents.json(document);
    const found = file?.kind === "agent" ? signatureAt(file.parsed, document.offsetAt(position)) : undefined;
    if (found === undefined) {
      return undefined;
    }
    const help = new vscode.SignatureHelp();
    help.signatures = found.callee.signatures.map((signature, index) => {
      const information = new vscode.SignatureInformation(signatureText(found.callee, index));
      information.parameters = signature.parameters.map(
        (parameter) => new vscode.ParameterInformation(`${parameter.name}: ${parameter.type}`),
      );
      return information;
    });
    help.activeSignature = found.active;
    help.activeParameter = found.parameter;
    return help;
  }
}
