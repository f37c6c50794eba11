import { createHash } from "node:crypto";
import { bytesOf, keepBytes } from "../../blobs";
import { Reader } from "../../inputs";
import { ServiceError, type Input, type Output, type Service } from "../../service";
import type { World } from "../../world";
import { getBucket, uploadsOf, type UploadItem } from "./buckets";
import { ownerId } from "./listing";
import { addVersion, headersOf, toVersion } from "./objects";

const read = (input: Input): Reader => new Reader(input, "InvalidArgument");

export function uploadOperations(world: World): Service["operations"] {
  return {
    CreateMultipartUpload: (input) => {
      const reader = read(input);
      const bucket = getBucket(world, reader);
      const id = world.randomHex(64);
      const key = reader.requiredText("Key", { min: 1, max: 1024 });
      uploadsOf(world).set(id, { bucket: bucket.Name, key, initiated: world.now(), headers: headersOf(reader), parts: {} });
      world.save();
      return { Bucket: bucket.Name, Key: key, UploadId: id };
    },
    UploadPart: (input) => {
      const upload = getUpload(world, input);
      const body = input["Body"] instanceof Uint8Array ? Buffer.from(input["Body"]) : Buffer.alloc(0);
      const etag = `"${createHash("md5").update(body).digest("hex")}"`;
      upload.parts[String(read(input).number("PartNumber", 1, 10_000) ?? 1)] = { body: keepBytes(world, body), etag };
      world.save();
      return { ETag: etag, ServerSideEncryption: "AES256" };
    },
    ListParts: (input) => listParts(world, input),
    CompleteMultipartUpload: (input) => complete(world, input),
    AbortMultipartUpload: (input) => {
      getUpload(world, input);
      uploadsOf(world).delete(read(input).requiredText("UploadId"));
      world.save();
      return undefined;
    },
    ListMultipartUploads: (input) => {
      const bucket = getBucket(world, read(input));
      const uploads = [...uploadsOf(world)].filter(([, upload]) => upload.bucket === bucket.Name);
      return {
        Bucket: bucket.Name,
        KeyMarker: "",
        UploadIdMarker: "",
        MaxUploads: 1000,
        IsTruncated: false,
        Uploads: uploads.length === 0 ? undefined : uploads.map(describeUpload),
      };
    },
  };
}

function describeUpload([id, upload]: readonly [string, UploadItem]): Record<string, unknown> {
  const owner = { ID: ownerId };
  return {
    UploadId: id,
    Key: upload.key,
    Initiated: new Date(upload.initiated),
    StorageClass: "STANDARD",
    Owner: owner,
    Initiator: owner,
  };
}

function listParts(world: World, input: Input): Output {
  const upload = getUpload(world, input);
  const reader = read(input);
  const size = Math.min(reader.number("MaxParts", 0) ?? 1000, 1000);
  const marker = reader.number("PartNumberMarker") ?? 0;
  const parts = Object.entries(upload.parts)
    .map(([number, part]) => ({ PartNumber: Number(number), ETag: part.etag, Size: bytesOf(world, part.body).length }))
    .filter((part) => part.PartNumber > marker)
    .sort((a, b) => a.PartNumber - b.PartNumber);
  const page = parts.slice(0, size);
  return {
    Bucket: upload.bucket,
    Key: upload.key,
    UploadId: reader.requiredText("UploadId"),
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.PartNumber ?? 0,
    MaxParts: size,
    IsTruncated: parts.length > size,
    Parts: page.length === 0 ? undefined : page.map((part) => ({ ...part, LastModified: new Date(upload.initiated) })),
    StorageClass: "STANDARD",
    Owner: { ID: ownerId },
    Initiator: { ID: ownerId },
  };
}

function getUpload(world: World, input: Input): UploadItem {
  const reader = read(input);
  const bucket = getBucket(world, reader);
  const upload = uploadsOf(world).get(reader.requiredText("UploadId"));
  if (upload?.bucket !== bucket.Name) {
    throw new ServiceError(
      "NoSuchUpload",
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
      404,
    );
  }
  return upload;
}

function complete(world: World, input: Input): Output {
  const upload = getUpload(world, input);
  const reader = read(input);
  const bucket = getBucket(world, reader);
  const parts = (reader.structure("MultipartUpload")?.structures("Parts") ?? []).map((part) => {
    const stored = upload.parts[String(part.number("PartNumber") ?? 0)];
    if (stored === undefined || stored.etag.replaceAll('"', "") !== (part.text("ETag") ?? "").replaceAll('"', "")) {
      throw new ServiceError("InvalidPart", "One or more of the specified parts could not be found.");
    }
    return bytesOf(world, stored.body);
  });
  if (parts.length === 0) {
    throw new ServiceError("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
  }
  const sums = createHash("md5").update(Buffer.concat(parts.map((part) => createHash("md5").update(part).digest())));
  const etag = `"${sums.digest("hex")}-${parts.length}"`;
  const version = { ...toVersion(world, bucket, Buffer.concat(parts), upload.headers), etag };
  addVersion(world, bucket, upload.key, version);
  uploadsOf(world).delete(reader.requiredText("UploadId"));
  world.save();
  return { Location: `${world.endpoint}/${bucket.Name}/${upload.key}`, Bucket: bucket.Name, Key: upload.key, ETag: version.etag };
}
