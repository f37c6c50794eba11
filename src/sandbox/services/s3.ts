import { Reader } from "../inputs";
import { ServiceError, type Call, type Input, type Output, type Service } from "../service";
import type { World } from "../world";
import { bucketsOf, checkBucketName, getBucket, isForeign, objectsIn, uploadsOf } from "./s3/buckets";
import { configurationOperations, initialConfigurations } from "./s3/configurations";
import { ownerId } from "./s3/listing";
import { objectOperations } from "./s3/objects";
import { uploadOperations } from "./s3/uploads";

const read = (input: Input): Reader => new Reader(input, "InvalidArgument");

/** S3: buckets with their configurations, objects with versions, multipart uploads. Names are global; every region sees the same buckets. */
export function createS3(world: World): Service {
  return {
    name: "s3",
    operations: {
      ListBuckets: (input) => listBuckets(world, input),
      CreateBucket: (input, call) => createBucket(world, input, call),
      HeadBucket: (input) => ({ BucketRegion: getBucket(world, read(input)).region }),
      DeleteBucket: (input) => deleteBucket(world, input),
      GetBucketLocation: (input) => {
        const { region } = getBucket(world, read(input));
        return { LocationConstraint: region === "us-east-1" ? "" : region };
      },
      GetObjectLockConfiguration: (input) => {
        const { Name } = getBucket(world, read(input));
        throw new ServiceError("ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket", 404, {
          BucketName: Name,
        });
      },
      ...configurationOperations(world),
      ...objectOperations(world),
      ...uploadOperations(world),
    },
  };
}

function listBuckets(world: World, input: Input): Output {
  const prefix = read(input).text("Prefix") ?? "";
  const buckets = [...bucketsOf(world).values()]
    .filter((bucket) => bucket.Name.startsWith(prefix))
    .sort((a, b) => (a.Name < b.Name ? -1 : 1));
  return {
    Buckets: buckets.map((bucket) => ({ Name: bucket.Name, CreationDate: new Date(bucket.created), BucketRegion: bucket.region })),
    Owner: { ID: ownerId },
  };
}

function createBucket(world: World, input: Input, call: Call): Output {
  const reader = read(input);
  const name = reader.requiredText("Bucket");
  checkBucketName(name);
  const configuration = reader.structure("CreateBucketConfiguration");
  const constraint = configuration?.text("LocationConstraint") ?? "";
  const region = constraint === "" ? "us-east-1" : constraint === "EU" ? "eu-west-1" : constraint;
  if (region !== call.region && !(call.region === "us-east-1" && constraint !== "")) {
    throw new ServiceError(
      "IllegalLocationConstraintException",
      `The ${constraint === "" ? "unspecified" : constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
  if (constraint === "us-east-1") {
    throw new ServiceError("InvalidLocationConstraint", "The specified location-constraint is not valid");
  }
  if (isForeign(name)) {
    throw new ServiceError(
      "BucketAlreadyExists",
      "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
      409,
      { BucketName: name },
    );
  }
  const existing = bucketsOf(world).get(name);
  if (existing === undefined) {
    const tags = configuration?.tags("Tags") ?? [];
    bucketsOf(world).set(name, {
      Name: name,
      region,
      created: world.now(),
      configurations: initialConfigurations(),
      ...(tags.length === 0 ? {} : { tags }),
    });
    world.save();
  } else if (existing.region !== "us-east-1" || region !== "us-east-1") {
    throw new ServiceError(
      "BucketAlreadyOwnedByYou",
      "Your previous request to create the named bucket succeeded and you already own it.",
      409,
      { BucketName: name },
    );
  }
  return { Location: region === "us-east-1" ? `/${name}` : `http://${name}.s3.amazonaws.com/` };
}

function deleteBucket(world: World, input: Input): Output {
  const bucket = getBucket(world, read(input));
  if (objectsIn(world, bucket.Name).length > 0) {
    const isVersioned = bucket.configurations["BucketVersioning"] !== undefined;
    throw new ServiceError(
      "BucketNotEmpty",
      isVersioned
        ? "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
        : "The bucket you tried to delete is not empty",
      409,
      { BucketName: bucket.Name },
    );
  }
  for (const [id, upload] of uploadsOf(world)) {
    if (upload.bucket === bucket.Name) {
      uploadsOf(world).delete(id);
    }
  }
  bucketsOf(world).delete(bucket.Name);
  world.save();
  return undefined;
}
