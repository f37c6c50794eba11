import { toArn } from "../../../arns";
import { ServiceError } from "../../../service";
import type { Item } from "../../../world";
import type { Properties } from "../items";
import {
  asObject,
  done,
  fromTagMap,
  isSame,
  pick,
  records,
  tagsOf,
  text,
  toTagMap,
  unlessCode,
  type HandlerContext,
  type Progress,
  type ResourceType,
} from "./resourceType";

const gone = ["ResourceNotFoundException"];

const fleetInput = [
  "Name",
  "DisplayName",
  "Description",
  "ImageName",
  "ImageArn",
  "InstanceType",
  "FleetType",
  "ComputeCapacity",
  "VpcConfig",
  "MaxUserDurationInSeconds",
  "DisconnectTimeoutInSeconds",
  "IdleDisconnectTimeoutInSeconds",
  "EnableDefaultInternetAccess",
  "DomainJoinInfo",
  "IamRoleArn",
  "StreamView",
  "Platform",
  "MaxConcurrentSessions",
  "MaxSessionsPerInstance",
  "UsbDeviceFilterStrings",
  "SessionScriptS3Location",
] as const;

/** Numbers and flags of templates may be text; AppStream's API takes them only as what they are. */
function typed(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(typed);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, typed(each)]));
  }
  return value;
}

const wholeNumbers =
  /^(MaxUserDurationInSeconds|DisconnectTimeoutInSeconds|IdleDisconnectTimeoutInSeconds|MaxConcurrentSessions|MaxSessionsPerInstance|DesiredInstances|DesiredSessions)$/;

function toApi(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => {
      if (typeof value === "string" && wholeNumbers.test(key)) {
        return [key, Number(value)];
      }
      if (value === "true" || value === "false") {
        return [key, value === "true"];
      }
      return [key, typeof value === "object" && value !== null && !Array.isArray(value) ? toApi(value as Properties) : typed(value)];
    }),
  );
}

async function describeFleet({ call }: HandlerContext, name: string): Promise<Record<string, unknown> | undefined> {
  const answer = await unlessCode(call.invoke("appstream", "DescribeFleets", { Names: [name] }), gone, {});
  return records(answer["Fleets"])[0];
}

/** True once running; refuses when the start came to nothing. */
async function isRunning(context: HandlerContext, name: string): Promise<boolean> {
  const fleet = (await describeFleet(context, name)) ?? {};
  const errors = records(fleet["FleetErrors"]).map((error) => `${text(error, "ErrorCode") ?? ""}: ${text(error, "ErrorMessage") ?? ""}`);
  if (fleet["State"] === "STOPPED" || (fleet["State"] === "STOPPING" && errors.length > 0)) {
    throw new ServiceError("NotStabilized", `The fleet ${name} did not start. ${errors.join(" ")}`.trim());
  }
  return fleet["State"] === "RUNNING";
}

/** A policy's flag: true, "true" or the object form `{Type: true}`. */
function isOn(value: unknown): boolean {
  const inner = typeof value === "object" && value !== null ? (value as Properties)["Type"] : value;
  return inner === true || inner === "true";
}

const fleetArn = ({ world, call }: HandlerContext, name: string): string => toArn("appstream", call.region, world.account, `fleet/${name}`);
const stackArn = ({ world, call }: HandlerContext, name: string): string => toArn("appstream", call.region, world.account, `stack/${name}`);

export const fleetType: ResourceType = {
  properties: [...fleetInput, "Tags"],
  required: ["InstanceType", "Name"],
  createOnly: ["Name", "FleetType"],
  nameProperty: "Name",
  isTaggable: true,
  create: async (context, properties, state) => {
    const name = text(properties, "Name") ?? "";
    if (state !== undefined) {
      return { isDone: await isRunning(context, name), state };
    }
    const tags = toTagMap(tagsOf(properties));
    await context.call.invoke("appstream", "CreateFleet", {
      ...toApi(pick(properties, fleetInput)),
      ...(Object.keys(tags).length === 0 ? {} : { Tags: tags }),
    });
    if (!isOn(asObject(context.policies["CreationPolicy"])["StartFleet"])) {
      return { isDone: true, physicalId: name };
    }
    return startFleet(context, name, { isStarting: true }, name);
  },
  update: async (context, physicalId, properties, before, state) => updateFleet(context, physicalId, properties, before, state),
  remove: async (context, physicalId) => {
    const fleet = await describeFleet(context, physicalId);
    if (fleet === undefined) {
      return done;
    }
    if (fleet["State"] === "RUNNING" || fleet["State"] === "STARTING") {
      await context.call.invoke("appstream", "StopFleet", { Name: physicalId });
    } else if (fleet["State"] === "STOPPED") {
      await context.call.invoke("appstream", "DeleteFleet", { Name: physicalId });
    }
    return { isDone: (await describeFleet(context, physicalId)) === undefined };
  },
  attributes: async (context, physicalId) => Promise.resolve({ Arn: fleetArn(context, physicalId) }),
  read: async (context, physicalId) => {
    const fleet = await describeFleet(context, physicalId);
    if (fleet === undefined) {
      return undefined;
    }
    const desired = asObject(fleet["ComputeCapacityStatus"])["Desired"];
    const { Tags } = await context.call.invoke("appstream", "ListTagsForResource", { ResourceArn: fleetArn(context, physicalId) });
    return {
      ...pick(fleet, fleetInput),
      ...(desired === undefined ? {} : { ComputeCapacity: { DesiredInstances: desired } }),
      Tags: fromTagMap(Tags),
    };
  },
};

async function startFleet(context: HandlerContext, name: string, state: Item, physicalId?: string): Promise<Progress> {
  await context.call.invoke("appstream", "StartFleet", { Name: name });
  return { isDone: false, state, ...(physicalId === undefined ? {} : { physicalId }) };
}

/** Stops before and starts after where the update policy says so; else a running fleet takes what it takes. */
async function updateFleet(
  context: HandlerContext,
  name: string,
  properties: Properties,
  before: Properties,
  state: Item | undefined,
): Promise<Progress> {
  const policy = asObject(context.policies["UpdatePolicy"]);
  const fleet = (await describeFleet(context, name)) ?? {};
  switch (text(state ?? {}, "phase")) {
    case undefined: {
      if (isOn(policy["StopBeforeUpdate"]) && fleet["State"] === "RUNNING") {
        await context.call.invoke("appstream", "StopFleet", { Name: name });
      }
      return { isDone: false, state: { phase: "change" } };
    }
    case "change": {
      if (fleet["State"] === "STOPPING" || fleet["State"] === "STARTING") {
        return { isDone: false, state: { phase: "change" } };
      }
      await changeFleet(context, name, properties, before);
      return isOn(policy["StartAfterUpdate"]) && fleet["State"] === "STOPPED" ? startFleet(context, name, { phase: "start" }) : done;
    }
    default:
      return { isDone: await isRunning(context, name), state: { phase: "start" } };
  }
}

/** Compares with the fleet as it is: a rollback must undo only what took effect. */
async function changeFleet(context: HandlerContext, name: string, properties: Properties, before: Properties): Promise<void> {
  const actual = { ...before, ...(await fleetType.read?.(context, name)) };
  const changed = fleetInput.filter((key) => properties[key] !== undefined && !isSame(properties[key], actual[key]));
  if (changed.length > 0) {
    await context.call.invoke("appstream", "UpdateFleet", { Name: name, ...toApi(pick(properties, changed)) });
  }
  await setTags(context, fleetArn(context, name), properties, before);
}

async function setTags({ call }: HandlerContext, ResourceArn: string, properties: Properties, before: Properties): Promise<void> {
  const kept = tagsOf(properties).map((tag) => tag.Key);
  const TagKeys = tagsOf(before)
    .map((tag) => tag.Key)
    .filter((key) => !kept.includes(key));
  if (TagKeys.length > 0) {
    await call.invoke("appstream", "UntagResource", { ResourceArn, TagKeys });
  }
  if (kept.length > 0) {
    await call.invoke("appstream", "TagResource", { ResourceArn, Tags: toTagMap(tagsOf(properties)) });
  }
}

const stackInput = [
  "Name",
  "Description",
  "DisplayName",
  "StorageConnectors",
  "RedirectURL",
  "FeedbackURL",
  "UserSettings",
  "ApplicationSettings",
  "AccessEndpoints",
  "EmbedHostDomains",
  "StreamingExperienceSettings",
] as const;

async function describeStack({ call }: HandlerContext, name: string): Promise<Record<string, unknown> | undefined> {
  const answer = await unlessCode(call.invoke("appstream", "DescribeStacks", { Names: [name] }), gone, {});
  return records(answer["Stacks"])[0];
}

export const appStreamStackType: ResourceType = {
  properties: [...stackInput, "Tags", "AttributesToDelete", "DeleteStorageConnectors"],
  required: ["Name"],
  createOnly: ["Name"],
  nameProperty: "Name",
  isTaggable: true,
  create: async (context, properties) => {
    const name = text(properties, "Name") ?? "";
    const tags = toTagMap(tagsOf(properties));
    await context.call.invoke("appstream", "CreateStack", {
      ...toApi(pick(properties, stackInput)),
      ...(Object.keys(tags).length === 0 ? {} : { Tags: tags }),
    });
    return { isDone: true, physicalId: name };
  },
  update: async (context, physicalId, properties, before) => {
    const changed = stackInput.filter((key) => properties[key] !== undefined && !isSame(properties[key], before[key]));
    if (changed.length > 0) {
      await context.call.invoke("appstream", "UpdateStack", { Name: physicalId, ...toApi(pick(properties, changed)) });
    }
    await setTags(context, stackArn(context, physicalId), properties, before);
    return done;
  },
  remove: async (context, physicalId) => {
    await unlessCode(context.call.invoke("appstream", "DeleteStack", { Name: physicalId }), gone, {});
    return done;
  },
  attributes: async (context, physicalId) => Promise.resolve({ Arn: stackArn(context, physicalId) }),
  read: async (context, physicalId) => {
    const stack = await describeStack(context, physicalId);
    if (stack === undefined) {
      return undefined;
    }
    const { Tags } = await context.call.invoke("appstream", "ListTagsForResource", { ResourceArn: stackArn(context, physicalId) });
    return { ...pick(stack, stackInput), Tags: fromTagMap(Tags) };
  },
};

const namesOf = (physicalId: string): { FleetName: string; StackName: string } => {
  const [FleetName = "", StackName = ""] = physicalId.split("|");
  return { FleetName, StackName };
};

export const associationType: ResourceType = {
  properties: ["FleetName", "StackName"],
  required: ["FleetName", "StackName"],
  createOnly: ["FleetName", "StackName"],
  isTaggable: false,
  create: async ({ call }, properties) => {
    const names = pick(properties, ["FleetName", "StackName"]);
    await call.invoke("appstream", "AssociateFleet", names);
    return { isDone: true, physicalId: `${text(names, "FleetName") ?? ""}|${text(names, "StackName") ?? ""}` };
  },
  update: async () => Promise.resolve(done),
  remove: async ({ call }, physicalId) => {
    await unlessCode(call.invoke("appstream", "DisassociateFleet", namesOf(physicalId)), gone, {});
    return done;
  },
  attributes: async () => Promise.resolve({}),
  read: async ({ call }, physicalId) => {
    const { FleetName, StackName } = namesOf(physicalId);
    const answer = await unlessCode(call.invoke("appstream", "ListAssociatedStacks", { FleetName }), gone, {});
    return Array.isArray(answer["Names"]) && answer["Names"].includes(StackName) ? { FleetName, StackName } : undefined;
  },
};
