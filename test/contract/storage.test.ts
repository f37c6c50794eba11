import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsCommand,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { sandboxCredentials } from "../../src/sandbox/credentials";
import { Sandbox } from "../../src/sandbox/server";

const sandbox = new Sandbox({ port: 0, speed: 100, seed: 7, person: "manual", log: () => undefined });
let s3: S3Client;
const connection = (): { region: string; endpoint: string; credentials: typeof sandboxCredentials; maxAttempts: number } => ({
  region: "us-east-1",
  endpoint: sandbox.endpoint,
  credentials: sandboxCredentials,
  maxAttempts: 1,
});

before(async () => {
  await sandbox.start();
  s3 = new S3Client({ ...connection(), forcePathStyle: true });
});

after(async () => {
  s3.destroy();
  await sandbox.stop();
});

async function bucket(name: string, keys: readonly string[] = []): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  for (const Key of keys) {
    await s3.send(new PutObjectCommand({ Bucket: name, Key, Body: Key }));
  }
  return name;
}

test("an object is copied, and read only under the conditions given", async () => {
  const Bucket = await bucket("conditions", ["a/ü b"]);
  const { CopyObjectResult } = await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/a/%C3%BC%20b` }));
  const { ETag } = await s3.send(new GetObjectCommand({ Bucket, Key: "copy", IfMatch: CopyObjectResult?.ETag }));
  assert.equal(ETag, CopyObjectResult?.ETag);
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: "copy", IfMatch: '"other"' })), { name: "PreconditionFailed" });
  await assert.rejects(
    s3.send(new GetObjectCommand({ Bucket, Key: "copy", IfNoneMatch: ETag })),
    (thrown: { $metadata?: { httpStatusCode?: number } }) => {
      assert.equal(thrown.$metadata?.httpStatusCode, 304);
      return true;
    },
  );
  await assert.rejects(s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/copy` })), { name: "InvalidRequest" });
});

test("prefixes are listed page by page, each once, also by the older listing", async () => {
  const Bucket = await bucket("prefixes", ["k/1", "k/2", "l/1", "m"]);
  const found: (string | undefined)[] = [];
  let Marker: string | undefined;
  do {
    const page = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: "/", MaxKeys: 1, Marker }));
    found.push(...(page.CommonPrefixes ?? []).map((each) => each.Prefix), ...(page.Contents ?? []).map((each) => each.Key));
    Marker = page.IsTruncated === true ? page.NextMarker : undefined;
  } while (Marker !== undefined);
  assert.deepEqual(found, ["k/", "l/", "m"]);
});

test("a versioned bucket is emptied page by page although each page is deleted before the next is asked for", async () => {
  const Bucket = await bucket("versions", ["a"]);
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  for (let count = 0; count < 5; count++) {
    await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: String(count) }));
  }
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  do {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 2, KeyMarker, VersionIdMarker }));
    const Objects = (page.Versions ?? []).map(({ Key, VersionId }) => ({ Key, VersionId }));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
  } while (KeyMarker !== undefined);
  assert.equal((await s3.send(new ListObjectVersionsCommand({ Bucket }))).Versions, undefined);
});

test("the tag of an object made of parts is that of their tags", async () => {
  const Bucket = await bucket("parts");
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "k" }));
  const bodies = ["a".repeat(2000), "b"];
  for (const [at, Body] of bodies.entries()) {
    await s3.send(new UploadPartCommand({ Bucket, Key: "k", UploadId, PartNumber: at + 1, Body }));
  }
  const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket, Key: "k", UploadId }));
  assert.deepEqual(
    Parts.map((part) => [part.PartNumber, part.Size]),
    [
      [1, 2000],
      [2, 1],
    ],
  );
  const MultipartUpload = { Parts: Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) };
  const { ETag } = await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: "k", UploadId, MultipartUpload }));
  const sums = bodies.map((text) => createHash("md5").update(text).digest());
  assert.equal(ETag, `"${createHash("md5").update(Buffer.concat(sums)).digest("hex")}-2"`);
});

test("log events too old or too new are refused one by one", async () => {
  const logs = new CloudWatchLogsClient(connection());
  const name = { logGroupName: "/g", logStreamName: "s" };
  await logs.send(new CreateLogGroupCommand({ logGroupName: "/g" }));
  await logs.send(new CreateLogStreamCommand(name));
  const at = (days: number): { timestamp: number; message: string } => ({
    timestamp: Date.now() + days * 86_400_000,
    message: String(days),
  });
  const { rejectedLogEventsInfo } = await logs.send(new PutLogEventsCommand({ ...name, logEvents: [at(-20), at(0), at(1)] }));
  assert.deepEqual(rejectedLogEventsInfo, { tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 });
});

test("session keys stand for who asked for them", async () => {
  const sts = new STSClient(connection());
  const { Credentials } = await sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
  const session = new STSClient({ ...connection(), credentials });
  assert.match((await session.send(new GetCallerIdentityCommand({}))).Arn ?? "", /user\/sandbox$/);
});
