import { serviceKey } from "../services/sts";
import type { World } from "../world";

const targets = { firehose: "Firehose_20150804", logs: "Logs_20140328" } as const;

/** One call that an instance makes over HTTP with the rights of its fleet's machine role. The sandbox reads who calls from the scope and checks no signature. */
export function callAsInstance(
  world: World,
  { role, region }: { readonly role: string; readonly region: string },
  service: keyof typeof targets,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Response> {
  const day = new Date(world.now()).toISOString().slice(0, 10).replaceAll("-", "");
  const scope = `${serviceKey(world, role, "AppStream2.0")}/${day}/${region}/${service}/aws4_request`;
  return fetch(world.endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `${targets[service]}.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=content-type;host;x-amz-target, Signature=${"0".repeat(64)}`,
    },
    body: JSON.stringify(input),
  });
}
