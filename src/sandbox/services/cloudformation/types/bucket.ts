import { mergeTags } from "../../../inputs";
import { ServiceError } from "../../../service";
import type { Properties } from "../items";
import {
  asObject,
  done,
  generatedName,
  isSame,
  records,
  systemTags,
  tagsOf,
  text,
  unlessCode,
  withoutSystemTags,
  type HandlerContext,
  type ResourceType,
} from "./resourceType";

/** Configurations: the property, the API's operations and the conversion between the two shapes. */
const configurations = [
  {
    property: "BucketEncryption",
    put: "PutBucketEncryption",
    get: "GetBucketEncryption",
    remove: "DeleteBucketEncryption",
    toApi: (value: unknown) => ({ ServerSideEncryptionConfiguration: { Rules: encryptionRules(value) } }),
    fromApi: (answer: Properties) => ({
      ServerSideEncryptionConfiguration: records(asObject(answer["ServerSideEncryptionConfiguration"])["Rules"]).map(
        ({ ApplyServerSideEncryptionByDefault, ...rest }) => ({
          ServerSideEncryptionByDefault: ApplyServerSideEncryptionByDefault,
          ...rest,
        }),
      ),
    }),
  },
  {
    property: "PublicAccessBlockConfiguration",
    put: "PutPublicAccessBlock",
    get: "GetPublicAccessBlock",
    remove: "DeletePublicAccessBlock",
    toApi: (value: unknown) => ({ PublicAccessBlockConfiguration: value }),
    fromApi: (answer: Properties) => asObject(answer["PublicAccessBlockConfiguration"]),
  },
  {
    property: "OwnershipControls",
    put: "PutBucketOwnershipControls",
    get: "GetBucketOwnershipControls",
    remove: "DeleteBucketOwnershipControls",
    toApi: (value: unknown) => ({ OwnershipControls: value }),
    fromApi: (answer: Properties) => asObject(answer["OwnershipControls"]),
  },
  {
    property: "LifecycleConfiguration",
    put: "PutBucketLifecycleConfiguration",
    get: "GetBucketLifecycleConfiguration",
    remove: "DeleteBucketLifecycle",
    toApi: (value: unknown) => ({ LifecycleConfiguration: { Rules: records(asObject(value)["Rules"]).map(toLifecycleRule) } }),
    fromApi: (answer: Properties) => ({ Rules: records(answer["Rules"]).map(fromLifecycleRule) }),
  },
  {
    property: "VersioningConfiguration",
    put: "PutBucketVersioning",
    get: "GetBucketVersioning",
    remove: undefined,
    toApi: (value: unknown) => ({ VersioningConfiguration: value }),
    fromApi: (answer: Properties) => answer,
  },
] as const;

function encryptionRules(value: unknown): unknown[] {
  return records(asObject(value)["ServerSideEncryptionConfiguration"]).map(({ ServerSideEncryptionByDefault, ...rest }) => ({
    ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
    ...rest,
  }));
}

function toLifecycleRule(rule: Properties): Record<string, unknown> {
  const { Id, Status, Prefix, ExpirationInDays, AbortIncompleteMultipartUpload, NoncurrentVersionExpiration } = rule;
  return {
    ...(Id === undefined ? {} : { ID: Id }),
    Status,
    Filter: { Prefix: Prefix ?? "" },
    ...(ExpirationInDays === undefined ? {} : { Expiration: { Days: ExpirationInDays } }),
    ...(AbortIncompleteMultipartUpload === undefined ? {} : { AbortIncompleteMultipartUpload }),
    ...(NoncurrentVersionExpiration === undefined ? {} : { NoncurrentVersionExpiration }),
  };
}

function fromLifecycleRule(rule: Properties): Record<string, unknown> {
  const { ID, Status, Filter, Expiration, AbortIncompleteMultipartUpload, NoncurrentVersionExpiration } = rule;
  const prefix = asObject(Filter)["Prefix"];
  return {
    Id: ID,
    Status,
    ...(prefix === undefined || prefix === "" ? {} : { Prefix: prefix }),
    ExpirationInDays: asObject(Expiration)["Days"],
    AbortIncompleteMultipartUpload,
    NoncurrentVersionExpiration,
  };
}

async function configure(context: HandlerContext, bucket: string, properties: Properties, before: Properties): Promise<void> {
  for (const { property, put, remove, toApi } of configurations) {
    const value = properties[property];
    if (value !== undefined && !isSame(value, before[property])) {
      await context.call.invoke("s3", put, { Bucket: bucket, ...toApi(value) });
    } else if (value === undefined && before[property] !== undefined && remove !== undefined) {
      await context.call.invoke("s3", remove, { Bucket: bucket });
    }
  }
  const tags = mergeTags(systemTags(context), tagsOf(properties));
  await context.call.invoke("s3", "PutBucketTagging", { Bucket: bucket, Tagging: { TagSet: tags } });
}

export const bucketType: ResourceType = {
  properties: ["BucketName", "Tags", ...configurations.map((each) => each.property)],
  required: [],
  createOnly: ["BucketName"],
  nameProperty: "BucketName",
  isTaggable: true,
  create: async (context, properties, state) => {
    if (state !== undefined) {
      return done;
    }
    const { region } = context.call;
    const bucket = text(properties, "BucketName") ?? generatedName(context, 63).toLowerCase();
    const existing = await unlessCode(context.call.invoke("s3", "HeadBucket", { Bucket: bucket }), ["NoSuchBucket", "AccessDenied"], {});
    if (existing["BucketRegion"] !== undefined) {
      throw new ServiceError("BucketAlreadyOwnedByYou", `${bucket} already exists`, 409);
    }
    await context.call.invoke("s3", "CreateBucket", {
      Bucket: bucket,
      ...(region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: region } }),
    });
    await configure(context, bucket, properties, {});
    return { isDone: false, physicalId: bucket, state: { isCreated: true } };
  },
  update: async (context, physicalId, properties, before) => {
    await configure(context, physicalId, properties, before);
    return done;
  },
  remove: async (context, physicalId) => {
    await unlessCode(context.call.invoke("s3", "DeleteBucket", { Bucket: physicalId }), ["NoSuchBucket"], {});
    return done;
  },
  attributes: async ({ call }, physicalId) => {
    const partition = call.region.startsWith("cn-") ? "aws-cn" : call.region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
    return Promise.resolve({
      Arn: `arn:${partition}:s3:::${physicalId}`,
      DomainName: `${physicalId}.s3.amazonaws.com`,
      RegionalDomainName: `${physicalId}.s3.${call.region}.amazonaws.com`,
    });
  },
  read: async ({ call }, physicalId) => {
    const found = await unlessCode(call.invoke("s3", "HeadBucket", { Bucket: physicalId }), ["NoSuchBucket", "AccessDenied"], {});
    if (found["BucketRegion"] === undefined) {
      return undefined;
    }
    const model: Record<string, unknown> = { BucketName: physicalId };
    for (const { property, get, fromApi } of configurations) {
      const answer = await unlessCode(call.invoke("s3", get, { Bucket: physicalId }), notConfigured, {});
      if (Object.keys(answer).length > 0) {
        model[property] = fromApi(answer);
      }
    }
    const tags = await unlessCode(call.invoke("s3", "GetBucketTagging", { Bucket: physicalId }), ["NoSuchTagSet"], {});
    return { ...model, Tags: withoutSystemTags(tagsOf({ Tags: tags["TagSet"] })) };
  },
};

const notConfigured = [
  "NoSuchLifecycleConfiguration",
  "NoSuchPublicAccessBlockConfiguration",
  "OwnershipControlsNotFoundError",
  "ServerSideEncryptionConfigurationNotFoundError",
];
