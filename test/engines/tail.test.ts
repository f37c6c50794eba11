import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { chosenEngines, engines } from "./engines";
import { startFaultyProxy, type Fault } from "./faultyProxy";
import { startEngine, type RunningEngine } from "./startEngine";
import { assertExactlyOnce, createIndex, settled } from "./exactlyOnce";
import { randomFrom } from "../fakes/random";
import { sleep, startTail, until, type RecordedTail } from "./tailing";
import { Writers } from "./writers";

const seed = Number(process.env["TAIL_SEED"] ?? Date.now() % 100_000);

function total({ shown }: RecordedTail): number {
  return [...shown.values()].reduce((sum, times) => sum + times, 0);
}

async function request(url: string, method: string, path: string, body?: unknown): Promise<void> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const contentType = typeof body === "string" ? "application/x-ndjson" : "application/json";
  const init = body === undefined ? { method } : { method, headers: { "content-type": contentType }, body: text };
  const answer = await fetch(url + path, init);
  assert.ok(answer.ok, await answer.text());
}

for (const engine of chosenEngines()) {
  describe(`tail of ${engines[engine].title} (seed ${seed})`, () => {
    let running: RunningEngine;
    const random = randomFrom(seed);

    before(async () => {
      running = await startEngine({ engine });
    });
    after(() => running.stop());

    // They mostly wait, each on indices of its own.
    describe("side by side", { concurrency: true }, () => {
      test("concurrent writers with refreshes, updates, deletions and a rotation: every event once", async (context) => {
        let index = "busy-2020-03-02";
        await createIndex(running.url, index, 3);
        const tail = startTail(running.url, "busy", { kind: "now" });
        context.after(() => tail.stop());
        await sleep(1000);
        const writers = Writers.during(context, { url: running.url, index: () => index, random, count: 4, change: true });
        await sleep(8000);
        index = "busy-2020-03-03";
        await sleep(8000);
        await writers.stop();
        await assertExactlyOnce(tail, writers.written, seed);
      });

      test("a history of 60,000 events is read whole while more are written", async (context) => {
        await createIndex(running.url, "history", 2);
        const writers = Writers.during(context, { url: running.url, index: () => "history", random, count: 4, bulk: 2000, pauseMs: 0 });
        await until(() => writers.written.kept.size > 60_000, 60_000);
        const tail = startTail(running.url, "history", { kind: "all" });
        context.after(() => tail.stop());
        await sleep(3000);
        await writers.stop();
        await assertExactlyOnce(tail, writers.written, seed);
      });

      test("a proxy that is slow, cuts answers, resets and refuses: nothing is lost or repeated", async (context) => {
        await createIndex(running.url, "faulty", 3);
        const faults: readonly Fault[] = ["slow", "cut", "reset", "429", "503", "html"];
        const proxy = await startFaultyProxy(running.url, () =>
          random() < 0.3 ? (faults[Math.floor(random() * faults.length)] ?? "none") : "none",
        );
        context.after(() => proxy.stop());
        const tail = startTail(proxy.url, "faulty", { kind: "all" });
        context.after(() => tail.stop());
        const writers = Writers.during(context, { url: running.url, index: () => "faulty", random, count: 3, change: true });
        await sleep(20_000);
        await writers.stop();
        await assertExactlyOnce(tail, writers.written, seed);
        assert.ok(proxy.faults > 0);
      });

      test("an index deleted and made again with fewer shards: its new events are shown from the first", async (context) => {
        await createIndex(running.url, "again", 5);
        const tail = startTail(running.url, "again", { kind: "all" });
        context.after(() => tail.stop());
        const before = Writers.during(context, { url: running.url, index: () => "again", random, count: 2 });
        await sleep(3000);
        await before.stop();
        await assertExactlyOnce(tail, before.written, seed);
        await fetch(`${running.url}/again`, { method: "DELETE" });
        await createIndex(running.url, "again", 3);
        const shownBefore = total(tail);
        const renewed = Writers.during(context, { url: running.url, index: () => "again", random, count: 2 });
        await sleep(4000);
        await renewed.stop();
        await until(() => total(tail) >= shownBefore + renewed.written.kept.size, settled);
        assert.equal(total(tail) - shownBefore, renewed.written.kept.size, `seed ${seed}`);
      });
    });

    for (const what of ["alias", ...(engine.startsWith("opensearch") ? ["data stream"] : [])]) {
      test(`${what}: followed through its indices to the next one`, async (context) => {
        const name = what === "alias" ? "aliased" : "streamed";
        const indices = what === "alias" ? ["first-aliased", "second-aliased"] : [];
        if (what === "alias") {
          await createIndex(running.url, "first-aliased", 2);
          await request(running.url, "POST", "/_aliases", { actions: [{ add: { index: "first-aliased", alias: name } }] });
        } else {
          const template = {
            settings: { number_of_shards: 2, number_of_replicas: 0 },
            mappings: { properties: { "@timestamp": { type: "date" } } },
          };
          await request(running.url, "PUT", "/_index_template/streamed", { index_patterns: [name], data_stream: {}, template });
          await request(running.url, "PUT", `/_data_stream/${name}`);
        }
        const tail = startTail(running.url, name, { kind: "all" });
        context.after(() => tail.stop());
        const write = async (index: string, from: number): Promise<void> => {
          const ids = Array.from({ length: 100 }, (_, offset) => `d${from + offset}`);
          const lines = ids.map(
            (id) => `${JSON.stringify({ create: { _index: index, _id: id } })}\n${JSON.stringify({ "@timestamp": new Date(), id })}\n`,
          );
          await request(running.url, "POST", "/_bulk", lines.join(""));
        };
        await write(indices[0] ?? name, 0);
        assert.ok(await until(() => tail.shown.size === 100, settled));
        if (what === "alias") {
          await createIndex(running.url, "second-aliased", 1);
          await request(running.url, "POST", "/_aliases", { actions: [{ add: { index: "second-aliased", alias: name } }] });
        } else {
          await request(running.url, "POST", `/${name}/_rollover`);
        }
        await write(indices[1] ?? name, 100);
        assert.ok(await until(() => tail.shown.size === 200, settled), tail.notices.join());
        assert.deepEqual(new Set(tail.shown.values()), new Set([1]));
      });
    }

    test("an alias's own filter holds, in the index that it moves on to as well", async (context) => {
      const alias = (index: string, level: string) => ({ index, alias: "narrow", filter: { term: { "level.keyword": level } } });
      const write = (index: string) => {
        const line = (level: string) => `${JSON.stringify({ index: { _id: level } })}\n${JSON.stringify({ level })}\n`;
        return request(running.url, "POST", `/${index}/_bulk`, line("a") + line("b"));
      };
      await createIndex(running.url, "first-narrow", 2);
      await request(running.url, "POST", "/_aliases", { actions: [{ add: alias("first-narrow", "a") }] });
      const tail = startTail(running.url, "narrow", { kind: "all" });
      context.after(() => tail.stop());
      await write("first-narrow");
      assert.ok(await until(() => tail.shown.size === 1, settled));
      await createIndex(running.url, "second-narrow", 1);
      const moved = [{ remove: { index: "first-narrow", alias: "narrow" } }, { add: alias("second-narrow", "b") }];
      await request(running.url, "POST", "/_aliases", { actions: moved });
      await write("second-narrow");
      assert.ok(await until(() => tail.shown.size === 2, settled), tail.notices.join());
      await sleep(3000);
      assert.deepEqual(
        [...tail.shown],
        [
          ["first-narrow/a", 1],
          ["second-narrow/b", 1],
        ],
      );
    });

    test("a filter that takes capital and small letters as the same finds spellings that come later", async (context) => {
      const values = ["Ada (a|b).*", "ADA (A|B).*", "ada xa|b).*", "Other", 'Ada & <x> # ~@ "q" \\ {1}'];
      await createIndex(running.url, "spelled", 1);
      const write = async (from: number, to: number): Promise<void> => {
        const each = values.map((user, id) => `${JSON.stringify({ index: { _id: String(id) } })}\n${JSON.stringify({ user })}\n`);
        await request(running.url, "POST", "/spelled/_bulk", each.slice(from, to).join(""));
      };
      await write(0, 1);
      const literal = startTail(running.url, "spelled", { kind: "all" }, '@user~:"ada (A|b).*"');
      const start = startTail(running.url, "spelled", { kind: "all" }, "@user~:aDA*");
      const odd = startTail(running.url, "spelled", { kind: "all" }, '@user~:"aDA & <X> # ~@ \\"Q\\" \\ {1}"');
      const tails = [literal, start, odd];
      context.after(() => Promise.all(tails.map((tail) => tail.stop())));
      assert.ok(await until(() => literal.shown.size === 1, settled));
      await write(1, values.length);
      assert.ok(await until(() => start.shown.size === 4 && odd.shown.size === 1, settled), tails.map(({ notices }) => notices).join());
      const ids = tails.map(({ shown }) => [...shown.keys()].map((key) => key.split("/")[1]).sort());
      assert.deepEqual(ids, [["0", "1"], ["0", "1", "2", "4"], ["4"]]);
    });

    test("an index made anew, and larger than before, while the domain cannot be reached: all of the new one is shown", async (context) => {
      await createIndex(running.url, "behind", 2);
      let fault: Fault = "none";
      const proxy = await startFaultyProxy(running.url, () => fault);
      context.after(() => proxy.stop());
      const tail = startTail(proxy.url, "behind", { kind: "all" });
      context.after(() => tail.stop());
      const before = Writers.during(context, { url: running.url, index: () => "behind", random, count: 2, change: true });
      await sleep(2000);
      await before.stop();
      await assertExactlyOnce(tail, before.written, seed);
      await sleep(70_000);
      fault = "reset";
      await sleep(500);
      await request(running.url, "DELETE", "/behind");
      await createIndex(running.url, "behind", 2);
      const shownBefore = total(tail);
      const renewed = Writers.during(context, { url: running.url, index: () => "behind", random, count: 2 });
      await until(() => renewed.written.kept.size > 2 * before.written.kept.size, settled);
      await renewed.stop();
      await sleep(50_000);
      fault = "none";
      await until(() => total(tail) >= shownBefore + renewed.written.kept.size, settled);
      await sleep(3000);
      assert.equal(total(tail) - shownBefore, renewed.written.kept.size, `seed ${seed}, ${tail.notices.join(" | ")}`);
    });

    test("a node killed and started again on its data: nothing is lost or repeated", async (context) => {
      await createIndex(running.url, "killed", 3);
      const tail = startTail(running.url, "killed", { kind: "all" });
      context.after(() => tail.stop());
      const writers = Writers.during(context, { url: running.url, index: () => "killed", random, count: 3 });
      await sleep(4000);
      await running.kill();
      await sleep(1500);
      await running.restart();
      await sleep(4000);
      await writers.stop();
      await assertExactlyOnce(tail, writers.written, seed);
    });

    test("two nodes with a replica, one of them killed: what its copies held back and what is renumbered is shown once", async (context) => {
      await running.stop();
      const cluster = await startEngine({ engine, nodes: 2 });
      context.after(() => cluster.stop());
      await createIndex(cluster.url, "copies", 2, 1);
      const tail = startTail(cluster.url, "copies", { kind: "all" });
      context.after(() => tail.stop());
      const writers = Writers.during(context, {
        url: cluster.url,
        index: () => "copies",
        random,
        count: 6,
        bulk: 1000,
        pauseMs: 10,
        change: true,
      });
      await sleep(15_000);
      await cluster.kill(1);
      await sleep(10_000);
      await cluster.restart(1);
      await sleep(5000);
      await writers.stop();
      await assertExactlyOnce(tail, writers.written, seed);
    });
  });
}
