import vscode = require("vscode");
import type { Clock } from "../core/clock";
import type { Visit } from "../core/pipeline/progress";

/** Somebody may be there already: the sandbox does the visit itself, or the line was pasted while another window watched. */
const patienceMs = 3000;

/** Tells the person that it is their turn, as long as it is. Nothing waits for an answer; a notification that went by comes back. */
export class VisitPrompt {
  private readonly definition: string;
  private readonly clock: Clock;
  private visit: Visit | undefined;
  private status: vscode.StatusBarItem | undefined;

  /** @param definition URI text of the definition that is deployed. */
  constructor(definition: string, clock: Clock) {
    this.definition = definition;
    this.clock = clock;
  }

  get isOpen(): boolean {
    return this.visit !== undefined;
  }

  begin(visit: Visit): void {
    const showing = this.isOpen;
    this.visit = visit;
    if (!showing) {
      this.status = statusItem(this.definition);
      void this.clock.delay(patienceMs).then(() => this.show());
    }
  }

  /** The image has been started, or the deployment ended. */
  end(): void {
    this.visit = undefined;
    this.status?.dispose();
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

/** Deploying again what is being deployed shows the notification again. */
function statusItem(definition: string): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem("appstreamMonitor.visit", vscode.StatusBarAlignment.Left, 9);
  const text = vscode.l10n.t("Your turn: image builder");
  item.name = vscode.l10n.t("AppStream image builder");
  item.text = `$(person) ${text}`;
  item.tooltip = vscode.l10n.t(
    "The deployment waits until the line was pasted in the image builder. Click to open it or to copy the line.",
  );
  item.accessibilityInformation = { label: text };
  item.backgroundColor = new vscode.ThemeColor("statusBarItem.warningBackground");
  item.command = { command: "appstreamMonitor.pipeline.deploy", title: text, arguments: [{ definition }] };
  item.show();
  return item;
}
