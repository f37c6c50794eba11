import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAgent } from "../../../../src/core/config/diagnostics";
import type { Change } from "./ruleCases";
import { textOf } from "./ruleCases";

const no = undefined;
const files = {
  SourceType: "DirectorySource",
  LogName: no,
  Directory: "C:\\logs",
  FileNameFilter: "*.log",
  RecordParser: "SingleLineJson",
};
const logs = { SinkType: "CloudWatchLogs", StreamName: no, Format: no, LogGroup: "group", LogStream: "stream" };
const counters = (category: object): Record<string, unknown> => ({
  SourceType: "WindowsPerformanceCounterSource",
  LogName: no,
  Categories: [{ Category: "Processor", Instances: "*", Counters: ["% Processor Time"], ...category }],
});
const metrics = { SinkType: "CloudWatch", StreamName: no, Format: no };
const bucket = { SinkType: "S3", StreamName: no, BucketName: "b", FileName: "f", FilePath: "p/" };

const fixesOf = (change: Change, code: string): string[] =>
  checkAgent(textOf(change)).flatMap((problem) => (problem.code === code ? (problem.fixes ?? []).map((fix) => fix.title) : []));
const messagesOf = (change: Change): string[] => checkAgent(textOf(change)).map(({ code, message }) => `${code}: ${message}`);

const intervals: readonly (readonly [string, Change, string])[] = [
  ["of metrics", { source: counters({}), sink: { ...metrics, Interval: -1 } }, "60"],
  ["of an S3 sink", { source: { BookmarkOnBufferFlush: true }, sink: { ...bucket, BufferInterval: -1 } }, "300"],
  ["of a log group in ms", { sink: { ...logs, BufferIntervalMs: 0 } }, "1000"],
  ["of files in ms", { source: { ...files, IntervalMs: 0 } }, "1000"],
];
for (const [name, change, usual] of intervals) {
  test(`an interval ${name} that is out of range is set to its own default`, () => {
    assert.equal(fixesOf(change, "interval-range")[0], `Change to ${usual}`);
  });
}

test("a factor with a comma is told as what it is: 5 on an English machine, on which the sink fails", () => {
  const change = { sink: { BackoffFactor: "0,5" } };
  assert.deepEqual(
    messagesOf(change).map((line) => line.replace(/:.*/, "")),
    ["number-out-of-range"],
  );
  assert.deepEqual(fixesOf(change, "number-out-of-range"), ["Change to 0.5"]);
});

test("a category without counters is not said to stop its source", () => {
  const [message = "", ...others] = messagesOf({ source: counters({ Counters: [] }), sink: metrics });
  assert.match(message, /^missing-required-key: Counters is empty: no counter of this category is collected/);
  assert.deepEqual(others, []);
});

test("a wrong key is not taken for another one when the right one is there", () => {
  const credential = { Id: "c", CredentialType: "ProfileRefreshingAWSCredentialProvider", RefreshInterval: 60, RefreshingInterval: 60 };
  const change = { root: { Credentials: [credential] }, sink: { CredentialRef: "c", ProfileName: no } };
  assert.deepEqual(fixesOf(change, "unknown-key"), ["Remove RefreshingInterval"]);
});

const single: readonly (readonly [string, Change, string])[] = [
  ["an InitialPosition that is no position", { source: { InitialPosition: 1 } }, "unknown-enum-value"],
  ["a queue of negative length", { sink: { QueueMaxBatches: -1 } }, "number-out-of-range"],
  ["a JSON template in the old grammar", { sink: { Format: no, TextDecoration: '{"a":"{$EventId}"}' } }, "legacy-json-template"],
  ["a key twice, in two cases", { replace: [['"LogName"', '"logname": "System", "LogName"']] }, "json-duplicate-key"],
];
for (const [name, change, code] of single) {
  test(`${name} is one problem`, () => {
    assert.deepEqual(
      messagesOf(change).map((line) => line.replace(/:.*/, "")),
      [code],
    );
  });
}

const misplaced: readonly (readonly [string, string])[] = [
  ["a={$b.$c}", "."],
  ["a={$b;d=1", ";"],
  ["a={'open}", "'open}"],
  ["a={length($b ? $c)}", "?"],
  ["a={length($b}", "}"],
];
for (const [text, marked] of misplaced) {
  test(`in ${text} the mistake is marked where it is`, () => {
    const config = textOf({ sink: { ObjectDecorationEx: text } });
    const [problem] = checkAgent(config).filter(({ code }) => code === "ex-syntax");
    assert.equal(problem && config.slice(problem.span.start, problem.span.end), marked);
  });
}
