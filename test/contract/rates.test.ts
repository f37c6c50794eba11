import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { FirehoseClient, ListDeliveryStreamsCommand } from "@aws-sdk/client-firehose";
import { createAws } from "../../src/aws/createAws";
import { systemClock } from "../../src/core/clock";
import { Deployment } from "../../src/core/pipeline/deployment";
import { patientAttempts } from "../../src/core/pipeline/progress";
import { sandboxCredentials } from "../../src/sandbox/credentials";
import { Sandbox } from "../../src/sandbox/server";
import { definition } from "./pipelineAccount";

async function start(context: TestContext, speed: number | "real"): Promise<Sandbox> {
  const sandbox = new Sandbox({ port: 0, speed, seed: 7, person: "auto", log: () => undefined });
  await sandbox.start();
  context.after(() => sandbox.stop());
  return sandbox;
}

const burst = (sandbox: Sandbox, count: number): Promise<readonly string[]> => {
  const client = new FirehoseClient({ region: "us-east-1", endpoint: sandbox.endpoint, credentials: sandboxCredentials, maxAttempts: 1 });
  const one = (): Promise<string> =>
    client.send(new ListDeliveryStreamsCommand({})).then(
      () => "answered",
      (thrown: Error) => thrown.name,
    );
  return Promise.all(Array.from({ length: count }, one));
};
const counted = (answers: readonly string[]): Record<string, number> =>
  Object.fromEntries([...new Set(answers)].sort().map((name) => [name, answers.filter((one) => one === name).length]));

test("more calls at once than Firehose takes are throttled, each operation by itself, and a second later some pass again", async (context) => {
  const sandbox = await start(context, "real");
  const first = counted(await burst(sandbox, 12));
  assert.ok((first["answered"] ?? 0) >= 5 && (first["answered"] ?? 0) <= 7, JSON.stringify(first));
  assert.equal((first["answered"] ?? 0) + (first["ThrottlingException"] ?? 0), 12);
  await systemClock.delay(1_000);
  assert.ok((counted(await burst(sandbox, 5))["answered"] ?? 0) >= 4);
});

test("a sandbox that is quicker takes more, so that scaled time is not throttled", async (context) => {
  const sandbox = await start(context, 100);
  for (let round = 0; round < 5; round++) {
    assert.deepEqual(counted(await burst(sandbox, 5)), { answered: 5 });
    await systemClock.delay(5);
  }
});

test("the product's own calls wait until they are answered", async (context) => {
  const sandbox = await start(context, "real");
  const aws = createAws(
    { kind: "aws", region: "us-east-1", endpoint: sandbox.endpoint, credentials: sandboxCredentials, epoch: 0 },
    { maxAttempts: patientAttempts },
  );
  const started = Date.now();
  const answers = await Promise.all(Array.from({ length: 12 }, () => aws.streams.list({})));
  assert.equal(answers.length, 12);
  const quotas = await Promise.all(Array.from({ length: 25 }, () => aws.quotas.list("appstream2")));
  assert.ok(quotas.every((one) => one.length > 10));
  assert.ok(Date.now() - started > 300, "some have waited");
});

test("a preview stays below the limits of all services", async (context) => {
  const sandbox = await start(context, "real");
  let throttled = 0;
  const aws = createAws(
    { kind: "sandbox", region: "us-east-1", endpoint: sandbox.endpoint, credentials: sandboxCredentials, epoch: 0 },
    { maxAttempts: 1, onOutcome: (error) => void (throttled += error?.reason === "throttled" ? 1 : 0) },
  );
  const pace = { first: 500, later: 500, searchLimit: 1_000, bufferShare: 0 };
  const deployment = new Deployment({ aws, clock: systemClock, pace, emit: () => undefined }, definition(), {});
  const preview = await deployment.preview();
  await deployment.discard(preview);
  assert.deepEqual([preview.ingest?.action, preview.costs.problem, throttled], ["create", undefined, 0]);
});
