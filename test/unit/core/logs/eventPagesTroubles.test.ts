import assert from "node:assert/strict";
import { test } from "node:test";
import { eventPages } from "../../../../src/core/logs/eventPages";
import { noFilter } from "../../../../src/core/logs/filter";
import { FakeClock } from "../../../fakes/clock";
import { SearchServer } from "../../../fakes/searchServer";
import { startTime } from "./tailing";

const hour = 3_600_000;

function hourly(indices: number): SearchServer {
  const server = new SearchServer(new FakeClock(startTime));
  for (let at = 0; at < indices; at++) {
    const name = `example-${new Date(startTime - at * hour).toISOString().slice(0, 13).replace("T", "-")}`;
    server.create(name, 1);
    server.add(name, 0, { id: `e${at}`, source: { TimeCreated: new Date(startTime - at * hour).toISOString() } });
  }
  return server;
}

test("events of more than 1,000 indices are all read", async () => {
  const ids = new Set<string>();
  for await (const page of eventPages(
    { transport: hourly(1200), index: "example" },
    { filter: noFilter, order: "newestFirst", pageSize: 500 },
  )) {
    page.forEach(({ id }) => ids.add(id));
  }
  assert.equal(ids.size, 1200);
});

test("a shard without copies is an error, not a gap, though no shard is called failed", async () => {
  const server = hourly(3);
  server.shard("example-2020-03-02-11", 0).failure = "red";
  const target = { transport: server, index: "example" };
  const pages = eventPages(target, { filter: noFilter, order: "newestFirst", pageSize: 10 });
  await assert.rejects(pages.next(), /did not answer/);
});
