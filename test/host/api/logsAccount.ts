import * as vscode from "vscode";
import { SandboxLogs } from "../../fakes/sandboxLogs";

export { until } from "../../fakes/sandboxLogs";

/** The sandbox inside the extension host, and the extension connected to it by the environment. */
export class LogsAccount extends SandboxLogs {
  private before: NodeJS.ProcessEnv = {};

  override async start(): Promise<void> {
    await super.start();
    this.before = { ...process.env };
    Object.assign(process.env, this.environment);
    const settings = vscode.workspace.getConfiguration("appstreamMonitor");
    await settings.update("connection.region", "us-east-1", vscode.ConfigurationTarget.Workspace);
    await settings.update("connection.kind", "aws", vscode.ConfigurationTarget.Workspace);
  }

  override async stop(): Promise<void> {
    const settings = vscode.workspace.getConfiguration("appstreamMonitor");
    await settings.update("connection.kind", undefined, vscode.ConfigurationTarget.Workspace);
    await settings.update("connection.region", undefined, vscode.ConfigurationTarget.Workspace);
    // In place: the extension keeps the object.
    for (const name of Object.keys(this.environment)) {
      const value = this.before[name];
      if (value === undefined) {
        delete process.env[name];
      } else {
        process.env[name] = value;
      }
    }
    await super.stop();
  }
}

/** What a tail's channel shows, once it is shown. */
export function channelText(part: string): string {
  const shown = vscode.workspace.textDocuments.filter(
    (document) => document.uri.scheme === "output" && document.languageId === "appstream-monitor-log",
  );
  return shown.map((document) => document.getText()).find((text) => text.includes(part)) ?? "";
}

export function event(number: number, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    EventId: 1000 + number,
    Description: `event ${number}`,
    LevelDisplayName: "Informational",
    LogName: "Application",
    MachineName: "EC2AMAZ-1",
    ProviderName: "Panel Test",
    TimeCreated: new Date(Date.now() + number).toISOString(),
    AppStream_Session_ID: "session-1",
    ...more,
  };
}
