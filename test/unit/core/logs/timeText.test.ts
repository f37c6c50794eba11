import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTimeText, timeText } from "../../../../src/core/logs/timeText";

test("times are read as people write them", () => {
  const now = Date.UTC(2024, 4, 2);
  const cases: readonly (readonly [string, number | undefined])[] = [
    ["now", now],
    ["15m", now - 900_000],
    [" 2 h ", now - 7_200_000],
    ["2024-05-01", Date.UTC(2024, 4, 1)],
    ["2024-05-01 10:30", Date.UTC(2024, 4, 1, 10, 30)],
    ["2024-05-01T10:30:05.5", Date.UTC(2024, 4, 1, 10, 30, 5, 500)],
    ["2024-05-01T10:30:00+02:00", Date.UTC(2024, 4, 1, 8, 30)],
    ["2024-05-01 10:30 Z", Date.UTC(2024, 4, 1, 10, 30)],
    ["2024-05-01 10:30:00.123456789Z", Date.UTC(2024, 4, 1, 10, 30, 0, 123)],
    ["2024-13-01", undefined],
    ["28.11.2026", undefined],
    ["yesterday", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of cases) {
    assert.equal(parseTimeText(text, now, "utc"), expected, text);
  }
  const local = new Date(2024, 4, 1, 10, 30).getTime();
  assert.equal(parseTimeText("2024-05-01 10:30", now, "local"), local);
  for (const zone of ["local", "utc"] as const) {
    assert.equal(parseTimeText(timeText(local, zone), now, zone), local);
  }
});
