import assert from "node:assert/strict";
import { test } from "node:test";
import { eventTime } from "../../../../src/core/logs/eventTime";
import { csvLine, ndjsonLine } from "../../../../src/core/logs/exportFormats";
import { pollEvery } from "../../../../src/core/logs/indexPeriods";
import { MergeBuffer } from "../../../../src/core/logs/mergeBuffer";
import { PageSize } from "../../../../src/core/logs/pageSize";
import { SettleTime, windowLimit } from "../../../../src/core/logs/settleTime";
import type { LogEntry } from "../../../../src/core/logs/tailEvents";
import { domainRefusal, refusalError } from "../../../../src/core/resources/domainRefusal";

function entry(source: Record<string, unknown>, id = "x"): LogEntry {
  return { index: "i", shard: 0, seq: 1, id, version: 1, source };
}

test("an event's time is read with all its digits, in the forms that shippers write", () => {
  const second = Date.UTC(2020, 2, 2, 21, 1, 12);
  for (const [text, ms, rest] of [
    ["2020-03-02T21:01:12.1234567Z", second + 123, 4567],
    ["2020-03-02T21:01:12.5Z", second + 500, 0],
    ["2020-03-02T21:01:12Z", second, 0],
    ["2020-03-02T21:01:12.123456789Z", second + 123, 4567],
    ["2020-03-02T22:01:12.1234567+01:00", second + 123, 4567],
    ["2020-03-02 21:01:12,25", second + 250, 0],
  ] as const) {
    assert.deepEqual(eventTime({ TimeCreated: text }), { ms, rest }, text);
  }
  for (const text of [
    "2020-13-02T21:01:12Z",
    "2020-03-02T25:01:12Z",
    "2020-03-02T21:61:12Z",
    "2020-03-02T21:01:12.Z",
    "2020-03-02T21:01:12.12x4Z",
    "2020-03-02T21-01-12Z",
    "yesterday",
    "",
  ]) {
    assert.equal(eventTime({ TimeCreated: text }), undefined, text);
  }
  assert.deepEqual(eventTime({ "@timestamp": 5 }), { ms: 5, rest: 0 });
  assert.equal(eventTime({}), undefined);
});

test("the settle time follows refresh interval, arrivals and inversions, between one and ten minutes", () => {
  const settle = new SettleTime();
  assert.equal(settle.ms, 60_000);
  settle.noteRefresh(60_000);
  assert.deepEqual([settle.ms, settle.checkpointAge], [130_000, 65_000]);
  settle.noteInversion(50_000);
  assert.deepEqual([settle.ms, settle.largestInversion], [200_000, 50_000]);
  settle.noteInversion(3_600_000);
  assert.equal(settle.ms, 600_000);
  assert.equal(settle.within(windowLimit), 600_000);
  assert.ok(settle.within(windowLimit * 4) < 150_000);
});

test("pages grow to a few megabytes and shrink under load", () => {
  const size = new PageSize();
  size.answered(1000 * 600, 1000, 1, 50);
  size.answered(2000 * 600, 2000, 1, 50);
  size.answered(4000 * 600, 4000, 1, 50);
  assert.equal(size.size, 5000);
  size.answered(100 * 60_000, 100, 2, 50);
  assert.ok(size.size < 110, `${size.size}`);
  for (let times = 0; times < 10; times++) {
    size.overloaded();
  }
  assert.deepEqual([size.size, size.searches], [100, 10]);
  size.answered(100 * 600, 100, 1, 50);
  assert.deepEqual([size.size, size.searches], [200, 20]);
  size.answered(100, 1, 0, 20_000);
  assert.equal(size.size, 100);
});

test("old indices are polled less often", () => {
  const now = Date.UTC(2020, 2, 3, 1, 30);
  const quiet = now - 3_600_000;
  assert.equal(pollEvery(Infinity, 0, now), 0);
  assert.equal(pollEvery(now + 1, quiet, now), 0);
  assert.equal(pollEvery(quiet, now - 60_000, now), 0);
  assert.equal(pollEvery(quiet, quiet, now), 15_000);
  assert.equal(pollEvery(now - 200_000_000, 0, now), 300_000);
});

test("merging waits for the page that could come before, and keeps each stream's order", () => {
  const buffer = new MergeBuffer(2);
  const at = (ms: number, id: string): LogEntry => entry({ TimeCreated: ms }, id);
  const ids = (entries: readonly LogEntry[]): string[] => entries.map(({ id }) => id);
  buffer.add(0, [at(1, "a1"), at(9, "a9"), at(4, "a4")]);
  buffer.add(1, [at(3, "b3")]);
  assert.deepEqual(ids(buffer.take([true, true])), ["a1", "b3"]);
  assert.deepEqual(ids(buffer.take([true, true])), []);
  buffer.add(1, [at(5, "b5"), at(10, "b10")]);
  assert.deepEqual(ids(buffer.take([true, true])), ["b5", "a9", "a4"]);
  assert.deepEqual(ids(buffer.take([false, false])), ["b10"]);
});

test("exported events keep their values; cells that a spreadsheet would compute begin with an apostrophe", () => {
  const source = { TimeCreated: "2020-03-02T21:01:12.1234567Z", LevelDisplayName: "Error", Description: '@SUM(1)\r\n"x", y', EventId: 7 };
  assert.equal(ndjsonLine(entry(source)), `${JSON.stringify({ _index: "i", _id: "x", _seq_no: 1, _source: source })}\n`);
  assert.equal(csvLine(entry(source)), `2020-03-02T21:01:12.1234567Z,Error,,,7,,,,,,"'@SUM(1)\r\n""x"", y",i,x\r\n`);
});

test("each refusal of a domain is told apart by what the service answers", () => {
  for (const [status, body, refusal] of [
    [429, "", "throttled"],
    [403, "Request throttled due to too many requests", "throttled"],
    [403, "The security token included in the request is expired", "expiredToken"],
    [403, "The security token included in the request is invalid.", "invalidToken"],
    [403, "Signature expired: 20200302T120000Z is now earlier than", "clock"],
    [403, "Signature not yet current: 2020", "clock"],
    [403, "Credential should be scoped to a valid Region, not 'us-east-1'.", "region"],
    [403, "The request signature we calculated does not match the signature you provided.", "signature"],
    [403, "User: anonymous is not authorized to perform: es:ESHttpPost", "anonymous"],
    [403, "User: arn:aws:iam::1:user/x is not authorized to perform: es:ESHttpPost", "policy"],
    [403, '{"error":{"type":"security_exception","reason":"no permissions for [indices:data/read/search]"}}', "roleMapping"],
    [403, '{"error":{"type":"preference_based_search_not_allowed_exception"}}', "preference"],
    [401, "Unauthorized", "password"],
    [200, "", undefined],
    [503, "", undefined],
  ] as const) {
    assert.equal(domainRefusal(status, body), refusal, body);
    if (refusal !== undefined) {
      const error = refusalError(refusal, "because");
      assert.ok(error.next !== undefined && error.message.endsWith("(because)"));
    }
  }
});
