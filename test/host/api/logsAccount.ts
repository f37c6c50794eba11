import { CreateDomainCommand, DescribeDomainCommand, OpenSearchClient } from "@aws-sdk/client-opensearch";
import * as vscode from "vscode";
import { sandboxCredentials } from "../../../src/sandbox/credentials";
import { Sandbox } from "../../../src/sandbox/server";

/** A sandbox inside the extension host with one domain, and the extension connected to it by the environment. */
export class LogsAccount {
  readonly domain = "panel";
  private readonly sandbox = new Sandbox({ port: 0, speed: 100, seed: 3, person: "manual", log: () => undefined });
  private before: NodeJS.ProcessEnv = {};

  async start(): Promise<void> {
    await this.sandbox.start();
    const client = new OpenSearchClient({ region: "us-east-1", endpoint: this.sandbox.endpoint, credentials: sandboxCredentials });
    await client.send(
      new CreateDomainCommand({
        DomainName: this.domain,
        EngineVersion: "OpenSearch_2.19",
        EBSOptions: { EBSEnabled: true, VolumeType: "gp2", VolumeSize: 10 },
      }),
    );
    await until("the domain", async () => {
      const { DomainStatus } = await client.send(new DescribeDomainCommand({ DomainName: this.domain }));
      return DomainStatus?.Processing === false && DomainStatus.Endpoint !== undefined;
    });
    client.destroy();
    this.before = { ...process.env };
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: sandboxCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: sandboxCredentials.secretAccessKey,
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: this.sandbox.endpoint,
    });
    const settings = vscode.workspace.getConfiguration("appstreamMonitor");
    await settings.update("connection.region", "us-east-1", vscode.ConfigurationTarget.Workspace);
    await settings.update("connection.kind", "aws", vscode.ConfigurationTarget.Workspace);
  }

  async stop(): Promise<void> {
    const settings = vscode.workspace.getConfiguration("appstreamMonitor");
    await settings.update("connection.kind", undefined, vscode.ConfigurationTarget.Workspace);
    await settings.update("connection.region", undefined, vscode.ConfigurationTarget.Workspace);
    process.env = this.before;
    await this.sandbox.stop();
  }

  /** Writes events and makes them visible. */
  async write(index: string, events: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    const lines = events.flatMap((event) => [{ index: { _index: index } }, event]);
    await this.send("POST", "/_bulk?refresh=true", lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }

  private async send(method: string, path: string, body: string): Promise<void> {
    const credential = `${sandboxCredentials.accessKeyId}/20240101/us-east-1/es/aws4_request`;
    const answer = await fetch(`${this.sandbox.endpoint}/_domain/${this.domain}${path}`, {
      method,
      headers: {
        "content-type": "application/x-ndjson",
        authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
      },
      body,
    });
    const text = await answer.text();
    if (!answer.ok || text.includes('"errors":true')) {
      throw new Error(`${path}: ${answer.status} ${text.slice(0, 500)}`);
    }
  }
}

export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (await holds()) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never: ${what}`);
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
