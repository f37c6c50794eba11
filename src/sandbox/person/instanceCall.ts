import { sandboxCredentials } from "../credentials";
import { serviceKey } from "../services/sts";
import { signedHeaders } from "../signature";
import type { World } from "../world";

const targets = { firehose: "Firehose_20150804", logs: "Logs_20140328" } as const;

/** One call that an instance makes over HTTP with the rights of its fleet's machine role. */
export function callAsInstance(
  world: World,
  { role, region }: { readonly role: string; readonly region: string },
  service: keyof typeof targets,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Response> {
  const url = world.endpoint;
  const body = JSON.stringify(input);
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `${targets[service]}.${operation}` };
  const keys = { ...sandboxCredentials, accessKeyId: serviceKey(world, role, "AppStream2.0") };
  const scope = { region, service, now: world.now() };
  return fetch(url, { method: "POST", headers: signedHeaders({ method: "POST", url, headers, body }, keys, scope), body });
}
