import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventPages, eventsByRef, refKey, type EventRange } from "../../../../src/core/logs/eventPages";
import { noFilter, parseFilter } from "../../../../src/core/logs/filter";
import type { LogEntry } from "../../../../src/core/logs/tailEvents";
import { domainTransport, type DomainTransport } from "./domainTransport";

let domain: DomainTransport;
const start = Date.UTC(2024, 4, 1);

/** 40 events in 10 milliseconds, four in each, over two indices; and what must not be found. */
before(async () => {
  domain = await domainTransport("OpenSearch_2.19");
  const events = Array.from({ length: 40 }, (_, number) => ({
    index: number % 2 === 0 ? "windows-2024-05-01" : "windows-2024-05-02",
    id: `e${String(number).padStart(2, "0")}`,
    source: {
      TimeCreated: new Date(start + Math.floor(number / 4)).toISOString(),
      EventId: number,
      LevelDisplayName: number % 8 === 0 ? "Error" : "Warning",
    },
  }));
  await domain.write([
    ...events,
    { index: "windows-test-2024-05-01", id: "other", source: { TimeCreated: new Date(start).toISOString() } },
    { index: "windows-2024-05-01", id: "timeless", source: { EventId: 1 } },
  ]);
});

after(() => domain.stop());

async function read(range: Partial<EventRange>): Promise<LogEntry[][]> {
  const pages: LogEntry[][] = [];
  const whole = { filter: noFilter, order: "newestFirst", pageSize: 7, ...range } as const;
  for await (const page of eventPages({ transport: domain.transport, index: "windows" }, whole)) {
    pages.push([...page]);
  }
  return pages;
}

const ids = (pages: readonly (readonly LogEntry[])[]): string[] => pages.flat().map(({ id }) => id);
const all = Array.from({ length: 40 }, (_, number) => `e${String(number).padStart(2, "0")}`);

test("every event of the index and its rotations is paged once, whatever lies on a page's boundary", async () => {
  for (const order of ["newestFirst", "oldestFirst"] as const) {
    for (const pageSize of [1, 3, 4, 7, 100]) {
      const pages = await read({ order, pageSize });
      assert.deepEqual(ids(pages).sort(), all, `${order} ${pageSize}`);
      const times = pages.flat().map(({ source }) => String(source["TimeCreated"]));
      const sorted = [...times].sort();
      assert.deepEqual(times, order === "oldestFirst" ? sorted : sorted.reverse());
    }
  }
});

test("a range is read from bound to bound, both included, without what is shown already", async () => {
  const pages = await read({ from: start + 2, to: start + 4, known: new Set([refKey({ index: "windows-2024-05-01", id: "e16" })]) });
  assert.deepEqual(
    ids(pages).sort(),
    all.slice(8, 20).filter((id) => id !== "e16"),
  );
});

test("the filter holds in pages", async () => {
  const filter = parseFilter("level:error");
  assert.deepEqual(ids(await read({ filter })).sort(), ["e00", "e08", "e16", "e24", "e32"]);
  assert.equal(ids(await read({ filter, from: start + 2 })).length, 4);
});

test("events are found by their place, in the order asked for; what is gone is left out", async () => {
  const refs = [
    { index: "windows-2024-05-02", id: "e03" },
    { index: "windows-2024-05-01", id: "e02" },
    { index: "windows-2024-05-01", id: "e03" },
    { index: "windows-2024-05-01", id: "gone" },
  ];
  const found = await eventsByRef({ transport: domain.transport, index: "windows" }, refs);
  assert.deepEqual(
    found.map(({ id, source }) => [id, source["EventId"]]),
    [
      ["e03", 3],
      ["e02", 2],
    ],
  );
});

test("a part of the index that does not answer is an error, not a gap", async () => {
  const body = JSON.stringify({
    _shards: { total: 2, failed: 1, failures: [{ reason: { reason: "No mapping found" } }] },
    hits: { hits: [] },
    aggregations: { names: { buckets: [{ key: "windows" }] } },
  });
  const transport = { send: async () => ({ status: 200, headers: {}, body }) };
  await assert.rejects(
    eventPages({ transport, index: "windows" }, { filter: noFilter, order: "newestFirst", pageSize: 5 }).next(),
    /A part of the index did not answer: No mapping found/,
  );
});
