import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { buildPrograms } from "./programs";
import { sandboxDomain } from "./sandboxDomain";

const folder = mkdtempSync(join(tmpdir(), "tail-"));
const tls = join(process.cwd(), "test", "fixtures", "tls");
let domain: Awaited<ReturnType<typeof sandboxDomain>>;

before(async () => {
  await buildPrograms(folder);
  domain = await sandboxDomain("OpenSearch_2.19");
  for (let event = 0; event < 20; event++) {
    await write(`e${event}`, { LevelDisplayName: event % 2 === 0 ? "Error" : "Warning", EventId: event, Description: `event ${event}` });
  }
});

after(async () => {
  await domain.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function write(id: string, more: Record<string, unknown>): Promise<void> {
  const body = JSON.stringify({ TimeCreated: new Date(Date.now() - 60_000).toISOString(), LogName: "Application", ...more });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${domain.url}/example-2026-11-28/_doc/${id}?refresh=true`, { method: "PUT", body, headers });
  assert.ok(answer.ok, await answer.text());
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

function start(
  args: readonly string[],
  more: { env?: Record<string, string>; input?: string } = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [join(folder, "cli.js"), "tail", "--index", "example", ...args], {
    env: { ...process.env, AWS_PROFILE: "", APPSTREAM_MONITOR_PASSWORD: "", ...more.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let out = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  child.stdin.end(more.input ?? "");
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, out, errors })));
  return { child, ended };
}

const unsigned = (...args: string[]): string[] => ["--endpoint", domain.url, "--unsigned", ...args];

function ids({ out }: Ended): string[] {
  return out
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { _id: string })._id);
}

test("a number of events ends the tail with 0", async () => {
  const ended = await start(unsigned("--since", "all", "--until", "5", "--format", "ndjson")).ended;
  assert.equal(ended.code, 0, ended.errors);
  assert.equal(ids(ended).length, 5);
});

test("a text that arrives ends the tail with 0, and is the last thing shown", async () => {
  const { ended, child } = start(unsigned("--until", "ready 4711", "--until", "60s", "--format", "ndjson"));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await write("w1", { Description: "not yet" });
  await write("w2", { Description: "the session is ready 4711 now" });
  const result = await ended;
  assert.equal(result.code, 0, result.errors);
  assert.deepEqual(ids(result), ["w1", "w2"]);
  assert.equal(child.killed, false);
});

test("time that is over before the text has come ends it with 3; time alone with 0", async () => {
  assert.equal((await start(unsigned("--until", "never", "--until", "2s")).ended).code, 3);
  assert.equal((await start(unsigned("--until", "1s")).ended).code, 0);
});

test("a window of time is read whole, filtered, and ends by itself", async () => {
  const ended = await start(unsigned("--last", "1h", "--level", "error", "--id", "0-9", "--format", "ndjson")).ended;
  assert.equal(ended.code, 0, ended.errors);
  assert.deepEqual(ids(ended).sort(), ["e0", "e2", "e4", "e6", "e8"]);
  const none = await start(unsigned("--from", "3h", "--to", "2h", "--until", "event", "--format", "ndjson")).ended;
  assert.deepEqual([none.code, none.out], [3, ""]);
});

test("a table has a head, a row for each event, and cells that no spreadsheet takes for a formula", async () => {
  await write("formula", { Description: '=HYPERLINK("http://x")\nnext, line' });
  const ended = await start(unsigned("--last", "1h", "--query", "HYPERLINK", "--format", "csv")).ended;
  assert.equal(ended.code, 0, ended.errors);
  assert.match(ended.out, /^\ufeffTime,Level,Log,Provider,EventId,Machine,Stack,Fleet,User,Session,Description,Index,Id\r\n/);
  assert.ok(ended.out.endsWith(`"'=HYPERLINK(""http://x"")\nnext, line",example-2026-11-28,formula\r\n`), ended.out);
});

test("a filter that the domain does not understand is told, with 1", async () => {
  const ended = await start(unsigned("--last", "1h", "--query", "((")).ended;
  assert.equal(ended.code, 1);
  assert.match(ended.errors, /does not understand the filter.*Check the text after query:/s);
});

test("SIGTERM ends a tail with 0 within 200 ms", async () => {
  const { ended, child } = start(unsigned("--since", "all"));
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  await new Promise((resolve) => setTimeout(resolve, 500));
  const stopped = performance.now();
  child.kill("SIGTERM");
  assert.equal((await ended).code, 0);
  assert.ok(performance.now() - stopped < 200, `${performance.now() - stopped} ms`);
});

/** TLS in front of the domain, as a tunnel into a VPC has it; asks for user and password. */
async function tunnel(): Promise<{ readonly url: string; readonly hosts: Set<string>; readonly stop: () => void }> {
  const hosts = new Set<string>();
  const key = readFileSync(join(tls, "domain.key"));
  const server = createServer({ key, cert: readFileSync(join(tls, "domain.pem")) }, (incoming, outgoing) => {
    hosts.add(incoming.headers.host ?? "");
    if (incoming.headers.authorization !== `Basic ${Buffer.from("ada:pa:ss word").toString("base64")}`) {
      outgoing.writeHead(401).end("Unauthorized");
      return;
    }
    const headers = { ...incoming.headers };
    delete headers.authorization;
    const onward = request(new URL(incoming.url ?? "/", domain.url), { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hosts,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test("through a tunnel, with a user of the domain's own: password by environment or standard input, never shown", async () => {
  const own = "search-demo.eu-west-1.es.amazonaws.com";
  const { url, hosts, stop } = await tunnel();
  const args = ["--endpoint", url, "--host", own, "--ca", join(tls, "ca.pem"), "--user", "ada", "--since", "all", "--until", "1"];
  try {
    for (const given of [{ env: { APPSTREAM_MONITOR_PASSWORD: "pa:ss word" } }, { input: "pa:ss word\n" }]) {
      const ended = await start([...args, ...("input" in given ? ["--password-stdin"] : [])], given).ended;
      assert.equal(ended.code, 0, ended.errors);
      assert.ok(ended.out.includes("event "));
      assert.ok(!`${ended.out}${ended.errors}`.includes("pa:ss"));
    }
    assert.deepEqual([...hosts], [own]);
    const wrong = await start(args, { env: { APPSTREAM_MONITOR_PASSWORD: "hunter2" } }).ended;
    assert.equal(wrong.code, 1);
    assert.match(wrong.errors, /does not accept this user.*Check user name and password/s);
    assert.ok(!wrong.errors.includes("hunter2"));
    const without = await start(args).ended;
    assert.match(without.errors, /There is no password for ada.*APPSTREAM_MONITOR_PASSWORD/s);
    const untrusted = await start(["--endpoint", url, "--host", own, "--unsigned"]).ended;
    assert.equal(untrusted.code, 1);
    assert.match(untrusted.errors, /give the authority's certificate/);
  } finally {
    stop();
  }
});
