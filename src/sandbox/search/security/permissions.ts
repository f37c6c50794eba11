import { matches, type SecurityRole } from "./store";

/** What a request needs: a right on the cluster, or one on each of the indices. */
export interface Need {
  readonly action: string;
  /** Absent: a right on the cluster. */
  readonly indices?: readonly string[];
}

/** Groups of actions that roles name, as the security plugin defines them. */
const groups: Readonly<Record<string, readonly string[]>> = {
  cluster_all: ["cluster:*", "indices:admin/template/*"],
  cluster_monitor: ["cluster:monitor/*"],
  cluster_composite_ops: [
    "indices:data/write/bulk",
    "indices:admin/aliases*",
    "indices:data/read/mget",
    "indices:data/read/msearch",
    "indices:data/read/scroll*",
  ],
  cluster_composite_ops_ro: ["indices:data/read/mget", "indices:data/read/msearch", "indices:data/read/scroll*"],
  cluster_manage_index_templates: ["indices:admin/template/*", "indices:admin/index_template/*"],
  manage_index_templates: ["indices:admin/template/*", "indices:admin/index_template/*"],
  indices_all: ["indices:*"],
  indices_monitor: ["indices:monitor/*"],
  crud: ["indices:data/read*", "indices:data/write*", "indices:admin/mapping/put"],
  read: ["indices:data/read*", "indices:admin/mappings/get"],
  search: ["indices:data/read/search*"],
  get: ["indices:data/read/get*"],
  write: ["indices:data/write*", "indices:admin/mapping/put"],
  index: ["indices:data/write/index*", "indices:data/write/bulk*", "indices:admin/mapping/put"],
  delete: ["indices:data/write/delete*"],
  create_index: ["indices:admin/create", "indices:admin/mapping/put"],
  manage: ["indices:monitor/*", "indices:admin/*"],
};

const allowed = (granted: readonly string[], action: string): boolean =>
  granted.some((one) => (groups[one] ?? [one]).some((pattern) => matches(pattern, action)));

export function mayDo(roles: readonly SecurityRole[], { action, indices }: Need): boolean {
  if (indices === undefined) {
    return roles.some((role) => allowed(role.cluster_permissions, action));
  }
  return indices.every((index) =>
    roles.some((role) =>
      role.index_permissions.some(
        (one) => one.index_patterns.some((pattern) => matches(pattern, index)) && allowed(one.allowed_actions, action),
      ),
    ),
  );
}

/** The rights that a request to the engine needs; `isThere` tells of an index whether writing would have to make it. */
export function needsOf(method: string, path: string, body: string, isThere: (index: string) => boolean): readonly Need[] {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  const first = parts[0] ?? "";
  if (parts.includes("_bulk")) {
    return bulkNeeds(first.startsWith("_") ? undefined : first, body, isThere);
  }
  if (first === "" || /^_(cluster|nodes|cat|stats|remote|tasks)$/.test(first)) {
    return [{ action: first === "_cluster" && method === "PUT" ? "cluster:admin/settings/update" : "cluster:monitor/main" }];
  }
  if (/^_(index_|component_)?template$/.test(first)) {
    return [{ action: `indices:admin/template/${method === "GET" || method === "HEAD" ? "get" : method === "DELETE" ? "delete" : "put"}` }];
  }
  if (first === "_search" && parts[1] === "scroll") {
    return [{ action: "indices:data/read/scroll" }];
  }
  const indices = first.startsWith("_") && first !== "_all" ? ["*"] : first.split(",");
  return [{ action: indexAction(method, parts), indices }];
}

function indexAction(method: string, parts: readonly string[]): string {
  const what = parts.find((part, at) => part.startsWith("_") && (at > 0 || part !== "_all"));
  const isRead = method === "GET" || method === "HEAD";
  switch (what) {
    case "_search":
    case "_count":
    case "_msearch":
      return "indices:data/read/search";
    case "_doc":
    case "_create":
    case "_update":
    case "_source":
      return isRead ? "indices:data/read/get" : method === "DELETE" ? "indices:data/write/delete" : "indices:data/write/index";
    case "_delete_by_query":
      return "indices:data/write/delete/byquery";
    case "_update_by_query":
      return "indices:data/write/update/byquery";
    case "_mget":
      return "indices:data/read/mget";
    case "_mapping":
      return isRead ? "indices:admin/mappings/get" : "indices:admin/mapping/put";
    case "_stats":
    case "_settings":
      return isRead ? "indices:monitor/stats" : "indices:admin/settings/update";
    case undefined:
      return isRead ? "indices:admin/get" : method === "DELETE" ? "indices:admin/delete" : "indices:admin/create";
    default:
      return isRead ? "indices:monitor/other" : "indices:admin/other";
  }
}

function bulkNeeds(index: string | undefined, body: string, isThere: (index: string) => boolean): readonly Need[] {
  const named = [...body.matchAll(/^\s*\{\s*"(?:index|create|update|delete)"\s*:\s*\{[^\n]*?"_index"\s*:\s*"([^"]+)"/gm)].map(
    ([, one = ""]) => one,
  );
  const indices = [...new Set([...(index === undefined ? [] : [index]), ...named])];
  const missing = indices.filter((one) => !isThere(one));
  return [
    { action: "indices:data/write/bulk" },
    ...(indices.length === 0 ? [] : [{ action: "indices:data/write/index", indices }]),
    ...(missing.length === 0 ? [] : [{ action: "indices:admin/create", indices: missing }]),
  ];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
