import type { Json } from "../../search/json";
import { isObject } from "../../search/json";
import { ServiceError, type Call } from "../../service";
import type { Tag } from "./state";

type Attributes = Record<string, string>;

/** How one resource type is made from its evaluated properties; ids are physical ids. */
export interface Provider {
  /** Property that holds the name when given; otherwise a name is made up. */
  readonly nameProperty: string | undefined;
  readonly createOnly: readonly string[];
  readonly tagged: boolean;
  create(id: string, properties: Json, call: Call): Promise<void>;
  /** Attributes (and `Ref` where it is not the id) once the resource is ready; undefined while it is not. */
  ready(id: string, properties: Json, call: Call): Promise<Attributes | undefined>;
  update(id: string, properties: Json, before: Json, call: Call): Promise<void>;
  /** Called until it says true: gone. */
  remove(id: string, properties: Json, call: Call): Promise<boolean>;
}

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const without = (properties: Json, ...names: string[]): Json =>
  Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));

const tagsOf = (properties: Json): readonly Tag[] => (properties["Tags"] as Tag[] | undefined) ?? [];

const tagMap = (properties: Json): Record<string, string> => Object.fromEntries(tagsOf(properties).map(({ Key, Value }) => [Key, Value]));

const isMissing = (thrown: unknown): boolean =>
  thrown instanceof ServiceError && /NoSuch|NotFound|does not exist|not found/i.test(`${thrown.code} ${thrown.message}`);

const isBusy = (thrown: unknown): boolean => thrown instanceof ServiceError && /InUse|Concurrent|NotPermitted|Conflict/.test(thrown.code);

/** True when the resource is gone, false when it has to be asked again. */
async function gone(remove: () => Promise<unknown>, isRetried: (thrown: unknown) => boolean = () => false): Promise<boolean> {
  try {
    await remove();
    return false;
  } catch (thrown) {
    if (isMissing(thrown)) {
      return true;
    }
    if (isRetried(thrown)) {
      return false;
    }
    throw thrown;
  }
}

const inner = (value: unknown, name: string): Json => (isObject(value) && isObject(value[name]) ? value[name] : {});

const nothing = (): Promise<void> => Promise.resolve();

async function configureBucket(Bucket: string, properties: Json, call: Call): Promise<void> {
  const { BucketEncryption, PublicAccessBlockConfiguration, LifecycleConfiguration } = properties;
  if (isObject(BucketEncryption)) {
    const rules = BucketEncryption["ServerSideEncryptionConfiguration"] as Json[];
    const Rules = rules.map((rule) => ({ ApplyServerSideEncryptionByDefault: rule["ServerSideEncryptionByDefault"] }));
    await call.invoke("s3", "PutBucketEncryption", { Bucket, ServerSideEncryptionConfiguration: { Rules } });
  }
  if (PublicAccessBlockConfiguration !== undefined) {
    await call.invoke("s3", "PutPublicAccessBlock", { Bucket, PublicAccessBlockConfiguration });
  }
  if (isObject(LifecycleConfiguration)) {
    const Rules = (LifecycleConfiguration["Rules"] as Json[]).map(({ Id, ExpirationInDays, Prefix, ...rule }) => ({
      ...rule,
      ID: Id,
      Filter: { Prefix: Prefix ?? "" },
      ...(ExpirationInDays === undefined ? {} : { Expiration: { Days: ExpirationInDays } }),
    }));
    await call.invoke("s3", "PutBucketLifecycleConfiguration", { Bucket, LifecycleConfiguration: { Rules } });
  }
  await call.invoke("s3", "PutBucketTagging", { Bucket, Tagging: { TagSet: tagsOf(properties) } });
}

const bucket: Provider = {
  nameProperty: "BucketName",
  createOnly: ["BucketName"],
  tagged: true,
  create: async (Bucket, properties, call) => {
    const place = call.region === "us-east-1" ? {} : { CreateBucketConfiguration: { LocationConstraint: call.region } };
    await call.invoke("s3", "CreateBucket", { Bucket, ...place });
    await configureBucket(Bucket, properties, call);
  },
  ready: (id, _properties, call) =>
    Promise.resolve({
      Arn: `arn:aws:s3:::${id}`,
      DomainName: `${id}.s3.amazonaws.com`,
      RegionalDomainName: `${id}.s3.${call.region}.amazonaws.com`,
    }),
  update: (id, properties, _before, call) => configureBucket(id, properties, call),
  remove: (Bucket, _properties, call) => gone(() => call.invoke("s3", "DeleteBucket", { Bucket })),
};

const logGroup: Provider = {
  nameProperty: "LogGroupName",
  createOnly: ["LogGroupName"],
  tagged: true,
  create: async (logGroupName, properties, call) => {
    await call.invoke("logs", "CreateLogGroup", { logGroupName, tags: tagMap(properties) });
    await logGroup.update(logGroupName, properties, {}, call);
  },
  ready: (id, _properties, call) => Promise.resolve({ Arn: `arn:aws:logs:${call.region}:${accountOf(call)}:log-group:${id}:*` }),
  update: async (logGroupName, properties, _before, call) => {
    if (properties["RetentionInDays"] !== undefined) {
      await call.invoke("logs", "PutRetentionPolicy", { logGroupName, retentionInDays: Number(properties["RetentionInDays"]) });
    }
  },
  remove: (logGroupName, _properties, call) => gone(() => call.invoke("logs", "DeleteLogGroup", { logGroupName })),
};

const logStream: Provider = {
  nameProperty: "LogStreamName",
  createOnly: ["LogGroupName", "LogStreamName"],
  tagged: false,
  create: async (logStreamName, { LogGroupName: logGroupName }, call) => {
    await call.invoke("logs", "CreateLogStream", { logGroupName, logStreamName });
  },
  ready: () => Promise.resolve({}),
  update: nothing,
  remove: (logStreamName, { LogGroupName: logGroupName }, call) =>
    gone(() => call.invoke("logs", "DeleteLogStream", { logGroupName, logStreamName })),
};

const accountOf = (call: Call): string => call.callerArn.split(":")[4] ?? "";

async function putInline(RoleName: string, properties: Json, call: Call): Promise<void> {
  for (const policy of (properties["Policies"] as Json[] | undefined) ?? []) {
    await call.invoke("iam", "PutRolePolicy", {
      RoleName,
      PolicyName: policy["PolicyName"],
      PolicyDocument: text(policy["PolicyDocument"]),
    });
  }
}

const role: Provider = {
  nameProperty: "RoleName",
  createOnly: ["RoleName", "Path"],
  tagged: true,
  create: async (RoleName, properties, call) => {
    await call.invoke("iam", "CreateRole", {
      ...without(properties, "Policies", "ManagedPolicyArns"),
      RoleName,
      AssumeRolePolicyDocument: text(properties["AssumeRolePolicyDocument"]),
    });
    await putInline(RoleName, properties, call);
  },
  ready: async (RoleName, _properties, call) => {
    const { Arn, RoleId } = inner(await call.invoke("iam", "GetRole", { RoleName }), "Role");
    return { Arn: String(Arn), RoleId: String(RoleId) };
  },
  update: async (RoleName, properties, before, call) => {
    await call.invoke("iam", "UpdateAssumeRolePolicy", { RoleName, PolicyDocument: text(properties["AssumeRolePolicyDocument"]) });
    await putInline(RoleName, properties, call);
    const kept = ((properties["Policies"] as Json[] | undefined) ?? []).map((policy) => policy["PolicyName"]);
    for (const policy of (before["Policies"] as Json[] | undefined) ?? []) {
      if (!kept.includes(policy["PolicyName"])) {
        await call.invoke("iam", "DeleteRolePolicy", { RoleName, PolicyName: policy["PolicyName"] });
      }
    }
    await call.invoke("iam", "TagRole", { RoleName, Tags: tagsOf(properties) });
  },
  remove: (RoleName, properties, call) =>
    gone(async () => {
      for (const policy of (properties["Policies"] as Json[] | undefined) ?? []) {
        await gone(() => call.invoke("iam", "DeleteRolePolicy", { RoleName, PolicyName: policy["PolicyName"] }));
      }
      await call.invoke("iam", "DeleteRole", { RoleName });
    }),
};

const policy: Provider = {
  nameProperty: "PolicyName",
  createOnly: ["PolicyName"],
  tagged: false,
  create: async (PolicyName, properties, call) => {
    for (const RoleName of properties["Roles"] as string[]) {
      await call.invoke("iam", "PutRolePolicy", { RoleName, PolicyName, PolicyDocument: text(properties["PolicyDocument"]) });
    }
  },
  ready: () => Promise.resolve({}),
  update: (id, properties, _before, call) => policy.create(id, properties, call),
  remove: async (PolicyName, properties, call) => {
    for (const RoleName of properties["Roles"] as string[]) {
      await gone(() => call.invoke("iam", "DeleteRolePolicy", { RoleName, PolicyName }));
    }
    return true;
  },
};

const domain: Provider = {
  nameProperty: "DomainName",
  createOnly: ["DomainName"],
  tagged: true,
  create: async (DomainName, properties, call) => {
    await call.invoke("es", "CreateDomain", {
      ...without(properties, "Tags"),
      DomainName,
      AccessPolicies: properties["AccessPolicies"] === undefined ? undefined : text(properties["AccessPolicies"]),
      TagList: tagsOf(properties),
    });
  },
  ready: async (DomainName, _properties, call) => {
    const status = inner(await call.invoke("es", "DescribeDomain", { DomainName }), "DomainStatus");
    const endpoint = status["Endpoint"];
    if (status["Processing"] === true || typeof endpoint !== "string") {
      return undefined;
    }
    return {
      Arn: String(status["ARN"]),
      DomainArn: String(status["ARN"]),
      DomainEndpoint: endpoint,
      Id: String(status["DomainId"]),
    };
  },
  update: async (DomainName, properties, _before, call) => {
    await call.invoke("es", "UpdateDomainConfig", {
      ...without(properties, "Tags", "DomainName", "EngineVersion"),
      DomainName,
      AccessPolicies: properties["AccessPolicies"] === undefined ? undefined : text(properties["AccessPolicies"]),
    });
  },
  remove: (DomainName, _properties, call) => gone(() => call.invoke("es", "DeleteDomain", { DomainName }), isBusy),
};

const stream: Provider = {
  nameProperty: "DeliveryStreamName",
  createOnly: ["DeliveryStreamName", "DeliveryStreamType", "VpcConfiguration"],
  tagged: true,
  create: async (DeliveryStreamName, properties, call) => {
    await call.invoke("firehose", "CreateDeliveryStream", { ...properties, DeliveryStreamName });
  },
  ready: async (DeliveryStreamName, _properties, call) => {
    const description = inner(await call.invoke("firehose", "DescribeDeliveryStream", { DeliveryStreamName }), "DeliveryStreamDescription");
    return description["DeliveryStreamStatus"] === "ACTIVE" ? { Arn: String(description["DeliveryStreamARN"]) } : undefined;
  },
  update: async (DeliveryStreamName, properties, _before, call) => {
    const description = inner(await call.invoke("firehose", "DescribeDeliveryStream", { DeliveryStreamName }), "DeliveryStreamDescription");
    const [destination] = description["Destinations"] as Json[];
    for (const [name, value] of Object.entries(properties)) {
      if (name.endsWith("DestinationConfiguration") && isObject(value)) {
        const { S3Configuration } = value;
        const rest = without(value, "S3Configuration", "S3BackupMode");
        await call.invoke("firehose", "UpdateDestination", {
          DeliveryStreamName,
          CurrentDeliveryStreamVersionId: description["VersionId"],
          DestinationId: destination?.["DestinationId"],
          [name.replace("Configuration", "Update")]: { ...rest, ...(S3Configuration === undefined ? {} : { S3Update: S3Configuration }) },
        });
      }
    }
  },
  remove: (DeliveryStreamName, _properties, call) =>
    gone(() => call.invoke("firehose", "DeleteDeliveryStream", { DeliveryStreamName }), isBusy),
};

async function fleetState(Name: string, call: Call): Promise<Json | undefined> {
  const answer = await call.invoke("appstream", "DescribeFleets", { Names: [Name] });
  return (answer["Fleets"] as Json[])[0];
}

const fleet: Provider = {
  nameProperty: "Name",
  createOnly: ["Name", "FleetType"],
  tagged: true,
  create: async (Name, properties, call) => {
    await call.invoke("appstream", "CreateFleet", { ...without(properties, startFleet), Name, Tags: tagMap(properties) });
    if (properties[startFleet] === true) {
      await call.invoke("appstream", "StartFleet", { Name });
    }
  },
  ready: async (Name, properties, call) => {
    const found = await fleetState(Name, call);
    const state = found?.["State"];
    const errors = (found?.["FleetErrors"] as Json[] | undefined) ?? [];
    if (properties[startFleet] === true && state !== "RUNNING" && errors.length > 0) {
      throw new ServiceError("NotStabilized", errors.map((error) => String(error["ErrorMessage"])).join(" "));
    }
    return state === "STARTING" ? undefined : { Arn: String(found?.["Arn"]) };
  },
  update: async (Name, properties, _before, call) => {
    await call.invoke("appstream", "UpdateFleet", { ...without(properties, startFleet, "Tags", "FleetType"), Name });
  },
  remove: (Name, _properties, call) =>
    gone(async () => {
      const state = (await fleetState(Name, call))?.["State"];
      if (state === "STOPPED") {
        await call.invoke("appstream", "DeleteFleet", { Name });
      } else if (state === "RUNNING" || state === "STARTING") {
        await call.invoke("appstream", "StopFleet", { Name });
      }
    }, isBusy),
};

/** Carries the resource's CreationPolicy among its properties. */
export const startFleet = "!StartFleet";

const stack: Provider = {
  nameProperty: "Name",
  createOnly: ["Name"],
  tagged: true,
  create: async (Name, properties, call) => {
    await call.invoke("appstream", "CreateStack", { ...properties, Name, Tags: tagMap(properties) });
  },
  ready: () => Promise.resolve({}),
  update: async (Name, properties, _before, call) => {
    await call.invoke("appstream", "UpdateStack", { ...without(properties, "Tags"), Name });
  },
  remove: (Name, _properties, call) => gone(() => call.invoke("appstream", "DeleteStack", { Name })),
};

const association: Provider = {
  nameProperty: undefined,
  createOnly: ["FleetName", "StackName"],
  tagged: false,
  create: async (_id, { FleetName, StackName }, call) => {
    await call.invoke("appstream", "AssociateFleet", { FleetName, StackName });
  },
  ready: () => Promise.resolve({}),
  update: nothing,
  remove: async (_id, { FleetName, StackName }, call) => {
    await gone(() => call.invoke("appstream", "DisassociateFleet", { FleetName, StackName }));
    return true;
  },
};

export const providers: Readonly<Record<string, Provider>> = {
  "AWS::S3::Bucket": bucket,
  "AWS::Logs::LogGroup": logGroup,
  "AWS::Logs::LogStream": logStream,
  "AWS::IAM::Role": role,
  "AWS::IAM::Policy": policy,
  "AWS::OpenSearchService::Domain": domain,
  "AWS::KinesisFirehose::DeliveryStream": stream,
  "AWS::AppStream::Fleet": fleet,
  "AWS::AppStream::Stack": stack,
  "AWS::AppStream::StackFleetAssociation": association,
};
