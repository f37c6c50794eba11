import type { World } from "../world";
import { EngineError } from "./errors";
import { toFlavor } from "./flavor";
import type { DomainRequest, DomainResponse } from "./http";
import { toJsonText } from "./json";

/** Collection of the OpenSearch control plane: domain name to at least EngineVersion and AccessPolicies. */
export const domainCollection = "es.domains";

/** Answers one request to `/_domain/NAME/...` as the domain's engine would. */
export async function handleDomain(world: World, name: string, request: DomainRequest): Promise<DomainResponse> {
  const domain = world.collection(domainCollection).get(name);
  const flavor = toFlavor(typeof domain?.["EngineVersion"] === "string" ? domain["EngineVersion"] : "OpenSearch_2.19");
  if (request.path === "/" || request.path === "") {
    return reply(200, { name: "node-1", cluster_name: `${world.account}:${name}`, version: { number: flavor.number } });
  }
  const error = new EngineError("illegal_argument_exception", `no handler found for uri [${request.path}] and method [${request.method}]`);
  return reply(error.status, error.toBody());
}

function reply(status: number, body: unknown): DomainResponse {
  return { status, headers: { "content-type": "application/json; charset=UTF-8" }, body: toJsonText(body) };
}
