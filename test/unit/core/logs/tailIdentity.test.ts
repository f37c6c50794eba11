import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../../../src/core/errors";
import type { TailPosition } from "../../../../src/core/logs/resumeTail";
import type { TailStart } from "../../../../src/core/logs/tailEvents";
import { assertShownOnce, index, numbered, tailing, type Tailing } from "./tailing";

// An index that is deleted and made again looks like the old one where its new numbers have passed the old ones before anybody looked.

const documents = (ids: readonly string[], source: Record<string, unknown> = {}) => ids.map((id) => ({ id, source }));

function makeAnew({ server }: Pick<Tailing, "server">, ids: readonly string[], source: Record<string, unknown> = {}): void {
  server.create(index, 1);
  server.add(index, 0, ...documents(ids, source));
}

for (const settingsPermitted of [true, false]) {
  const permitted = `settings ${settingsPermitted ? "" : "not "}permitted`;
  const prepare = (server: Tailing["server"]): boolean => (server.settingsPermitted = settingsPermitted);

  test(`an index made anew while the machine slept is shown whole, though it is larger than before; ${permitted}`, () =>
    tailing({ prepare }, async (tail) => {
      const { server, clock, ids, notices } = tail;
      server.add(index, 0, ...documents(numbered("a", 1, 300)));
      await clock.advance(300_000);
      clock.sleep(3_600_000);
      makeAnew(tail, numbered("b", 1, 1000));
      await clock.advance(60_000);
      assertShownOnce(ids(), [...numbered("a", 1, 300), ...numbered("b", 1, 1000)]);
      assert.ok(notices.includes("indexReset"), notices.join());
    }));

  test(`an index made anew while the domain could not be reached is shown whole; ${permitted}`, () =>
    tailing({ prepare }, async (tail) => {
      const { server, clock, ids } = tail;
      server.add(index, 0, ...documents(numbered("a", 1, 300)));
      await clock.advance(300_000);
      const inner = server.send.bind(server);
      server.send = () => Promise.reject(new AppError("network", "no route", { code: "EHOSTUNREACH" }));
      await clock.advance(600_000);
      makeAnew(tail, numbered("b", 1, 1000));
      server.send = inner;
      await clock.advance(120_000);
      assertShownOnce(ids(), [...numbered("a", 1, 300), ...numbered("b", 1, 1000)]);
    }));

  test(`an index made anew between two polls is shown whole; ${permitted}`, async () => {
    for (const quiet of [2000, 70_000, 200_000]) {
      await tailing({ prepare }, async (tail) => {
        const { server, clock, ids } = tail;
        server.add(index, 0, ...documents(numbered("a", 1, 300)));
        await clock.advance(200_000);
        server.add(index, 0, ...documents(numbered("c", 1, 50)));
        await clock.advance(quiet);
        makeAnew(tail, numbered("b", 1, 1000));
        await clock.advance(120_000);
        assertShownOnce(ids(), [...numbered("a", 1, 300), ...numbered("c", 1, 50), ...numbered("b", 1, 1000)]);
      });
    }
  });

  test(`an index made anew between two polls with fewer documents than the last one's number is shown whole; ${permitted}`, () =>
    tailing({ prepare }, async (tail) => {
      const { server, clock, ids } = tail;
      server.add(index, 0, ...documents(numbered("a", 1, 300)));
      await clock.advance(200_000);
      server.add(index, 0, ...documents(numbered("c", 1, 500)));
      await clock.advance(2000);
      makeAnew(tail, numbered("b", 1, 700));
      await clock.advance(120_000);
      assertShownOnce(ids(), [...numbered("a", 1, 300), ...numbered("c", 1, 500), ...numbered("b", 1, 700)]);
    }));

  test(`under a filter, an index made anew between two polls is shown whole; ${permitted}`, () =>
    tailing({ prepare, filter: "has:Wanted" }, async (tail) => {
      const { server, clock, ids } = tail;
      server.add(index, 0, ...documents(numbered("a", 1, 300)), ...documents(numbered("w", 1, 3), { Wanted: 1 }));
      await clock.advance(200_000);
      server.add(index, 0, ...documents(numbered("c", 1, 50)));
      await clock.advance(200_000);
      server.create(index, 1);
      server.add(index, 0, ...documents(numbered("v", 1, 3), { Wanted: 1 }), ...documents(numbered("b", 1, 1000)));
      server.add(index, 0, ...documents(numbered("u", 1, 3), { Wanted: 1 }));
      await clock.advance(120_000);
      assertShownOnce(ids(), [...numbered("w", 1, 3), ...numbered("v", 1, 3), ...numbered("u", 1, 3)]);
    }));

  test(`an index made anew before a tail is resumed is shown whole, though it is larger than before; ${permitted}`, async () => {
    let since: TailStart | undefined;
    let beside: Pick<Tailing, "clock" | "server"> | undefined;
    await tailing({ prepare }, async (tail) => {
      tail.server.add(index, 0, ...documents(numbered("a", 1, 300)));
      await tail.clock.advance(300_000);
      const positions = JSON.parse(JSON.stringify(tail.session.positions())) as TailPosition[];
      since = { kind: "resume", at: tail.clock.now(), positions };
      beside = tail;
    });
    assert.ok(since !== undefined && beside !== undefined);
    await beside.clock.advance(60_000);
    makeAnew(beside, numbered("b", 1, 1000));
    await tailing({ prepare, since, beside }, async ({ clock, ids }) => {
      await clock.advance(60_000);
      assertShownOnce(ids(), numbered("b", 1, 1000));
    });
  });
}

test("an index restored to an earlier state while the machine slept: what took the lost numbers is shown, the rest is not repeated", () =>
  tailing({}, async ({ server, clock, ids }) => {
    server.add(index, 0, ...documents(numbered("a", 1, 300)));
    await clock.advance(300_000);
    server.add(index, 0, ...documents(numbered("lost", 1, 300)));
    await clock.advance(300_000);
    clock.sleep(3_600_000);
    server.shard(index, 0).documents.splice(301);
    server.add(index, 0, ...documents(numbered("b", 1, 1000)));
    await clock.advance(60_000);
    assertShownOnce(ids(), [...numbered("a", 1, 300), ...numbered("lost", 1, 300), ...numbered("b", 1, 1000)]);
  }));

test("documents that are written again and deleted under observation do not make an index a new one", () =>
  tailing({ prepare: (server) => (server.settingsPermitted = false) }, async ({ server, clock, ids, notices }) => {
    for (let round = 0; round < 40; round++) {
      const now = clock.now();
      server.add(index, 0, { id: `a${round}`, source: {}, gone: now + 45_000 }, { id: `b${round}`, source: {} });
      server.add(index, 0, { id: `a${round}`, source: {}, version: 2, visible: now + 45_000 });
      await clock.advance(20_000);
    }
    assertShownOnce(ids(), [...numbered("a", 0, 39), ...numbered("b", 0, 39)]);
    assert.deepEqual(notices, []);
  }));
