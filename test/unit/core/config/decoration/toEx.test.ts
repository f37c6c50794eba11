import assert from "node:assert/strict";
import { test } from "node:test";
import { datePattern } from "../../../../../src/core/config/decoration/datePattern";
import { parseObjectDecorationEx, parseTextDecorationEx } from "../../../../../src/core/config/decoration/ex";
import { jsonTemplateToEx, objectToEx, objectToText, textToEx } from "../../../../../src/core/config/decoration/toEx";

const time = "$TimeCreated";

const texts: readonly (readonly [legacy: string, ex: string | undefined])[] = [
  ["x {_record}", "x {_record}"],
  ["{timestamp:yyyy 'at' \\h} {env:A} {$EventId}", "{format($TimeCreated,'yyyy \\'at\\' \\\\h')} {env:A} {$EventId}"],
  ["@{_record}", "{'@'}{_record}"],
  ["{env:A}@{env:B}", "{env:A}{'@'}{env:B}"],
  ["a@{env:B}", "a@{env:B}"],
  ["{$a b} {}{", "{$'a b'} {'{'}}{'{'}"],
  ["{ec2:instance-id} {ec2tag:Name}", "{instance_id} {ec2tag:Name}"],
  ["{ec2:placement/region}", undefined],
  ["{env:ProgramFiles(x86)}", undefined],
  ["{  }", undefined],
];
for (const [legacy, ex] of texts) {
  test(`TextDecoration ${legacy} in the other grammar`, () => {
    assert.equal(textToEx(legacy, time), ex);
    assert.ok(ex === undefined || parseTextDecorationEx(ex).loads, ex);
  });
}

test("an ObjectDecoration keeps its attributes", () => {
  const ex = objectToEx("A = {env:X};B={$Description}-{_record};;C=1=2;", time);
  assert.equal(ex, "A= {env:X};B={$Description}-{_record};C=1");
  assert.ok(parseObjectDecorationEx(ex).loads);
});

test("an attribute that would repeat the previous record is not converted", () => {
  assert.equal(objectToEx("Text={$Text}", time), undefined);
  assert.equal(objectToEx("a=b;{appstreamVariables}", time), undefined);
});

test("attributes can stand in a text", () => {
  assert.equal(objectToText("a=b;c={timestamp:yyyy}", "_timestamp"), "a=b c={format(_timestamp,'yyyy')}");
});

test("a JSON template keeps its braces and finds its variables", () => {
  const ex = jsonTemplateToEx('{"a":"{$EventId}","t":"{timestamp:HH:mm}","in":{"b":{},"c":"{env:X}"}}', time);
  assert.equal(ex, '@{"a":"{$EventId}","t":"{format($TimeCreated,\'HH:mm\')}","in":{\'{\'}"b":{\'{\'}},"c":"{env:X}"}}');
  assert.ok(parseTextDecorationEx(ex).loads);
});

const dates: readonly (readonly [format: string, text: string])[] = [
  ["dd MMM yyyy HH:mm:ss", "05 Mar 2024 17:04:09"],
  ["[yyyy-MM-dd'T'HH:mm:ss.fffzzz]", "[2024-03-05T17:04:09.123+02:00]"],
  ["M/d/yyyy h:mm:ss tt", "3/5/2024 5:04:09 PM"],
  ["ddd, dd MMMM yyyy K", "Tue, 05 March 2024 Z"],
  ["HH:mm:ss.FFF", "17:04:09."],
];
for (const [format, text] of dates) {
  test(`the pattern of ${format} finds ${text}`, () => {
    assert.match(text, new RegExp(`^${datePattern(format) ?? "none"}$`, "u"));
  });
}

test("a standard or wrong format has no pattern", () => {
  assert.deepEqual([datePattern("d"), datePattern("'yyyy")], [undefined, undefined]);
});
