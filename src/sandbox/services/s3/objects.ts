import { createHash } from "node:crypto";
import { bytesOf, keepBytes } from "../../blobs";
import type { Reader } from "../../inputs";
import { ServiceError, type Input, type Output, type Service } from "../../service";
import type { World } from "../../world";
import { getBucket, isLive, objectsOf, type BucketItem, type ObjectItem, type Version } from "./buckets";
import { invalidArgument, listObjects, listVersions } from "./listing";
import { read } from "./requests";

const keyOf = (reader: Reader): string => {
  const key = reader.requiredText("Key", { min: 1 });
  if (Buffer.byteLength(key) > 1024) {
    throw new ServiceError("KeyTooLongError", "Your key is too long");
  }
  return key;
};

/** Members of an object's version that go in and out as they are. */
export const passedHeaders = ["ContentType", "ContentEncoding", "ContentDisposition", "ContentLanguage", "CacheControl"] as const;

export function objectOperations(world: World): Service["operations"] {
  return {
    PutObject: (input) => putObject(world, input),
    CopyObject: (input) => copyObject(world, input),
    GetObject: (input) => {
      const { version, bucket } = findVersion(world, input);
      checkConditions(read(input), version);
      const body = bytesOf(world, version.body);
      return { ...describeVersion(version, bucket), ...ranged(body, read(input).text("Range")) };
    },
    HeadObject: (input) => {
      const { version, bucket } = findVersion(world, input);
      checkConditions(read(input), version);
      return { ...describeVersion(version, bucket), ContentLength: version.size };
    },
    DeleteObject: (input) => {
      const reader = read(input);
      const bucket = getBucket(world, reader);
      return deleteObject(world, bucket, keyOf(reader), reader.text("VersionId"));
    },
    DeleteObjects: (input) => deleteObjects(world, input),
    ListObjectsV2: (input) => listObjects(world, input, "ContinuationToken"),
    ListObjects: (input) => listObjects(world, input, "Marker"),
    ListObjectVersions: (input) => listVersions(world, input),
  };
}

/** The bytes of a Body given by the wire (Buffer) or by another service (text). */
function bodyOf(body: unknown): Buffer {
  return body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(typeof body === "string" ? body : "", "utf8");
}

export function toVersion(world: World, bucket: BucketItem, body: Buffer, headers: Readonly<Record<string, string>>): Version {
  const isVersioned = bucket.configurations["BucketVersioning"]?.["Status"] === "Enabled";
  return {
    id: isVersioned ? world.randomHex(32) : "null",
    modified: world.now(),
    body: keepBytes(world, body),
    size: body.length,
    etag: `"${createHash("md5").update(body).digest("hex")}"`,
    headers,
  };
}

export function addVersion(world: World, bucket: BucketItem, key: string, version: Version): void {
  const path = `${bucket.Name}/${key}`;
  const object = objectsOf(world).get(path) ?? { bucket: bucket.Name, key, versions: [] };
  object.versions = [...object.versions.filter((each) => each.id !== version.id), version];
  objectsOf(world).set(path, object);
  world.save();
}

export function headersOf(reader: Reader): Record<string, string> {
  return Object.fromEntries(
    [...passedHeaders.map((name) => [name, reader.text(name)] as const), ...metadataOf(reader)].filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}

function metadataOf(reader: Reader): [string, string][] {
  const raw = reader.raw("Metadata");
  return typeof raw === "object" && raw !== null ? Object.entries(raw).map(([name, value]) => [`x-amz-meta-${name}`, String(value)]) : [];
}

function putObject(world: World, input: Input): Output {
  const reader = read(input);
  const bucket = getBucket(world, reader);
  const key = keyOf(reader);
  const version = toVersion(world, bucket, bodyOf(input["Body"]), headersOf(reader));
  if (reader.text("IfNoneMatch") === "*" && isLive(objectsOf(world).get(`${bucket.Name}/${key}`))) {
    throw new ServiceError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
  }
  addVersion(world, bucket, key, version);
  return { ETag: version.etag, ServerSideEncryption: "AES256", VersionId: shownId(version) };
}

function copyObject(world: World, input: Input): Output {
  const reader = read(input);
  const bucket = getBucket(world, reader);
  const key = keyOf(reader);
  const [, from = "", fromKey = "", id] = /^\/?([^/]+)\/([^?]+)(?:\?versionId=(.+))?$/.exec(reader.requiredText("CopySource")) ?? [];
  if (from === "") {
    throw invalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
  }
  const source = { Bucket: decodeURIComponent(from), Key: decodeURIComponent(fromKey), ...(id === undefined ? {} : { VersionId: id }) };
  const { version } = findVersion(world, source);
  const isReplaced = reader.text("MetadataDirective") === "REPLACE";
  if (!isReplaced && source.Bucket === bucket.Name && source.Key === key && id === undefined) {
    throw new ServiceError(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const made = toVersion(world, bucket, bytesOf(world, version.body), isReplaced ? headersOf(reader) : version.headers);
  addVersion(world, bucket, key, made);
  return {
    CopyObjectResult: { ETag: made.etag, LastModified: new Date(made.modified) },
    VersionId: shownId(made),
    CopySourceVersionId: shownId(version),
  };
}

/** If-Match and If-None-Match of a request that reads. */
function checkConditions(reader: Reader, { etag }: Version): void {
  const matches = (header: string): boolean =>
    header.split(",").some((each) => ["*", etag, etag.replaceAll('"', "")].includes(each.trim()));
  const wanted = reader.text("IfMatch");
  const unwanted = reader.text("IfNoneMatch");
  if (wanted !== undefined && !matches(wanted)) {
    throw new ServiceError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
  }
  if (unwanted !== undefined && matches(unwanted)) {
    throw new ServiceError("NotModified", "Not Modified", 304);
  }
}

const shownId = (version: Version): string | undefined => (version.id === "null" ? undefined : version.id);

function findVersion(world: World, input: Input): { readonly bucket: BucketItem; readonly version: Version } {
  const reader = read(input);
  const bucket = getBucket(world, reader);
  const key = keyOf(reader);
  const id = reader.text("VersionId");
  const versions = objectsOf(world).get(`${bucket.Name}/${key}`)?.versions ?? [];
  const version = id === undefined ? versions.at(-1) : versions.find((each) => each.id === id);
  if (version === undefined && id !== undefined) {
    throw new ServiceError("NoSuchVersion", "The specified version does not exist.", 404, { Key: key, VersionId: id });
  }
  if (version?.marker !== undefined && id !== undefined) {
    throw new ServiceError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);
  }
  if (version === undefined || version.marker !== undefined) {
    throw new ServiceError("NoSuchKey", "The specified key does not exist.", 404, { Key: key });
  }
  return { bucket, version };
}

function describeVersion(version: Version, _bucket: BucketItem): Record<string, unknown> {
  const metadata = Object.entries(version.headers).filter(([name]) => name.startsWith("x-amz-meta-"));
  return {
    ...Object.fromEntries(Object.entries(version.headers).filter(([name]) => !name.startsWith("x-amz-meta-"))),
    ContentType: version.headers["ContentType"] ?? "binary/octet-stream",
    ETag: version.etag,
    LastModified: new Date(version.modified),
    AcceptRanges: "bytes",
    ServerSideEncryption: "AES256",
    VersionId: shownId(version),
    Metadata: Object.fromEntries(metadata.map(([name, value]) => [name.slice("x-amz-meta-".length), value])),
  };
}

function ranged(body: Buffer, range: string | undefined): Record<string, unknown> {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (first === "" && last === "") {
    return { Body: body, ContentLength: body.length };
  }
  const start = first === "" ? Math.max(0, body.length - Number(last)) : Number(first);
  const end = first === "" || last === "" ? body.length - 1 : Math.min(Number(last), body.length - 1);
  if (start > end) {
    throw new ServiceError("InvalidRange", "The requested range is not satisfiable", 416);
  }
  const part = body.subarray(start, end + 1);
  return { Body: part, ContentLength: part.length, ContentRange: `bytes ${start}-${end}/${body.length}` };
}

function deleteObject(world: World, bucket: BucketItem, key: string, versionId: string | undefined): Record<string, unknown> {
  const path = `${bucket.Name}/${key}`;
  const object = objectsOf(world).get(path);
  if (versionId !== undefined) {
    const removed = object?.versions.find((each) => each.id === versionId);
    if (object !== undefined) {
      keep(
        world,
        path,
        object,
        object.versions.filter((each) => each.id !== versionId),
      );
    }
    return { VersionId: versionId, ...(removed?.marker === undefined ? {} : { DeleteMarker: true }) };
  }
  const status = bucket.configurations["BucketVersioning"]?.["Status"];
  if (status === undefined) {
    objectsOf(world).delete(path);
    world.save();
    return {};
  }
  const marker: Version = { ...toVersion(world, bucket, Buffer.alloc(0), {}), marker: true, etag: "" };
  addVersion(world, bucket, key, marker);
  return { DeleteMarker: true, VersionId: marker.id };
}

function keep(world: World, path: string, object: ObjectItem, versions: Version[]): void {
  object.versions = versions;
  if (versions.length === 0) {
    objectsOf(world).delete(path);
  }
  world.save();
}

function deleteObjects(world: World, input: Input): Output {
  const reader = read(input);
  const bucket = getBucket(world, reader);
  const wanted = reader.structure("Delete");
  const objects = wanted?.structures("Objects") ?? [];
  if (objects.length === 0 || objects.length > 1000) {
    throw new ServiceError("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
  }
  const deleted = objects.map((object) => {
    const key = keyOf(object);
    const versionId = object.text("VersionId");
    const { DeleteMarker, VersionId } = deleteObject(world, bucket, key, versionId);
    return versionId === undefined
      ? { Key: key, DeleteMarker, DeleteMarkerVersionId: VersionId }
      : { Key: key, VersionId: versionId, DeleteMarker, DeleteMarkerVersionId: DeleteMarker === true ? versionId : undefined };
  });
  return wanted?.flag("Quiet") === true ? {} : { Deleted: deleted };
}
