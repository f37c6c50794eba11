import { ServiceError, type Input, type Output, type Service } from "../../service";
import type { World } from "../../world";
import { malformed, parseDocument } from "./documents";
import { page, policyName, read, roleName } from "./requests";
import { getRole, type RoleItem } from "./roles";

export function policyOperations(world: World): Service["operations"] {
  return {
    PutRolePolicy: (input) => putRolePolicy(world, input),
    GetRolePolicy: (input) => {
      const reader = read(input);
      const role = getRole(world, roleName(reader));
      const name = policyName(reader);
      return { RoleName: role.RoleName, PolicyName: name, PolicyDocument: encodeURIComponent(inlinePolicy(role, name)) };
    },
    DeleteRolePolicy: (input) => {
      const reader = read(input);
      const role = getRole(world, roleName(reader));
      const name = policyName(reader);
      inlinePolicy(role, name);
      role.policies = Object.fromEntries(Object.entries(role.policies).filter(([key]) => key !== name));
      world.save();
      return undefined;
    },
    ListRolePolicies: (input) => page(input, "PolicyNames", Object.keys(getRole(world, roleName(read(input))).policies).sort()),
    AttachRolePolicy: (input) => {
      const role = getRole(world, roleName(read(input)));
      role.attached = [...new Set([...role.attached, managedArn(input)])];
      world.save();
      return undefined;
    },
    DetachRolePolicy: (input) => {
      const role = getRole(world, roleName(read(input)));
      const arn = managedArn(input);
      if (!role.attached.includes(arn)) {
        throw new ServiceError("NoSuchEntity", `Policy ${arn} was not found.`, 404);
      }
      role.attached = role.attached.filter((each) => each !== arn);
      world.save();
      return undefined;
    },
    ListAttachedRolePolicies: (input) =>
      page(
        input,
        "AttachedPolicies",
        getRole(world, roleName(read(input))).attached.map((arn) => ({ PolicyName: arn.slice(arn.lastIndexOf("/") + 1), PolicyArn: arn })),
      ),
  };
}

function managedArn(input: Input): string {
  const arn = read(input).requiredText("PolicyArn", { min: 20, max: 2048 });
  if (!/^arn:[^:]+:iam::aws:policy\/.+$/.test(arn)) {
    throw new ServiceError("NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`, 404);
  }
  return arn;
}

function inlinePolicy(role: RoleItem, name: string): string {
  const document = Object.hasOwn(role.policies, name) ? role.policies[name] : undefined;
  if (document === undefined) {
    throw new ServiceError("NoSuchEntity", `The role policy with name ${name} cannot be found.`, 404);
  }
  return document;
}

/** Characters without white space that all inline policies of a role may have together. */
const inlineLimit = 10_240;

function putRolePolicy(world: World, input: Input): Output {
  const reader = read(input);
  const role = getRole(world, roleName(reader));
  const name = policyName(reader);
  const document = reader.requiredText("PolicyDocument", { min: 1, max: 131_072 });
  for (const statement of parseDocument(document)) {
    if (statement.principals !== undefined) {
      throw malformed("Policy document should not specify a principal.");
    }
    if (statement.resources.length === 0 && statement.notResources === undefined) {
      throw malformed("Policy statement must contain resources.");
    }
    if (statement.actions.length === 0 && statement.notActions === undefined) {
      throw malformed("Policy statement must contain actions.");
    }
  }
  const all = { ...role.policies, [name]: document };
  const size = Object.values(all).reduce((sum, text) => sum + text.replace(/\s/g, "").length, 0);
  if (size > inlineLimit) {
    throw new ServiceError("LimitExceeded", `Maximum policy size of ${inlineLimit} bytes exceeded for role ${role.RoleName}`, 409);
  }
  role.policies = all;
  world.save();
  return undefined;
}
