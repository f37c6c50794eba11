import assert from "node:assert/strict";
import { test } from "node:test";
import { askMachineRole, askStream, askTimeField } from "../../src/core/project/cloud/cloudQuestions";
import { definition, startAccount } from "./pipelineAccount";

test("what the checks ask a deployed pipeline: its stream, its machine role, its index pattern", async (context) => {
  const account = await startAccount(context);
  const pipeline = definition();
  assert.equal(await askStream(account.aws, "demo-stream"), undefined);
  assert.equal(await askMachineRole(account.aws, "demo-fleet", "arn:aws:firehose:us-east-1:123456789012:deliverystream/x"), undefined);
  assert.equal(await askTimeField(account.aws, pipeline), undefined);
  await account.deploy(pipeline);
  const stream = await askStream(account.aws, "demo-stream");
  assert.deepEqual([stream?.status, stream?.sourceType, stream?.destination?.indexName], ["ACTIVE", "DirectPut", pipeline.stream.index]);
  const role = await askMachineRole(account.aws, "demo-fleet", stream?.arn ?? "");
  assert.deepEqual(role?.grants, [{ action: "firehose:PutRecordBatch", resource: stream?.arn }]);
  const other = await askMachineRole(account.aws, "demo-fleet", `${stream?.arn ?? ""}-other`);
  assert.deepEqual(other?.grants, []);
  assert.equal(await askTimeField(account.aws, pipeline), "TimeCreated");
});
