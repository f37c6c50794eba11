import assert from "node:assert/strict";
import { test } from "node:test";
import type { TailPosition } from "../../../../src/core/logs/resumeTail";
import type { TailStart } from "../../../../src/core/logs/tailEvents";
import { assertShownOnce, index, numbered, tailing, type Tailing } from "./tailing";

const hour = 3_600_000;

test("what is in flight when a tail is resumed after an hour is shown", async () => {
  let since: TailStart | undefined;
  let beside: Pick<Tailing, "clock" | "server"> | undefined;
  await tailing({}, async (tail) => {
    tail.server.add(index, 0, { id: "a", source: {} });
    await tail.clock.advance(5000);
    since = { kind: "resume", at: tail.clock.now(), positions: JSON.parse(JSON.stringify(tail.session.positions())) as TailPosition[] };
    beside = tail;
  });
  assert.ok(since !== undefined && beside !== undefined);
  const { clock, server } = beside;
  await clock.advance(hour);
  server.add(index, 0, { id: "flying", source: {}, visible: clock.now() + 3000 }, { id: "landed", source: {} });
  await tailing({ since, beside }, async ({ ids }) => {
    await clock.advance(60_000);
    assertShownOnce(ids(), ["flying", "landed"]);
  });
});

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
