import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { SandboxProcess } from "../../src/connection/sandboxProcess";
import { systemClock } from "../../src/core/clock";
import { buildPrograms } from "./programs";
import { signedFetch } from "../fakes/signedFetch";

interface Running {
  readonly child: ChildProcess;
  readonly endpoint: string;
  readonly ended: Promise<number | null>;
  output(): string;
  errors(): string;
}

const bundles = mkdtempSync(join(tmpdir(), "sandbox-bundles-"));
let folder = "";
let started: Running[] = [];
let detached: number[] = [];

before(() => buildPrograms(bundles));

after(() => {
  rmSync(bundles, { recursive: true, force: true });
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sandbox-"));
});

afterEach(async () => {
  for (const { child, ended } of started) {
    child.kill("SIGKILL");
    await ended;
  }
  for (const pid of detached) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (thrown) {
      assert.equal((thrown as NodeJS.ErrnoException).code, "ESRCH");
    }
  }
  started = [];
  detached = [];
  rmSync(folder, { recursive: true, force: true });
});

function run(script: string, args: readonly string[], launcher: readonly string[] = []): Running {
  const [command = "", ...rest] = [...launcher, process.execPath, join(bundles, script), ...args];
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString("utf8")));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const running: Running = {
    child,
    ended,
    output: () => output,
    errors: () => errors,
    get endpoint() {
      return (JSON.parse(output) as { endpoint: string }).endpoint;
    },
  };
  started.push(running);
  return running;
}

async function until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + 20_000; !(await done());) {
    assert.ok(Date.now() < limit, `${what} does not come`);
    await systemClock.delay(20);
  }
}

async function serve(...more: readonly string[]): Promise<Running> {
  const sandbox = run("cli.js", ["sandbox", "--port", "0", "--speed", "100", "--state", join(folder, "state"), ...more]);
  await until("the address", () => sandbox.output().includes("\n") || sandbox.child.exitCode !== null);
  assert.equal(sandbox.child.exitCode, null, sandbox.errors());
  return sandbox;
}

async function call(endpoint: string, service: string, target: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
  const headers = { "x-amz-target": target, "content-type": "application/x-amz-json-1.1" };
  const answer = await signedFetch(service, endpoint, { method: "POST", headers, body: JSON.stringify(input) });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

async function put(service: string, url: string, body: string): Promise<void> {
  const answer = await signedFetch(service, url, { method: "PUT", headers: { "content-type": "application/json" }, body });
  assert.ok(answer.ok, await answer.text());
}

const groups = async (endpoint: string): Promise<unknown[]> =>
  (await call(endpoint, "logs", "Logs_20140328.DescribeLogGroups", {}))["logGroups"] as unknown[];

async function makeDomain(endpoint: string): Promise<void> {
  const open = {
    Effect: "Allow",
    Principal: "*",
    Action: "es:ESHttp*",
    Resource: "*",
    Condition: { IpAddress: { "aws:SourceIp": "127.0.0.1/32" } },
  };
  const domain = {
    DomainName: "kept",
    EngineVersion: "OpenSearch_2.19",
    ClusterConfig: { InstanceType: "t3.small.search", InstanceCount: 1 },
    EBSOptions: { EBSEnabled: true, VolumeSize: 10 },
    AccessPolicies: JSON.stringify({ Statement: [open] }),
  };
  const made = await signedFetch("es", `${endpoint}/2021-01-01/opensearch/domain`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(domain),
  });
  assert.equal(made.status, 200, await made.text());
  await until("the domain", async () => (await fetch(`${endpoint}/_domain/kept/`)).status === 200);
}

/** A log group, an object, a domain with a document: one of each way in which state is kept. */
async function fill(endpoint: string): Promise<void> {
  await makeDomain(endpoint);
  await put("s3", `${endpoint}/kept-bucket`, "");
  await put("es", `${endpoint}/_domain/kept/notes/_doc/1`, '{"text":"kept"}');
  await put("s3", `${endpoint}/kept-bucket/large`, "x".repeat(5000));
  await call(endpoint, "logs", "Logs_20140328.CreateLogGroup", { logGroupName: "/kept" });
}

test("the command prints one line when it is ready and ends cleanly when told to", async () => {
  const sandbox = await serve();
  const address = JSON.parse(sandbox.output()) as Record<string, string>;
  assert.deepEqual(Object.keys(address).sort(), ["accessKeyId", "endpoint", "region", "secretAccessKey"]);
  const open = fetch(`${sandbox.endpoint}/_sandbox/health`);
  assert.equal((await open).status, 200);
  sandbox.child.kill("SIGTERM");
  assert.equal(await sandbox.ended, 0);
  assert.equal(sandbox.output().split("\n").length, 2);
  assert.deepEqual(readdirSync(join(folder, "state")).includes("sandbox.lock"), false);
});

test("a port that is taken is told in one sentence", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  const sandbox = run("cli.js", ["sandbox", "--port", String(port)]);
  assert.equal(await sandbox.ended, 1);
  assert.equal(sandbox.errors(), `The sandbox cannot start: port ${port} is taken. Choose another one, or 0 for any that is free.\n`);
  other.close();
});

test("what was acknowledged outlives a killed process", async () => {
  const first = await serve();
  await fill(first.endpoint);
  first.child.kill("SIGKILL");
  await first.ended;
  const { endpoint } = await serve();
  assert.equal((await groups(endpoint)).length, 1);
  assert.equal(await (await signedFetch("s3", `${endpoint}/kept-bucket/large`)).text(), "x".repeat(5000));
  const document = (await (await fetch(`${endpoint}/_domain/kept/notes/_doc/1`)).json()) as { _source: unknown };
  assert.deepEqual(document._source, { text: "kept" });
});

test("a killed sandbox that nobody has waited for does not hold its folder", { skip: process.platform !== "linux" }, async () => {
  const args = ["sandbox", "--port", "0", "--state", join(folder, "state")];
  const first = run("cli.js", args, ["sh", "-c", '"$0" "$@" & exec sleep 60']);
  await until("the address", () => first.output().includes("\n"));
  const { pid } = (await (await fetch(`${first.endpoint}/_sandbox/health`)).json()) as { pid: number };
  process.kill(pid, "SIGKILL");
  await serve();
  assert.equal(first.child.exitCode, null);
});

test("a sandbox whose state folder is removed ends, says so, and does not make it again", async () => {
  const sandbox = await serve();
  await fill(sandbox.endpoint);
  rmSync(join(folder, "state"), { recursive: true });
  await call(sandbox.endpoint, "logs", "Logs_20140328.CreateLogGroup", { logGroupName: "/late" }).catch(() => undefined);
  assert.equal(await sandbox.ended, 1);
  assert.match(sandbox.errors(), /The sandbox ends: the state folder .* was removed\./);
  assert.equal(existsSync(join(folder, "state")), false);
});

test("a sandbox whose state folder is another's now ends and leaves it alone", async () => {
  const sandbox = await serve();
  const lock = join(folder, "state", "sandbox.lock");
  writeFileSync(lock, JSON.stringify({ pid: 4_000_000, token: "other" }));
  const before = readdirSync(join(folder, "state"));
  assert.equal(await sandbox.ended, 1);
  assert.match(sandbox.errors(), /is used by another sandbox now \(process 4000000\)\./);
  assert.match(readFileSync(lock, "utf8"), /"other"/);
  assert.deepEqual(readdirSync(join(folder, "state")), before);
});

test("a second sandbox on the same folder is refused; a damaged state is told", async () => {
  const first = await serve();
  const second = run("cli.js", ["sandbox", "--port", "0", "--state", join(folder, "state")]);
  assert.equal(await second.ended, 1);
  assert.match(second.errors(), /^The sandbox cannot start: another sandbox \(process \d+\) uses the state folder .*\.\n$/);
  first.child.kill("SIGTERM");
  await first.ended;
  writeFileSync(join(folder, "state", "state.json"), "{");
  const third = run("cli.js", ["sandbox", "--port", "0", "--state", join(folder, "state")]);
  assert.equal(await third.ended, 1);
  assert.match(third.errors(), /^The sandbox cannot start: the saved state in .* cannot be read\. .*\n$/);
});

test("a reset empties everything, what domains hold and what is on the disk too, also right after a restart", async () => {
  const first = await serve();
  await fill(first.endpoint);
  first.child.kill("SIGTERM");
  await first.ended;
  const second = await serve();
  assert.equal((await fetch(`${second.endpoint}/_sandbox/reset`, { method: "POST" })).status, 200);
  assert.deepEqual(readdirSync(join(folder, "state")).sort(), ["sandbox.lock", "state.json"]);
  assert.deepEqual(await groups(second.endpoint), []);
  assert.equal((await signedFetch("s3", `${second.endpoint}/kept-bucket`)).status, 404);
  await makeDomain(second.endpoint);
  assert.equal((await fetch(`${second.endpoint}/_domain/kept/notes`)).status, 404);
});

const window = (): SandboxProcess =>
  new SandboxProcess({
    script: join(bundles, "sandbox.js"),
    folder: join(folder, "storage"),
    clock: systemClock,
    speed: () => "100",
    person: () => "auto",
  });

async function ensure(from: SandboxProcess): Promise<{ readonly pid: number; readonly endpoint: string }> {
  const address = await from.ensure();
  detached.push(address.pid);
  return address;
}

test("windows that open together start one sandbox, which outlives a crash with what it held", async () => {
  const addresses = await Promise.all([1, 2, 3].map(() => ensure(window())));
  const [first] = addresses;
  assert.ok(first !== undefined && addresses.every(({ pid, endpoint }) => pid === first.pid && endpoint === first.endpoint));
  await fill(first.endpoint);
  process.kill(first.pid, "SIGKILL");
  await until("the end", async () => !(await window().isAlive({ ...first, region: "", accessKeyId: "", secretAccessKey: "" })));
  const next = await ensure(window());
  assert.notEqual(next.pid, first.pid);
  assert.equal((await groups(next.endpoint)).length, 1);
});

test("the command that resets ends the sandbox and deletes what it held", async () => {
  const first = await ensure(window());
  await fill(first.endpoint);
  await window().reset();
  assert.equal(existsSync(join(folder, "storage", "state")), false);
  const next = await ensure(window());
  assert.notEqual(next.pid, first.pid);
  assert.deepEqual(await groups(next.endpoint), []);
});

test("two processes that start at once on one folder give one address; it ends after the last request", async () => {
  mkdirSync(join(folder, "storage"));
  const args = (name: string): string[] => [
    ...["--state", join(folder, "state"), "--address-file", join(folder, "storage", name)],
    ...["--idle-minutes", "0.03"],
  ];
  const both = [run("sandbox.js", args("a.json")), run("sandbox.js", args("b.json"))];
  await until("both addresses", () => both.every((each) => each.output().includes("\n")));
  const [a = "", b = ""] = ["a.json", "b.json"].map((name) => readFileSync(join(folder, "storage", name), "utf8"));
  assert.equal(a, b);
  const { endpoint, secretAccessKey } = JSON.parse(a) as { endpoint: string; secretAccessKey: string };
  for (const each of both) {
    assert.match(each.output(), new RegExp(` ready at ${endpoint}\n$`));
    assert.ok(!each.output().includes(secretAccessKey), "the log of the user's sandbox holds no key");
  }
  assert.deepEqual(await Promise.all(both.map((each) => each.ended)), [0, 0]);
});
