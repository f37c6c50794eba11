import assert from "node:assert/strict";
import { test } from "node:test";
import { SeenWindow, type Numbered } from "../../../../src/core/logs/seenWindow";
import { randomFrom } from "../../../fakes/random";

/** The same by a plain list. */
class PlainWindow {
  entries: { seq: number; id: string; gone: boolean }[] = [];

  add(seq: number, id: string): void {
    if (!this.entries.some((entry) => entry.seq === seq && entry.id === id)) {
      this.entries.push({ seq, id, gone: false });
    }
  }

  present(above: number, upTo: number): { seq: number; id: string }[] {
    return this.entries.filter(({ seq, gone }) => seq > above && seq <= upTo && !gone);
  }
}

function assertSame(window: SeenWindow, plain: PlainWindow, above: number, upTo: number): void {
  const all = plain.present(-1, Infinity);
  const part = plain.present(above, upTo);
  const sum = (list: readonly Numbered[]): number => list.reduce((total, { seq }) => total + seq, 0);
  assert.deepEqual([window.count, window.sum, window.size], [all.length, sum(all), plain.entries.length]);
  assert.deepEqual(window.tally(above, upTo), { count: part.length, sum: sum(part) });
}

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  test(`the window remembers what a plain list would, seed ${seed}`, () => {
    const random = randomFrom(seed);
    const upTo = (limit: number): number => Math.floor(random() * limit);
    const window = new SeenWindow();
    const plain = new PlainWindow();
    let head = 0;
    let floor = -1;
    for (let step = 0; step < 120; step++) {
      for (let event = 0; event < 60; event++) {
        const late = random() < 0.15;
        const seq = late ? floor + 1 + upTo(Math.max(1, head - floor)) : (head += 1 + (random() < 0.1 ? upTo(5000) : 0));
        const id = random() < 0.9 ? `d${seq}` : `other${seq}`;
        window.add(seq, id);
        plain.add(seq, id);
      }
      const [from, to] = [floor + upTo(head - floor), head - upTo(50)];
      if (random() < 0.3) {
        const present = plain
          .present(from, to)
          .concat(random() < 0.5 ? [{ seq: from + 1, id: "unknown" }] : [])
          .filter(() => random() < 0.95)
          .sort((a, b) => a.seq - b.seq);
        const keys = new Set(present.map(({ seq, id }) => `${seq} ${id}`));
        const unknown = window.reconcile(from, to, present);
        assert.deepEqual(
          unknown,
          present.filter(({ seq, id }) => !plain.entries.some((entry) => entry.seq === seq && entry.id === id)),
        );
        for (const entry of plain.entries.filter(({ seq }) => seq > from && seq <= to)) {
          entry.gone = !keys.has(`${entry.seq} ${entry.id}`);
        }
      }
      if (random() < 0.3) {
        floor += upTo((head - floor) / 2);
        window.dropUpTo(floor);
        plain.entries = plain.entries.filter(({ seq }) => seq > floor);
      }
      assertSame(window, plain, from, to);
      const some = plain.entries[upTo(plain.entries.length)];
      assert.ok(some === undefined || window.has(some.seq, some.id));
      assert.ok(!window.has(head, "never shown"));
    }
  });
}

test("a million documents are remembered in some 8 MB", () => {
  const before = process.memoryUsage().arrayBuffers;
  const window = new SeenWindow();
  for (let seq = 0; seq < 1_000_000; seq++) {
    window.add(seq * 3, `document-${seq}`);
  }
  assert.ok(process.memoryUsage().arrayBuffers - before < 10_000_000, `${process.memoryUsage().arrayBuffers - before} bytes`);
  assert.equal(window.count, 1_000_000);
  window.clear();
});
