import { ServiceError } from "../../service";
import type { Item } from "../../world";
import type { InputReader } from "./input";

const families: Readonly<Record<string, string>> = {
  standard: "GENERAL_PURPOSE",
  compute: "COMPUTE",
  memory: "MEMORY",
  "graphics-design": "GRAPHICS_DESIGN",
  "graphics-desktop": "GRAPHICS_DESKTOP",
  "graphics-pro": "GRAPHICS_PRO",
  "graphics.g4dn": "GRAPHICS_G4",
  "graphics.g5": "GRAPHICS_G5",
};

/** For example GENERAL_PURPOSE for stream.standard.medium; undefined when it is no instance type. */
function familyOf(instanceType: string): string | undefined {
  const match = /^stream\.((?:graphics\.)?[a-z0-9-]+)\.[a-z0-9]+$/.exec(instanceType);
  return match?.[1] === undefined ? undefined : families[match[1]];
}

export function checkInstanceType(instanceType: string): void {
  if (familyOf(instanceType) === undefined) {
    throw new ServiceError("InvalidParameterCombinationException", `The instance type ${instanceType} is not valid.`);
  }
}

export function checkImageFits(image: Item, instanceType: string): void {
  const supported = image["SupportedInstanceFamilies"];
  if (Array.isArray(supported) && !supported.includes(familyOf(instanceType))) {
    throw new ServiceError(
      "IncompatibleImageException",
      `The image ${String(image["Name"])} does not support the instance type ${instanceType}.`,
    );
  }
}

/** VpcConfig as given, after its checks; no members when absent. */
export function checkNetwork(read: InputReader, limits: { readonly subnets: number }): { VpcConfig?: Record<string, unknown> } {
  const config = read.structure("VpcConfig");
  if (config === undefined) {
    return {};
  }
  const subnets = Array.isArray(config["SubnetIds"]) ? config["SubnetIds"] : [];
  const groups = Array.isArray(config["SecurityGroupIds"]) ? config["SecurityGroupIds"] : [];
  if (subnets.length > limits.subnets) {
    throw new ServiceError(
      "InvalidParameterCombinationException",
      `At most ${limits.subnets} subnet${limits.subnets === 1 ? "" : "s"} can be specified.`,
    );
  }
  if (groups.length > 5) {
    throw new ServiceError("InvalidParameterCombinationException", "At most 5 security groups can be specified.");
  }
  return { VpcConfig: { ...config } };
}
