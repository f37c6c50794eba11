import type { Call, Input, Operation } from "../../service";
import { ServiceError } from "../../service";
import { quotaOf } from "../serviceQuotas";
import type { Item, World } from "../../world";
import { arnOf, collections, dropTags, itemsIn, setTags, textOf, toShape } from "./account";
import { findImage } from "./images";
import { InputReader, notFound, pageOf } from "./input";
import { checkImageFits, checkInstanceType, checkNetwork } from "./instanceTypes";

const instanceLimit = 100;

const settings = [
  "Description",
  "DisplayName",
  "InstanceType",
  "ComputeCapacity",
  "VpcConfig",
  "MaxUserDurationInSeconds",
  "DisconnectTimeoutInSeconds",
  "EnableDefaultInternetAccess",
  "DomainJoinInfo",
  "IdleDisconnectTimeoutInSeconds",
  "IamRoleArn",
  "StreamView",
  "Platform",
  "MaxConcurrentSessions",
  "UsbDeviceFilterStrings",
  "SessionScriptS3Location",
  "MaxSessionsPerInstance",
  "RootVolumeConfig",
  "DisableIMDSV1",
];
const createMembers = ["Name", "ImageName", "ImageArn", "FleetType", "Tags", ...settings];
const updateMembers = ["Name", "ImageName", "ImageArn", "DeleteVpcConfig", "AttributesToDelete", ...settings];

/** What UpdateFleet takes while the fleet is RUNNING. */
const whileRunning: ReadonlySet<string> = new Set([
  "Name",
  "DisplayName",
  "ComputeCapacity",
  "ImageName",
  "ImageArn",
  "IdleDisconnectTimeoutInSeconds",
  "DisconnectTimeoutInSeconds",
]);

const attributeMembers: Readonly<Record<string, string>> = {
  VPC_CONFIGURATION: "VpcConfig",
  DOMAIN_JOIN_INFO: "DomainJoinInfo",
  IAM_ROLE_ARN: "IamRoleArn",
  USB_DEVICE_FILTER_STRINGS: "UsbDeviceFilterStrings",
  SESSION_SCRIPT_S3_LOCATION: "SessionScriptS3Location",
  MAX_SESSIONS_PER_INSTANCE: "MaxSessionsPerInstance",
  VOLUME_CONFIGURATION: "RootVolumeConfig",
};

export function createFleetOperations(world: World): Record<string, Operation> {
  return {
    CreateFleet: (input, call) => ({ Fleet: fleetShape(world, createFleet(world, input, call)) }),
    DescribeFleets: (input, call) => {
      const read = new InputReader(input, ["Names", "NextToken"]);
      const names = read.texts("Names");
      const fleets = itemsIn(world, collections.fleets, call);
      const listed = names === undefined || names.length === 0 ? fleets : names.map((name) => requireFleet(world, call, name));
      const { page, next } = pageOf(listed, read.text("NextToken"), 50);
      return { Fleets: page.map((fleet) => fleetShape(world, fleet)), ...(next === undefined ? {} : { NextToken: next }) };
    },
    UpdateFleet: (input, call) => ({ Fleet: fleetShape(world, updateFleet(world, input, call)) }),
    StartFleet: (input, call) => startFleet(world, requireFleet(world, call, new InputReader(input, ["Name"]).name())),
    StopFleet: (input, call) => stopFleet(world, requireFleet(world, call, new InputReader(input, ["Name"]).name())),
    DeleteFleet: (input, call) => deleteFleet(world, requireFleet(world, call, new InputReader(input, ["Name"]).name())),
  };
}

export function requireFleet(world: World, call: Pick<Call, "region">, name: string): Item {
  const fleet = world.collection(collections.fleets).get(arnOf(world, call.region, "fleet", name));
  if (fleet === undefined) {
    throw notFound("fleet", name);
  }
  return fleet;
}

function createFleet(world: World, input: Input, call: Call): Item {
  const read = new InputReader(input, createMembers);
  const name = read.name();
  read.requiredText("InstanceType", { min: 1 });
  const fleetType = read.text("FleetType", { values: ["ALWAYS_ON", "ON_DEMAND", "ELASTIC"] }) ?? "ON_DEMAND";
  const values = readSettings(read, fleetType);
  const tags = read.tags();
  const arn = arnOf(world, call.region, "fleet", name);
  if (world.collection(collections.fleets).has(arn)) {
    throw new ServiceError("ResourceAlreadyExistsException", `A fleet with the name ${name} already exists.`);
  }
  const imageKey = read.text("ImageArn") ?? read.text("ImageName");
  if (imageKey === undefined && fleetType !== "ELASTIC") {
    throw new ServiceError("InvalidParameterCombinationException", "Either ImageName or ImageArn must be specified.");
  }
  const image = imageKey === undefined ? {} : imageOf(world, call.region, imageKey, textOf(values, "InstanceType"));
  checkCapacity(read, fleetType, true);
  const fleetLimit = quotaOf(world, "Fleets", 10);
  if (itemsIn(world, collections.fleets, call).length >= fleetLimit) {
    throw new ServiceError("LimitExceededException", `The limit of ${fleetLimit} fleets is reached.`);
  }
  const fleet: Item = {
    Arn: arn,
    Name: name,
    FleetType: fleetType,
    State: "STOPPED",
    MaxUserDurationInSeconds: 57_600,
    DisconnectTimeoutInSeconds: 900,
    IdleDisconnectTimeoutInSeconds: 0,
    EnableDefaultInternetAccess: false,
    StreamView: "APP",
    CreatedTime: world.now(),
    FleetErrors: [],
    ...image,
    ...values,
  };
  world.collection(collections.fleets).set(arn, fleet);
  setTags(world, arn, tags);
  world.save();
  return fleet;
}

function readSettings(read: InputReader, fleetType: string): Item {
  const instanceType = read.text("InstanceType", { min: 1 });
  if (instanceType !== undefined) {
    checkInstanceType(instanceType);
  }
  const concurrent = read.raw("MaxConcurrentSessions");
  if (fleetType !== "ELASTIC" && (concurrent !== undefined || read.has("SessionScriptS3Location"))) {
    throw new ServiceError(
      "InvalidParameterCombinationException",
      "MaxConcurrentSessions and SessionScriptS3Location are for elastic fleets only.",
    );
  }
  const idle = read.number("IdleDisconnectTimeoutInSeconds", 0, 36_000);
  const values: Item = {
    Description: read.text("Description", { max: 256 }),
    DisplayName: read.text("DisplayName", { max: 100 }),
    InstanceType: instanceType,
    ...checkNetwork(read, { subnets: 16 }),
    MaxUserDurationInSeconds: read.number("MaxUserDurationInSeconds", 600, 432_000),
    DisconnectTimeoutInSeconds: read.number("DisconnectTimeoutInSeconds", 60, 36_000),
    IdleDisconnectTimeoutInSeconds: idle === undefined ? undefined : Math.round(idle / 60) * 60,
    EnableDefaultInternetAccess: read.flag("EnableDefaultInternetAccess"),
    DomainJoinInfo: read.structure("DomainJoinInfo"),
    IamRoleArn: read.arn("IamRoleArn"),
    StreamView: read.text("StreamView", { values: ["APP", "DESKTOP"] }),
    Platform: read.text("Platform"),
    MaxConcurrentSessions: concurrent,
    UsbDeviceFilterStrings: read.texts("UsbDeviceFilterStrings"),
    SessionScriptS3Location: read.structure("SessionScriptS3Location"),
    MaxSessionsPerInstance: read.raw("MaxSessionsPerInstance"),
    RootVolumeConfig: read.structure("RootVolumeConfig"),
    DisableIMDSV1: read.flag("DisableIMDSV1"),
  };
  const desired = desiredOf(read);
  return Object.fromEntries(Object.entries({ ...values, desired }).filter(([, value]) => value !== undefined));
}

function desiredOf(read: InputReader): number | undefined {
  const capacity = read.structure("ComputeCapacity");
  const given = capacity?.["DesiredInstances"] ?? capacity?.["DesiredSessions"];
  return typeof given === "number" ? given : undefined;
}

function checkCapacity(read: InputReader, fleetType: string, required: boolean): void {
  const capacity = read.structure("ComputeCapacity");
  const desired = desiredOf(read);
  if (capacity?.["DesiredInstances"] !== undefined && capacity["DesiredSessions"] !== undefined) {
    throw new ServiceError("InvalidParameterCombinationException", "DesiredInstances and DesiredSessions cannot be given together.");
  }
  if (capacity?.["DesiredSessions"] !== undefined && !read.has("MaxSessionsPerInstance")) {
    throw new ServiceError("InvalidParameterCombinationException", "DesiredSessions is for multi-session fleets only.");
  }
  if (required && fleetType !== "ELASTIC" && desired === undefined) {
    throw new ServiceError("InvalidParameterCombinationException", "ComputeCapacity must be specified.");
  }
  if (desired !== undefined && (desired < 1 || !Number.isInteger(desired))) {
    throw new ServiceError("InvalidParameterCombinationException", "The desired capacity must be at least 1.");
  }
  if (desired !== undefined && desired > instanceLimit) {
    throw new ServiceError("LimitExceededException", `The limit of ${instanceLimit} instances is exceeded.`);
  }
}

function imageOf(world: World, region: string, key: string, instanceType: string): { ImageName: unknown; ImageArn: unknown } {
  const image = findImage(world, region, key);
  if (image === undefined) {
    throw notFound("image", key);
  }
  if (image["State"] !== "AVAILABLE") {
    throw new ServiceError("ResourceNotAvailableException", `The image ${key} is not available.`);
  }
  checkImageFits(image, instanceType);
  return { ImageName: image["Name"], ImageArn: image["Arn"] };
}

function updateFleet(world: World, input: Input, call: Call): Item {
  const read = new InputReader(input, updateMembers);
  const fleet = requireFleet(world, call, read.name());
  const state = textOf(fleet, "State");
  const refused = Object.keys(input).find((member) => input[member] !== undefined && !whileRunning.has(member));
  if (state === "STARTING" || state === "STOPPING" || (state === "RUNNING" && refused !== undefined)) {
    throw new ServiceError("OperationNotPermittedException", `The fleet ${textOf(fleet, "Name")} is in state ${state}.`);
  }
  const values = readSettings(read, textOf(fleet, "FleetType"));
  checkCapacity(read, textOf(fleet, "FleetType"), false);
  const attributes = read.texts("AttributesToDelete") ?? [];
  const imageKey = read.text("ImageArn") ?? read.text("ImageName");
  const image = imageKey === undefined ? {} : imageOf(world, call.region, imageKey, textOf({ ...fleet, ...values }, "InstanceType"));
  Object.assign(fleet, values, image);
  for (const attribute of read.flag("DeleteVpcConfig") === true ? [...attributes, "VPC_CONFIGURATION"] : attributes) {
    delete fleet[attributeMembers[attribute] ?? attribute];
  }
  world.save();
  return fleet;
}

function startFleet(world: World, fleet: Item): Record<string, never> {
  const state = textOf(fleet, "State");
  if (state !== "STOPPED") {
    throw new ServiceError("OperationNotPermittedException", `The fleet ${textOf(fleet, "Name")} is in state ${state}.`);
  }
  fleet["FleetErrors"] = [];
  move(world, fleet, "STARTING", "fleetRunning");
  return {};
}

function stopFleet(world: World, fleet: Item): Record<string, never> {
  const state = textOf(fleet, "State");
  if (state !== "RUNNING" && state !== "STARTING") {
    throw new ServiceError("OperationNotPermittedException", `The fleet ${textOf(fleet, "Name")} is in state ${state}.`);
  }
  move(world, fleet, "STOPPING", "fleetStopped");
  return {};
}

function deleteFleet(world: World, fleet: Item): Record<string, never> {
  const name = textOf(fleet, "Name");
  const arn = textOf(fleet, "Arn");
  if (fleet["State"] !== "STOPPED") {
    throw new ServiceError("ResourceInUseException", `The fleet ${name} is in state ${textOf(fleet, "State")}; stop it first.`);
  }
  if ([...world.collection(collections.associations).values()].some((association) => association["fleetArn"] === arn)) {
    throw new ServiceError("ResourceInUseException", `The fleet ${name} is associated with a stack.`);
  }
  world.collection(collections.fleets).delete(arn);
  dropTags(world, arn);
  world.save();
  return {};
}

function move(world: World, fleet: Item, state: string, duration: "fleetRunning" | "fleetStopped"): void {
  fleet["State"] = state;
  const arn = textOf(fleet, "Arn");
  world.cancel("appstream.fleet", arn);
  world.schedule("appstream.fleet", arn, world.duration(duration));
}

/** Why a fleet cannot start, as FleetErrors; asked when its starting time is over. */
export type StartCheck = (fleet: Item) => Promise<readonly { ErrorCode: string; ErrorMessage: string }[]>;

export function registerFleetTasks(world: World, startErrors: StartCheck): void {
  world.on("appstream.fleet", async ({ key }) => {
    const fleet = world.collection(collections.fleets).get(key);
    if (fleet?.["State"] === "STARTING") {
      const errors = await startErrors(fleet);
      if (errors.length === 0) {
        fleet["State"] = "RUNNING";
      } else {
        fleet["FleetErrors"] = errors;
        move(world, fleet, "STOPPING", "fleetStopped");
      }
    } else if (fleet?.["State"] === "STOPPING") {
      fleet["State"] = "STOPPED";
    }
  });
}

function fleetShape(world: World, fleet: Item): Record<string, unknown> {
  const arn = textOf(fleet, "Arn");
  const instances = [...world.collection(collections.instances).values()].filter((instance) => instance["fleetArn"] === arn);
  const inUse = instances.filter((instance) => instance["sessionId"] !== undefined).length;
  const desired = typeof fleet["desired"] === "number" ? fleet["desired"] : 0;
  const status = { Desired: desired, Running: instances.length, InUse: inUse, Available: instances.length - inUse };
  const perInstance = Number(fleet["MaxSessionsPerInstance"] ?? 1);
  const sessions =
    fleet["MaxSessionsPerInstance"] === undefined
      ? {}
      : {
          DesiredUserSessions: desired * perInstance,
          AvailableUserSessions: instances.length * perInstance - inUse,
          ActiveUserSessions: inUse,
          ActualUserSessions: instances.length * perInstance,
        };
  return { ...toShape(fleet), ComputeCapacityStatus: { ...status, ...sessions } };
}
