import assert from "node:assert/strict";
import { test } from "node:test";
import { complete, type Completion } from "../../../../src/core/config/completion";
import { analyzeDotnetRegex } from "../../../../src/core/config/decoration/dotnetRegex";
import { parseDocument } from "../../../../src/core/config/document";
import type { JsonKind } from "../../../../src/core/config/shapes";
import { applyEdits } from "../../../../src/core/text/span";

/** The document with the cursor at `|`. */
function at(marked: string, kind: JsonKind = "agent"): { text: string; offset: number; list: Completion[] } {
  const offset = marked.indexOf("‸");
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return { text, offset, list: complete(kind, parseDocument(text), offset) };
}

const labels = (marked: string, kind?: JsonKind): string[] => at(marked, kind).list.map((one) => one.label);

/** What the editor makes of a snippet when every tab stop is left as it is. */
function expand(snippet: string): string {
  let result = "";
  for (let i = 0; i < snippet.length; i++) {
    const rest = snippet.slice(i);
    const choice = /^\$\{\d+\|((?:\\.|[^,|\\])*)[^|]*\|\}/.exec(rest);
    const named = /^\$\{\d+(?::((?:\\.|[^}\\])*))?\}/.exec(rest);
    const bare = /^\$\d+/.exec(rest);
    const match = choice ?? named ?? bare;
    if (match !== null) {
      result += (match[1] ?? "").replace(/\\(.)/g, "$1");
      i += match[0].length - 1;
    } else if (snippet[i] === "\\") {
      result += snippet[++i] ?? "";
    } else {
      result += snippet[i] ?? "";
    }
  }
  return result;
}

function accept(marked: string, label: string, kind: JsonKind = "agent"): string {
  const { text, list } = at(marked, kind);
  const item = list.find((one) => one.label === label);
  assert.ok(item !== undefined, `${label} is not among ${list.map((one) => one.label).join(" ")}`);
  return applyEdits(text, [{ span: item.replace, text: expand(item.insert) }, ...(item.more ?? [])]);
}

const sink = (rest: string): string => `{ "Sinks": [ { "Id": "F", "SinkType": "KinesisFirehose"${rest} } ] }`;

test("keys of the root, of a typed declaration and of one without type", () => {
  assert.deepEqual(labels('{ "‸" }').slice(0, 3), ["Sources", "Sinks", "Pipes"]);
  assert.ok(labels(sink(', "‸"')).includes("StreamName"));
  assert.ok(!labels(sink(', "‸"')).includes("LogGroup"));
  assert.deepEqual(labels('{ "Sources": [ { ‸ } ] }'), ["Id", "SourceType"]);
});

test("keys that are there already are not offered again, required ones come first", () => {
  const list = at(sink(', "‸"')).list;
  assert.ok(!list.some((one) => one.label === "Id"));
  const first = [...list].sort((a, b) => (a.sort < b.sort ? -1 : 1))[0];
  assert.equal(first?.label, "StreamName");
});

const positions: readonly [string, string, string, JsonKind?][] = [
  ["an empty object", "{‸}", "Sources"],
  ["a bare word", "{ Sou‸ }", "Sources"],
  ["an open string", '{ "Sou‸ }', "Sources"],
  ["before another member", '{ "‸" "Sinks": [] }', "Sources"],
  ["after a member without comma", '{ "Sinks": [] ‸ }', "Sources"],
  ["after a comma", '{ "Sinks": [], ‸ }', "Sources"],
  ["a value of a list", sink(', "Format": ‸'), "json"],
  ["a value before another member", sink(', "Format": ‸, "Region": "eu-west-1"'), "json"],
  ["inside a value", sink(', "Format": "‸"'), "json"],
  ["a number", sink(', "BufferInterval": ‸'), "1"],
  ["a boolean", sink(', "FailoverEnabled": ‸'), "true"],
  ["a new declaration", '{ "Sinks": [ ‸ ] }', "S3"],
  ["a declaration after another without comma", '{ "Sinks": [ { "Id": "A" } ‸ ] }', "S3"],
  ["a declaration before another", '{ "Sinks": [ ‸ { "Id": "A" } ] }', "S3"],
  ["a session event", "{ ‸ }", "SessionStart", "session"],
  ["a session entry", '{ "SessionStart": { "executables": [ ‸ ] } }', "{ context, filename, … }", "session"],
  ["a session value", '{ "SessionStart": { "executables": [ { "context": ‸ } ] } }', "system", "session"],
];
for (const [name, marked, label, kind] of positions) {
  test(`commas and quotes come out right at ${name}`, () => {
    const result = accept(marked, label, kind);
    assert.doesNotThrow(() => JSON.parse(result) as unknown, result);
  });
}

test("a key that has its value keeps it", () => {
  assert.equal(accept(sink(', "Reg‸": "eu-west-1"'), "Region"), sink(', "Region": "eu-west-1"'));
});

test("references offer the declared ids", () => {
  const text = '{ "Sources": [ { "Id": "App log" } ], "Sinks": [ { "Id": "F" } ], "Pipes": [ { "SourceRef": "‸", "SinkRef": "" } ] }';
  assert.deepEqual(labels(text), ["App log", "_KinesisTapMetricsSource"]);
  assert.ok(accept(text, "App log").includes('"SourceRef": "App log"'));
});

test("event logs, counters of the category and Regions are offered", () => {
  const source = (type: string, rest: string): string => `{ "Sources": [ { "Id": "A", "SourceType": "${type}", ${rest} } ] }`;
  assert.ok(labels(source("WindowsEventLogSource", '"LogName": "‸"')).includes("Security"));
  const counters = source("WindowsPerformanceCounterSource", '"Categories": [ { "Category": "Memory", "Counters": [ "‸" ] } ]');
  assert.ok(labels(counters).includes("Available MBytes"));
  assert.ok(labels(sink(', "Region": "‸"')).includes("eu-west-1"));
});

const decorated = (rest: string): string =>
  `{ "Sources": [ { "Id": "A", "SourceType": "WindowsEventLogSource", "LogName": "System" } ], "Sinks": [ { "Id": "F", "SinkType": "KinesisFirehose", ${rest} } ], "Pipes": [ { "Id": "P", "SourceRef": "A", "SinkRef": "F" } ] }`;

test("variables are offered behind an open brace and the brace is closed", () => {
  const text = decorated('"ObjectDecoration": "a={env:‸"');
  assert.ok(accept(text, "env:AppStream_Image_Arn").includes('"a={env:AppStream_Image_Arn}"'));
  assert.ok(accept(decorated('"ObjectDecoration": "a={‸}"'), "$MachineName").includes('"a={$MachineName}"'));
  assert.deepEqual(labels(decorated('"ObjectDecoration": "a=‸"')), []);
});

test("expressions offer fields and functions, not inside quoted text", () => {
  const text = decorated('"ObjectDecorationEx": "a={up‸}"');
  assert.ok(labels(text).includes("upper"));
  assert.ok(accept(text, "upper").includes('"a={upper()}"'));
  assert.deepEqual(labels(decorated(`"ObjectDecorationEx": "a={upper('x‸')}"`)), []);
});

test("an event query is offered as a whole", () => {
  const text = '{ "Sources": [ { "Id": "A", "SourceType": "WindowsEventLogSource", "Query": "‸" } ] }';
  assert.ok(accept(text, "*[System[(Level=1 or Level=2 or Level=3)]]").includes('"*[System[(Level=1 or Level=2 or Level=3)]]"'));
});

const query = (text: string): string =>
  `{ "Sources": [ { "Id": "A", "SourceType": "WindowsEventLogSource", "LogName": "System", "Query": "${text}" } ] }`;

test("inside an event query elements, attributes, values and connectives are offered where they belong", () => {
  const offered = (text: string): string[] => labels(query(text));
  assert.deepEqual(offered("*[‸]"), ["System[]", "EventData[]", "UserData[]"]);
  assert.ok(offered("*[System[‸]]").includes("EventID=1001"));
  assert.ok(!offered("*[System[‸]]").includes("EventData[]"));
  assert.ok(offered("*[System[(Level=1 or ‸)]]").includes("Provider[@Name='ExampleApp']"));
  assert.deepEqual(offered("*[System[Provider[‸]]]").slice(0, 1), ["@Name='ExampleApp'"]);
  assert.deepEqual(offered("*[System[Level=‸]]"), ["1", "2", "3", "4", "5"]);
  assert.ok(offered("*[System[Channel='App‸']]").includes("'Application'"));
  assert.deepEqual(offered("*[System[Level=2 ‸]]"), ["and", "or"]);
  assert.deepEqual(offered("*[System[Level=2]] ‸"), []);
  assert.ok(offered("*[EventData[‸]]").includes("Data[@Name='Name']='value'"));
  assert.ok(offered("*[System[TimeCreated[‸]]]").includes("timediff(@SystemTime) <= 86400000"));
  assert.deepEqual(offered("*[System[EventID=‸]]"), []);
});

test("what is typed of an element, a value or a word is replaced", () => {
  assert.ok(accept(query("*[Sys‸]"), "System[]").includes('"*[System[]]"'));
  assert.ok(accept(query("*[System[Channel='App‸']]"), "'Application'").includes(`"*[System[Channel='Application']]"`));
  assert.ok(accept(query("*[System[Level=2 o‸]]"), "or").includes('"*[System[Level=2 or ]]"'));
});

test("in a QueryList channels are offered for Path, and what is inserted is XML", () => {
  const list = (text: string): string => `<QueryList><Query Id='0'>${text}</Query></QueryList>`;
  assert.ok(labels(query(list("<Select Path='‸'>*</Select>"))).includes("Security"));
  const text = query(list("<Select Path='System'>*[System[TimeCreated[‸]]]</Select>"));
  assert.ok(accept(text, "timediff(@SystemTime) <= 86400000").includes("timediff(@SystemTime) &lt;= 86400000"));
  assert.ok(labels(query(list("<Select Path='System'>*[System[(Level&lt;3 and ‸)]]</Select>"))).includes("EventID=1001"));
});

const pattern = (text: string, key = "ExtractionPattern"): string =>
  `{ "Sources": [ { "Id": "A", "SourceType": "DirectorySource", "RecordParser": "Regex", "${key}": "${text}" } ] }`;

test("inside a pattern groups, escapes, classes, references and quantifiers are offered where they belong", () => {
  const offered = (text: string, key?: string): string[] => labels(pattern(text, key));
  assert.ok(offered("‸").includes("(?<Timestamp>…)"));
  assert.ok(!offered("‸", "CommentPattern").includes("(?<Timestamp>…)"));
  assert.ok(!offered("‸").includes("+"), "nothing to repeat yet");
  assert.ok(offered("a‸").includes("+"));
  assert.ok(!offered("a|‸").includes("+"));
  assert.ok(offered("\\\\d‸").includes("{n,m}"));
  assert.deepEqual(offered("(?<‸"), ["(?<Timestamp>…)", "(?<name>…)", "(?<=…)", "(?<!…)"]);
  assert.ok(offered("(?‸").includes("(?>…)"));
  assert.ok(!offered("\\\\(‸").includes("(?:…)") || offered("\\\\(‸").includes("+"), "an escaped bracket opens nothing");
  assert.ok(offered("[‸").includes("a-z") && !offered("[‸").includes("(?i)"));
  assert.ok(offered("[\\\\‸").includes("\\d") && !offered("[\\\\‸").includes("\\b"));
  assert.ok(offered("\\\\‸").includes("\\b"));
  assert.ok(offered("\\\\p{‸").includes("Lu"));
  assert.deepEqual(offered("(?<day>.)(?<hour>.)\\\\k<‸"), ["day", "hour"]);
});

test("a pattern's building blocks are JSON that .NET takes", () => {
  const cases: readonly [string, string, string][] = [
    ["‸", "(?<Timestamp>…)", "(?<Timestamp>\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2})"],
    ["x (?<‸", "(?<name>…)", "x (?<name>.*)"],
    ["a\\\\‸", "\\d", "a\\d"],
    ["a\\\\‸", "\\\\", "a\\\\"],
    ["\\\\p{L‸", "Lu", "\\p{Lu}"],
    ["(?<day>.)\\\\k<d‸", "day", "(?<day>.)\\k<day>"],
    ["‸", "\\[Error\\]", "\\[Error\\]"],
    ["a‸", "{n,m}", "a{1,3}"],
  ];
  for (const [marked, label, expected] of cases) {
    const parsed = JSON.parse(accept(pattern(marked), label)) as { Sources: { ExtractionPattern: string }[] };
    const result = parsed.Sources[0]?.ExtractionPattern ?? "";
    assert.equal(result, expected);
    assert.equal(analyzeDotnetRegex(result).problem, undefined, result);
  }
});

test("every building block of a pattern is accepted by .NET where it is offered", () => {
  for (const marked of ["‸", "a‸", "(‸", "\\\\‸"]) {
    for (const label of labels(pattern(marked))) {
      const result = (JSON.parse(accept(pattern(marked), label)) as { Sources: { ExtractionPattern: string }[] }).Sources[0]
        ?.ExtractionPattern;
      assert.equal(analyzeDotnetRegex(result ?? "").problem, undefined, `${marked}: ${result ?? ""}`);
    }
  }
});

test("nothing is offered in comments and in unknown objects", () => {
  assert.deepEqual(labels("{ // Sou‸\n }"), []);
  assert.deepEqual(labels('{ "Unknown": { "‸" } }'), []);
});

test("every position of a document, whole or cut off there, is answered without an exception", () => {
  const text = decorated(`"Format": "json", "BufferInterval": 5, "ObjectDecoration": "a={env:X};b={$EventId}"`);
  for (let offset = 0; offset <= text.length; offset++) {
    for (const part of [text, text.slice(0, offset)]) {
      for (const item of complete("agent", parseDocument(part), offset)) {
        assert.ok(item.replace.start <= item.replace.end && item.replace.end <= part.length);
      }
    }
  }
});

const whole: Readonly<Record<JsonKind, string>> = {
  agent: JSON.stringify({
    Sources: [
      { Id: "A", SourceType: "WindowsEventLogSource", LogName: "Application", IncludeEventData: true },
      { Id: "B", SourceType: "WindowsPerformanceCounterSource", Categories: [{ Category: "Memory", Counters: ["Available MBytes"] }] },
    ],
    Sinks: [{ Id: "F", SinkType: "KinesisFirehose", StreamName: "s", BufferInterval: 1, Format: "json" }],
    Pipes: [{ Id: "P", SourceRef: "A", SinkRef: "F" }],
  }),
  session: JSON.stringify({
    SessionStart: {
      executables: [{ context: "system", filename: "C:\\a.exe", arguments: "", s3LogEnabled: true }],
      waitingTime: 30,
    },
  }),
};

/** What somebody can have typed at a place between two tokens. */
const typed: readonly (readonly [what: string, before: string, cut: RegExp])[] = [
  ["nothing", "", /^/],
  ["an opening quote", '"', /^/],
  ["both quotes", '""', /^/],
  ["nothing, where the value is missing", "", /^"(?:[^"\\]|\\.)*"(?!\s*:)|^(?:true|false|\d+)/],
  ["nothing, where the comma is missing", "", /^,/],
];

for (const kind of ["agent", "session"] as const) {
  for (const layout of [0, 2]) {
    const text = JSON.stringify(JSON.parse(whole[kind]), undefined, layout);
    for (const [what, inserted, cut] of typed) {
      test(`commas and quotes come out right at every place of ${kind} laid out by ${layout} with ${what} there`, () => {
        let tried = 0;
        for (const { index } of text.matchAll(/(?<=[[\]{},:\s]|^)(?=[[\]{},"\s\dtf])/g)) {
          const isValue = /:\s*$/.test(text.slice(0, index));
          if (inString(text, index) || (inserted !== "" && isValue)) {
            continue;
          }
          const removed = cut.exec(text.slice(index))?.[0].length;
          if (removed === undefined) {
            continue;
          }
          const before = text.slice(0, index) + inserted + text.slice(index + removed);
          const offset = index + Math.min(1, inserted.length);
          for (const item of complete(kind, parseDocument(before), offset).slice(0, 4)) {
            tried++;
            const after = applyEdits(before, [{ span: item.replace, text: expand(item.insert) }, ...(item.more ?? [])]);
            assert.deepEqual(
              parseDocument(after).syntaxProblems.map((problem) => problem.kind),
              [],
              `${item.label} at ${before.slice(0, offset)}‸${before.slice(offset)} gives ${after}`,
            );
          }
        }
        assert.ok(tried > 0 || kind === "session");
      });
    }
  }
}

function inString(text: string, at: number): boolean {
  return [...text.slice(0, at).replaceAll(/\\./g, "").matchAll(/"/g)].length % 2 === 1;
}
