import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type * as vscode from "vscode";
import type { Connected, Connection, ConnectionSource } from "../../../src/core/aws/connection";
import type { Aws, DeliveryStream, Fleet, Page } from "../../../src/core/aws/ports";
import { consoleUrl } from "../../../src/core/aws/partition";
import { abortError, type Clock } from "../../../src/core/clock";
import { AppError } from "../../../src/core/errors";
import { loadDomains } from "../../../src/core/resources/loadDomains";
import { loadFleets } from "../../../src/core/resources/loadFleets";
import { loadStreams } from "../../../src/core/resources/loadStreams";
import { registerExplorer } from "../../../src/explorer/registerExplorer";
import type { TreeNode } from "../../../src/explorer/node";
import type { ResourceTree } from "../../../src/explorer/resourceTree";
import type { AwsBundle } from "../../../src/workbench/bundles";
import { createLog } from "../../../src/workbench/log";
import { EventEmitter, fake } from "../../fakes/vscode";

beforeEach(() => {
  fake.reset();
});

/** Time stands still until `advance`. */
class HandClock implements Clock {
  private time = 0;
  private readonly waiting = new Set<{ at: number; wake(): void }>();
  now(): number {
    return this.time;
  }
  delay(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = { at: this.time + ms, wake: resolve };
      this.waiting.add(entry);
      signal?.addEventListener("abort", () => {
        this.waiting.delete(entry);
        reject(abortError());
      });
    });
  }
  async advance(ms: number): Promise<void> {
    this.time += ms;
    for (const entry of [...this.waiting].filter(({ at }) => at <= this.time)) {
      this.waiting.delete(entry);
      entry.wake();
    }
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise(setImmediate);
  }
}

class Connections implements ConnectionSource {
  current: Connection | undefined;
  aws: Aws;
  failure: AppError | undefined;
  resolved = 0;
  private readonly changes = new EventEmitter<Connection | undefined>();
  readonly onDidChange = (listener: (connection: Connection | undefined) => void): { dispose(): void } => this.changes.event(listener);
  constructor(aws: Aws, connection: Partial<Connection>) {
    this.aws = aws;
    this.current = { kind: "aws", profile: "dev", region: "eu-west-1", epoch: 0, ...connection };
  }
  async resolve(): Promise<Connected | undefined> {
    this.resolved++;
    if (this.failure !== undefined) {
      throw this.failure;
    }
    return this.current === undefined ? undefined : { connection: this.current, aws: this.aws };
  }
  async connect(): Promise<Connected> {
    const connected = await this.resolve();
    if (connected === undefined) {
      throw abortError();
    }
    return connected;
  }
  change(connection: Connection | undefined): void {
    this.current = connection;
    this.changes.fire(connection);
  }
}

interface Account {
  streams: string[];
  streamStatus: string;
  streamsError: AppError | undefined;
  fleets: Fleet[];
  lists: number;
  hold: Promise<void> | undefined;
}

function fleet(name: string, state = "RUNNING"): Fleet {
  return { name, arn: `arn:fleet/${name}`, state, fleetType: "ON_DEMAND", instanceType: "m", errors: [] };
}

function start(connection: Partial<Connection> = {}) {
  const account: Account = {
    streams: ["alpha", "beta"],
    streamStatus: "ACTIVE",
    streamsError: undefined,
    fleets: [fleet("f1")],
    lists: 0,
    hold: undefined,
  };
  const aws = {
    streams: {
      list: async ({ limit = 10, nextToken }: { limit?: number; nextToken?: string }): Promise<Page<string>> => {
        account.lists++;
        await account.hold;
        if (account.streamsError !== undefined) {
          throw account.streamsError;
        }
        const from = nextToken === undefined ? 0 : account.streams.indexOf(nextToken) + 1;
        const items = account.streams.slice(from, from + limit);
        return from + limit < account.streams.length ? { items, nextToken: items.at(-1) ?? "" } : { items };
      },
      get: async (name: string): Promise<DeliveryStream> => ({
        name,
        arn: `arn:stream/${name}`,
        status: account.streamStatus,
        sourceType: "DirectPut",
      }),
    },
    domains: { list: async () => [], describe: async () => [] },
    appstream: { listFleets: async () => ({ items: account.fleets }) },
  } as unknown as Aws;
  const connections = new Connections(aws, connection);
  const clock = new HandClock();
  const bundle = { loadStreams, loadDomains, loadFleets, consoleUrl } as unknown as AwsBundle;
  const bundles = { aws: async () => bundle, language: () => Promise.reject(new Error("not needed")) };
  const registration = registerExplorer({ bundles, log: createLog(), connections, clock });
  return { account, connections, clock, registration };
}

function view(name: string) {
  const found = fake.trees.get(`appstreamMonitor.${name}`);
  assert.ok(found);
  return { ...found, view: found, tree: found.options.treeDataProvider as ResourceTree };
}

const item = (tree: ResourceTree, node: TreeNode | undefined): vscode.TreeItem => {
  assert.ok(node);
  return tree.getTreeItem(node);
};

function text(value: unknown): string {
  assert.equal(typeof value, "string");
  return value as string;
}

async function labels(name: string, node?: TreeNode): Promise<string[]> {
  const { tree } = view(name);
  return (await tree.getChildren(node)).map((each) => text(tree.getTreeItem(each).label));
}

const run = (id: string, argument?: unknown): unknown => fake.commands.get(`appstreamMonitor.explorer.${id}`)?.(argument);

test("nothing is asked before a view is shown", async () => {
  const { account, connections } = start();
  await settle();
  assert.deepEqual([account.lists, connections.resolved], [0, 0]);
});

test("rows show name, state as text and icon, facts, and what menus and screen readers need", async () => {
  start();
  const { tree } = view("streams");
  const [first] = await tree.getChildren();
  const row = item(tree, first);
  assert.equal(row.label, "alpha");
  assert.equal(row.description, "Active");
  assert.equal(row.contextValue, "stream.ACTIVE");
  assert.equal(row.id, "aws:dev:eu-west-1/stream:arn:stream/alpha");
  assert.equal(row.accessibilityInformation?.label, "Delivery stream alpha, Active");
  assert.match((row.tooltip as vscode.MarkdownString).value, /ARN: arn:stream\/alpha/);
  assert.equal((first as { stream?: string }).stream, "alpha");
});

test("the view says which connection it shows, and the sandbox in its title", async () => {
  start();
  await labels("streams");
  assert.equal(view("streams").view.description, "dev@eu-west-1");
  fake.reset();
  start({ kind: "sandbox", region: "us-east-1" });
  await labels("streams");
  assert.equal(view("streams").view.title, "Delivery Streams (Sandbox)");
  assert.equal(view("streams").view.description, "us-east-1");
});

test("an empty view says so, naming the region; without a connection the welcome content speaks", async () => {
  start();
  assert.deepEqual(await labels("domains"), []);
  assert.equal(view("domains").view.message, "No domains in eu-west-1.");
  fake.reset();
  const { connections } = start();
  connections.current = undefined;
  assert.deepEqual(await labels("streams"), []);
  assert.equal(view("streams").view.message ?? "", "");
});

test("pages are loaded one after the other; a double click loads one page", async () => {
  const { account } = start();
  account.streams = Array.from({ length: 45 }, (_, at) => `s${String(at).padStart(2, "0")}`);
  const { tree } = view("streams");
  let rows = await tree.getChildren();
  assert.equal(rows.length, 21);
  const more = rows.at(-1);
  assert.equal(item(tree, more).label, "Load More…");
  assert.equal(item(tree, more).description, "20 shown");
  await Promise.all([run("loadMore", more), run("loadMore", more)]);
  rows = await tree.getChildren();
  assert.equal(rows.length, 41);
  assert.equal(account.lists, 2);
  await run("loadMore", rows.at(-1));
  assert.equal((await tree.getChildren()).length, 45);
});

test("one service that refuses leaves the others working, and its row can be retried", async () => {
  const { account } = start();
  account.streamsError = new AppError("accessDenied", "Access denied: firehose:ListDeliveryStreams", { next: "Ask for it." });
  const { tree } = view("streams");
  const [row] = await tree.getChildren();
  assert.equal(item(tree, row).label, "Access denied: firehose:ListDeliveryStreams");
  assert.match(text(item(tree, row).tooltip), /Ask for it\./);
  assert.equal((await labels("fleets"))[0], "f1");
  await tree.getChildren();
  assert.equal(account.lists, 1, "a remembered failure is not tried again by a repaint");
  account.streamsError = undefined;
  await run("retry", row);
  assert.deepEqual(await labels("streams"), ["alpha", "beta"]);
});

test("a failure of the connection itself is a row too", async () => {
  const { connections } = start();
  connections.failure = new AppError("unexpected", "The sandbox could not be started: x");
  assert.deepEqual(await labels("streams"), ["The sandbox could not be started: x"]);
});

test("expired credentials leave the view to its welcome content", async () => {
  const { account } = start();
  account.streamsError = new AppError("expiredCredentials", "over");
  assert.deepEqual(await labels("streams"), []);
  assert.equal(view("streams").view.message, "");
});

test("a service that does not answer becomes a row after the time limit", async () => {
  const { account, clock } = start();
  account.hold = new Promise(() => undefined);
  const rows = view("streams").tree.getChildren();
  await settle();
  await clock.advance(25_000);
  assert.match(text(item(view("streams").tree, (await rows)[0]).label), /no answer within 25 seconds/);
});

test("an answer of an older connection is thrown away", async () => {
  const { account, connections } = start();
  let release: () => void = () => undefined;
  account.hold = new Promise((resolve) => {
    release = resolve;
  });
  const rows = view("streams").tree.getChildren();
  await settle();
  account.hold = undefined;
  account.streams = ["gamma"];
  connections.change(undefined);
  connections.change({ kind: "aws", profile: "other", region: "eu-west-1", epoch: 1 });
  release();
  const shown = (await rows).map((node) => item(view("streams").tree, node).id);
  assert.deepEqual(shown, ["aws:other:eu-west-1/stream:arn:stream/gamma"]);
});

test("a name filter is shown, and one click clears it", async () => {
  start();
  fake.user.input = () => "bet";
  await run("filterStreams");
  assert.deepEqual(await labels("streams"), ["beta"]);
  assert.match(view("streams").view.description ?? "", /filter "bet"/);
  assert.equal(fake.contexts.get("appstreamMonitor.streamsFiltered"), true);
  fake.user.input = () => "zzz";
  await run("filterStreams");
  assert.deepEqual(await labels("streams"), []);
  assert.equal(view("streams").view.message, 'Nothing here matches "zzz".');
  await run("clearStreamsFilter");
  assert.deepEqual(await labels("streams"), ["alpha", "beta"]);
  assert.equal(fake.contexts.get("appstreamMonitor.streamsFiltered"), false);
});

test("images and builders stand below the fleets", async () => {
  start();
  assert.deepEqual(await labels("fleets"), ["f1", "Images", "Image Builders"]);
});

test("only a visible view with something between two states is read again, and only until it is done", async () => {
  const { account, clock } = start();
  account.streamStatus = "CREATING";
  const { tree, view: shown } = view("streams");
  shown.setVisible(true);
  await tree.getChildren();
  await clock.advance(15_000);
  assert.equal(account.lists, 2);
  account.streamStatus = "ACTIVE";
  await clock.advance(15_000);
  assert.equal(account.lists, 3);
  await clock.advance(15_000);
  assert.equal(account.lists, 3, "everything is settled");
  account.streamStatus = "CREATING";
  await run("refresh");
  await tree.getChildren();
  shown.setVisible(false);
  await settle();
  await clock.advance(60_000);
  assert.equal(account.lists, 4, "nobody looks");
});

test("a visible view keeps the sandbox alive", async () => {
  const { connections, clock } = start({ kind: "sandbox" });
  const { tree, view: shown } = view("streams");
  shown.setVisible(true);
  await tree.getChildren();
  const before = connections.resolved;
  for (let minute = 0; minute < 3; minute++) {
    await clock.advance(61_000);
  }
  assert.ok(connections.resolved > before);
});

test("a resource is found on a later page and revealed; an unknown one is not", async () => {
  const { account } = start();
  account.streams = Array.from({ length: 30 }, (_, at) => `s${String(at).padStart(2, "0")}`);
  assert.equal(await run("reveal", { kind: "stream", name: "s27" }), true);
  assert.equal((view("streams").view.revealed[0] as { name?: string }).name, "s27");
  assert.equal(await run("reveal", { kind: "stream", name: "nope" }), false);
});

test("where there is nothing to ask for, a sentence says so", async () => {
  const { account } = start();
  account.streams = [];
  account.fleets = [];
  await run("copyName");
  assert.match(fake.messages[0]?.text ?? "", /^There is no delivery stream, domain or fleet in eu-west-1\./);
});

test("copying takes the node's values, or asks where there is no node", async () => {
  start();
  const [node] = await view("streams").tree.getChildren();
  await run("copyName", node);
  assert.equal(fake.clipboard, "alpha");
  await run("copyArn", node);
  assert.equal(fake.clipboard, "arn:stream/alpha");
  fake.user.pick = (items) => items.find((each) => typeof each !== "string" && each.label === "beta");
  await run("copyArn");
  assert.equal(fake.clipboard, "arn:stream/beta");
});

test("the palette's list survives a service that refuses", async () => {
  const { account } = start();
  account.streamsError = new AppError("accessDenied", "Access denied: x");
  let seen: string[] = [];
  fake.user.pick = (items) => {
    seen = items.map((each) => (typeof each === "string" ? each : each.label));
    return undefined;
  };
  await run("copyName");
  assert.deepEqual(seen, ["Delivery streams", "$(error) Access denied: x", "Domains", "Fleets", "f1"]);
  assert.deepEqual(fake.messages, []);
});

test("the console opens at the right partition; the sandbox has none and says so", async () => {
  start({ region: "cn-north-1" });
  await run("openInConsole", { kind: "stream", name: "alpha" });
  assert.match(fake.opened[0] ?? "", /^https:\/\/cn-north-1\.console\.amazonaws\.cn\/firehose/);
  fake.reset();
  start({ kind: "sandbox" });
  await run("openInConsole", { kind: "stream", name: "alpha" });
  assert.deepEqual(fake.opened, []);
  assert.match(fake.messages[0]?.text ?? "", /sandbox has no console/);
});

test("nothing is left behind when the extension ends", async () => {
  const { registration, clock, account } = start();
  account.streamStatus = "CREATING";
  view("streams").view.setVisible(true);
  await view("streams").tree.getChildren();
  registration.dispose();
  await settle();
  await clock.advance(60_000);
  assert.equal(account.lists, 1);
  assert.equal(fake.trees.size, 0);
  assert.equal(fake.commands.size, 0);
});
