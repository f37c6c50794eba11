import type { Call, Input, Operation } from "../../service";
import { ServiceError } from "../../service";
import { quotaOf } from "../serviceQuotas";
import type { Item, World } from "../../world";
import { arnOf, collections, dropTags, faultValue, itemsIn, setTags, textOf, toShape } from "./account";
import { findImage, type NewImage, startImage } from "./images";
import { InputReader, namePattern, notFound, pageOf } from "./input";
import { checkImageFits, checkInstanceType, checkNetwork } from "./instanceTypes";
import { createToken } from "./tokens";

const createMembers = [
  "Name",
  "ImageName",
  "ImageArn",
  "InstanceType",
  "Description",
  "DisplayName",
  "VpcConfig",
  "IamRoleArn",
  "EnableDefaultInternetAccess",
  "DomainJoinInfo",
  "AppstreamAgentVersion",
  "Tags",
  "AccessEndpoints",
  "RootVolumeConfig",
  "SoftwaresToInstall",
  "SoftwaresToUninstall",
  "DisableIMDSV1",
];

export function createBuilderOperations(world: World): Record<string, Operation> {
  return {
    CreateImageBuilder: (input, call) => ({ ImageBuilder: toShape(createBuilder(world, input, call)) }),
    DescribeImageBuilders: (input, call) => {
      const read = new InputReader(input, ["Names", "MaxResults", "NextToken"]);
      const names = read.texts("Names");
      const builders = itemsIn(world, collections.builders, call);
      const listed = names === undefined || names.length === 0 ? builders : names.map((name) => requireBuilder(world, call, name));
      const { page, next } = pageOf(listed, read.text("NextToken"), read.number("MaxResults", 0, 25) ?? 25);
      return { ImageBuilders: page.map(toShape), ...(next === undefined ? {} : { NextToken: next }) };
    },
    StartImageBuilder: (input, call) => {
      const read = new InputReader(input, ["Name", "AppstreamAgentVersion"]);
      const builder = requireBuilder(world, call, read.name());
      requireState(builder, ["STOPPED"]);
      move(world, builder, "PENDING", "builderRunning");
      return { ImageBuilder: toShape(builder) };
    },
    StopImageBuilder: (input, call) => {
      const builder = requireBuilder(world, call, new InputReader(input, ["Name"]).name());
      requireState(builder, ["RUNNING"]);
      move(world, builder, "STOPPING", "builderStopped");
      return { ImageBuilder: toShape(builder) };
    },
    DeleteImageBuilder: (input, call) => {
      const builder = requireBuilder(world, call, new InputReader(input, ["Name"]).name());
      requireState(builder, ["STOPPED", "RUNNING", "FAILED"]);
      move(world, builder, "DELETING", "builderStopped");
      return { ImageBuilder: toShape(builder) };
    },
    CreateImageBuilderStreamingURL: (input, call) => {
      const read = new InputReader(input, ["Name", "Validity"]);
      const builder = requireBuilder(world, call, read.name());
      const validity = read.number("Validity", 1, 604_800) ?? 3600;
      requireState(builder, ["RUNNING"]);
      const { url, expires } = createToken(world, "builder", { builderArn: textOf(builder, "Arn") }, validity);
      builder["streamingUrlCreated"] = true;
      world.save();
      return { StreamingURL: url, Expires: new Date(expires) };
    },
  };
}

function createBuilder(world: World, input: Input, call: Call): Item {
  const read = new InputReader(input, createMembers);
  const name = read.name();
  const instanceType = read.requiredText("InstanceType", { min: 1 });
  const imageKey = read.text("ImageArn") ?? read.text("ImageName");
  const tags = read.tags();
  const texts = { Description: read.text("Description", { max: 256 }), DisplayName: read.text("DisplayName", { max: 100 }) };
  if (world.collection(collections.builders).has(arnOf(world, call.region, "image-builder", name))) {
    throw new ServiceError("ResourceAlreadyExistsException", `An image builder with the name ${name} already exists.`);
  }
  if (imageKey === undefined) {
    throw new ServiceError("InvalidParameterCombinationException", "Either ImageName or ImageArn must be specified.");
  }
  const image = findImage(world, call.region, imageKey);
  if (image === undefined) {
    throw notFound("image", imageKey);
  }
  if (image["State"] !== "AVAILABLE") {
    throw new ServiceError("ResourceNotAvailableException", `The image ${imageKey} is not available.`);
  }
  checkInstanceType(instanceType);
  checkImageFits(image, instanceType);
  const network = checkNetwork(read, { subnets: 1 });
  const builderLimit = quotaOf(world, "Image builders", 10);
  if (itemsIn(world, collections.builders, call).length >= builderLimit) {
    throw new ServiceError("LimitExceededException", `The limit of ${builderLimit} image builders is reached.`);
  }
  const arn = arnOf(world, call.region, "image-builder", name);
  const builder: Item = {
    Name: name,
    Arn: arn,
    ImageArn: image["Arn"],
    ...texts,
    ...network,
    InstanceType: instanceType,
    Platform: image["Platform"],
    IamRoleArn: read.arn("IamRoleArn"),
    State: "PENDING",
    CreatedTime: world.now(),
    EnableDefaultInternetAccess: read.flag("EnableDefaultInternetAccess") ?? false,
    AppstreamAgentVersion: read.text("AppstreamAgentVersion", { min: 1, max: 100 }) ?? "LATEST",
    ImageBuilderErrors: [],
  };
  world.collection(collections.builders).set(arn, builder);
  setTags(world, arn, tags);
  move(world, builder, "PENDING", "builderRunning");
  return builder;
}

export function requireBuilder(world: World, call: Pick<Call, "region">, name: string): Item {
  const builder = world.collection(collections.builders).get(arnOf(world, call.region, "image-builder", name));
  if (builder === undefined) {
    throw notFound("image builder", name);
  }
  return builder;
}

function requireState(builder: Item, allowed: readonly string[]): void {
  const state = textOf(builder, "State");
  if (!allowed.includes(state)) {
    throw new ServiceError("OperationNotPermittedException", `The image builder ${textOf(builder, "Name")} is in state ${state}.`);
  }
}

function move(world: World, builder: Item, state: string, duration: "builderRunning" | "builderStopped" | "imageAvailable"): void {
  builder["State"] = state;
  const arn = textOf(builder, "Arn");
  world.cancel("appstream.builder", arn);
  world.schedule("appstream.builder", arn, world.duration(duration));
}

/** Registers what happens when a builder's time in a state is over. */
export function registerBuilderTasks(world: World): void {
  world.on("appstream.builder", ({ key }) => {
    const builder = world.collection(collections.builders).get(key);
    switch (builder?.["State"]) {
      case "PENDING":
        if (faultValue(world, "builderFailed") !== undefined) {
          builder["State"] = "FAILED";
          builder["StateChangeReason"] = { Code: "INTERNAL_ERROR", Message: "The image builder could not be started." };
          break;
        }
        builder["State"] = "RUNNING";
        builder["NetworkAccessConfiguration"] = { EniPrivateIpAddress: privateIp(world), EniId: `eni-0${world.randomHex(16)}` };
        break;
      case "SNAPSHOTTING":
      case "STOPPING":
        builder["State"] = "STOPPED";
        delete builder["NetworkAccessConfiguration"];
        break;
      case "DELETING":
        world.collection(collections.builders).delete(key);
        dropTags(world, key);
        break;
    }
  });
  world.on("appstream.imageAvailable", ({ key }) => {
    const image = world.collection(collections.images).get(key);
    if (image?.["State"] !== "PENDING") {
      return;
    }
    if (faultValue(world, "imageFailed") === undefined) {
      image["State"] = "AVAILABLE";
    } else {
      image["State"] = "FAILED";
      image["StateChangeReason"] = { Code: "INTERNAL_ERROR", Message: "The image could not be made." };
    }
  });
}

export function privateIp(world: World): string {
  return `10.0.${Math.floor(world.random() * 4)}.${10 + Math.floor(world.random() * 240)}`;
}

/** Why the Image Assistant's `create-image` would refuse, in its own words. */
export function imageRefusal(world: World, builder: Item, image: NewImage): string | undefined {
  const region = textOf(builder, "Arn").split(":")[3] ?? "";
  if (builder["State"] !== "RUNNING") {
    return `The image builder is ${textOf(builder, "State")}, not RUNNING.`;
  }
  if (!namePattern.test(image.name) || image.name.length > 100 || /^(?:aws|appstream|amazon)/i.test(image.name)) {
    return `Invalid image name: ${image.name}`;
  }
  if (findImage(world, region, image.name) !== undefined) {
    return `An image with the name ${image.name} already exists.`;
  }
  if (image.applications.length === 0) {
    return "No applications are in the application catalog.";
  }
  return undefined;
}

/** The end of the visit: the session disconnects, the builder is snapshotted, the image appears. */
export function createImageFromBuilder(world: World, builder: Item, image: NewImage): string {
  const refusal = imageRefusal(world, builder, image);
  if (refusal !== undefined) {
    throw new ServiceError("OperationNotPermittedException", refusal);
  }
  const arn = startImage(world, builder, image);
  setTags(world, arn, image.tags);
  world.schedule("appstream.imageAvailable", arn, world.duration("imageAvailable"));
  move(world, builder, "SNAPSHOTTING", "imageAvailable");
  return arn;
}
