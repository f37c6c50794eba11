import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { ServiceError, type Call, type Input } from "../../../../src/sandbox/service";
import { createFirehose } from "../../../../src/sandbox/services/firehose";
import { addRole } from "../../../../src/sandbox/services/iam/roles";
import { World } from "../../../../src/sandbox/world";

let world: World;
let firehose: ReturnType<typeof createFirehose>;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  world = new World({ speed: 1, seed: 1, person: "auto", log: () => undefined });
  firehose = createFirehose(world);
  firehose.start?.(world);
  const Statement = { Effect: "Allow", Principal: { Service: "firehose.amazonaws.com" }, Action: "sts:AssumeRole" };
  addRole(world, { RoleName: "r", Path: "/", AssumeRolePolicyDocument: JSON.stringify({ Statement }), visibleAt: 0 });
});

afterEach(() => {
  firehose.stop?.();
  world.close();
  mock.timers.reset();
});

const call: Call = {
  region: "us-east-1",
  accessKeyId: "k",
  callerArn: "arn:aws:iam::1:user/u",
  requestId: "1",
  invoke: () => Promise.resolve({}),
};
const role = "arn:aws:iam::123456789012:role/r";
const s3 = { RoleARN: role, BucketARN: "arn:aws:s3:::b" };

async function run(operation: string, input: Input): Promise<Record<string, unknown>> {
  return (await firehose.operations[operation]?.(input, call)) ?? {};
}

const create = (name: string, more: Input = {}): Promise<unknown> =>
  run("CreateDeliveryStream", { DeliveryStreamName: name, ExtendedS3DestinationConfiguration: s3, ...more });

async function refusal(operation: string, input: Input): Promise<{ code: string; message: string }> {
  try {
    await run(operation, input);
  } catch (thrown) {
    assert.ok(thrown instanceof ServiceError);
    return { code: thrown.code, message: thrown.message };
  }
  return assert.fail(`${operation} was not refused`);
}

test("a stream is CREATING, then ACTIVE, and gone some time after its deletion", async () => {
  await create("S");
  const status = async (): Promise<unknown> =>
    ((await run("DescribeDeliveryStream", { DeliveryStreamName: "S" }))["DeliveryStreamDescription"] as Record<string, unknown>)[
      "DeliveryStreamStatus"
    ];
  assert.equal(await status(), "CREATING");
  assert.equal((await refusal("DeleteDeliveryStream", { DeliveryStreamName: "S" })).code, "ResourceInUseException");
  assert.equal((await refusal("PutRecord", { DeliveryStreamName: "S", Record: { Data: "YQ==" } })).code, "ResourceNotFoundException");
  mock.timers.tick(1000);
  assert.equal(await status(), "ACTIVE");
  await run("DeleteDeliveryStream", { DeliveryStreamName: "S" });
  assert.equal(await status(), "DELETING");
  mock.timers.tick(1000);
  assert.equal((await refusal("DescribeDeliveryStream", { DeliveryStreamName: "S" })).code, "ResourceNotFoundException");
});

test("a role that Firehose cannot assume is refused", async () => {
  const configuration = { ...s3, RoleARN: "arn:aws:iam::123456789012:role/other" };
  const refused = await refusal("CreateDeliveryStream", { DeliveryStreamName: "S", ExtendedS3DestinationConfiguration: configuration });
  assert.equal(refused.code, "InvalidArgumentException");
  assert.match(refused.message, /Firehose is unable to assume role arn:aws:iam::123456789012:role\/other/);
});

test("streams are listed by name, page by page", async () => {
  for (const name of ["c", "a", "b"]) {
    await create(name);
  }
  assert.deepEqual(await run("ListDeliveryStreams", { Limit: 2 }), { DeliveryStreamNames: ["a", "b"], HasMoreDeliveryStreams: true });
  assert.deepEqual(await run("ListDeliveryStreams", { ExclusiveStartDeliveryStreamName: "b" }), {
    DeliveryStreamNames: ["c"],
    HasMoreDeliveryStreams: false,
  });
});

test("an update needs the current version and keeps what it does not name", async () => {
  await create("S", { ExtendedS3DestinationConfiguration: { ...s3, Prefix: "p/" } });
  mock.timers.tick(1000);
  const update = {
    DeliveryStreamName: "S",
    DestinationId: "destinationId-000000000001",
    ExtendedS3DestinationUpdate: { CompressionFormat: "GZIP" },
  };
  await run("UpdateDestination", { ...update, CurrentDeliveryStreamVersionId: "1" });
  assert.equal(
    (await refusal("UpdateDestination", { ...update, CurrentDeliveryStreamVersionId: "1" })).code,
    "ConcurrentModificationException",
  );
  const described = (await run("DescribeDeliveryStream", { DeliveryStreamName: "S" }))["DeliveryStreamDescription"] as {
    VersionId: string;
    Destinations: { ExtendedS3DestinationDescription: Record<string, unknown> }[];
  };
  assert.equal(described.VersionId, "2");
  const { Prefix, CompressionFormat } = described.Destinations[0]?.ExtendedS3DestinationDescription ?? {};
  assert.deepEqual({ Prefix, CompressionFormat }, { Prefix: "p/", CompressionFormat: "GZIP" });
});

test("a batch beyond the limits is refused as a whole, in the words of the service", async () => {
  await create("S");
  mock.timers.tick(1000);
  const put = (Records: unknown): Promise<{ code: string; message: string }> =>
    refusal("PutRecordBatch", { DeliveryStreamName: "S", Records });
  const big = Buffer.alloc(1_024_001).toString("base64");
  const large = Buffer.alloc(1_000_000).toString("base64");
  assert.match((await put([])).message, /greater than or equal to 1/);
  assert.match(
    (await put(Array.from({ length: 501 }, () => ({ Data: "YQ==" })))).message,
    /'records' failed to satisfy constraint: Member must have length less than or equal to 500/,
  );
  assert.match(
    (await put([{ Data: "YQ==" }, { Data: big }])).message,
    /^1 validation error detected: Value .* at 'records\.2\.member\.data' failed to satisfy constraint: Member must have length less than or equal to 1024000$/,
  );
  assert.deepEqual(await put(Array.from({ length: 5 }, () => ({ Data: large }))), {
    code: "InvalidArgumentException",
    message: "Records size exceeds 4 MB limit",
  });
});
