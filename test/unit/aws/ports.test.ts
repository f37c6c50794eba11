import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { createAws } from "../../../src/aws/createAws";
import type { Aws } from "../../../src/core/aws/ports";
import type { AppError } from "../../../src/core/errors";
import { isAbort } from "../../../src/core/errors";
import { startStub, type Stub, type StubAnswer, type StubRequest } from "./stub";

let stub: Stub | undefined;

afterEach(async () => {
  await stub?.close();
  stub = undefined;
});

async function awsWith(answer: (request: StubRequest, count: number) => StubAnswer | "hang"): Promise<{ aws: Aws; stub: Stub }> {
  stub = await startStub(answer);
  const aws = createAws({
    kind: "aws",
    region: "eu-west-1",
    endpoint: stub.endpoint,
    credentials: { accessKeyId: "AKID", secretAccessKey: "SECRET" },
    epoch: 1,
  });
  return { aws, stub };
}

const failure = (name: string, message = "no", status = 400): StubAnswer => ({ status, body: { __type: name, message } });

test("making the clients reads and asks nothing", async () => {
  const { stub: server } = await awsWith(() => ({ body: {} }));
  assert.deepEqual(server.requests, []);
});

test("requests are signed for the connection's region and say who asks", async () => {
  const { aws, stub: server } = await awsWith(() => ({ body: { DeliveryStreamNames: [], HasMoreDeliveryStreams: false } }));
  await aws.streams.list({});
  assert.match(server.requests[0]?.headers.authorization ?? "", /Credential=AKID\/\d+\/eu-west-1\/firehose\/aws4_request/);
  assert.match(String(server.requests[0]?.headers["user-agent"]), /appstream-monitor/);
});

test("the token of stream pages is the last name", async () => {
  const { aws, stub: server } = await awsWith(({ input }) => ({
    body:
      input["ExclusiveStartDeliveryStreamName"] === "b"
        ? { DeliveryStreamNames: ["c"], HasMoreDeliveryStreams: false }
        : { DeliveryStreamNames: ["a", "b"], HasMoreDeliveryStreams: true },
  }));
  const first = await aws.streams.list({ limit: 2 });
  assert.deepEqual(first, { items: ["a", "b"], nextToken: "b" });
  assert.deepEqual(await aws.streams.list({ limit: 2, nextToken: "b" }), { items: ["c"] });
  assert.equal(server.requests[0]?.input["Limit"], 2);
});

test("both OpenSearch forms of a destination are read", async () => {
  const destination = {
    DomainARN: "arn:aws:es:eu-west-1:1:domain/d",
    IndexName: "example",
    IndexRotationPeriod: "NoRotation",
    BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 1 },
    RetryOptions: { DurationInSeconds: 60 },
    S3BackupMode: "FailedDocumentsOnly",
    S3DestinationDescription: { BucketARN: "arn:aws:s3:::b", Prefix: "failed/" },
    CloudWatchLoggingOptions: { Enabled: true, LogGroupName: "g", LogStreamName: "s" },
    RoleARN: "arn:aws:iam::1:role/r",
  };
  const forms = ["AmazonopensearchserviceDestinationDescription", "ElasticsearchDestinationDescription"] as const;
  const { aws } = await awsWith((_, count) => ({
    body: {
      DeliveryStreamDescription: {
        DeliveryStreamName: "s",
        DeliveryStreamARN: "arn:s",
        DeliveryStreamStatus: "ACTIVE",
        DeliveryStreamType: "DirectPut",
        VersionId: "1",
        CreateTimestamp: 1_700_000_000,
        Destinations: [{ DestinationId: "d-1", [forms[count - 1] ?? ""]: destination }],
        HasMoreDestinations: false,
      },
    },
  }));
  for (let at = 0; at < forms.length; at++) {
    const stream = await aws.streams.get("s");
    assert.equal(stream.created?.toISOString(), "2023-11-14T22:13:20.000Z");
    assert.deepEqual(stream.destination, {
      kind: forms[at]?.startsWith("Amazon") === true ? "opensearch" : "elasticsearch",
      domainArn: destination.DomainARN,
      indexName: "example",
      indexRotation: "NoRotation",
      bufferSeconds: 60,
      bufferMegabytes: 1,
      retrySeconds: 60,
      backupMode: "FailedDocumentsOnly",
      bucketArn: "arn:aws:s3:::b",
      errorPrefix: "failed/",
      logging: { enabled: true, group: "g", stream: "s" },
      roleArn: "arn:aws:iam::1:role/r",
    });
  }
});

test("domains are described five at a time", async () => {
  const { aws, stub: server } = await awsWith(({ input }) => ({
    headers: { "content-type": "application/json" },
    body: {
      DomainStatusList: (input["DomainNames"] as string[]).map((name) => ({
        DomainName: name,
        ARN: `arn:${name}`,
        EngineVersion: "Elasticsearch_7.1",
        Processing: true,
        ClusterConfig: { InstanceType: "t2.medium.search", InstanceCount: 2 },
        EBSOptions: { EBSEnabled: true, VolumeSize: 35, VolumeType: "gp2" },
      })),
    },
  }));
  const domains = await aws.domains.describe(["a", "b", "c", "d", "e", "f"]);
  assert.deepEqual(
    server.requests.map(({ input }) => (input["DomainNames"] as string[]).length),
    [5, 1],
  );
  assert.equal(domains.length, 6);
  assert.deepEqual([domains[0]?.status, domains[0]?.processing, domains[0]?.endpoint], ["Creating", true, undefined]);
});

test("sessions of every kind of sign-in are found, each once, and their pages go on by kind", async () => {
  const { aws, stub: server } = await awsWith(({ input }) => {
    const type = String(input["AuthenticationType"]);
    const session = (id: string) => ({ Id: id, UserId: "u", StackName: "st", FleetName: "f", State: "ACTIVE", AuthenticationType: type });
    if (input["NextToken"] === "more") {
      return { body: { Sessions: [session("s2")] } };
    }
    return { body: type === "SAML" ? { Sessions: [session("s1")], NextToken: "more" } : { Sessions: [session("s0")] } };
  });
  const first = await aws.appstream.listSessions({ stackName: "st", fleetName: "f" });
  assert.deepEqual(first.items.map(({ id }) => id).sort(), ["s0", "s1"]);
  const second = await aws.appstream.listSessions({ stackName: "st", fleetName: "f", nextToken: first.nextToken ?? "" });
  assert.deepEqual(second, { items: second.items });
  assert.deepEqual(
    second.items.map(({ id }) => id),
    ["s2"],
  );
  assert.deepEqual(
    server.requests.slice(4).map(({ input }) => input["AuthenticationType"]),
    ["SAML"],
  );
});

test("a throttled call is repeated by the SDK; lasting throttling is reported as such", async () => {
  const { aws } = await awsWith((_, count) => (count < 3 ? failure("ThrottlingException") : { body: { Fleets: [] } }));
  assert.deepEqual(await aws.appstream.listFleets({}), { items: [] });
});

test("a refusal names the action and what to do next", async () => {
  const { aws } = await awsWith(() => failure("AccessDeniedException", "User: x is not authorized to perform: appstream:DescribeFleets"));
  await assert.rejects(aws.appstream.listFleets({}), (error: AppError) => {
    assert.equal(error.reason, "accessDenied");
    assert.match(error.message, /appstream:DescribeFleets/);
    assert.ok(error.next);
    return true;
  });
});

test("a stop ends the request as a stop, not as a failure", async () => {
  const { aws } = await awsWith(() => "hang");
  const controller = new AbortController();
  const pending = aws.appstream.listFleets({}, controller.signal);
  setTimeout(() => {
    controller.abort();
  }, 20);
  await assert.rejects(pending, isAbort);
});

test("nobody listening is a network error", async () => {
  const { aws, stub: server } = await awsWith(() => ({ body: {} }));
  await server.close();
  stub = undefined;
  await assert.rejects(aws.streams.list({}), (error: AppError) => error.reason === "network");
});

test("the caller's identity is asked by the query protocol", async () => {
  const { aws } = await awsWith(() => ({
    headers: { "content-type": "text/xml" },
    body: `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/x</Arn><UserId>U</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  }));
  assert.deepEqual(await aws.identity.getCallerIdentity(), { account: "123456789012", arn: "arn:aws:iam::1:user/x" });
});
