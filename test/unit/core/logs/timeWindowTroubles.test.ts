import assert from "node:assert/strict";
import { test } from "node:test";
import { noFilter } from "../../../../src/core/logs/filter";
import type { TailEvent } from "../../../../src/core/logs/tailEvents";
import { readTimeWindow } from "../../../../src/core/logs/timeWindow";
import { FakeClock } from "../../../fakes/clock";
import { SearchServer } from "../../../fakes/searchServer";
import { assertShownOnce, index, numbered, startTime } from "./tailing";

/** What a time window shows while the scenario runs. */
async function windowed(
  prepare: (server: SearchServer) => void,
  scenario: (server: SearchServer, clock: FakeClock) => Promise<void>,
): Promise<{ ids: string[]; notices: string[] }> {
  const clock = new FakeClock(startTime);
  const server = new SearchServer(clock);
  server.create(index, 2);
  for (const [position, id] of numbered("e", 1, 20).entries()) {
    server.add(index, position % 2, { id, source: { TimeCreated: new Date(startTime - 60_000).toISOString() } });
  }
  prepare(server);
  const ids: string[] = [];
  const notices: string[] = [];
  const listener = (event: TailEvent): void => {
    if (event.kind === "entries") {
      ids.push(...event.entries.map(({ id }) => id));
    } else if (event.kind === "notice") {
      notices.push(event.text);
    }
  };
  const options = {
    transport: server,
    clock,
    index,
    from: startTime - 3_600_000,
    to: startTime,
    filter: noFilter,
    listener,
    random: () => 0.5,
  };
  const running = readTimeWindow(options, new AbortController().signal);
  running.catch(() => undefined);
  await scenario(server, clock);
  await running;
  return { ids, notices };
}

test("a shard that is red when a time window begins is waited for", async () => {
  const { ids } = await windowed(
    (server) => (server.shard(index, 1).failure = "red"),
    async (server, clock) => {
      await clock.advance(5000);
      delete server.shard(index, 1).failure;
      await clock.advance(120_000);
    },
  );
  assertShownOnce(ids, numbered("e", 1, 20));
});

test("a shard that stays red is missing in a time window, and that is said", async () => {
  const { ids, notices } = await windowed(
    (server) => (server.shard(index, 1).failure = "red"),
    (_, clock) => clock.advance(600_000),
  );
  assert.equal(ids.length, 10);
  assert.match(notices.join(), new RegExp(`shard 1 of ${index}`));
});

test("documents of one number at the end of a page are all in a time window", async () => {
  const { ids } = await windowed(
    (server) => {
      const source = { TimeCreated: new Date(startTime - 60_000).toISOString() };
      const { documents } = server.shard(index, 0);
      documents.push(...numbered("s", 10, 998).map((id, at) => ({ seq: at + 10, id, source })));
      documents.push(...numbered("same", 1, 4).map((id) => ({ seq: 998, id, source })));
    },
    (_, clock) => clock.advance(60_000),
  );
  assertShownOnce(ids, [...numbered("e", 1, 20), ...numbered("s", 10, 998), ...numbered("same", 1, 4)]);
});

test("a domain that hides the numbers of documents has no time windows, and that is said", async () => {
  const reading = windowed(
    (server) => (server.numbered = false),
    (_, clock) => clock.advance(60_000),
  );
  await assert.rejects(reading, /number/);
});
