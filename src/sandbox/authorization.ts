import { partitionOf, toArn } from "./arns";
import type { Input } from "./service";
import { decideForCaller } from "./services/iam/roles";
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

/** Whether a role's session may do it; the sandbox's user may do everything, and GetCallerIdentity needs no right. */
export function isAllowed(world: World, arn: string, region: string, service: string, operation: string, input: Input): boolean {
  if (service === "sts" && operation === "GetCallerIdentity") {
    return true;
  }
  const action = `${service}:${service === "s3" ? (s3Actions[operation] ?? operation) : operation}`;
  return decideForCaller(world, arn, { action, resource: resourceOf(world, region, service, input) }) === "allowed";
}

function resourceOf(world: World, region: string, service: string, input: Input): string {
  const text = (name: string): string => (typeof input[name] === "string" ? input[name] : "");
  switch (service) {
    case "s3": {
      const bucket = `arn:${partitionOf(region)}:s3:::${text("Bucket")}`;
      return text("Bucket") === "" ? "*" : text("Key") === "" ? bucket : `${bucket}/${text("Key")}`;
    }
    case "firehose":
      return text("DeliveryStreamName") === ""
        ? "*"
        : toArn(service, region, world.account, `deliverystream/${text("DeliveryStreamName")}`);
    case "logs": {
      const group = `log-group:${text("logGroupName")}`;
      const stream = text("logStreamName") === "" ? "" : `:log-stream:${text("logStreamName")}`;
      return text("logGroupName") === "" ? "*" : toArn(service, region, world.account, group + stream);
    }
    case "es":
      return text("DomainName") === "" ? "*" : toArn(service, region, world.account, `domain/${text("DomainName")}`);
    default:
      return "*";
  }
}
