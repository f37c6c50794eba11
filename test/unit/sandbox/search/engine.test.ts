import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { closeDomains, domainCollection, handleDomain } from "../../../../src/sandbox/search/domain";
import type { Caller, DomainResponse } from "../../../../src/sandbox/search/http";
import { shardOf } from "../../../../src/sandbox/search/routing";
import { World } from "../../../../src/sandbox/world";

class TimedWorld extends World {
  time = 1_600_000_000_000;

  override now(): number {
    return this.time;
  }
}

interface Asked {
  readonly body?: string;
  readonly caller?: Caller | undefined;
  readonly sourceIp?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const user: Caller = { arn: "arn:aws:iam::123456789012:user/u" };

function newWorld(stateDir?: string, policy = ""): TimedWorld {
  const world = new TimedWorld({
    speed: 1,
    seed: 1,
    person: "auto",
    log: () => undefined,
    ...(stateDir === undefined ? {} : { stateDir }),
  });
  world.collection(domainCollection).set("d", { EngineVersion: "OpenSearch_2.19", AccessPolicies: policy });
  return world;
}

function ask(world: World, method: string, path: string, { body = "", caller, sourceIp, headers }: Asked): Promise<DomainResponse> {
  const url = new URL(path, "http://x");
  return handleDomain(world, "d", {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers: { "content-type": "application/json", ...headers },
    body: Buffer.from(body),
    ...(caller === undefined ? {} : { caller }),
    ...(sourceIp === undefined ? {} : { sourceIp }),
  });
}

async function json(world: World, method: string, path: string, body = ""): Promise<Record<string, unknown>> {
  return JSON.parse(String((await ask(world, method, path, { body, caller: user })).body)) as Record<string, unknown>;
}

const count = async (world: World): Promise<unknown> => (await json(world, "GET", "/i/_count"))["count"];

test("documents go to the shard that the real engines choose", () => {
  const shards = { "1": 4, "2": 3, a: 1, bb: 2, "ä€😀": 3, "49577193928114147339600778471082492393164139877200035842.0": 1 };
  for (const [id, shard] of Object.entries(shards)) {
    assert.equal(shardOf(id, 5), shard, id);
  }
});

test("a write is searchable after the next refresh, not before", async () => {
  const world = newWorld();
  await json(world, "PUT", "/i", '{"settings":{"refresh_interval":"5s"}}');
  world.time += 1000;
  await json(world, "PUT", "/i/_doc/1", '{"a":1}');
  world.time += 3999;
  assert.equal(await count(world), 0);
  world.time += 1;
  assert.equal(await count(world), 1);
  closeDomains(world);
});

test("a restart keeps documents, numbers, mapping and settings, and begins a new primary term", async () => {
  const folder = mkdtempSync(join(tmpdir(), "search-"));
  try {
    const world = newWorld(folder);
    await json(world, "PUT", "/i", '{"settings":{"number_of_shards":1}}');
    for (const [id, body] of [
      ["1", '{"a":1}'],
      ["2", '{\n"a":2}'],
      ["1", '{"a":3}'],
    ] as const) {
      await json(world, "PUT", `/i/_doc/${id}`, body);
    }
    await json(world, "DELETE", "/i/_doc/2");
    // As after a crash: nothing is closed, and the last line was cut.
    const file = join(folder, "search", "d", readdirSync(join(folder, "search", "d"))[0] ?? "");
    appendFileSync(file, '[9,1,1,"x"');
    const again = newWorld(folder);
    assert.equal(await count(again), 1);
    const doc = await json(again, "GET", "/i/_doc/1");
    assert.deepEqual([doc["_seq_no"], doc["_version"], doc["_source"]], [2, 2, { a: 3 }]);
    const written = await json(again, "PUT", "/i/_doc/5", '{"a":5}');
    assert.deepEqual([written["_seq_no"], written["_primary_term"]], [4, 2]);
    assert.deepEqual((await json(again, "GET", "/i/_mapping"))["i"], { mappings: { properties: { a: { type: "long" } } } });
    closeDomains(world);
    closeDomains(again);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("updates and deletes long past do not stay in the file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "search-"));
  try {
    const world = newWorld(folder);
    await json(world, "PUT", "/i", '{"settings":{"number_of_shards":1}}');
    const lines = Array.from({ length: 3000 }, (_none, at) => `{"index":{"_index":"i","_id":"${at % 10}"}}\n{"n":${at}}\n`).join("");
    await ask(world, "POST", "/_bulk", { body: lines, caller: user, headers: { "content-type": "application/x-ndjson" } });
    closeDomains(world);
    const second = newWorld(folder);
    assert.equal(await count(second), 10);
    closeDomains(second);
    const third = newWorld(folder);
    assert.equal(await count(third), 10);
    const written = await json(third, "PUT", "/i/_doc/x", '{"n":1}');
    assert.equal(written["_seq_no"], 3000);
    closeDomains(third);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const ipPolicy = JSON.stringify({
  Statement: [
    { Effect: "Allow", Principal: "*", Action: "es:ESHttp*", Resource: "*", Condition: { IpAddress: { "aws:SourceIp": ["10.0.0.0/8"] } } },
  ],
});

test("an unsigned request is judged by the access policy alone", async () => {
  const world = newWorld(undefined, ipPolicy);
  assert.equal((await ask(world, "GET", "/", { sourceIp: "10.1.2.3" })).status, 200);
  const refused = await ask(world, "GET", "/", { sourceIp: "192.0.2.1" });
  assert.equal(refused.status, 403);
  assert.match(String(refused.body), /User: anonymous is not authorized to perform: es:ESHttpGet/);
  closeDomains(world);
});

test("a signed request may pass by the caller's own policies", async () => {
  const world = newWorld(undefined, ipPolicy);
  assert.equal((await ask(world, "GET", "/", { caller: user })).status, 200);
  const denied = await ask(world, "POST", "/i/_search", {
    caller: { ...user, decides: (action) => (action === "es:ESHttpGet" ? "allowed" : "implicitDeny") },
    sourceIp: "192.0.2.1",
  });
  assert.equal(denied.status, 403);
  assert.match(String(denied.body), /user\/u is not authorized to perform: es:ESHttpPost/);
  closeDomains(world);
});

const accountPolicy = JSON.stringify({
  Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "es:ESHttp*", Resource: "*" }],
});

test("a policy that names the account leaves it to the caller's own policies, whose deny always counts", async () => {
  const named = newWorld(undefined, accountPolicy.replace("root", "user/u"));
  const account = newWorld(undefined, accountPolicy);
  const status = async (world: typeof named, decision: "allowed" | "explicitDeny" | "implicitDeny"): Promise<number> =>
    (await ask(world, "GET", "/", { caller: { ...user, decides: () => decision } })).status;
  assert.deepEqual(
    await Promise.all((["allowed", "implicitDeny", "explicitDeny"] as const).map((one) => status(named, one))),
    [200, 200, 403],
  );
  assert.deepEqual(
    await Promise.all((["allowed", "implicitDeny", "explicitDeny"] as const).map((one) => status(account, one))),
    [200, 403, 403],
  );
  closeDomains(named);
  closeDomains(account);
});

test("answers are compressed for those who say that they understand it", async () => {
  const world = newWorld();
  const answer = await ask(world, "GET", "/", { caller: user, headers: { "accept-encoding": "gzip, br" } });
  assert.equal(answer.headers["content-encoding"], "gzip");
  assert.match(gunzipSync(answer.body).toString(), /"distribution":"opensearch"/);
  closeDomains(world);
});

test("an index pattern is made, refused a second time, read, changed and deleted", async () => {
  const world = newWorld();
  const path = "/_dashboards/api/saved_objects/index-pattern/p";
  const body = '{"attributes":{"title":"example*","timeFieldName":"TimeCreated"}}';
  const send = async (method: string, at = path, text = body): Promise<number> =>
    (await ask(world, method, at, { body: text, caller: user, headers: { "osd-xsrf": "true" } })).status;
  assert.equal((await ask(world, "POST", path, { body, caller: user })).status, 400);
  assert.deepEqual(
    [await send("POST"), await send("POST"), await send("POST", `${path}?overwrite=true`), await send("PUT")],
    [200, 409, 200, 200],
  );
  const found = await json(world, "GET", path);
  assert.deepEqual(found["attributes"], { title: "example*", timeFieldName: "TimeCreated" });
  assert.equal(await send("DELETE", path, ""), 200);
  assert.equal(await send("PUT"), 404);
  closeDomains(world);
});

test("the page of newest documents shows them as text, to anyone on this machine", async () => {
  const world = newWorld();
  await json(world, "PUT", "/i/_doc/1?refresh=true", '{"TimeCreated":"2020-03-02T21:01:12Z","Description":"<script>alert(1)</script>"}');
  const page = await ask(world, "GET", "/_dashboards/", {});
  assert.equal(page.status, 200);
  assert.match(String(page.body), /&#60;script&#62;alert/);
  assert.doesNotMatch(String(page.body), /<script>/);
  closeDomains(world);
});
