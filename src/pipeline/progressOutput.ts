import vscode = require("vscode");
import type { PipelineEvent } from "../core/pipeline/progress";

/** The running log of resources. Addresses and lines of a visit are secrets and stay out of it. */
export class ProgressOutput implements vscode.Disposable {
  private channel: vscode.OutputChannel | undefined;

  begin(title: string): void {
    this.channel ??= vscode.window.createOutputChannel(vscode.l10n.t("AppStream Pipeline"));
    this.channel.appendLine(`${new Date().toISOString()}  ${title}`);
    this.channel.show(true);
  }

  event(event: PipelineEvent): void {
    switch (event.kind) {
      case "phase":
        this.line(event.text);
        break;
      case "note":
        this.line(event.severity === "warning" ? vscode.l10n.t("Warning: {0}", event.text) : event.text);
        break;
      case "resource": {
        const { part, logicalId, type, status, reason, elapsedMs } = event.resource;
        const took = elapsedMs === undefined ? "" : ` ${Math.round(elapsedMs / 1000)} s`;
        this.line(`  ${part}  ${status}  ${logicalId} (${type})${took}${reason === undefined ? "" : `: ${reason}`}`);
        break;
      }
      case "visit":
        break;
    }
  }

  line(text: string): void {
    this.channel?.appendLine(`${new Date().toISOString()}  ${text}`);
  }

  show(): void {
    this.channel?.show(true);
  }

  dispose(): void {
    this.channel?.dispose();
  }
}

/** What a progress notification says about an event; undefined: nothing new. */
export function stepText(event: PipelineEvent): string | undefined {
  switch (event.kind) {
    case "phase":
      return event.phase === "visit" ? vscode.l10n.t("Waiting for you in the image builder.") : event.text; // The prompt says the rest.
    case "resource":
      return `${event.resource.logicalId}: ${event.resource.status}`;
    case "note":
    case "visit":
      return undefined;
  }
}
