import assert from "node:assert/strict";
import { until, type RecordedTail } from "./tailing";
import type { Written } from "./writers";

/** The longest wait for everything to be shown, in milliseconds. */
export const settled = 120_000;

export async function createIndex(url: string, name: string, shards: number, replicas = 0): Promise<void> {
  const settings = { index: { number_of_shards: shards, number_of_replicas: replicas } };
  const answer = await fetch(`${url}/${name}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ settings }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** Every document that stayed was shown once, and one that was deleted not twice. */
export async function assertExactlyOnce(tail: RecordedTail, written: Written, seed: number): Promise<void> {
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
