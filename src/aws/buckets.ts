import { gunzipSync } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import * as l10n from "@vscode/l10n";
import type { BucketsPort } from "../core/aws/ports";
import { AppError } from "../core/errors";
import { lazy, type ClientOptions } from "./clientOptions";
import { present, toTags } from "./present";

export function createBuckets({ sdk, call, connection, credentials }: ClientOptions): BucketsPort {
  const forcePathStyle = sdk("s3").endpoint !== undefined;
  const client = lazy(() => new S3Client({ ...sdk("s3"), forcePathStyle }));
  return {
    find: async (name, expectedOwner, signal) => {
      try {
        await call((send) => client().send(new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: expectedOwner }), send), signal);
        return "own";
      } catch (thrown) {
        return absentOrForeign(thrown);
      }
    },
    findTagged: async (prefix, tag, signal) => {
      const found: string[] = [];
      const { Buckets } = await call((send) => client().send(new ListBucketsCommand({ Prefix: prefix }), send), signal);
      for (const { Name: name } of Buckets ?? []) {
        if (name?.startsWith(prefix) !== true) {
          continue;
        }
        const tags = await bucketTags(name, signal);
        if (tags[tag.key] === tag.value) {
          found.push(name);
        }
      }
      return found;
    },
    empty: async (name, signal) => {
      await abortUploads(name, signal);
      return emptyVersions(name, signal);
    },
    listKeys: async (name, prefix, nextToken, signal) => {
      const command = new ListObjectsV2Command({ Bucket: name, Prefix: prefix, ContinuationToken: nextToken });
      const answer = await call((send) => client().send(command, send), signal);
      const items = (answer.Contents ?? []).map((one) => ({
        key: one.Key ?? "",
        size: one.Size ?? 0,
        ...present({ modified: one.LastModified }),
      }));
      return { items, ...present({ nextToken: answer.NextContinuationToken }) };
    },
    getText: async (name, key, signal) => {
      const answer = await call((send) => client().send(new GetObjectCommand({ Bucket: name, Key: key }), send), signal);
      const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
      return new TextDecoder().decode(isGzip(bytes) ? gunzipSync(bytes) : bytes);
    },
    putText: async (name, key, text, signal) => {
      const command = new PutObjectCommand({ Bucket: name, Key: key, Body: text, ContentType: "text/plain; charset=utf-8" });
      await call((send) => client().send(command, send), signal);
    },
    presign: async (name, key, seconds, method = "GET") => {
      const endpoint = sdk("s3").endpoint;
      const base = endpoint === undefined ? { Bucket: name } : { Bucket: name, Endpoint: endpoint };
      const { url } = client().config.endpointProvider({ ...base, Region: connection.region, ForcePathStyle: forcePathStyle });
      const path = `${url.pathname.replace(/\/$/, "")}/${key.split("/").map(encodeURIComponent).join("/")}`;
      const request = new HttpRequest({
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        ...(url.port === "" ? {} : { port: Number(url.port) }),
        path,
        headers: { host: url.host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
      });
      const signer = new SignatureV4({
        service: "s3",
        region: connection.region,
        credentials,
        sha256: client().config.sha256,
        uriEscapePath: false,
        applyChecksum: false,
      });
      const signed = await signer.presign(request, { expiresIn: seconds });
      const query = Object.entries(signed.query ?? {}).map(
        ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
      );
      return `${url.protocol}//${url.host}${path}?${query.join("&")}`;
    },
    delete: async (name, signal) => {
      await call((send) => client().send(new DeleteBucketCommand({ Bucket: name }), send), signal);
    },
  };

  async function bucketTags(name: string, signal: AbortSignal | undefined): Promise<Record<string, string>> {
    try {
      return toTags((await call((send) => client().send(new GetBucketTaggingCommand({ Bucket: name }), send), signal)).TagSet);
    } catch (thrown) {
      // A bucket without tags, or one of another owner: not ours.
      if (thrown instanceof AppError && ["NoSuchTagSet", "AccessDenied", "NoSuchBucket"].includes(thrown.code ?? "")) {
        return {};
      }
      throw thrown;
    }
  }

  async function abortUploads(name: string, signal: AbortSignal | undefined): Promise<void> {
    const { Uploads } = await call((send) => client().send(new ListMultipartUploadsCommand({ Bucket: name }), send), signal);
    for (const { Key, UploadId } of Uploads ?? []) {
      await call((send) => client().send(new AbortMultipartUploadCommand({ Bucket: name, Key, UploadId }), send), signal);
    }
  }

  async function emptyVersions(name: string, signal: AbortSignal | undefined): Promise<number> {
    let removed = 0;
    for (;;) {
      const page = await call((send) => client().send(new ListObjectVersionsCommand({ Bucket: name }), send), signal);
      const objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({ Key, VersionId }));
      if (objects.length === 0) {
        return removed;
      }
      const command = new DeleteObjectsCommand({ Bucket: name, Delete: { Objects: objects.slice(0, 1000), Quiet: true } });
      const { Errors } = await call((send) => client().send(command, send), signal);
      const [refused] = Errors ?? [];
      if (refused !== undefined) {
        throw new AppError("conflict", l10n.t("The bucket {0} cannot be emptied: {1}", name, refused.Message ?? refused.Code ?? ""), {
          next: l10n.t(
            "Ask for s3:DeleteObject and s3:DeleteObjectVersion; where Object Lock or MFA delete protect it, its owner must remove the objects.",
          ),
        });
      }
      removed += Math.min(1000, objects.length);
    }
  }
}

/** Firehose compresses what it writes where it is told to; the key says so too, but only in its newer form. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function absentOrForeign(thrown: unknown): "foreign" | "absent" {
  if (thrown instanceof AppError && thrown.reason === "notFound") {
    return "absent";
  }
  if (thrown instanceof AppError && (thrown.reason === "accessDenied" || /301|PermanentRedirect/.test(thrown.code ?? ""))) {
    return "foreign";
  }
  throw thrown;
}
