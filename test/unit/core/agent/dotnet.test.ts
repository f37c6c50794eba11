import assert from "node:assert/strict";
import { test } from "node:test";
import { findCulture, invariantCulture } from "../../../../src/core/config/decoration/culture";
import { parseDecimal } from "../../../../src/core/config/decoration/decimal";
import type { DotnetDate } from "../../../../src/core/config/decoration/dotnetDate";
import { analyzeDotnetRegex, parseRegexOptions } from "../../../../src/core/config/decoration/dotnetRegex";
import { formatDotnetDate } from "../../../../src/core/config/decoration/dotnetDateFormat";
import { type AssumedZone, parseDateExact } from "../../../../src/core/agent/dateParse";
import { parseDateFreely } from "../../../../src/core/agent/dateParseFreely";
import { createEnvironment, RecordLost } from "../../../../src/core/agent/environment";
import { type DotnetNumber } from "../../../../src/core/agent/numberBuffer";
import { formatNumber } from "../../../../src/core/agent/numberFormat";
import { findTimeZone } from "../../../../src/core/agent/timeZone";
import { int, long } from "../../../../src/core/agent/values";
import recorded from "../../../fixtures/agent/dotnet.json";

const culture = (name: string) => findCulture(name) ?? invariantCulture;
const environment = createEnvironment({ now: Date.parse("2026-02-03T04:05:06Z"), localOffset: findTimeZone("Asia/Seoul") ?? (() => 0) });
const ticksOf1970 = 621355968000000000n;

function numberOf(type: string, text: string): DotnetNumber {
  const decimal = parseDecimal(text);
  switch (type) {
    case "int":
      return int(Number(text));
    case "long":
      return long(BigInt(text));
    case "double":
      return { kind: "double", value: Number(text) };
    default:
      assert.ok(decimal);
      return decimal;
  }
}

function orNull(work: () => string): string | null {
  try {
    return work();
  } catch (thrown) {
    assert.ok(thrown instanceof RecordLost);
    return null;
  }
}

function toDate(ticks: string, zone: string): DotnetDate {
  const since = BigInt(ticks) - ticksOf1970;
  return { kind: "date", wall: Number(since / 10000n), ticks: Number(since % 10000n), zone: zone as DotnetDate["zone"] };
}

const answerOf = (date: DotnetDate | undefined): [string, string] | null =>
  date === undefined ? null : [date.zone, String(BigInt(date.wall) * 10000n + BigInt(date.ticks) + ticksOf1970)];

type Row<T extends unknown[]> = readonly T[];

test(`${recorded.numbers.length} numbers are formatted as .NET does`, () => {
  for (const [name, type, value, format, expected] of recorded.numbers as unknown as Row<[string, string, string, string, string | null]>) {
    const number = numberOf(type, value);
    assert.equal(
      orNull(() => formatNumber(number, format, culture(name))),
      expected,
      `${name} ${type} ${value} ${format}`,
    );
  }
});

test(`${recorded.dates.length} dates are formatted as .NET does`, () => {
  for (const [name, zone, ticks, format, expected] of recorded.dates as unknown as Row<[string, string, string, string, string | null]>) {
    const text = formatDotnetDate(toDate(ticks, zone), format, culture(name), environment.localOffset) ?? null;
    assert.equal(text, expected, `${name} ${zone} ${ticks} ${format}`);
  }
});

test(`${recorded.exact.length} texts are read with a format as .NET does`, () => {
  for (const [text, format, assume, expected] of recorded.exact as unknown as Row<[string, string, AssumedZone, [string, string] | null]>) {
    assert.deepEqual(answerOf(parseDateExact(text, format, environment, assume)), expected, `${text} ${format} ${assume}`);
  }
});

test(`${recorded.free.length} texts are read without a format as .NET does`, () => {
  for (const [text, name, assume, expected] of recorded.free as unknown as Row<[string, string, AssumedZone, [string, string] | null]>) {
    assert.deepEqual(answerOf(parseDateFreely(text, environment, assume, culture(name))), expected, `${text} ${name} ${assume}`);
  }
});

test("doubles show as .NET 6 shows them, which has more digits than its predecessors", () => {
  const double = (value: number): DotnetNumber => ({ kind: "double", value });
  const en = culture("en-US");
  assert.equal(formatNumber(double(1234567890123456), "", en), "1234567890123456");
  assert.equal(formatNumber(double(1234567890123456), "N1", en), "1,234,567,890,123,456.0");
  assert.equal(formatNumber(double(1234567890123456), "0", en), "1234567890123460");
  assert.equal(formatNumber(double(1e17), "", en), "1E+17");
  assert.equal(formatNumber(double(-0.4), "0", en), "-0");
  assert.equal(formatNumber(int(5), "D10", en), "0000000005");
});

test(`${recorded.regex.length} searches find what Regex.Match of .NET finds`, () => {
  type Found = readonly [names: string[]] | readonly [index: number, names: string[], groups: (string | null)[]];
  for (const [pattern, optionNames, text, expected] of recorded.regex as unknown as Row<[string, string, string, Found | null]>) {
    const { problem, groupNames, regex } = analyzeDotnetRegex(pattern, parseRegexOptions(optionNames === "" ? "None" : optionNames));
    const match = regex?.match(text);
    const found: Found =
      match === undefined
        ? [[...groupNames]]
        : [match.index, [...groupNames], match.groups.map((group) => (group.success ? group.value : null))];
    assert.deepEqual(problem === undefined ? found : null, expected, `${pattern} ${optionNames} ${text}`);
  }
});
