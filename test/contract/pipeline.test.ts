import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { test, type TestContext } from "node:test";
import { AppError, isAbort } from "../../src/core/errors";
import { diagnose } from "../../src/core/diagnosis/diagnose";
import { diagnosisTarget } from "../../src/core/diagnosis/target";
import type { Costs } from "../../src/core/pipeline/cost";
import type { PipelineDefinition } from "../../src/core/pipeline/definition";
import { Deployment } from "../../src/core/pipeline/deployment";
import { findDrift } from "../../src/core/pipeline/drift";
import { DriftRevert } from "../../src/core/pipeline/driftRevert";
import { driftRevertText } from "../../src/core/pipeline/driftText";
import { importedDefinition } from "../../src/core/pipeline/imported";
import { endOperation, runningOperation } from "../../src/core/pipeline/interruption";
import { previewSummary } from "../../src/core/pipeline/previewSummary";
import { FirehoseSender } from "../../src/sandbox/person/sender";
import { previewText } from "../../src/core/pipeline/previewText";
import { cut, definition, empty, mortal, startAccount, tutorial, type Account } from "./pipelineAccount";

const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:one-AbCdEf";

const deployed = {
  stacks: ["demo-ingest CREATE_COMPLETE", "demo-streaming CREATE_COMPLETE"],
  streams: ["demo-stream"],
  domains: ["demo"],
  fleets: ["demo-fleet RUNNING"],
  appstreamStacks: ["demo-stack"],
  images: ["demo-image"],
  builders: ["demo-builder"],
  roles: ["demo-agent-us-east-1", "demo-delivery-us-east-1"],
  logGroups: ["/aws/kinesisfirehose/demo-stream"],
  buckets: ["demo-ingest-bucket"],
};

for (const [preset, more] of Object.entries({ recommended: {}, tutorial })) {
  test(`${preset}: deployed from nothing, it works; destroyed with its bucket, nothing is left`, async (context) => {
    const account = await startAccount(context);
    const pipeline = definition(more);
    const outcome = await account.deploy(pipeline);
    assert.deepEqual([outcome.state, outcome.recordFound], ["complete", true]);
    assert.ok(account.events.some((event) => event.kind === "note" && event.text.startsWith("In the image builder: ")));
    const preview = await new Deployment(account.deps(), pipeline, {}).preview();
    assert.deepEqual([preview.ingest?.action, preview.image.action, preview.streaming.action], ["none", "none", "none"]);
    const { remains, failures } = await account.destruction(pipeline).execute({ emptyBuckets: true });
    assert.deepEqual([remains, failures], [[], []]);
    assert.deepEqual(await account.inventory(), empty);
  });
}

test("No to the preview leaves nothing", async (context) => {
  const account = await startAccount(context);
  const deployment = new Deployment(account.deps(), definition(), {});
  const preview = await deployment.preview();
  assert.equal(preview.ingest?.action, "create");
  await deployment.discard(preview);
  assert.deepEqual(await account.inventory(), empty);
});

test("killed after every changing call, the next run reaches the same end without a duplicate", async (context) => {
  const counted = await startAccount(context);
  const all = mortal(counted.aws, Infinity);
  await counted.deploy(definition(), all.aws);
  assert.ok(all.calls.length >= 8, all.calls.join());
  assert.deepEqual(await counted.inventory(), deployed);
  for (let killed = 1; killed <= all.calls.length; killed++) {
    const account = await startAccount(context);
    const dying = mortal(account.aws, killed);
    await assert.rejects(account.deploy(definition(), dying.aws), isAbort, `killed after ${dying.calls.join()}`);
    assert.equal((await account.deploy()).state, "complete", `killed after ${dying.calls.join()}`);
    assert.deepEqual(await account.inventory(), deployed, `killed after ${dying.calls.join()}`);
    await account.sandbox.stop();
  }
});

test("a destruction that is killed half-way goes on when run again", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  const counts = [1, 2, 3, 4];
  for (const killed of counts) {
    const dying = mortal(account.aws, killed);
    await account
      .destruction(definition(), dying.aws)
      .execute({ emptyBuckets: true })
      .catch((thrown: unknown) => assert.ok(isAbort(thrown)));
  }
  const { remains } = await account.destruction().execute({ emptyBuckets: true });
  assert.deepEqual(remains, []);
  assert.deepEqual(await account.inventory(), empty);
});

test("without the second yes the bucket stays, and is found by a later destruction", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  const { remains } = await account.destruction().execute({ emptyBuckets: false });
  assert.equal(remains.length, 1);
  assert.match(remains[0] ?? "", /Bucket demo-ingest-bucket/);
  assert.deepEqual((await account.destruction().execute({ emptyBuckets: true })).remains, []);
});

test("a change that the services can make is made in place", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  const changed = definition({ stream: { bufferSeconds: 2 }, fleet: { desiredInstances: 2 } });
  const preview = await new Deployment(account.deps(), changed, {}).preview();
  const changes = [preview.ingest, preview.streaming].flatMap((plan) => plan?.changeSet?.changes ?? []);
  assert.deepEqual(
    changes.map((one) => [one.logicalId, one.action, one.replacement]),
    [
      ["Stream", "Modify", "False"],
      ["Fleet", "Modify", "False"],
    ],
  );
  await account.deploy(changed);
  assert.equal((await account.aws.streams.get("demo-stream")).destination?.bufferSeconds, 2);
  assert.equal((await account.aws.appstream.listFleets({ names: ["demo-fleet"] })).items[0]?.capacity?.desired, 2);
});

test("a change that a running fleet refuses stops and starts it", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  await account.deploy(definition({ fleet: { instanceType: "stream.standard.large" } }));
  const [fleet] = (await account.aws.appstream.listFleets({ names: ["demo-fleet"] })).items;
  assert.deepEqual([fleet?.instanceType, fleet?.state], ["stream.standard.large", "RUNNING"]);
});

test("a fleet of no instances is made and left stopped; a number starts it, and none stops it again", async (context) => {
  const account = await startAccount(context);
  const none = definition({ fleet: { desiredInstances: 0 } });
  const state = async (): Promise<string | undefined> =>
    (await account.aws.appstream.listFleets({ names: ["demo-fleet"] })).items[0]?.state;
  assert.equal((await account.deploy(none)).state, "complete");
  assert.equal(await state(), "STOPPED");
  const mentioned = account.events
    .flatMap((event) => (event.kind === "note" ? [event.text] : []))
    .find((text) => text.startsWith("Billed"));
  assert.doesNotMatch(mentioned ?? "", /Fleet/);
  await account.deploy(none);
  assert.equal(await state(), "STOPPED");
  const started = mortal(account.aws, 1);
  await assert.rejects(account.deploy(definition(), started.aws), isAbort);
  await account.deploy(definition());
  assert.equal(await state(), "RUNNING");
  await account.aws.appstream.stopFleet("demo-fleet");
  while ((await state()) !== "STOPPED") {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await account.deploy(definition());
  assert.equal(await state(), "STOPPED", "what somebody else has stopped stays");
  await account.aws.appstream.startFleet("demo-fleet");
  while ((await state()) !== "RUNNING") {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { checks } = await new Deployment(account.deps(), none, {}).preview();
  assert.deepEqual(
    checks.filter((one) => one.severity === "warning").map((one) => one.text),
    ["The fleet demo-fleet is stopped: running sessions end."],
  );
  await account.deploy(definition({ fleet: { desiredInstances: 0, instanceType: "stream.standard.large" } }));
  assert.equal(await state(), "STOPPED");
  assert.deepEqual((await account.destruction(none).execute({ emptyBuckets: true })).remains, []);
});

test("a new image is made and swapped into the fleet; destroy takes the old one too, from whom it is shared with as well", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  const next = definition({ image: { name: "demo-image-2" } });
  const preview = await new Deployment(account.deps(), next, {}).preview();
  assert.deepEqual(
    preview.streaming.changes?.map((one) => one.logicalId),
    ["Fleet"],
  );
  await account.deploy(next);
  assert.equal((await account.aws.appstream.listFleets({ names: ["demo-fleet"] })).items[0]?.imageName, "demo-image-2");
  const share = { Name: "demo-image", SharedAccountId: "111122223333", ImagePermissions: { allowFleet: true, allowImageBuilder: false } };
  await account.invoke("appstream", "UpdateImagePermissions", share);
  const dying = (await account.destruction(next).preview()).dies.map(({ name }) => name);
  assert.ok(dying.includes("demo-image, which accounts 111122223333 lose too") && dying.includes("demo-image-2"), dying.join());
  assert.deepEqual((await account.destruction(next).execute({ emptyBuckets: true })).remains, []);
  assert.deepEqual(await account.inventory(), empty);
});

const refusals: readonly (readonly [string, object, RegExp])[] = [
  ["another backup", { stream: { backup: "AllDocuments" } }, /cannot be changed/],
  ["another kind of destination", { stream: { destination: "s3" } }, /another kind of destination/],
  ["another type of fleet", { fleet: { type: "ALWAYS_ON" } }, /replaced because of FleetType/],
  ["another log group", { logs: { group: "/other" } }, /cannot move to another log group/],
  ["an older engine", { domain: { engineVersion: "OpenSearch_2.17" } }, /cannot go back from OpenSearch_2.19/],
];

test("changes that the services refuse are refused by the preview, and nothing is changed", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  for (const [what, more, text] of refusals) {
    await assert.rejects(account.deploy(definition(more)), (thrown: Error) => text.test(thrown.message), what);
  }
  assert.deepEqual(await account.inventory(), deployed);
});

test("a failed creation says why in plain words and is repaired by the next run", async (context) => {
  const account = await startAccount(context);
  account.fault("firehoseAssumeRole", "100");
  await assert.rejects(account.deploy(), (thrown) => {
    assert.ok(thrown instanceof AppError);
    assert.match(thrown.message, /Stream \(AWS::KinesisFirehose::DeliveryStream\).*unable to assume role/);
    assert.match(thrown.next ?? "", /deploy again/);
    return true;
  });
  assert.deepEqual((await account.inventory())["stacks"], ["demo-ingest ROLLBACK_COMPLETE"]);
  account.fault("firehoseAssumeRole", undefined);
  assert.equal((await account.deploy()).state, "complete");
  assert.deepEqual(await account.inventory(), deployed);
});

test("a fleet that cannot start names its error and the remedy", async (context) => {
  const account = await startAccount(context);
  account.fault("fleetError", "IGW_NOT_ATTACHED");
  await assert.rejects(account.deploy(), (thrown) => {
    assert.ok(thrown instanceof AppError);
    assert.match(`${thrown.message} ${thrown.next ?? ""}`, /Fleet.*IGW_NOT_ATTACHED.*internet gateway/s);
    return true;
  });
  account.fault("fleetError", undefined);
  assert.equal((await account.deploy()).state, "complete");
});

test("a failed update goes back, says why, and the next deployment works", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  account.fault("resourceFailure", "Stream");
  await assert.rejects(account.deploy(definition({ stream: { bufferSeconds: 2 } })), /UPDATE_ROLLBACK_COMPLETE: Stream/);
  account.fault("resourceFailure", undefined);
  await account.deploy(definition({ stream: { bufferSeconds: 2 } }));
  assert.equal((await account.aws.streams.get("demo-stream")).destination?.bufferSeconds, 2);
});

test("a rollback that got stuck is continued by the next deployment", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  const changed = definition({ stream: { bufferSeconds: 2 }, logs: { retentionDays: 7 } });
  account.fault("resourceFailure", "Stream");
  account.fault("rollbackFailure", "LogGroup");
  await assert.rejects(account.deploy(changed), /UPDATE_ROLLBACK_FAILED/);
  account.fault("resourceFailure", undefined);
  account.fault("rollbackFailure", undefined);
  assert.equal((await account.deploy(changed)).state, "complete");
  assert.equal((await account.aws.streams.get("demo-stream")).destination?.bufferSeconds, 2);
});

for (const [fault, text] of [
  ["imageFailed", /image demo-image failed: The image could not be made/],
  ["builderFailed", /image builder demo-builder failed/i],
] as const) {
  test(`${fault}: it is said, removed by the next run, and made again`, async (context) => {
    const account = await startAccount(context);
    account.fault(fault, "");
    await assert.rejects(account.deploy(), (thrown) => {
      assert.ok(thrown instanceof AppError);
      assert.match(thrown.message, text);
      assert.match(thrown.next ?? "", /Deploy again/);
      return true;
    });
    account.fault(fault, undefined);
    assert.equal((await account.deploy()).state, "complete");
    assert.deepEqual(await account.inventory(), deployed);
  });
}

test("a domain that is stuck is waited for", async (context) => {
  const account = await startAccount(context);
  account.fault("domainStuck", "");
  const outcome = account.deploy();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  assert.equal(
    account.events.some((event) => event.kind === "phase" && event.phase === "done"),
    false,
  );
  account.fault("domainStuck", undefined);
  assert.equal((await outcome).state, "complete");
});

test("a domain that is overloaded or away for a while does not keep the index from being prepared", async (context) => {
  const account = await startAccount(context);
  account.fault("domainThrottled", "0.3");
  account.fault("domainUnavailable", "0.3");
  assert.deepEqual(
    [(await account.deploy()).recordFound, account.events.filter((event) => event.kind === "note" && event.severity === "warning")],
    [true, []],
  );
});

test("a domain that refuses every document: the pipeline is there, and what to look at is said", async (context) => {
  const account = await startAccount(context);
  account.fault("mappingConflict", "");
  const deps = { ...account.deps(), pace: { first: 20, later: 50, searchLimit: 1_500, bufferShare: 0 } };
  const deployment = new Deployment(deps, definition(), {});
  const outcome = await deployment.execute(await deployment.preview(), { wait: true });
  assert.deepEqual([outcome.state, outcome.recordFound], ["complete", false]);
  assert.ok(account.events.some((event) => event.kind === "note" && /test record did not arrive in time/.test(event.text)));
});

test("a fifth of all reading calls throttled: the deployment takes longer and ends well", async (context) => {
  const account = await startAccount(context);
  account.fault("throttle", "0.2");
  assert.equal((await account.deploy()).state, "complete");
});

test("half of every batch refused: the deployment ends well, and the agents' records arrive, each once", async (context) => {
  const account = await startAccount(context);
  account.fault("putRecordBatchPartial", "0.5");
  assert.equal((await account.deploy()).recordFound, true);
  const sender = new FirehoseSender(account.sandbox.world);
  const role = "arn:aws:iam::123456789012:role/demo-agent-us-east-1";
  const sent = Array.from({ length: 100 }, (_, at) => `mine-${at}`);
  for (const Description of sent) {
    sender.add({ stream: "demo-stream", region: "us-east-1", role }, JSON.stringify({ ProviderName: "mine", Description }));
  }
  const { endpoint = "" } = await account.aws.domains.get("demo");
  const transport = account.aws.search({ endpoint, region: "us-east-1", access: { kind: "sigv4" } });
  const body = JSON.stringify({ size: 1000, query: { term: { ProviderName: "mine" } } });
  const contentType = "application/json";
  let found: string[] = [];
  for (let flushes = 0; flushes < 200 && found.length < sent.length; flushes++) {
    await sender.flush();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const answer = JSON.parse((await transport.send({ method: "POST", path: "/demo-*/_search", body, contentType })).body) as {
      hits: { hits: { _source: { Description: string } }[] };
    };
    found = answer.hits.hits.map((hit) => hit._source.Description);
  }
  assert.deepEqual(found.sort(), sent.sort());
});

test("credentials that expire half-way: it is said, and after renewal the next run goes on", async (context) => {
  const account = await startAccount(context, 4);
  const deploying = account.deploy();
  while (!account.events.some((event) => event.kind === "resource")) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  account.fault("expiredToken", "");
  await assert.rejects(
    deploying,
    (thrown) => thrown instanceof AppError && thrown.reason === "expiredCredentials" && thrown.next !== undefined,
  );
  account.fault("expiredToken", undefined);
  assert.equal((await account.deploy()).state, "complete");
  assert.deepEqual(await account.inventory(), deployed);
});

test("a resource that cannot be deleted: what remains is said, and the next destruction finishes", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  account.fault("deleteFailure", "LogGroup");
  const { failures, remains } = await account.destruction().execute({ emptyBuckets: true });
  assert.match(failures[0]?.message ?? "", /demo-ingest ended as DELETE_FAILED: LogGroup/);
  assert.ok(
    remains.some((one) => /LogGroup/.test(one)),
    remains.join(),
  );
  account.fault("deleteFailure", undefined);
  assert.deepEqual((await account.destruction().execute({ emptyBuckets: true })).remains, []);
  assert.deepEqual(await account.inventory(), empty);
});

test("a changing call whose answer is lost does its work once", async (context) => {
  const account = await startAccount(context);
  assert.equal((await account.deploy(definition(), cut(account))).state, "complete");
  assert.deepEqual(await account.inventory(), deployed);
  assert.deepEqual((await account.destruction(definition(), cut(account)).execute({ emptyBuckets: true })).remains, []);
  account.fault("connectionCut", undefined);
  assert.deepEqual(await account.inventory(), empty);
});

test("throttling and a role that is not visible yet do not stop a deployment", async (context) => {
  const account = await startAccount(context);
  account.fault("throttleFirst", "6");
  account.fault("roleNotVisible", "2");
  assert.equal((await account.deploy()).state, "complete");
  assert.deepEqual(await account.inventory(), deployed);
});

test("a right that is missing is named before anything is created", async (context) => {
  const account = await startAccount(context);
  account.fault("accessDenied", "cloudformation:CreateChangeSet");
  await assert.rejects(account.deploy(), (thrown) => {
    assert.ok(thrown instanceof AppError);
    assert.match(thrown.message, /cloudformation:CreateChangeSet/);
    return true;
  });
  account.fault("accessDenied", undefined);
  assert.deepEqual(await account.inventory(), empty);
});

test("a quota of the account that is used up is refused before anything is created", async (context) => {
  const account = await startAccount(context);
  for (const [quota, text] of [
    ["Standard medium streaming instances for fleets=0", /for fleets: the account may have 0, 0 are used, and this needs 1/],
    ["Standard medium streaming instances for image builders=0", /image builders: the account may have 0/],
    ["Stacks=0", /0 AppStream stacks already/],
  ] as const) {
    account.fault("quota", quota);
    await assert.rejects(account.deploy(), (thrown) => {
      assert.ok(thrown instanceof AppError);
      assert.match(thrown.message, text);
      assert.match(thrown.next ?? "", /Ask for a higher quota ".*" in Service Quotas/);
      return true;
    });
    assert.deepEqual(await account.inventory(), empty);
  }
  account.fault("quota", "Standard medium streaming instances for fleets=2");
  await account.deploy();
  await account.deploy(definition({ fleet: { desiredInstances: 2 } }));
  await assert.rejects(account.deploy(definition({ fleet: { desiredInstances: 3 } })), /may have 2, 0 are used, and this needs 3/);
});

test("quotas that may not be read are told, and the usual numbers are taken", async (context) => {
  const account = await startAccount(context);
  account.fault("accessDenied", "servicequotas:*");
  const { checks } = await new Deployment(account.deps(), definition(), {}).preview();
  assert.deepEqual(
    checks.filter((one) => one.severity !== "ok").map((one) => /quotas were not read: .*servicequotas:ListServiceQuotas/.test(one.text)),
    [true],
  );
});

test("the costs are those of the definition's Region, by the price list; where it may not be read, they are noted ones", async (context) => {
  const account = await startAccount(context);
  const cost = async (more: object): Promise<Costs> => (await new Deployment(account.deps(), definition(more), {}).preview()).costs;
  const [virginia, frankfurt] = [await cost({}), await cost({ region: "eu-central-1" })];
  for (const [{ rows, problem }, region] of [
    [virginia, "us-east-1"],
    [frankfurt, "eu-central-1"],
  ] as const) {
    assert.equal(problem, undefined);
    assert.ok(rows.length >= 8);
    assert.deepEqual(
      [...new Set(rows.map(({ price }) => `${price?.region} ${price?.isListed} ${price?.date}`))],
      [`${region} true 2026-11-20`],
    );
  }
  const usd = ({ rows }: Costs, item: string): number => rows.find((row) => row.item.startsWith(item))?.price?.usd ?? 0;
  assert.equal(usd(virginia, "Image builder"), 0.1);
  assert.equal(usd(virginia, "Domain: 2 × t3.medium.search"), 0.073);
  assert.ok(frankfurt.rows.every(({ price }, at) => (price?.usd ?? 0) > (virginia.rows[at]?.price?.usd ?? 0)));
  account.fault("accessDenied", "pricing:*");
  const noted = await cost({ region: "eu-central-1" });
  assert.match(noted.problem ?? "", /pricing:GetProducts/);
  assert.deepEqual(noted.rows[0]?.price, { usd: 0.073, region: "us-east-1", date: "2026-10", isListed: false });
});

test("names owned by somebody else are refused and left alone", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  const before = await account.inventory();
  const other = { name: "other", domain: { name: "demo" } };
  await assert.rejects(account.deploy(definition(other)), (thrown) => {
    assert.ok(thrown instanceof AppError);
    assert.match(thrown.message, /domain demo already/);
    assert.match(thrown.next ?? "", /"existing"/);
    return true;
  });
  await assert.rejects(account.deploy(definition({ name: "other", image: { name: "demo-image" } })), /image demo-image already/);
  assert.deepEqual(await account.inventory(), before);
});

test("what exists already is used by its name and survives a destruction", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  const second = definition({ name: "second", existing: { domain: "demo", image: "demo-image" } });
  assert.equal((await account.deploy(second)).recordFound, true);
  assert.deepEqual((await account.destruction(second).execute({ emptyBuckets: true })).remains, []);
  assert.deepEqual(await account.inventory(), deployed);
});

test("domain, bucket, roles, image and fleet that exist are used by name, judged before, and never changed", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  const [bucket = ""] = ((await account.invoke("s3", "ListBuckets", {})) as { Buckets: { Name: string }[] }).Buckets.map((one) => one.Name);
  const existing = {
    domain: "demo",
    bucket,
    deliveryRole: "demo-delivery-us-east-1",
    machineRole: "demo-agent-us-east-1",
    image: "demo-image",
  };
  const second = (more: object): PipelineDefinition => definition({ name: "second", existing: { ...existing, ...more } });
  await assert.rejects(account.deploy(second({})), (thrown) => {
    assert.ok(thrown instanceof AppError);
    assert.match(`${thrown.message} ${thrown.next ?? ""}`, /demo-agent-us-east-1 lacks rights.*firehose:PutRecordBatch, .*second-stream/);
    return true;
  });
  assert.deepEqual(await account.inventory(), deployed);
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "firehose:PutRecordBatch", Resource: "*" }],
  });
  await account.invoke("iam", "PutRolePolicy", { RoleName: "demo-agent-us-east-1", PolicyName: "write-to-stream", PolicyDocument });
  const outcome = await account.deploy(second({}));
  assert.deepEqual([outcome.state, outcome.recordFound], ["complete", true]);
  assert.equal((await account.aws.streams.get("second-stream")).destination?.bucketArn, `arn:aws:s3:::${bucket}`);
  const { roles, buckets, builders } = await account.inventory();
  assert.deepEqual([roles, buckets, builders], [deployed.roles, deployed.buckets, deployed.builders]);
  assert.deepEqual((await account.destruction(second({})).execute({ emptyBuckets: true })).remains, []);
  assert.deepEqual(await account.inventory(), deployed);
});

for (const [what, existing, text] of [
  ["domain", { domain: "none" }, /no domain none/],
  ["stream", { stream: "none" }, /no delivery stream none/],
  ["bucket", { bucket: "none-of-mine" }, /bucket none-of-mine is not in this account/],
  ["delivery role", { deliveryRole: "none" }, /no role none/],
  ["machine role", { machineRole: "none" }, /no role none/],
  ["image", { image: "none" }, /no image none/],
  ["fleet", { fleet: "none" }, /no fleet none/],
  ["a role that Firehose is not trusted by", { deliveryRole: "untrusted" }, /untrusted does not trust firehose\.amazonaws\.com/],
] as const) {
  test(`existing ${what} that does not fit is refused before anything is created`, async (context) => {
    const account = await startAccount(context);
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    await account.invoke("iam", "CreateRole", { RoleName: "untrusted", AssumeRolePolicyDocument });
    const before = await account.inventory();
    await assert.rejects(account.deploy(definition({ existing })), (thrown) => thrown instanceof AppError && text.test(thrown.message));
    assert.deepEqual(await account.inventory(), before);
  });
}

for (const stream of [
  { destination: "redshift", url: "jdbc:redshift://c.abc.us-east-1.redshift.amazonaws.com:5439/dev", secretArn, table: "events" },
  { destination: "splunk", url: "https://collector.example:8088", secretArn },
  { destination: "httpEndpoint", url: "https://collector.example/logs", secretArn },
  { destination: "s3" },
]) {
  test(`a stream to ${stream.destination} is previewed, deployed, without drift, and destroyed`, async (context) => {
    const account = await startAccount(context);
    const pipeline = definition({ stream });
    const preview = await new Deployment(account.deps(), pipeline, {}).preview();
    const text = previewText(pipeline, preview, { who: "SANDBOX", region: "us-east-1" });
    assert.ok(!text.includes("AWS::OpenSearchService::Domain") && text.includes("AWS::KinesisFirehose::DeliveryStream"), text);
    const outcome = await account.deploy(pipeline);
    assert.deepEqual([outcome.state, outcome.recordFound], ["complete", undefined]);
    assert.equal((await account.aws.streams.get("demo-stream")).destination?.kind, stream.destination);
    assert.deepEqual((await findDrift(account.deps(), pipeline)).drifts, []);
    const diagnosis = await diagnose(account.deps(), diagnosisTarget(pipeline, {}));
    assert.deepEqual(
      diagnosis.findings.filter((one) => one.state === "fault" && one.hop !== "sessions"),
      [],
    );
    assert.deepEqual((await account.destruction(pipeline).execute({ emptyBuckets: true })).remains, []);
    assert.deepEqual(await account.inventory(), empty);
  });
}

/** What somebody changes in the console: a log group, the stream's destination, a tag of the fleet, and the AppStream stack is deleted. */
async function changeByHand(account: Account): Promise<void> {
  await account.invoke("logs", "PutRetentionPolicy", { logGroupName: "/aws/kinesisfirehose/demo-stream", retentionInDays: 1 });
  const { DeliveryStreamDescription: described } = (await account.invoke("firehose", "DescribeDeliveryStream", {
    DeliveryStreamName: "demo-stream",
  })) as { DeliveryStreamDescription: { VersionId: string; Destinations: { DestinationId: string }[] } };
  await account.invoke("firehose", "UpdateDestination", {
    DeliveryStreamName: "demo-stream",
    CurrentDeliveryStreamVersionId: described.VersionId,
    DestinationId: described.Destinations[0]?.DestinationId,
    AmazonopensearchserviceDestinationUpdate: {
      RetryOptions: { DurationInSeconds: 5 },
      IndexName: "elsewhere",
      CloudWatchLoggingOptions: { Enabled: false },
    },
  });
}

const driftOf = async (account: Account, pipeline = definition()): Promise<readonly (readonly unknown[])[]> =>
  (await findDrift(account.deps(), pipeline)).drifts.map(({ resource, differences, deleted }) => [
    resource,
    deleted ? "deleted" : differences.map(({ expected, actual }) => `${expected} → ${actual}`),
  ]);

test("changes made by hand are shown as drift, those of the stream's destination too, and taken back", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  assert.deepEqual(await driftOf(account), []);
  assert.equal(await new DriftRevert(account.deps(), definition()).preview(), undefined);
  await changeByHand(account);
  // A definition that has been edited since then is not what was deployed.
  const edited = definition({ logs: { retentionDays: 90 }, stream: { retrySeconds: 600, bufferSeconds: 1 } });
  const drifts = [
    ["LogGroup", ["30 → 1"]],
    ["Stream", ["demo → elsewhere", "3600 → 5", "true → false"]],
  ];
  assert.deepEqual(await driftOf(account, edited), drifts);
  const work = new DriftRevert(account.deps(), edited);
  const declined = await work.preview();
  assert.ok(declined);
  const text = driftRevertText(edited, declined, { who: "SANDBOX", region: "us-east-1" });
  assert.match(text, /change in place +\| LogGroup +\| AWS::Logs::LogGroup +\| RetentionInDays: 1 → 30/);
  assert.match(text, /retrySeconds +\| 3600 +\| 5/);
  assert.match(text, /DeliveryPolicy: CloudFormation cannot compare it/);
  await work.discard(declined);
  assert.deepEqual(await driftOf(account, edited), drifts, "No changes nothing");
  const preview = await work.preview();
  assert.ok(preview);
  assert.deepEqual((await work.execute(preview)).drifts, []);
  assert.deepEqual(await driftOf(account), []);
  const stream = await account.aws.streams.get("demo-stream");
  assert.deepEqual(stream.destination?.logging, {
    ...{ enabled: true, group: "/aws/kinesisfirehose/demo-stream", stream: "DestinationDelivery" },
  });
  const { ingest } = await new Deployment(account.deps(), definition(), {}).preview();
  assert.equal(ingest?.action, "none", "the deployed template is what it was");
});

test("what was deleted by hand is made again, and a fleet is stopped for what it refuses while it runs", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  await account.invoke("logs", "DeleteLogStream", { logGroupName: "/aws/kinesisfirehose/demo-stream", logStreamName: "BackupDelivery" });
  await account.invoke("appstream", "DisassociateFleet", { FleetName: "demo-fleet", StackName: "demo-stack" });
  await account.invoke("appstream", "DeleteStack", { Name: "demo-stack" });
  await account.invoke("appstream", "StopFleet", { Name: "demo-fleet" });
  await account.until("the fleet is stopped", async () => (await account.inventory())["fleets"]?.[0] === "demo-fleet STOPPED");
  await account.invoke("appstream", "UpdateFleet", { Name: "demo-fleet", InstanceType: "stream.standard.large" });
  await account.invoke("appstream", "StartFleet", { Name: "demo-fleet" });
  await account.until("the fleet runs", async () => (await account.inventory())["fleets"]?.[0] === "demo-fleet RUNNING");
  const found = await driftOf(account);
  assert.deepEqual(
    found.map(([resource, how]) => `${String(resource)} ${how === "deleted" ? "deleted" : "changed"}`),
    ["Fleet changed", "Stack deleted", "Association deleted"],
  );
  const work = new DriftRevert(account.deps(), definition());
  const preview = await work.preview();
  assert.ok(preview);
  assert.match(preview.checks.map(({ text }) => text).join(), /fleet demo-fleet is stopped for the change/);
  assert.deepEqual((await work.execute(preview)).drifts, []);
  assert.deepEqual((await account.inventory())["fleets"], ["demo-fleet RUNNING"]);
  assert.deepEqual((await account.inventory())["appstreamStacks"], ["demo-stack"]);
});

/** The tutorial's set-up as its console steps make it: legacy domain, stream with roles of the console, fleet and AppStream stack. */
async function makeTutorialByHand(account: Account): Promise<void> {
  const { world } = account.sandbox;
  const region = "us-east-1";
  const trust = (service: string): string =>
    JSON.stringify({ Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }] });
  const policy = (actions: readonly string[]): string =>
    JSON.stringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });
  await account.invoke("es", "CreateElasticsearchDomain", {
    ...{ DomainName: "example-domain", ElasticsearchVersion: "7.1" },
    ElasticsearchClusterConfig: { InstanceType: "t2.medium.elasticsearch", InstanceCount: 2 },
    EBSOptions: { EBSEnabled: true, VolumeType: "gp2", VolumeSize: 35 },
    AccessPolicies: JSON.stringify({
      Statement: [
        {
          ...{ Effect: "Allow", Principal: { AWS: "*" }, Action: "es:*" },
          Resource: `arn:aws:es:${region}:${world.account}:domain/example-domain/*`,
          Condition: { IpAddress: { "aws:SourceIp": ["127.0.0.1"] } },
        },
      ],
    }),
  });
  await account.invoke("s3", "CreateBucket", { Bucket: "example-failed" });
  await account.invoke("logs", "CreateLogGroup", { logGroupName: "/aws/kinesisfirehose/Example-Stream" });
  for (const logStreamName of ["ElasticsearchDelivery", "S3Delivery"]) {
    await account.invoke("logs", "CreateLogStream", { logGroupName: "/aws/kinesisfirehose/Example-Stream", logStreamName });
  }
  const delivery = "KinesisFirehoseServiceRole-Example-us-east-1-1600000000000";
  await account.invoke("iam", "CreateRole", {
    ...{ RoleName: delivery, Path: "/service-role/", AssumeRolePolicyDocument: trust("firehose.amazonaws.com") },
  });
  await account.invoke("iam", "PutRolePolicy", { RoleName: delivery, PolicyName: "p", PolicyDocument: policy(["es:*", "s3:*", "logs:*"]) });
  await account.invoke("iam", "CreateRole", {
    ...{ RoleName: "AS2-KinesisAgent-Role", AssumeRolePolicyDocument: trust("appstream.amazonaws.com") },
  });
  const rights = policy(["firehose:PutRecord", "firehose:PutRecordBatch"]);
  await account.invoke("iam", "PutRolePolicy", { RoleName: "AS2-KinesisAgent-Role", PolicyName: "AS2-Kinesis", PolicyDocument: rights });
  await account.until("the domain is there", async () => (await account.aws.domains.get("example-domain")).endpoint !== undefined);
  const roleArn = `arn:aws:iam::${world.account}:role/service-role/${delivery}`;
  await account.until("Firehose can assume its role", () =>
    account
      .invoke("firehose", "CreateDeliveryStream", {
        DeliveryStreamName: "Example-Stream",
        ElasticsearchDestinationConfiguration: {
          ...{ RoleARN: roleArn, DomainARN: `arn:aws:es:${region}:${world.account}:domain/example-domain` },
          ...{ IndexName: "example", IndexRotationPeriod: "NoRotation", RetryOptions: { DurationInSeconds: 60 } },
          ...{ BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 1 }, S3BackupMode: "FailedDocumentsOnly" },
          S3Configuration: { RoleARN: roleArn, BucketARN: "arn:aws:s3:::example-failed" },
        },
      })
      .then(
        () => true,
        (thrown: unknown) => {
          assert.match(String(thrown), /unable to assume role/);
          return false;
        },
      ),
  );
  const machineRole = `arn:aws:iam::${world.account}:role/AS2-KinesisAgent-Role`;
  await account.until("AppStream sees the role", () =>
    account
      .invoke("appstream", "CreateFleet", {
        ...{ Name: "Example-Fleet", InstanceType: "stream.standard.medium", FleetType: "ON_DEMAND", IamRoleArn: machineRole },
        ...{ ComputeCapacity: { DesiredInstances: 1 }, ImageName: "AppStream-WinServer2019-09-14-2026", EnableDefaultInternetAccess: true },
      })
      .then(
        () => true,
        (thrown: unknown) => {
          assert.match(String(thrown), /IAM role/);
          return false;
        },
      ),
  );
  await account.invoke("appstream", "CreateStack", { Name: "Example-Stack" });
  await account.invoke("appstream", "StartFleet", { Name: "Example-Fleet" });
  await account.invoke("appstream", "AssociateFleet", { FleetName: "Example-Fleet", StackName: "Example-Stack" });
  await account.until("the stream is active", async () => (await account.aws.streams.get("Example-Stream")).status === "ACTIVE");
  await account.until("the fleet runs", async () => (await account.inventory())["fleets"]?.[0] === "Example-Fleet RUNNING");
}

test("the tutorial's set-up, made by hand, is imported: the preview has nothing to do, and neither deploying nor destroying changes it", async (context) => {
  const account = await startAccount(context);
  await makeTutorialByHand(account);
  const before = await account.inventory();
  const choice = { name: "found", region: "us-east-1", stream: "Example-Stream", fleet: "Example-Fleet" };
  const imported = definition({ ...(await importedDefinition(account.aws, choice)) });
  assert.deepEqual(imported.existing, {
    ...{ stream: "Example-Stream", domain: "example-domain", bucket: "example-failed" },
    deliveryRole: "KinesisFirehoseServiceRole-Example-us-east-1-1600000000000",
    ...{ fleet: "Example-Fleet", appstreamStack: "Example-Stack" },
    ...{ image: "AppStream-WinServer2019-09-14-2026", machineRole: "AS2-KinesisAgent-Role" },
  });
  assert.deepEqual([imported.stream.index, imported.stream.indexRotation], ["example", "NoRotation"]);
  const preview = await new Deployment(account.deps(), imported, {}).preview();
  assert.deepEqual([preview.ingest, preview.image.action, preview.streaming.action], [undefined, "none", "none"]);
  assert.deepEqual(
    preview.checks.filter(({ severity }) => severity === "error"),
    [],
  );
  assert.match(previewSummary(imported, preview, { billed: false }), /^Nothing is to be changed/);
  const outcome = await account.deploy(imported);
  assert.deepEqual([outcome.state, outcome.fleet, outcome.appstreamStack], ["complete", "Example-Fleet", "Example-Stack"]);
  assert.equal(diagnosisTarget(imported, {}).sessions?.appstreamStack, "Example-Stack");
  assert.deepEqual((await account.destruction(imported).execute({ emptyBuckets: true })).remains, []);
  assert.deepEqual(await account.inventory(), before);
  await account.invoke("appstream", "DisassociateFleet", { FleetName: "Example-Fleet", StackName: "Example-Stack" });
  const apart = await new Deployment(account.deps(), imported, {}).preview();
  assert.match(apart.checks.map(({ text }) => text).join(), /Example-Stack is not associated with the fleet Example-Fleet/);
});

/** Stops watching as soon as a resource of the ingest stack is being worked on. */
async function stopWatching(account: Account, pipeline = definition()): Promise<void> {
  const controller = new AbortController();
  setMaxListeners(100, controller.signal);
  const timer = setInterval(() => {
    if (account.events.some((event) => event.kind === "resource")) {
      controller.abort();
    }
  }, 5);
  await assert.rejects(account.deploy(pipeline, undefined, controller.signal), isAbort);
  clearInterval(timer);
}

async function interrupted(context: TestContext, deployFirst: boolean): Promise<Account> {
  const account = await startAccount(context, 4);
  if (deployFirst) {
    await account.deploy();
    account.events.length = 0;
    await stopWatching(account, definition({ domain: { volumeGb: 30 } }));
  } else {
    await stopWatching(account);
  }
  return account;
}

test("cancelled while creating: nothing goes on, and the next run does", async (context) => {
  const account = await interrupted(context, false);
  assert.equal((await runningOperation(account.deps(), definition()))?.kind, "create");
  assert.equal((await account.deploy()).state, "complete");
  assert.deepEqual(await account.inventory(), deployed);
});

test("cancelled while creating: the stack is finished, or deleted, and nothing more is started", async (context) => {
  for (const [how, status, left] of [
    ["finish", "CREATE_COMPLETE", ["demo-ingest CREATE_COMPLETE"]],
    ["delete", "DELETE_COMPLETE", []],
  ] as const) {
    const account = await interrupted(context, false);
    const operation = await runningOperation(account.deps(), definition());
    assert.ok(operation);
    assert.equal(await endOperation(account.deps(), definition(), operation, how), status);
    const { stacks, fleets } = await account.inventory();
    assert.deepEqual([stacks, fleets], [left, []]);
  }
});

test("cancelled while updating: the change is rolled back when wished", async (context) => {
  const account = await interrupted(context, true);
  const operation = await runningOperation(account.deps(), definition());
  assert.equal(operation?.kind, "update");
  assert.equal(await endOperation(account.deps(), definition(), operation, "rollBack"), "UPDATE_ROLLBACK_COMPLETE");
  assert.equal((await account.aws.domains.get("demo")).volumeGb, 20);
});
