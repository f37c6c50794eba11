import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFilter } from "../../../../src/core/logs/filter";
import { TailSession } from "../../../../src/core/logs/tailSession";
import { answer, type SearchServer } from "../../../fakes/searchServer";
import { randomFrom } from "../../../fakes/random";
import { assertShownOnce, index, numbered, startTime, tailing, withoutMulti, type Tailing } from "./tailing";

function level(id: string, name: string): { id: string; source: Record<string, unknown> } {
  return { id, source: { LevelDisplayName: name } };
}

/** Numbers 861 to 879 show on the second copy only after `lag`, and the tail is answered by it for as long. */
function laggingCopy(server: SearchServer, lag: number): void {
  for (let seq = 850; seq <= 900; seq++) {
    const late = seq >= 861 && seq <= 879;
    server.add(index, 0, { id: `e${seq}`, seq, source: {}, ...(late ? { visible: startTime + lag } : {}) });
  }
}

test("a copy that is 90 s behind: shown where statistics are permitted", () => {
  let slow = 860;
  const prepare = (server: SearchServer): void => {
    server.checkpoints = () => [900, slow];
  };
  return tailing({ prepare }, async ({ server, clock, ids }) => {
    laggingCopy(server, 90_000);
    await clock.advance(15_000);
    server.add(index, 0, { id: "later", source: {} });
    await clock.advance(73_000);
    slow = 1000;
    await clock.advance(60_000);
    assertShownOnce(ids(), [...numbered("e", 850, 900), "later"]);
  });
});

test("a copy that is 90 s behind: without statistics what was settled is not looked for, which is the documented limit", () =>
  tailing({}, async ({ server, clock, ids }) => {
    laggingCopy(server, 90_000);
    await clock.advance(200_000);
    assertShownOnce(ids(), [...numbered("e", 850, 860), ...numbered("e", 880, 900)]);
  }));

for (const seed of [21, 22, 23]) {
  test(`events turn up later and later: the settle time grows with them, seed ${seed}`, () =>
    tailing({}, async ({ server, clock, ids, states }) => {
      const random = randomFrom(seed);
      const expected: string[] = [];
      for (const lag of [20_000, 45_000, 110_000]) {
        for (let event = 0; event < 40; event++) {
          const id = `l${expected.length}`;
          expected.push(id);
          server.add(index, 0, { id, source: {}, ...(random() < 0.3 ? { visible: clock.now() + lag * (0.8 + 0.2 * random()) } : {}) });
          await clock.advance(1000);
        }
        await clock.advance(lag);
      }
      await clock.advance(120_000);
      assertShownOnce(ids(), expected);
      assert.ok((states.at(-1)?.largestInversion ?? 0) > 80_000);
    }));
}

test("a refresh interval of a minute: polled every 30 s, and the copies' minutes are waited for", () =>
  tailing({ prepare: (server) => server.refresh.set(index, "60s") }, async ({ server, clock, ids }) => {
    await clock.advance(60_000);
    const before = server.requests.length;
    server.copy = () => (clock.now() % 2000 < 1000 ? 0 : 1);
    server.add(index, 0, { id: "a", source: {}, visible: [clock.now() + 55_000, clock.now() + 118_000] });
    server.add(index, 0, { id: "b", source: {}, visible: clock.now() + 5000 });
    await clock.advance(300_000);
    assertShownOnce(ids(), ["a", "b"]);
    assert.ok(server.requests.length - before <= 12, `${server.requests.length - before} requests`);
  }));

test("an index that is never refreshed is said to be so", () =>
  tailing({ prepare: (server) => server.refresh.set(index, "-1") }, ({ notices }) => {
    assert.deepEqual(notices, ["noRefresh"]);
    return Promise.resolve();
  }));

for (const seed of [31, 32, 33]) {
  test(`ten minutes of pause at 500 events/s: the backlog is said, and caught up with whole, seed ${seed}`, () =>
    tailing({ shards: 3 }, async ({ server, clock, session, ids, notices, states }) => {
      const random = randomFrom(seed);
      const expected: string[] = [];
      await clock.advance(5000);
      session.pause();
      await clock.advance(5000);
      const lists: { id: string; seq: number; source: object }[][] = [[], [], []];
      for (let event = 0; event < 60_000; event++) {
        const list = lists[Math.floor(random() * 3)] ?? [];
        list.push({ id: `p${event}`, seq: 10 + list.length, source: {} });
        expected.push(`p${event}`);
      }
      lists.forEach((list, shard) => server.shard(index, shard).documents.push(...(list as never[])));
      await clock.advance(600_000);
      session.resume();
      await clock.advance(10_000);
      assertShownOnce(ids(), expected);
      assert.deepEqual(notices, ["behind"]);
      assert.ok(states.some(({ behind }) => behind === 60_000));
      assert.equal(states.at(-1)?.behind, 0);
    }));
}

test("a long backlog can be skipped: the number is exact, what arrives afterwards and what was in flight is shown", () =>
  tailing({ shards: 2, filter: "level:error" }, async ({ server, clock, session, ids, notices, texts }) => {
    await clock.advance(5000);
    session.pause();
    await clock.advance(5000);
    for (const shard of [0, 1]) {
      const documents = server.shard(index, shard).documents;
      for (let seq = 10; seq < 60_010; seq++) {
        const late = seq === 60_005 ? { visible: clock.now() + 90_000 } : {};
        documents.push({ seq, ...level(`${shard}-${seq}`, seq % 2 === 0 || seq === 60_005 ? "Error" : "Verbose"), ...late });
      }
    }
    await clock.advance(60_000);
    session.skipToNow();
    session.resume();
    await clock.advance(2000);
    server.add(index, 0, level("after", "Error"));
    await clock.advance(60_000);
    assertShownOnce(ids(), ["after", "0-60005", "1-60005"]);
    assert.deepEqual(notices, ["behind", "skipped"]);
    assert.match(texts[1] ?? "", /skipped 60000 events/);
  }));

test("while a backlog is caught up with, each search is bounded; where few match, its range doubles", () =>
  tailing({ filter: "level:error" }, async ({ server, clock, session, ids }) => {
    await clock.advance(5000);
    session.pause();
    await clock.advance(5000);
    const { documents } = server.shard(index, 0);
    for (let seq = 10; seq < 150_010; seq++) {
      documents.push({ seq, ...level(`e${seq}`, seq % 20_000 === 0 ? "Error" : "Verbose") });
    }
    await clock.advance(60_000);
    session.resume();
    const from = server.requests.length;
    await clock.advance(3000);
    assertShownOnce(
      ids(),
      Array.from({ length: 7 }, (_, at) => `e${20_000 * (at + 1)}`),
    );
    const steps = server.requests.slice(from).flatMap(({ body = "" }) => {
      const [, above, upTo] = /"gt":(\d+),"lte":(\d+)/.exec(body) ?? [];
      return body.includes("post_filter") && above !== undefined && upTo !== undefined ? [Number(upTo) - Number(above)] : [];
    });
    assert.ok(steps.length >= 2 && steps.length < 12, steps.join(" "));
    assert.ok((steps[1] ?? 0) > (steps[0] ?? 0), steps.join(" "));
  }));

/** The most requests in any minute from 15 s after the last event on: then the pauses have grown to their longest. */
async function busiestIdleMinute({ server, clock }: Tailing, minutes: number): Promise<number> {
  const times: number[] = [];
  await clock.advance(15_000);
  server.intercept = () => {
    times.push(clock.now());
    return undefined;
  };
  await clock.advance(minutes * 60_000);
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
}

for (const [what, indices] of [
  ["one index", 1],
  ["three months of indices", 90],
] as const) {
  test(`an idle minute of ${what} takes at most twelve requests, with discovery, head probes and checkpoints`, () =>
    tailing(
      {
        shards: 5,
        prepare: (server) => {
          server.checkpoints = () => [1000];
          for (let day = 1; day < indices; day++) {
            const made = startTime - day * 24 * 3_600_000;
            const name = `example-${new Date(made).toISOString().slice(0, 10)}`;
            server.create(name, 5);
            server.created.set(name, made);
            server.add(name, 0, { id: `old${day}`, source: {} });
          }
        },
      },
      async (tail) => {
        const { server, clock, ids } = tail;
        assert.ok((await busiestIdleMinute(tail, 8)) <= 12);
        for (let second = 0; second < 30; second++) {
          server.add(index, second % 5, { id: `s${second}`, source: {} });
          await clock.advance(1000);
        }
        assert.ok((await busiestIdleMinute(tail, 8)) <= 12);
        assert.equal(ids().length, 30);
      },
    ));
}

test("an idle minute takes at most 24 requests where each search is a request of its own", () =>
  tailing({ shards: 5, prepare: withoutMulti }, async ({ server, clock, ids }) => {
    server.checkpoints = () => [1000];
    server.create("example-2020-03-03", 5);
    server.add("example-2020-03-03", 0, { id: "first", source: {} });
    await clock.advance(180_000);
    for (let minute = 0; minute < 6; minute++) {
      const before = server.requests.length;
      await clock.advance(60_000);
      assert.ok(server.requests.length - before <= 24, `${server.requests.length - before} requests`);
    }
    server.add(index, 3, { id: "second", source: {} });
    await clock.advance(6000);
    assert.deepEqual(ids(), ["first", "second"]);
  }));

test("while events arrive a poll is one request", () =>
  tailing({ shards: 5 }, async ({ server, clock, ids }) => {
    await clock.advance(5000);
    const before = server.requests.length;
    for (let second = 0; second < 60; second++) {
      server.add(index, second % 5, { id: `s${second}`, source: {} });
      await clock.advance(1000);
    }
    const asked = server.requests.slice(before);
    await clock.advance(5000);
    assert.equal(ids().length, 60);
    assert.ok(asked.filter(({ path }) => path === "/_msearch").length <= 61);
    assert.ok(asked.length <= 61, `${asked.length} requests for 60 polls`);
  }));

test("a laptop that sleeps for nine hours: what was deleted meanwhile is named, the rest is complete", () =>
  tailing({ shards: 2 }, async ({ server, clock, session, ids, notices, texts }) => {
    server.create("example-2020-03-01", 1);
    server.created.set("example-2020-03-01", startTime);
    server.add("example-2020-03-01", 0, { id: "y", source: {} });
    await clock.advance(15_000);
    session.pause();
    await clock.advance(5000);
    server.indices.delete("example-2020-03-01");
    server.create("example-2020-03-03", 2);
    numbered("a", 1, 300).forEach((id, at) => server.add(index, at % 2, { id, source: {} }));
    numbered("b", 1, 300).forEach((id, at) => server.add("example-2020-03-03", at % 2, { id, source: {} }));
    await clock.advance(9 * 3_600_000);
    session.resume();
    await clock.advance(20_000);
    assertShownOnce(ids(), ["y", ...numbered("a", 1, 300), ...numbered("b", 1, 300)]);
    assert.deepEqual([...notices].sort(), ["indexGone", "newIndex", "newIndex"]);
    assert.match(texts[notices.indexOf("indexGone")] ?? "", /deleted: what it received since 2020-03-02T12:00:1\d/);
  }));

for (const seed of [41, 42, 43, 44]) {
  test(`the filter changes under way, again and again: nothing that both match is lost, nothing repeated, seed ${seed}`, () =>
    tailing({ shards: 2, filter: "level:error" }, async ({ server, clock, session, ids }) => {
      const random = randomFrom(seed);
      const always: string[] = [];
      const sometimes = new Set<string>();
      for (let step = 0; step < 250; step++) {
        const id = `e${step}`;
        const error = random() < 0.5;
        if (error) {
          always.push(id);
        } else {
          sometimes.add(id);
        }
        server.add(index, step % 2, { ...level(id, error ? "Error" : "Warning"), visible: clock.now() + random() * 4000 });
        if (step % 20 === 10) {
          session.setFilter(parseFilter(step % 40 === 10 ? "level:error,warning" : "level:error"));
        }
        await clock.advance(400);
      }
      await clock.advance(30_000);
      const shown = ids();
      assert.equal(new Set(shown).size, shown.length);
      assert.deepEqual(
        always.filter((id) => !shown.includes(id)),
        [],
      );
      assert.deepEqual(
        shown.filter((id) => !always.includes(id) && !sometimes.has(id)),
        [],
      );
    }));
}

test("a filter that the domain refuses changes nothing", () =>
  tailing({ filter: "level:error" }, async ({ server, clock, session, ids, notices, texts }) => {
    const broken = { error: { type: "parse_exception", reason: "Failed to parse query [(]" }, status: 400 };
    server.intercept = ({ body = "" }) =>
      body.includes("query_string")
        ? answer(200, {
            responses: body
              .trim()
              .split("\n")
              .filter((_, at) => at % 2 === 0)
              .map(() => broken),
          })
        : undefined;
    session.setFilter(parseFilter("query:("));
    await clock.advance(6000);
    server.add(index, 0, level("e", "Error"), level("w", "Warning"));
    await clock.advance(6000);
    assert.deepEqual(ids(), ["e"]);
    assert.deepEqual(notices, ["filterRefused"]);
    assert.match(texts[0] ?? "", /Failed to parse query \[\(\].*stays as it was/);
  }));

test("a time that is text in one index and absent in one event: all shown, nothing sorted by it", () =>
  tailing({}, async ({ server, clock, entries }) => {
    server.create("example-2020-03-03", 1);
    server.add("example-2020-03-03", 0, { id: "text", source: { TimeCreated: "2nd of March" } }, { id: "none", source: {} });
    server.add(index, 0, { id: "date", source: { TimeCreated: "2020-03-02T12:00:00.5Z" } });
    await clock.advance(20_000);
    assertShownOnce(
      entries.map(({ id }) => id),
      ["text", "none", "date"],
    );
    assert.ok(server.requests.every(({ body = "" }) => !body.includes('"sort":[{"TimeCreated"')));
  }));

test("an index replaced by one with fewer shards under the same name is read from its first number", () =>
  tailing({ shards: 5 }, async ({ server, clock, ids }) => {
    numbered("a", 1, 20).forEach((id, at) => server.add(index, at % 5, { id, source: {} }));
    await clock.advance(6000);
    server.create(index, 3);
    numbered("b", 1, 20).forEach((id, at) => server.add(index, at % 3, { id, source: {} }));
    await clock.advance(60_000);
    assertShownOnce(ids(), [...numbered("a", 1, 20), ...numbered("b", 1, 20)]);
  }));

test("two tails of one domain have cursors of their own and ask no more than twice as often", () =>
  tailing({ shards: 2 }, async ({ server, clock, session, ids }) => {
    const second: string[] = [];
    const stop = new AbortController();
    const other = new TailSession({
      ...{ transport: server, clock, index: "example", since: { kind: "now" }, filter: parseFilter("level:error") },
      listener: (event) => {
        second.push(...(event.kind === "entries" ? event.entries.map(({ id }) => id) : []));
      },
    });
    const running = other.run(stop.signal);
    await clock.advance(5000);
    server.add(index, 0, level("w", "Warning"), level("e", "Error"));
    await clock.advance(10_000);
    session.pause();
    other.setFilter(parseFilter(""));
    await clock.advance(5000);
    server.add(index, 1, level("v", "Verbose"));
    const before = server.requests.length;
    await clock.advance(60_000);
    assert.ok(server.requests.length - before <= 15, `${server.requests.length - before} requests of the one that is not paused`);
    session.resume();
    await clock.advance(60_000);
    stop.abort();
    await running;
    assert.deepEqual(ids(), ["w", "e", "v"]);
    assert.deepEqual(second, ["e", "v"]);
  }));

test("the domain's clock, not this machine's, tells what is late and how far back a start goes", () =>
  tailing({ since: { kind: "since", ms: 600_000 }, prepare: aheadByAnHour }, async ({ server, clock, entries }) => {
    const domain = startTime + 3_600_000;
    server.add(index, 0, { id: "fresh", source: { TimeCreated: new Date(domain).toISOString() } });
    server.add(index, 0, { id: "late", source: { TimeCreated: new Date(domain - 900_000).toISOString() } });
    await clock.advance(6000);
    assert.deepEqual(
      entries.map(({ id, lateMs }) => [id, lateMs !== undefined]),
      [
        ["recent", false],
        ["fresh", false],
        ["late", true],
      ],
    );
  }));

function aheadByAnHour(server: SearchServer): void {
  const domain = startTime + 3_600_000;
  server.add(index, 0, { id: "old", source: { TimeCreated: new Date(domain - 1_200_000).toISOString() } });
  server.add(index, 0, { id: "recent", source: { TimeCreated: new Date(domain - 300_000).toISOString() } });
  const inner = server.send.bind(server);
  server.send = async (request) => {
    const given = await inner(request);
    return { ...given, headers: { date: new Date(domain).toUTCString() } };
  };
}

test("since a time with more events than are shown: the latest ten thousand, and the number left out is said", () =>
  tailing({ shards: 2, since: { kind: "since", ms: 3_600_000 }, prepare: manyRecent }, async ({ clock, ids, notices, texts }) => {
    await clock.advance(5000);
    const [, left, shown] = /skipped (\d+) older events, showing the latest (\d+)/.exec(texts[0] ?? "") ?? [];
    assert.deepEqual(notices, ["limited"]);
    assert.equal(Number(left) + Number(shown), 30_000);
    assert.equal(ids().length, Number(shown));
    assert.ok(Number(shown) > 9000 && Number(shown) <= 10_000);
    assert.equal(ids().at(-1), "r29999");
  }));

function manyRecent(server: SearchServer): void {
  const at = (event: number): string => new Date(startTime - (30_000 - event) * 100).toISOString();
  for (let event = 0; event < 30_000; event++) {
    const { documents } = server.shard(index, event % 2);
    documents.push({ seq: 10 + event, id: `r${event}`, source: { TimeCreated: at(event) } });
  }
}

for (const { since, shown } of [
  { since: { kind: "now" }, shown: ["next"] },
  { since: { kind: "last", count: 1 }, shown: ["recent", "next"] },
  { since: { kind: "since", ms: 300_000 }, shown: ["recent", "next"] },
  { since: { kind: "all" }, shown: ["old", "recent", "next"] },
] as const) {
  test(`a domain that hides the numbers of documents is followed by event time, and that is said (${since.kind})`, () =>
    tailing({ since, prepare: hideNumbers }, async ({ server, clock, ids, notices }) => {
      server.add(index, 0, { id: "next", source: { TimeCreated: new Date(startTime + 10).toISOString() } });
      await clock.advance(12_000);
      assert.deepEqual(ids(), shown);
      assert.deepEqual(notices, ["bestEffort"]);
    }));
}

function hideNumbers(server: SearchServer): void {
  server.numbered = false;
  server.add(index, 0, { id: "old", source: { TimeCreated: new Date(startTime - 7_200_000).toISOString() } });
  server.add(index, 0, { id: "recent", source: { TimeCreated: new Date(startTime - 60_000).toISOString() } });
}

test("of many old indices only those that get events are polled often, and the first of them is noticed within seconds", () =>
  tailing({ prepare: manyOld }, async ({ server, clock, ids }) => {
    const lines = (): number => (server.requests.filter(({ path }) => path === "/_msearch").at(-1)?.body ?? "").split("\n").length;
    await clock.advance(25_000);
    assert.ok(lines() < 20, `${lines()} lines`);
    server.add("example-2020-01-05", 0, { id: "reindexed", source: {} });
    await clock.advance(13_000);
    assert.deepEqual(ids(), ["reindexed"]);
    server.add("example-2020-01-05", 0, { id: "another", source: {} });
    await clock.advance(4_000);
    assert.deepEqual(ids(), ["reindexed", "another"]);
    await clock.advance(60_000);
    assert.ok(lines() < 20, `${lines()} lines`);
  }));

test("an index with an old date in its name that was just made is polled as often as any", () =>
  tailing({ prepare: oldNameMadeNow }, async ({ server, clock, ids }) => {
    for (const id of ["first", "second", "third"]) {
      await clock.advance(40_000);
      server.add("example-2019-01-01", 0, { id, source: {} });
      await clock.advance(5_600);
      assert.equal(ids().at(-1), id);
    }
  }));

test("what is in flight at the start to an index with an old date in its name that was just made is shown", () =>
  tailing({ prepare: oldNameMadeNow }, async ({ server, clock, ids }) => {
    server.add("example-2019-01-01", 0, { id: "above", source: {}, seq: 7 });
    server.add("example-2019-01-01", 0, { id: "below", source: {}, seq: 2 });
    await clock.advance(4_000);
    assert.deepEqual(ids().sort(), ["above", "below"]);
  }));

function oldNameMadeNow(server: SearchServer): void {
  server.create("example-2019-01-01", 1);
  server.created.set("example-2019-01-01", startTime - 60_000);
  server.add("example-2019-01-01", 0, { id: "there", source: {}, seq: 5 });
}

function manyOld(server: SearchServer): void {
  for (let day = 1; day <= 31; day++) {
    const name = `example-2020-01-${String(day).padStart(2, "0")}`;
    server.create(name, 1);
    server.created.set(name, Date.UTC(2020, 0, day));
    server.add(name, 0, { id: `old${day}`, source: {} });
  }
}
