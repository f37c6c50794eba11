import type { World } from "../../world";
import { serviceKey } from "../sts";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** HTTP as the delivery role, through the sandbox's own endpoint, so that access policies count. */
export class RoleTransport {
  private readonly world: World;
  private readonly role: string;
  private readonly region: string;

  constructor(world: World, role: string, region: string) {
    this.world = world;
    this.role = role;
    this.region = region;
  }

  async send(
    service: string,
    method: string,
    url: string,
    body: string | Uint8Array,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const response = await fetch(url, {
      method,
      headers: { ...headers, authorization: this.authorization(service), "x-amz-date": timestamp(this.world.now()) },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]),
    });
    return { status: response.status, body: await response.text() };
  }

  /** One operation of a JSON service. */
  call(service: string, target: string, input: unknown, signal: AbortSignal): Promise<Answer> {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    return this.send(service, "POST", `${this.world.endpoint}/`, JSON.stringify(input), headers, signal);
  }

  private authorization(service: string): string {
    const key = serviceKey(this.world, this.role, "AWSFirehoseToElasticSearch");
    const day = timestamp(this.world.now()).slice(0, 8);
    return `AWS4-HMAC-SHA256 Credential=${key}/${day}/${this.region}/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;
  }
}

function timestamp(now: number): string {
  return new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, "");
}
