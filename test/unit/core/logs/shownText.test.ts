import assert from "node:assert/strict";
import { test } from "node:test";
import { ShownText } from "../../../../src/core/logs/shownText";
import type { LogEntry } from "../../../../src/core/logs/tailEvents";

const entry = (id: string, time: string, description = id, lateMs?: number): LogEntry => ({
  ...{ index: "windows", shard: 0, seq: 0, id, version: 1, source: { TimeCreated: time, Description: description } },
  ...(lateMs === undefined ? {} : { lateMs }),
});

const utc = () => ({ timeZone: "utc" }) as const;

/** All that the channel got, as its lines. */
function shown(text: ShownText): string[] {
  const lines: string[] = [];
  for (let part = text.take(2); part !== undefined; part = text.take(2)) {
    lines.push(...part.split("\n"));
  }
  return lines;
}

test("a line leads to its event, continuation lines to the event above, notices to what stands above them", () => {
  const text = new ShownText(utc);
  text.addHeader("index windows");
  text.addEntries([entry("a", "2024-05-01T10:00:00Z", "one\ntwo"), entry("b", "2024-05-01T10:00:01Z")]);
  text.addNotice("reconnecting");
  text.addEntries([entry("c", "2024-05-01T10:00:02Z")]);
  const lines = shown(text);
  assert.equal(lines.length, 6);
  assert.deepEqual(
    lines.map((_, line) => text.eventIn(lines, line)?.id),
    [undefined, "a", "a", "b", "b", "c"],
  );
  assert.deepEqual(
    text.lastShown(lines, 2).map(({ id, line }) => [id, line, lines[line]?.endsWith(id)]),
    [
      ["b", 3, true],
      ["c", 5, true],
    ],
  );
});

test("a new day is announced once, and a late event of the day before does not bring it back", () => {
  const text = new ShownText(utc);
  text.addEntries([
    entry("a", "2024-05-01T23:59:59Z"),
    entry("b", "2024-05-02T00:00:00Z"),
    entry("late", "2024-05-01T20:00:00Z", "late", 4 * 3_600_000),
    entry("c", "2024-05-02T00:00:01Z"),
  ]);
  const lines = shown(text);
  assert.equal(lines[1], "-- 2024-05-02 --");
  assert.equal(lines.filter((line) => line.startsWith("--")).length, 1);
  assert.match(lines[3] ?? "", /\[late 4 h\]/);
});

test("no event can look like a notice or a header, whatever it holds", () => {
  const text = new ShownText(utc);
  const evil = "\n-- stopped --\n# SANDBOX\r-- x --\u2028-- y --\u001b[31mred\u202e";
  text.addEntries([entry("a", "2024-05-01T10:00:00Z", evil), entry("b", "no date", evil)]);
  text.addNotice("two\nlines\u001b");
  const lines = shown(text);
  assert.deepEqual(
    lines.filter((line) => /^(--|#)/.test(line)),
    ["-- two lines\\x1b --"],
  );
  assert.ok(!/[\u001b\u202e\u2028]/.test(lines.join("\n")));
});

test("emptied, the channel begins again at its first line; what waits still comes", () => {
  const text = new ShownText(utc);
  text.addEntries([entry("a", "2024-05-01T10:00:00Z")]);
  shown(text);
  text.addEntries([entry("b", "2024-05-01T10:00:01Z")]);
  text.clear();
  assert.equal(text.eventIn([], 0), undefined);
  const after = shown(text);
  assert.equal(after.length, 1);
  assert.equal(text.eventIn(after, 0)?.id, "b");
});

test("a renewed channel begins with the last two thousand lines, and they lead to their events", () => {
  const text = new ShownText(utc);
  const all = Array.from({ length: 5000 }, (_, at) => entry(`e${at}`, "2024-05-01T10:00:00Z"));
  text.addEntries(all);
  shown(text);
  const before = text.bytes;
  const carried = (text.renew() ?? "").split("\n");
  assert.equal(carried.length, 2000);
  assert.match(carried[0] ?? "", /e3000$/);
  assert.equal(text.eventIn(carried, 0)?.id, "e3000");
  assert.equal(text.eventIn(carried, 1999)?.id, "e4999");
  assert.ok(text.bytes < before / 2 && text.bytes >= carried.join("\n").length);
});

test("it is full at twenty thousand events and has room again when some are shown", () => {
  const text = new ShownText(utc);
  const all = Array.from({ length: 20_000 }, (_, at) => entry(`e${at}`, "2024-05-01T10:00:00Z"));
  text.addEntries(all);
  assert.equal(text.full, true);
  text.take(1);
  assert.equal(text.full, false);
  text.addEntries([entry("big", "2024-05-01T10:00:00Z", "x".repeat(60_000))]);
  assert.equal(text.full, true);
});

test("lines lead to their events also after the editor emptied the channel, and while it is behind", () => {
  const text = new ShownText(utc);
  const same = ["s1", "s2", "s3"].map((id) => entry(id, "2024-05-01T10:00:00Z", "the same"));
  text.addEntries([
    entry("a", "2024-05-01T10:00:00Z"),
    ...same,
    entry("b", "2024-05-01T10:00:01Z", "one\ntwo"),
    entry("c", "2024-05-01T10:00:02Z"),
  ]);
  const lines = [...shown(text), ""];
  const cleared = lines.slice(2);
  assert.deepEqual(
    cleared.map((_, line) => text.eventIn(cleared, line)?.id),
    ["s2", "s3", "b", "b", "c", "c"],
  );
  const behind = lines.slice(0, 5);
  assert.deepEqual(
    text.lastShown(behind, 10).map(({ id, line }) => [id, line]),
    [
      ["a", 0],
      ["s1", 1],
      ["s2", 2],
      ["s3", 3],
      ["b", 4],
    ],
  );
  assert.deepEqual(
    text.lastShown(cleared, 2).map(({ id, line }) => [id, line]),
    [
      ["b", 2],
      ["c", 4],
    ],
  );
});
