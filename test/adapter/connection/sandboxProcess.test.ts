import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { SandboxProcess } from "../../../src/connection/sandboxProcess";
import { systemClock } from "../../../src/core/clock";

/** Does what the sandbox promises to whoever starts it: listens, then writes its address. */
const standIn = `
const { createServer } = require("node:http");
const { mkdirSync, writeFileSync } = require("node:fs");
const argument = (name) => process.argv[process.argv.indexOf(name) + 1];
console.log("started", JSON.stringify(process.argv.slice(2)), process.env.ELECTRON_RUN_AS_NODE);
mkdirSync(argument("--state"), { recursive: true });
writeFileSync(argument("--state") + "/state.json", "{}");
const server = createServer((_, answer) => { answer.statusCode = 404; answer.end(); });
server.listen(0, "127.0.0.1", () => {
  const endpoint = "http://127.0.0.1:" + server.address().port;
  writeFileSync(argument("--address-file"), JSON.stringify({ pid: process.pid, endpoint, region: "us-east-1", accessKeyId: "A", secretAccessKey: "S" }));
});
process.on("SIGTERM", () => process.exit(0));
`;

let folder = "";
const started: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sandbox-"));
});

afterEach(() => {
  for (const pid of started.splice(0)) {
    try {
      process.kill(pid);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "ESRCH"); // Ended by the test itself.
    }
  }
  rmSync(folder, { recursive: true, force: true });
});

function processWith(script: string): SandboxProcess {
  const path = join(folder, "stand-in.js");
  writeFileSync(path, script);
  return new SandboxProcess({
    script: path,
    folder: join(folder, "storage"),
    clock: systemClock,
    speed: () => "10",
    person: () => "manual",
  });
}

async function ensure(sandbox: SandboxProcess): ReturnType<SandboxProcess["ensure"]> {
  const address = await sandbox.ensure();
  started.push(address.pid);
  return address;
}

test("the first window starts the sandbox, later ones join it", async () => {
  const first = await ensure(processWith(standIn));
  const second = await ensure(processWith(standIn));
  assert.equal(second.pid, first.pid);
  assert.equal(second.endpoint, first.endpoint);
  const log = readFileSync(join(folder, "storage", "sandbox.log"), "utf8");
  assert.match(log, /"--idle-minutes","10","--speed","10","--person","manual"/);
  assert.match(log, /] 1$/m);
});

test("windows that open together start one sandbox", async () => {
  const addresses = await Promise.all([1, 2, 3].map(() => ensure(processWith(standIn))));
  assert.equal(new Set(addresses.map(({ pid }) => pid)).size, 1);
});

test("an address of a process that is gone is not believed", async () => {
  mkdirSync(join(folder, "storage"), { recursive: true });
  const stale = { pid: 999_999_999, endpoint: "http://127.0.0.1:9", region: "us-east-1", accessKeyId: "A", secretAccessKey: "S" };
  writeFileSync(join(folder, "storage", "address.json"), JSON.stringify(stale));
  const address = await ensure(processWith(standIn));
  assert.notEqual(address.endpoint, stale.endpoint);
});

test("an address at which nothing listens is not believed, although a process of that number runs", async () => {
  mkdirSync(join(folder, "storage"), { recursive: true });
  const stale = { pid: process.pid, endpoint: "http://127.0.0.1:9", region: "us-east-1", accessKeyId: "A", secretAccessKey: "S" };
  writeFileSync(join(folder, "storage", "address.json"), JSON.stringify(stale));
  const address = await ensure(processWith(standIn));
  assert.notEqual(address.pid, process.pid);
});

test("a lock whose window ended while starting is taken over", async () => {
  mkdirSync(join(folder, "storage"), { recursive: true });
  writeFileSync(join(folder, "storage", "starting.lock"), "1");
  const late = { ...systemClock, now: () => Date.now() + 60_000 };
  const path = join(folder, "stand-in.js");
  writeFileSync(path, standIn);
  const address = await ensure(
    new SandboxProcess({ script: path, folder: join(folder, "storage"), clock: late, speed: () => "1", person: () => "auto" }),
  );
  assert.ok(address.pid > 0);
});

test("a sandbox that ends at once is reported with the last line it wrote", async () => {
  const sandbox = processWith('console.error("no room on the disk"); process.exit(3);');
  await assert.rejects(sandbox.ensure(), /could not be started: no room on the disk/);
});

test("reset ends the process and deletes its state; the next start is a new one", async () => {
  const sandbox = processWith(standIn);
  const first = await ensure(sandbox);
  await sandbox.reset();
  assert.equal(existsSync(join(folder, "storage", "state")), false);
  assert.equal(await sandbox.isAlive(first), false);
  const second = await ensure(sandbox);
  assert.notEqual(second.pid, first.pid);
});
