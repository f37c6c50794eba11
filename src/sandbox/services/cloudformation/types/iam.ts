import { ServiceError } from "../../../service";
import type { Properties } from "../items";
import { findRole } from "../../iam/roles";
import {
  asObject,
  documentText,
  done,
  generatedName,
  isSame,
  pick,
  records,
  tagsOf,
  text,
  unlessCode,
  type HandlerContext,
  type ResourceType,
} from "./resourceType";

const gone = ["NoSuchEntity"];

const inline = (properties: Properties): ReadonlyMap<string, string> =>
  new Map(records(properties["Policies"]).map((policy) => [text(policy, "PolicyName") ?? "", documentText(policy["PolicyDocument"])]));

const attached = (properties: Properties): readonly string[] =>
  Array.isArray(properties["ManagedPolicyArns"]) ? properties["ManagedPolicyArns"].map(String) : [];

async function setPolicies(context: HandlerContext, role: string, after: Properties, before: Properties): Promise<void> {
  const { call } = context;
  for (const [PolicyName, PolicyDocument] of inline(after)) {
    await call.invoke("iam", "PutRolePolicy", { RoleName: role, PolicyName, PolicyDocument });
  }
  for (const PolicyName of inline(before).keys()) {
    if (!inline(after).has(PolicyName)) {
      await unlessCode(call.invoke("iam", "DeleteRolePolicy", { RoleName: role, PolicyName }), gone, {});
    }
  }
  for (const PolicyArn of attached(after)) {
    await call.invoke("iam", "AttachRolePolicy", { RoleName: role, PolicyArn });
  }
  for (const PolicyArn of attached(before)) {
    if (!attached(after).includes(PolicyArn)) {
      await unlessCode(call.invoke("iam", "DetachRolePolicy", { RoleName: role, PolicyArn }), gone, {});
    }
  }
}

export const roleType: ResourceType = {
  properties: [
    "AssumeRolePolicyDocument",
    "Description",
    "ManagedPolicyArns",
    "MaxSessionDuration",
    "Path",
    "PermissionsBoundary",
    "Policies",
    "RoleName",
    "Tags",
  ],
  required: ["AssumeRolePolicyDocument"],
  createOnly: ["RoleName", "Path"],
  nameProperty: "RoleName",
  isTaggable: true,
  create: async (context, properties, state) => {
    if (state !== undefined) {
      const role = findRole(context.world, text(state, "role") ?? "");
      return { isDone: role === undefined || context.world.now() >= role.visibleAt, state };
    }
    const name = text(properties, "RoleName") ?? generatedName(context, 64);
    await context.call.invoke("iam", "CreateRole", {
      ...pick(properties, ["Path", "Description", "MaxSessionDuration"]),
      RoleName: name,
      AssumeRolePolicyDocument: documentText(properties["AssumeRolePolicyDocument"]),
      Tags: tagsOf(properties),
    });
    try {
      await setPolicies(context, name, properties, {});
    } catch (thrown) {
      await roleType.remove(context, name, properties, undefined);
      throw thrown;
    }
    return { isDone: false, physicalId: name, state: { role: name } };
  },
  update: async (context, physicalId, properties, before) => {
    const { call } = context;
    const RoleName = physicalId;
    if (!isSame(properties["AssumeRolePolicyDocument"], before["AssumeRolePolicyDocument"])) {
      const PolicyDocument = documentText(properties["AssumeRolePolicyDocument"]);
      await call.invoke("iam", "UpdateAssumeRolePolicy", { RoleName, PolicyDocument });
    }
    await call.invoke("iam", "UpdateRole", {
      RoleName,
      Description: properties["Description"] ?? "",
      MaxSessionDuration: properties["MaxSessionDuration"] ?? 3600,
    });
    await setPolicies(context, physicalId, properties, before);
    const kept = tagsOf(properties).map((tag) => tag.Key);
    const TagKeys = tagsOf(before)
      .map((tag) => tag.Key)
      .filter((key) => !kept.includes(key));
    await call.invoke("iam", "UntagRole", { RoleName, TagKeys });
    await call.invoke("iam", "TagRole", { RoleName, Tags: tagsOf(properties) });
    return done;
  },
  remove: async (context, physicalId, properties) => {
    const { call } = context;
    if (findRole(context.world, physicalId) !== undefined) {
      await setPolicies(context, physicalId, {}, properties);
    }
    await unlessCode(call.invoke("iam", "DeleteRole", { RoleName: physicalId }), gone, {});
    return done;
  },
  attributes: async ({ world }, physicalId) => {
    const role = findRole(world, physicalId);
    return Promise.resolve({ Arn: role?.Arn ?? "", RoleId: role?.RoleId ?? "" });
  },
  read: async (context, physicalId) => {
    const answer = await unlessCode(context.call.invoke("iam", "GetRole", { RoleName: physicalId }), gone, {});
    const role = asObject(answer["Role"]);
    const item = findRole(context.world, physicalId);
    if (role["RoleName"] === undefined || item === undefined) {
      return undefined;
    }
    return {
      RoleName: physicalId,
      Path: role["Path"],
      Description: role["Description"],
      MaxSessionDuration: role["MaxSessionDuration"],
      AssumeRolePolicyDocument: JSON.parse(item.AssumeRolePolicyDocument),
      Policies: Object.entries(item.policies).map(([PolicyName, document]) => ({
        PolicyName,
        PolicyDocument: JSON.parse(document) as unknown,
      })),
      ManagedPolicyArns: item.attached,
      Tags: item.Tags,
    };
  },
};

const rolesIn = (properties: Properties): readonly string[] => (Array.isArray(properties["Roles"]) ? properties["Roles"].map(String) : []);

export const policyType: ResourceType = {
  properties: ["PolicyName", "PolicyDocument", "Roles", "Users", "Groups"],
  required: ["PolicyName", "PolicyDocument"],
  createOnly: [],
  isTaggable: false,
  create: async (context, properties) => {
    if (rolesIn(properties).length === 0) {
      throw new ServiceError("ValidationError", "At least one of [Groups,Roles,Users] must be non-empty.");
    }
    await putOnRoles(context, properties);
    return { isDone: true, physicalId: generatedName(context, 128) };
  },
  update: async (context, _physicalId, properties, before) => {
    await putOnRoles(context, properties);
    const isRenamed = text(properties, "PolicyName") !== text(before, "PolicyName");
    await removeFromRoles(context, before, (role) => isRenamed || !rolesIn(properties).includes(role));
    return done;
  },
  remove: async (context, _physicalId, properties) => {
    await removeFromRoles(context, properties, () => true);
    return done;
  },
  attributes: async (_context, physicalId) => Promise.resolve({ Id: physicalId }),
};

async function putOnRoles({ call }: HandlerContext, properties: Properties): Promise<void> {
  for (const RoleName of rolesIn(properties)) {
    const PolicyDocument = documentText(properties["PolicyDocument"]);
    await call.invoke("iam", "PutRolePolicy", { RoleName, PolicyName: text(properties, "PolicyName"), PolicyDocument });
  }
}

async function removeFromRoles({ call }: HandlerContext, properties: Properties, isWanted: (role: string) => boolean): Promise<void> {
  for (const RoleName of rolesIn(properties).filter(isWanted)) {
    await unlessCode(call.invoke("iam", "DeleteRolePolicy", { RoleName, PolicyName: text(properties, "PolicyName") }), gone, {});
  }
}
