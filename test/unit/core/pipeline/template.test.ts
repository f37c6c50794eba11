import assert from "node:assert/strict";
import { test } from "node:test";
import type { PipelineDefinition } from "../../../../src/core/pipeline/definition";
import { parseDefinition } from "../../../../src/core/pipeline/parse";
import { maxTemplateBytes, pipelineTemplate, templateText } from "../../../../src/core/pipeline/template";

function definition(more: object = {}): PipelineDefinition {
  const base = { version: 1, name: "demo", region: "us-east-1", preset: "tutorial", allowedAddresses: ["203.0.113.7/32"] };
  const { definition, problems } = parseDefinition(JSON.stringify({ ...base, ...more }));
  assert.ok(definition, JSON.stringify(problems));
  return definition;
}

function typesOf(pipeline: PipelineDefinition, part: "ingest" | "streaming"): string[] {
  return Object.values(pipelineTemplate(pipeline, part).Resources).map((one) => one.Type);
}

test("the ingest stack holds bucket, logs, roles, domain and stream", () => {
  assert.deepEqual(typesOf(definition(), "ingest").sort(), [
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::IAM::Role",
    "AWS::KinesisFirehose::DeliveryStream",
    "AWS::Logs::LogGroup",
    "AWS::Logs::LogStream",
    "AWS::Logs::LogStream",
    "AWS::OpenSearchService::Domain",
    "AWS::S3::Bucket",
  ]);
});

test("the streaming stack starts its fleet and takes image and role as parameters", () => {
  const template = pipelineTemplate(definition(), "streaming");
  assert.deepEqual(Object.keys(template.Parameters ?? {}), ["ImageName", "MachineRoleArn"]);
  assert.deepEqual(template.Resources["Fleet"]?.CreationPolicy, { StartFleet: true });
});

test("both templates stay below the limit of a request and name no other partition", () => {
  for (const preset of ["tutorial", "recommended"]) {
    for (const part of ["ingest", "streaming"] as const) {
      const text = templateText(definition({ preset }), part);
      assert.ok(Buffer.byteLength(text) <= maxTemplateBytes);
      assert.ok(!text.includes("arn:aws:"), `${preset} ${part}`);
    }
  }
});

test("no resource carries more than six tags", () => {
  const four = definition({ tags: { a: "1", b: "2", c: "3", d: "4" } });
  for (const resource of Object.values(pipelineTemplate(four, "ingest").Resources)) {
    assert.ok(((resource.Properties["Tags"] as unknown[] | undefined) ?? []).length <= 6);
  }
});

test("the machine role may write to the one stream and nothing else", () => {
  const role = pipelineTemplate(definition(), "ingest").Resources["MachineRole"];
  const policies = JSON.stringify(role?.Properties["Policies"]);
  assert.match(policies, /deliverystream\/Example-Stream/);
  assert.deepEqual(policies.match(/firehose:\w+/g), ["firehose:PutRecordBatch"]);
});

test("an address policy names the addresses, a principal policy the account", () => {
  const access = (pipeline: PipelineDefinition): string =>
    JSON.stringify(pipelineTemplate(pipeline, "ingest").Resources["Domain"]?.Properties["AccessPolicies"]);
  assert.match(access(definition()), /"aws:SourceIp":\["203\.0\.113\.7\/32"\]/);
  const recommended = access(definition({ preset: "recommended", allowedAddresses: [] }));
  assert.match(recommended, /:root/);
  assert.ok(!recommended.includes('"AWS":"*"'));
});

test("what exists already is used and not created", () => {
  const own = definition({ existing: { domain: "shared-logs", bucket: "shared-bucket", deliveryRole: "shared-role" } });
  assert.deepEqual(
    typesOf(own, "ingest").filter((type) => /Domain|Bucket|Policy/.test(type)),
    [],
  );
  assert.match(templateText(own, "ingest"), /domain\/shared-logs/);
  const nothing = definition({ existing: { stream: "shared", machineRole: "shared-machine" } });
  assert.deepEqual(typesOf(nothing, "ingest"), []);
  assert.throws(() => templateText(nothing, "ingest"), /exists already/);
});

for (const destination of ["s3", "redshift", "splunk", "httpEndpoint"]) {
  test(`a stream to ${destination} has no domain`, () => {
    const url =
      destination === "redshift" ? "jdbc:redshift://logs.abc123.us-east-1.redshift.amazonaws.com:5439/dev" : "https://collector.example";
    const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:one-AbCdEf";
    const pipeline = definition({ stream: { destination, url, secretArn, table: "events" } });
    assert.ok(!typesOf(pipeline, "ingest").includes("AWS::OpenSearchService::Domain"));
  });
}
