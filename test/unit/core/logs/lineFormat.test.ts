import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { LogEntry } from "../../../../src/core/logs/tailEvents";
import { formatEntry, noticeLine } from "../../../../src/core/logs/lineFormat";

function entry(source: Record<string, unknown>, more: Partial<LogEntry> = {}): LogEntry {
  return { index: "i", shard: 0, seq: 0, id: "a", version: 1, source, ...more };
}

function line(source: Record<string, unknown>, more: Partial<LogEntry> = {}): string {
  return formatEntry(entry(source, more), { timeZone: "utc" });
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

test("a late event carries its delay; stack and user are named", () => {
  const source = {
    TimeCreated: time,
    LevelDisplayName: "Warning",
    AppStream_Stack_Name: "office",
    AppStream_UserName: "ada",
    Description: "x",
  };
  assert.equal(line(source, { lateMs: 37 * 60_000 }), "2020-03-02 21:01:12.123  WRN  [late 37 min]  office/ada  x");
});

test("times are of the reader's own zone, or UTC", () => {
  const before = process.env["TZ"];
  process.env["TZ"] = "Asia/Seoul";
  try {
    const source = entry({ TimeCreated: time, Description: "x" });
    assert.equal(formatEntry(source, { timeZone: "local" }), "2020-03-03 06:01:12.123  ---  x");
    assert.equal(formatEntry(source, { timeZone: "utc" }), "2020-03-02 21:01:12.123  ---  x");
  } finally {
    if (before === undefined) {
      delete process.env["TZ"];
    } else {
      process.env["TZ"] = before;
    }
  }
});

interface Rule {
  readonly match: string;
  readonly name?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
}

/** What the theme colours of a line, by the first rule that matches it: each part with its scopes. */
function coloured(text: string): readonly (readonly [string, string])[] {
  const file = join(process.cwd(), "media", "appstream-monitor-log.tmLanguage.json");
  const { patterns } = JSON.parse(readFileSync(file, "utf8")) as { readonly patterns: readonly Rule[] };
  for (const { match, name, captures = {} } of patterns) {
    const found = new RegExp(match).exec(text);
    if (found !== null) {
      return name === undefined ? Object.entries(captures).map(([at, scope]) => [found[Number(at)] ?? "", scope.name]) : [[text, name]];
    }
  }
  return [];
}

for (const [level, shown, token] of [
  ["Critical", "CRT", "token.error-token"],
  ["Error", "ERR", "token.error-token"],
  ["Warning", "WRN", "token.warn-token"],
  ["Informational", "INF", "token.info-token"],
  ["Verbose", "VRB", "token.debug-token"],
  ["LogAlways", "LOG", "token.debug-token"],
] as const) {
  test(`the theme colours time and level of a line of ${level}, and nothing else of it`, () => {
    const [at, of, ...others] = coloured(line({ TimeCreated: time, LevelDisplayName: level, Description: "x" }));
    assert.deepEqual([at?.[0], of?.[0], others], ["2020-03-02 21:01:12.123", shown, []]);
    assert.ok(of?.[1].split(" ").includes(token));
  });
}

test("a notice is coloured as a remark; an event with a notice's text is not", () => {
  assert.match(coloured(noticeLine("resumed after 42 s, no gap"))[0]?.[1] ?? "", /^comment\./);
  const [, ...rest] = line({ TimeCreated: time, Description: "first\n-- resumed after 42 s, no gap --" }).split("\n");
  assert.deepEqual(coloured(rest[0] ?? ""), []);
});
