import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfiguration } from "../../../../src/core/agent/agent";
import { createEnvironment } from "../../../../src/core/agent/environment";
import { ConfigurationRejected, renderRecords } from "../../../../src/core/agent/render";
import { readSampleEvents } from "../../../../src/core/agent/sampleEvent";
import { findTimeZone } from "../../../../src/core/agent/timeZone";

const now = Date.parse("2026-02-03T04:05:06.789Z");
const seoul = findTimeZone("Asia/Seoul") ?? (() => 0);

interface Setup {
  readonly source?: Record<string, unknown>;
  readonly sink?: Record<string, unknown>;
  readonly pipe?: Record<string, unknown>;
  readonly culture?: string;
  readonly variables?: Record<string, string>;
}

function render(
  setup: Setup,
  events: unknown,
): { outcome: string; record: string | null; reason: string | null; bytes: number; pipe: string; sink: string }[] {
  const environment = createEnvironment({
    now,
    culture: setup.culture ?? "en-US",
    localOffset: seoul,
    variables: setup.variables ?? {},
    computerName: "PC-1",
  });
  const configuration = {
    Sources: [
      {
        Id: "s",
        SourceType: "WindowsEventLogSource",
        LogName: "Application",
        Directory: "C:\\logs",
        FileNameFilter: "*.log",
        ...setup.source,
      },
    ],
    Sinks: [{ Id: "k", SinkType: "KinesisFirehose", Region: "us-east-1", StreamName: "x", ...setup.sink }],
    Pipes: [{ Id: "p", SourceRef: "s", SinkRef: "k", ...setup.pipe }],
  };
  return renderRecords(JSON.stringify(configuration), readSampleEvents(JSON.stringify(events), environment), environment);
}

const event = {
  EventId: 7,
  Description: "Hello",
  LevelDisplayName: "Error",
  ProviderName: "Demo",
  TimeCreated: "2026-02-03T04:05:06.5Z",
  Index: 9,
};

test("attributes of the Ex form are remembered from record to record of one sink", () => {
  const results = render({ sink: { Format: "json", ObjectDecorationEx: "Last={$Id};Id={$EventId}" } }, [event, { ...event, EventId: 8 }]);
  const ids = results.map(({ record }) => (JSON.parse(record ?? "") as Record<string, string>)["Last"]);
  assert.deepEqual(ids, [undefined, "7"]);
});

test("times print in the zone and culture of the machine", () => {
  const cases: [Setup, unknown, string][] = [
    [{ sink: { TextDecoration: "{timestamp:yyyy-MM-dd HH:mm}" } }, event, "2026-02-03 04:05"],
    [{ sink: { TextDecoration: "{$TimeCreated}" }, culture: "ko-KR" }, event, "2026-02-03 오전 4:05:06"],
    [
      { source: { SourceType: "WindowsEventLogPollingSource" }, sink: { TextDecoration: "{$Id} {$TimeCreated}" } },
      event,
      "7 2/3/2026 1:05:06 PM",
    ],
    [
      { source: { SourceType: "DirectorySource", RecordParser: "SingleLine" }, sink: { TextDecoration: "{timestamp:HH}" } },
      { line: "x" },
      "04",
    ],
    [
      { source: { SourceType: "DirectorySource", RecordParser: "SingleLineJson" }, sink: { TextDecoration: "{timestamp:HH}" } },
      { line: "{}" },
      "13",
    ],
    [
      {
        source: { SourceType: "DirectorySource", RecordParser: "Timestamp", TimestampFormat: "HH:mm yyyy-MM-dd", TimeZoneKind: "Local" },
        sink: { TextDecoration: "{timestamp:o}" },
      },
      { line: "09:30 2026-02-03 x" },
      "2026-02-03T09:30:00.0000000+09:00",
    ],
    [
      { source: { SourceType: "DirectorySource", RecordParser: "SingleLineJson" }, sink: { Format: "json" } },
      { line: '{"a":"2026-02-03T04:05:06+02:00","b":1e3,"c":12345678901234567890}' },
      '{"a":"2026-02-03T11:05:06+09:00","b":1000.0,"c":12345678901234567890}',
    ],
  ];
  for (const [setup, given, expected] of cases) {
    assert.equal(render(setup, given)[0]?.record, expected);
  }
});

test("why nothing is sent is said", () => {
  const cases: [Setup, unknown, string, RegExp][] = [
    [{ source: { Query: "*[System[(Level=1)]]" } }, event, "filtered", /Query/],
    [{ pipe: { Type: "RegexFilterPipe", FilterPattern: "nope" } }, event, "filtered", /FilterPattern/],
    [{ pipe: { Type: "EMFPipe", MetricDefinition: { Namespace: "n", Metrics: [{ Name: "m" }] } } }, event, "filtered", /EMFPipe/],
    [{ sink: { Format: "json", ObjectDecoration: "a=b;{appstreamVariables}" } }, event, "dropped", /has no =/],
    [{ sink: { Format: "json", ObjectDecoration: "MachineName=x" } }, event, "dropped", /already/],
    [{ sink: { TextDecoration: "{timestamp:HH'}" } }, event, "dropped", /date format/],
    [{ sink: { TextDecoration: "{env:NONE}" } }, event, "dropped", /empty/],
    [{ sink: { ObjectDecorationEx: "a=1;" } }, event, "sinkFailed", /ObjectDecorationEx/],
    [{ sink: { StreamName: "{env:NONE}" } }, event, "dropped", /StreamName/],
    [{ pipe: { SourceRef: "S" } }, event, "dropped", /no source/],
    [{ sink: { TextDecoration: "{_record}" } }, { ...event, Description: "x".repeat(1_024_000) }, "dropped", /1024000 is the most/],
    [
      { source: { SourceType: "DirectorySource", RecordParser: "SingleLine" }, sink: { Format: "json", ObjectDecoration: "a=1" } },
      "text",
      "dropped",
      /not a JSON/,
    ],
  ];
  for (const [setup, given, outcome, reason] of cases) {
    const [result] = render(setup, given);
    assert.equal(result?.outcome, outcome, JSON.stringify(setup));
    assert.match(result.reason ?? "", reason);
  }
});

test("a rejected file runs nothing", () => {
  const environment = createEnvironment();
  for (const text of ["[]", "{'a':1}", '{"a":1,"A":2}', '{"Credentials":[{}]}', `${"[".repeat(10_000)}`, '{"a":"\\d"}', "{“a”:1}"]) {
    assert.throws(() => renderRecords(text, [], environment), ConfigurationRejected, text.slice(0, 20));
  }
  assert.equal(loadConfiguration('\uFEFF{/* c */"Sources":[],}', environment).started, true);
});

test("records show escapes as Newtonsoft writes them", () => {
  const text = 'a"b\\c/d\u0001\u0085\u2028<\u00e9\r\n';
  const [result] = render({ sink: { Format: "json" } }, { ...event, Description: text });
  assert.match(result?.record ?? "", /"Description":"a\\"b\\\\c\/d\\u0001\\u0085\\u2028<é\\r\\n"/);
  assert.equal(result?.bytes, Buffer.byteLength(result?.record ?? ""));
});

test("without events every source with a pipe gets a sample", () => {
  const environment = createEnvironment({ now });
  const types = ["SingleLine", "SingleLineJson", "SysLog"].map((RecordParser) => ({ SourceType: "DirectorySource", RecordParser }));
  const all = [
    ...types,
    { SourceType: "WindowsEventLogSource", LogName: "System" },
    { SourceType: "W3SVCLogSource" },
    { SourceType: "WindowsETWEventSource", ProviderName: "P" },
  ];
  const configuration = {
    Sources: all.map((source, index) => ({ Id: String(index), Directory: "C:\\l", FileNameFilter: "*", ...source })),
    Sinks: [{ Id: "k", SinkType: "FileSystem", Format: "json" }],
    Pipes: all.map((_, index) => ({ SourceRef: String(index), SinkRef: "k" })),
  };
  const results = renderRecords(JSON.stringify(configuration), undefined, environment);
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    all.map(() => "sent"),
  );
});
