import * as vscode from "vscode";
import type { Visit } from "../core/pipeline/progress";

/** Tells the person that it is their turn, as long as it is. Nothing waits for an answer. */
export class VisitPrompt {
  private visit: Visit | undefined;

  begin(visit: Visit): void {
    const showing = this.visit !== undefined;
    this.visit = visit;
    if (!showing) {
      void this.show();
    }
  }

  /** The image has been started, or the deployment ended. */
  end(): void {
    this.visit = undefined;
  }

  async show(): Promise<void> {
    const open = vscode.l10n.t("Open Image Builder");
    const copy = vscode.l10n.t("Copy Line");
    const text = vscode.l10n.t(
      "Your turn: open the image builder, sign in as Administrator and paste the one line into an elevated PowerShell. Opening copies the line.",
    );
    while (this.visit !== undefined) {
      const choice = await vscode.window.showInformationMessage(text, open, copy);
      const visit = this.visit as Visit | undefined;
      if (choice === undefined || visit === undefined) {
        return;
      }
      await vscode.env.clipboard.writeText(visit.line);
      if (choice === open) {
        await vscode.env.openExternal(vscode.Uri.parse(visit.url, true));
      }
    }
  }
}
