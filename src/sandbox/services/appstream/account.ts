import type { Call } from "../../service";
import type { Item, World } from "../../world";

export type ResourceKind = "fleet" | "stack" | "image" | "image-builder";

/** Names of the collections of the store that AppStream keeps, items keyed by ARN (associations by fleet and stack ARN, sessions and instances by id). */
export const collections = {
  fleets: "appstream.fleets",
  stacks: "appstream.stacks",
  associations: "appstream.associations",
  images: "appstream.images",
  builders: "appstream.builders",
  sessions: "appstream.sessions",
  instances: "appstream.instances",
  permissions: "appstream.imagePermissions",
  tags: "appstream.tags",
  tokens: "appstream.tokens",
} as const;

export function arnOf(world: World, region: string, kind: ResourceKind, name: string): string {
  return `arn:${partitionOf(region)}:appstream:${region}:${world.account}:${kind}/${name}`;
}

export function publicImageArn(region: string, name: string): string {
  return `arn:${partitionOf(region)}:appstream:${region}::image/${name}`;
}

function partitionOf(region: string): string {
  return region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

export function regionOfArn(arn: string): string {
  return arn.split(":")[3] ?? "";
}

export function nameOfArn(arn: string): string {
  return arn.slice(arn.indexOf("/") + 1);
}

/** Items of the caller's region in order of name. */
export function itemsIn(world: World, collection: string, call: Pick<Call, "region">): Item[] {
  return [...world.collection(collection)]
    .filter(([arn]) => regionOfArn(arn) === call.region)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => item);
}

export function textOf(item: Item, key: string): string {
  const value = item[key];
  return typeof value === "string" ? value : "";
}

/** An item without empty texts and without the members that only the sandbox knows (those that begin with a lower-case letter), with dates as Date. */
export function toShape(item: Item): Record<string, unknown> {
  const shape: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(item)) {
    if (/^[A-Z]/.test(key) && value !== undefined && value !== null && value !== "") {
      shape[key] = dateMembers.has(key) && typeof value === "number" ? new Date(value) : value;
    }
  }
  return shape;
}

const dateMembers: ReadonlySet<string> = new Set([
  "CreatedTime",
  "PublicBaseImageReleasedDate",
  "StartTime",
  "MaxExpirationTime",
  "Expires",
]);

export function setTags(world: World, arn: string, tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > 0) {
    world.collection(collections.tags).set(arn, { ...world.collection(collections.tags).get(arn), ...tags });
    world.save();
  }
}

export function dropTags(world: World, arn: string): void {
  world.collection(collections.tags).delete(arn);
}

/** A fault switch of the sandbox: undefined while it is off. */
export function faultValue(world: World, name: "fleetError" | "imageFailed" | "builderFailed"): string | undefined {
  const value = world.collection("faults").get(name)?.["value"];
  return typeof value === "string" ? value : undefined;
}
