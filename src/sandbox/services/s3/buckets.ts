import type { Reader, Tag } from "../../inputs";
import { ServiceError, type Input } from "../../service";
import type { Item, World } from "../../world";

/** Keyed by name. Configurations are kept in the API's shape. */
export interface BucketItem extends Item {
  Name: string;
  region: string;
  created: number;
  tags?: Tag[];
  configurations: Record<string, Input>;
  policy?: string;
}

/** One version of an object or a delete marker, newest last in its key's list. */
export interface Version {
  readonly id: string;
  readonly modified: number;
  readonly marker?: true;
  /** As `keepBytes` gave it. */
  readonly body: string;
  readonly size: number;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Keyed by bucket, a slash and the key. */
export interface ObjectItem extends Item {
  bucket: string;
  key: string;
  versions: Version[];
}

export interface UploadItem extends Item {
  bucket: string;
  key: string;
  initiated: number;
  headers: Record<string, string>;
  /** By part number. */
  parts: Record<string, { readonly body: string; readonly etag: string }>;
}

export const bucketsOf = (world: World): Map<string, BucketItem> => world.collection("s3.buckets") as Map<string, BucketItem>;
export const objectsOf = (world: World): Map<string, ObjectItem> => world.collection("s3.objects") as Map<string, ObjectItem>;
export const uploadsOf = (world: World): Map<string, UploadItem> => world.collection("s3.uploads") as Map<string, UploadItem>;

/** Names that stand for buckets of other accounts. */
const foreign: ReadonlySet<string> = new Set(["example", "test", "data", "logs", "bucket", "backup"]);

export const isForeign = (name: string): boolean => foreign.has(name);

export function checkBucketName(name: string): void {
  const isValid =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes("..") &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
    !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);
  if (!isValid) {
    throw new ServiceError("InvalidBucketName", "The specified bucket is not valid.", 400, { BucketName: name });
  }
}

/** The bucket that an operation names; refuses absent and foreign ones. */
export function getBucket(world: World, reader: Reader): BucketItem {
  const name = reader.requiredText("Bucket");
  if (isForeign(name)) {
    throw new ServiceError("AccessDenied", "Access Denied", 403);
  }
  const bucket = bucketsOf(world).get(name);
  if (bucket === undefined) {
    throw new ServiceError("NoSuchBucket", "The specified bucket does not exist", 404, { BucketName: name });
  }
  if ((reader.text("ExpectedBucketOwner") ?? world.account) !== world.account) {
    throw new ServiceError("AccessDenied", "Access Denied", 403);
  }
  return bucket;
}

export function objectsIn(world: World, bucket: string): ObjectItem[] {
  return [...objectsOf(world).values()]
    .filter((object) => object.bucket === bucket)
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
}

export const isLive = (object: ObjectItem | undefined): boolean => object !== undefined && object.versions.at(-1)?.marker === undefined;
