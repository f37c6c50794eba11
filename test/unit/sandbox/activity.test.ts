import assert from "node:assert/strict";
import { test } from "node:test";
import { Activity } from "../../../src/sandbox/person/activity";
import { randomSource } from "../../../src/sandbox/random";

function times(seed: number, name: string, rate: number, lengthMs: number): number[] {
  const activity = new Activity(rate, randomSource(seed, name));
  const found: number[] = [];
  for (let at = activity.after(0); at < lengthMs; at = activity.after(at)) {
    found.push(at);
  }
  return found;
}

test("events come as often as asked on average, but in bursts with quiet times between", () => {
  const hours = 10;
  for (const rate of [0.5, 2]) {
    const found = times(1, "session", rate, hours * 3_600_000);
    const mean = found.length / (hours * 3600);
    assert.ok(Math.abs(mean / rate - 1) < 0.1, `${mean} of ${rate}`);
    const perSecond = new Map<number, number>();
    found.forEach((at) => perSecond.set(Math.floor(at / 1000), (perSecond.get(Math.floor(at / 1000)) ?? 0) + 1));
    assert.ok(Math.max(...perSecond.values()) > rate * 6);
    const gaps = found.map((at, index) => at - (found[index - 1] ?? 0));
    assert.ok(Math.max(...gaps) > 10_000 / rate);
  }
});

test("a seed and a session give the same times again; another seed or session gives others", () => {
  const once = times(7, "a", 1, 60_000);
  assert.deepEqual(times(7, "a", 1, 60_000), once);
  assert.notDeepEqual(times(8, "a", 1, 60_000), once);
  assert.notDeepEqual(times(7, "b", 1, 60_000), once);
});
