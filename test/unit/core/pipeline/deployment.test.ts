import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChangeSetChange } from "../../../../src/core/aws/ports";
import { isAbort } from "../../../../src/core/errors";
import type { PipelineDefinition } from "../../../../src/core/pipeline/definition";
import { Deployment, type DeploymentOutcome } from "../../../../src/core/pipeline/deployment";
import { Destruction } from "../../../../src/core/pipeline/destruction";
import { makeImage } from "../../../../src/core/pipeline/imageFlow";
import { parseDefinition } from "../../../../src/core/pipeline/parse";
import { previewSummary } from "../../../../src/core/pipeline/previewSummary";
import { destructionText, previewText } from "../../../../src/core/pipeline/previewText";
import { awsPace, type PipelineEvent } from "../../../../src/core/pipeline/progress";
import { FakeAccount } from "../../../fakes/awsPipeline";

function definition(more: object = {}): PipelineDefinition {
  const { definition } = parseDefinition(JSON.stringify({ version: 1, name: "demo", region: "us-east-1", preset: "recommended", ...more }));
  assert.ok(definition);
  return definition;
}

function setUp(pipeline = definition(), account = new FakeAccount()) {
  const events: PipelineEvent[] = [];
  const deps = { aws: account.aws, clock: account.clock, pace: awsPace, emit: (event: PipelineEvent) => void events.push(event) };
  return { account, events, deployment: new Deployment(deps, pipeline, {}), destruction: new Destruction(deps, pipeline) };
}

async function deploy(deployment: Deployment, wait = true): Promise<DeploymentOutcome> {
  return deployment.execute(await deployment.preview(), { wait });
}

test("a preview that is declined leaves nothing behind", async () => {
  const { account, deployment } = setUp();
  const preview = await deployment.preview();
  assert.equal(preview.ingest?.action, "create");
  await deployment.discard(preview);
  assert.equal(account.stacks.size, 0);
  assert.equal(account.changeSets.size, 0);
});

test("a whole deployment makes ingest, image and sessions and finds its test record", async () => {
  const { account, deployment, events } = setUp();
  const outcome = await deploy(deployment);
  assert.equal(outcome.state, "complete");
  assert.equal(outcome.recordFound, true);
  assert.equal(outcome.dashboards, "https://search.example/_dashboards");
  assert.deepEqual(
    [...account.stacks.values()].map((one) => [one.name, one.status]),
    [
      ["demo-ingest", "CREATE_COMPLETE"],
      ["demo-streaming", "CREATE_COMPLETE"],
    ],
  );
  assert.equal(account.builders.get("demo-builder")?.imageArn, "AppStream-WinServer2022-10-01-2026");
  assert.ok([...account.objects.keys()].some((key) => key.endsWith("appstream-monitor/bootstrap.ps1")));
  assert.equal(
    account.tags.get("builder/demo-builder")?.["appstream-monitor:bootstrap"],
    "s3://demo-ingest-bucket-x1/appstream-monitor/bootstrap.ps1",
  );
  const visit = events.find((event) => event.kind === "visit");
  assert.match(visit?.visit.line ?? "", /s3\.example.*Get-FileHash/);
  assert.equal(account.requests[0]?.path, "/_template/demo", "the index template comes before every record");
});

test("the builder starts with the machine role, not after the domain", async () => {
  const { events, deployment } = setUp();
  await deploy(deployment);
  const at = (match: (event: PipelineEvent) => boolean): number => events.findIndex(match);
  const builder = at((event) => event.kind === "phase" && event.phase === "builder");
  const domain = at(
    (event) => event.kind === "resource" && event.resource.logicalId === "Domain" && event.resource.status === "CREATE_COMPLETE",
  );
  assert.ok(builder >= 0 && builder < domain);
});

test("the person's turn needs role and bucket, not the end of the ingest stack", async () => {
  const account = new FakeAccount();
  const events: PipelineEvent[] = [];
  const { appstream, buckets } = account.aws;
  const deps = { appstream, buckets, clock: account.clock, pace: awsPace, emit: (event: PipelineEvent) => void events.push(event) };
  const needs = { machineRoleArn: Promise.resolve("arn:aws:iam::123456789012:role/machine"), bucket: Promise.resolve("the-bucket") };
  const choice = { definition: definition(), texts: {}, wait: false };
  assert.equal(await makeImage(deps, choice, needs, new AbortController().signal), "visit");
  assert.deepEqual(
    [...account.objects.keys()],
    ["the-bucket/appstream-monitor/progress.txt", "the-bucket/appstream-monitor/bootstrap.ps1"],
  );
  assert.equal(events.at(-1)?.kind, "visit");
});

test("every event of a stack is told once", async () => {
  const { events, deployment } = setUp();
  await deploy(deployment);
  const told = events
    .filter((event) => event.kind === "resource")
    .map(({ resource }) => `${resource.part} ${resource.logicalId} ${resource.status}`);
  assert.equal(new Set(told).size, told.length);
  assert.ok(told.includes("ingest Stream CREATE_COMPLETE"));
});

test("a second deployment of the same definition changes nothing", async () => {
  const { account, deployment } = setUp();
  await deploy(deployment);
  const before = account.mutations.length;
  const preview = await setUp(definition(), account).deployment.preview();
  assert.deepEqual([preview.ingest?.action, preview.image.action, preview.streaming.action], ["none", "none", "none"]);
  assert.deepEqual(
    account.mutations.slice(before).filter((name) => name !== "createChangeSet"),
    [],
  );
});

test("a change that a running fleet refuses stops and starts it", async () => {
  const { account, deployment } = setUp();
  await deploy(deployment);
  const changed = setUp(definition({ fleet: { instanceType: "stream.standard.large" } }), account);
  await deploy(changed.deployment);
  const order = account.mutations.filter((name) => /Fleet|execute/.test(name)).slice(-3);
  assert.deepEqual(order, ["stopFleet", "executeChangeSet", "startFleet"]);
});

test("without waiting it ends at the visit and a later run goes on", async () => {
  const { account, deployment } = setUp();
  assert.equal((await deploy(deployment, false)).state, "visit");
  const outcome = await deploy(setUp(definition(), account).deployment);
  assert.equal(outcome.state, "complete");
  assert.equal(account.mutations.filter((name) => name === "createImageBuilder").length, 1);
});

test("a failed creation names the first cause in plain words and stops the builder", async () => {
  const account = new FakeAccount();
  account.failing = "Domain";
  const { deployment } = setUp(definition(), account);
  await assert.rejects(deploy(deployment), (thrown: Error & { next?: string }) => {
    assert.match(thrown.message, /Domain \(AWS::OpenSearchService::Domain\).*already exists/);
    assert.ok(!thrown.message.includes("cancelled"));
    assert.match(thrown.next ?? "", /name is taken/);
    return true;
  });
  assert.notEqual(account.builders.get("demo-builder")?.state, "RUNNING");
  account.failing = undefined;
  assert.equal((await deploy(setUp(definition(), account).deployment)).state, "complete");
});

test("a stack of that name without our tag is left alone", async () => {
  const { account, deployment } = setUp();
  await deploy(deployment);
  for (const stack of account.stacks.values()) {
    stack.tags = {};
  }
  await assert.rejects(setUp(definition(), account).deployment.preview(), /does not belong to this pipeline/);
});

test("an engine that the Region does not offer is refused before anything is created", async () => {
  const account = new FakeAccount();
  account.versions = ["OpenSearch_2.11"];
  const { deployment } = setUp(definition(), account);
  const preview = await deployment.preview();
  assert.match(preview.checks.find((check) => check.severity === "error")?.text ?? "", /not offered/);
  await assert.rejects(deployment.execute(preview, { wait: true }), /not offered/);
  assert.deepEqual(account.mutations, []);
});

async function mutationsOfOneRun(): Promise<number> {
  const { account, deployment } = setUp();
  await deploy(deployment);
  return account.mutations.length;
}

test("as many streams and domains as the usual quotas allow are told", async () => {
  const { account, deployment } = setUp();
  account.streamNames = Array.from({ length: 50 }, (_, at) => `stream-${at}`);
  account.domainNames = Array.from({ length: 100 }, (_, at) => `domain-${at}`);
  const { checks } = await deployment.preview();
  assert.deepEqual(
    checks.filter((one) => one.severity === "warning").map((one) => one.text),
    ["There are 100 domains already; the usual quota is 100.", "There are 50 delivery streams already; the usual quota is 50."],
  );
});

test("killed after any changing call, the next run reaches the same end without a duplicate", async () => {
  const total = await mutationsOfOneRun();
  assert.ok(total >= 6);
  for (let killed = 1; killed <= total; killed++) {
    const account = new FakeAccount();
    account.killAfter = killed;
    await assert.rejects(deploy(setUp(definition(), account).deployment), (thrown) => isAbort(thrown), `killed after call ${killed}`);
    const outcome = await deploy(setUp(definition(), account).deployment);
    assert.equal(outcome.state, "complete", `killed after call ${killed}`);
    assert.deepEqual([...account.stacks.values()].map((one) => one.name).sort(), ["demo-ingest", "demo-streaming"]);
    assert.equal(account.mutations.filter((name) => name === "createImageBuilder").length, 1, `killed after call ${killed}`);
  }
});

test("a destruction removes everything but the bucket, and the bucket when told to", async () => {
  const { account, deployment, destruction } = setUp();
  await deploy(deployment);
  const preview = await destruction.preview();
  assert.deepEqual(preview.buckets, ["demo-ingest-bucket-x1"]);
  const outcome = await destruction.execute({ emptyBuckets: false });
  assert.deepEqual(outcome.failures, []);
  assert.deepEqual([account.stacks.size, account.builders.size, account.images.size], [0, 0, 0]);
  assert.deepEqual(outcome.remains, ["Bucket demo-ingest-bucket-x1"]);
  const again = await setUp(definition(), account).destruction.execute({ emptyBuckets: true });
  assert.deepEqual(again.remains, []);
});

test("the preview reads as a document with account, resources, costs and policies", async () => {
  const { deployment, destruction } = setUp();
  const title = { who: "SANDBOX", region: "us-east-1" };
  const text = previewText(definition(), await deployment.preview(), title);
  for (const part of ["123456789012", "SANDBOX", "demo-ingest", "AWS::OpenSearchService::Domain", "## Costs", "firehose:PutRecordBatch"]) {
    assert.ok(text.includes(part), part);
  }
  assert.match(destructionText(definition(), await destruction.preview(), title), /## Deleted/);
});

test("the summary counts what is made, names what is lost and what bills, and says when nothing changes", async () => {
  const pipeline = definition();
  const { deployment } = setUp(pipeline);
  const first = await deployment.preview();
  const created = (first.ingest?.changeSet?.changes.length ?? 0) + 3; // Fleet, AppStream stack and their association come after the image.
  assert.match(
    previewSummary(pipeline, first, { billed: true }),
    new RegExp(`^Resources: ${created} created or kept, one image\\. Billed each hour from now on: Domain: `),
  );
  assert.doesNotMatch(previewSummary(pipeline, first, { billed: false }), /Billed/);
  await deployment.execute(first, { wait: true });
  const second = await deployment.preview();
  assert.equal(previewSummary(pipeline, second, { billed: true }), "Nothing is to be changed; the pipeline is checked with a test record.");
  const change = { logicalId: "Domain", resourceType: "AWS::OpenSearchService::Domain", scope: [], details: [] };
  const changes: ChangeSetChange[] = [
    { ...change, action: "Modify", replacement: "True" },
    { ...change, action: "Remove" },
    { ...change, action: "Modify", replacement: "False" },
  ];
  const streaming = { ...second.streaming, action: "update", changes } as const;
  assert.equal(previewSummary(pipeline, { ...second, streaming }, { billed: false }), "Resources: 1 changed, 2 REPLACED OR DELETED.");
});

test("an image that another one has replaced is destroyed too", async () => {
  const { account, deployment } = setUp();
  await deploy(deployment);
  account.images.set("demo-image-0", { name: "demo-image-0", arn: "image/demo-image-0", state: "AVAILABLE" });
  account.tags.set("image/demo-image-0", { "appstream-monitor:pipeline": "demo" });
  account.images.set("foreign", { name: "foreign", arn: "image/foreign", state: "AVAILABLE" });
  await setUp(definition(), account).destruction.execute({ emptyBuckets: true });
  assert.deepEqual([...account.images.keys()], ["foreign"]);
});

test("sessions are ended, and waited for, before the fleet goes", async () => {
  const { account, deployment, destruction } = setUp();
  await deploy(deployment);
  account.sessions.set("s-1", undefined);
  const { sessions } = await destruction.preview();
  assert.equal(sessions, 1);
  const told = account.clock.now();
  account.onMutation = (name) => {
    if (name === "deleteStack" && account.stacks.size === 2) {
      assert.ok((account.sessions.get("s-1") ?? Infinity) <= account.clock.now());
    }
  };
  assert.deepEqual((await destruction.execute({ emptyBuckets: true })).remains, []);
  assert.ok((account.sessions.get("s-1") ?? 0) > told);
});

test("an image that is shared is taken back from the accounts that the preview names, and deleted", async () => {
  const { account, deployment, destruction } = setUp();
  await deploy(deployment);
  account.shares.set("demo-image", ["111122223333", "444455556666"]);
  const image = (await destruction.preview()).dies.find((one) => one.type === "AWS::AppStream::Image");
  assert.equal(image?.name, "demo-image, which accounts 111122223333, 444455556666 lose too");
  assert.deepEqual((await destruction.execute({ emptyBuckets: true })).failures, []);
  assert.equal(account.images.size, 0);
});

for (const [what, more, emptyBuckets, waits] of [
  ["a domain that dies", {}, true, false],
  ["a domain that is kept", { domain: { onDelete: "retain" } }, true, true],
  ["a bucket that is kept", { stream: { destination: "s3" } }, false, true],
  ["a bucket that is emptied", { stream: { destination: "s3" } }, true, false],
] as const) {
  test(`the stream to ${what} is ${waits ? "given the time to deliver what it holds" : "deleted at once"}`, async () => {
    const { account, deployment, destruction, events } = setUp(definition(more));
    await deploy(deployment);
    const said = (): boolean => events.some((event) => event.kind === "note" && /^Waiting 60 s, so that/.test(event.text));
    account.onMutation = (name) => {
      if (name === "deleteStack" && account.stacks.size === 1) {
        assert.equal(said(), waits);
      }
    };
    await destruction.execute({ emptyBuckets });
    assert.equal(said(), waits);
  });
}

test("an image builder that runs beside a finished pipeline is called to mind", async () => {
  const { account, deployment } = setUp();
  await deploy(deployment);
  const builder = account.builders.get("demo-builder");
  assert.ok(builder);
  const reminders = async (state: string): Promise<number> => {
    account.builders.set("demo-builder", { ...builder, state });
    const again = setUp(definition(), account);
    await deploy(again.deployment);
    return again.events.filter((event) => event.kind === "note" && /demo-builder is running and billed/.test(event.text)).length;
  };
  assert.deepEqual([await reminders("STOPPED"), await reminders("RUNNING")], [0, 1]);
});

test("a definition for another account is refused before anything is created", async () => {
  const { account, deployment } = setUp(definition({ account: "210987654321" }));
  await assert.rejects(deployment.execute(await deployment.preview(), { wait: true }), /for account 210987654321/);
  assert.deepEqual(account.mutations, []);
});

test("the deployed ingest stack is protected against deletion by hand", async () => {
  const { account, deployment } = setUp();
  await deploy(deployment);
  assert.deepEqual(
    [...account.stacks.values()].map((one) => [one.name, one.terminationProtection === true]),
    [
      ["demo-ingest", true],
      ["demo-streaming", false],
    ],
  );
});

test("a fleet that was stopped for a change is started by the next run, wherever the first was killed", async () => {
  for (let killed = 1; killed <= 6; killed++) {
    const { account, deployment } = setUp();
    await deploy(deployment);
    const changed = definition({ fleet: { instanceType: "stream.standard.large" } });
    account.killAfter = account.mutations.length + killed;
    await deploy(setUp(changed, account).deployment).catch(() => undefined);
    account.killAfter = Infinity;
    await deploy(setUp(changed, account).deployment);
    assert.equal(account.fleetState, "RUNNING", `killed after call ${killed}`);
    assert.equal(account.tags.get("fleet")?.["appstream-monitor:restart"], undefined);
  }
});

test("a fleet that somebody else stopped stays stopped", async () => {
  const { account, deployment } = setUp();
  await deploy(deployment);
  account.fleetState = "STOPPED";
  await deploy(setUp(definition(), account).deployment);
  assert.equal(account.fleetState, "STOPPED");
});

test("project files that changed since the image was made are told", async () => {
  const { account, deployment } = setUp();
  await deploy(deployment);
  account.tags.set("image/demo-image", { ...account.tags.get("image/demo-image"), "appstream-monitor:content": "other" });
  const preview = await setUp(definition(), account).deployment.preview();
  assert.match(preview.checks.find((one) => one.severity === "warning")?.text ?? "", /made from other project files/);
});

test("a preview that is interrupted while its change set is made leaves nothing behind", async () => {
  const account = new FakeAccount();
  const controller = new AbortController();
  account.onMutation = () => {
    controller.abort();
  };
  account.changeSetStatus = "CREATE_IN_PROGRESS";
  await assert.rejects(setUp(definition(), account).deployment.preview(controller.signal), (thrown) => isAbort(thrown));
  assert.deepEqual([account.stacks.size, account.changeSets.size], [0, 0]);
});
