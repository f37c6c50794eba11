import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { authorityFile, hiddenHost, proxiedNetwork, type ProxiedNetwork } from "../fakes/proxiedNetwork";
import { SandboxLogs } from "../fakes/sandboxLogs";
import { buildPrograms } from "./programs";

const folder = mkdtempSync(join(tmpdir(), "proxy-"));
const logs = new SandboxLogs();
let network: ProxiedNetwork;

before(async () => {
  await buildPrograms(folder);
  await logs.start();
  await logs.write(
    "example-2026-11-29",
    [1, 2, 3].map((number) => ({ TimeCreated: new Date().toISOString(), Description: `event ${number}`, LogName: "Application" })),
  );
  network = await proxiedNetwork(logs.endpoint);
});

after(async () => {
  network.stop();
  await logs.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

function tail(more: Readonly<Record<string, string>>): Promise<Ended> {
  const args = ["tail", "--domain", logs.domain, "--index", "example", "--since", "all", "--until", "3", "--until", "30s"];
  const env = {
    ...{ ...process.env, ...logs.environment, AWS_ENDPOINT_URL: `https://${hiddenHost}`, NODE_EXTRA_CA_CERTS: authorityFile },
    ...{ AWS_PROFILE: "", AWS_CA_BUNDLE: "", HTTPS_PROXY: "", NO_PROXY: "", ...more },
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(folder, "cli.js"), ...args], { env }, (failed, out, errors) => {
      resolve({ code: typeof failed?.code === "number" ? failed.code : 0, out, errors });
    });
  });
}

test("on the command line account and domain are reached through HTTPS_PROXY, with an authority of NODE_EXTRA_CA_CERTS", async () => {
  const { code, out, errors } = await tail({ HTTPS_PROXY: network.proxy });
  assert.equal(code, 0, errors);
  assert.deepEqual(out.match(/event \d/g)?.sort(), ["event 1", "event 2", "event 3"]);
  assert.deepEqual([...new Set(network.asked)], [`${hiddenHost}:443`]);
  assert.deepEqual([...network.hosts], [hiddenHost]);
});

test("an authority of AWS_CA_BUNDLE is trusted by account and domain; a bundle that is not there is named", async () => {
  const way = { HTTPS_PROXY: network.proxy, NODE_EXTRA_CA_CERTS: "" };
  const { code, out, errors } = await tail({ ...way, AWS_CA_BUNDLE: authorityFile });
  assert.equal(code, 0, errors);
  assert.equal(out.match(/event \d/g)?.length, 3);
  const missing = await tail({ ...way, AWS_CA_BUNDLE: join(folder, "none.pem") });
  assert.notEqual(missing.code, 0);
  assert.match(missing.errors, /AWS_CA_BUNDLE names cannot be read: .*none\.pem/);
  assert.doesNotMatch(missing.errors, /\n\s+at /);
});

test("an authority that is not trusted, a proxy that refuses, and an exempt address that cannot be reached are told apart", async () => {
  const { length } = network.asked;
  const untrusted = await tail({ HTTPS_PROXY: network.proxy, NODE_EXTRA_CA_CERTS: "" });
  assert.equal(untrusted.code, 1);
  assert.match(untrusted.errors, /certificate/i);
  const exempt = await tail({ HTTPS_PROXY: network.proxy, NO_PROXY: "amazonaws.com" });
  assert.equal(exempt.code, 1);
  assert.doesNotMatch(exempt.errors, /proxy 127/);
  assert.equal(network.asked.length, length + 1);
  network.refuse(407);
  const refused = await tail({ HTTPS_PROXY: network.proxy.replace("//", "//ada:secret@") });
  network.refuse(200);
  assert.equal(refused.code, 1);
  assert.match(refused.errors, /^The proxy 127\.0\.0\.1:\d+ wants another user or password\./m);
  assert.ok(!refused.errors.includes("secret"));
});
