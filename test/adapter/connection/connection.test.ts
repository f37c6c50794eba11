import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import type * as vscode from "vscode";
import { registerConnection } from "../../../src/connection/registerConnection";
import { isRegionCode, regionHints } from "../../../src/core/aws/regions";
import type { Connection } from "../../../src/core/aws/connection";
import type { Profile } from "../../../src/core/aws/profile";
import { AppError, isAbort } from "../../../src/core/errors";
import type { AwsBundle } from "../../../src/workbench/bundles";
import { createLog } from "../../../src/workbench/log";
import { fake, Uri } from "../../fakes/vscode";

const profiles: readonly Profile[] = [
  { name: "dev", kind: "sso", region: "eu-west-1" },
  { name: "bare", kind: "keys" },
  { name: "local", kind: "keys", region: "eu-west-1", endpoint: "http://127.0.0.1:4566" },
];

interface World {
  readonly connections: ReturnType<typeof registerConnection>;
  readonly made: Connection[];
  /** Reports the outcome of a call made with the newest clients. */
  outcome(error: AppError | undefined): void;
  readonly loads: { aws: number; profiles: number; sandbox: number };
  sandboxAlive: boolean;
  sandboxFailure: AppError | undefined;
  readonly context: vscode.ExtensionContext;
  dispose(): void;
}

const names = ["AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL", "HOME", "USERPROFILE"];
let problems: { path: string; line: number; message: string }[] = [];

beforeEach(() => {
  fake.reset();
  problems = [];
  for (const name of names) {
    Reflect.deleteProperty(process.env, name);
  }
  process.env["HOME"] = join(tmpdir(), "no-such-home");
});

function start(): World {
  const storage = mkdtempSync(join(tmpdir(), "storage-"));
  const context = {
    subscriptions: [] as { dispose(): unknown }[],
    globalStorageUri: Uri.file(storage),
    asAbsolutePath: (path: string) => path,
  };
  let report: ((error: AppError | undefined) => void) | undefined;
  let port = 1;
  const bundle = {
    isRegionCode,
    regionHints,
    listProfiles: async () => {
      world.loads.profiles++;
      return { profiles, problems };
    },
    createAws: (connection: Connection, hooks: { onOutcome(error: AppError | undefined): void }) => {
      world.made.push(connection);
      report = (error) => {
        hooks.onOutcome(error);
      };
      return {};
    },
    SandboxProcess: class {
      logFile = join(storage, "sandbox.log");
      async ensure() {
        world.loads.sandbox++;
        if (world.sandboxFailure !== undefined) {
          throw world.sandboxFailure;
        }
        return { pid: 1, endpoint: `http://127.0.0.1:${port++}`, region: "us-east-1", accessKeyId: "A", secretAccessKey: "S" };
      }
      async isAlive() {
        return world.sandboxAlive;
      }
    },
  };
  const world: World = {
    made: [],
    loads: { aws: 0, profiles: 0, sandbox: 0 },
    sandboxAlive: true,
    sandboxFailure: undefined,
    outcome: (error) => report?.(error),
    context: context as unknown as vscode.ExtensionContext,
    connections: undefined as unknown as World["connections"],
    dispose: () => {
      context.subscriptions.forEach((each) => each.dispose());
      rmSync(storage, { recursive: true, force: true });
    },
  };
  const bundles = {
    aws: async () => {
      world.loads.aws++;
      return bundle as unknown as AwsBundle;
    },
    language: () => Promise.reject(new Error("not needed")),
  };
  return Object.assign(world, { connections: registerConnection({ bundles, log: createLog(), context: world.context }) });
}

const status = () => fake.statusBarItems[0] ?? {};
const run = (id: string): unknown => fake.commands.get(`appstreamMonitor.connection.${id}`)?.();
const choose = (values: Record<string, string>) => {
  Object.entries(values).forEach(([name, value]) => fake.settings.set(`appstreamMonitor.connection.${name}`, value));
};

test("nothing is loaded, read, started or shown before something needs a connection", () => {
  choose({ kind: "sandbox" });
  const world = start();
  assert.deepEqual(world.loads, { aws: 0, profiles: 0, sandbox: 0 });
  assert.deepEqual(fake.messages, []);
  world.dispose();
});

test("without any choice the status bar stays empty, and a view learns that nothing is chosen", async () => {
  const world = start();
  assert.equal(status()["visible"], false);
  assert.equal(await world.connections.resolve(), undefined);
  assert.equal(fake.contexts.get("appstreamMonitor.state"), "noProfile");
  assert.deepEqual(world.loads, { aws: 0, profiles: 0, sandbox: 0 });
  assert.match(String(status()["text"]), /Connect/);
  world.dispose();
});

test("a chosen profile uses its own region and endpoint", async () => {
  choose({ kind: "aws", profile: "local" });
  const world = start();
  const connected = await world.connections.resolve();
  assert.deepEqual(connected?.connection, {
    kind: "aws",
    profile: "local",
    region: "eu-west-1",
    endpoint: "http://127.0.0.1:4566",
    epoch: 0,
  });
  assert.equal(status()["text"], "$(cloud) local@eu-west-1");
  assert.equal(fake.contexts.get("appstreamMonitor.connected"), true);
  assert.equal(fake.contexts.get("appstreamMonitor.sandbox"), false);
  world.dispose();
});

test("AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL are honoured where nothing is chosen", async () => {
  Object.assign(process.env, { AWS_PROFILE: "bare", AWS_REGION: "ap-south-1", AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
  const world = start();
  const { connection } = await world.connections.connect();
  assert.deepEqual([connection.profile, connection.region, connection.endpoint], ["bare", "ap-south-1", "http://127.0.0.1:9"]);
  world.dispose();
});

test("a missing region is asked for, never guessed; any code can be typed", async () => {
  choose({ kind: "aws", profile: "bare" });
  const world = start();
  assert.equal(await world.connections.resolve(), undefined);
  assert.equal(fake.contexts.get("appstreamMonitor.state"), "noRegion");
  fake.user.dialog = (dialog) => {
    dialog.type("xx-new-1");
    (dialog as { accept(label: string): void }).accept("xx-new-1");
  };
  assert.equal((await world.connections.connect()).connection.region, "xx-new-1");
  assert.equal(fake.settings.get("appstreamMonitor.connection.region"), "xx-new-1");
  assert.equal(fake.settings.get("appstreamMonitor.connection.profile"), "bare");
  world.dispose();
});

test("declining the picker is a stop", async () => {
  const world = start();
  await assert.rejects(world.connections.connect(), isAbort);
  world.dispose();
});

test("the picker offers sandbox and profiles, and ends with Edit Credentials; a malformed line is shown in it", async () => {
  problems = [{ path: "/home/me/.aws/config", line: 3, message: 'The line has no "=".' }];
  const world = start();
  let labels: string[] = [];
  fake.user.pick = (items) => {
    labels = items.map((item) => (typeof item === "string" ? item : item.label));
    return items.find((item) => typeof item !== "string" && item.label === "$(account) dev");
  };
  await run("chooseProfile");
  assert.deepEqual(labels, [
    "$(beaker) Sandbox (local)",
    "Profiles",
    "$(account) dev",
    "$(account) bare",
    "$(account) local",
    "AWS files",
    '$(warning) /home/me/.aws/config, line 3: The line has no "=".',
    "$(edit) Edit Credentials",
  ]);
  assert.equal(world.connections.current?.profile, "dev");
  assert.equal(fake.settings.get("appstreamMonitor.connection.kind"), "aws");
  world.dispose();
});

test("the sandbox is unmistakable in the status bar and joins with its own keys", async () => {
  const world = start();
  await run("useSandbox");
  assert.equal(status()["text"], "$(beaker) Sandbox@us-east-1");
  assert.match(String(status()["tooltip"]), /nothing reaches an account/);
  assert.equal(fake.contexts.get("appstreamMonitor.sandbox"), true);
  assert.deepEqual(world.made[0]?.credentials, { accessKeyId: "A", secretAccessKey: "S" });
  world.dispose();
});

test("a sandbox that ended meanwhile is started again under a higher epoch", async () => {
  choose({ kind: "sandbox" });
  const world = start();
  const first = await world.connections.connect();
  world.sandboxAlive = false;
  const second = await world.connections.connect();
  assert.ok(second.connection.epoch > first.connection.epoch);
  assert.notEqual(second.connection.endpoint, first.connection.endpoint);
  world.dispose();
});

test("a sandbox that cannot be started is reported and marked", async () => {
  choose({ kind: "sandbox" });
  const world = start();
  world.sandboxFailure = new AppError("unexpected", "The sandbox could not be started: no room");
  await assert.rejects(world.connections.connect(), /no room/);
  assert.equal(fake.contexts.get("appstreamMonitor.state"), "sandboxFailed");
  assert.match(String(status()["text"]), /\$\(warning\) Sandbox/);
  world.dispose();
});

test("a change of the settings drops clients, tells listeners once and raises the epoch", async () => {
  choose({ kind: "aws", profile: "dev" });
  const world = start();
  const first = await world.connections.connect();
  const heard: (string | undefined)[] = [];
  world.connections.onDidChange((connection) => heard.push(connection?.profile));
  fake.user.pick = (items) => items.find((item) => typeof item !== "string" && item.label === "$(account) local");
  await run("chooseProfile");
  const second = await world.connections.connect();
  assert.deepEqual(heard, [undefined, "local"]);
  assert.ok(second.connection.epoch > first.connection.epoch);
  world.dispose();
});

test("a choice made while another one is still opening wins", async () => {
  choose({ kind: "aws", profile: "dev" });
  const world = start();
  const early = world.connections.connect();
  choose({ profile: "local" });
  fake.events.configuration.fire({ affectsConfiguration: (name) => name.startsWith("appstreamMonitor.connection") });
  assert.equal((await early).connection.profile, "local");
  world.dispose();
});

test("a change of the AWS files is taken up; the sandbox does not care", async () => {
  choose({ kind: "aws", profile: "dev" });
  const world = start();
  const first = await world.connections.connect();
  fake.events.fileChanged.fire(Uri.file("/x"));
  const second = await world.connections.connect();
  assert.ok(second.connection.epoch > first.connection.epoch);
  world.dispose();
});

test("expired credentials show in state and status bar, late outcomes of an older connection do not", async () => {
  choose({ kind: "aws", profile: "dev" });
  const world = start();
  await world.connections.connect();
  const old = (error: AppError | undefined) => {
    world.outcome(error);
  };
  world.outcome(new AppError("expiredCredentials", "over"));
  assert.equal(fake.contexts.get("appstreamMonitor.state"), "expired");
  assert.match(String(status()["text"]), /^\$\(warning\) dev/);
  world.outcome(undefined);
  assert.equal(fake.contexts.get("appstreamMonitor.state"), "connected");
  world.connections.drop();
  old(new AppError("expiredCredentials", "late"));
  assert.notEqual(fake.contexts.get("appstreamMonitor.state"), "expired");
  world.dispose();
});

test("access denied by one service does not mark the connection", async () => {
  choose({ kind: "aws", profile: "dev" });
  const world = start();
  await world.connections.connect();
  world.outcome(new AppError("accessDenied", "no", { code: "AccessDeniedException" }));
  assert.equal(fake.contexts.get("appstreamMonitor.state"), "connected");
  world.outcome(new AppError("accessDenied", "no", { code: "UnrecognizedClientException" }));
  assert.equal(fake.contexts.get("appstreamMonitor.state"), "accessDenied");
  world.dispose();
});

test("signing in runs the AWS command line in a terminal and then uses the same profile anew", async () => {
  choose({ kind: "aws", profile: "dev" });
  const world = start();
  const first = await world.connections.connect();
  const signedIn = run("signIn") as Promise<boolean>;
  await new Promise(setImmediate);
  const terminal = fake.terminals[0];
  assert.deepEqual((terminal?.options as { shellArgs: string[] }).shellArgs, ["sso", "login", "--profile", "dev"]);
  fake.closeTerminal(0, 0);
  assert.equal(await signedIn, true);
  const second = await world.connections.connect();
  assert.equal(second.connection.profile, "dev");
  assert.ok(second.connection.epoch > first.connection.epoch);
  world.dispose();
});

test("a sign-in that failed leaves everything as it was", async () => {
  choose({ kind: "aws", profile: "dev" });
  const world = start();
  const first = await world.connections.connect();
  const signedIn = run("signIn") as Promise<boolean>;
  await new Promise(setImmediate);
  fake.closeTerminal(0, 1);
  assert.equal(await signedIn, false);
  assert.equal(world.connections.current?.epoch, first.connection.epoch);
  world.dispose();
});

test("an untrusted workspace gets no connection, no picker and no sandbox", async () => {
  fake.trusted = false;
  choose({ kind: "sandbox" });
  const world = start();
  assert.equal(await world.connections.resolve(), undefined);
  assert.equal(fake.contexts.get("appstreamMonitor.state"), "untrusted");
  for (const command of ["connect", "chooseProfile", "useSandbox", "signIn"]) {
    await run(command);
  }
  assert.equal(fake.messages.length, 4);
  assert.ok(fake.messages.every(({ text }) => text.includes("not trusted")));
  assert.deepEqual(world.loads, { aws: 0, profiles: 0, sandbox: 0 });
  world.dispose();
});

test("a profile that is gone names the malformed line that may hide it", async () => {
  problems = [{ path: "config", line: 7, message: 'In this file a profile is written "[profile gone]".' }];
  choose({ kind: "aws", profile: "gone" });
  const world = start();
  await assert.rejects(world.connections.connect(), (error: AppError) => {
    assert.equal(error.reason, "notConnected");
    assert.match(error.next ?? "", /config, line 7/);
    return true;
  });
  world.dispose();
});

test("Edit Credentials creates a commented example where there is no file, and opens it", async () => {
  const home = mkdtempSync(join(tmpdir(), "home-"));
  process.env["HOME"] = home;
  const world = start();
  const path = join(home, ".aws", "config");
  fake.files.set(Uri.file(path).toString(), "");
  await run("editCredentials");
  assert.match(readFileSync(path, "utf8"), /# \[profile my-sso\]/);
  assert.deepEqual(fake.opened, [Uri.file(path).toString()]);
  rmSync(home, { recursive: true, force: true });
  world.dispose();
});

test("resetting the sandbox asks first, and declining changes nothing", async () => {
  choose({ kind: "sandbox" });
  const world = start();
  await world.connections.connect();
  await fake.commands.get("appstreamMonitor.sandbox.reset")?.();
  assert.deepEqual(
    fake.messages.map(({ kind, modal }) => [kind, modal]),
    [["warning", true]],
  );
  assert.equal(world.loads.sandbox, 1);
  world.dispose();
});
