import assert from "node:assert/strict";
import { test } from "node:test";
import type { Domain, SearchAnswer, SearchRequest } from "../../../../src/core/aws/ports";
import type { PipelineEvent } from "../../../../src/core/pipeline/progress";
import { awsPace } from "../../../../src/core/pipeline/progress";
import { parseDefinition } from "../../../../src/core/pipeline/parse";
import { mapDeliveryRole } from "../../../../src/core/pipeline/roleMapping";
import { FakeAccount } from "../../../fakes/awsPipeline";

const role = "arn:aws:iam::123456789012:role/delivery";

async function run(engineVersion: string, answer: (request: SearchRequest) => Partial<SearchAnswer>) {
  const requests: SearchRequest[] = [];
  const events: PipelineEvent[] = [];
  const account = new FakeAccount();
  const { definition } = parseDefinition(JSON.stringify({ version: 1, name: "demo", region: "us-east-1", preset: "recommended" }));
  assert.ok(definition);
  const send = (request: SearchRequest): Promise<SearchAnswer> => {
    requests.push(request);
    return Promise.resolve({ status: 200, headers: {}, body: "{}", ...answer(request) });
  };
  const reach = { domain: { engineVersion } as Domain, transport: { send }, dashboards: "" };
  const deps = {
    aws: account.aws,
    clock: account.clock,
    pace: awsPace,
    bufferSeconds: 1,
    emit: (event: PipelineEvent) => void events.push(event),
  };
  await mapDeliveryRole(deps, definition, reach, role);
  return { requests, events };
}

for (const [engine, base] of [
  ["OpenSearch_2.19", "/_plugins/_security/api"],
  ["Elasticsearch_7.10", "/_opendistro/_security/api"],
] as const) {
  test(`${engine}: the delivery role gets a role of its own, and a mapping where there is none`, async () => {
    const { requests, events } = await run(engine, ({ method }) => (method === "GET" ? { status: 404 } : {}));
    assert.deepEqual(
      requests.map(({ method, path }) => `${method} ${path}`),
      [`PUT ${base}/roles/demo-delivery`, `GET ${base}/rolesmapping/demo-delivery`, `PUT ${base}/rolesmapping/demo-delivery`],
    );
    assert.deepEqual(JSON.parse(requests[2]?.body ?? ""), { backend_roles: [role], hosts: [], users: [] });
    assert.match(requests[0]?.body ?? "", /"demo\*"/);
    assert.ok(events.every((event) => event.kind === "note" && event.severity === "information"));
    assert.equal(events.length, 1);
  });
}

test("what others have mapped stays", async () => {
  const mapping = { "demo-delivery": { backend_roles: ["other"], users: ["somebody"] } };
  const { requests } = await run("OpenSearch_2.19", ({ method }) => (method === "GET" ? { body: JSON.stringify(mapping) } : {}));
  assert.deepEqual(JSON.parse(requests[2]?.body ?? ""), { backend_roles: ["other", role], hosts: [], users: ["somebody"] });
});

test("an identity that is not the master user is told, and the deployment goes on", async () => {
  const { events } = await run("OpenSearch_2.19", () => ({ status: 403, body: "no permissions for [restapi]" }));
  const [note] = events;
  assert.ok(note?.kind === "note" && note.severity === "warning");
  assert.match(note.text, /Mapping of the role .* could not be written.*403/);
});
