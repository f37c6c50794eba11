import type { Reader } from "../../inputs";
import { ServiceError, type Call, type Input, type Output, type Service } from "../../service";
import type { World } from "../../world";
import { getGroup, groupName, nameFromArn, read, type LogGroup } from "./groups";

export function tagOperations(world: World): Service["operations"] {
  const named = (input: Input, call: Call): { reader: Reader; group: LogGroup } => {
    const reader = read(input);
    const arn = reader.text("resourceArn");
    if (arn?.endsWith(":*") === true) {
      throw new ServiceError("InvalidParameterException", "The resource ARN is not valid: it must not end with :*.");
    }
    return { reader, group: getGroup(world, call, arn === undefined ? groupName(reader) : nameFromArn(arn)) };
  };
  const list = (input: Input, call: Call): Output => ({ tags: { ...named(input, call).group.tags } });
  const add = (input: Input, call: Call): Output => {
    const { reader, group } = named(input, call);
    group.tags = { ...group.tags, ...tagsOf(reader, "tags") };
    if (Object.keys(group.tags).length > 50) {
      throw new ServiceError("TooManyTagsException", "A resource can have up to 50 tags.");
    }
    world.save();
    return undefined;
  };
  const remove = (input: Input, call: Call): Output => {
    const { reader, group } = named(input, call);
    const keys = [...reader.texts("tagKeys"), ...reader.texts("tags")];
    group.tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key)));
    world.save();
    return undefined;
  };
  return {
    ListTagsForResource: list,
    ListTagsLogGroup: list,
    TagResource: add,
    TagLogGroup: add,
    UntagResource: remove,
    UntagLogGroup: remove,
  };
}

export function tagsOf(reader: Reader, name: string): Record<string, string> {
  const raw = reader.raw(name) ?? {};
  if (typeof raw !== "object" || Array.isArray(raw)) {
    throw new ServiceError("SerializationException", `${name} must be a map.`);
  }
  const entries = Object.entries(raw).map(([key, value]) => [key, String(value as string)] as const);
  if (entries.length > 50 || entries.some(([key, value]) => key.length < 1 || key.length > 128 || value.length > 256)) {
    throw new ServiceError("InvalidParameterException", "A tag key has 1 to 128 characters, a value at most 256; up to 50 tags.");
  }
  return Object.fromEntries(entries);
}
