import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFilter } from "../../../../src/core/logs/filter";
import { answer, type FakeDocument, type SearchServer } from "../../../fakes/searchServer";
import { randomFrom } from "../../../fakes/random";
import { assertShownOnce, index, numbered, startTime, tailing } from "./tailing";

function at(seq: number, id = `e${seq}`, more: Partial<FakeDocument> = {}): FakeDocument {
  return { seq, id, source: { Description: id }, ...more };
}

function timed(id: string, ms: number): { id: string; source: Record<string, unknown> } {
  return { id, source: { TimeCreated: new Date(ms).toISOString() } };
}

test("10,000 events of one delivery are shown without a pause between the pages", () =>
  tailing({ shards: 5 }, async ({ server, clock, ids, notices }) => {
    const expected = numbered("e", 0, 9999);
    expected.forEach((id, position) => server.add(index, position % 5, { id, source: {}, seq: 10 + Math.floor(position / 5) }));
    await clock.advance(5000);
    assertShownOnce(ids(), expected);
    assert.deepEqual(notices, []);
  }));

test("an event that is three hours old is shown when it arrives, and marked", () =>
  tailing({}, async ({ server, clock, entries }) => {
    server.add(index, 0, timed("late", startTime - 3 * 3_600_000), timed("now", startTime));
    await clock.advance(5000);
    assert.deepEqual(
      entries.map(({ id, lateMs }) => [id, lateMs !== undefined]),
      [
        ["late", true],
        ["now", false],
      ],
    );
  }));

test("an event from the future holds nothing back", () =>
  tailing({}, async ({ server, clock, ids }) => {
    server.add(index, 0, timed("future", startTime + 600_000));
    await clock.advance(3000);
    server.add(index, 0, timed("normal", startTime));
    await clock.advance(6000);
    assert.deepEqual(ids(), ["future", "normal"]);
  }));

test("a number that becomes visible after a higher one is shown", () =>
  tailing({}, async ({ server, clock, ids }) => {
    server.add(index, 0, at(101), at(103), at(102, "e102", { visible: startTime + 1900 }));
    await clock.advance(1700);
    assert.deepEqual(ids(), ["e101", "e103"]);
    await clock.advance(6000);
    assert.deepEqual(ids(), ["e101", "e103", "e102"]);
  }));

test("what one of two copies lacks for 25 s is shown once", () =>
  tailing({}, async ({ server, clock, ids }) => {
    let turn = 0;
    server.copy = () => turn++;
    for (let seq = 850; seq <= 900; seq++) {
      const lagging = seq >= 861 && seq <= 879;
      server.add(index, 0, at(seq, `e${seq}`, lagging ? { visible: [startTime + 25_000, startTime + 1000] } : {}));
    }
    await clock.advance(60_000);
    assertShownOnce(ids(), numbered("e", 850, 900));
  }));

test("two shards that are far apart are both read whole", () =>
  tailing({ shards: 2 }, async ({ server, clock, ids }) => {
    for (let seq = 4700; seq <= 5000; seq++) {
      server.add(index, 1, at(seq, `b${seq}`));
    }
    server.add(index, 0, at(5001, "a5001"));
    await clock.advance(5000);
    assertShownOnce(ids(), ["a5001", ...numbered("b", 4700, 5000)]);
  }));

test("700 records delivered again under their ids are counted, not shown", () =>
  tailing({}, async ({ server, clock, ids, states }) => {
    for (let seq = 1; seq <= 700; seq++) {
      server.add(index, 0, at(seq, `e${seq}`, { gone: startTime + 5000 }));
    }
    await clock.advance(5000);
    for (let seq = 1; seq <= 700; seq++) {
      server.add(index, 0, at(700 + seq, `e${seq}`, { version: 2 }));
    }
    await clock.advance(10_000);
    assertShownOnce(ids(), numbered("e", 1, 700));
    assert.equal(states.at(-1)?.redelivered, 700);
  }));

for (const { recordIdentity, shown } of [
  { recordIdentity: true, shown: ["first", "other time"] },
  { recordIdentity: false, shown: ["first", "again", "other time"] },
]) {
  test(`a record delivered under a new id is ${recordIdentity ? "left out by its identity" : "shown"}; another time is another record`, () =>
    tailing({ recordIdentity }, async ({ server, clock, ids }) => {
      const record = { MachineName: "M", LogName: "Application", Index: 7, TimeCreated: "2020-03-02T12:00:00Z" };
      server.add(index, 0, { id: "first", source: record }, { id: "again", source: record });
      server.add(index, 0, { id: "other time", source: { ...record, TimeCreated: "2020-03-02T12:00:01Z" } });
      await clock.advance(5000);
      assert.deepEqual(ids(), shown);
    }));
}

for (const last of [140, 150]) {
  test(`a new primary gives 121 to ${last} to other events: they are shown`, () =>
    tailing({}, async ({ server, clock, ids }) => {
      const failover = startTime + 10_000;
      for (let seq = 101; seq <= 150; seq++) {
        server.add(index, 0, at(seq, `old${seq}`, seq >= 121 ? { gone: failover } : {}));
      }
      for (let seq = 121; seq <= last; seq++) {
        server.add(index, 0, at(seq, `new${seq}`, { term: 2, visible: failover }));
      }
      await clock.advance(30_000);
      assertShownOnce(ids(), [...numbered("old", 101, 150), ...numbered("new", 121, last)]);
    }));
}

for (const since of [{ kind: "since", ms: 900_000 } as const, { kind: "last", count: 10 } as const]) {
  test(`a shard that is overloaded at the start is asked again (${since.kind})`, () => {
    let refusals = 0;
    const prepare = (server: SearchServer): void => {
      server.add(index, 0, timed("recent", startTime - 60_000));
      server.intercept = ({ path, body = "" }) => {
        const history = path === "/_msearch" && !body.includes('"_source":false') && !body.includes('"aggs"');
        const entry = { error: { type: "es_rejected_execution_exception", reason: "busy" }, status: 429 };
        return history && refusals++ < 2 ? answer(200, { responses: [entry] }) : undefined;
      };
    };
    return tailing({ since, prepare }, async ({ clock, ids }) => {
      await clock.advance(20_000);
      assert.ok(ids().includes("recent"));
      assert.ok(refusals > 2);
    });
  });
}

test("the first event of an index that was not there is shown without waiting for the next listing", () =>
  tailing({ prepare: (server) => server.indices.clear() }, async ({ server, clock, ids }) => {
    await clock.advance(33_000);
    server.create(index, 1);
    server.add(index, 0, { id: "first", source: {} });
    await clock.advance(5100);
    assert.deepEqual(ids(), ["first"]);
  }));

test("one document deleted and another visible in the same poll leave the count equal: the new one is shown", () =>
  tailing({}, async ({ server, clock, ids }) => {
    const change = startTime + 4000;
    server.add(index, 0, at(101, "e101", { gone: change }), at(102, "e102", { visible: change }), at(103));
    await clock.advance(20_000);
    assertShownOnce(ids(), ["e101", "e102", "e103"]);
  }));

test("rotation at midnight and a retry into yesterday's index lose nothing; another index of a like name is ignored", () =>
  tailing({}, async ({ server, clock, ids, notices }) => {
    const next = "example-2020-03-03";
    numbered("a", 1, 200).forEach((id) => server.add(index, 0, { id, source: {} }));
    server.create(next, 2);
    await clock.advance(15_000);
    numbered("b", 1, 200).forEach((id, position) => server.add(next, position % 2, { id, source: {} }));
    server.create("example-test-2020-03-02", 1);
    server.add("example-test-2020-03-02", 0, { id: "foreign", source: {} });
    await clock.advance(15_000);
    server.add(index, 0, { id: "retry", source: {} });
    await clock.advance(30_000);
    assertShownOnce(ids(), [...numbered("a", 1, 200), ...numbered("b", 1, 200), "retry"]);
    assert.deepEqual(notices, ["newIndex"]);
  }));

for (const settingsPermitted of [true, false]) {
  test(`the history of an index restored meanwhile is not shown, what follows is; settings ${settingsPermitted ? "" : "not "}permitted`, () =>
    tailing({}, async ({ server, clock, ids, notices }) => {
      const restored = "example-2020-02-01";
      server.settingsPermitted = settingsPermitted;
      server.create(restored, 1);
      server.created.set(restored, Date.UTC(2020, 1, 1));
      numbered("old", 1, 50).forEach((id) => server.add(restored, 0, { id, source: {} }));
      await clock.advance(15_000);
      server.add(restored, 0, { id: "new", source: {} });
      await clock.advance(15_000);
      assert.deepEqual(ids(), ["new"]);
      assert.deepEqual(notices, ["oldIndex"]);
    }));
}

test("an index with an old date in its name, made or filled only now, is shown whole", () =>
  tailing({ prepare: (server) => server.create("example-2019-01-01", 1) }, async ({ server, clock, ids }) => {
    server.created.set("example-2019-01-01", 0);
    server.add("example-2019-01-01", 0, { id: "filled", source: {} });
    server.create("example-2019-01-02", 1);
    server.add("example-2019-01-02", 0, { id: "made", source: {} });
    await clock.advance(15_000);
    assertShownOnce(ids(), ["filled", "made"]);
  }));

test("an index deleted and made again begins at its first number", () =>
  tailing({ shards: 2 }, async ({ server, clock, ids }) => {
    server.add(index, 0, at(50, "x"));
    await clock.advance(5000);
    server.indices.delete(index);
    await clock.advance(12_000);
    server.create(index, 1);
    server.add(index, 0, { id: "x", source: { second: true } }, { id: "y", source: {} });
    await clock.advance(15_000);
    assert.deepEqual(ids(), ["x", "x", "y"]);
  }));

test("deleting the newest documents of an index brings its history not back", () =>
  tailing({}, async ({ server, clock, ids }) => {
    server.created.set(index, startTime - 3_600_000);
    server.add(index, 0, { id: "a", source: {}, gone: startTime + 150_000 });
    await clock.advance(240_000);
    server.add(index, 0, { id: "b", source: {} });
    await clock.advance(40_000);
    assert.deepEqual(ids(), ["a", "b"]);
  }));

test("a red shard holds up no other, and nothing of it is missing later", () =>
  tailing({ shards: 5 }, async ({ server, clock, ids, states }) => {
    server.shard(index, 3).failure = "red";
    const expected = numbered("e", 0, 49);
    expected.forEach((id, position) => server.add(index, position % 5, { id, source: {} }));
    await clock.advance(10_000);
    assert.equal(ids().length, 40);
    assert.equal(states.at(-1)?.lagging, 1);
    delete server.shard(index, 3).failure;
    await clock.advance(40_000);
    assertShownOnce(ids(), expected);
  }));

test("a filter that matches once an hour shows each match, and the range it asks for stays short", () =>
  tailing({ filter: "level:error" }, async ({ server, clock, ids }) => {
    for (let hour = 1; hour <= 2; hour++) {
      for (let minute = 0; minute < 60; minute++) {
        const level = minute === 30 ? "Error" : "Informational";
        server.add(index, 0, { id: `${hour}:${minute}`, source: { LevelDisplayName: level } });
        await clock.advance(60_000);
      }
    }
    assert.deepEqual(ids(), ["1:30", "2:30"]);
    const polls = server.requests.filter(({ body }) => body?.includes("post_filter"));
    const floor = Number(/"gt":(-?\d+)/.exec(polls.at(-1)?.body ?? "")?.[1]);
    assert.ok(floor > 110, `floor ${floor}`);
  }));

test("another filter repeats nothing of the old one and misses nothing afterwards", () =>
  tailing({ filter: "level:error" }, async ({ server, clock, session, ids, notices }) => {
    const add = (id: string, level: string): void => server.add(index, 0, { id, source: { LevelDisplayName: level } });
    add("e1", "Error");
    add("w1", "Warning");
    await clock.advance(5000);
    session.setFilter(parseFilter("level:error,warning"));
    await clock.advance(6000);
    add("w2", "Warning");
    add("e2", "Error");
    add("i2", "Informational");
    await clock.advance(10_000);
    assert.deepEqual(ids().slice(0, 1), ["e1"]);
    assert.deepEqual(ids().slice(-2), ["w2", "e2"]);
    assert.deepEqual(notices, ["filter"]);
  }));

for (const status of [429, 503]) {
  test(`${status} for two minutes is waited out with fewer requests and without a gap`, () =>
    tailing({}, async ({ server, clock, ids, notices }) => {
      const end = clock.now() + 120_000;
      const before = server.requests.length;
      server.intercept = () => (clock.now() < end ? answer(status, "busy") : undefined);
      for (const id of numbered("e", 1, 100)) {
        server.add(index, 0, { id, source: {} });
        await clock.advance(2000);
      }
      assertShownOnce(ids(), numbered("e", 1, 100));
      assert.deepEqual(notices, ["reconnecting", "resumed"]);
      assert.ok(server.requests.length - before < 120);
    }));
}

test("without the right to multi search the same searches go one by one", () =>
  tailing({ shards: 2 }, async ({ server, clock, ids }) => {
    const denied = { error: { type: "security_exception", reason: "no permissions for [indices:data/read/msearch]" }, status: 403 };
    server.intercept = ({ path }) => (path === "/_msearch" ? answer(403, denied) : undefined);
    server.add(index, 0, { id: "a", source: {} });
    server.add(index, 1, { id: "b", source: {} });
    await clock.advance(6000);
    assertShownOnce(ids(), ["a", "b"]);
  }));

test("when the domain itself is gone, the tail ends and says so", async () => {
  const gone = tailing({}, async ({ server, clock }) => {
    server.intercept = () => answer(404, { message: "Not Found" });
    await clock.advance(3000);
  });
  await assert.rejects(gone, /no such domain any more/);
});

test("a paused tail asks nothing and goes on where it was", () =>
  tailing({}, async ({ server, clock, session, ids }) => {
    session.pause();
    await clock.advance(6000);
    const asked = server.requests.length;
    server.add(index, 0, { id: "a", source: {} });
    await clock.advance(600_000);
    assert.equal(server.requests.length, asked);
    session.resume();
    await clock.advance(3000);
    assert.deepEqual(ids(), ["a"]);
  }));

for (const { since, shown } of [
  { since: { kind: "all" }, shown: ["before", "old", "recent", "next"] },
  { since: { kind: "since", ms: 900_000 }, shown: ["recent", "next"] },
  { since: { kind: "last", count: 2 }, shown: ["old", "recent", "next"] },
  { since: { kind: "now" }, shown: ["next"] },
] as const) {
  test(`a start with ${JSON.stringify(since)} shows what it says, then follows`, () =>
    tailing(
      { since, prepare: (server) => server.add(index, 0, timed("old", startTime - 3_600_000), timed("recent", startTime - 60_000)) },
      async ({ server, clock, ids }) => {
        server.add(index, 0, timed("next", startTime + 1));
        await clock.advance(5000);
        assert.deepEqual(ids(), shown);
      },
    ));
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`every event once under random delays, copies, redeliveries and failures, seed ${seed}`, () =>
    tailing({ shards: 3 }, async ({ server, clock, ids, entries }) => {
      const random = randomFrom(seed);
      server.copy = () => (random() < 0.5 ? 0 : 1);
      server.intercept = () =>
        random() < 0.03 ? answer(random() < 0.5 ? 429 : 503, "busy") : random() < 0.01 ? answer(200, '{"resp') : undefined;
      const expected: string[] = [];
      for (let second = 0; second < 150; second++) {
        for (let event = 0; event < 8; event++) {
          const id = `e${expected.length}`;
          const shard = Math.floor(random() * 3);
          const delay = (): number => clock.now() + random() * (random() < 0.02 ? 20_000 : 1500);
          const again = random() < 0.02 ? { gone: clock.now() + 30_000 } : {};
          server.add(index, shard, { id, source: {}, visible: [delay(), delay()], ...again });
          if ("gone" in again) {
            server.add(index, shard, { id, source: {}, version: 2, visible: again.gone });
          }
          expected.push(id);
        }
        await clock.advance(1000);
      }
      await clock.advance(90_000);
      assertShownOnce(ids(), expected);
      assert.equal(entries.length, 1200);
    }));
}
