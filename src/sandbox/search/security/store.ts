import type { Item, World } from "../../world";

export interface SecurityRole {
  readonly cluster_permissions: readonly string[];
  readonly index_permissions: readonly { readonly index_patterns: readonly string[]; readonly allowed_actions: readonly string[] }[];
}

export interface RoleMapping {
  readonly backend_roles: readonly string[];
  readonly hosts: readonly string[];
  readonly users: readonly string[];
}

/** Who asks: a name and the roles of the identity provider, which for IAM are ARNs. */
export interface SecurityUser {
  readonly name: string;
  readonly backendRoles: readonly string[];
  /** The domain's master user. */
  readonly isMaster: boolean;
}

const everything = [{ index_patterns: ["*"], allowed_actions: ["*"] }];

/** Roles that are there from the start and cannot be changed. */
export const staticRoles: Readonly<Record<string, SecurityRole>> = {
  all_access: { cluster_permissions: ["*"], index_permissions: everything },
  security_manager: { cluster_permissions: ["restapi:admin/*"], index_permissions: [] },
  kibana_user: { cluster_permissions: ["cluster_composite_ops"], index_permissions: [] },
  readall: { cluster_permissions: ["cluster_composite_ops_ro"], index_permissions: [{ index_patterns: ["*"], allowed_actions: ["read"] }] },
};

export type Kind = "roles" | "rolesmapping";

/** What a domain's security API holds, by kind and name. */
export class SecurityStore {
  private readonly world: World;
  private readonly items: Map<string, Item>;

  constructor(world: World, domain: string) {
    this.world = world;
    this.items = world.collection(`security.${domain}`);
  }

  all(kind: Kind): Readonly<Record<string, Item>> {
    const own = [...this.items]
      .filter(([key]) => key.startsWith(`${kind}/`))
      .map(([key, item]) => [key.slice(kind.length + 1), item] as const);
    return { ...(kind === "roles" ? (staticRoles as unknown as Record<string, Item>) : {}), ...Object.fromEntries(own) };
  }

  find(kind: Kind, name: string): Item | undefined {
    return this.all(kind)[name];
  }

  put(kind: Kind, name: string, value: Item): void {
    this.items.set(`${kind}/${name}`, value);
    this.world.save();
  }

  delete(kind: Kind, name: string): boolean {
    const had = this.items.delete(`${kind}/${name}`);
    this.world.save();
    return had;
  }

  /** Roles that a user has by mappings; the master user has all access. */
  rolesOf(user: SecurityUser): readonly SecurityRole[] {
    const roles = this.all("roles") as unknown as Readonly<Record<string, SecurityRole>>;
    const names = Object.entries(this.all("rolesmapping"))
      .filter(([, mapping]) => texts(mapping["users"]).some((one) => matches(one, user.name)) || this.isMappedByRole(mapping, user))
      .map(([name]) => name);
    return [...(user.isMaster ? ["all_access", ...names] : names)].flatMap((name) => roles[name] ?? []);
  }

  private isMappedByRole(mapping: Item, { backendRoles }: SecurityUser): boolean {
    return texts(mapping["backend_roles"]).some((wanted) => backendRoles.some((role) => matches(wanted, role)));
  }
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

/** `*` stands for anything. */
export function matches(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern.split("*").map(escape).join(".*")}$`, "s").test(text);
}

const escape = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
