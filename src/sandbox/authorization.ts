import { partitionOf, toArn, toGlobalArn } from "./arns";
import type { Input } from "./service";
import { changeSetsOf } from "./services/cloudformation/items";
import { decideForCaller, findRole } from "./services/iam/roles";
import type { World } from "./world";

/** Operations of S3 whose right is named otherwise. */
const s3Actions: Readonly<Record<string, string>> = {
  HeadObject: "GetObject",
  ListObjects: "ListBucket",
  ListObjectsV2: "ListBucket",
  HeadBucket: "ListBucket",
  ListObjectVersions: "ListBucketVersions",
  ListMultipartUploads: "ListBucketMultipartUploads",
  CreateMultipartUpload: "PutObject",
  CopyObject: "PutObject",
  ListParts: "ListMultipartUploadParts",
  GetObjectLockConfiguration: "GetBucketObjectLockConfiguration",
  UploadPart: "PutObject",
  CompleteMultipartUpload: "PutObject",
  DeleteObjects: "DeleteObject",
  ListBuckets: "ListAllMyBuckets",
  GetBucketEncryption: "GetEncryptionConfiguration",
  PutBucketEncryption: "PutEncryptionConfiguration",
  GetPublicAccessBlock: "GetBucketPublicAccessBlock",
  PutPublicAccessBlock: "PutBucketPublicAccessBlock",
  GetBucketLifecycleConfiguration: "GetLifecycleConfiguration",
  PutBucketLifecycleConfiguration: "PutLifecycleConfiguration",
};

/** What a call needs rights for: an action and the resources it names, all of which must be allowed. */
interface Need {
  readonly action: string;
  readonly resources: readonly string[];
  readonly context?: Readonly<Record<string, string>>;
}

/** The first right that a role's session lacks for a call; the sandbox's user may do everything, and GetCallerIdentity needs no right. */
export function missingRight(
  world: World,
  arn: string,
  region: string,
  service: string,
  operation: string,
  input: Input,
): { readonly action: string; readonly resource: string } | undefined {
  if (service === "sts" && operation === "GetCallerIdentity") {
    return undefined;
  }
  const own: Need = {
    action: `${service}:${actionOf(service, operation, input)}`,
    resources: resourcesOf(world, region, service, operation, input),
  };
  for (const { action, resources, context } of [own, ...passedRoles(service, input)]) {
    for (const resource of resources) {
      const asked = { action, resource, ...(context === undefined ? {} : { context }) };
      if (decideForCaller(world, arn, asked) !== "allowed") {
        return { action, resource };
      }
    }
  }
  return undefined;
}

function actionOf(service: string, operation: string, input: Input): string {
  if (service !== "s3") {
    return operation;
  }
  const action = s3Actions[operation] ?? operation;
  if (operation === "DeleteObjects") {
    return deleted(input).some((one) => one.VersionId !== undefined) ? "DeleteObjectVersion" : action;
  }
  return input["VersionId"] !== undefined && /^(Get|Delete)Object$/.test(action) ? `${action}Version` : action;
}

function deleted(input: Input): readonly { readonly Key?: string; readonly VersionId?: string }[] {
  const { Objects } = (input["Delete"] ?? {}) as { Objects?: unknown };
  return Array.isArray(Objects) ? (Objects as { Key?: string; VersionId?: string }[]) : [];
}

const passing: Readonly<Record<string, string>> = {
  firehose: "firehose.amazonaws.com",
  appstream: "appstream.amazonaws.com",
  cloudformation: "cloudformation.amazonaws.com",
};

/** Whoever hands a role to a service must be allowed to pass it. */
function passedRoles(service: string, input: Input): readonly Need[] {
  const principal = passing[service];
  const roles = principal === undefined ? [] : [...rolesIn(input)];
  const context = { "iam:passedtoservice": principal ?? "" };
  return roles.length === 0 ? [] : [{ action: "iam:PassRole", resources: [...new Set(roles)], context }];
}

function* rolesIn(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) {
    return;
  }
  for (const [name, each] of Object.entries(value)) {
    if (typeof each === "string" && /^(Iam)?RoleA(RN|rn)$/.test(name)) {
      yield each;
    } else {
      yield* rolesIn(each);
    }
  }
}

function resourcesOf(world: World, region: string, service: string, operation: string, input: Input): readonly string[] {
  const text = (name: string): string => (typeof input[name] === "string" ? input[name] : "");
  const named = (name: string, prefix: string): string[] =>
    text(name) === "" ? [] : [text(name).startsWith("arn:") ? text(name) : toArn(service, region, world.account, prefix + text(name))];
  const found = ((): readonly string[] => {
    switch (service) {
      case "s3": {
        const bucket = `arn:${partitionOf(region)}:s3:::${text("Bucket")}`;
        const keys = operation === "DeleteObjects" ? deleted(input).map(({ Key = "" }) => `${bucket}/${Key}`) : [];
        if (keys.length > 0) {
          return keys;
        }
        return text("Bucket") === "" ? [] : [text("Key") === "" ? bucket : `${bucket}/${text("Key")}`];
      }
      case "firehose":
        return named("DeliveryStreamName", "deliverystream/");
      case "logs": {
        const stream = text("logStreamName") === "" ? "" : `:log-stream:${text("logStreamName")}`;
        return [...named("logGroupName", "log-group:").map((group) => group + stream), ...named("resourceArn", "")];
      }
      case "es":
        return [...named("DomainName", "domain/"), ...named("ARN", "")];
      case "iam":
        return text("RoleName") === "" ? named("PolicySourceArn", "") : [roleArnOf(world, region, text("RoleName"), text("Path"))];
      case "cloudformation":
        return [
          ...named("StackName", "stack/").map((stack) => (stack.split("/").length > 2 ? stack : `${stack}/*`)),
          ...stackOf(world, text),
        ];
      case "appstream":
        return appstreamResources(operation, named);
      default:
        return [];
    }
  })();
  return found.length === 0 ? ["*"] : found;
}

function roleArnOf(world: World, region: string, name: string, path: string): string {
  return findRole(world, name)?.Arn ?? toGlobalArn("iam", region, world.account, `role${path === "" ? "/" : path}${name}`);
}

/** A change set named by its ARN stands for its stack. */
function stackOf(world: World, text: (name: string) => string): readonly string[] {
  const id = text("StackName") === "" ? changeSetsOf(world).get(text("ChangeSetName"))?.stackId : undefined;
  return id === undefined ? [] : [id];
}

function appstreamResources(operation: string, named: (name: string, prefix: string) => string[]): readonly string[] {
  const kind = /ImageBuilder/.test(operation) ? "image-builder/" : /(Fleet|Stack|Image)/.exec(operation)?.[1]?.toLowerCase();
  return [
    ...named("FleetName", "fleet/"),
    ...named("StackName", "stack/"),
    ...named("ResourceArn", ""),
    ...(kind === undefined ? [] : named("Name", kind.endsWith("/") ? kind : `${kind}/`)),
  ];
}
