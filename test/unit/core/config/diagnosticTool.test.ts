import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAgent } from "../../../../src/core/config/diagnostics";
import { checkFile } from "../../../../src/core/project/checkFile";
import { decodeText } from "../../../../src/core/text/encoding";
import { ruleCases, textOf, type Change } from "./ruleCases";

const no = undefined;
const files = { SourceType: "DirectorySource", LogName: no, Directory: "C:\\logs", FileNameFilter: "*.log" };

/** A change that the rule's own cases try. */
function caseOf(code: string): readonly [code: string, change: Change] {
  const found = ruleCases.find((one) => one.code === code);
  assert.ok(found !== undefined, code);
  return [code, found.fires];
}

/** All that the agent's own diagnostic tool lets pass, by the words of the reference, and the rule that says it here. */
const missed: Readonly<Record<string, readonly (readonly [code: string, change: Change])[]>> = {
  "unknown or misspelled keys": [caseOf("unknown-key"), caseOf("unknown-top-level-key")],
  "duplicate keys explained": [caseOf("json-duplicate-key")],
  "all decoration syntax": [
    caseOf("ex-syntax"),
    caseOf("ex-unknown-function"),
    caseOf("ex-quotes"),
    caseOf("ex-brace-escape"),
    caseOf("object-decoration-missing-equals"),
    caseOf("object-decoration-extra-equals"),
    caseOf("decoration-unclosed"),
    caseOf("legacy-json-template"),
    caseOf("timestamp-format"),
  ],
  "record-field collisions": [caseOf("object-decoration-field-collision")],
  "decorations without effect": [caseOf("decoration-without-effect")],
  "unknown variables": [caseOf("local-variable-unknown"), caseOf("decoration-unknown-prefix"), caseOf("decoration-unprefixed")],
  "unused sources and sinks": [caseOf("unused-source"), caseOf("unused-sink")],
  "duplicate pipes": [caseOf("duplicate-pipe")],
  "event sources into CloudWatch": [caseOf("record-source-into-metric-sink")],
  "event-log query syntax": [caseOf("event-query-syntax"), caseOf("event-query-entity")],
  "every regular expression": [
    ["regex-dotnet", { pipe: { Type: "RegexFilterPipe", FilterPattern: "(" } }],
    ["regex-dotnet", { source: { ...files, RecordParser: "Regex", Pattern: "(?P<a>x)", ExtractionPattern: "(?<a>x)" } }],
    ["regex-dotnet", { source: { ...files, RecordParser: "Regex", Pattern: "^x", ExtractionPattern: "(?<a>x))" } }],
    ...["HeaderPattern", "RecordPattern", "CommentPattern"].map((key): [string, Change] => [
      "regex-dotnet",
      { source: { ...files, RecordParser: "Delimited", Delimiter: ";", HeaderPattern: "^#", [key]: "\\y" } },
    ]),
    [
      "regex-dotnet",
      {
        source: {
          SourceType: "WindowsPerformanceCounterSource",
          LogName: no,
          Categories: [{ Category: "Processor", InstanceRegex: "*", Counters: ["% User Time"] }],
        },
        sink: { SinkType: "CloudWatch", StreamName: no, Format: no },
      },
    ],
    ["regex-dotnet", { sink: { ObjectDecorationEx: "a={regexp_extract($Description,'a++')}" } }],
  ],
  "stream, group and region names": [
    caseOf("firehose-stream-name"),
    caseOf("kinesis-stream-name"),
    caseOf("log-group-name"),
    caseOf("log-stream-name"),
    caseOf("region-format"),
  ],
  "ranges (BufferSize, factors, cache size)": [
    ["number-out-of-range", { sink: { BufferSize: 501 } }],
    ["number-out-of-range", { sink: { RecoveryFactor: 1.5 } }],
    ["number-out-of-range", { sink: { MaxInMemoryCacheSize: 101 } }],
  ],
  "hard-coded keys": [caseOf("hardcoded-credentials")],
  "FileNameFilter missing": [["missing-required-key", { source: { ...files, FileNameFilter: no, RecordParser: "SingleLineJson" } }]],
  "parser keys that do not apply": [["key-not-applicable", { source: { ...files, RecordParser: "SingleLineJson", Pattern: "x" } }]],
  "CSV header trap": [caseOf("csv-first-line")],
  "empty-JSON trap": [caseOf("empty-json-record")],
  "BookmarkOnBufferFlush with several sinks": [caseOf("bookmark-flush-multiple-sinks")],
  "ids unfit for file names": [caseOf("id-not-filename-safe")],
  "AppStream profile": [caseOf("appstream-profile")],
  "failover keys": [
    caseOf("failover-keys"),
    ["failover-keys", { sink: { FailoverEnabled: true, SupportedRegions: ["us-east-1"], MaxErrorsCountBeforeFailover: 0 } }],
  ],
  "plugins beyond types": [
    ["missing-required-key", { root: { Plugins: [{ Type: "PackageUpdate" }] } }],
    ["missing-required-key", { root: { Plugins: [{ Type: "ConfigUpdate", Source: "s3://bucket/a.json" }] } }],
    ["unknown-key", { root: { Plugins: [{ Type: "PackageUpdate", PackageVersion: "https://a.example/p.json", Intervall: 5 }] } }],
  ],
  "values that silently fall back to defaults": [caseOf("not-an-integer"), caseOf("not-a-boolean"), caseOf("unknown-format")],
};

for (const [words, cases] of Object.entries(missed)) {
  test(`the diagnostic tool misses ${words}`, () => {
    for (const [code, change] of cases) {
      const text = textOf(change);
      const codes = checkAgent(text).map((problem) => problem.code);
      assert.ok(codes.includes(code), `${code}: ${codes.join(" ")}\n${text}`);
    }
  });
}

test("the diagnostic tool misses BOM and encoding", () => {
  const text = textOf({});
  const codes = (bytes: Uint8Array): string[] => {
    const decoded = decodeText(bytes);
    return checkFile("agent", decoded.text, { decoded }).map((problem) => problem.code);
  };
  assert.deepEqual(codes(new TextEncoder().encode(`\ufeff${text}`)), []);
  assert.deepEqual(codes(new Uint8Array(Buffer.from(text, "utf16le"))), ["json-encoding"]);
  assert.ok(codes(new Uint8Array(Buffer.from(text.replace("Example", "Ex\u00e4mple"), "latin1"))).includes("json-encoding"));
  assert.ok(codes(new TextEncoder().encode(text.replace('"Sinks"', '\ufeff"Sinks"'))).includes("json-invisible-char"));
});
