import type { Operation } from "../../service";
import { ServiceError } from "../../service";
import type { Item, World } from "../../world";
import { arnOf, collections, dropTags, itemsIn, nameOfArn, publicImageArn, regionOfArn, textOf, toShape } from "./account";
import { InputReader, notFound, pageOf } from "./input";

interface BaseImage {
  readonly name: string;
  readonly platform: string;
  readonly released: string;
  readonly families: readonly string[];
}

const general = ["GENERAL_PURPOSE", "COMPUTE", "MEMORY"];

/** The base images the sandbox offers, as names and dates go at AWS. */
const baseImages: readonly BaseImage[] = [
  { name: "AppStream-WinServer2019-06-17-2024", platform: "WINDOWS_SERVER_2019", released: "2024-06-17", families: general },
  { name: "AppStream-WinServer2019-09-14-2026", platform: "WINDOWS_SERVER_2019", released: "2026-09-14", families: general },
  { name: "AppStream-WinServer2022-06-17-2024", platform: "WINDOWS_SERVER_2022", released: "2024-06-17", families: general },
  { name: "AppStream-WinServer2022-09-14-2026", platform: "WINDOWS_SERVER_2022", released: "2026-09-14", families: general },
  {
    name: "AppStream-Graphics-G4dn-WinServer2022-09-14-2026",
    platform: "WINDOWS_SERVER_2022",
    released: "2026-09-14",
    families: ["GRAPHICS_G4"],
  },
];

export function createImageOperations(world: World): Record<string, Operation> {
  return {
    DescribeImages: (input, call) => describeImages(world, input, call.region),
    DeleteImage: (input, call) => {
      const name = new InputReader(input, ["Name"]).name();
      const image = requireImage(world, call.region, name);
      checkDeletable(world, image);
      const shape = toShape(image);
      const arn = textOf(image, "Arn");
      world.collection(collections.images).delete(arn);
      world.cancel("appstream.imageAvailable", arn);
      dropTags(world, arn);
      world.save();
      return { Image: { ...shape, State: "DELETING" } };
    },
    DescribeImagePermissions: (input, call) => {
      const read = new InputReader(input, ["Name", "MaxResults", "SharedAwsAccountIds", "NextToken"]);
      const image = requireImage(world, call.region, read.name());
      const wanted = read.texts("SharedAwsAccountIds", 5);
      const all = sharesOf(world, image).filter((share) => wanted?.includes(share.sharedAccountId) ?? true);
      const { page, next } = pageOf(all, read.text("NextToken"), read.number("MaxResults", 0, 500) ?? 500);
      return { Name: image["Name"], SharedImagePermissionsList: page, ...(next === undefined ? {} : { NextToken: next }) };
    },
    UpdateImagePermissions: (input, call) => {
      const read = new InputReader(input, ["Name", "SharedAccountId", "ImagePermissions"]);
      const image = requireImage(world, call.region, read.name());
      const account = read.requiredText("SharedAccountId", { pattern: /^\d+$/ });
      const permissions = read.structure("ImagePermissions") ?? {};
      world
        .collection(collections.permissions)
        .set(`${textOf(image, "Arn")}|${account}`, { sharedAccountId: account, imagePermissions: { ...permissions } });
      world.save();
      return {};
    },
    DeleteImagePermissions: (input, call) => {
      const read = new InputReader(input, ["Name", "SharedAccountId"]);
      const image = requireImage(world, call.region, read.name());
      const key = `${textOf(image, "Arn")}|${read.requiredText("SharedAccountId", { pattern: /^\d+$/ })}`;
      if (!world.collection(collections.permissions).delete(key)) {
        throw notFound("image permission", nameOfArn(key));
      }
      world.save();
      return {};
    },
  };
}

function describeImages(world: World, input: Readonly<Record<string, unknown>>, region: string): Record<string, unknown> {
  const read = new InputReader(input, ["Names", "Arns", "Type", "NextToken", "MaxResults"]);
  const names = read.texts("Names");
  const arns = read.texts("Arns");
  if (names !== undefined && arns !== undefined && names.length > 0 && arns.length > 0) {
    throw new ServiceError("InvalidParameterCombinationException", "Names and Arns cannot be given together.");
  }
  const type = read.text("Type", { values: ["PUBLIC", "PRIVATE", "SHARED"] });
  const all = [...publicImages(region), ...itemsIn(world, collections.images, { region })];
  const typed = type === undefined ? all : all.filter((image) => image["Visibility"] === type);
  const listed = select(typed, names, "Name") ?? select(typed, arns, "Arn") ?? typed;
  const { page, next } = pageOf(listed, read.text("NextToken"), read.number("MaxResults", 0, 25) ?? 25);
  return { Images: page.map(toShape), ...(next === undefined ? {} : { NextToken: next }) };
}

function select(images: readonly Item[], wanted: readonly string[] | undefined, key: "Name" | "Arn"): Item[] | undefined {
  if (wanted === undefined || wanted.length === 0) {
    return undefined;
  }
  return wanted.map((value) => {
    const found = images.find((image) => image[key] === value);
    if (found === undefined) {
      throw notFound("image", value);
    }
    return found;
  });
}

export function publicImages(region: string): Item[] {
  return baseImages.map(({ name, platform, released, families }) => ({
    Name: name,
    Arn: publicImageArn(region, name),
    DisplayName: name,
    State: "AVAILABLE",
    Visibility: "PUBLIC",
    ImageBuilderSupported: true,
    Platform: platform,
    Description: "",
    CreatedTime: Date.parse(released),
    PublicBaseImageReleasedDate: Date.parse(released),
    AppstreamAgentVersion: released.replaceAll("/", "-"),
    LatestAppstreamAgentVersion: "TRUE",
    SupportedInstanceFamilies: families,
    DynamicAppProvidersEnabled: "DISABLED",
    ImageSharedWithOthers: "FALSE",
    ImageErrors: [],
  }));
}

/** By name or ARN, of any visibility. */
export function findImage(world: World, region: string, nameOrArn: string): Item | undefined {
  const byArn = nameOrArn.startsWith("arn:");
  const all = [...publicImages(region), ...itemsIn(world, collections.images, { region })];
  return all.find((image) => image[byArn ? "Arn" : "Name"] === nameOrArn);
}

function requireImage(world: World, region: string, name: string): Item {
  const image = world.collection(collections.images).get(arnOf(world, region, "image", name));
  if (image === undefined) {
    throw notFound("image", name);
  }
  return image;
}

function sharesOf(world: World, image: Item): { sharedAccountId: string; imagePermissions: unknown }[] {
  const arn = textOf(image, "Arn");
  return [...world.collection(collections.permissions)]
    .filter(([key]) => key.startsWith(`${arn}|`))
    .map(([, item]) => ({ sharedAccountId: textOf(item, "sharedAccountId"), imagePermissions: item["imagePermissions"] }));
}

function checkDeletable(world: World, image: Item): void {
  const name = textOf(image, "Name");
  const arn = textOf(image, "Arn");
  const users = [...world.collection(collections.fleets).values(), ...world.collection(collections.builders).values()];
  if (users.some((user) => user["ImageArn"] === arn)) {
    throw new ServiceError("ResourceInUseException", `The image ${name} is in use by a fleet or an image builder.`);
  }
  if (sharesOf(world, image).length > 0) {
    throw new ServiceError("OperationNotPermittedException", `The image ${name} is shared with other accounts.`);
  }
  if (image["State"] === "PENDING") {
    throw new ServiceError("OperationNotPermittedException", `The image ${name} is in state PENDING.`);
  }
}

export interface NewImage {
  readonly name: string;
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly applications: readonly Readonly<Record<string, unknown>>[];
}

/** What `create-image` starts: the image is PENDING until the task `appstream.imageAvailable` runs. */
export function startImage(world: World, builder: Item, image: NewImage): string {
  const region = regionOfArn(textOf(builder, "Arn"));
  const arn = arnOf(world, region, "image", image.name);
  const base = findImage(world, region, textOf(builder, "ImageArn"));
  world.collection(collections.images).set(arn, {
    Name: image.name,
    Arn: arn,
    BaseImageArn: builder["ImageArn"],
    DisplayName: image.displayName ?? image.name,
    Description: image.description ?? "",
    State: "PENDING",
    Visibility: "PRIVATE",
    ImageBuilderSupported: true,
    ImageBuilderName: builder["Name"],
    Platform: base?.["Platform"] ?? "WINDOWS_SERVER_2022",
    Applications: image.applications.map(toApplication),
    CreatedTime: world.now(),
    AppstreamAgentVersion: builder["AppstreamAgentVersion"],
    LatestAppstreamAgentVersion: "TRUE",
    SupportedInstanceFamilies: base?.["SupportedInstanceFamilies"] ?? general,
    DynamicAppProvidersEnabled: "DISABLED",
    ImageSharedWithOthers: "FALSE",
    ImageErrors: [],
    files: image.files,
  });
  return arn;
}

function toApplication(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const text = (...keys: string[]): string | undefined => keys.map((key) => given[key]).find((value) => typeof value === "string");
  const name = text("name", "Name") ?? "Application";
  const optional = {
    LaunchPath: text("path", "absoluteAppPath", "launchPath", "LaunchPath"),
    LaunchParameters: text("launchParameters", "LaunchParameters"),
    WorkingDirectory: text("workingDirectory", "WorkingDirectory"),
  };
  const present = Object.entries(optional).filter(([, value]) => value !== undefined && value !== "");
  return { Name: name, DisplayName: text("displayName", "DisplayName") ?? name, Enabled: true, ...Object.fromEntries(present) };
}
