import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { abortError, type Clock } from "../../../../src/core/clock";
import { DeliveryBuffer, type BufferOptions } from "../../../../src/sandbox/services/firehose/buffer";
import { deliverBulk, type BulkTarget } from "../../../../src/sandbox/services/firehose/bulkDelivery";
import { objectKey, rotatedIndex } from "../../../../src/sandbox/services/firehose/naming";
import type { StoredRecord } from "../../../../src/sandbox/services/firehose/spool";
import type { Answer } from "../../../../src/sandbox/services/firehose/transport";

/** Time moves only by `advance`. */
class FakeClock implements Clock {
  private time = 0;
  private waiting: { at: number; resolve: () => void }[] = [];

  now(): number {
    return this.time;
  }

  delay(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ at: this.time + ms, resolve });
      signal?.addEventListener("abort", () => reject(abortError()));
    });
  }

  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await setImmediate();
      const next = this.waiting.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) {
        this.time = end;
        return;
      }
      this.waiting = this.waiting.filter((entry) => entry !== next);
      this.time = next.at;
      next.resolve();
    }
  }
}

const record = (text: string, at = 0, id = text): StoredRecord => ({ id, at, data: Buffer.from(text).toString("base64") });
const day = Date.UTC(2016, 1, 25, 13, 5, 6);

test("an index is named by the arrival time of its records", () => {
  const names = ["NoRotation", "OneHour", "OneDay", "OneWeek", "OneMonth"].map((period) => rotatedIndex("example", period, day));
  assert.deepEqual(names, ["example", "example-2016-02-25-13", "example-2016-02-25", "example-2016-w08", "example-2016-02"]);
  assert.equal(rotatedIndex("example", "OneWeek", day, "us-documented"), "example-2016-w09");
  assert.equal(rotatedIndex("example", "OneWeek", Date.UTC(2021, 0, 1)), "example-2020-w53");
});

test("an object's key follows the prefixes of its destination", () => {
  const key = (prefix: string, errorPrefix?: string, errorType?: string): string =>
    objectKey({
      prefix,
      errorPrefix,
      ...(errorType === undefined ? {} : { errorType }),
      stream: "s",
      version: 2,
      at: day,
      uuid: "U",
      extension: ".gz",
      random: () => "random",
    });
  const suffix = "s-2-2016-02-25-13-05-06-U.gz";
  assert.equal(key("logs/"), `logs/2016/02/25/13/${suffix}`);
  assert.equal(key("logs/!{timestamp:yyyy'/m'MM}/!{firehose:random-string}/"), `logs/2016/m02/random/${suffix}`);
  assert.equal(key("logs/", undefined, "x-failed"), `logs/x-failed/2016/02/25/13/${suffix}`);
  assert.equal(key("logs/", "bad/!{firehose:error-output-type}/!{timestamp:dd}/", "x-failed"), `bad/x-failed/25/${suffix}`);
});

function buffer(clock: Clock, delivered: string[][], folder?: string, hints = { bytes: 10, millis: 1000 }): DeliveryBuffer {
  const options: BufferOptions = {
    folder,
    clock,
    hints: () => hints,
    deliver: async (batch) => void delivered.push(batch.records.map((entry) => entry.id)),
    failed: (thrown) => assert.fail(String(thrown)),
  };
  return new DeliveryBuffer(options);
}

test("records are delivered when there are enough bytes, or when the first is old enough", async () => {
  const clock = new FakeClock();
  const delivered: string[][] = [];
  const records = buffer(clock, delivered);
  records.add([record("aaaaa"), record("bbbbb"), record("c")]);
  await clock.advance(1);
  assert.deepEqual(delivered, [["aaaaa", "bbbbb"]]);
  await clock.advance(998);
  assert.equal(delivered.length, 1);
  await clock.advance(1);
  assert.deepEqual(delivered[1], ["c"]);
  await records.stop();
});

test("what was not delivered is delivered after the next start", async () => {
  const folder = mkdtempSync(join(tmpdir(), "firehose-"));
  try {
    const clock = new FakeClock();
    const delivered: string[][] = [];
    const first = buffer(clock, delivered, folder);
    first.add([record("a"), record("b")]);
    await first.stop();
    assert.deepEqual(delivered, []);
    const second = buffer(clock, delivered, folder);
    await clock.advance(1000);
    await second.stop();
    assert.deepEqual(delivered, [["a", "b"]]);
    const third = buffer(clock, delivered, folder);
    await clock.advance(5000);
    await third.stop();
    assert.equal(delivered.length, 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

interface Posts {
  readonly bodies: string[];
  readonly target: BulkTarget;
}

function target(clock: Clock, answers: (Answer | Error)[], more: Partial<BulkTarget> = {}): Posts {
  const bodies: string[] = [];
  return {
    bodies,
    target: {
      index: "i",
      rotation: "NoRotation",
      type: undefined,
      ownIds: true,
      post: async (body) => {
        bodies.push(body);
        const answer = answers.shift() ?? { status: 200, body: '{"items":[]}' };
        if (answer instanceof Error) {
          throw answer;
        }
        return answer;
      },
      retryMillis: 1000,
      pauseMillis: () => 300,
      clock,
      ...more,
    },
  };
}

const items = (...statuses: number[]): Answer => ({
  status: 200,
  body: JSON.stringify({
    items: statuses.map((status) => ({ index: { status, ...(status > 299 ? { error: { type: "t", reason: "r" } } : {}) } })),
  }),
});

test("one record is one document with an id that stays, its trailing newline dropped", async () => {
  const { bodies, target: sink } = target(new FakeClock(), [items(201, 201)]);
  const failed = await deliverBulk([record('{"a":1}\n', 0, "1"), record('{"a":\n2}', 0, "2")], sink, new AbortController().signal);
  assert.deepEqual(failed, []);
  assert.equal(bodies[0], '{"index":{"_index":"i","_id":"1.0"}}\n{"a":1}\n{"index":{"_index":"i","_id":"2.0"}}\n{"a": 2}\n');
});

test("only what may succeed later is sent again; a mapping error is final", async () => {
  const clock = new FakeClock();
  const { bodies, target: sink } = target(clock, [items(201, 400, 429), items(201)]);
  const done = deliverBulk([record("a"), record("b"), record("c")], sink, new AbortController().signal);
  await clock.advance(1000);
  const failed = await done;
  assert.deepEqual(
    failed.map(({ id, attempts, code, message }) => ({ id, attempts, code, message })),
    [{ id: "b.0", attempts: 1, code: "400", message: '{"type":"t","reason":"r"}' }],
  );
  assert.match(bodies[1] ?? "", /^\{"index":\{"_index":"i","_id":"c\.0"\}\}\nc\n$/);
});

test("a domain that cannot be reached is tried until the retry time is over", async () => {
  const clock = new FakeClock();
  const { bodies, target: sink } = target(clock, [
    new Error("refused"),
    { status: 503, body: "busy" },
    { status: 503, body: "busy" },
    { status: 503, body: "busy" },
  ]);
  const done = deliverBulk([record("a")], sink, new AbortController().signal);
  await clock.advance(5000);
  const failed = await done;
  assert.equal(bodies.length, 4);
  assert.deepEqual(
    failed.map(({ attempts, code, message }) => ({ attempts, code, message })),
    [{ attempts: 4, code: "503", message: "busy" }],
  );
});
