import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  AddTagsCommand,
  CreateDomainCommand,
  DeleteDomainCommand,
  DescribeDomainCommand,
  DescribeDomainsCommand,
  ListDomainNamesCommand,
  ListTagsCommand,
  ListVersionsCommand,
  OpenSearchClient,
  UpdateDomainConfigCommand,
  type CreateDomainCommandInput,
  type DomainStatus,
} from "@aws-sdk/client-opensearch";
import { sandboxCredentials } from "../../src/sandbox/credentials";
import { Sandbox } from "../../src/sandbox/server";

const sandbox = new Sandbox({ port: 0, speed: 100, seed: 7, person: "manual", log: () => undefined });
let client: OpenSearchClient;

before(async () => {
  await sandbox.start();
  client = new OpenSearchClient({ region: "us-east-1", endpoint: sandbox.endpoint, credentials: sandboxCredentials, maxAttempts: 1 });
});

after(async () => {
  client.destroy();
  await sandbox.stop();
});

const tutorial = (name: string, changes: Partial<CreateDomainCommandInput> = {}): CreateDomainCommandInput => ({
  DomainName: name,
  EngineVersion: "Elasticsearch_7.1",
  ClusterConfig: { InstanceType: "t2.medium.search", InstanceCount: 2 },
  EBSOptions: { EBSEnabled: true, VolumeType: "gp2", VolumeSize: 35 },
  TagList: [{ Key: "stage", Value: "test" }],
  ...changes,
});

/** Asks until the condition holds; the sandbox runs a hundred times quicker than its default. */
async function until(name: string, holds: (domain: DomainStatus) => boolean): Promise<DomainStatus> {
  for (let tries = 0; tries < 100; tries++) {
    const { DomainStatus: domain } = await client.send(new DescribeDomainCommand({ DomainName: name }));
    if (domain !== undefined && holds(domain)) {
      return domain;
    }
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`${name} did not get there`);
}

test("a domain is created without an endpoint, becomes active with one, is changed, tagged and deleted", async () => {
  const created = await client.send(new CreateDomainCommand(tutorial("life-cycle")));
  assert.equal(created.DomainStatus?.DomainProcessingStatus, "Creating");
  assert.equal(created.DomainStatus.Endpoint, undefined);
  const active = await until("life-cycle", (domain) => domain.Processing === false);
  assert.equal(active.Endpoint, `${sandbox.endpoint.slice("http://".length)}/_domain/life-cycle`);

  await client.send(new UpdateDomainConfigCommand({ DomainName: "life-cycle", ClusterConfig: { InstanceCount: 3 } }));
  const changed = await until("life-cycle", (domain) => domain.Processing === false);
  assert.deepEqual([changed.ClusterConfig?.InstanceCount, changed.ClusterConfig?.InstanceType], [3, "t2.medium.search"]);

  const arn = changed.ARN ?? "";
  await client.send(new AddTagsCommand({ ARN: arn, TagList: [{ Key: "owner", Value: "me" }] }));
  const { TagList: tags } = await client.send(new ListTagsCommand({ ARN: arn }));
  assert.deepEqual(tags?.map((tag) => tag.Key).sort(), ["owner", "stage"]);

  const { DomainNames: names } = await client.send(new ListDomainNamesCommand({}));
  assert.deepEqual(names, [{ DomainName: "life-cycle", EngineType: "Elasticsearch" }]);

  const deleting = await client.send(new DeleteDomainCommand({ DomainName: "life-cycle" }));
  assert.equal(deleting.DomainStatus?.DomainProcessingStatus, "Deleting");
  await assert.rejects(
    until("life-cycle", () => false),
    { name: "ResourceNotFoundException" },
  );
});

const refused: readonly (readonly [string, CreateDomainCommandInput])[] = [
  ["a T2 volume above 35 GiB", tutorial("too-large", { EBSOptions: { EBSEnabled: true, VolumeSize: 36 } })],
  ["T2 with encryption at rest", tutorial("t2-encrypted", { EncryptionAtRestOptions: { Enabled: true } })],
  ["an engine that is not offered", tutorial("old-engine", { EngineVersion: "Elasticsearch_9.9" })],
  ["a name with capitals", tutorial("Example-Domain")],
  ["fine-grained access without its conditions", tutorial("fgac", { AdvancedSecurityOptions: { Enabled: true } })],
];
for (const [what, input] of refused) {
  test(`${what} is refused and nothing is created`, async () => {
    await assert.rejects(client.send(new CreateDomainCommand(input)), { name: "ValidationException" });
    const { DomainStatusList: list } = await client.send(new DescribeDomainsCommand({ DomainNames: [input.DomainName ?? ""] }));
    assert.deepEqual(list, []);
  });
}

test("an access policy that is no JSON is refused as the service does", async () => {
  await assert.rejects(client.send(new CreateDomainCommand(tutorial("bad-policy", { AccessPolicies: "{" }))), {
    name: "InvalidTypeException",
  });
});

test("the tutorial's engine is among the versions", async () => {
  const { Versions: versions } = await client.send(new ListVersionsCommand({}));
  assert.ok(versions?.includes("Elasticsearch_7.1"));
});
