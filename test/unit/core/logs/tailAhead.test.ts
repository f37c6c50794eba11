import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFilter } from "../../../../src/core/logs/filter";
import { assertShownOnce, index, startTime, numbered, tailing } from "./tailing";

// While what a page brought is shown, the next one is asked for.

const plain = (ids: readonly string[]) => ids.map((id) => ({ id, source: {} }));
const hasEven = parseFilter("has:Even");
const polls = (requests: readonly { readonly path: string }[]): number => requests.filter(({ path }) => path === "/_msearch").length;

test("while a page is shown the next one is under way, and no third", () => {
  const asked: { readonly from: number; readonly shownTo: number | undefined; readonly meanwhile: number }[] = [];
  return tailing(
    {
      since: { kind: "all" },
      prepare: (server) => server.add(index, 0, ...plain(numbered("a", 1, 20_000))),
      onEntries: async ({ clock, server }, entries) => {
        const before = polls(server.requests);
        const [, from] = /"post_filter":{"range":{"_seq_no":{"gte":(\d+)/.exec(server.requests.at(-1)?.body ?? "") ?? [];
        await clock.delay(400);
        asked.push({ from: Number(from), shownTo: entries.at(-1)?.seq, meanwhile: polls(server.requests) - before });
      },
    },
    async ({ clock, ids }) => {
      await clock.advance(30_000);
      assertShownOnce(ids(), ["before", ...numbered("a", 1, 20_000)]);
      const whileMore = asked.slice(0, -1);
      assert.ok(whileMore.length > 3);
      assert.deepEqual(
        whileMore.filter(({ from, shownTo, meanwhile }) => from !== shownTo || meanwhile > 0),
        [],
      );
    },
  );
});

test("what turns up late while a view takes nothing is shown, though an answer from before was waiting", () =>
  tailing(
    {
      since: { kind: "all" },
      prepare: (server) => {
        server.add(index, 0, ...plain(numbered("a", 1, 2500)));
        server.add(index, 0, { id: "late", source: {}, visible: startTime + 100_000 });
        server.add(index, 0, ...plain(numbered("b", 1, 2500)));
      },
      onEntries: ({ clock }, entries) => (entries.some(({ id }) => id === "b100") ? clock.delay(300_000) : undefined),
    },
    async ({ clock, ids }) => {
      await clock.advance(600_000);
      assertShownOnce(ids(), ["before", ...numbered("a", 1, 2500), "late", ...numbered("b", 1, 2500)]);
    },
  ));

test("a filter that changes while pages follow each other holds from its notice on", () => {
  let changed = false;
  return tailing(
    {
      since: { kind: "all" },
      prepare: (server) =>
        server.add(index, 0, ...Array.from({ length: 12_000 }, (_, at) => ({ id: `e${at}`, source: at % 2 === 0 ? { Even: 1 } : {} }))),
      onEntries: ({ session }) => {
        if (!changed) {
          changed = true;
          session.setFilter(hasEven);
        }
      },
    },
    async ({ clock, entries, notices }) => {
      await clock.advance(30_000);
      assert.deepEqual(notices, ["filter"]);
      const odd = entries.filter(({ source }) => source["Even"] === undefined).length;
      assert.ok(odd > 0 && odd <= 501, `${odd} of the old filter`);
      assert.equal(new Set(entries.map(({ id }) => id)).size, entries.length);
      assert.equal(entries.filter(({ source }) => source["Even"] !== undefined).length, 6000);
    },
  );
});

test("skipping while pages follow each other leaves out what it says, and nothing else", () => {
  let skipped = false;
  return tailing(
    {
      since: { kind: "all" },
      prepare: (server) => server.add(index, 0, ...plain(numbered("a", 1, 30_000))),
      onEntries: ({ session }) => {
        if (!skipped) {
          skipped = true;
          session.skipToNow();
        }
      },
    },
    async ({ server, clock, ids, texts }) => {
      await clock.advance(10_000);
      const said = Number(/skipped (\d+) events/.exec(texts.join())?.[1]);
      server.add(index, 0, ...plain(["after"]));
      await clock.advance(10_000);
      assert.equal(said + ids().length, 30_002);
      assert.equal(ids().at(-1), "after");
      assert.equal(new Set(ids()).size, ids().length);
    },
  );
});
