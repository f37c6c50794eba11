import type { Call, Input, Operation } from "../../service";
import { ServiceError } from "../../service";
import { quotaOf } from "../serviceQuotas";
import type { Item, World } from "../../world";
import { arnOf, collections, dropTags, itemsIn, nameOfArn, setTags, textOf, toShape } from "./account";
import { requireFleet } from "./fleets";
import { InputReader, notFound, pageOf } from "./input";

const settings = [
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
  "ContentRedirection",
  "AgentAccessConfig",
];

const defaultUserSettings = ["CLIPBOARD_COPY_FROM_LOCAL_DEVICE", "CLIPBOARD_COPY_TO_LOCAL_DEVICE", "FILE_UPLOAD", "FILE_DOWNLOAD"].map(
  (action) => ({ Action: action, Permission: "ENABLED" }),
);

export function createStackOperations(world: World): Record<string, Operation> {
  return {
    CreateStack: (input, call) => ({ Stack: toShape(createStack(world, input, call)) }),
    DescribeStacks: (input, call) => {
      const read = new InputReader(input, ["Names", "NextToken"]);
      const names = read.texts("Names");
      const stacks = itemsIn(world, collections.stacks, call);
      const listed = names === undefined || names.length === 0 ? stacks : names.map((name) => requireStack(world, call, name));
      const { page, next } = pageOf(listed, read.text("NextToken"), 50);
      return { Stacks: page.map(toShape), ...(next === undefined ? {} : { NextToken: next }) };
    },
    UpdateStack: (input, call) => {
      const read = new InputReader(input, ["Name", "DeleteStorageConnectors", "AttributesToDelete", ...settings]);
      const stack = requireStack(world, call, read.name());
      Object.assign(stack, readSettings(read));
      if (read.flag("DeleteStorageConnectors") === true) {
        delete stack["StorageConnectors"];
      }
      world.save();
      return { Stack: toShape(stack) };
    },
    DeleteStack: (input, call) => {
      const stack = requireStack(world, call, new InputReader(input, ["Name"]).name());
      const arn = textOf(stack, "Arn");
      if (associationsOf(world, "stackArn", arn).length > 0) {
        throw new ServiceError("ResourceInUseException", `The stack ${textOf(stack, "Name")} is associated with a fleet.`);
      }
      world.collection(collections.stacks).delete(arn);
      dropTags(world, arn);
      world.save();
      return {};
    },
    AssociateFleet: (input, call) => associate(world, input, call),
    DisassociateFleet: (input, call) => disassociate(world, input, call),
    ListAssociatedFleets: (input, call) => {
      const read = new InputReader(input, ["StackName", "NextToken"]);
      const stack = requireStack(world, call, read.requiredText("StackName", { min: 1 }));
      return { Names: associationsOf(world, "stackArn", textOf(stack, "Arn")).map((item) => nameOfArn(textOf(item, "fleetArn"))) };
    },
    ListAssociatedStacks: (input, call) => {
      const read = new InputReader(input, ["FleetName", "NextToken"]);
      const fleet = requireFleet(world, call, read.requiredText("FleetName", { min: 1 }));
      return { Names: associationsOf(world, "fleetArn", textOf(fleet, "Arn")).map((item) => nameOfArn(textOf(item, "stackArn"))) };
    },
  };
}

export function requireStack(world: World, call: Pick<Call, "region">, name: string): Item {
  const stack = world.collection(collections.stacks).get(arnOf(world, call.region, "stack", name));
  if (stack === undefined) {
    throw notFound("stack", name);
  }
  return stack;
}

export function associationsOf(world: World, key: "stackArn" | "fleetArn", arn: string): Item[] {
  return [...world.collection(collections.associations).values()].filter((item) => item[key] === arn);
}

function createStack(world: World, input: Input, call: Call): Item {
  const read = new InputReader(input, ["Name", "Tags", ...settings]);
  const name = read.name();
  const values = readSettings(read);
  const tags = read.tags();
  const arn = arnOf(world, call.region, "stack", name);
  if (world.collection(collections.stacks).has(arn)) {
    throw new ServiceError("ResourceAlreadyExistsException", `A stack with the name ${name} already exists.`);
  }
  const stackLimit = quotaOf(world, "Stacks", 10);
  if (itemsIn(world, collections.stacks, call).length >= stackLimit) {
    throw new ServiceError("LimitExceededException", `The limit of ${stackLimit} stacks is reached.`);
  }
  const stack: Item = { Arn: arn, Name: name, CreatedTime: world.now(), StackErrors: [], UserSettings: defaultUserSettings, ...values };
  world.collection(collections.stacks).set(arn, stack);
  setTags(world, arn, tags);
  world.save();
  return stack;
}

function readSettings(read: InputReader): Item {
  const values: Item = {
    Description: read.text("Description", { max: 256 }),
    DisplayName: read.text("DisplayName", { max: 100 }),
    RedirectURL: read.text("RedirectURL", { max: 1000 }),
    FeedbackURL: read.text("FeedbackURL", { max: 1000 }),
    StorageConnectors: read.raw("StorageConnectors"),
    UserSettings: read.raw("UserSettings"),
    ApplicationSettings: read.structure("ApplicationSettings"),
    AccessEndpoints: read.raw("AccessEndpoints"),
    EmbedHostDomains: read.texts("EmbedHostDomains", 20),
    StreamingExperienceSettings: read.structure("StreamingExperienceSettings"),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function associate(world: World, input: Input, call: Call): Record<string, never> {
  const read = new InputReader(input, ["FleetName", "StackName"]);
  const fleet = requireFleet(world, call, read.name("FleetName"));
  const stack = requireStack(world, call, read.name("StackName"));
  const [stackArn, fleetArn] = [textOf(stack, "Arn"), textOf(fleet, "Arn")];
  const existing = associationsOf(world, "stackArn", stackArn);
  if (existing.some((item) => item["fleetArn"] !== fleetArn)) {
    throw new ServiceError("LimitExceededException", `The stack ${textOf(stack, "Name")} is already associated with a fleet.`);
  }
  world.collection(collections.associations).set(`${fleetArn}|${stackArn}`, { fleetArn, stackArn });
  world.save();
  return {};
}

function disassociate(world: World, input: Input, call: Call): Record<string, never> {
  const read = new InputReader(input, ["FleetName", "StackName"]);
  const fleetArn = textOf(requireFleet(world, call, read.requiredText("FleetName", { min: 1 })), "Arn");
  const stackArn = textOf(requireStack(world, call, read.requiredText("StackName", { min: 1 })), "Arn");
  world.collection(collections.associations).delete(`${fleetArn}|${stackArn}`);
  world.save();
  return {};
}
