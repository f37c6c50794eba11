import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CloudFormationClient, ListStacksCommand } from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { FirehoseClient, ListDeliveryStreamsCommand } from "@aws-sdk/client-firehose";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { CreateDomainCommand, DescribeDomainCommand, ListDomainNamesCommand, OpenSearchClient } from "@aws-sdk/client-opensearch";
import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { createAws } from "../../src/aws/createAws";
import { AppError } from "../../src/core/errors";
import { sandboxCredentials } from "../../src/sandbox/credentials";
import { Sandbox } from "../../src/sandbox/server";
import { signatureOf, signedHeaders } from "../../src/sandbox/signature";
import { signedFetch } from "../fakes/signedFetch";

const sandbox = new Sandbox({ port: 0, speed: 100, seed: 7, person: "manual", log: () => undefined });

before(() => sandbox.start());
after(() => sandbox.stop());

test("the signature is that of AWS's published example", () => {
  const headers = {
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    host: "iam.amazonaws.com",
    "x-amz-date": "20150830T123600Z",
  };
  const query = new URLSearchParams("Action=ListUsers&Version=2010-05-08");
  const scope = { time: "20150830T123600Z", region: "us-east-1", service: "iam" };
  const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  assert.equal(
    signatureOf({ method: "GET", path: "/", query, headers, body: "" }, Object.keys(headers), scope, secret),
    "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
  );
});

interface Options {
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  readonly systemClockOffset?: number;
}

/** One harmless call of each service, with what its refusals are called. */
const calls = {
  sts: (options: object) => new STSClient(options).send(new GetCallerIdentityCommand({})),
  iam: (options: object) => new IAMClient(options).send(new ListRolesCommand({})),
  cloudformation: (options: object) => new CloudFormationClient(options).send(new ListStacksCommand({})),
  s3: (options: object) => new S3Client({ ...options, forcePathStyle: true }).send(new ListBucketsCommand({})),
  logs: (options: object) => new CloudWatchLogsClient(options).send(new DescribeLogGroupsCommand({})),
  firehose: (options: object) => new FirehoseClient(options).send(new ListDeliveryStreamsCommand({})),
  es: (options: object) => new OpenSearchClient(options).send(new ListDomainNamesCommand({})),
} as const;
type ServiceName = keyof typeof calls;

const call = (service: ServiceName, options: Options = {}): Promise<unknown> =>
  calls[service]({ region: "eu-west-1", endpoint: sandbox.endpoint, credentials: sandboxCredentials, maxAttempts: 1, ...options });

const isXml = (service: ServiceName): boolean => ["sts", "iam", "cloudformation", "s3"].includes(service);
const mismatch = (service: ServiceName): string => (isXml(service) ? "SignatureDoesNotMatch" : "InvalidSignatureException");
const unknown = (service: ServiceName): string =>
  service === "s3" ? "InvalidAccessKeyId" : isXml(service) ? "InvalidClientTokenId" : "UnrecognizedClientException";

async function refused(asked: Promise<unknown>, name: string, text: RegExp): Promise<void> {
  await assert.rejects(asked, (thrown: Error) => {
    assert.equal(thrown.name, name);
    assert.match(thrown.message, text);
    return true;
  });
}

for (const service of Object.keys(calls) as ServiceName[]) {
  test(`${service} takes its own signature, and no other`, async () => {
    await call(service);
    const wrong = { ...sandboxCredentials, secretAccessKey: "another/secret" };
    await refused(call(service, { credentials: wrong }), mismatch(service), /does not match the signature you provided/);
    const stranger = { ...sandboxCredentials, accessKeyId: "AKIAIOSFODNN7EXAMPLE" };
    await refused(call(service, { credentials: stranger }), unknown(service), /invalid|does not exist/);
    const tokened = { ...sandboxCredentials, sessionToken: "somebody's" };
    await refused(call(service, { credentials: tokened }), unknown(service), /invalid|does not exist/);
  });

  test(`${service} refuses a clock that is far off, and takes one that is a little off`, async () => {
    const minute = 60_000;
    const [name, late, early] =
      service === "s3"
        ? ["RequestTimeTooSkewed", /difference between the request time/, /difference between the request time/]
        : [mismatch(service), /Signature expired: \d{8}T\d{6}Z is now earlier/, /Signature not yet current: \d{8}T\d{6}Z is still later/];
    await call(service, { systemClockOffset: -4 * minute });
    await refused(call(service, { systemClockOffset: -16 * minute }), name, late);
    await refused(call(service, { systemClockOffset: 16 * minute }), name, early);
  });
}

test("keys of a session need their token", async () => {
  const sts = new STSClient({ region: "us-east-1", endpoint: sandbox.endpoint, credentials: sandboxCredentials });
  const { Credentials: made } = await sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
  const keys = { accessKeyId: made?.AccessKeyId ?? "", secretAccessKey: made?.SecretAccessKey ?? "" };
  await call("firehose", { credentials: { ...keys, sessionToken: made?.SessionToken ?? "" } });
  await refused(call("firehose", { credentials: keys }), "UnrecognizedClientException", /security token/);
});

test("a request that is changed on its way, for another service or of another day is refused", async () => {
  const url = `${sandbox.endpoint}/`;
  const target = { "x-amz-target": "Logs_20140328.DescribeLogGroups", "content-type": "application/x-amz-json-1.1" };
  const sign = (service: string, body: string): Record<string, string> =>
    signedHeaders({ method: "POST", url, headers: target, body }, sandboxCredentials, { region: "us-east-1", service, now: Date.now() });
  const send = async (headers: Record<string, string>, body: string): Promise<string> => {
    const answer = await fetch(url, { method: "POST", headers, body });
    return `${answer.status} ${await answer.text()}`;
  };
  const headers = sign("logs", "{}");
  assert.match(await send(headers, "{}"), /^200/);
  assert.match(await send(headers, '{"limit":1}'), /^400 .*InvalidSignatureException/);
  assert.match(await send({ ...headers, "content-type": "application/json" }, "{}"), /^400 .*InvalidSignatureException/);
  assert.match(await send(sign("firehose", "{}"), "{}"), /^400 .*Credential should be scoped to correct service: 'logs'/);
  const moved = headers["authorization"]?.replace(/\/\d{8}\//, "/20200101/") ?? "";
  assert.match(await send({ ...headers, authorization: moved }, "{}"), /^400 .*Date in Credential scope does not match/);
  const older = { ...target, authorization: `AWS ${sandboxCredentials.accessKeyId}:abc=` };
  assert.match(await send(older, "{}"), /^400 .*Please use AWS4-HMAC-SHA256/);
});

test("names and queries are signed as they are encoded", async () => {
  const s3 = new S3Client({ region: "us-east-1", endpoint: sandbox.endpoint, credentials: sandboxCredentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "signed" }));
  for (const Key of ["a b/c+d", "über/한글", "x(1)!'*~.txt", "a//b/./c"]) {
    await s3.send(new PutObjectCommand({ Bucket: "signed", Key, Body: Key }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "signed", Key }));
    assert.equal(await Body?.transformToString(), Key);
  }
});

test("a presigned address counts for what it names and until it ends", async () => {
  const { buckets } = createAws({
    kind: "sandbox",
    region: "us-east-1",
    endpoint: sandbox.endpoint,
    credentials: sandboxCredentials,
    epoch: 0,
  });
  await signedFetch("s3", `${sandbox.endpoint}/presigned`, { method: "PUT" });
  await buckets.putText("presigned", "one", "1");
  await buckets.putText("presigned", "two", "2");
  const address = await buckets.presign("presigned", "one", 60);
  assert.equal(await (await fetch(address)).text(), "1");
  const other = await fetch(address.replace("/one?", "/two?"));
  assert.deepEqual([other.status, /SignatureDoesNotMatch/.test(await other.text())], [403, true]);
  const longer = await fetch(address.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"));
  assert.equal(longer.status, 403);
  const short = await buckets.presign("presigned", "one", 1);
  await new Promise((done) => setTimeout(done, 2_100));
  assert.match(await (await fetch(short)).text(), /Request has expired/);
});

test("a domain's data are given to a right signature, refused to a wrong one, and judged by policy without one", async () => {
  const es = new OpenSearchClient({ region: "us-east-1", endpoint: sandbox.endpoint, credentials: sandboxCredentials });
  await es.send(new CreateDomainCommand({ DomainName: "signed", EBSOptions: { EBSEnabled: true, VolumeSize: 10 } }));
  for (;;) {
    const { DomainStatus: domain } = await es.send(new DescribeDomainCommand({ DomainName: "signed" }));
    if (domain?.Endpoint !== undefined) {
      break;
    }
    await new Promise((done) => setTimeout(done, 20));
  }
  const url = `${sandbox.endpoint}/_domain/signed/_cat/indices/a%20b*?format=json&h=index,docs.count`;
  assert.equal((await signedFetch("es", url)).status, 200);
  const wrong = await signedFetch("s3", url);
  assert.deepEqual([wrong.status, /correct service: 'es'/.test(await wrong.text())], [403, true]);
  const unsigned = await fetch(url);
  assert.deepEqual([unsigned.status, /anonymous is not authorized/.test(await unsigned.text())], [403, true]);
});

test("the product tells refused keys from missing rights", async () => {
  const credentials = { ...sandboxCredentials, secretAccessKey: "another/secret" };
  const aws = createAws({ kind: "aws", region: "us-east-1", endpoint: sandbox.endpoint, credentials, epoch: 0 });
  for (const asked of [
    () => aws.identity.getCallerIdentity(),
    () => aws.streams.list({}),
    () => aws.prices.list({ service: "AmazonS3", region: "us-east-1", attributes: {} }),
  ]) {
    await assert.rejects(
      asked,
      (thrown) => thrown instanceof AppError && /AWS does not accept the credentials/.test(thrown.message) && thrown.next !== undefined,
    );
  }
});
