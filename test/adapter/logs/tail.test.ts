import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import type { Connection } from "../../../src/core/aws/connection";
import type { SearchRequest, SearchTarget } from "../../../src/core/aws/ports";
import { AppError } from "../../../src/core/errors";
import type { LogFilter } from "../../../src/core/logs/filter";
import type { TailPosition } from "../../../src/core/logs/resumeTail";
import type { TailOptions } from "../../../src/core/logs/tailSession";
import { targetOf } from "../../../src/core/pipeline/definition";
import { parseDefinition } from "../../../src/core/pipeline/parse";
import { createTails } from "../../../src/logs/createTails";
import { registerLogs } from "../../../src/logs/registerLogs";
import type { AwsBundle } from "../../../src/workbench/bundles";
import { createLog } from "../../../src/workbench/log";
import { fake } from "../../fakes/vscode";
import type { FakeQuickPick } from "../../fakes/vscodePickers";
import { Position, Uri } from "../../fakes/vscodeTypes";

let registered: { dispose(): unknown } | undefined;

beforeEach(() => {
  fake.reset();
});

afterEach(async () => {
  registered?.dispose();
  await new Promise((resolve) => setImmediate(resolve));
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

  readonly filters: string[] = [];
  pauses = 0;
  skips = 0;
  read: readonly TailPosition[] = [];
  positions(): readonly TailPosition[] {
    return this.read;
  }
  readonly hidden: boolean[] = [];
  skipToNow(): void {
    this.skips++;
  }
  setHidden(hidden: boolean): void {
    this.hidden.push(hidden);
  }
  resumes = 0;
  pause(): void {
    this.pauses++;
  }
  resume(): void {
    this.resumes++;
  }
  setFilter({ text }: LogFilter): void {
    this.filters.push(text);
  }

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

const caps = (type: string): unknown => ({ [type]: { type, aggregatable: type !== "text" } });
const fieldCaps = { ProviderName: caps("text"), "ProviderName.keyword": caps("keyword"), EventId: caps("long"), Custom: caps("keyword") };
const values = {
  buckets: [
    { key: "Disk", doc_count: 3 },
    { key: "My App", doc_count: 1 },
    { key: "$(error) \u202eevil", doc_count: 1 },
  ],
};

function answer({ path }: SearchRequest): { readonly status?: number; readonly body: string } {
  if (path.startsWith("/_cat")) {
    return { body: '[{"index":"windows-2024-05-01"},{"index":"windows-2024-05-02"},{"index":".kibana"}]' };
  }
  return { body: JSON.stringify(path.endsWith("/_field_caps") ? { fields: fieldCaps } : { _shards: {}, aggregations: { values } }) };
}

function memento(state: Map<string, unknown>) {
  return {
    keys: () => [...state.keys()],
    get: <T>(key: string, fallback?: T): T => (state.get(key) ?? fallback) as T,
    update: async (key: string, value: unknown) => {
      if (value === undefined) {
        state.delete(key);
      } else {
        state.set(key, JSON.parse(JSON.stringify(value)));
      }
    },
  };
}

function setUp({
  policy = "{}",
  unsignedStatus = 200,
  fleetsFail = false,
  isEmpty = false,
  more = {},
  search = answer,
  state = new Map<string, unknown>(),
  secrets = new Map<string, string>(),
} = {}) {
  const targets: SearchTarget[] = [];
  const regions: string[] = [];
  const aws = {
    streams: {
      list: async ({ nextToken }: { nextToken?: string }) =>
        nextToken === undefined ? { items: isEmpty ? [] : ["logs-stream"], ...more } : { items: ["second-page-stream"] },
      get: async (name: string) =>
        name === "to-s3"
          ? { name, destination: { kind: "s3" } }
          : { name, destination: { kind: "opensearch", domainArn: "arn:aws:es:us-east-1:1:domain/demo", indexName: "windows" } },
    },
    appstream: {
      listFleets: async ({ nextToken }: { nextToken?: string }) => {
        if (fleetsFail) {
          throw new AppError("accessDenied", "No fleets for you.");
        }
        return nextToken === undefined ? { items: isEmpty ? [] : [{ name: "desk" }], ...more } : { items: [{ name: "second-page-fleet" }] };
      },
    },
    domains: {
      list: async () => (isEmpty ? [] : [{ name: "demo" }]),
      get: async (name: string) => ({ name, endpoint: `127.0.0.1:1/_domain/${name}`, accessPolicy: policy, fineGrainedAccess: false }),
    },
    search: (target: SearchTarget) => {
      targets.push(target);
      return {
        send: async (request: SearchRequest) =>
          request.path === "/" ? { status: unsignedStatus, headers: {}, body: "" } : { status: 200, headers: {}, ...search(request) },
      };
    },
  };
  const bundle = {
    ...{ parseDefinition, targetOf },
    loadTails: () => Promise.resolve({ createTails }),
    createAws: ({ region }: Connection) => {
      regions.push(region);
      return aws;
    },
  } as unknown as AwsBundle;
  let changed: (connection: Connection | undefined) => void = () => undefined;
  const connected = { connection, aws } as never;
  const log = createLog();
  registered?.dispose();
  registered = registerLogs({
    bundles: { aws: async () => bundle },
    memento: memento(state),
    secrets: {
      get: async (key) => secrets.get(key),
      store: async (key, value) => void secrets.set(key, value),
      delete: async (key) => void secrets.delete(key),
      keys: async () => [...secrets.keys()],
      onDidChange: () => ({ dispose: () => undefined }),
    },
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
  return { targets, regions, execute, change: (next: Connection | undefined) => changed(next) };
}

const lines = (title: string): readonly string[] => fake.outputs.get(`Tail ${title}`)?.lines ?? [];

test("a tail of a stream opens its domain's index, says SANDBOX, and shows events and notices in batches", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { execute, targets } = setUp();
  await execute("tail", { stream: "logs-stream", since: "now" });
  const output = fake.outputs.get("Tail demo/windows");
  assert.deepEqual([output?.languageId, output?.shown], ["appstream-monitor-log", true]);
  t.mock.timers.tick(150);
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

const counts = { streams: 5, indices: 2, lagging: 0, shown: 5, redelivered: 1, behind: 0, largestInversion: 0 };

const statusItem = (): Record<string, unknown> => fake.statusBarItems[0] ?? {};

test("the status item tells rate, age and lag; its menu pauses and stops", async () => {
  const { execute } = setUp();
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  const session = FakeSession.last;
  void session?.options.listener({ kind: "state", rate: 2.5, newest: Date.now() - 5000, ...counts, lagging: 2 });
  assert.match(String(statusItem()["text"]), /^\$\(pulse\) windows 2\.5\/s · 5 s old · 2 shards lag$/);
  const { value, isTrusted } = statusItem()["tooltip"] as { value: string; isTrusted: { enabledCommands: string[] } };
  assert.match(value, /Shards: 5, indices: 2, shown: 5, repeats left out: 1/);
  for (const [, command = ""] of value.matchAll(/\(command:([^?)]+)/g)) {
    assert.ok(isTrusted.enabledCommands.includes(command), command);
  }
  assert.equal(statusItem()["command"], "appstreamMonitor.logs.tailActions");
  fake.user.pick = choosing("$(debug-pause) Pause");
  await execute("tailActions");
  assert.equal(session?.pauses, 1);
  assert.match(String(statusItem()["text"]), /^\$\(debug-pause\) windows paused/);
  fake.user.pick = choosing("$(debug-stop) Stop");
  await execute("tailActions");
  assert.equal(session?.signal?.aborted, true);
  assert.equal(lines("demo/windows").at(-1)?.split("\n").at(-1), "-- stopped --");
  assert.equal(statusItem()["visible"], false);
  assert.deepEqual([fake.contexts.get("appstreamMonitor.tailing"), fake.contexts.get("appstreamMonitor.tailPaused")], [false, false]);
});

test("paused, nothing is written and the session waits; resumed, what came with the last poll follows", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { execute } = setUp();
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  const session = FakeSession.last;
  t.mock.timers.tick(150);
  await execute("pauseTail");
  const before = lines("demo/windows").length;
  void session?.options.listener(entries("late"));
  t.mock.timers.tick(1000);
  assert.equal(lines("demo/windows").length, before);
  await execute("resumeTail");
  t.mock.timers.tick(150);
  assert.deepEqual([session?.pauses, session?.resumes], [1, 1]);
  assert.match(lines("demo/windows").at(-1) ?? "", /late\n-- resumed: what arrived meanwhile follows --$/);
});

test("a full queue makes the session wait until the channel was written", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { execute } = setUp();
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  const many = Array.from({ length: 20_000 }, (_, at) => `e${at}`);
  let taken = false;
  void Promise.resolve(FakeSession.last?.options.listener(entries(...many))).then(() => (taken = true));
  await Promise.resolve();
  assert.equal(taken, false);
  for (let round = 0; round < 12; round++) {
    t.mock.timers.tick(150);
    await Promise.resolve();
  }
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(taken, true);
  const shown = lines("demo/windows")
    .join("\n")
    .split("\n")
    .filter((line) => / e\d+$/.test(line));
  assert.equal(shown.length, many.length);
});

test("before the editor's limit the channel is made anew: the last lines, a notice, and nothing lost", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { execute } = setUp();
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  const name = "Tail demo/windows";
  const made = fake.outputs.get(name);
  const ids = Array.from({ length: 3000 }, (_, at) => `e${at} ${"x".repeat(8000)}`);
  const written = new Set<string>();
  const collect = (): void =>
    lines("demo/windows")
      .join("\n")
      .split("\n")
      .forEach((line) => void (/ (e\d+) x/.test(line) && written.add(/ (e\d+) x/.exec(line)?.[1] ?? "")));
  for (let at = 0; at < ids.length; at += 100) {
    void FakeSession.last?.options.listener(entries(...ids.slice(at, at + 100)));
    t.mock.timers.tick(150);
    collect();
  }
  t.mock.timers.tick(150);
  collect();
  assert.notEqual(fake.outputs.get(name), made);
  assert.equal(made?.disposed, true);
  assert.equal(written.size, ids.length);
  const anew = lines("demo/windows").join("\n");
  assert.match(anew, /-- the view begins anew, .* --/);
  assert.ok(anew.length < 25 * 1024 * 1024);
});

test("far behind, its menu offers to skip to the newest events", async () => {
  const { execute } = setUp();
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  const labels: string[] = [];
  fake.user.pick = (items) => {
    labels.push(...items.map((item) => (typeof item === "string" ? item : item.label)));
    return choosing("$(debug-step-over) Skip to the Newest Events")(items);
  };
  await execute("tailActions");
  assert.ok(!labels.some((label) => label.includes("Skip")));
  void FakeSession.last?.options.listener({ kind: "state", rate: 2.5, ...counts, behind: 60_000 });
  assert.match(String(statusItem()["text"]), /60000 events behind/);
  await execute("tailActions");
  assert.equal(FakeSession.last?.skips, 1);
});

test("while its channel is not shown the domain is asked less often", async () => {
  const { execute } = setUp();
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  fake.events.visibleEditors.fire([]);
  const output = fake.open(Uri.parse("output:extension-output-appstream-monitor.appstream-monitor-%231-Tail%20demo/windows"), "log", "");
  fake.activeEditor = { document: output };
  fake.events.visibleEditors.fire([]);
  assert.deepEqual(FakeSession.last?.hidden, [true, false]);
});

test("emptying leaves the tail where it is", async () => {
  const { execute } = setUp();
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  await execute("clearTail");
  assert.equal(FakeSession.last?.signal?.aborted, false);
});

const entries = (...descriptions: readonly string[]) => ({
  kind: "entries" as const,
  entries: descriptions.map((Description, seq) => ({
    ...{ index: "windows", shard: 0, seq, id: Description.slice(0, 12), version: 1 },
    source: { TimeCreated: "2024-05-01T10:00:00.123Z", LevelDisplayName: "Error", Description },
  })),
});

test("a change of the connection stops the tail with a notice", async () => {
  const { execute, change } = setUp();
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  change(connection);
  assert.equal(FakeSession.last?.signal?.aborted, false);
  change(undefined);
  assert.equal(FakeSession.last?.signal?.aborted, true);
  assert.match(lines("demo/windows").at(-1) ?? "", /-- stopped: the connection was changed --$/);
});

test("what a stopped tail has shown can be saved and looked into", async () => {
  const { execute } = setUp();
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  assert.equal(fake.contexts.get("appstreamMonitor.tailShown"), true);
  await execute("stopTail");
  assert.equal(fake.contexts.get("appstreamMonitor.tailing"), false);
  assert.equal(fake.contexts.get("appstreamMonitor.tailShown"), true);
  let asked: unknown;
  fake.user.pick = (items, { title }) => {
    asked = [title, items.map((item) => (typeof item === "string" ? item : item.label))];
    return undefined;
  };
  await execute("saveEvents");
  assert.deepEqual(asked, ["Save Events of demo/windows", ["What is shown"]]);
});

test("what ends a tail is shown once", async () => {
  const { execute } = setUp();
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  FakeSession.last?.fail(new AppError("accessDenied", "The domain refuses."));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    fake.messages.map(({ text }) => text),
    ["The tail of demo/windows ended: The domain refuses."],
  );
  assert.match(lines("demo/windows").at(-1) ?? "", /-- The domain refuses\. --$/);
});

test("from a domain, its indices are offered without rotation suffix", async () => {
  const { execute } = setUp();
  const offered: unknown[] = [];
  fake.user.pick = (items) => {
    offered.push(...items);
    return items[0];
  };
  await execute("tail", { domain: "demo", since: "now" });
  assert.deepEqual(offered, ["windows", "Another index…"]);
  assert.equal(FakeSession.last?.options.index, "windows");
});

const choosing =
  (...labels: readonly string[]) =>
  (items: readonly (string | { readonly label: string })[]): unknown =>
    items.find((item) => labels.includes(typeof item === "string" ? item : item.label));

test("a fleet and a session are filters; the stream or domain that holds their events is asked for", async () => {
  const { execute } = setUp();
  fake.user.pick = choosing("logs-stream");
  await execute("tail", { fleet: "desk", since: "now" });
  assert.equal(FakeSession.last?.options.filter?.text, "fleet:desk");
  await execute("tail", { fleet: "desk", sessionId: "s 1", since: "now" });
  assert.equal(FakeSession.last?.options.filter?.text, 'session:"s 1"');
});

test("from the palette streams, domains and fleets are offered, and a listing that fails is named among them", async () => {
  const { execute } = setUp({ fleetsFail: true });
  const offered: unknown[][] = [];
  fake.user.pick = (items) => {
    offered.push(items.map((item) => (typeof item === "string" ? item : item.label)));
    return undefined;
  };
  await execute("tail");
  assert.deepEqual(offered, [["Delivery streams", "logs-stream", "Domains", "demo", "Fleets", "$(warning) Fleets"]]);
  assert.deepEqual(fake.messages, []);
});

test("streams and fleets of every page are offered", async () => {
  const { execute } = setUp({ more: { nextToken: "2" } });
  let offered: unknown[] = [];
  fake.user.pick = (items) => {
    offered = items.map((item) => (typeof item === "string" ? item : item.label));
    return undefined;
  };
  await execute("tail");
  const all = ["Delivery streams", "logs-stream", "second-page-stream", "Domains", "demo", "Fleets", "desk", "second-page-fleet"];
  assert.deepEqual(offered, all);
});

test("where there is nothing to tail yet, a sentence says so", async () => {
  const { execute } = setUp({ isEmpty: true });
  await execute("tail");
  assert.match(fake.messages[0]?.text ?? "", /^There is nothing to tail yet: .* Deploy a pipeline first/);
});

test("what the configuration in the editor writes to comes first, the sink under the cursor before the others", async () => {
  const { execute, regions } = setUp();
  const sink = (id: string, stream: string, region: string): string =>
    JSON.stringify({ Id: id, SinkType: "KinesisFirehose", StreamName: stream, Region: region });
  const text = `{"Sources": [{"Id": "S", "SourceType": "WindowsEventLogSource"}],\n"Sinks": [${sink("A", "first", "us-east-1")},\n${sink("B", "second", "eu-west-1")}]}`;
  const document = fake.open(Uri.file("/project/appsettings.json"), "json", text);
  fake.activeEditor = { document, selection: { active: new Position(2, 10) } };
  let labels: string[] = [];
  fake.user.pick = (items) => {
    labels = items.map((item) => (typeof item === "string" ? item : item.label));
    return choosing("second", "From now on")(items);
  };
  await execute("tail");
  assert.deepEqual(regions, ["eu-west-1"]);
  assert.ok(labels.includes("From now on"));
  assert.equal(FakeSession.last?.options.index, "windows");
});

test("the start is asked for: from now on, some time back, or everything", async () => {
  for (const [label, since] of [
    ["From now on", { kind: "last", count: 20 }],
    ["Last 15 minutes", { kind: "since", ms: 900_000 }],
    ["Everything", { kind: "all" }],
  ] as const) {
    fake.reset();
    const { execute } = setUp();
    fake.user.pick = choosing(label);
    await execute("tail", { domain: "demo", index: "windows" });
    assert.deepEqual(FakeSession.last?.options.since, since, label);
  }
});

test("who leaves at the question about the start has no tail and no message", async () => {
  const { execute } = setUp();
  FakeSession.last = undefined;
  await execute("tail", { domain: "demo", index: "windows" });
  assert.equal(FakeSession.last, undefined);
  assert.deepEqual(fake.messages, []);
});

test("a pipeline is tailed in its own Region", async () => {
  const { execute, regions } = setUp();
  const file = "file:///project/appstream-pipeline.json";
  fake.files.set(file, JSON.stringify({ version: 1, name: "demo", region: "eu-central-1", preset: "recommended" }));
  await execute("tail", { pipeline: file, since: "now" });
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
    await execute("tail", { domain: "demo", index: "windows", since: "now" });
    assert.deepEqual(
      targets.map(({ access }) => access.kind),
      kinds,
    );
  }
});

test("a stream to another destination is refused with advice", async () => {
  const { execute } = setUp();
  await execute("tail", { stream: "to-s3", since: "now" });
  assert.match(fake.messages[0]?.text ?? "", /does not write to a search domain\. Choose a stream/);
});

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** The question for the filter, once its first suggestions are there. */
async function filterQuestion(): Promise<{ readonly pick: FakeQuickPick; readonly labels: () => string[] }> {
  await settled();
  const pick = shownPick;
  assert.ok(pick !== undefined);
  return { pick, labels: () => pick.items.map(({ label }) => label) };
}

let shownPick: FakeQuickPick | undefined;

function watchPicks(): void {
  shownPick = undefined;
  fake.user.dialog = (dialog) => {
    shownPick = "items" in dialog ? dialog : shownPick;
  };
}

test("a filter is completed from the index: names, then the most frequent values, and taken when it is accepted", async () => {
  const { execute } = setUp();
  watchPicks();
  let first = true;
  fake.user.pick = (items) => (first ? ((first = false), choosing("$(filter) Filter…")(items)) : choosing("From now on")(items));
  const started = execute("tail", { domain: "demo", index: "windows" }) as Promise<void>;
  const { pick, labels } = await filterQuestion();
  assert.ok(labels().includes("provider:") && labels().includes("@Custom:"));
  assert.equal(pick.ignoreFocusOut, true, "a click elsewhere does not lose what is half typed");
  pick.type("-prov");
  await settled();
  assert.deepEqual(labels(), ["Apply this filter", "Continue with", "provider:"]);
  pick.accept("provider:");
  await settled();
  assert.equal(pick.value, "-provider:");
  assert.deepEqual(labels().slice(-3), ["Disk", "My App", "\\$(error) \\u202eevil"], "no value is an icon or reverses text");
  pick.accept("My App");
  await settled();
  assert.equal(pick.value, '-provider:"My App" ');
  pick.accept("Apply this filter");
  await started;
  assert.equal(FakeSession.last?.options.filter?.text, '-provider:"My App"');
});

test("the filter of a running tail is changed; what the domain does not understand is not taken", async () => {
  const refused = (request: SearchRequest): { readonly status?: number; readonly body: string } =>
    request.body?.includes("bad(") === true
      ? { status: 400, body: '{"error":{"reason":"Failed to parse query [bad(]"}}' }
      : answer(request);
  const { execute } = setUp({ search: refused });
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  watchPicks();
  const changing = execute("changeFilter") as Promise<void>;
  const { pick } = await filterQuestion();
  pick.type('query:"bad("');
  await settled();
  pick.accept("Apply this filter");
  await settled();
  assert.match(String((pick.items[0] as { detail?: string }).detail), /does not understand the search: Failed to parse query/);
  assert.deepEqual(FakeSession.last?.filters, []);
  pick.type("level:error");
  await settled();
  pick.accept("Apply this filter");
  await changing;
  assert.deepEqual(FakeSession.last?.filters, ["level:error"]);
});

test("saved filters are offered, saved and removed; a name that no field has is told", async () => {
  const { execute } = setUp();
  fake.settings.set("appstreamMonitor.tail.filters", { Errors: "level:error" });
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  watchPicks();
  const changing = execute("changeFilter") as Promise<void>;
  const { pick, labels } = await filterQuestion();
  assert.ok(labels().includes("$(star) Errors"));
  pick.type("lvl:error");
  await settled();
  assert.match(String((pick.items[0] as { detail?: string }).detail), /searched as text: lvl:/);
  fake.user.input = () => "Mine";
  pick.press(pick.buttons[0]);
  await settled();
  assert.deepEqual(fake.settings.get("appstreamMonitor.tail.filters"), { Errors: "level:error", Mine: "lvl:error" });
  pick.type("");
  await settled();
  const errors = pick.items.find(({ label }) => label === "$(star) Errors");
  pick.pressOf(errors);
  await settled();
  assert.deepEqual(fake.settings.get("appstreamMonitor.tail.filters"), { Mine: "lvl:error" });
  pick.accept("$(star) Mine");
  await changing;
  assert.deepEqual(FakeSession.last?.filters, ["lvl:error"]);
});

test("two tails of one index have a channel each; the same events again replace theirs; the eleventh is refused", async () => {
  const { execute } = setUp();
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  const first = FakeSession.last;
  await execute("tail", { domain: "demo", index: "windows", filter: "level:error", since: "now" });
  assert.deepEqual([...fake.outputs.keys()].slice(-2), ["Tail demo/windows", "Tail demo/windows (2)"]);
  assert.equal(first?.signal?.aborted, false);
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  assert.equal(first?.signal?.aborted, true);
  for (let number = 3; number <= 11; number++) {
    await execute("tail", { domain: "demo", index: "windows", filter: `id:${number}`, since: "now" });
  }
  assert.match(fake.messages.at(-1)?.text ?? "", /10 tails run already\. Stop one of them first\./);
});

test("after the window was loaded anew its tails are offered, and go on where they were shown to", async () => {
  const state = new Map<string, unknown>();
  const first = setUp({ state });
  await first.execute("tail", { domain: "demo", index: "windows", filter: "level:error", since: "now" });
  const session = FakeSession.last as FakeSession;
  session.read = [{ index: "windows", shard: 0, floor: 1, ceiling: 9, shown: "AAc=" }];
  void session.options.listener(entries("waiting"));
  void session.options.listener({ kind: "state", rate: 1, ...counts });
  await first.execute("tail", { domain: "demo", index: "other", since: "now" });
  assert.deepEqual(state.get("logs.tails"), [], "what waits is not shown yet");
  await new Promise((resolve) => setTimeout(resolve, 200));
  // Events come with every poll: there is never one after which nothing waits.
  void session.options.listener(entries("waiting too"));
  void session.options.listener({ kind: "state", rate: 1, ...counts });
  await first.execute("stopTail", "2");
  const kept = state.get("logs.tails") as { at: number }[];
  assert.equal(kept.length, 1);
  assert.doesNotMatch(JSON.stringify(kept), /secret|password|accessKey/i);

  fake.reset();
  const second = setUp({ state });
  assert.deepEqual([fake.messages, fake.outputs.has("Tail demo/windows")], [[], false]);
  assert.match(String(fake.statusBarItems[0]?.["text"]), /Resume Tails \(1\)/);
  fake.user.pick = (items) => items;
  await second.execute("resumeTails");
  const { since, filter } = (FakeSession.last as FakeSession).options;
  assert.deepEqual(since, { kind: "resume", at: kept[0]?.at, positions: session.read });
  assert.equal(filter?.text, "level:error");
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.match(lines("demo/windows").join("\n"), /# goes on after a gap of \d+ s: what arrived meanwhile follows/);
  assert.ok(!fake.statusBarItems.some(({ text }) => /Resume/.test(String(text))));
});

test("tails of another connection are not resumed with this one", async () => {
  const kept = { domain: "demo", index: "windows", filter: "", kind: "aws", profile: "prod", region: "eu-west-1", at: 1, positions: [] };
  const state = new Map<string, unknown>([["logs.tails", [kept]]]);
  const { execute } = setUp({ state });
  FakeSession.last = undefined;
  fake.user.pick = (items) => items;
  await execute("resumeTails");
  assert.equal(FakeSession.last, undefined);
  assert.match(fake.messages[0]?.text ?? "", /another connection: prod\. Connect to it/);
  assert.deepEqual(state.get("logs.tails"), [kept], "a tail that could not go on is not forgotten");
});

test("a choice of tails that is left keeps them and their offer", async () => {
  const kept = { domain: "demo", index: "windows", filter: "", kind: "sandbox", region: "us-east-1", at: 1, positions: [] };
  const state = new Map<string, unknown>([["logs.tails", [kept]]]);
  const { execute } = setUp({ state });
  fake.user.pick = () => undefined;
  await execute("resumeTails");
  assert.deepEqual(state.get("logs.tails"), [kept]);
  assert.match(String(fake.statusBarItems[0]?.["text"]), /Resume Tails \(1\)/);
  assert.deepEqual(fake.messages, []);
});

test("a domain's own user gets in with a password from the secret storage, asked for once, by a tunnel where one is named", async () => {
  const secrets = new Map<string, string>();
  fake.settings.set("appstreamMonitor.domains.access", { demo: { access: "basic", user: "ada", address: "https://localhost:9200" } });
  const asked: unknown[] = [];
  fake.user.input = (options) => {
    asked.push(options["password"]);
    return "s3cret";
  };
  const { execute, targets } = setUp({ secrets });
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  await execute("tail", { domain: "demo", index: "other", since: "now" });
  assert.deepEqual(targets[0], {
    endpoint: "https://localhost:9200",
    hostOverride: "127.0.0.1:1",
    region: "us-east-1",
    access: { kind: "basic", user: "ada", password: "s3cret" },
  });
  assert.deepEqual(asked, [true]);
  assert.deepEqual([...secrets.values()], ["s3cret"]);
  const everywhere = JSON.stringify([[...fake.settings], fake.messages, [...fake.outputs.values()].map(({ lines: each }) => each)]);
  assert.ok(!everywhere.includes("s3cret"));
});

test("a password that the domain refuses is forgotten, and asked for with the next tail", async () => {
  const secrets = new Map<string, string>();
  fake.settings.set("appstreamMonitor.domains.access", { demo: { access: "basic", user: "ada" } });
  const given = ["wrong", "right"];
  fake.user.input = ({ password }) => (password === true ? given.shift() : undefined);
  let status = 401;
  const { execute, targets } = setUp({ secrets, search: () => ({ status, body: "Unauthorized" }) });
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  await FakeSession.last?.options.transport.send({ method: "POST", path: "/_msearch" });
  assert.equal(secrets.size, 0);
  status = 200;
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  await FakeSession.last?.options.transport.send({ method: "POST", path: "/_msearch" });
  assert.deepEqual([...secrets.values()], ["right"]);
  assert.deepEqual(targets.at(-1)?.access, { kind: "basic", user: "ada", password: "right" });
});

test("access is chosen by a command: the user in the settings, the password a secret, both gone with another choice", async () => {
  const secrets = new Map<string, string>();
  const { execute, targets } = setUp({ secrets });
  fake.user.pick = choosing("demo", "User and password…");
  fake.user.input = ({ password }) => (password === true ? "s3cret" : "ada");
  await execute("domainAccess");
  assert.deepEqual(fake.settings.get("appstreamMonitor.domains.access"), { demo: { access: "basic", user: "ada" } });
  assert.deepEqual([...secrets.values()], ["s3cret"]);
  fake.user.pick = choosing("demo", "Unsigned");
  await execute("domainAccess");
  assert.deepEqual(fake.settings.get("appstreamMonitor.domains.access"), { demo: { access: "unsigned" } });
  assert.equal(secrets.size, 0);
  await execute("tail", { domain: "demo", index: "windows", since: "now" });
  assert.deepEqual(targets.at(-1)?.access, { kind: "unsigned" });
  fake.user.pick = choosing("demo", "Automatic");
  await execute("domainAccess");
  assert.deepEqual(fake.settings.get("appstreamMonitor.domains.access"), {});
});
