import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFilter } from "../../../../src/core/logs/filter";
import { answer, type SearchServer } from "../../../fakes/searchServer";
import { assertShownOnce, index, numbered, startTime, tailing, withoutMulti } from "./tailing";

const hour = 3_600_000;

test("an index made anew with fewer shards repeats nothing", async () => {
  for (let wait = 0; wait < 6; wait++) {
    await tailing({ shards: 5 }, async ({ server, clock, ids }) => {
      server.add(index, 0, { id: "a", source: {} });
      await clock.advance(20_000 + wait * 500);
      server.create(index, 2);
      numbered("b", 1, 30).forEach((id, at) => server.add(index, at % 2, { id, source: {} }));
      await clock.advance(90_000);
      assertShownOnce(ids(), ["a", ...numbered("b", 1, 30)]);
    });
  }
});

test("five documents of one number at the end of a page are all shown", () =>
  tailing(
    {
      since: { kind: "all" },
      prepare: (server) => {
        const { documents } = server.shard(index, 0);
        for (let seq = 1; seq <= 999; seq++) {
          documents.push({ seq, id: `s${seq}`, source: {} });
        }
        documents.push(...numbered("same", 1, 4).map((id) => ({ seq: 999, id, source: {} })));
      },
    },
    async ({ clock, ids }) => {
      await clock.advance(20_000);
      assertShownOnce(ids(), ["before", ...numbered("s", 1, 999), ...numbered("same", 1, 4)]);
    },
  ));

test("of the last hour, too, documents of one number at the end of a page are all shown", () =>
  tailing(
    {
      since: { kind: "since", ms: hour },
      prepare: (server) => {
        const source = { TimeCreated: new Date(startTime - 60_000).toISOString() };
        const { documents } = server.shard(index, 0);
        documents.push(...numbered("s", 1, 999).map((id, at) => ({ seq: at + 1, id, source })));
        documents.push(...numbered("same", 1, 4).map((id) => ({ seq: 999, id, source })));
      },
    },
    async ({ clock, ids }) => {
      await clock.advance(20_000);
      assertShownOnce(ids(), [...numbered("s", 1, 999), ...numbered("same", 1, 4)]);
    },
  ));

/** This machine's clock is ahead of the domain's. */
function aheadBy(server: SearchServer, clock: { now(): number }, ms: number): void {
  const inner = server.send.bind(server);
  server.send = async (request) => {
    const given = await inner(request);
    return { ...given, headers: { date: new Date(clock.now() - ms).toUTCString() } };
  };
}

test("a rotation is a rotation on a machine whose clock is an hour ahead", () =>
  tailing({ prepare: (server) => aheadBy(server, { now: () => startTime }, hour) }, async ({ server, clock, ids, notices }) => {
    await clock.advance(5000);
    server.create("example-2020-03-03", 1);
    server.created.set("example-2020-03-03", clock.now() - hour);
    server.add("example-2020-03-03", 0, { id: "first", source: {} });
    await clock.advance(20_000);
    assert.deepEqual(ids(), ["first"]);
    assert.deepEqual(notices, ["newIndex"]);
  }));

test("the history of an index that could not be read at the start is not shown when it can", () =>
  tailing(
    {
      prepare: (server) => {
        server.create("example-2020-03-01", 1);
        server.created.set("example-2020-03-01", startTime - 24 * hour);
        server.add("example-2020-03-01", 0, { id: "old", source: {} });
        server.shard("example-2020-03-01", 0).failure = "red";
      },
    },
    async ({ server, clock, ids }) => {
      await clock.advance(30_000);
      delete server.shard("example-2020-03-01", 0).failure;
      await clock.advance(400_000);
      server.add("example-2020-03-01", 0, { id: "new", source: {} });
      await clock.advance(60_000);
      assert.deepEqual(ids(), ["new"]);
    },
  ));

/** An index of every hour before the start. */
function addHours(server: SearchServer, count: number): void {
  for (let at = 0; at < count; at++) {
    const name = `example-${new Date(startTime - at * hour).toISOString().slice(0, 13).replace("T", "-")}`;
    server.create(name, 1);
    server.created.set(name, startTime - (at + 1) * hour);
    server.add(name, 0, { id: `old${at}`, source: {} });
  }
}

for (const settingsPermitted of [true, false]) {
  test(`of 1,200 indices none counts as new, and all are followed; settings ${settingsPermitted}`, () =>
    tailing(
      {
        prepare: (server) => {
          server.settingsPermitted = settingsPermitted;
          addHours(server, 1200);
        },
      },
      async ({ server, clock, ids, notices }) => {
        server.add("example-2020-03-02-11", 0, { id: "new", source: {} });
        await clock.advance(40_000);
        assert.deepEqual(notices, []);
        assert.deepEqual(ids(), ["new"]);
      },
    ));
}

test("an index made anew with more shards is shown whole", () =>
  tailing({}, async ({ server, clock, ids }) => {
    server.add(index, 0, ...numbered("a", 1, 50).map((id) => ({ id, source: {} })));
    await clock.advance(120_000);
    server.create(index, 4);
    numbered("b", 1, 20).forEach((id, at) => server.add(index, at % 4, { id, source: {} }));
    await clock.advance(120_000);
    assertShownOnce(ids(), [...numbered("a", 1, 50), ...numbered("b", 1, 20)]);
  }));

test("an index made during the tail whose newest documents are deleted does not repeat its history", () =>
  tailing({}, async ({ server, clock, ids }) => {
    const next = "example-2020-03-03";
    await clock.advance(5000);
    server.create(next, 1);
    server.add(next, 0, ...numbered("a", 1, 20).map((id) => ({ id, source: {} })));
    server.add(next, 0, { id: "b", source: {}, gone: startTime + 200_000 });
    await clock.advance(300_000);
    assertShownOnce(ids(), [...numbered("a", 1, 20), "b"]);
  }));

for (const settingsPermitted of [true, false]) {
  test(`a node that does not know a new index yet makes nothing repeat; settings ${settingsPermitted}`, () =>
    tailing({ prepare: (server) => (server.settingsPermitted = settingsPermitted) }, async ({ server, clock, ids }) => {
      const next = "example-2020-03-03";
      const gone = { error: { type: "index_not_found_exception", reason: `no such index [${next}]` }, status: 404 };
      server.create(next, 1);
      numbered("a", 1, 10).forEach((id) => server.add(next, 0, { id, source: {} }));
      await clock.advance(15_000);
      let misses = 0;
      const inner = server.send.bind(server);
      server.send = async (request) => {
        const given = await inner(request);
        const position = (request.body ?? "").split("\n").findIndex((line) => line === `{"index":"${next}","preference":"_shards:0"}`);
        if (request.path !== "/_msearch" || position < 0 || misses++ > 0) {
          return given;
        }
        const { responses } = JSON.parse(given.body) as { responses: unknown[] };
        responses[position / 2] = gone;
        return answer(200, { responses });
      };
      for (const id of numbered("b", 1, 20)) {
        server.add(next, 0, { id, source: {} });
        await clock.advance(1000);
      }
      await clock.advance(60_000);
      assert.ok(misses > 1);
      assertShownOnce(ids(), [...numbered("a", 1, 10), ...numbered("b", 1, 20)]);
    }));
}

test("a shard that is red at the start holds up no other, and is followed from its end when it answers", () =>
  tailing(
    {
      shards: 2,
      prepare: (server) => {
        server.add(index, 1, { id: "old", source: {} });
        server.shard(index, 1).failure = "red";
      },
    },
    async ({ server, clock, ids }) => {
      await clock.advance(30_000);
      server.add(index, 0, { id: "a", source: {} });
      await clock.advance(10_000);
      assert.deepEqual(ids(), ["a"]);
      delete server.shard(index, 1).failure;
      await clock.advance(90_000);
      server.add(index, 1, { id: "b", source: {} });
      await clock.advance(30_000);
      assert.deepEqual(ids(), ["a", "b"]);
    },
  ));

test("followed by event time, what arrived in an outage of an hour is shown", () =>
  tailing({ prepare: (server) => (server.numbered = false) }, async ({ server, clock, ids }) => {
    await clock.advance(10_000);
    const end = clock.now() + hour;
    server.intercept = () => (clock.now() < end ? answer(503, "busy") : undefined);
    for (let minute = 0; minute < 60; minute++) {
      server.add(index, 0, { id: `m${minute}`, source: { TimeCreated: new Date(clock.now()).toISOString() } });
      await clock.advance(60_000);
    }
    await clock.advance(60_000);
    assertShownOnce(ids(), numbered("m", 0, 59));
  }));

test("followed by event time, a paused tail shows nothing until it goes on", () =>
  tailing({ prepare: (server) => (server.numbered = false) }, async ({ server, clock, session, ids }) => {
    await clock.advance(10_000);
    session.pause();
    await clock.advance(6000);
    server.add(index, 0, { id: "a", source: { TimeCreated: new Date(clock.now()).toISOString() } });
    await clock.advance(2 * hour);
    assert.deepEqual(ids(), []);
    session.resume();
    await clock.advance(6000);
    assert.deepEqual(ids(), ["a"]);
  }));

test("a red shard holds up no change of the filter; of its own it is made when it answers", () =>
  tailing({ shards: 2, filter: "level:error" }, async ({ server, clock, session, ids, notices }) => {
    const level = (id: string, name: string) => ({ id, source: { LevelDisplayName: name } });
    server.add(index, 0, level("e1", "Error"));
    server.add(index, 1, level("w0", "Warning"), level("e2", "Error"));
    await clock.advance(10_000);
    server.shard(index, 1).failure = "red";
    session.setFilter(parseFilter("level:error,warning"));
    await clock.advance(30_000);
    server.add(index, 0, level("w1", "Warning"));
    await clock.advance(10_000);
    assert.deepEqual(ids(), ["e1", "e2", "w1"]);
    assert.deepEqual(notices, ["filter"]);
    session.setFilter(parseFilter("level:warning"));
    await clock.advance(30_000);
    delete server.shard(index, 1).failure;
    await clock.advance(60_000);
    server.add(index, 1, level("e3", "Error"), level("w2", "Warning"));
    await clock.advance(10_000);
    assert.deepEqual(ids(), ["e1", "e2", "w1", "w2"]);
  }));

test("followed by event time, what arrived while the machine slept is shown", () =>
  tailing({ prepare: (server) => (server.numbered = false) }, async ({ server, clock, ids }) => {
    await clock.advance(10_000);
    for (let minute = 0; minute < 60; minute++) {
      server.add(index, 0, { id: `m${minute}`, source: { TimeCreated: new Date(clock.now() + minute * 60_000).toISOString() } });
    }
    clock.sleep(hour);
    await clock.advance(30_000);
    assertShownOnce(ids(), numbered("m", 0, 59));
  }));

for (const statistics of [true, false]) {
  test(`a copy that refreshes late loses nothing when a backlog is caught up with; statistics ${statistics ? "" : "not "}permitted`, () =>
    tailing({ prepare: (server) => server.refresh.set(index, "30s") }, async ({ server, clock, session, ids }) => {
      server.checkpoints = statistics ? () => [1_000_000, 1_000_000] : undefined;
      await clock.advance(60_000);
      session.pause();
      await clock.advance(60_000);
      const { documents } = server.shard(index, 0);
      const now = clock.now();
      for (let seq = 10; seq < 60_010; seq++) {
        documents.push({ seq, id: `p${seq}`, source: {}, visible: [now, seq > 40_000 ? now + 20_000 : now] });
      }
      let turn = 0;
      server.copy = () => turn++;
      session.resume();
      await clock.advance(300_000);
      assertShownOnce(ids(), numbered("p", 10, 60_009));
    }));
}

test("one search at a time, what the copy that is asked lacks yet is asked for again soon", () =>
  tailing({ shards: 5, prepare: withoutMulti }, async ({ server, clock, ids }) => {
    server.create("example-2020-03-03", 5);
    server.add("example-2020-03-03", 0, { id: "first", source: {} });
    await clock.advance(60_000);
    let turn = 0;
    server.copy = () => (turn++ % 6 === 0 ? 0 : 1);
    for (let at = 0; at < 20; at++) {
      const now = clock.now();
      server.add(index, at % 5, { id: `e${at}`, source: {}, visible: [now, now + 8000] });
      await clock.advance(20_000);
      assert.equal(ids().length, at + 2, `after ${at}`);
    }
  }));

test("one search at a time, the search for changes has no more clauses than domains permit", () =>
  tailing(
    {
      prepare: (server) => {
        withoutMulti(server);
        addHours(server, 600);
      },
    },
    async ({ server, clock, ids }) => {
      await clock.advance(30_000);
      const from = server.requests.length;
      server.add("example-2020-03-02-11", 0, { id: "new", source: {} });
      await clock.advance(10_000);
      const most = Math.max(
        ...server.requests.slice(from).map(({ body = "" }) => body.split('"term":').length + body.split('"range":').length),
      );
      assert.ok(most < 1000, `${most} clauses`);
      assert.deepEqual(ids(), ["new"]);
    },
  ));

test("skipping leaves out the index that began meanwhile, too", () =>
  tailing({}, async ({ server, clock, session, ids, texts }) => {
    await clock.advance(5000);
    session.pause();
    await clock.advance(5000);
    numbered("a", 1, 100).forEach((id) => server.add(index, 0, { id, source: {} }));
    server.create("example-2020-03-03", 1);
    for (let seq = 0; seq < 9000; seq++) {
      server.shard("example-2020-03-03", 0).documents.push({ seq, id: `b${seq}`, source: {} });
    }
    await clock.advance(hour);
    session.skipToNow();
    session.resume();
    await clock.advance(15_000);
    server.add("example-2020-03-03", 0, { id: "new", source: {} });
    await clock.advance(15_000);
    assert.deepEqual(ids(), ["new"]);
    assert.match(texts.join(), /skipped 9100 events/);
  }));

test("what one copy lists at a change of the filter and another lacks is shown once both have it", () =>
  tailing({ filter: "level:error" }, async ({ server, clock, session, ids }) => {
    const error = (id: string) => ({ id, source: { LevelDisplayName: "Error" } });
    const late = clock.now() + 10_000;
    server.add(index, 0, error("a"), { ...error("late"), visible: [late, late + 20_000] }, error("b"));
    server.copy = () => (/"before"/.test(server.requests.at(-1)?.body ?? "") ? 0 : 1);
    await clock.advance(12_000);
    session.setFilter(parseFilter("level:error,warning"));
    await clock.advance(60_000);
    assertShownOnce(ids(), ["a", "b", "late"]);
  }));
