import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as send, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { sandboxCredentials } from "../../src/sandbox/credentials";
import { startAccount, type Account } from "./pipelineAccount";
import { buildPrograms } from "./programs";

const programs = mkdtempSync(join(tmpdir(), "kills-"));
const definition = join(programs, "demo.appstream-pipeline.json");

before(async () => {
  await buildPrograms(programs);
  const value = { version: 1, name: "demo", region: "us-east-1", preset: "recommended", stream: { bufferSeconds: 1 } };
  writeFileSync(definition, JSON.stringify(value));
});

after(() => {
  rmSync(programs, { recursive: true, force: true });
});

/** The operation of the command's request that changes something; undefined for one that only looks, and for those of simulated instances. */
function changing({ method = "", url = "", headers }: IncomingMessage, body: string): string | undefined {
  if (headers.authorization?.includes(sandboxCredentials.accessKeyId) !== true) {
    return undefined;
  }
  const named = String(headers["x-amz-target"] ?? "").split(".")[1] ?? /(?:^|&)Action=(\w+)/.exec(body)?.[1];
  if (named !== undefined) {
    return /^(Create|Execute|Delete|Put|Tag|Untag|Start|Stop|Set|Update)/.test(named) ? named : undefined;
  }
  return /^(PUT|POST|DELETE)$/.test(method) && !/_search|\/opensearch\//.test(url) ? `${method} ${url.split("?")[0] ?? ""}` : undefined;
}

interface Gate {
  readonly endpoint: string;
  /** Changing calls in the order in which they were done. */
  readonly calls: string[];
  close(): void;
}

/** Stands between the command and the sandbox; the command dies when its call of that number has been done, and never sees the answer. */
async function startGate(account: Account, killAt: number, victim: () => ChildProcess | undefined): Promise<Gate> {
  const calls: string[] = [];
  const { endpoint: sandbox } = account.sandbox;
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      const call = changing(incoming, body.toString("latin1"));
      const target = new URL(incoming.url ?? "/", sandbox);
      send(target, { method: incoming.method, headers: incoming.headers }, (answer) => {
        if (call !== undefined && calls.push(call) === killAt) {
          victim()?.kill("SIGKILL");
          outgoing.destroy();
          answer.resume();
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      })
        .on("error", () => outgoing.destroy())
        .end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  account.sandbox.world.endpoint = endpoint; // Domains are reached through the gate too.
  const close = (): void => {
    account.sandbox.world.endpoint = sandbox;
    server.close();
    server.closeAllConnections();
  };
  return { endpoint, calls, close };
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly calls: readonly string[];
}

/** `deploy --yes` as a process of its own. */
async function deploy(account: Account, killAt = Infinity): Promise<End> {
  const victim: { process?: ChildProcess } = {};
  const gate = await startGate(account, killAt, () => victim.process);
  const { calls } = gate;
  const env = {
    AWS_ENDPOINT_URL: gate.endpoint,
    AWS_ACCESS_KEY_ID: sandboxCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: sandboxCredentials.secretAccessKey,
    HOME: programs,
    USERPROFILE: programs,
  };
  const started = spawn(process.execPath, [join(programs, "cli.js"), "deploy", definition, "--yes"], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  victim.process = started;
  let output = "";
  for (const stream of [started.stdout, started.stderr]) {
    stream.on("data", (chunk) => {
      output += String(chunk);
    });
  }
  return new Promise((resolve, reject) => {
    started.on("error", reject).on("close", (code, signal) => {
      gate.close();
      resolve({ code, signal, output, calls });
    });
  });
}

test("the command is killed after every single changing call, and run again ends alike, with nothing there twice", async (context) => {
  const whole = await startAccount(context);
  const { code, output, calls } = await deploy(whole);
  assert.equal(code, 0, output);
  const expected = await whole.inventory();
  await whole.sandbox.stop();
  for (const wanted of [
    "CreateChangeSet",
    "ExecuteChangeSet",
    "CreateImageBuilder",
    "UpdateTerminationProtection",
    "PutRecord",
    "PUT .*bootstrap.ps1",
    "PUT .*_template",
    "POST .*index-pattern",
    "DELETE .*_doc",
  ]) {
    assert.ok(
      calls.some((call) => new RegExp(wanted).test(call)),
      `${wanted}: ${calls.join()}`,
    );
  }
  for (let killAt = 1; killAt <= calls.length; killAt++) {
    const account = await startAccount(context);
    const killed = await deploy(account, killAt);
    assert.equal(killed.signal, "SIGKILL", `call ${killAt}: ${killed.output}`);
    const where = `killed after ${killed.calls.at(-1)}, call ${killAt}`;
    const again = await deploy(account);
    assert.equal(again.code, 0, `${where}: ${again.output}`);
    assert.deepEqual(await account.inventory(), expected, where);
    await account.sandbox.stop();
  }
  context.diagnostic(`killed after each of ${calls.length} calls: ${calls.join(", ")}`);
});
