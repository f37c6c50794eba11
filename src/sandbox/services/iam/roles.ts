import { toGlobalArn } from "../../arns";
import type { Tag } from "../../inputs";
import { decide, parsePolicy, roleOf, type Asked, type Decision, type Statement } from "../../policies";
import { ServiceError } from "../../service";
import type { Item, World } from "../../world";

/** A role as kept in the collection, keyed by its name in lower case. */
export interface RoleItem extends Item {
  RoleName: string;
  RoleId: string;
  Arn: string;
  Path: string;
  /** Epoch milliseconds. */
  CreateDate: number;
  /** From when other services see it. */
  visibleAt: number;
  AssumeRolePolicyDocument: string;
  Description?: string;
  MaxSessionDuration: number;
  Tags: Tag[];
  policies: Record<string, string>;
  attached: string[];
}

export function rolesOf(world: World): Map<string, RoleItem> {
  return world.collection("iam.roles") as Map<string, RoleItem>;
}

export function findRole(world: World, name: string): RoleItem | undefined {
  const role = rolesOf(world).get(name.toLowerCase());
  return role?.RoleName === name ? role : undefined;
}

export function getRole(world: World, name: string): RoleItem {
  const role = findRole(world, name);
  if (role === undefined) {
    throw new ServiceError("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
  }
  return role;
}

export function findRoleByArn(world: World, arn: string): RoleItem | undefined {
  return [...rolesOf(world).values()].find((role) => role.Arn === arn || roleWithoutPath(role.Arn) === arn);
}

const roleWithoutPath = (arn: string): string => arn.replace(/:role\/.*\//, ":role/");

/** Whether a service of AWS can act as the role now. */
export type Assumable = "yes" | "missing" | "notYetVisible" | "untrusted";

export function assumable(world: World, roleArn: string, servicePrincipal: string): Assumable {
  const role = findRoleByArn(world, roleArn);
  if (role === undefined) {
    return "missing";
  }
  if (world.now() < role.visibleAt) {
    return "notYetVisible";
  }
  const context = {
    "sts:externalid": world.account,
    "aws:sourceaccount": world.account,
  };
  const trust = parsePolicy(role.AssumeRolePolicyDocument) ?? [];
  return decide(trust, { action: "sts:AssumeRole", resource: "*", principal: servicePrincipal, context }) === "allowed"
    ? "yes"
    : "untrusted";
}

/** What the role's own policies say to an action. Unknown roles may do nothing. */
export function decideForRole(world: World, roleArn: string, asked: Asked): Decision {
  const role = findRoleByArn(world, roleOf(roleArn));
  return role === undefined ? "implicitDeny" : decide(statementsOf(role), asked);
}

/** What a caller's identity policies say: the sandbox's user may do everything, a role session what its role may. */
export function decideForCaller(world: World, arn: string, asked: Asked): Decision {
  return arn.includes(":assumed-role/") || arn.includes(":role/") ? decideForRole(world, arn, asked) : "allowed";
}

function statementsOf(role: RoleItem): readonly Statement[] {
  const documents = [
    ...Object.values(role.policies),
    ...role.attached.map((arn) => managedPolicies[arn.replace(/^arn:[^:]+:/, "arn:aws:")] ?? "{}"),
  ];
  return documents.flatMap((document) => parsePolicy(document) ?? []);
}

const allow = (...actions: string[]): string => JSON.stringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });

/** The few managed policies that matter here, in effect if not in their whole text. */
const managedPolicies: Readonly<Record<string, string>> = {
  "arn:aws:iam::aws:policy/AdministratorAccess": allow("*"),
  "arn:aws:iam::aws:policy/service-role/AmazonAppStreamServiceAccess": allow("ec2:*", "s3:*", "ds:*"),
  "arn:aws:iam::aws:policy/AmazonKinesisFirehoseFullAccess": allow("firehose:*"),
};

/** The role that AppStream's console makes in every account that uses AppStream. */
export function seedRoles(world: World): void {
  const name = "AmazonAppStreamServiceAccess";
  if (findRole(world, name) !== undefined) {
    return;
  }
  const statement = { Effect: "Allow", Principal: { Service: "appstream.amazonaws.com" }, Action: "sts:AssumeRole" };
  const policy = "arn:aws:iam::aws:policy/service-role/AmazonAppStreamServiceAccess";
  addRole(world, {
    RoleName: name,
    Path: "/service-role/",
    AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    visibleAt: 0,
    attached: [policy],
  });
}

export function addRole(
  world: World,
  role: Pick<RoleItem, "RoleName" | "Path" | "AssumeRolePolicyDocument"> & Partial<RoleItem>,
  region = "us-east-1",
): RoleItem {
  const item: RoleItem = {
    RoleId: `AROA${world.randomHex(17).toUpperCase()}`,
    Arn: toGlobalArn("iam", region, world.account, `role${role.Path}${role.RoleName}`),
    CreateDate: world.now(),
    visibleAt: world.now() + world.duration("roleVisible"),
    MaxSessionDuration: 3600,
    Tags: [],
    policies: {},
    attached: [],
    ...role,
  };
  rolesOf(world).set(role.RoleName.toLowerCase(), item);
  world.save();
  return item;
}
