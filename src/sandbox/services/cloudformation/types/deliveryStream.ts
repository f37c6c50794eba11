import { toArn } from "../../../arns";
import { ServiceError } from "../../../service";
import type { Properties } from "../items";
import {
  asObject,
  done,
  generatedName,
  isSame,
  pick,
  records,
  tagsOf,
  text,
  unlessCode,
  type HandlerContext,
  type ResourceType,
} from "./resourceType";

const destinations = [
  "AmazonopensearchserviceDestinationConfiguration",
  "ElasticsearchDestinationConfiguration",
  "AmazonOpenSearchServerlessDestinationConfiguration",
  "ExtendedS3DestinationConfiguration",
  "S3DestinationConfiguration",
  "RedshiftDestinationConfiguration",
  "SplunkDestinationConfiguration",
  "HttpEndpointDestinationConfiguration",
  "SnowflakeDestinationConfiguration",
] as const;

const gone = ["ResourceNotFoundException"];

async function describe({ call }: HandlerContext, name: string): Promise<Record<string, unknown>> {
  const answer = await unlessCode(call.invoke("firehose", "DescribeDeliveryStream", { DeliveryStreamName: name }), gone, {});
  return asObject(answer["DeliveryStreamDescription"]);
}

const kindOf = (properties: Properties): string | undefined => destinations.find((name) => properties[name] !== undefined);

const vpcOf = (properties: Properties): unknown => asObject(properties[kindOf(properties) ?? ""])["VpcConfiguration"];

async function isCreated(context: HandlerContext, name: string): Promise<boolean> {
  const stream = await describe(context, name);
  if (stream["DeliveryStreamStatus"] === "CREATING_FAILED") {
    const why = text(asObject(stream["FailureDescription"]), "Details") ?? "the delivery stream could not be created";
    throw new ServiceError("NotStabilized", why);
  }
  return stream["DeliveryStreamStatus"] === "ACTIVE";
}

export const deliveryStreamType: ResourceType = {
  properties: [
    "DeliveryStreamName",
    "DeliveryStreamType",
    "DeliveryStreamEncryptionConfigurationInput",
    "KinesisStreamSourceConfiguration",
    "MSKSourceConfiguration",
    "DatabaseSourceConfiguration",
    "DirectPutSourceConfiguration",
    "Tags",
    "IcebergDestinationConfiguration",
    ...destinations,
  ],
  required: [],
  createOnly: ["DeliveryStreamName", "DeliveryStreamType", "KinesisStreamSourceConfiguration", "MSKSourceConfiguration"],
  nameProperty: "DeliveryStreamName",
  isTaggable: true,
  alsoReplaces: (before, after) =>
    isSame(vpcOf(before), vpcOf(after)) || kindOf(before) !== kindOf(after) ? [] : [`${kindOf(after) ?? ""}/VpcConfiguration`],
  create: async (context, properties, state) => {
    if (state !== undefined) {
      return { isDone: await isCreated(context, text(state, "name") ?? ""), state };
    }
    const name = text(properties, "DeliveryStreamName") ?? generatedName(context, 64);
    const tags = tagsOf(properties);
    await context.call.invoke("firehose", "CreateDeliveryStream", {
      DeliveryStreamType: "DirectPut",
      ...numbered(pick(properties, [...destinations, "DeliveryStreamType", "DeliveryStreamEncryptionConfigurationInput"])),
      DeliveryStreamName: name,
      ...(tags.length === 0 ? {} : { Tags: tags }),
    });
    return { isDone: false, physicalId: name, state: { name } };
  },
  update: async (context, physicalId, properties, before) => {
    await updateDestination(context, physicalId, properties, before);
    const kept = tagsOf(properties).map((tag) => tag.Key);
    const TagKeys = tagsOf(before)
      .map((tag) => tag.Key)
      .filter((key) => !kept.includes(key));
    if (TagKeys.length > 0) {
      await context.call.invoke("firehose", "UntagDeliveryStream", { DeliveryStreamName: physicalId, TagKeys });
    }
    if (kept.length > 0) {
      await context.call.invoke("firehose", "TagDeliveryStream", { DeliveryStreamName: physicalId, Tags: tagsOf(properties) });
    }
    return done;
  },
  remove: async (context, physicalId, _properties, state) => {
    if (state === undefined) {
      const started = await unlessCode(
        context.call.invoke("firehose", "DeleteDeliveryStream", { DeliveryStreamName: physicalId, AllowForceDelete: true }),
        ["ResourceInUseException", ...gone],
        { isRefused: true },
      );
      const isGone = (await describe(context, physicalId))["DeliveryStreamName"] === undefined;
      return { isDone: isGone, ...(started["isRefused"] === true ? {} : { state: { isDeleting: true } }) };
    }
    return { isDone: (await describe(context, physicalId))["DeliveryStreamName"] === undefined, state };
  },
  attributes: async ({ world, call }, physicalId) =>
    Promise.resolve({ Arn: toArn("firehose", call.region, world.account, `deliverystream/${physicalId}`) }),
  read: async (context, physicalId) => {
    const stream = await describe(context, physicalId);
    if (stream["DeliveryStreamName"] === undefined || stream["DeliveryStreamStatus"] === "DELETING") {
      return undefined;
    }
    const { Tags } = await context.call.invoke("firehose", "ListTagsForDeliveryStream", { DeliveryStreamName: physicalId });
    // The schema's destination blocks are write-only: drift cannot see them.
    return { DeliveryStreamName: physicalId, DeliveryStreamType: stream["DeliveryStreamType"], Tags: tagsOf({ Tags }) };
  },
};

/** Numbers and flags of templates may be text; Firehose's API takes them only as what they are. */
function numbered(value: unknown): Record<string, unknown> {
  return convert(value, "") as Record<string, unknown>;
}

const numbers = /^(IntervalInSeconds|SizeInMBs|DurationInSeconds)$/;

function convert(value: unknown, name: string): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => convert(each, name));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, convert(each, key)]));
  }
  if (typeof value === "string" && numbers.test(name)) {
    return Number(value);
  }
  return value === "true" || value === "false" ? (name === "Enabled" ? value === "true" : value) : value;
}

/** Compares with the stream as it is, not with what was meant: a rollback must undo only what took effect. */
async function updateDestination(context: HandlerContext, name: string, properties: Properties, before: Properties): Promise<void> {
  const kind = kindOf(properties);
  const stream = await describe(context, name);
  const destination = records(stream["Destinations"])[0] ?? {};
  const actual = kind === undefined ? undefined : destination[kind.replace("Configuration", "Description")];
  if (kind === undefined || actual === undefined) {
    throw new ServiceError("InvalidArgumentException", "Cannot change the destination type of a delivery stream.");
  }
  const wanted = asObject(properties[kind]);
  if (isSame(wanted, before[kind])) {
    return;
  }
  const mode = wanted["S3BackupMode"];
  if (mode !== undefined && mode !== asObject(actual)["S3BackupMode"] && !kind.startsWith("ExtendedS3")) {
    throw new ServiceError("InvalidArgumentException", "S3BackupMode cannot be changed after the delivery stream has been created.");
  }
  const fixed = ["S3Configuration", "S3BackupMode", "VpcConfiguration"];
  const update = {
    ...Object.fromEntries(Object.entries(wanted).filter(([key]) => !fixed.includes(key))),
    ...(wanted["S3Configuration"] === undefined ? {} : { S3Update: wanted["S3Configuration"] }),
  };
  await context.call.invoke("firehose", "UpdateDestination", {
    DeliveryStreamName: name,
    CurrentDeliveryStreamVersionId: stream["VersionId"],
    DestinationId: destination["DestinationId"],
    [kind.replace("Configuration", "Update")]: numbered(update),
  });
}
