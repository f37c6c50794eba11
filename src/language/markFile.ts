import vscode = require("vscode");
import type { FileKind } from "../core/config/recognition";

type Choice = FileKind | "none" | "auto";

/** Asks what the document is. */
export async function chooseKind(document: vscode.TextDocument, current: FileKind | undefined): Promise<Choice | undefined> {
  const items: (vscode.QuickPickItem & { readonly choice: Choice })[] =
    document.languageId === "powershell"
      ? [{ label: vscode.l10n.t("Session script"), choice: "script" }]
      : [
          { label: vscode.l10n.t("Configuration of the Kinesis Agent (appsettings.json)"), choice: "agent" },
          { label: vscode.l10n.t("Session scripts configuration (config.json)"), choice: "session" },
          { label: vscode.l10n.t("Pipeline definition"), choice: "pipeline" },
        ];
  items.push(
    { label: vscode.l10n.t("None of these: leave it alone"), choice: "none" },
    { label: vscode.l10n.t("Decide by name and content"), choice: "auto" },
  );
  const shown = items.map((item) => (item.choice === current ? { ...item, description: vscode.l10n.t("current") } : item));
  const picked = await vscode.window.showQuickPick(shown, { title: vscode.l10n.t("What is this file?") });
  return picked?.choice;
}
