import { parseArn } from "../../arns";
import { mergeTags, type Reader, type Tag } from "../../inputs";
import { ServiceError, type Call, type Service } from "../../service";
import type { World } from "../../world";
import { getDomain, type DomainItem } from "./domains";
import { invalid, read } from "./rules";

export function checkTags(tags: Tag[]): Tag[] {
  if (tags.length > 10) {
    throw new ServiceError("LimitExceededException", "A domain can have up to 10 tags.", 409);
  }
  return tags;
}

export function tagOperations(world: World): Service["operations"] {
  const byArn = (reader: Reader, call: Call): DomainItem => {
    const arn = reader.requiredText("ARN", { min: 1, max: 2048 });
    const parts = parseArn(arn);
    if (parts?.service !== "es" || !parts.resource.startsWith("domain/")) {
      throw invalid(`Invalid ARN: ${arn}`);
    }
    return getDomain(world, call, parts.resource.slice("domain/".length));
  };
  return {
    ListTags: (input, call) => ({ TagList: byArn(read(input), call).tags }),
    AddTags: (input, call) => {
      const reader = read(input);
      const domain = byArn(reader, call);
      domain.tags = checkTags(mergeTags(domain.tags, reader.tags("TagList", Infinity)));
      world.save();
      return undefined;
    },
    RemoveTags: (input, call) => {
      const reader = read(input);
      const domain = byArn(reader, call);
      const keys = reader.texts("TagKeys");
      domain.tags = domain.tags.filter((tag) => !keys.includes(tag.Key));
      world.save();
      return undefined;
    },
  };
}
