import { describe, test } from "node:test";
import { chosenEngines, engines } from "./engines";
import { assertExactlyOnce, createIndex } from "./exactlyOnce";
import { startFaultyProxy, type Fault } from "./faultyProxy";
import { startEngine } from "./startEngine";
import { randomFrom } from "../fakes/random";
import { sleep, startTail } from "./tailing";
import { Writers } from "./writers";

const seed = Number(process.env["TAIL_SEED"] ?? Date.now() % 100_000);
/** npm run test:long takes half an hour. */
const seconds = Number(process.env["TAIL_SOAK_SECONDS"] ?? 60);
const faults: readonly Fault[] = ["slow", "cut", "reset", "429", "503", "html"];
const long = seconds > 120;
/** A long soak writes less at a time: all ids are kept until the end. */
const pace = long ? { bulk: 60, pauseMs: 300 } : { bulk: 200, pauseMs: 50 };
const faulty = long ? 0.08 : 0.25;

for (const engine of chosenEngines()) {
  describe(`soak of ${engines[engine].title} (seed ${seed})`, () => {
    test(
      `${seconds} s of writing with random faults, kills and rotations: nothing is lost or repeated`,
      { timeout: (seconds + 300) * 1000 },
      async (context) => {
        const random = randomFrom(seed);
        const running = await startEngine({ engine });
        context.after(() => running.stop());
        let day = 1;
        const index = (): string => `soak-2020-03-${String(day).padStart(2, "0")}`;
        await createIndex(running.url, index(), 3);
        const proxy = await startFaultyProxy(running.url, () =>
          random() < faulty ? (faults[Math.floor(random() * faults.length)] ?? "none") : "none",
        );
        context.after(() => proxy.stop());
        const tail = startTail(proxy.url, "soak", { kind: "all" });
        context.after(() => tail.stop());
        const writers = Writers.during(context, { url: running.url, index, random, count: 4, change: true, ...pace });
        const end = Date.now() + seconds * 1000;
        for (let kills = 0, step = 0; Date.now() < end; step++) {
          await sleep(4000 + random() * (long ? 16_000 : 8000));
          if (Date.now() < end && step > 0 && (random() < 0.4 || (kills === 0 && step === 1))) {
            kills++;
            await running.kill();
            await sleep(random() * 2000);
            await running.restart();
          } else if ((random() < 0.3 || step === 0) && day < 28) {
            day++;
          }
        }
        await writers.stop();
        context.diagnostic(`${writers.written.kept.size} events kept, ${proxy.faults} faults of the proxy, ${day} indices`);
        await assertExactlyOnce(tail, writers.written, seed);
      },
    );
  });
}
