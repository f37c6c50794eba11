import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnose } from "../../src/core/diagnosis/diagnose";
import { diagnosisTarget } from "../../src/core/diagnosis/target";
import { Deployment } from "../../src/core/pipeline/deployment";
import { definition, startAccount, type Account } from "./pipelineAccount";
import { signedFetch } from "../fakes/signedFetch";

const sandboxUser = "arn:aws:iam::123456789012:user/sandbox";
const deliveryRole = "arn:aws:iam::123456789012:role/demo-delivery-us-east-1";

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function ask(account: Account, request: string, body?: unknown): Promise<Answer> {
  const [method = "", path = ""] = request.split(" ");
  const answer = await signedFetch("es", `${account.sandbox.endpoint}/_domain/demo${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function makeDomain(account: Account, MasterUserOptions: object, AccessPolicies?: object): Promise<void> {
  await account.invoke("es", "CreateDomain", {
    ...{ DomainName: "demo", EngineVersion: "OpenSearch_2.19", ClusterConfig: { InstanceType: "t3.medium.search", InstanceCount: 1 } },
    EBSOptions: { EBSEnabled: true, VolumeType: "gp3", VolumeSize: 10 },
    ...{ EncryptionAtRestOptions: { Enabled: true }, NodeToNodeEncryptionOptions: { Enabled: true } },
    DomainEndpointOptions: { EnforceHTTPS: true, TLSSecurityPolicy: "Policy-Min-TLS-1-2-2019-07" },
    AdvancedSecurityOptions: { Enabled: true, InternalUserDatabaseEnabled: true, MasterUserOptions },
    ...(AccessPolicies === undefined ? {} : { AccessPolicies: JSON.stringify(AccessPolicies) }),
  });
  await account.until("the domain is there", async () => (await account.aws.domains.get("demo")).endpoint !== undefined);
}

test("deployed by the master user, a domain with fine-grained access takes Firehose's documents", async (context) => {
  const account = await startAccount(context);
  const pipeline = definition({ domain: { masterUserArn: sandboxUser } });
  const outcome = await account.deploy(pipeline);
  assert.deepEqual([outcome.state, outcome.recordFound], ["complete", true]);
  const { body } = await ask(account, "GET /_plugins/_security/api/rolesmapping/demo-delivery");
  assert.deepEqual((body["demo-delivery"] as { backend_roles: unknown }).backend_roles, [deliveryRole]);
  assert.equal((await account.deploy(pipeline)).recordFound, true, "mapped again, it is the same");
  assert.deepEqual((await account.destruction(pipeline).execute({ emptyBuckets: true })).remains, []);
});

test("deployed by somebody else, Firehose is refused: its documents are in the bucket, and the diagnosis says why", async (context) => {
  const account = await startAccount(context);
  const pipeline = definition({
    domain: { masterUserArn: "arn:aws:iam::123456789012:role/somebody-else" },
    stream: { bufferSeconds: 1, retrySeconds: 0 },
  });
  const impatient = { ...account.deps(), pace: { ...account.deps().pace, searchLimit: 1_000 } };
  const deployment = new Deployment(impatient, pipeline, {});
  const outcome = await deployment.execute(await deployment.preview(), { wait: true });
  // Who deploys may not search either.
  assert.deepEqual([outcome.state, outcome.recordFound], ["complete", undefined]);
  const notes = account.events.flatMap((event) => (event.kind === "note" && event.severity === "warning" ? [event.text] : []));
  assert.match(notes.join("\n"), /Mapping of the role .* could not be written.*403/);
  assert.match(notes.join("\n"), /Whether the test record arrived is not known: .*403/);
  await account.aws.streams.putRecord("demo-stream", '{"EventId":1}\n');
  const bucket = outcome.outputs["BucketName"] ?? "";
  const failed = async (): Promise<string | undefined> =>
    (await account.aws.buckets.listKeys(bucket, "")).items.map(({ key }) => key).find((key) => /failed/i.test(key));
  await account.until("the record is in the bucket", async () => (await failed()) !== undefined);
  assert.match(
    await account.aws.buckets.getText(bucket, (await failed()) ?? ""),
    /"errorCode":"403".*no permissions for \[indices:data\/write\/bulk\]/,
  );
  const found = await diagnose(account.deps(), diagnosisTarget(pipeline, {}), { testRecord: false });
  const faults = found.findings.filter(({ state }) => state === "fault");
  assert.match(JSON.stringify(faults), /map/i);
});

test("the security API belongs to the master user, keeps reserved roles and names what it does not understand", async (context) => {
  const account = await startAccount(context);
  await makeDomain(account, { MasterUserARN: sandboxUser });
  const api = "/_plugins/_security/api";
  const role = {
    cluster_permissions: ["cluster_monitor"],
    index_permissions: [{ index_patterns: ["logs-*"], allowed_actions: ["crud", "create_index"] }],
  };
  const said = async (request: string, body?: unknown): Promise<readonly unknown[]> => {
    const answer = await ask(account, request, body);
    return [answer.status, answer.body["message"] ?? answer.body["reason"]];
  };
  assert.deepEqual(await said(`GET ${api}/roles/writer`), [404, "Resource 'writer' not found."]);
  assert.deepEqual(await said(`PUT ${api}/rolesmapping/writer`, { users: [] }), [404, "role 'writer' not found."]);
  assert.deepEqual(await said(`PUT ${api}/roles/writer`, role), [201, "'writer' created."]);
  assert.deepEqual(await said(`PUT ${api}/roles/writer`, role), [200, "'writer' updated."]);
  assert.deepEqual(await said(`PUT ${api}/roles/all_access`, role), [403, "Resource 'all_access' is reserved."]);
  assert.deepEqual(await said(`PUT ${api}/roles/writer`, { index_perms: [] }), [400, "Invalid configuration"]);
  assert.deepEqual(await said(`PUT ${api}/rolesmapping/writer`, { backend_roles: ["arn:aws:iam::123456789012:role/a"] }), [
    201,
    "'writer' created.",
  ]);
  const change = [{ op: "add", path: "/backend_roles", value: ["arn:aws:iam::123456789012:role/b"] }];
  assert.deepEqual(await said(`PATCH ${api}/rolesmapping/writer`, change), [200, "'writer' updated."]);
  const { body } = await ask(account, `GET /_opendistro/_security/api/rolesmapping/writer`);
  assert.deepEqual((body["writer"] as { backend_roles: unknown }).backend_roles, ["arn:aws:iam::123456789012:role/b"]);
  assert.deepEqual(await said(`DELETE ${api}/rolesmapping/writer`), [200, "'writer' deleted."]);
  assert.deepEqual((await ask(account, "GET /_plugins/_security/authinfo")).body["roles"], ["all_access"]);
});

test("an identity may do what its mapped roles say, and nothing else", async (context) => {
  const account = await startAccount(context);
  await makeDomain(
    account,
    { MasterUserName: "chief", MasterUserPassword: "Sandbox-1234" },
    {
      Statement: [
        { Effect: "Allow", Principal: "*", Action: "es:ESHttp*", Resource: "*", Condition: { IpAddress: { "aws:SourceIp": "127.0.0.1" } } },
      ],
    },
  );
  const url = `${account.sandbox.endpoint}/_domain/demo`;
  const chief = async (method: string, path: string, body?: unknown): Promise<number> => {
    const authorization = `Basic ${Buffer.from("chief:Sandbox-1234").toString("base64")}`;
    const headers = { authorization, "content-type": "application/json" };
    return (await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })).status;
  };
  assert.equal((await fetch(`${url}/_cat/indices`)).status, 401);
  const wrong = { authorization: `Basic ${Buffer.from("chief:wrong").toString("base64")}` };
  assert.equal((await fetch(`${url}/_cat/indices`, { headers: wrong })).status, 401);
  assert.match(
    JSON.stringify((await ask(account, "GET /_cluster/health")).body),
    /no permissions for \[cluster:monitor\/main\] and User \[name=arn:aws:iam::123456789012:user\/sandbox/,
  );
  assert.equal((await ask(account, "GET /_plugins/_security/api/roles")).status, 403);
  assert.equal(
    await chief("PUT", "/_plugins/_security/api/roles/writer", {
      cluster_permissions: ["cluster_monitor", "cluster_composite_ops"],
      index_permissions: [{ index_patterns: ["logs-*"], allowed_actions: ["crud", "create_index"] }],
    }),
    201,
  );
  assert.equal(await chief("PUT", "/_plugins/_security/api/rolesmapping/writer", { users: [sandboxUser] }), 201);
  const statuses: Record<string, number> = {};
  for (const request of [
    "GET /_cluster/health",
    "PUT /logs-1/_doc/1",
    "GET /logs-1/_doc/1",
    "GET /logs-1/_search",
    "PUT /other/_doc/1",
    "GET /other/_search",
    "DELETE /logs-1",
    "PUT /_template/t",
  ]) {
    statuses[request] = (await ask(account, request, request.startsWith("PUT") ? { a: 1 } : undefined)).status;
  }
  assert.deepEqual(statuses, {
    ...{ "GET /_cluster/health": 200, "PUT /logs-1/_doc/1": 201, "GET /logs-1/_doc/1": 200, "GET /logs-1/_search": 200 },
    ...{ "PUT /other/_doc/1": 403, "GET /other/_search": 403, "DELETE /logs-1": 403, "PUT /_template/t": 403 },
  });
});

test("without fine-grained access there is no security API", async (context) => {
  const account = await startAccount(context);
  await account.deploy(definition({ domain: { name: "demo" } }));
  assert.equal((await ask(account, "GET /_plugins/_security/api/roles")).status, 401);
});
