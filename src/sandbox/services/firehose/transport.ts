import type { World } from "../../world";
import { sandboxCredentials } from "../../credentials";
import { signedHeaders } from "../../signature";
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
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const response = await fetch(url, {
      method,
      headers: this.signed(service, { method, url, headers, body }),
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

  private signed(
    service: string,
    request: { method: string; url: string; headers: Record<string, string>; body: string | Uint8Array },
  ): Record<string, string> {
    const keys = { ...sandboxCredentials, accessKeyId: serviceKey(this.world, this.role, "AWSFirehoseToElasticSearch") };
    return signedHeaders(request, keys, { region: this.region, service, now: this.world.now() });
  }
}
