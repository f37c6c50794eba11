import type { Item } from "../../world";
import type { ApiReply } from "../api/router";
import { isObject } from "../json";
import { staticRoles, texts, type Kind, type SecurityStore, type SecurityUser } from "./store";

const keys: Readonly<Record<Kind, readonly string[]>> = {
  roles: ["description", "cluster_permissions", "index_permissions", "tenant_permissions"],
  rolesmapping: ["description", "backend_roles", "and_backend_roles", "hosts", "users"],
};

const path = /^\/_(?:plugins|opendistro)\/_security\/(api\/(roles|rolesmapping)(?:\/([^/]+))?|authinfo)\/?$/;

export const isSecurityPath = (asked: string): boolean => /^\/_(plugins|opendistro)\/_security(\/|$)/.test(asked);

/** The security API: roles and their mappings, for the master user alone. */
export function securityReply(store: SecurityStore, user: SecurityUser, method: string, asked: string, body: string): ApiReply {
  const [, what, kind, name] = path.exec(asked) ?? [];
  if (what === "authinfo") {
    const names = Object.entries(store.all("roles"))
      .filter(([, role]) => store.rolesOf(user).some((one) => (one as unknown) === role))
      .map(([each]) => each);
    return { status: 200, body: { user_name: user.name, backend_roles: user.backendRoles, roles: names, tenants: {} } };
  }
  if (!store.rolesOf(user).includes(staticRoles["all_access"] ?? never())) {
    const message = `No permission to access REST API: User ${user.name} with Security roles [] does not have any role privileged for admin access. No client TLS certificate found in request`;
    return { status: 403, body: { status: "FORBIDDEN", message } };
  }
  if (kind === undefined) {
    return { status: 400, body: { status: "BAD_REQUEST", message: `The sandbox knows roles and rolesmapping of the security API.` } };
  }
  return name === undefined
    ? method === "GET"
      ? { status: 200, body: store.all(kind as Kind) }
      : { status: 405, body: { status: "METHOD_NOT_ALLOWED", message: `Method ${method} not supported for this action.` } }
    : entryReply(store, kind as Kind, decodeURIComponent(name), method, body);
}

function entryReply(store: SecurityStore, kind: Kind, name: string, method: string, body: string): ApiReply {
  const found = store.find(kind, name);
  if (kind === "roles" && method !== "GET" && staticRoles[name] !== undefined) {
    return { status: 403, body: { status: "FORBIDDEN", message: `Resource '${name}' is reserved.` } };
  }
  switch (method) {
    case "GET":
      return found === undefined ? notFound(name) : { status: 200, body: { [name]: found } };
    case "DELETE":
      return store.delete(kind, name) ? { status: 200, body: { status: "OK", message: `'${name}' deleted.` } } : notFound(name);
    case "PUT":
      return put(store, kind, name, parsed(body), found !== undefined);
    case "PATCH":
      return found === undefined ? notFound(name) : patch(store, kind, name, found, parsed(body));
    default:
      return { status: 405, body: { status: "METHOD_NOT_ALLOWED", message: `Method ${method} not supported for this action.` } };
  }
}

function put(store: SecurityStore, kind: Kind, name: string, value: unknown, isThere: boolean): ApiReply {
  if (!isObject(value)) {
    return { status: 400, body: { status: "error", reason: "Request body required for this action." } };
  }
  const unknown = Object.keys(value).filter((key) => !keys[kind].includes(key));
  if (unknown.length > 0) {
    return { status: 400, body: { status: "error", reason: "Invalid configuration", invalid_keys: { keys: unknown.join(",") } } };
  }
  if (kind === "rolesmapping" && store.find("roles", name) === undefined) {
    return { status: 404, body: { status: "NOT_FOUND", message: `role '${name}' not found.` } };
  }
  store.put(kind, name, kind === "roles" ? roleItem(value) : mappingItem(value));
  return isThere
    ? { status: 200, body: { status: "OK", message: `'${name}' updated.` } }
    : { status: 201, body: { status: "CREATED", message: `'${name}' created.` } };
}

function roleItem(value: Item): Item {
  const permissions = Array.isArray(value["index_permissions"]) ? (value["index_permissions"] as Item[]) : [];
  return {
    reserved: false,
    hidden: false,
    static: false,
    cluster_permissions: texts(value["cluster_permissions"]),
    index_permissions: permissions.map((one) => ({
      index_patterns: texts(one["index_patterns"]),
      allowed_actions: texts(one["allowed_actions"]),
    })),
    tenant_permissions: [],
  };
}

function mappingItem(value: Item): Item {
  const [backend_roles, hosts, users] = ["backend_roles", "hosts", "users"].map((key) => texts(value[key]));
  return { reserved: false, hidden: false, backend_roles, hosts, users, and_backend_roles: texts(value["and_backend_roles"]) };
}

/** JSON Patch, of it what changes whole members. */
function patch(store: SecurityStore, kind: Kind, name: string, found: Item, operations: unknown): ApiReply {
  const changed: Item = { ...found };
  for (const one of Array.isArray(operations) ? (operations as Item[]) : []) {
    const key = String(one["path"]).replace(/^\//, "");
    if (!keys[kind].includes(key)) {
      return { status: 400, body: { status: "error", reason: "Invalid configuration", invalid_keys: { keys: key } } };
    }
    changed[key] = one["op"] === "remove" ? [] : one["value"];
  }
  store.put(kind, name, changed);
  return { status: 200, body: { status: "OK", message: `'${name}' updated.` } };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const notFound = (name: string): ApiReply => ({ status: 404, body: { status: "NOT_FOUND", message: `Resource '${name}' not found.` } });

function never(): never {
  throw new Error("There is always a role all_access.");
}
