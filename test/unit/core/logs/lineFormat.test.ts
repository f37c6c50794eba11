import assert from "node:assert/strict";
import { test } from "node:test";
import { formatEntry } from "../../../../src/core/logs/lineFormat";

function line(source: Record<string, unknown>): string {
  return formatEntry({ index: "i", shard: 0, seq: 0, id: "a", version: 1, source }, { timeZone: "utc" });
}

const time = "2020-03-02T21:01:12.1234567Z";

test("an event is one line; the further lines of its description are indented", () => {
  const source = { TimeCreated: time, LevelDisplayName: "Error", LogName: "Application", ProviderName: ".NET Runtime", EventId: 1026 };
  assert.equal(
    line({ ...source, MachineName: "EC2AMAZ-1A2B", Description: "First\r\nSecond\r\n" }),
    `2020-03-02 21:01:12.123  ERR  Application  .NET Runtime/1026  EC2AMAZ-1A2B  First\n${" ".repeat(40)}Second`,
  );
});

for (const [level, shown] of Object.entries({ Critical: "CRT", Informational: "INF", LogAlways: "LOG", "6": "6  ", "": "---" })) {
  test(`the level “${level}” has three letters`, () => {
    assert.equal(line({ TimeCreated: time, LevelDisplayName: level, Description: "x" }), `2020-03-02 21:01:12.123  ${shown}  x`);
  });
}

test("control characters, colours and reversed text are shown, not obeyed", () => {
  const shown = line({ TimeCreated: time, Description: "a\u001b[31m\u0000b\u202ec\td" });
  assert.ok(shown.endsWith("  a\\x1b[31m\\x00b\\u202ec\td"), shown);
});

test("a field cannot begin a line of its own", () => {
  assert.equal(line({ TimeCreated: time, LogName: "a\nb", Description: "x" }).split("\n").length, 1);
});

test("a description is cut at 64 KB and says by how much", () => {
  const shown = line({ TimeCreated: time, Description: "x".repeat(64 * 1024 + 7) });
  assert.match(shown, /x\n +… 7 more characters$/);
});

test("an event without time is a line too", () => {
  assert.match(line({ Description: "x" }), /^no time +--- {2}x$/);
});
