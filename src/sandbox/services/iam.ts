import { mergeTags, type Tag } from "../inputs";
import { ServiceError, type Call, type Input, type Output, type Service } from "../service";
import type { World } from "../world";
import { checkTrust } from "./iam/documents";
import { page, read, roleName } from "./iam/requests";
import { policyOperations } from "./iam/rolePolicies";
import { addRole, findRole, getRole, rolesOf, seedRoles, type RoleItem } from "./iam/roles";
import { simulate, simulateCustom } from "./iam/simulation";

const pathPattern = /^(\/|\/[\u0021-\u007e]+\/)$/;

/** IAM: roles with their policies and tags, and policy simulation. Roles are global: every region sees the same ones. */
export function createIam(world: World): Service {
  world.onReset(() => seedRoles(world));
  return {
    name: "iam",
    start: () => seedRoles(world),
    operations: {
      ...roleOperations(world),
      ...policyOperations(world),
      ...tagOperations(world),
      GetUser: (input, call) => getUser(world, input, call),
      SimulatePrincipalPolicy: (input) => simulate(world, input),
      SimulateCustomPolicy: (input) => simulateCustom(input),
      CreateServiceLinkedRole: (input) => createServiceLinkedRole(world, input),
      ListInstanceProfilesForRole: (input) => {
        getRole(world, roleName(read(input)));
        return { InstanceProfiles: [], IsTruncated: false };
      },
      ListAccountAliases: () => ({ AccountAliases: [], IsTruncated: false }),
    },
  };
}

function roleOperations(world: World): Service["operations"] {
  return {
    CreateRole: (input, call) => createRole(world, input, call.region),
    GetRole: (input) => ({ Role: describe(getRole(world, roleName(read(input)))) }),
    ListRoles: (input) => {
      const prefix = read(input).text("PathPrefix") ?? "/";
      const roles = [...rolesOf(world).values()].filter((role) => role.Path.startsWith(prefix)).sort(byName);
      return page(
        input,
        "Roles",
        roles.map((role) => ({ ...describe(role), Tags: undefined, RoleLastUsed: undefined })),
      );
    },
    DeleteRole: (input) => deleteRole(world, input),
    UpdateRole: (input) => {
      const reader = read(input);
      const role = getRole(world, roleName(reader));
      role.Description = reader.text("Description", { max: 1000 }) ?? role.Description ?? "";
      role.MaxSessionDuration = reader.number("MaxSessionDuration", 3600, 43_200) ?? role.MaxSessionDuration;
      world.save();
      return {};
    },
    UpdateRoleDescription: (input) => {
      const reader = read(input);
      const role = getRole(world, roleName(reader));
      role.Description = reader.requiredText("Description", { max: 1000 });
      world.save();
      return { Role: describe(role) };
    },
    UpdateAssumeRolePolicy: (input) => {
      const reader = read(input);
      const role = getRole(world, roleName(reader));
      role.AssumeRolePolicyDocument = checkTrust(world, reader.requiredText("PolicyDocument", { min: 1, max: 131_072 }));
      world.save();
      return undefined;
    },
  };
}

const byName = (a: RoleItem, b: RoleItem): number => (a.RoleName < b.RoleName ? -1 : 1);

function createRole(world: World, input: Input, region: string): Output {
  const reader = read(input);
  const name = roleName(reader);
  const path = reader.text("Path", { min: 1, max: 512, pattern: pathPattern }) ?? "/";
  const trust = reader.requiredText("AssumeRolePolicyDocument", { min: 1, max: 131_072 });
  const description = reader.text("Description", { max: 1000 });
  const duration = reader.number("MaxSessionDuration", 3600, 43_200) ?? 3600;
  const tags = reader.tags("Tags");
  if (rolesOf(world).has(name.toLowerCase())) {
    throw new ServiceError("EntityAlreadyExists", `Role with name ${name} already exists.`, 409);
  }
  const role = addRole(
    world,
    {
      RoleName: name,
      Path: path,
      AssumeRolePolicyDocument: checkTrust(world, trust),
      MaxSessionDuration: duration,
      Tags: tags,
      ...(description === undefined ? {} : { Description: description }),
    },
    region,
  );
  return { Role: describe(role) };
}

function deleteRole(world: World, input: Input): Output {
  const role = getRole(world, roleName(read(input)));
  if (role.attached.length > 0) {
    throw new ServiceError("DeleteConflict", "Cannot delete entity, must detach all policies first.", 409);
  }
  if (Object.keys(role.policies).length > 0) {
    throw new ServiceError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
  }
  rolesOf(world).delete(role.RoleName.toLowerCase());
  world.save();
  return undefined;
}

function describe(role: RoleItem): Record<string, unknown> {
  return {
    Path: role.Path,
    RoleName: role.RoleName,
    RoleId: role.RoleId,
    Arn: role.Arn,
    CreateDate: new Date(role.CreateDate),
    AssumeRolePolicyDocument: encodeURIComponent(role.AssumeRolePolicyDocument),
    Description: role.Description,
    MaxSessionDuration: role.MaxSessionDuration,
    Tags: role.Tags.length === 0 ? undefined : role.Tags,
    RoleLastUsed: {},
  };
}

function tagOperations(world: World): Service["operations"] {
  return {
    TagRole: (input) => {
      const reader = read(input);
      const role = getRole(world, roleName(reader));
      const tags = mergeTags(role.Tags, reader.tags("Tags"));
      if (tags.length > 50) {
        throw new ServiceError("LimitExceeded", "The number of tags has reached the maximum limit.", 409);
      }
      role.Tags = tags;
      world.save();
      return undefined;
    },
    UntagRole: (input) => {
      const reader = read(input);
      const role = getRole(world, roleName(reader));
      const keys = reader.texts("TagKeys");
      role.Tags = role.Tags.filter((tag: Tag) => !keys.includes(tag.Key));
      world.save();
      return undefined;
    },
    ListRoleTags: (input) => page(input, "Tags", getRole(world, roleName(read(input))).Tags),
  };
}

function getUser(world: World, input: Input, call: Call): Output {
  const name = read(input).text("UserName") ?? "sandbox";
  if (name !== "sandbox") {
    throw new ServiceError("NoSuchEntity", `The user with name ${name} cannot be found.`, 404);
  }
  return {
    User: {
      Path: "/",
      UserName: "sandbox",
      UserId: "AIDASANDBOX000000000",
      Arn: call.callerArn.replace(/:sts::.*/, `:iam::${world.account}:user/sandbox`),
      CreateDate: new Date(Date.UTC(2026, 0, 1)),
    },
  };
}

function createServiceLinkedRole(world: World, input: Input): Output {
  const service = read(input).requiredText("AWSServiceName", { min: 1, max: 128, pattern: /^[\w+=,.@-]+$/ });
  const names: Readonly<Record<string, string>> = {
    "opensearchservice.amazonaws.com": "AWSServiceRoleForAmazonOpenSearchService",
    "es.amazonaws.com": "AWSServiceRoleForAmazonElasticsearchService",
  };
  const name = names[service];
  if (name === undefined) {
    throw new ServiceError("InvalidInput", `Service role ${service} cannot be created here.`);
  }
  if (findRole(world, name) !== undefined) {
    throw new ServiceError("InvalidInput", `Service role name ${name} has been taken in this account, please try a different suffix.`);
  }
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  const role = addRole(world, {
    RoleName: name,
    Path: `/aws-service-role/${service}/`,
    AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
  return { Role: describe(role) };
}
