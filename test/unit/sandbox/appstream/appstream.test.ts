import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mock, test } from "node:test";
import { readPastedLine, readPayload } from "../../../../src/sandbox/person/payload";
import { type Call, type Input, ServiceError } from "../../../../src/sandbox/service";
import { addRole } from "../../../../src/sandbox/services/iam/roles";
import { callerArn } from "../../../../src/sandbox/services/sts";
import { createAppStream } from "../../../../src/sandbox/services/appstream";
import { World } from "../../../../src/sandbox/world";

type Shape = Record<string, unknown>;

const agentConfig = JSON.stringify({
  Sources: [
    { Id: "Application", SourceType: "WindowsEventLogSource", LogName: "Application" },
    { Id: "System", SourceType: "WindowsEventLogSource", LogName: "System" },
  ],
  Sinks: [
    {
      Id: "Firehose",
      SinkType: "KinesisFirehose",
      StreamName: "Example-Stream",
      Region: "us-east-1",
      Format: "json",
      ObjectDecoration: "Image={env:AppStream_Image_Arn};AppStream_UserName=old",
    },
  ],
  Pipes: [
    { Id: "a", SourceRef: "Application", SinkRef: "Firehose" },
    { Id: "s", SourceRef: "System", SinkRef: "Firehose" },
  ],
});

const payload = {
  imageName: "Example-Image",
  displayName: "Example",
  tags: { "appstream-monitor:pipeline": "demo" },
  files: {
    "appsettings.json": agentConfig,
    "appsettings.template": agentConfig,
    "config.json": "{}",
    "system_session_start.ps1": "# renders",
  },
  applications: [{ name: "Firefox", path: "C:\\Program Files\\Mozilla Firefox\\firefox.exe" }],
};
const script = [
  "# bootstrap",
  "#<appstream-monitor-payload>",
  ...(
    Buffer.from(JSON.stringify(payload))
      .toString("base64")
      .match(/.{1,60}/g) ?? []
  ).map((line) => `# ${line}`),
  "#</appstream-monitor-payload>",
].join("\r\n");

function setUp(person: "auto" | "manual" = "manual") {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1_760_000_000_000 });
  const world = new World({ speed: 1, seed: 7, person, log: () => undefined });
  world.endpoint = "http://127.0.0.1:1";
  const appstream = createAppStream(world);
  const objects: Record<string, string> = {};
  const call: Call = {
    region: "us-east-1",
    accessKeyId: "AKIDEXAMPLE",
    callerArn: "arn:aws:iam::123456789012:user/sandbox",
    requestId: "r",
    invoke: async (service, operation, input) => {
      const body = objects[`${input["Bucket"] as string}/${input["Key"] as string}`];
      if (service === "s3" && operation === "GetObject" && body !== undefined) {
        return { Body: body };
      }
      if (service === "s3" && operation === "ListBuckets") {
        return { Buckets: [{ Name: "other" }, { Name: "kit" }] };
      }
      throw new ServiceError("NoSuchEntity", `${service} ${operation}`, 404);
    },
  };
  const run = async (operation: string, input: Input = {}): Promise<Shape> => {
    const found = appstream.operations[operation];
    assert.ok(found, operation);
    return (await found(input, call)) ?? {};
  };
  appstream.start?.(world);
  const pass = async (milliseconds: number): Promise<void> => {
    for (let left = milliseconds; left > 0; left -= 100) {
      mock.timers.tick(Math.min(100, left));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const tearDown = (): void => {
    appstream.stop?.();
    world.close();
    mock.timers.reset();
  };
  return { world, appstream, run, pass, objects, tearDown };
}

const first = (answer: Shape, list: string): Shape => (answer[list] as Shape[])[0] ?? {};
const refusedWith = (code: string) => (thrown: unknown) => thrown instanceof ServiceError && thrown.code === code && thrown.status === 400;
const builderInput = { Name: "b", InstanceType: "stream.standard.medium", ImageName: "AppStream-WinServer2022-06-17-2024" };

async function makeImage(sandbox: ReturnType<typeof setUp>): Promise<void> {
  await sandbox.run("CreateImageBuilder", builderInput);
  await sandbox.pass(3_200);
  const { StreamingURL } = await sandbox.run("CreateImageBuilderStreamingURL", { Name: "b" });
  const url = new URL(StreamingURL as string);
  const answer = await sandbox.appstream.streaming.handle({
    method: "POST",
    path: `${url.pathname}/run`,
    query: url.searchParams,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify({ line: script })),
  });
  assert.match(answer.body, /"done":true/);
}

test("a builder becomes RUNNING, is visited, snapshots and leaves an image with tags", async () => {
  const sandbox = setUp();
  const { run, pass } = sandbox;
  await makeImage(sandbox);
  assert.equal(first(await run("DescribeImageBuilders", { Names: ["b"] }), "ImageBuilders")["State"], "SNAPSHOTTING");
  const image = first(await run("DescribeImages", { Names: ["Example-Image"] }), "Images");
  assert.equal(image["State"], "PENDING");
  assert.deepEqual((await run("ListTagsForResource", { ResourceArn: image["Arn"] }))["Tags"], payload.tags);
  await pass(3_200);
  assert.equal(first(await run("DescribeImages", { Names: ["Example-Image"] }), "Images")["State"], "AVAILABLE");
  assert.equal(first(await run("DescribeImageBuilders"), "ImageBuilders")["State"], "STOPPED");
  await run("DeleteImageBuilder", { Name: "b" });
  await pass(2_200);
  await assert.rejects(run("DescribeImageBuilders", { Names: ["b"] }), refusedWith("ResourceNotFoundException"));
  sandbox.tearDown();
});

test("under --person auto a tagged builder is visited as soon as its address is asked for", async () => {
  const sandbox = setUp("auto");
  const { run, pass, objects } = sandbox;
  objects["kit/bootstrap.ps1"] = script;
  await run("CreateImageBuilder", { ...builderInput, Tags: { "appstream-monitor:bootstrap": "s3://kit/bootstrap.ps1" } });
  await pass(3_200);
  await run("CreateImageBuilderStreamingURL", { Name: "b" });
  await pass(500);
  assert.equal(first(await run("DescribeImages", { Type: "PRIVATE" }), "Images")["Name"], "Example-Image");
  sandbox.tearDown();
});

test("without that tag the published bootstrap of the same pipeline is used", async () => {
  const sandbox = setUp("auto");
  const { run, pass, objects } = sandbox;
  objects["kit/appstream-monitor/bootstrap.ps1"] = script;
  await run("CreateImageBuilder", { ...builderInput, Tags: payload.tags });
  await run("CreateImageBuilder", { ...builderInput, Name: "c", Tags: { "appstream-monitor:pipeline": "other" } });
  await pass(3_200);
  await run("CreateImageBuilderStreamingURL", { Name: "c" });
  await pass(500);
  assert.deepEqual((await run("DescribeImages", { Type: "PRIVATE" }))["Images"], []);
  await run("CreateImageBuilderStreamingURL", { Name: "b" });
  await pass(500);
  assert.equal(first(await run("DescribeImages", { Type: "PRIVATE" }), "Images")["ImageBuilderName"], "b");
  sandbox.tearDown();
});

test("a fleet starts, has instances and sessions, stops and is deleted in order", async () => {
  const sandbox = setUp();
  const { run, pass } = sandbox;
  await makeImage(sandbox);
  await pass(3_200);
  const fleetInput = {
    Name: "f",
    InstanceType: "stream.standard.medium",
    ImageName: "Example-Image",
    ComputeCapacity: { DesiredInstances: 2 },
  };
  assert.equal(((await run("CreateFleet", fleetInput))["Fleet"] as Shape)["State"], "STOPPED");
  await run("CreateStack", { Name: "s" });
  await run("AssociateFleet", { FleetName: "f", StackName: "s" });
  await run("StartFleet", { Name: "f" });
  assert.equal(first(await run("DescribeFleets", { Names: ["f"] }), "Fleets")["State"], "STARTING");
  await assert.rejects(run("UpdateFleet", { Name: "f", DisplayName: "x" }), refusedWith("OperationNotPermittedException"));
  await pass(2_200);
  await pass(2_000);
  const fleet = first(await run("DescribeFleets", { Names: ["f"] }), "Fleets");
  assert.equal(fleet["State"], "RUNNING");
  assert.deepEqual(fleet["ComputeCapacityStatus"], { Desired: 2, Running: 2, InUse: 1, Available: 1 });
  const session = first(await run("DescribeSessions", { StackName: "s", FleetName: "f" }), "Sessions");
  assert.equal(session["State"], "ACTIVE");
  assert.equal(session["ConnectionState"], "CONNECTED");
  await run("ExpireSession", { SessionId: session["Id"] });
  assert.equal(first(await run("DescribeSessions", { StackName: "s", FleetName: "f" }), "Sessions")["State"], "EXPIRED");
  await assert.rejects(run("DeleteFleet", { Name: "f" }), refusedWith("ResourceInUseException"));
  await assert.rejects(run("DeleteImage", { Name: "Example-Image" }), refusedWith("ResourceInUseException"));
  await run("StopFleet", { Name: "f" });
  await pass(2_200);
  await assert.rejects(run("DeleteFleet", { Name: "f" }), refusedWith("ResourceInUseException"));
  await run("DisassociateFleet", { FleetName: "f", StackName: "s" });
  await run("DeleteFleet", { Name: "f" });
  await run("DeleteStack", { Name: "s" });
  await run("DeleteImage", { Name: "Example-Image" });
  assert.deepEqual(await run("DescribeFleets"), { Fleets: [] });
  sandbox.tearDown();
});

test("a person gets an instance of a full fleet from a simulated user, not from another person", async () => {
  const sandbox = setUp();
  const { run, pass, appstream } = sandbox;
  await makeImage(sandbox);
  await pass(3_200);
  const size = { ComputeCapacity: { DesiredInstances: 1 } };
  await run("CreateFleet", { Name: "f", InstanceType: "stream.standard.medium", ImageName: "Example-Image", ...size });
  await run("CreateStack", { Name: "s" });
  await run("AssociateFleet", { FleetName: "f", StackName: "s" });
  await run("StartFleet", { Name: "f" });
  await pass(4_200);
  const inUse = { Desired: 1, Running: 1, InUse: 1, Available: 0 };
  assert.deepEqual(first(await run("DescribeFleets", { Names: ["f"] }), "Fleets")["ComputeCapacityStatus"], inUse);
  const visit = async (user: string): Promise<number> => {
    const { StreamingURL: url } = await run("CreateStreamingURL", { StackName: "s", FleetName: "f", UserId: user });
    const { pathname: path, searchParams: query } = new URL(url as string);
    return (await appstream.streaming.handle({ method: "GET", path, query, headers: {}, body: Buffer.from("") })).status;
  };
  assert.equal(await visit("test.person"), 200);
  const users = ((await run("DescribeSessions", { StackName: "s", FleetName: "f" }))["Sessions"] as Shape[])
    .filter((session) => session["State"] !== "EXPIRED")
    .map((session) => session["UserId"]);
  assert.deepEqual(users, ["test.person"]);
  assert.equal(await visit("other.person"), 403);
  sandbox.tearDown();
});

test("a session's events arrive by PutRecordBatch, decorated with its id", async () => {
  const sandbox = setUp();
  const { world, run, pass } = sandbox;
  const bodies: { target: string; authorization: string; text: string }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
    request.on("end", () => {
      bodies.push({ target: String(request.headers["x-amz-target"]), authorization: request.headers.authorization ?? "", text });
      const { Records: records } = JSON.parse(text) as { Records: unknown[] };
      response.end(JSON.stringify({ FailedPutCount: 0, RequestResponses: records.map(() => ({ RecordId: "r" })) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await makeImage(sandbox);
  world.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await pass(3_200);
  const trust = { Statement: [{ Effect: "Allow", Principal: { Service: "appstream.amazonaws.com" }, Action: "sts:AssumeRole" }] };
  const role = addRole(world, { RoleName: "machine", Path: "/", AssumeRolePolicyDocument: JSON.stringify(trust), visibleAt: 0 });
  await run("CreateFleet", {
    Name: "f",
    IamRoleArn: role.Arn,
    InstanceType: "stream.standard.medium",
    ImageName: "Example-Image",
    ComputeCapacity: { DesiredInstances: 1 },
  });
  await run("CreateStack", { Name: "s" });
  await run("AssociateFleet", { FleetName: "f", StackName: "s" });
  await run("StartFleet", { Name: "f" });
  await pass(12_000);
  for (let tries = 0; tries < 200 && bodies.length === 0; tries++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  const session = first(await run("DescribeSessions", { StackName: "s", FleetName: "f" }), "Sessions");
  const [batch] = bodies;
  assert.equal(batch?.target, "Firehose_20150804.PutRecordBatch");
  const [, accessKeyId = ""] = /Credential=([^/]+)\/\d+\/us-east-1\/firehose\/aws4_request/.exec(batch.authorization) ?? [];
  assert.match(callerArn(world, { accessKeyId, region: "us-east-1" }), /assumed-role\/machine\//);
  const { DeliveryStreamName: stream, Records: records } = JSON.parse(batch.text) as {
    DeliveryStreamName: string;
    Records: { Data: string }[];
  };
  assert.equal(stream, "Example-Stream");
  const text = Buffer.from(records[0]?.Data ?? "", "base64").toString("utf8");
  assert.ok(text.endsWith("}\n"));
  const event = JSON.parse(text) as Shape;
  assert.equal(event["AppStream_Session_ID"], session["Id"]);
  assert.equal(event["AppStream_UserName"], session["UserId"]);
  assert.match(event["Image"] as string, /image\/Example-Image$/);
  assert.match(event["MachineName"] as string, /^EC2AMAZ-/);
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
  // The client clears its timers when it sees that; cleared later, they would take the place of the next test's.
  for (let turn = 0; turn < 50; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  sandbox.tearDown();
});

test("a fault makes a fleet fail to start and says why", async () => {
  const sandbox = setUp();
  const { run, pass, world } = sandbox;
  world.collection("faults").set("fleetError", { value: "IGW_NOT_ATTACHED" });
  const image = "AppStream-WinServer2022-06-17-2024";
  await run("CreateFleet", {
    Name: "f",
    InstanceType: "stream.standard.medium",
    ImageName: image,
    ComputeCapacity: { DesiredInstances: 1 },
  });
  await run("StartFleet", { Name: "f" });
  await pass(4_400);
  const fleet = first(await run("DescribeFleets"), "Fleets");
  assert.equal(fleet["State"], "STOPPED");
  assert.equal((fleet["FleetErrors"] as Shape[])[0]?.["ErrorCode"], "IGW_NOT_ATTACHED");
  sandbox.tearDown();
});

test("refusals carry the service's own error names", async () => {
  const sandbox = setUp();
  const { run } = sandbox;
  const fleet = { Name: "f", InstanceType: "stream.standard.medium", ImageName: "AppStream-WinServer2022-06-17-2024" };
  const cases: [string, Input, string][] = [
    ["CreateFleet", { ...fleet, Name: "-bad", ComputeCapacity: { DesiredInstances: 1 } }, "ValidationException"],
    ["CreateFleet", fleet, "InvalidParameterCombinationException"],
    ["CreateFleet", { ...fleet, ImageName: "nope", ComputeCapacity: { DesiredInstances: 1 } }, "ResourceNotFoundException"],
    [
      "CreateFleet",
      { ...fleet, InstanceType: "stream.graphics.g4dn.xlarge", ComputeCapacity: { DesiredInstances: 1 } },
      "IncompatibleImageException",
    ],
    [
      "CreateFleet",
      { ...fleet, InstanceType: "m5.large", ComputeCapacity: { DesiredInstances: 1 } },
      "InvalidParameterCombinationException",
    ],
    ["CreateFleet", { ...fleet, ComputeCapacity: { DesiredInstances: 101 } }, "LimitExceededException"],
    ["CreateFleet", { ...fleet, DisconnectTimeoutInSeconds: 10, ComputeCapacity: { DesiredInstances: 1 } }, "ValidationException"],
    [
      "CreateFleet",
      { ...fleet, IamRoleArn: "arn:aws:iam::123456789012:role/x", ComputeCapacity: { DesiredInstances: 1 } },
      "InvalidRoleException",
    ],
    ["DescribeFleets", { Names: ["nope"] }, "ResourceNotFoundException"],
    ["DescribeSessions", { StackName: "s", FleetName: "f" }, "ResourceNotFoundException"],
    ["CreateImageBuilder", { ...builderInput, ImageName: "nope" }, "ResourceNotFoundException"],
    ["DescribeImages", { Type: "OTHER" }, "ValidationException"],
    ["TagResource", { ResourceArn: "arn:aws:appstream:us-east-1:123456789012:fleet/nope", Tags: { a: "b" } }, "ResourceNotFoundException"],
  ];
  for (const [operation, input, code] of cases) {
    await assert.rejects(run(operation, input), refusedWith(code), `${operation} ${code}`);
  }
  sandbox.tearDown();
});

test("the builder's page shows state and refuses other tokens", async () => {
  const sandbox = setUp();
  await sandbox.run("CreateImageBuilder", builderInput);
  await assert.rejects(sandbox.run("CreateImageBuilderStreamingURL", { Name: "b" }), refusedWith("OperationNotPermittedException"));
  await sandbox.pass(3_200);
  const { StreamingURL } = await sandbox.run("CreateImageBuilderStreamingURL", { Name: "b" });
  const url = new URL(StreamingURL as string);
  const get = (query: URLSearchParams) =>
    sandbox.appstream.streaming.handle({ method: "GET", path: url.pathname, query, headers: {}, body: Buffer.alloc(0) });
  assert.match((await get(url.searchParams)).body, /Image builder b/);
  assert.equal((await get(new URLSearchParams("token=00"))).status, 403);
  sandbox.tearDown();
});

test("a pasted line is read as address and hash, or as the script itself", async () => {
  const sha = createHash("sha256").update(script).digest("hex");
  const line = `powershell -Command "iwr 'http://127.0.0.1:1/kit/b.ps1?X-Amz-Signature=abc&X-Amz-Date=1' -OutFile b.ps1; if ((Get-FileHash b.ps1).Hash -ne '${sha.toUpperCase()}') { exit 1 }"`;
  assert.deepEqual(readPastedLine(line), {
    script: undefined,
    url: "http://127.0.0.1:1/kit/b.ps1?X-Amz-Signature=abc&X-Amz-Date=1",
    sha256: sha,
  });
  const encoded = `powershell -EncodedCommand ${Buffer.from(script, "utf16le").toString("base64")}`;
  assert.equal(readPayload(readPastedLine(encoded).script ?? "")?.imageName, "Example-Image");
  assert.equal(readPayload("#<appstream-monitor-payload>\n# e30=\n#</appstream-monitor-payload>"), undefined);
});

test("a script is downloaded from the sandbox only and its hash is checked", async () => {
  const sandbox = setUp();
  const { world, run, pass, appstream } = sandbox;
  const server = createServer((_request, response) => response.end(script));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  world.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await run("CreateImageBuilder", builderInput);
  await pass(3_200);
  const { StreamingURL } = await run("CreateImageBuilderStreamingURL", { Name: "b" });
  const url = new URL(StreamingURL as string);
  const paste = async (line: string): Promise<string> =>
    (
      await appstream.streaming.handle({
        method: "POST",
        path: `${url.pathname}/run`,
        query: url.searchParams,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: Buffer.from(new URLSearchParams({ line }).toString()),
      })
    ).body;
  const sha = createHash("sha256").update(script).digest("hex");
  assert.match(await paste("Get-Date"), /holds neither/);
  assert.match(await paste(`iex (iwr 'https://example.com/x.ps1')`), /only downloads from itself/);
  assert.match(await paste(`iwr '${world.endpoint}/k/x.ps1' ${"0".repeat(64)}`), /was not run/);
  assert.match(await paste(`iwr '${world.endpoint}/k/x.ps1' ${sha}`), /Image Example-Image is being made/);
  server.closeAllConnections();
  server.close();
  sandbox.tearDown();
});
