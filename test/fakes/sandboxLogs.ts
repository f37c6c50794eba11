import { CreateDomainCommand, DescribeDomainCommand, OpenSearchClient } from "@aws-sdk/client-opensearch";
import { sandboxCredentials } from "../../src/sandbox/credentials";
import { Sandbox } from "../../src/sandbox/server";
import { signedFetch } from "./signedFetch";

/** A sandbox in this process with one domain, which is written to directly. */
export class SandboxLogs {
  readonly domain: string;
  private readonly sandbox = new Sandbox({ port: 0, speed: 100, seed: 3, person: "manual", log: () => undefined });

  constructor(domain = "panel") {
    this.domain = domain;
  }

  get endpoint(): string {
    return this.sandbox.endpoint;
  }

  /** Variables that make it the account of whoever reads them. */
  get environment(): Readonly<Record<string, string>> {
    return {
      AWS_ACCESS_KEY_ID: sandboxCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: sandboxCredentials.secretAccessKey,
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: this.endpoint,
    };
  }

  async start(): Promise<void> {
    await this.sandbox.start();
    const client = new OpenSearchClient({ region: "us-east-1", endpoint: this.endpoint, credentials: sandboxCredentials });
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
  }

  stop(): Promise<void> {
    return this.sandbox.stop();
  }

  /** Writes events and makes them visible. */
  async write(index: string, events: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    const lines = events.flatMap((event) => [{ index: { _index: index } }, event]);
    const answer = await signedFetch("es", `${this.endpoint}/_domain/${this.domain}/_bulk?refresh=true`, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    });
    const text = await answer.text();
    if (!answer.ok || text.includes('"errors":true')) {
      throw new Error(`the events could not be written: ${answer.status} ${text.slice(0, 500)}`);
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
