import type { Operation, Service } from "../service";
import { ServiceError } from "../service";
import type { Item, World } from "../world";
import { faultValue, regionOfArn, textOf } from "./appstream/account";
import { createBuilderOperations, registerBuilderTasks } from "./appstream/builders";
import { createFleetOperations, registerFleetTasks } from "./appstream/fleets";
import { createImageOperations, findImage } from "./appstream/images";
import { createSessionOperations } from "./appstream/sessions";
import { createStackOperations } from "./appstream/stacks";
import { createTagOperations } from "./appstream/tagging";
import { takeFault } from "../faults";
import { Streaming } from "../person/streaming";
import { assumable, type Assumable } from "./iam/roles";
import { findSubnet, networks } from "./network";

/** AppStream 2.0 with its simulated instances, sessions and streaming pages. */
export interface AppStream extends Service {
  /** The pages behind the streaming URLs, below `pageRoot`. */
  readonly streaming: Streaming;
}

const elsewhere: ReadonlySet<string> = new Set(["CreateFleet", "UpdateFleet", "CreateImageBuilder"]);

export function createAppStream(world: World): AppStream {
  const streaming = new Streaming(world);
  const operations = {
    ...createFleetOperations(world),
    ...createStackOperations(world),
    ...createImageOperations(world),
    ...createBuilderOperations(world),
    ...createSessionOperations(world),
    ...createTagOperations(world),
  };
  for (const name of elsewhere) {
    operations[name] = withRoleCheck(world, operations[name]);
  }
  const announced = operations["CreateImageBuilderStreamingURL"];
  operations["CreateImageBuilderStreamingURL"] = async (input, call) => {
    const answer = await announced?.(input, call);
    if (typeof input["Name"] === "string") {
      streaming.builderUrlCreated(input["Name"], call);
    }
    return answer;
  };
  return {
    name: "appstream",
    operations,
    streaming,
    start() {
      registerBuilderTasks(world);
      registerFleetTasks(world, async (fleet) => startErrors(world, fleet));
      streaming.start();
    },
    stop() {
      streaming.stop();
    },
  };
}

/** The machine role must exist, be visible to AppStream by now and trust it. */
function withRoleCheck(world: World, operation: Operation | undefined): Operation {
  return async (input, call) => {
    const role = input["IamRoleArn"];
    if (typeof role === "string") {
      const usable = takeFault(world, "roleNotVisible") ? "notYetVisible" : assumable(world, role, "appstream.amazonaws.com");
      if (usable !== "yes") {
        throw new ServiceError("InvalidRoleException", unusable(role, usable));
      }
    }
    return operation?.(input, call);
  };
}

function unusable(role: string, why: Exclude<Assumable, "yes">): string {
  switch (why) {
    case "missing":
      return `The role ${role} is not valid: it cannot be found.`;
    case "notYetVisible":
      return `AppStream encountered an error because your IAM role ${role} could not be used.`;
    case "untrusted":
      return `The role ${role} does not trust appstream.amazonaws.com.`;
  }
}

function startErrors(world: World, fleet: Item): { ErrorCode: string; ErrorMessage: string }[] {
  const region = regionOfArn(textOf(fleet, "Arn"));
  const image = textOf(fleet, "ImageArn");
  if (image !== "" && findImage(world, region, image) === undefined) {
    return [{ ErrorCode: "IMAGE_NOT_FOUND", ErrorMessage: `The image ${image} was not found.` }];
  }
  const network = networkError(fleet);
  if (network !== undefined) {
    return [network];
  }
  const fault = faultValue(world, "fleetError");
  return fault === undefined ? [] : [{ ErrorCode: fault, ErrorMessage: `The fleet could not be started: ${fault}.` }];
}

/** What a fleet finds out about its network only when it starts. */
function networkError(fleet: Item): { ErrorCode: string; ErrorMessage: string } | undefined {
  const config = fleet["VpcConfig"] as { SubnetIds?: readonly string[]; SecurityGroupIds?: readonly string[] } | undefined;
  for (const id of config?.SubnetIds ?? []) {
    const subnet = findSubnet(id);
    const target = networks.find(({ vpcId }) => vpcId === subnet?.vpcId)?.target;
    if (subnet === undefined) {
      return { ErrorCode: "SUBNET_NOT_FOUND", ErrorMessage: `The subnet ${id} was not found.` };
    }
    if (subnet.freeAddresses === 0) {
      return { ErrorCode: "SUBNET_HAS_INSUFFICIENT_IP_ADDRESSES", ErrorMessage: `The subnet ${id} has no free addresses.` };
    }
    if (fleet["EnableDefaultInternetAccess"] === true && (target === undefined || !("gatewayId" in target))) {
      return { ErrorCode: "IGW_NOT_ATTACHED", ErrorMessage: `The subnet ${id} has no route to an internet gateway.` };
    }
  }
  const unknown = (config?.SecurityGroupIds ?? []).find((id) => !networks.some(({ securityGroupId }) => securityGroupId === id));
  return unknown === undefined
    ? undefined
    : { ErrorCode: "SECURITY_GROUPS_NOT_FOUND", ErrorMessage: `The security group ${unknown} was not found.` };
}
