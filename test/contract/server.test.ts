import assert from "node:assert/strict";
import { request as ask, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { IAMClient, GetRoleCommand } from "@aws-sdk/client-iam";
import {
  S3Client,
  CreateBucketCommand,
  PutObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  DeleteBucketCommand,
} from "@aws-sdk/client-s3";
import { STSClient, AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { sandboxCredentials } from "../../src/sandbox/credentials";
import { Sandbox } from "../../src/sandbox/server";
import { signedHeaders } from "../../src/sandbox/signature";

const sandbox = new Sandbox({ port: 0, speed: 100, seed: 7, person: "manual", log: (line) => failures.push(line) });
const failures: string[] = [];

before(() => sandbox.start());
after(async () => {
  await sandbox.stop();
  assert.deepEqual(failures, []);
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function send(method: string, path: string, given: Record<string, string> = {}, body: string | Buffer = ""): Promise<Answer> {
  const { "x-sign-for": service, ...rest } = given;
  const scope = { region: "us-east-1", service: service ?? "", now: Date.now() };
  const request = { method, url: sandbox.endpoint + path, headers: rest, body };
  const headers = service === undefined ? rest : signedHeaders(request, sandboxCredentials, scope);
  return new Promise((resolve, reject) => {
    const { port } = new URL(sandbox.endpoint);
    const asked = ask(
      { host: "127.0.0.1", port, method, path, headers: { "content-length": Buffer.byteLength(body), ...headers } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString("utf8") });
        });
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}

/** `send` signs for the service. */
const signed = (service: string): Record<string, string> => ({ "x-sign-for": service });

const json = (service: string, target: string): Record<string, string> => ({
  ...signed(service),
  "x-amz-target": target,
  "content-type": "application/x-amz-json-1.1",
});

const form = (service: string): Record<string, string> => ({ ...signed(service), "content-type": "application/x-www-form-urlencoded" });

const refusals: readonly (readonly [string, string, string, Record<string, string>, string, number, RegExp])[] = [
  [
    "an unknown operation of a JSON service",
    "POST",
    "/",
    json("firehose", "Firehose_20150804.Nothing"),
    "{}",
    400,
    /UnknownOperationException/,
  ],
  ["an unknown target", "POST", "/", json("kms", "TrentService.ListKeys"), "{}", 400, /UnknownOperationException/],
  ["a JSON body that is none", "POST", "/", json("firehose", "Firehose_20150804.ListDeliveryStreams"), "{", 400, /SerializationException/],
  ["a JSON body that is a list", "POST", "/", json("logs", "Logs_20140328.DescribeLogGroups"), "[]", 400, /SerializationException/],
  ["an unknown action", "POST", "/", form("sts"), "Action=Nothing&Version=2011-06-15", 400, /<Code>InvalidAction<\/Code>/],
  ["a form without an action", "POST", "/", form("iam"), "Version=2010-05-08", 400, /<Code>MissingAction<\/Code>/],
  ["a missing role", "POST", "/", form("iam"), "Action=GetRole&Version=2010-05-08&RoleName=x", 404, /<Code>NoSuchEntity<\/Code>/],
  ["an unknown path of OpenSearch Service", "GET", "/2021-01-01/nothing", signed("es"), "", 404, /\{\}/],
  ["a missing bucket", "GET", "/absent-bucket?list-type=2", signed("s3"), "", 404, /<Code>NoSuchBucket<\/Code>/],
  ["a body for S3 that is no XML", "PUT", "/absent-bucket?tagging", signed("s3"), "<a>", 400, /<Code>MalformedXML<\/Code>/],
  ["an unsigned call", "POST", "/", { "x-amz-target": "Logs_20140328.DescribeLogGroups" }, "{}", 400, /MissingAuthenticationToken/],
  ["a foreign Host header", "GET", "/", { host: "example.com" }, "", 403, /Host/],
  ["a Host header with another port", "GET", "/", { host: "127.0.0.1:1" }, "", 403, /Host/],
  ["a page of another site", "GET", "/_sandbox/health", { origin: "https://example.com" }, "", 403, /web pages/],
  ["a page of another port", "GET", "/_sandbox/health", { origin: "http://127.0.0.1:1" }, "", 403, /web pages/],
  ["an absent domain", "GET", "/_domain/none/_search", {}, "", 404, /none/],
  ["an unknown fault switch", "PUT", "/_sandbox/faults", {}, '{"nothing":true}', 400, /Unknown fault switch: nothing/],
];

for (const [what, method, path, headers, body, status, text] of refusals) {
  test(`${what} is refused with ${status}`, async () => {
    const answer = await send(method, path, headers, body);
    assert.equal(answer.status, status, answer.body);
    assert.match(answer.body, text);
  });
}

test("errors carry the request id and the error's name in each protocol's way", async () => {
  const awsJson = await send("POST", "/", json("firehose", "Firehose_20150804.DescribeDeliveryStream"), '{"DeliveryStreamName":"x"}');
  assert.equal((JSON.parse(awsJson.body) as { __type: string }).__type, "ResourceNotFoundException");
  assert.match(awsJson.headers["x-amzn-requestid"] as string, /^[0-9a-f-]{36}$/);
  const rest = await send("GET", "/2021-01-01/opensearch/domain/absent", signed("es"));
  assert.equal(rest.headers["x-amzn-errortype"], "ResourceNotFoundException");
  assert.equal(rest.status, 409);
});

test("localhost and its subdomains are the sandbox too", async () => {
  const { port } = new URL(sandbox.endpoint);
  for (const host of ["localhost", "bucket.localhost", "[::1]"]) {
    assert.notEqual((await send("GET", "/_sandbox/health", { host: `${host}:${port}` })).status, 403);
  }
});

test("a role is assumed only when it trusts the caller, and its session may do what the role may", async () => {
  const options = { region: "us-east-1", endpoint: sandbox.endpoint, maxAttempts: 1 };
  const sts = new STSClient({ ...options, credentials: sandboxCredentials });
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
  assert.deepEqual([Account, Arn], ["123456789012", "arn:aws:iam::123456789012:user/sandbox"]);
  await assert.rejects(sts.send(new AssumeRoleCommand({ RoleArn: "arn:aws:iam::123456789012:role/none", RoleSessionName: "me" })), {
    name: "AccessDenied",
  });
  const caller = { accessKeyId: "", region: "us-east-1", service: "iam" };
  const trust = { Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "sts:AssumeRole" }] };
  await sandbox.dispatcher.invoke("iam", "CreateRole", { RoleName: "mine", AssumeRolePolicyDocument: JSON.stringify(trust) }, caller);
  await new Promise((done) => setTimeout(done, 30));
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: "arn:aws:iam::123456789012:role/mine", RoleSessionName: "me" }));
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
  const session = new STSClient({ ...options, credentials });
  assert.equal((await session.send(new GetCallerIdentityCommand({}))).Arn, "arn:aws:sts::123456789012:assumed-role/mine/me");
  const iam = new IAMClient({ ...options, credentials });
  await assert.rejects(iam.send(new GetRoleCommand({ RoleName: "mine" })), { name: "AccessDenied" });
});

test("objects go in and come out as they are, also in several pages", async () => {
  const s3 = new S3Client({ region: "eu-west-1", endpoint: sandbox.endpoint, credentials: sandboxCredentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "objects-here", CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }));
  const keys = ["a b/ü.txt", "a&<b>", "c+d", "e"];
  for (const Key of keys) {
    await s3.send(new PutObjectCommand({ Bucket: "objects-here", Key, Body: `body of ${Key}` }));
  }
  const found: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: "objects-here", MaxKeys: 3, ContinuationToken }));
    found.push(...(page.Contents ?? []).map((object) => object.Key ?? ""));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  assert.deepEqual(found, keys);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: "objects-here", Key: "a b/ü.txt" }));
  assert.equal(await Body?.transformToString(), "body of a b/ü.txt");
  await assert.rejects(s3.send(new DeleteBucketCommand({ Bucket: "objects-here" })), { name: "BucketNotEmpty" });
});

test("fault switches are set and taken back over HTTP", async () => {
  await send("PUT", "/_sandbox/faults", {}, '{"throttleFirst":1,"accessDenied":"iam:List*"}');
  const list = (): Promise<Answer> => send("POST", "/", form("iam"), "Action=ListRoles&Version=2010-05-08");
  assert.match((await list()).body, /<Code>Throttling<\/Code>/);
  assert.match((await list()).body, /<Code>AccessDenied<\/Code>/);
  await send("DELETE", "/_sandbox/faults");
  assert.equal((await list()).status, 200);
});

test("bytes of any kind get an answer below 500 or a closed connection, and the sandbox lives on", async () => {
  let seed = 42;
  const random = (limit: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % limit;
  };
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const bytes = (): Buffer => Buffer.from(Array.from({ length: random(60) }, () => random(256)));
  const services = ["sts", "iam", "s3", "logs", "es", "firehose", "appstream", "cloudformation", "ec2", "kms"];
  const paths = [
    "/",
    "/%",
    "/a/%zz",
    "/2021-01-01/opensearch/domain/%E0",
    "/_domain/%/x",
    "/_appstream/builder?token=x",
    "/b?tagging",
    "/b/k?uploadId=1",
  ];
  const targets = ["", "Logs_20140328.PutLogEvents", "Firehose_20150804.PutRecordBatch", "PhotonAdminProxyService.CreateFleet", "x.y.z"];
  const bodies = [
    '{"logEvents":{"a":1}}',
    '{"Records":[1,null]}',
    '{"Name":[]}',
    "Action=CreateRole&Version=2010-05-08&Tags.member.1=x",
    "Action=CreateChangeSet&Version=2010-05-15&StackName.member.1=a",
    "Action=DescribeSubnets&Version=2016-11-15&Filter.1.Value=x&SubnetId.1.2=y",
    "<a><b/></a>",
  ];
  for (let run = 0; run < 400; run++) {
    const target = pick(targets);
    const headers = {
      ...(random(4) === 0 ? {} : signed(pick(services))),
      ...(target === "" ? {} : { "x-amz-target": target }),
      ...(random(2) === 0 ? {} : { "content-type": "application/x-www-form-urlencoded" }),
    };
    const answer = await send(
      pick(["GET", "POST", "PUT", "DELETE", "HEAD"]),
      pick(paths),
      headers,
      random(2) === 0 ? bytes() : pick(bodies),
    );
    assert.ok(answer.status < 500 || answer.status === 501, `${answer.status} ${answer.body}`);
  }
  const { port } = new URL(sandbox.endpoint);
  for (let run = 0; run < 20; run++) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), "127.0.0.1", () => socket.end(Buffer.concat([bytes(), Buffer.from("\r\n\r\n")])));
      socket.on("error", () => undefined).on("close", () => resolve());
      socket.resume();
    });
  }
  assert.equal((await send("GET", "/_sandbox/health")).status, 200);
});
