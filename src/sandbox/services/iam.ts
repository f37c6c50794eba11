import { matchesFault } from "../faults";
import { mergeTags, pageOf, Reader, type Tag } from "../inputs";
import { decide, parsePolicy, type Statement } from "../policies";
import { ServiceError, type Call, type Input, type Output, type Service } from "../service";
import type { World } from "../world";
import { addRole, decideForCaller, findRole, findRoleByArn, getRole, rolesOf, seedRoles, type RoleItem } from "./iam/roles";

const rolePattern = /^[\w+=,.@-]+$/;
const pathPattern = /^(\/|\/[\u0021-\u007e]+\/)$/;

const read = (input: Input): Reader => new Reader(input, "ValidationError");
const roleName = (reader: Reader): string => reader.requiredText("RoleName", { min: 1, max: 64, pattern: rolePattern });
const policyName = (reader: Reader): string => reader.requiredText("PolicyName", { min: 1, max: 128, pattern: rolePattern });

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

function malformed(message: string): ServiceError {
  return new ServiceError("MalformedPolicyDocument", message);
}

function parseDocument(text: string): readonly Statement[] {
  const statements = parsePolicy(text);
  if (statements === undefined) {
    throw malformed(isJson(text) ? "Syntax errors in policy." : "This policy contains invalid Json");
  }
  return statements;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A trust policy names principals that exist, and no resources. */
function checkTrust(world: World, text: string): string {
  for (const statement of parseDocument(text)) {
    if (statement.resources.length > 0) {
      throw malformed("Has prohibited field Resource");
    }
    if (statement.principals === undefined) {
      throw malformed("Missing required field Principal");
    }
    if (statement.actions.length === 0 && statement.notActions === undefined) {
      throw malformed("Missing required field Action");
    }
    const absent = statement.principals.find((principal) => !principalExists(world, principal));
    if (absent !== undefined) {
      throw malformed(`Invalid principal in policy: "AWS":"${absent}"`);
    }
  }
  return text;
}

/** Whether a policy may name the principal: only this account's are known; services, other accounts and federations are taken as they are. */
export function principalExists(world: World, principal: string): boolean {
  const match = /^arn:[^:]+:iam::(\d{12}):(root|user\/.+|role\/.+)$/.exec(principal);
  if (match === null) {
    return !/^A(ROA|IDA)/.test(principal);
  }
  const [, account, resource = ""] = match;
  if (account !== world.account || resource === "root" || resource === "user/sandbox") {
    return true;
  }
  const role = resource.startsWith("role/") ? findRoleByArn(world, principal) : undefined;
  return role !== undefined && world.now() >= role.visibleAt;
}

function policyOperations(world: World): Service["operations"] {
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

function page(input: Input, name: string, items: readonly unknown[]): Output {
  const reader = read(input);
  const marker = reader.text("Marker", { min: 1 });
  const size = reader.number("MaxItems", 1, 1000) ?? 100;
  const { items: found, next } = pageOf(items, marker, size, () => new ServiceError("ValidationError", "Invalid Marker."));
  return { [name]: found, IsTruncated: next !== undefined, Marker: next };
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

function simulate(world: World, input: Input): Output {
  const reader = read(input);
  const source = reader.requiredText("PolicySourceArn", { min: 20, max: 2048 });
  const actions = reader.texts("ActionNames");
  const resources = reader.has("ResourceArns") ? reader.texts("ResourceArns") : ["*"];
  if (!/^arn:[^:]+:iam::\d{12}:(user|role|group)\/.+$/.test(source)) {
    throw new ServiceError("InvalidInput", `Invalid Entity Arn: ${source} does not clearly define entity type and name.`);
  }
  if (source.includes(":role/") && findRoleByArn(world, source) === undefined) {
    throw new ServiceError("NoSuchEntity", `The role with name ${source.slice(source.lastIndexOf("/") + 1)} cannot be found.`, 404);
  }
  const context = contextOf(reader);
  const extra = reader.texts("PolicyInputList").flatMap(parseDocument);
  const results = actions.flatMap((action) =>
    resources.map((resource) => {
      const denied = matchesFault(world, "accessDenied", action);
      const decision = denied ? "implicitDeny" : decideForCaller(world, source, { action, resource, context });
      const widened = decision === "implicitDeny" && !denied ? decide(extra, { action, resource, context }) : decision;
      return {
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: widened,
        MatchedStatements: [],
        MissingContextValues: [],
      };
    }),
  );
  return page(input, "EvaluationResults", results);
}

function simulateCustom(input: Input): Output {
  const reader = read(input);
  const statements = reader.texts("PolicyInputList").flatMap(parseDocument);
  const resources = reader.has("ResourceArns") ? reader.texts("ResourceArns") : ["*"];
  const context = contextOf(reader);
  const results = reader.texts("ActionNames").flatMap((action) =>
    resources.map((resource) => ({
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: decide(statements, { action, resource, context }),
      MatchedStatements: [],
      MissingContextValues: [],
    })),
  );
  return page(input, "EvaluationResults", results);
}

function contextOf(reader: Reader): Record<string, string> {
  return Object.fromEntries(
    reader
      .structures("ContextEntries")
      .map((entry) => [(entry.text("ContextKeyName") ?? "").toLowerCase(), entry.texts("ContextKeyValues")[0] ?? ""]),
  );
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
