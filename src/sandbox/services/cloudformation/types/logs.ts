import { toArn } from "../../../arns";
import { mergeTags } from "../../../inputs";
import type { Item } from "../../../world";
import {
  done,
  fromTagMap,
  generatedName,
  records,
  systemTags,
  tagsOf,
  text,
  toTagMap,
  unlessCode,
  withoutSystemTags,
  type HandlerContext,
  type ResourceType,
} from "./resourceType";

async function findGroup({ call }: HandlerContext, name: string): Promise<Item | undefined> {
  const { logGroups } = await call.invoke("logs", "DescribeLogGroups", { logGroupNamePrefix: name });
  return records(logGroups).find((group) => group["logGroupName"] === name);
}

const groupArn = ({ world, call }: HandlerContext, name: string): string => toArn("logs", call.region, world.account, `log-group:${name}`);

export const logGroupType: ResourceType = {
  properties: ["LogGroupName", "RetentionInDays", "KmsKeyId", "LogGroupClass", "DataProtectionPolicy", "Tags"],
  required: [],
  createOnly: ["LogGroupName"],
  nameProperty: "LogGroupName",
  isTaggable: true,
  create: async (context, properties, state) => {
    if (state !== undefined) {
      return done;
    }
    const name = text(properties, "LogGroupName") ?? generatedName(context, 512);
    const tags = toTagMap(mergeTags(systemTags(context), tagsOf(properties)));
    await context.call.invoke("logs", "CreateLogGroup", { logGroupName: name, tags });
    if (properties["RetentionInDays"] !== undefined) {
      await context.call.invoke("logs", "PutRetentionPolicy", {
        logGroupName: name,
        retentionInDays: Number(properties["RetentionInDays"]),
      });
    }
    return { isDone: false, physicalId: name, state: { isCreated: true } };
  },
  update: async (context, physicalId, properties, before) => {
    const days = properties["RetentionInDays"];
    if (days === undefined) {
      await context.call.invoke("logs", "DeleteRetentionPolicy", { logGroupName: physicalId });
    } else {
      await context.call.invoke("logs", "PutRetentionPolicy", { logGroupName: physicalId, retentionInDays: Number(days) });
    }
    const resourceArn = groupArn(context, physicalId);
    const kept = tagsOf(properties).map((tag) => tag.Key);
    const tagKeys = tagsOf(before)
      .map((tag) => tag.Key)
      .filter((key) => !kept.includes(key));
    await context.call.invoke("logs", "UntagResource", { resourceArn, tagKeys });
    await context.call.invoke("logs", "TagResource", { resourceArn, tags: toTagMap(tagsOf(properties)) });
    return done;
  },
  remove: async (context, physicalId) => {
    await unlessCode(context.call.invoke("logs", "DeleteLogGroup", { logGroupName: physicalId }), ["ResourceNotFoundException"], {});
    return done;
  },
  attributes: async (context, physicalId) => Promise.resolve({ Arn: `${groupArn(context, physicalId)}:*` }),
  read: async (context, physicalId) => {
    const group = await findGroup(context, physicalId);
    if (group === undefined) {
      return undefined;
    }
    const { tags } = await context.call.invoke("logs", "ListTagsForResource", { resourceArn: groupArn(context, physicalId) });
    return {
      LogGroupName: physicalId,
      RetentionInDays: group["retentionInDays"],
      KmsKeyId: group["kmsKeyId"],
      Tags: withoutSystemTags(fromTagMap(tags)),
    };
  },
};

/** Of a stream's physical id only the name is known to Ref; its group is in the properties. */
export const logStreamType: ResourceType = {
  properties: ["LogGroupName", "LogStreamName"],
  required: ["LogGroupName"],
  createOnly: ["LogGroupName", "LogStreamName"],
  nameProperty: "LogStreamName",
  isTaggable: false,
  create: async (context, properties) => {
    const name = text(properties, "LogStreamName") ?? generatedName(context, 512);
    await context.call.invoke("logs", "CreateLogStream", { logGroupName: text(properties, "LogGroupName"), logStreamName: name });
    return { isDone: true, physicalId: name };
  },
  update: async () => Promise.resolve(done),
  remove: async (context, physicalId, properties) => {
    const input = { logGroupName: text(properties, "LogGroupName"), logStreamName: physicalId };
    await unlessCode(context.call.invoke("logs", "DeleteLogStream", input), ["ResourceNotFoundException"], {});
    return done;
  },
  attributes: async () => Promise.resolve({}),
};
