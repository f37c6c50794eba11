import assert from "node:assert/strict";
import { test } from "node:test";
import { definition, empty, startAccount } from "./pipelineAccount";

test("two windows that deploy the same definition at the same time end alike, with nothing made twice", async (context) => {
  const account = await startAccount(context);
  const outcomes = await Promise.all([account.deploy(), account.deploy()]);
  assert.deepEqual(
    outcomes.map((one) => one.state),
    ["complete", "complete"],
  );
  const { stacks, streams, domains, fleets, images, builders } = await account.inventory();
  assert.deepEqual(
    [stacks, streams, domains],
    [["demo-ingest CREATE_COMPLETE", "demo-streaming CREATE_COMPLETE"], ["demo-stream"], ["demo"]],
  );
  assert.deepEqual([fleets, images, builders], [["demo-fleet RUNNING"], ["demo-image"], ["demo-builder"]]);
});

test("two windows that destroy at the same time leave nothing, and neither fails", async (context) => {
  const account = await startAccount(context);
  await account.deploy();
  const ended = await Promise.all([1, 2].map(() => account.destruction(definition()).execute({ emptyBuckets: true })));
  assert.deepEqual(
    ended.map((one) => one.failures.map((error) => error.message)),
    [[], []],
  );
  assert.deepEqual(await account.inventory(), empty);
});
