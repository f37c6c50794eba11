import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { chosenEngines, engines } from "./engines";
import { startFaultyProxy, type Fault } from "./faultyProxy";
import { startEngine, type RunningEngine } from "./startEngine";
import { randomOf, sleep, startTail, until, type RecordedTail } from "./tailing";
import { Writers, type Written } from "./writers";

const seed = Number(process.env["TAIL_SEED"] ?? Date.now() % 100_000);
const soakSeconds = Number(process.env["TAIL_SOAK_SECONDS"] ?? 30);
const settled = 120_000;

async function createIndex(url: string, name: string, shards: number, replicas = 0): Promise<void> {
  const settings = { index: { number_of_shards: shards, number_of_replicas: replicas } };
  const answer = await fetch(`${url}/${name}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ settings }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** Every document that stayed was shown once, and one that was deleted not twice. */
async function assertExactlyOnce(tail: RecordedTail, written: Written): Promise<void> {
  await until(() => [...written.kept].every((key) => tail.shown.has(key)), settled);
  const lost = [...written.kept].filter((key) => !tail.shown.has(key));
  const repeated = [...tail.shown].filter(([, times]) => times > 1).map(([key]) => key);
  const foreign = [...tail.shown.keys()].filter((key) => !written.kept.has(key) && !written.deleted.has(key));
  const facts = `seed ${seed}, written ${written.kept.size}, notices: ${tail.notices.slice(-20).join(" | ")}`;
  assert.deepEqual(
    { lost: lost.slice(0, 10), repeated: repeated.slice(0, 10), foreign: foreign.slice(0, 10) },
    { lost: [], repeated: [], foreign: [] },
    facts,
  );
  assert.ok(written.kept.size > 0, facts);
}

for (const engine of chosenEngines()) {
  describe(`tail of ${engines[engine].title} (seed ${seed})`, () => {
    let running: RunningEngine;
    const random = randomOf(seed);

    before(async () => {
      running = await startEngine({ engine });
    });
    after(() => running.stop());

    test("concurrent writers with refreshes, updates, deletions and a rotation: every event once", async (context) => {
      let index = "busy-2020-03-02";
      await createIndex(running.url, index, 3);
      const tail = startTail(running.url, "busy", { kind: "now" });
      context.after(() => tail.stop());
      await sleep(1000);
      const writers = new Writers({ url: running.url, index: () => index, random, count: 4, change: true });
      await sleep(8000);
      index = "busy-2020-03-03";
      await sleep(8000);
      await writers.stop();
      await assertExactlyOnce(tail, writers.written);
    });

    test("a history of 60,000 events is read whole while more are written", async (context) => {
      await createIndex(running.url, "history", 2);
      const writers = new Writers({ url: running.url, index: () => "history", random, count: 4, bulk: 2000, pauseMs: 0 });
      await until(() => writers.written.kept.size > 60_000, 60_000);
      const tail = startTail(running.url, "history", { kind: "all" });
      context.after(() => tail.stop());
      await sleep(3000);
      await writers.stop();
      await assertExactlyOnce(tail, writers.written);
    });

    test("a node killed and started again on its data: nothing is lost or repeated", async (context) => {
      await createIndex(running.url, "killed", 3);
      const tail = startTail(running.url, "killed", { kind: "all" });
      context.after(() => tail.stop());
      const writers = new Writers({ url: running.url, index: () => "killed", random, count: 3 });
      await sleep(4000);
      await running.kill();
      await sleep(1500);
      await running.restart();
      await sleep(4000);
      await writers.stop();
      await assertExactlyOnce(tail, writers.written);
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
      const writers = new Writers({ url: running.url, index: () => "faulty", random, count: 3, change: true });
      await sleep(20_000);
      await writers.stop();
      await assertExactlyOnce(tail, writers.written);
      assert.ok(proxy.faults > 0);
    });

    test("an index deleted and made again with fewer shards: its new events are shown from the first", async (context) => {
      await createIndex(running.url, "again", 5);
      const tail = startTail(running.url, "again", { kind: "all" });
      context.after(() => tail.stop());
      const before = new Writers({ url: running.url, index: () => "again", random, count: 2 });
      await sleep(3000);
      await before.stop();
      await assertExactlyOnce(tail, before.written);
      await fetch(`${running.url}/again`, { method: "DELETE" });
      await createIndex(running.url, "again", 3);
      const total = (): number => [...tail.shown.values()].reduce((sum, times) => sum + times, 0);
      const shownBefore = total();
      const renewed = new Writers({ url: running.url, index: () => "again", random, count: 2 });
      await sleep(4000);
      await renewed.stop();
      await until(() => total() >= shownBefore + renewed.written.kept.size, settled);
      assert.equal(total() - shownBefore, renewed.written.kept.size, `seed ${seed}`);
    });

    test(
      `${soakSeconds} s of writing with random faults: nothing is lost or repeated`,
      { timeout: (soakSeconds + 300) * 1000 },
      async (context) => {
        await createIndex(running.url, "soak", 5);
        const faults: readonly Fault[] = ["slow", "cut", "reset", "429", "503", "html"];
        const proxy = await startFaultyProxy(running.url, () =>
          random() < 0.08 ? (faults[Math.floor(random() * faults.length)] ?? "none") : "none",
        );
        const tail = startTail(proxy.url, "soak", { kind: "all" });
        context.after(() => proxy.stop());
        context.after(() => tail.stop());
        const writers = new Writers({ url: running.url, index: () => "soak", random, count: 4, change: true });
        const end = Date.now() + soakSeconds * 1000;
        while (Date.now() < end) {
          await sleep(5000 + random() * 20_000);
          if (random() < 0.5 && Date.now() < end) {
            await running.kill();
            await sleep(random() * 2000);
            await running.restart();
          }
        }
        await writers.stop();
        await assertExactlyOnce(tail, writers.written);
      },
    );

    test("two nodes with a replica, one of them killed: what its copies held back and what is renumbered is shown once", async (context) => {
      await running.stop();
      const cluster = await startEngine({ engine, nodes: 2 });
      context.after(() => cluster.stop());
      await createIndex(cluster.url, "copies", 2, 1);
      const tail = startTail(cluster.url, "copies", { kind: "all" });
      context.after(() => tail.stop());
      const writers = new Writers({ url: cluster.url, index: () => "copies", random, count: 6, bulk: 1000, pauseMs: 10, change: true });
      await sleep(15_000);
      await cluster.kill(1);
      await sleep(10_000);
      await cluster.restart(1);
      await sleep(5000);
      await writers.stop();
      await assertExactlyOnce(tail, writers.written);
    });
  });
}
