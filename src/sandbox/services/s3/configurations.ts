import { Reader } from "../../inputs";
import { parsePolicy } from "../../policies";
import { ServiceError, type Input, type Operation, type Output, type Service } from "../../service";
import type { World } from "../../world";
import { principalExists } from "../iam/documents";
import { getBucket, type BucketItem } from "./buckets";

interface Configuration {
  /** Name in operations: Get…, Put…, Delete…. */
  readonly name: string;
  /** Member that carries it. */
  readonly member: string;
  /** True when the answer's members are the configuration's own, as for lifecycle rules. */
  readonly isBare?: boolean;
  readonly missing: string;
  readonly remove?: string;
  readonly initial?: Input;
}

const missingMessages: Readonly<Record<string, string>> = {
  NoSuchLifecycleConfiguration: "The lifecycle configuration does not exist",
  NoSuchPublicAccessBlockConfiguration: "The public access block configuration was not found",
  OwnershipControlsNotFoundError: "The bucket ownership controls were not found",
  ServerSideEncryptionConfigurationNotFoundError: "The server side encryption configuration was not found",
  NoSuchCORSConfiguration: "The CORS configuration does not exist",
};

const sse = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }] };
const blocked = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

const configurations: readonly Configuration[] = [
  {
    name: "BucketEncryption",
    member: "ServerSideEncryptionConfiguration",
    missing: "ServerSideEncryptionConfigurationNotFoundError",
    remove: "DeleteBucketEncryption",
    initial: sse,
  },
  {
    name: "PublicAccessBlock",
    member: "PublicAccessBlockConfiguration",
    missing: "NoSuchPublicAccessBlockConfiguration",
    remove: "DeletePublicAccessBlock",
    initial: blocked,
  },
  {
    name: "BucketLifecycleConfiguration",
    member: "LifecycleConfiguration",
    isBare: true,
    missing: "NoSuchLifecycleConfiguration",
    remove: "DeleteBucketLifecycle",
  },
  {
    name: "BucketOwnershipControls",
    member: "OwnershipControls",
    missing: "OwnershipControlsNotFoundError",
    remove: "DeleteBucketOwnershipControls",
    initial: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
  },
  { name: "BucketVersioning", member: "VersioningConfiguration", isBare: true, missing: "" },
  { name: "BucketCors", member: "CORSConfiguration", isBare: true, missing: "NoSuchCORSConfiguration", remove: "DeleteBucketCors" },
];

/** What a new bucket has without being told: encryption, blocked public access, ACLs disabled. */
export function initialConfigurations(): Record<string, Input> {
  return Object.fromEntries(configurations.flatMap(({ name, initial }) => (initial === undefined ? [] : [[name, initial]])));
}

const read = (input: Input): Reader => new Reader(input, "InvalidArgument");

export function configurationOperations(world: World): Service["operations"] {
  const operations: Record<string, Operation> = { ...taggingOperations(world), ...policyOperations(world) };
  for (const configuration of configurations) {
    const { name, member, remove } = configuration;
    operations[`Get${name}`] = (input) => getConfiguration(getBucket(world, read(input)), configuration);
    operations[`Put${name}`] = (input) => {
      const bucket = getBucket(world, read(input));
      const value = input[member];
      if (typeof value !== "object" || value === null) {
        throw malformedXml();
      }
      checkConfiguration(name, value as Input);
      bucket.configurations[name] = value as Input;
      world.save();
      return undefined;
    };
    if (remove !== undefined) {
      operations[remove] = (input) => {
        const bucket = getBucket(world, read(input));
        bucket.configurations = Object.fromEntries(Object.entries(bucket.configurations).filter(([key]) => key !== name));
        world.save();
        return undefined;
      };
    }
  }
  return operations;
}

export const malformedXml = (): ServiceError =>
  new ServiceError("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");

function getConfiguration(bucket: BucketItem, { name, member, isBare, missing }: Configuration): Output {
  const value = bucket.configurations[name];
  if (value === undefined && missing !== "") {
    throw new ServiceError(missing, missingMessages[missing] ?? "", 404, { BucketName: bucket.Name });
  }
  return isBare === true ? (value ?? {}) : { [member]: value };
}

function checkConfiguration(name: string, value: Input): void {
  if (name === "BucketVersioning" && !["Enabled", "Suspended"].includes(String(value["Status"]))) {
    throw malformedXml();
  }
  if (name === "BucketLifecycleConfiguration") {
    const rules = read(value).structures("Rules", 1000);
    if (rules.length === 0 || rules.some((rule) => !["Enabled", "Disabled"].includes(rule.text("Status") ?? ""))) {
      throw malformedXml();
    }
  }
}

function taggingOperations(world: World): Service["operations"] {
  return {
    GetBucketTagging: (input) => {
      const bucket = getBucket(world, read(input));
      if (bucket.tags === undefined || bucket.tags.length === 0) {
        throw new ServiceError("NoSuchTagSet", "The TagSet does not exist", 404, { BucketName: bucket.Name });
      }
      return { TagSet: bucket.tags };
    },
    PutBucketTagging: (input) => {
      const bucket = getBucket(world, read(input));
      const tagging = read(input).structure("Tagging");
      if (tagging === undefined) {
        throw malformedXml();
      }
      const tags = tagging.tags("TagSet", 50);
      if (new Set(tags.map((tag) => tag.Key)).size !== tags.length) {
        throw new ServiceError("InvalidTag", "Cannot provide multiple Tags with the same key");
      }
      bucket.tags = tags;
      world.save();
      return undefined;
    },
    DeleteBucketTagging: (input) => {
      delete getBucket(world, read(input)).tags;
      world.save();
      return undefined;
    },
  };
}

function policyOperations(world: World): Service["operations"] {
  return {
    GetBucketPolicy: (input) => {
      const bucket = getBucket(world, read(input));
      if (bucket.policy === undefined) {
        throw new ServiceError("NoSuchBucketPolicy", "The bucket policy does not exist", 404, { BucketName: bucket.Name });
      }
      return { Policy: bucket.policy };
    },
    PutBucketPolicy: (input) => {
      const reader = read(input);
      const bucket = getBucket(world, reader);
      const policy = reader.requiredText("Policy");
      const statements = parsePolicy(policy);
      if (statements === undefined || statements.some((statement) => statement.principals === undefined)) {
        throw new ServiceError("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'");
      }
      if (statements.some((statement) => statement.principals?.some((principal) => !principalExists(world, principal)))) {
        throw new ServiceError("MalformedPolicy", "Invalid principal in policy");
      }
      const isBlocked = bucket.configurations["PublicAccessBlock"]?.["BlockPublicPolicy"] === true;
      const isPublic = statements.some(
        ({ effect, principals, conditions }) =>
          effect === "Allow" && principals?.includes("*") === true && Object.keys(conditions).length === 0,
      );
      if (isBlocked && isPublic) {
        throw new ServiceError("AccessDenied", "Access Denied", 403);
      }
      bucket.policy = policy;
      world.save();
      return undefined;
    },
    DeleteBucketPolicy: (input) => {
      delete getBucket(world, read(input)).policy;
      world.save();
      return undefined;
    },
  };
}
