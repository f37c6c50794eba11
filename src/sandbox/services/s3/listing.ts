import { ServiceError, type Input, type Output } from "../../service";
import type { World } from "../../world";
import { getBucket, isLive, objectsIn, type Version } from "./buckets";
import { read } from "./requests";

/** Keys under a prefix, those with the delimiter after it folded into common prefixes. */
function fold(
  keys: readonly string[],
  prefix: string,
  delimiter: string | undefined,
): { readonly key: string; readonly isPrefix: boolean }[] {
  const seen = new Set<string>();
  const entries: { key: string; isPrefix: boolean }[] = [];
  for (const key of keys) {
    const cut = delimiter === undefined || delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const folded = cut < 0 || delimiter === undefined ? key : key.slice(0, cut + delimiter.length);
    if (!seen.has(folded)) {
      seen.add(folded);
      entries.push({ key: folded, isPrefix: cut >= 0 });
    }
  }
  return entries;
}

export function listObjects(world: World, input: Input, tokenName: "ContinuationToken" | "Marker"): Output {
  const reader = read(input);
  const bucket = getBucket(world, reader);
  const prefix = reader.text("Prefix") ?? "";
  const delimiter = reader.text("Delimiter");
  const size = Math.min(reader.number("MaxKeys", 0) ?? 1000, 1000);
  const live = new Map(
    objectsIn(world, bucket.Name)
      .filter(isLive)
      .map((object) => [object.key, object.versions.at(-1)]),
  );
  const after = tokenName === "Marker" ? reader.text("Marker") : reader.text("StartAfter");
  const token = tokenName === "ContinuationToken" ? reader.text("ContinuationToken") : undefined;
  const start = token === undefined ? after : startOf(token);
  const isFolded = start !== undefined && delimiter !== undefined && delimiter !== "" && start.endsWith(delimiter);
  const keys = [...live.keys()].filter(
    (key) => key.startsWith(prefix) && (start === undefined || (isAfter(key, start) && !(isFolded && key.startsWith(start)))),
  );
  const all = fold(keys, prefix, delimiter);
  const items = all.slice(0, size);
  const next = size > 0 && all.length > size ? tokenOf(items.at(-1)?.key ?? "") : undefined;
  const contents = items
    .filter((item) => !item.isPrefix)
    .map(({ key }) => {
      const version = live.get(key);
      return {
        Key: key,
        LastModified: new Date(version?.modified ?? 0),
        ETag: version?.etag,
        Size: version?.size,
        StorageClass: "STANDARD",
      };
    });
  const common = items.filter((item) => item.isPrefix).map(({ key }) => ({ Prefix: key }));
  return {
    Name: bucket.Name,
    Prefix: prefix,
    Delimiter: delimiter,
    MaxKeys: size,
    IsTruncated: next !== undefined,
    ...(tokenName === "Marker"
      ? { Marker: after ?? "", NextMarker: next === undefined ? undefined : items.at(-1)?.key }
      : { KeyCount: items.length, ContinuationToken: token, NextContinuationToken: next, StartAfter: after }),
    Contents: contents.length === 0 ? undefined : contents,
    CommonPrefixes: common.length === 0 ? undefined : common,
    EncodingType: reader.text("EncodingType"),
  };
}

const isAfter = (key: string, start: string): boolean => Buffer.compare(Buffer.from(key), Buffer.from(start)) > 0;

/** A listing goes on after the last key or prefix it gave, whatever is deleted meanwhile. */
const tokenOf = (last: string): string => Buffer.from(`1${last}`).toString("base64url");

function startOf(token: string): string {
  const text = Buffer.from(token, "base64url").toString("utf8");
  if (!text.startsWith("1")) {
    throw invalidArgument("The continuation token provided is incorrect");
  }
  return text.slice(1);
}

export const invalidArgument = (message: string): ServiceError => new ServiceError("InvalidArgument", message);

export function listVersions(world: World, input: Input): Output {
  const reader = read(input);
  const bucket = getBucket(world, reader);
  const prefix = reader.text("Prefix") ?? "";
  const size = Math.min(reader.number("MaxKeys", 0) ?? 1000, 1000);
  const all = objectsIn(world, bucket.Name)
    .filter((object) => object.key.startsWith(prefix))
    .flatMap(({ key, versions }) => versions.map((version, at) => ({ key, version, isLatest: at === versions.length - 1 })).reverse());
  const keyMarker = reader.text("KeyMarker");
  const idMarker = reader.text("VersionIdMarker");
  const start = keyMarker === undefined ? 0 : startAfter(all, keyMarker, idMarker);
  const items = all.slice(start, start + size);
  const last = items.at(-1);
  const isTruncated = start + items.length < all.length;
  const shape = ({ key, version, isLatest }: (typeof all)[number]): Record<string, unknown> => ({
    Key: key,
    VersionId: version.id,
    IsLatest: isLatest,
    LastModified: new Date(version.modified),
    ...(version.marker === undefined ? { ETag: version.etag, Size: version.size, StorageClass: "STANDARD" } : {}),
    Owner: { ID: ownerId },
  });
  const versions = items.filter((item) => item.version.marker === undefined).map(shape);
  const markers = items.filter((item) => item.version.marker !== undefined).map(shape);
  return {
    Name: bucket.Name,
    Prefix: prefix,
    KeyMarker: keyMarker ?? "",
    VersionIdMarker: idMarker ?? "",
    MaxKeys: size,
    IsTruncated: isTruncated,
    NextKeyMarker: isTruncated ? last?.key : undefined,
    NextVersionIdMarker: isTruncated ? last?.version.id : undefined,
    Versions: versions.length === 0 ? undefined : versions,
    DeleteMarkers: markers.length === 0 ? undefined : markers,
    EncodingType: reader.text("EncodingType"),
  };
}

export const ownerId = "5a6f1c0d9e8b7a6f5e4d3c2b1a09f8e7d6c5b4a3928170f6e5d4c3b2a190f8e7";

function startAfter(all: readonly { readonly key: string; readonly version: Version }[], key: string, id: string | undefined): number {
  const exact = all.findIndex((item) => item.key === key && item.version.id === id);
  // A marker that was deleted meanwhile: on with what is left of its key.
  const later = all.findIndex((item) => isAfter(item.key, key) || (id !== undefined && item.key === key));
  return exact >= 0 ? exact + 1 : later >= 0 ? later : all.length;
}
