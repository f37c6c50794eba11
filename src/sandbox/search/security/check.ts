import { createHash } from "node:crypto";
import { findRole } from "../../services/iam/roles";
import type { Item, World } from "../../world";
import type { ApiReply } from "../api/router";
import type { DomainRequest } from "../http";
import { isObject, textOr } from "../json";
import { isSecurityPath, securityReply } from "./api";
import { mayDo, needsOf } from "./permissions";
import { SecurityStore, type SecurityUser } from "./store";

export const passwordHash = (password: string): string => createHash("sha256").update(password).digest("hex");

/** What fine-grained access control answers in the engine's stead; undefined where the request may pass. */
export function guard(
  world: World,
  name: string,
  domain: Item | undefined,
  request: DomainRequest,
  body: string,
  isThere: (index: string) => boolean,
): ApiReply | undefined {
  const security = domain?.["AdvancedSecurityOptions"];
  const { method, path } = request;
  if (!isObject(security) || security["Enabled"] !== true) {
    return isSecurityPath(path)
      ? { status: 401, body: { Message: `Your request: '${path}' is not allowed for verb: ${method}` } }
      : undefined;
  }
  const user = userOf(world, domain ?? {}, request);
  if (user === undefined) {
    return { status: 401, body: "Unauthorized", text: true, headers: { "www-authenticate": 'Basic realm="OpenSearch Security"' } };
  }
  const store = new SecurityStore(world, name);
  if (isSecurityPath(path)) {
    return securityReply(store, user, method, path, body);
  }
  const roles = store.rolesOf(user);
  const isDashboards = /^\/_(dashboards|plugin\/kibana)(\/|$)/.test(path);
  const needs = isDashboards ? [{ action: "indices:data/read/mget" }] : needsOf(method, path, body, isThere);
  const missing = needs.find((need) => !mayDo(roles, need));
  return missing === undefined ? undefined : refusal(missing.action, user);
}

function refusal(action: string, { name, backendRoles }: SecurityUser): ApiReply {
  const reason = `no permissions for [${action}] and User [name=${name}, backend_roles=[${backendRoles.join(", ")}], requestedTenant=null]`;
  const cause = { type: "security_exception", reason };
  return { status: 403, body: { error: { root_cause: [cause], ...cause }, status: 403 } };
}

/** A signed request is its identity; a session of a role has the role's ARN as backend role, path included. */
function userOf(world: World, domain: Item, { caller, headers }: DomainRequest): SecurityUser | undefined {
  const master = isObject(domain["master"]) ? domain["master"] : {};
  if (caller !== undefined) {
    const session = /^arn:[^:]+:sts::\d{12}:assumed-role\/([^/]+)\//.exec(caller.arn)?.[1];
    const arn = session === undefined ? caller.arn : (findRole(world, session)?.Arn ?? caller.arn);
    return { name: arn, backendRoles: session === undefined ? [] : [arn], isMaster: master["arn"] === arn };
  }
  const [, encoded] = /^Basic (.+)$/i.exec(headers["authorization"] ?? "") ?? [];
  const [given = "", ...password] = Buffer.from(encoded ?? "", "base64")
    .toString("utf8")
    .split(":");
  const isMaster = given !== "" && given === master["name"] && passwordHash(password.join(":")) === textOr(master["hash"], "");
  return isMaster ? { name: given, backendRoles: [], isMaster } : undefined;
}
