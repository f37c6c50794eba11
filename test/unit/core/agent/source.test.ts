import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfiguration } from "../../../../src/core/agent/agent";
import { readConfiguration } from "../../../../src/core/agent/configuration";
import { createEnvironment, type EnvironmentOptions } from "../../../../src/core/agent/environment";
import { parseJsonObject } from "../../../../src/core/agent/jsonReader";
import { writeJson } from "../../../../src/core/agent/newtonsoft";
import { AgentRun } from "../../../../src/core/agent/render";
import { readSampleEvents } from "../../../../src/core/agent/sampleEvent";
import { findTimeZone } from "../../../../src/core/agent/timeZone";

const now = Date.parse("2026-02-03T04:05:06.789Z");
const seoul = findTimeZone("Asia/Seoul") ?? (() => 0);

/** What is sent for the events; null for a record that is not. */
function sent(source: object, sink: object, events: unknown, options: EnvironmentOptions = {}): (string | null)[] {
  const configuration = {
    Sources: [{ Id: "s", Directory: "C:\\logs", FileNameFilter: "*.log", ...source }],
    Sinks: [{ Id: "t", SinkType: "KinesisFirehose", StreamName: "d", Region: "us-east-1", ...sink }],
    Pipes: [{ Id: "p", SourceRef: "s", SinkRef: "t" }],
  };
  const environment = createEnvironment({ now, ...options });
  const run = new AgentRun(loadConfiguration(JSON.stringify(configuration), environment), environment);
  return readSampleEvents(JSON.stringify(events), environment).flatMap((event) => run.send(event).map(({ record }) => record));
}

const line = { SourceType: "DirectorySource", RecordParser: "SingleLine" };
const jsonLine = { SourceType: "DirectorySource", RecordParser: "SingleLineJson" };
const delimited = { SourceType: "DirectorySource", RecordParser: "Delimited", Delimiter: ";", Headers: "t;m" };
const event = { SourceType: "WindowsEventLogSource", LogName: "System" };

const ex = (expression: string, source: object = line, events: unknown = "x", options: EnvironmentOptions = {}): string | null =>
  sent(source, { TextDecorationEx: expression }, events, options)[0] ?? null;

test("format takes a composite template, as string.Format does", () => {
  assert.equal(ex("{format(7,'D3}|{0,6:x')}"), "007|     7");
  assert.equal(ex("{format('a','}{0,-3')}."), "aa  .");
  assert.equal(ex("{format(7,'0}}')}"), "7}");
  assert.equal(ex("{format(7,'{')}"), null);
  assert.equal(ex("{format(7,'0}{1')}"), null);
});

test("upper, lower and trim change single characters and know the white space of .NET", () => {
  assert.equal(ex("{upper('straße')}"), "STRAßE");
  assert.equal(ex("{lower('ΟΔΟΣ')}"), "οδοσ");
  assert.equal(ex("[{trim('\u0085 a\ufeff ')}]"), "[a\ufeff]");
});

test("what is literal is evaluated at load and is there before its attribute is", () => {
  const records = sent(jsonLine, { Format: "json", ObjectDecorationEx: "b={$a};a={true};c={$d};d={1.50}" }, ["{}"]);
  assert.deepEqual(records, ['{"b":"True","a":"True","c":"1.50","d":"1.50"}']);
});

test("without a delimiter .NET's Split(null string) leaves line and header whole", () => {
  const whole = { SourceType: "DirectorySource", RecordParser: "Delimited", Headers: "a b" };
  assert.deepEqual(sent(whole, { Format: "json" }, "x y"), ['{"a b":"x y"}']);
  assert.deepEqual(sent({ ...whole, Delimiter: "" }, { Format: "json" }, "x y"), ['{"a b":"x y"}']);
});

test("only a line and a Windows event have an XML form; other records are lost", () => {
  const xml = { Format: "xml" };
  assert.deepEqual(sent(line, xml, "<a/>"), ["<a/>"]);
  assert.deepEqual(sent(jsonLine, xml, "{}"), [null]);
  assert.deepEqual(sent(delimited, xml, "1;2"), [null]);
  assert.deepEqual(sent({ ...line, RecordParser: "Regex", Pattern: "x" }, xml, "x"), [null]);
});

test("a variable names a property of the object behind a record of columns, never a column", () => {
  const text = (variable: string) => sent(delimited, { TextDecoration: `[${variable}]` }, "1;2")[0];
  assert.equal(text("{$m}"), "[]");
  assert.equal(text("{$Count}"), "[2]");
  assert.equal(text("{$Keys}"), "[System.Collections.Generic.Dictionary`2+KeyCollection[System.String,System.String]]");
  assert.equal(text("{$Item}"), null);
});

test("the time of a syslog record is one with an offset", () => {
  const syslog = { SourceType: "DirectorySource", RecordParser: "SysLog" };
  const of = (decoration: object) => sent(syslog, decoration, "Mar  1 01:22:20 h p: m", { localOffset: seoul })[0];
  assert.equal(of({ TextDecoration: "{$Timestamp}" }), "3/1/2026 1:22:20 AM +09:00");
  assert.equal(of({ TextDecorationEx: "{format($Timestamp,'u')}" }), "2026-02-28 16:22:20Z");
});

test("an unknown format asks the polling source for the other source's text", () => {
  const polling = { SourceType: "WindowsEventLogPollingSource", LogName: "System" };
  const events = [{ LogName: "System", EventId: 1, Level: 4, ProviderName: "P", MachineName: "M", Description: "d" }];
  assert.deepEqual(sent(polling, {}, events), ["[System] [Information] [1] [P] [M] [d]"]);
  assert.deepEqual(sent(polling, { Format: "text" }, events), ["[System] [Informational] [1] [P] [M] [d]"]);
});

test("the polling source's variables come from the event's System part", () => {
  const polling = { SourceType: "WindowsEventLogPollingSource", LogName: "System" };
  const Xml =
    "<Event><System><Provider Name='P' Guid='{0A1B2C3D-0000-0000-0000-000000000001}'/><EventID Qualifiers='16384'>7</EventID><Version>2</Version>" +
    "<Task>5</Task><Opcode>1</Opcode><Keywords>0x8080000000000000</Keywords><Execution ProcessID='684' ThreadID='12'/></System></Event>";
  const text = "{$ProcessId} {$ThreadId} {$Qualifiers} {$Version} {$Task} {$Opcode} {$Keywords} {$ProviderId} {$ActivityId}.";
  assert.deepEqual(sent(polling, { TextDecoration: text }, [{ LogName: "System", Xml }]), [
    "684 12 16384 2 5 1 -9187343239835811840 0a1b2c3d-0000-0000-0000-000000000001 .",
  ]);
  assert.deepEqual(sent(event, { TextDecoration: "[{$ProcessId}]" }, [{ LogName: "System", Xml }]), ["[]"]);
});

test("XML is written as XmlTextWriter does: line ends of the event's own XML become one character, empty elements keep their form", () => {
  const Xml = "<Event xmlns='urn:x'><System><A></A><B/></System><EventData><Data>a\r\nb</Data></EventData></Event>";
  const events = [{ LogName: "System", Description: "one\r\ntwo", Level: null, Keywords: "", Xml }];
  assert.equal(
    sent(event, { Format: "renderedxml" }, events)[0]?.replace(/<Channel>[^]*<\/Provider>/, "…"),
    [
      "<Event xmlns='urn:x'>",
      "  <System>",
      "    <A>",
      "    </A>",
      "    <B />",
      "  </System>",
      "  <EventData>",
      "    <Data>a\nb</Data>",
      "  </EventData>",
      "  <RenderingInfo Culture='en-US'>",
      "    <Message>one\r\ntwo</Message>",
      "    <Level>",
      "    </Level>",
      "    <Task />",
      "    <Opcode />",
      "    …",
      "    <Keywords />",
      "  </RenderingInfo>",
      "</Event>",
    ].join("\r\n"),
  );
  assert.match(sent(event, { Format: "xml" }, events)[0] ?? "", /<Description>one\r\ntwo<\/Description>/);
});

test("the fields of a time are joined as .NET prints them; milliseconds may come as a number with a point", () => {
  const of = (line: string, keys: object) =>
    sent({ ...jsonLine, ...keys }, { TextDecoration: "{timestamp:yyyy-MM-dd HH:mm:ss.fff}" }, [line])[0];
  assert.equal(of('{"t":1770091506789.0}', { TimestampField: "t", TimestampFormat: "epoch" }), "2026-02-03 04:05:06.789");
  assert.equal(of('{"t":99999999999999999}', { TimestampField: "t", TimestampFormat: "epoch" }), null);
  assert.equal(of('{"d":20260203,"h":7}', { TimestampField: "{d} {h}", TimestampFormat: "yyyyMMdd H" }), "2026-02-03 07:00:00.000");
  assert.equal(of('{"t":"2026-02-03 04:05:06,789"}', { TimestampField: "t" }), null);
});

test("TimeZoneKind is an enum name after its first letter is made a capital", () => {
  const loads = (TimeZoneKind: string) =>
    loadConfiguration(
      JSON.stringify({ Sources: [{ Id: "s", Directory: "C:\\l", FileNameFilter: "*", ...line, TimeZoneKind }] }),
      createEnvironment(),
    ).sources.size === 1;
  assert.deepEqual(["UTC", "local", "unspecified", "", "1", "u_tc", " utc", "GMT"].map(loads), [
    true,
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("JSON is read with the leniency of Newtonsoft and no more", () => {
  const again = (text: string): string | undefined => {
    const json = parseJsonObject(text, seoul);
    return json === undefined ? undefined : writeJson(json, { localOffset: seoul });
  };
  for (const [text, expected] of [
    ["{a:017,b:0x1F}", '{"a":15,"b":31}'],
    ["{a:08}", undefined],
    ["{a:-0x1F}", undefined],
    ["{a:[,1],b:undefined}", '{"a":[undefined,1],"b":undefined}'],
    ['{"a"/*c*/:1}', undefined],
    ['{/*c*/"a":/*d*/1/*e*/,}', '{"a":1}'],
    ['\ufeff{"a":1}', undefined],
    ['{"a":"\\ud800"}', '{"a":"\ufffd"}'],
    ['{"a":"/Date(1770091506789+0900)/"}', '{"a":"2026-02-03T13:05:06.789+09:00"}'],
    ['{"a":1E5,"b":1e-5,"c":1234567890123456.0}', '{"a":100000.0,"b":1E-05,"c":1234567890123456.0}'],
    [`{"a":${"[".repeat(63)}${"]".repeat(63)}}`, `{"a":${"[".repeat(63)}${"]".repeat(63)}}`],
    [`{"a":${"[".repeat(64)}${"]".repeat(64)}}`, undefined],
  ] as const) {
    assert.equal(again(text), expected, text);
  }
});

test("a file sink loses records above 256 KiB with the 26 bytes that it counts for each", () => {
  const file = { SinkType: "FileSystem", FilePath: "C:\\out\\a.txt" };
  const of = (size: number) => {
    const environment = createEnvironment({ now });
    const configuration = {
      Sources: [{ Id: "s", Directory: "C:\\l", FileNameFilter: "*", ...line }],
      Sinks: [{ Id: "t", ...file }],
      Pipes: [{ SourceRef: "s", SinkRef: "t" }],
    };
    const run = new AgentRun(loadConfiguration(JSON.stringify(configuration), environment), environment);
    return run.send({ kind: "lines", source: "s", path: undefined, lines: ["x".repeat(size)] })[0]?.outcome;
  };
  assert.equal(of(256 * 1024 - 26), "sent");
  assert.equal(of(256 * 1024 - 25), "dropped");
});

test("the loader rejects half a character and a second value, and takes an empty object for a value", () => {
  const read = (text: string) => readConfiguration(text).root?.get("a") ?? readConfiguration(text).rejected;
  assert.equal(read('{"a":"\\ud83d\\ude00"}'), "😀");
  assert.match(read('{"a":"\\ud800"}') ?? "", /half a character/);
  assert.match(read('{"a":[],"A":1}') ?? "", /given twice/);
  assert.equal(read('{"a":1,"a":{}}'), undefined);
});

test("what of a declaration makes it fail, by the agent's constructors", () => {
  const loads = (section: "Sources" | "Sinks", declaration: object, options: EnvironmentOptions = {}): boolean => {
    const agent = loadConfiguration(JSON.stringify({ [section]: [{ Id: "x", ...declaration }] }), createEnvironment({ now, ...options }));
    return (section === "Sources" ? agent.sources : agent.sinks).size === 1;
  };
  const counter = (Counters: unknown[]) => ({ SourceType: "WindowsPerformanceCounterSource", Categories: [{ Category: "c", Counters }] });
  const etw = (more: object) => ({ SourceType: "WindowsETWEventSource", ProviderName: "P", ...more });
  const metric = (more: object) => ({ SinkType: "CloudWatch", Region: "us-east-1", ...more });
  const firehose = (more: object) => ({ SinkType: "KinesisFirehose", Region: "us-east-1", StreamName: "d", ...more });
  const directory = { SourceType: "DirectorySource", RecordParser: "SingleLine", FileNameFilter: "*" };
  for (const [section, declaration, expected, options] of [
    ["Sources", counter([{ Unit: "Count" }]), false],
    ["Sources", counter([{ Unit: "" }]), true],
    ["Sources", counter([{ Counter: "", Unit: "Count" }]), true],
    ["Sources", etw({ TraceLevel: "Error, Warning" }), true],
    ["Sources", etw({ TraceLevel: "error" }), false],
    ["Sources", etw({ TraceLevel: 99999999999 }), false],
    ["Sources", { ...event, CustomFilters: " " }, true],
    ["Sources", { ...event, CustomFilters: " ; " }, false],
    ["Sources", { ...event, CustomFilters: "excludeownsecurityevents;;ExcludeOwnSecurityEvents" }, true],
    ["Sources", { ...directory, Directory: "C:\\{ }" }, false],
    ["Sources", { ...directory, Directory: "C:\\{NOPE}" }, true],
    ["Sinks", metric({ Namespace: "{env:NOPE}" }), false],
    ["Sinks", metric({ Namespace: "{NOPE}" }), true],
    ["Sinks", metric({ Dimensions: "a={env:NOPE}" }), false],
    ["Sinks", metric({ Dimensions: "a={ }" }), false],
    ["Sinks", metric({ Dimensions: "a=b;;" }), true],
    ["Sinks", { SinkType: "FileSystem", FilePath: "C:\\o\\a.txt", BackoffFactor: 1 }, false],
    ["Sinks", firehose({ BackoffFactor: 0.5 }), true],
    ["Sinks", firehose({ BackoffFactor: 0.5 }), false, { culture: "de-DE" }],
    ["Sinks", firehose({ BackoffFactor: "0,5" }), true, { culture: "de-DE" }],
    ["Sinks", { SinkType: "S3", Region: "us-east-1", BucketName: "{env:NOPE}", FileName: "f", FilePath: "" }, false],
  ] as const) {
    assert.equal(loads(section, declaration, options ?? {}), expected, JSON.stringify(declaration));
  }
});

test("parse_decimal reads a number in the machine's culture", () => {
  const of = (text: string, culture: string) => ex(`{coalesce(parse_decimal('${text}'),'none')}`, line, "x", { culture });
  assert.deepEqual(
    ["1,234.50", ",5", ".5", "5-", "1e3", "(5)"].map((text) => of(text, "en-US")),
    ["1234.50", "none", "0.5", "-5", "none", "none"],
  );
  assert.deepEqual(
    ["1.234,50", ".5", ",5"].map((text) => of(text, "de-DE")),
    ["1234,50", "none", "0,5"],
  );
});
