import assert from "node:assert/strict";
import { test } from "node:test";
import type { Aws, Domain, Fleet, SearchRequest, Session } from "../../../../src/core/aws/ports";
import { AppError } from "../../../../src/core/errors";
import { indexBaseName, parseIndices, summarizeDomain, summarizeIndex } from "../../../../src/core/resources/domain";
import { domainRefusal, refusalError } from "../../../../src/core/resources/domainRefusal";
import type { Entry, EntryPage, LoadRequest } from "../../../../src/core/resources/entry";
import { summarizeFleet, summarizeSession } from "../../../../src/core/resources/fleet";
import { loadDomains } from "../../../../src/core/resources/loadDomains";
import { loadFleets } from "../../../../src/core/resources/loadFleets";
import { loadStreams } from "../../../../src/core/resources/loadStreams";
import { streamDetails, summarizeStream } from "../../../../src/core/resources/stream";
import { countText, stateText } from "../../../../src/core/resources/summary";

const stream = {
  name: "Example-Stream",
  arn: "arn:aws:firehose:us-east-1:1:deliverystream/Example-Stream",
  status: "ACTIVE",
  sourceType: "DirectPut",
  destination: {
    kind: "elasticsearch",
    domainArn: "arn:aws:es:us-east-1:1:domain/example-domain",
    indexName: "example",
    indexRotation: "OneDay",
    bufferSeconds: 60,
    bufferMegabytes: 1,
    backupMode: "FailedDocumentsOnly",
    bucketArn: "arn:aws:s3:::backup",
    logging: { enabled: true, group: "/aws/kinesisfirehose/Example-Stream" },
    roleArn: "arn:aws:iam::1:role/path/firehose-role",
  },
} as const;

const domain: Domain = {
  name: "example-domain",
  arn: "arn:aws:es:us-east-1:1:domain/example-domain",
  endpoint: "127.0.0.1:9/_domain/example-domain",
  engineVersion: "OpenSearch_2.19",
  status: "Active",
  processing: false,
  instanceType: "t3.medium.search",
  instanceCount: 2,
  volumeGb: 35,
  volumeType: "gp3",
  inVpc: false,
  encryptionAtRest: true,
  enforceHttps: true,
  fineGrainedAccess: false,
};

const fleet: Fleet = {
  name: "Example-Fleet",
  arn: "arn:aws:appstream:us-east-1:1:fleet/Example-Fleet",
  state: "RUNNING",
  fleetType: "ON_DEMAND",
  instanceType: "stream.standard.medium",
  imageName: "Example-Image",
  capacity: { desired: 2, running: 2, inUse: 1, available: 1 },
  errors: [],
};

function requestWith(aws: unknown, more: Partial<LoadRequest> = {}): LoadRequest {
  return {
    aws: aws as Aws,
    connection: { kind: "sandbox", region: "us-east-1", epoch: 0 },
    accepts: () => true,
    filtered: false,
    signal: new AbortController().signal,
    ...more,
  };
}

const names = (page: EntryPage): string[] => page.items.map(nameOf);

function nameOf(entry: Entry): string {
  return entry.type === "resource" ? entry.summary.name : entry.type === "fact" ? `${entry.fact.label}: ${entry.fact.value}` : entry.key;
}

async function below(entry: Entry | undefined, request: LoadRequest): Promise<EntryPage> {
  assert.ok(entry !== undefined && entry.type !== "fact" && entry.load !== undefined);
  return entry.load(request);
}

test("a stream shows destination, index, buffering, backup, error logging and role", () => {
  assert.equal(summarizeStream(stream).description, "Active → example");
  assert.deepEqual(
    streamDetails(stream).map(({ label, value }) => `${label}: ${value}`),
    [
      "Destination: Elasticsearch example-domain",
      "Index: example, a new one every day",
      "Buffering: 1 MB or 60 s",
      "Backup: failed documents to backup",
      "Error logging: /aws/kinesisfirehose/Example-Stream",
      "Role: firehose-role",
    ],
  );
});

test("states of all services are told apart by tone and text", () => {
  const tone = (status: string) => summarizeStream({ ...stream, status }).tone;
  assert.deepEqual(["ACTIVE", "CREATING", "CREATING_FAILED", "NEW_STATE"].map(tone), ["ok", "busy", "failed", "unknown"]);
  assert.equal(summarizeDomain({ ...domain, processing: true }).tone, "busy");
  assert.equal(summarizeDomain({ ...domain, status: "UpgradingEngineVersion" }).description, "Upgrading engine version, OpenSearch 2.19");
  assert.equal(summarizeFleet(fleet).description, "Running, 1 of 2 in use");
  assert.equal(summarizeFleet({ ...fleet, state: "STOPPED" }).tone, "stopped");
  assert.equal(summarizeFleet({ ...fleet, errors: [{ code: "IGW_NOT_ATTACHED", message: "x" }] }).tone, "failed");
  assert.equal(stateText("UPDATING_AGENT"), "Updating agent");
  assert.equal(countText(1234567), "1,234,567");
});

test("a session shows user, state and since when", () => {
  const session: Session = {
    id: "s-1",
    userId: "mia",
    stackName: "Example-Stack",
    fleetName: "Example-Fleet",
    state: "ACTIVE",
    connectionState: "CONNECTED",
    started: new Date("2026-11-24T10:00:00Z"),
  };
  const summary = summarizeSession(session);
  assert.equal(summary.label, "mia");
  assert.equal(summary.description, "Active, Connected, since 2026-11-24 10:00:00 UTC");
});

test("the engine's own indices are left out, counts are numbers, closed ones say so", () => {
  const body = JSON.stringify([
    { index: "example-2026-11-24", health: "green", "docs.count": "1234", "store.size": "1mb" },
    { index: ".kibana_1", health: "green", "docs.count": "1" },
    { index: "closed", health: "", "docs.count": null },
  ]);
  assert.deepEqual(
    parseIndices(body).map((row) => `${row.name} ${summarizeIndex(row).description}`),
    ["closed closed", "example-2026-11-24 1,234 documents"],
  );
});

test("the base name of an index is what rotation appended to", () => {
  const cases = [
    "example",
    "example-2016-02-25-13",
    "example-2016-02-25",
    "example-2016-w08",
    "example-2016-02",
    "logs-v2",
    "example-2016",
  ];
  assert.deepEqual(cases.map(indexBaseName), ["example", "example", "example", "example", "example", "logs-v2", "example-2016"]);
});

test("each kind of 403 has its own advice", () => {
  const advice = [
    '{"Message":"User: anonymous is not authorized to perform: es:ESHttpGet"}',
    '{"Message":"User: arn:aws:iam::1:user/x is not authorized to perform: es:ESHttpGet"}',
    '{"error":{"type":"security_exception","reason":"no permissions for [indices:monitor/stats]"}}',
  ].map((body) => refusalError(domainRefusal(403, body) ?? "password", "").next);
  assert.equal(new Set(advice).size, 3);
});

test("streams are listed in pages; one that cannot be described is still shown", async () => {
  const asked: unknown[] = [];
  const aws = {
    streams: {
      list: async (options: unknown) => {
        asked.push(options);
        return { items: ["a", "b"], nextToken: "b" };
      },
      get: async (name: string) => {
        if (name === "b") {
          throw new AppError("accessDenied", "Access denied: b");
        }
        return { ...stream, name };
      },
    },
  };
  let pages = 0;
  const page = await loadStreams(
    requestWith({
      ...aws,
      streams: { ...aws.streams, list: async (options: unknown) => (++pages === 10 ? { items: ["z"] } : aws.streams.list(options)) },
    }),
  );
  assert.equal(page.nextToken, undefined);
  assert.equal(page.items.length, 19);
  const [first, second] = page.items;
  assert.ok(first?.type === "resource" && first.summary.state === "ACTIVE");
  assert.ok(second?.type === "resource" && second.summary.tone === "unknown" && second.summary.description === "Access denied: b");
});

test("with a filter, stream names are read on until matches are found", async () => {
  const all = Array.from({ length: 250 }, (_, at) => `stream-${String(at).padStart(3, "0")}`);
  const aws = {
    streams: {
      list: async ({ limit = 10, nextToken }: { limit?: number; nextToken?: string }) => {
        const start = nextToken === undefined ? 0 : all.indexOf(nextToken) + 1;
        const items = all.slice(start, start + limit);
        return start + limit < all.length ? { items, nextToken: items.at(-1) ?? "" } : { items };
      },
      get: async (name: string) => ({ ...stream, name }),
    },
  };
  const page = await loadStreams(requestWith(aws, { filtered: true, accepts: (name) => name.endsWith("49") }));
  assert.deepEqual(names(page), ["stream-049", "stream-149", "stream-249"]);
});

test("domains are described a page at a time; their indices carry what a tail needs", async () => {
  const requests: SearchRequest[] = [];
  const targets: unknown[] = [];
  const all = Array.from({ length: 30 }, (_, at) => ({ name: `domain-${String(at).padStart(2, "0")}` }));
  const aws = {
    domains: { list: async () => all, describe: async (wanted: readonly string[]) => wanted.map((name) => ({ ...domain, name })) },
    search: (target: unknown) => ({
      send: async (request: SearchRequest) => {
        targets.push(target);
        requests.push(request);
        return { status: 200, headers: {}, body: '[{"index":"example-2026-11-24","health":"green","docs.count":"7"}]' };
      },
    }),
  };
  const first = await loadDomains(requestWith(aws));
  assert.equal(first.items.length, 25);
  const second = await loadDomains(requestWith(aws, { nextToken: first.nextToken ?? "" }));
  assert.deepEqual([second.items.length, second.nextToken], [5, undefined]);
  const details = await below(first.items[0], requestWith(aws));
  const indices = await below(details.items.at(-1), requestWith(aws));
  assert.deepEqual(
    indices.items.map((entry) => entry.type === "resource" && entry.tail),
    [{ domain: "domain-00", index: "example" }],
  );
  assert.equal(requests[0]?.path, "/_cat/indices");
  assert.deepEqual((targets[0] as { endpoint: string }).endpoint, "http://127.0.0.1:9/_domain/example-domain");
});

test("a domain that refuses the request is explained", async () => {
  const aws = {
    domains: { list: async () => [{ name: "d" }], describe: async () => [domain] },
    search: () => ({ send: async () => ({ status: 403, headers: {}, body: "User: anonymous is not authorized" }) }),
  };
  const page = await loadDomains(requestWith(aws));
  const details = await below(page.items[0], requestWith(aws));
  await assert.rejects(below(details.items.at(-1), requestWith(aws)), (error: AppError) => error.reason === "accessDenied");
});

test("a fleet shows its stacks and their sessions; images and builders stand below the fleets", async () => {
  const aws = {
    appstream: {
      listFleets: async () => ({ items: [fleet] }),
      listAssociatedStacks: async () => ["Example-Stack"],
      listStacks: async () => ({ items: [{ name: "Example-Stack", arn: "arn:s", errors: [] }] }),
      listSessions: async () => ({ items: [] }),
      listImages: async ({ type, nextToken }: { type: string; nextToken?: string }) =>
        type === "PRIVATE" && nextToken === undefined
          ? { items: [{ name: "own-1", arn: "1", state: "AVAILABLE" }], nextToken: "t" }
          : { items: [{ name: `${type}-2`, arn: type, state: "PENDING" }] },
      listImageBuilders: async () => ({ items: [{ name: "builder", arn: "b", state: "RUNNING", errors: [] }] }),
    },
  };
  const request = requestWith(aws);
  const page = await loadFleets(request);
  assert.deepEqual(page.footer?.map(nameOf), ["images", "imageBuilders"]);
  const details = await below(page.items[0], request);
  assert.deepEqual(names(details), [
    "Image: Example-Image",
    "Capacity: 2 desired, 2 running, 1 in use, 1 available",
    "Instances: stream.standard.medium, ON_DEMAND",
    "Example-Stack",
  ]);
  assert.deepEqual(names(await below(details.items.at(-1), request)), ["Sessions: none now"]);
  const images = await below(page.footer?.[0], request);
  assert.deepEqual(names(images), ["own-1", "SHARED-2"]);
  assert.deepEqual(names(await below(page.footer?.[0], { ...request, nextToken: images.nextToken ?? "" })), ["PRIVATE-2"]);
  assert.deepEqual(names(await below(page.footer?.[1], request)), ["builder"]);
});
