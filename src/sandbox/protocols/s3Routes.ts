import type { XmlShape } from "./xmlShapes";

export interface S3Route {
  readonly operation: string;
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly target: "service" | "bucket" | "object";
  /** Query parameter that tells it from others of the same method and target. */
  readonly sub?: string;
  /** Header that tells it from others of the same method and target. */
  readonly header?: string;
  /** Query parameters by the input member they fill. */
  readonly query?: Readonly<Record<string, string>>;
  /** XML body: input member and its shape. */
  readonly body?: { readonly member: string; readonly shape: XmlShape };
  /** The body is the bytes of this member. */
  readonly bytes?: string;
  /** Answer's root element and members. */
  readonly answer?: { readonly root: string; readonly members: Readonly<Record<string, XmlShape>> };
  readonly status?: number;
}

const text = "text" as const;
const struct = (members: Readonly<Record<string, XmlShape>>): XmlShape => ({ members });
const flat = (name: string, shape: XmlShape): XmlShape => ({ flat: shape, name });
const texts = (...names: readonly string[]): Readonly<Record<string, XmlShape>> => Object.fromEntries(names.map((name) => [name, text]));

const tag = struct(texts("Key", "Value"));
const tagSet: XmlShape = { list: tag, item: "Tag" };
const owner = struct(texts("ID"));

const publicAccess = struct({
  BlockPublicAcls: "flag",
  IgnorePublicAcls: "flag",
  BlockPublicPolicy: "flag",
  RestrictPublicBuckets: "flag",
});
const encryption = struct({
  Rules: flat(
    "Rule",
    struct({
      ApplyServerSideEncryptionByDefault: struct(texts("SSEAlgorithm", "KMSMasterKeyID")),
      BucketKeyEnabled: "flag",
    }),
  ),
});
const lifecycleRule = struct({
  Expiration: struct({ Date: text, Days: "number", ExpiredObjectDeleteMarker: "flag" }),
  ID: text,
  Prefix: text,
  Filter: struct({
    Prefix: text,
    Tag: tag,
    ObjectSizeGreaterThan: "number",
    ObjectSizeLessThan: "number",
    And: struct({ Prefix: text, Tags: flat("Tag", tag), ObjectSizeGreaterThan: "number", ObjectSizeLessThan: "number" }),
  }),
  Status: text,
  Transitions: flat("Transition", struct({ Date: text, Days: "number", StorageClass: text })),
  NoncurrentVersionExpiration: struct({ NoncurrentDays: "number", NewerNoncurrentVersions: "number" }),
  AbortIncompleteMultipartUpload: struct({ DaysAfterInitiation: "number" }),
});
const lifecycle = { Rules: flat("Rule", lifecycleRule) };
const ownership = struct({ Rules: flat("Rule", struct(texts("ObjectOwnership"))) });
const corsRule = struct({
  ID: text,
  AllowedHeaders: flat("AllowedHeader", text),
  AllowedMethods: flat("AllowedMethod", text),
  AllowedOrigins: flat("AllowedOrigin", text),
  ExposeHeaders: flat("ExposeHeader", text),
  MaxAgeSeconds: "number",
});
const cors = { CORSRules: flat("CORSRule", corsRule) };
const object = struct({ Key: text, LastModified: "date", ETag: text, Size: "number", StorageClass: text });
const version = struct({
  ETag: text,
  Size: "number",
  StorageClass: text,
  Key: text,
  VersionId: text,
  IsLatest: "flag",
  LastModified: "date",
  Owner: owner,
});
const listing = {
  Name: text,
  Prefix: text,
  Delimiter: text,
  MaxKeys: "number",
  EncodingType: text,
  IsTruncated: "flag",
  CommonPrefixes: flat("CommonPrefixes", struct(texts("Prefix"))),
} as const;

const bucketConfig = (
  name: string,
  sub: string,
  member: string,
  shape: XmlShape,
  root: string,
  members: Readonly<Record<string, XmlShape>>,
): S3Route[] => [
  { operation: `Get${name}`, method: "GET", target: "bucket", sub, answer: { root, members } },
  { operation: `Put${name}`, method: "PUT", target: "bucket", sub, body: { member, shape } },
];

const membersOf = (shape: XmlShape): Readonly<Record<string, XmlShape>> =>
  typeof shape === "object" && "members" in shape ? shape.members : {};

const versioning = texts("Status", "MFADelete");

/** S3's operations by method, target and sub-resource. Those with a sub-resource come first. */
export const s3Routes: readonly S3Route[] = [
  ...bucketConfig("BucketTagging", "tagging", "Tagging", struct({ TagSet: tagSet }), "Tagging", { TagSet: tagSet }),
  ...bucketConfig(
    "BucketEncryption",
    "encryption",
    "ServerSideEncryptionConfiguration",
    encryption,
    "ServerSideEncryptionConfiguration",
    membersOf(encryption),
  ),
  ...bucketConfig(
    "PublicAccessBlock",
    "publicAccessBlock",
    "PublicAccessBlockConfiguration",
    publicAccess,
    "PublicAccessBlockConfiguration",
    membersOf(publicAccess),
  ),
  ...bucketConfig(
    "BucketLifecycleConfiguration",
    "lifecycle",
    "LifecycleConfiguration",
    struct(lifecycle),
    "LifecycleConfiguration",
    lifecycle,
  ),
  ...bucketConfig("BucketVersioning", "versioning", "VersioningConfiguration", struct(versioning), "VersioningConfiguration", versioning),
  ...bucketConfig(
    "BucketOwnershipControls",
    "ownershipControls",
    "OwnershipControls",
    ownership,
    "OwnershipControls",
    membersOf(ownership),
  ),
  ...bucketConfig("BucketCors", "cors", "CORSConfiguration", struct(cors), "CORSConfiguration", cors),
  { operation: "GetBucketPolicy", method: "GET", target: "bucket", sub: "policy" },
  { operation: "PutBucketPolicy", method: "PUT", target: "bucket", sub: "policy", bytes: "Policy", status: 204 },
  ...(
    [
      ["DeleteBucketTagging", "tagging"],
      ["DeleteBucketEncryption", "encryption"],
      ["DeletePublicAccessBlock", "publicAccessBlock"],
      ["DeleteBucketLifecycle", "lifecycle"],
      ["DeleteBucketOwnershipControls", "ownershipControls"],
      ["DeleteBucketCors", "cors"],
      ["DeleteBucketPolicy", "policy"],
    ] as const
  ).map(([operation, sub]): S3Route => ({ operation, method: "DELETE", target: "bucket", sub, status: 204 })),
  { operation: "GetBucketLocation", method: "GET", target: "bucket", sub: "location" },
  { operation: "GetObjectLockConfiguration", method: "GET", target: "bucket", sub: "object-lock" },
  {
    operation: "ListObjectVersions",
    method: "GET",
    target: "bucket",
    sub: "versions",
    query: {
      Prefix: "prefix",
      MaxKeys: "max-keys",
      KeyMarker: "key-marker",
      VersionIdMarker: "version-id-marker",
      EncodingType: "encoding-type",
    },
    answer: {
      root: "ListVersionsResult",
      members: {
        ...listing,
        ...texts("KeyMarker", "VersionIdMarker", "NextKeyMarker", "NextVersionIdMarker"),
        Versions: flat("Version", version),
        DeleteMarkers: flat("DeleteMarker", version),
      },
    },
  },
  {
    operation: "ListMultipartUploads",
    method: "GET",
    target: "bucket",
    sub: "uploads",
    answer: {
      root: "ListMultipartUploadsResult",
      members: {
        ...texts("Bucket", "KeyMarker", "UploadIdMarker"),
        MaxUploads: "number",
        IsTruncated: "flag",
        Uploads: flat(
          "Upload",
          struct({ UploadId: text, Key: text, Initiated: "date", StorageClass: text, Owner: owner, Initiator: owner }),
        ),
      },
    },
  },
  {
    operation: "DeleteObjects",
    method: "POST",
    target: "bucket",
    sub: "delete",
    body: { member: "Delete", shape: struct({ Objects: flat("Object", struct(texts("Key", "VersionId"))), Quiet: "flag" }) },
    answer: {
      root: "DeleteResult",
      members: {
        Deleted: flat("Deleted", struct({ Key: text, VersionId: text, DeleteMarker: "flag", DeleteMarkerVersionId: text })),
        Errors: flat("Error", struct(texts("Key", "VersionId", "Code", "Message"))),
      },
    },
  },
  {
    operation: "CreateMultipartUpload",
    method: "POST",
    target: "object",
    sub: "uploads",
    answer: { root: "InitiateMultipartUploadResult", members: texts("Bucket", "Key", "UploadId") },
  },
  {
    operation: "CompleteMultipartUpload",
    method: "POST",
    target: "object",
    sub: "uploadId",
    query: { UploadId: "uploadId" },
    body: { member: "MultipartUpload", shape: struct({ Parts: flat("Part", struct({ PartNumber: "number", ETag: text })) }) },
    answer: { root: "CompleteMultipartUploadResult", members: texts("Location", "Bucket", "Key", "ETag") },
  },
  {
    operation: "ListParts",
    method: "GET",
    target: "object",
    sub: "uploadId",
    query: { UploadId: "uploadId", MaxParts: "max-parts", PartNumberMarker: "part-number-marker" },
    answer: {
      root: "ListPartsResult",
      members: {
        ...texts("Bucket", "Key", "UploadId", "StorageClass"),
        PartNumberMarker: "number",
        NextPartNumberMarker: "number",
        MaxParts: "number",
        IsTruncated: "flag",
        Owner: owner,
        Initiator: owner,
        Parts: flat("Part", struct({ PartNumber: "number", LastModified: "date", ETag: text, Size: "number" })),
      },
    },
  },
  {
    operation: "UploadPart",
    method: "PUT",
    target: "object",
    sub: "uploadId",
    query: { UploadId: "uploadId", PartNumber: "partNumber" },
    bytes: "Body",
  },
  {
    operation: "AbortMultipartUpload",
    method: "DELETE",
    target: "object",
    sub: "uploadId",
    query: { UploadId: "uploadId" },
    status: 204,
  },
  {
    operation: "ListBuckets",
    method: "GET",
    target: "service",
    query: { Prefix: "prefix" },
    answer: {
      root: "ListAllMyBucketsResult",
      members: {
        Buckets: { list: struct({ Name: text, CreationDate: "date", BucketRegion: text }), item: "Bucket" },
        Owner: owner,
      },
    },
  },
  {
    operation: "ListObjectsV2",
    method: "GET",
    target: "bucket",
    sub: "list-type",
    query: {
      Prefix: "prefix",
      Delimiter: "delimiter",
      MaxKeys: "max-keys",
      ContinuationToken: "continuation-token",
      StartAfter: "start-after",
      EncodingType: "encoding-type",
    },
    answer: {
      root: "ListBucketResult",
      members: {
        ...listing,
        KeyCount: "number",
        ...texts("ContinuationToken", "NextContinuationToken", "StartAfter"),
        Contents: flat("Contents", object),
      },
    },
  },
  {
    operation: "ListObjects",
    method: "GET",
    target: "bucket",
    query: { Prefix: "prefix", Delimiter: "delimiter", MaxKeys: "max-keys", Marker: "marker", EncodingType: "encoding-type" },
    answer: {
      root: "ListBucketResult",
      members: { ...listing, ...texts("Marker", "NextMarker"), Contents: flat("Contents", object) },
    },
  },
  {
    operation: "CreateBucket",
    method: "PUT",
    target: "bucket",
    body: { member: "CreateBucketConfiguration", shape: struct({ LocationConstraint: text, Tags: tagSet }) },
  },
  { operation: "HeadBucket", method: "HEAD", target: "bucket" },
  { operation: "DeleteBucket", method: "DELETE", target: "bucket", status: 204 },
  {
    operation: "CopyObject",
    method: "PUT",
    target: "object",
    header: "x-amz-copy-source",
    answer: { root: "CopyObjectResult", members: { ETag: text, LastModified: "date" } },
  },
  { operation: "PutObject", method: "PUT", target: "object", bytes: "Body" },
  { operation: "GetObject", method: "GET", target: "object", query: { VersionId: "versionId" } },
  { operation: "HeadObject", method: "HEAD", target: "object", query: { VersionId: "versionId" } },
  { operation: "DeleteObject", method: "DELETE", target: "object", query: { VersionId: "versionId" }, status: 204 },
];

/** Sub-resources that the sandbox does not serve: naming one must not fall through to another operation. */
export const unservedSubresources: ReadonlySet<string> = new Set([
  "accelerate",
  "acl",
  "analytics",
  "attributes",
  "intelligent-tiering",
  "inventory",
  "legal-hold",
  "logging",
  "metrics",
  "notification",
  "object-lock",
  "policyStatus",
  "replication",
  "requestPayment",
  "restore",
  "retention",
  "select",
  "torrent",
  "website",
]);
