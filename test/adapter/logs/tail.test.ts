import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Connection } from "../../../src/core/aws/connection";
import type { SearchTarget } from "../../../src/core/aws/ports";
import { AppError } from "../../../src/core/errors";
import type { TailOptions } from "../../../src/core/logs/tailSession";
import { targetOf } from "../../../src/core/pipeline/definition";
import { parseDefinition } from "../../../src/core/pipeline/parse";
import { createTails } from "../../../src/logs/createTails";
import type { AwsBundle } from "../../../src/workbench/bundles";
import { createLog } from "../../../src/workbench/log";
import { registerLogsGate } from "../../../src/workbench/logsGate";
import { fake } from "../../fakes/vscode";

beforeEach(() => {
  fake.reset();
});

const connection: Connection = { kind: "sandbox", region: "us-east-1", epoch: 1 };

/** Runs until it is stopped or told to fail; the test sends the events. */
class FakeSession {
  static last: FakeSession | undefined;
  readonly options: TailOptions;
  signal: AbortSignal | undefined;
  fail: (error: Error) => void = () => undefined;

  constructor(options: TailOptions) {
    this.options = options;
    FakeSession.last = this;
  }

  pause(): void {}
  resume(): void {}
  setFilter(): void {}

  run(signal: AbortSignal): Promise<void> {
    this.signal = signal;
    return new Promise((resolve, reject) => {
      this.fail = reject;
      signal.addEventListener("abort", () => {
        resolve();
      });
    });
  }
}

function setUp({ policy = "{}", unsignedStatus = 200 } = {}) {
  const targets: SearchTarget[] = [];
  const regions: string[] = [];
  const aws = {
    streams: {
      list: async () => ({ items: ["logs-stream"] }),
      get: async (name: string) =>
        name === "to-s3"
          ? { name, destination: { kind: "s3" } }
          : { name, destination: { kind: "opensearch", domainArn: "arn:aws:es:us-east-1:1:domain/demo", indexName: "windows" } },
    },
    domains: {
      list: async () => [{ name: "demo" }],
      get: async (name: string) => ({ name, endpoint: `127.0.0.1:1/_domain/${name}`, accessPolicy: policy, fineGrainedAccess: false }),
    },
    search: (target: SearchTarget) => {
      targets.push(target);
      return {
        send: async ({ path }: { path: string }) =>
          path === "/"
            ? { status: unsignedStatus, headers: {}, body: "" }
            : { status: 200, headers: {}, body: '[{"index":"windows-2024-05-01"},{"index":"windows-2024-05-02"},{"index":".kibana"}]' },
      };
    },
  };
  const bundle = {
    ...{ parseDefinition, targetOf },
    createAws: ({ region }: Connection) => {
      regions.push(region);
      return aws;
    },
  } as unknown as AwsBundle;
  let changed: (connection: Connection | undefined) => void = () => undefined;
  const connected = { connection, aws } as never;
  const log = createLog();
  const registered = registerLogsGate({
    logs: async () => ({ createTails, configureL10n: () => undefined }),
    bundles: { aws: async () => bundle },
    createSession: (options) => new FakeSession(options),
    log,
    connections: {
      current: connection,
      onDidChange: (listener) => {
        changed = listener;
        return { dispose: () => undefined };
      },
      connect: async () => connected,
      resolve: async () => connected,
    },
  });
  const execute = (name: string, argument?: unknown): unknown => fake.commands.get(`appstreamMonitor.logs.${name}`)?.(argument);
  return { targets, regions, registered, execute, change: (next: Connection | undefined) => changed(next) };
}

const lines = (title: string): readonly string[] => fake.outputs.get(`Tail ${title}`)?.lines ?? [];

test("a tail of a stream opens its domain's index, says SANDBOX, and shows events and notices in batches", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { execute, targets } = setUp();
  await execute("tail", { stream: "logs-stream" });
  const output = fake.outputs.get("Tail demo/windows");
  assert.deepEqual([output?.languageId, output?.shown], ["appstream-monitor-log", true]);
  assert.match(lines("demo/windows").join("\n"), /^# SANDBOX: .*\n# index windows of domain demo\n# started \d{4}-/);
  assert.deepEqual(
    targets.map(({ access }) => access.kind),
    ["sigv4"],
  );
  const source = { TimeCreated: "2024-05-01T10:00:00.123Z", LevelDisplayName: "Error", Description: "it broke" };
  const before = lines("demo/windows").length;
  void FakeSession.last?.options.listener({
    kind: "entries",
    entries: [{ index: "windows", shard: 0, seq: 0, id: "1", version: 1, source }],
  });
  void FakeSession.last?.options.listener({ kind: "notice", code: "newIndex", text: "new index windows-2\u001b" });
  assert.equal(lines("demo/windows").length, before);
  t.mock.timers.tick(150);
  assert.match(lines("demo/windows").slice(before).join("\n"), /ERR .*it broke\n-- new index windows-2\\x1b --$/);
});

test("the status item tells rate and age, and its command stops the tail", async () => {
  const { execute } = setUp();
  await execute("tail", { domain: "demo", index: "windows" });
  const [item] = fake.statusBarItems;
  const counts = { streams: 1, indices: 1, lagging: 0, shown: 5, redelivered: 0 };
  void FakeSession.last?.options.listener({ kind: "state", rate: 2.5, newest: Date.now() - 5000, ...counts });
  assert.match(String(item?.["text"]), /windows 2\.5\/s · 5 s ago/);
  const { arguments: given } = item?.["command"] as { arguments: unknown[] };
  await execute("stopTail", given[0]);
  assert.equal(FakeSession.last?.signal?.aborted, true);
  assert.equal(lines("demo/windows").at(-1), "-- stopped --");
  assert.equal(fake.statusBarItems.length, 0);
});

test("a change of the connection stops the tail with a notice", async () => {
  const { execute, change } = setUp();
  await execute("tail", { domain: "demo", index: "windows" });
  change(connection);
  assert.equal(FakeSession.last?.signal?.aborted, false);
  change(undefined);
  assert.equal(FakeSession.last?.signal?.aborted, true);
  assert.match(lines("demo/windows").at(-1) ?? "", /connection was changed/);
});

test("what ends a tail is shown once", async () => {
  const { execute } = setUp();
  await execute("tail", { domain: "demo", index: "windows" });
  FakeSession.last?.fail(new AppError("accessDenied", "The domain refuses."));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    fake.messages.map(({ text }) => text),
    ["The tail of demo/windows ended: The domain refuses."],
  );
  assert.equal(lines("demo/windows").at(-1), "-- The domain refuses. --");
});

test("from a domain, its indices are offered without rotation suffix", async () => {
  const { execute } = setUp();
  const offered: unknown[] = [];
  fake.user.pick = (items) => {
    offered.push(...items);
    return items[0];
  };
  await execute("tail", { domain: "demo" });
  assert.deepEqual(offered, ["windows", "Another index…"]);
  assert.equal(FakeSession.last?.options.index, "windows");
});

test("from the palette a stream or a domain is asked for; a fleet and a session are filters", async () => {
  const { execute } = setUp();
  fake.user.pick = (items) => items[0];
  await execute("tail", { fleet: "desk" });
  assert.equal(FakeSession.last?.options.filter?.text, 'fleet:"desk"');
  await execute("tail", { fleet: "desk", sessionId: "s-1" });
  assert.equal(FakeSession.last?.options.filter?.text, 'session:"s-1"');
});

test("a pipeline is tailed in its own Region", async () => {
  const { execute, regions } = setUp();
  const file = "file:///project/appstream-pipeline.json";
  fake.files.set(file, JSON.stringify({ version: 1, name: "demo", region: "eu-central-1", preset: "recommended" }));
  await execute("tail", { pipeline: file });
  assert.deepEqual(regions, ["eu-central-1"]);
});

test("requests go unsigned only where the policy lets addresses in and the domain answers so", async () => {
  const policy = '{"Statement":[{"Condition":{"IpAddress":{"aws:SourceIp":"1.2.3.4"}}}]}';
  for (const [unsignedStatus, kinds] of [
    [200, ["unsigned"]],
    [403, ["unsigned", "sigv4"]],
  ] as const) {
    fake.reset();
    const { execute, targets } = setUp({ policy, unsignedStatus });
    await execute("tail", { domain: "demo", index: "windows" });
    assert.deepEqual(
      targets.map(({ access }) => access.kind),
      kinds,
    );
  }
});

test("a stream to another destination is refused with advice", async () => {
  const { execute } = setUp();
  await execute("tail", { stream: "to-s3" });
  assert.match(fake.messages[0]?.text ?? "", /does not write to a search domain\. Choose a stream/);
});
