import assert from "node:assert/strict";
import { test } from "node:test";
import type { TailPosition } from "../../../../src/core/logs/resumeTail";
import type { TailStart } from "../../../../src/core/logs/tailEvents";
import { randomFrom } from "../../../fakes/random";
import { assertShownOnce, index, numbered, tailing, type Tailing, type TailingOptions } from "./tailing";

/** A tail, then what happens while none runs, then a second one that begins where the first was. */
async function interrupted(
  options: TailingOptions,
  first: (tail: Tailing) => Promise<void>,
  between: (tail: Pick<Tailing, "clock" | "server">) => Promise<void>,
  second: (tail: Tailing, before: readonly string[]) => Promise<void>,
): Promise<void> {
  let since: TailStart | undefined;
  let beside: Pick<Tailing, "clock" | "server"> | undefined;
  let before: readonly string[] = [];
  await tailing(options, async (tail) => {
    await first(tail);
    // As it is kept by the editor: as JSON.
    const positions = JSON.parse(JSON.stringify(tail.session.positions())) as TailPosition[];
    since = { kind: "resume", at: tail.clock.now(), positions };
    beside = tail;
    before = tail.ids();
  });
  assert.ok(since !== undefined && beside !== undefined);
  await between(beside);
  await tailing({ ...options, since, beside }, (tail) => second(tail, before));
}

const documents = (ids: readonly string[]) => ids.map((id) => ({ id, source: {} }));

test("what arrived while no tail ran is shown, and nothing that was shown before", () =>
  interrupted(
    { shards: 2 },
    async ({ server, clock }) => {
      server.add(index, 0, ...documents(numbered("a", 1, 30)));
      await clock.advance(5000);
    },
    async ({ server, clock }) => {
      server.add(index, 0, ...documents(numbered("b", 1, 2500)));
      server.add(index, 1, ...documents(numbered("c", 1, 10)));
      await clock.advance(3_600_000);
    },
    async ({ clock, ids, server }, before) => {
      assertShownOnce(before, numbered("a", 1, 30));
      await clock.advance(5000);
      server.add(index, 1, ...documents(["later"]));
      await clock.advance(10_000);
      assertShownOnce(ids(), [...numbered("b", 1, 2500), ...numbered("c", 1, 10), "later"]);
    },
  ));

test("what lay below the cursor but became visible only meanwhile is shown", () =>
  interrupted(
    {},
    async ({ server, clock }) => {
      const late = clock.now() + 20_000;
      server.add(index, 0, { id: "a", source: {} }, { id: "late", source: {}, visible: late }, { id: "b", source: {} });
      await clock.advance(5000);
    },
    async ({ clock }) => clock.advance(60_000),
    async ({ clock, ids }, before) => {
      assertShownOnce(before, ["a", "b"]);
      await clock.advance(5000);
      assertShownOnce(ids(), ["late"]);
    },
  ));

test("what is in flight when a tail is resumed after an hour is shown", () =>
  interrupted(
    {},
    async ({ server, clock }) => {
      server.add(index, 0, { id: "a", source: {} });
      await clock.advance(5000);
    },
    async ({ server, clock }) => {
      await clock.advance(3_600_000);
      server.add(index, 0, { id: "flying", source: {}, visible: clock.now() + 3000 }, { id: "landed", source: {} });
    },
    async ({ clock, ids }) => {
      await clock.advance(60_000);
      assertShownOnce(ids(), ["flying", "landed"]);
    },
  ));

test("what one copy lacks when the other has listed it is shown once both have it", () =>
  interrupted(
    {},
    async ({ server, clock }) => {
      const late = clock.now() + 20_000;
      server.add(index, 0, { id: "a", source: {} }, { id: "late", source: {}, visible: [late, late + 30_000] }, { id: "b", source: {} });
      await clock.advance(5000);
    },
    async ({ server, clock }) => {
      server.copy = () => (server.requests.at(-1)?.body?.includes('"terms":{"_seq_no"') === true ? 1 : 0);
      await clock.advance(20_000);
    },
    async ({ clock, ids }) => {
      await clock.advance(60_000);
      assertShownOnce(ids(), ["late"]);
    },
  ));

test("what is delivered again after the interruption is not shown again", () =>
  interrupted(
    {},
    async ({ server, clock }) => {
      server.add(index, 0, { id: "a", source: {}, gone: clock.now() + 60_000 });
      await clock.advance(5000);
    },
    async ({ clock }) => clock.advance(5000),
    async ({ server, clock, ids, states }) => {
      await clock.advance(5000);
      server.add(index, 0, { id: "a", source: {}, version: 2, visible: clock.now() + 50_000 });
      await clock.advance(90_000);
      assertShownOnce(ids(), []);
      assert.equal(states.at(-1)?.redelivered, 1);
    },
  ));

for (const settingsPermitted of [true, false]) {
  for (const all of [true, false]) {
    const what = `${all ? "every index" : "one index"} red; settings ${settingsPermitted ? "" : "not "}permitted`;
    test(`what arrived before and while an index was red at the resumption is shown when it answers: ${what}`, () =>
      interrupted(
        { shards: 2, prepare: (server) => (server.settingsPermitted = settingsPermitted) },
        async ({ server, clock }) => {
          if (!all) {
            server.create("example-2020-03-03", 1);
            server.add("example-2020-03-03", 0, ...documents(["other"]));
          }
          server.add(index, 0, ...documents(numbered("a", 1, 30)));
          await clock.advance(15_000);
        },
        async ({ server, clock }) => {
          server.add(index, 0, ...documents(numbered("b", 1, 7000)));
          server.add(index, 1, ...documents(numbered("c", 1, 10)));
          await clock.advance(3_600_000);
          server.shard(index, 0).failure = "red";
          server.shard(index, 1).failure = "red";
        },
        async ({ clock, ids, server, notices }, before) => {
          assertShownOnce(before, [...(all ? [] : ["other"]), ...numbered("a", 1, 30)]);
          await clock.advance(120_000);
          assert.ok(notices.includes("indexFailed") || (!all && !settingsPermitted), notices.join());
          delete server.shard(index, 0).failure;
          delete server.shard(index, 1).failure;
          await clock.advance(90_000);
          assertShownOnce(ids(), [...numbered("b", 1, 7000), ...numbered("c", 1, 10)]);
        },
      ));
  }
}

test("an index that was deleted while no tail ran is named", () =>
  interrupted(
    { shards: 2 },
    async ({ server, clock }) => {
      server.create("example-2020-03-03", 1);
      server.add("example-2020-03-03", 0, ...documents(["a"]));
      await clock.advance(15_000);
    },
    async ({ server, clock }) => {
      server.indices.delete("example-2020-03-03");
      await clock.advance(60_000);
    },
    async ({ clock, texts }) => {
      await clock.advance(10_000);
      assert.match(texts.join(), /example-2020-03-03 was deleted: what it received since 2020-03-02T12:00:1/);
    },
  ));

for (const holes of [2500, 12_000]) {
  test(`what lay among ${holes} gaps between what was shown, and became visible only meanwhile, is shown`, () =>
    interrupted(
      { filter: "has:Wanted" },
      async ({ server, clock }) => {
        const late = clock.now() + 20_000;
        for (let number = 0; number < holes; number++) {
          const wanted = number % 1000 === 500 ? { visible: late } : {};
          server.shard(index, 0).documents.push({ seq: 2 * number + 1, id: `w${number}`, source: { Wanted: 1 }, ...wanted });
        }
        await clock.advance(10_000);
      },
      async ({ clock }) => clock.advance(60_000),
      async ({ clock, ids }, before) => {
        await clock.advance(15_000);
        assertShownOnce([...before, ...ids()], numbered("w", 0, holes - 1));
        assert.ok(ids().length > 0);
      },
    ));
}

test("an index of the next day is shown from its beginning; one that was made anew too", () =>
  interrupted(
    {},
    async ({ server, clock }) => {
      server.add(index, 0, ...documents(numbered("a", 1, 20)));
      await clock.advance(180_000);
    },
    async ({ server, clock }) => {
      server.create(index, 1);
      server.add(index, 0, ...documents(["anew"]));
      server.create("example-2020-03-03", 1);
      server.add("example-2020-03-03", 0, ...documents(["next"]));
      await clock.advance(1000);
    },
    async ({ clock, ids }) => {
      await clock.advance(10_000);
      assertShownOnce(ids(), ["anew", "next"]);
    },
  ));

test("an index whose time was over before the first tail ended is not shown when it turns up", () =>
  interrupted(
    {},
    async ({ clock }) => clock.advance(5000),
    async ({ server }) => {
      server.create("example-2020-01-01", 1);
      server.add("example-2020-01-01", 0, ...documents(["restored"]));
    },
    async ({ clock, ids }) => {
      await clock.advance(10_000);
      assertShownOnce(ids(), []);
    },
  ));

test("whatever the interruption, every event is shown once by one of the two tails", async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = randomFrom(seed);
    const all: string[] = [];
    const write = (server: Tailing["server"], now: number): void => {
      for (let count = Math.floor(random() * 40); count > 0; count--) {
        const id = `s${seed}-${all.length}`;
        all.push(id);
        server.add(index, Math.floor(random() * 3), { id, source: {}, visible: now + random() * 25_000 });
      }
    };
    const writing = async ({ server, clock }: Pick<Tailing, "server" | "clock">, rounds: number): Promise<void> => {
      for (let round = 0; round < rounds; round++) {
        write(server, clock.now());
        await clock.advance(random() * 8000);
      }
    };
    await interrupted(
      { shards: 3 },
      (tail) => writing(tail, 10),
      (tail) => writing(tail, 5),
      async (tail, before) => {
        await writing(tail, 10);
        await tail.clock.advance(90_000);
        assertShownOnce([...before, ...tail.ids()], all);
      },
    );
  }
});
