import type { Operation } from "../../service";
import { ServiceError } from "../../service";
import type { World } from "../../world";
import { collections, setTags } from "./account";
import { InputReader, notFound } from "./input";

const tagLimit = 50;

export function createTagOperations(world: World): Record<string, Operation> {
  return {
    TagResource: (input) => {
      const read = new InputReader(input, ["ResourceArn", "Tags"]);
      const arn = requireResource(world, read);
      const tags = read.tags();
      const all = { ...world.collection(collections.tags).get(arn), ...tags };
      if (Object.keys(all).length > tagLimit) {
        throw new ServiceError("LimitExceededException", `A resource can have at most ${tagLimit} tags.`);
      }
      setTags(world, arn, tags);
      return {};
    },
    UntagResource: (input) => {
      const read = new InputReader(input, ["ResourceArn", "TagKeys"]);
      const arn = requireResource(world, read);
      const keys = new Set(read.texts("TagKeys", tagLimit) ?? []);
      const left = Object.entries(world.collection(collections.tags).get(arn) ?? {}).filter(([key]) => !keys.has(key));
      world.collection(collections.tags).set(arn, Object.fromEntries(left));
      world.save();
      return {};
    },
    ListTagsForResource: (input) => {
      const arn = requireResource(world, new InputReader(input, ["ResourceArn"]));
      return { Tags: { ...world.collection(collections.tags).get(arn) } };
    },
  };
}

function requireResource(world: World, read: InputReader): string {
  const arn = read.arn("ResourceArn") ?? read.requiredText("ResourceArn");
  const known = [collections.fleets, collections.stacks, collections.images, collections.builders];
  if (!known.some((name) => world.collection(name).has(arn))) {
    throw notFound("resource", arn);
  }
  return arn;
}
