import type { Severity } from "../../../../src/core/text/problem";

type Members = Readonly<Record<string, unknown>>;

/** Changes to a correct configuration; `undefined` takes a key out. */
export interface Change {
  readonly source?: Members;
  readonly sink?: Members;
  readonly pipe?: Members;
  readonly root?: Members;
  readonly moreSources?: readonly Members[];
  readonly moreSinks?: readonly Members[];
  readonly morePipes?: readonly Members[];
  /** The whole text instead. */
  readonly text?: string;
  /** Replaces parts of the finished text, for what JSON.stringify would not write. */
  readonly replace?: readonly (readonly [string, string])[];
}

const baseSource = { Id: "events", SourceType: "WindowsEventLogSource", LogName: "Application" };
const baseSink = {
  Id: "stream",
  SinkType: "KinesisFirehose",
  ProfileName: "appstream_machine_role",
  Region: "us-east-1",
  StreamName: "Example-Stream",
  Format: "json",
};
const basePipe = { Id: "pipe", SourceRef: "events", SinkRef: "stream" };

function merged(base: Members, change: Members | undefined): Members {
  return Object.fromEntries(Object.entries({ ...base, ...change }).filter(([, value]) => value !== undefined));
}

export function textOf(change: Change): string {
  if (change.text !== undefined) {
    return change.text;
  }
  const root = merged(
    {
      Sources: [merged(baseSource, change.source), ...(change.moreSources ?? [])],
      Sinks: [merged(baseSink, change.sink), ...(change.moreSinks ?? [])],
      Pipes: [merged(basePipe, change.pipe), ...(change.morePipes ?? [])],
    },
    change.root,
  );
  let text = JSON.stringify(root, null, 2);
  for (const [from, to] of change.replace ?? []) {
    text = text.replace(from, to);
  }
  return text;
}

export interface RuleCase {
  readonly code: string;
  readonly severity: Severity;
  readonly fires: Change;
  /** Text that the finding marks, when the case pins it. */
  readonly marks?: string;
  /** Findings that belong to the same change and are mistakes of their own. */
  readonly also?: readonly string[];
  readonly nearMiss: Change;
}

const no = undefined;
const files = (change: Members): Members => ({
  SourceType: "DirectorySource",
  LogName: no,
  Directory: "C:\\logs",
  FileNameFilter: "*.log",
  RecordParser: "SingleLineJson",
  ...change,
});
const regexFiles = (change: Members): Members =>
  files({ RecordParser: "Regex", Pattern: "^\\d{4}", ExtractionPattern: "^(?<Text>.*)$", ...change });
const counters = { Id: "cpu", SourceType: "WindowsPerformanceCounterSource" };
const categories = (category: Members): Members => ({
  ...counters,
  LogName: no,
  Id: "events",
  Categories: [{ Category: "Processor", Instances: "*", Counters: ["% Processor Time"], ...category }],
});
const metricSink = { SinkType: "CloudWatch", StreamName: no, Format: no };
const logs = { SinkType: "CloudWatchLogs", StreamName: no, Format: no, LogGroup: "group", LogStream: "stream" };
const metricPipe = { Type: "EMFPipe", MetricDefinition: { Namespace: "Example", Metrics: [{ Name: "Sessions" }] } };
const secondSink = { ...baseSink, Id: "other" };
const polling = { SourceType: "WindowsEventLogPollingSource" };

function rule(code: string, severity: Severity, fires: Change, nearMiss: Change, more: Partial<RuleCase> = {}): RuleCase {
  return { code, severity, fires, nearMiss, ...more };
}

export const ruleCases: readonly RuleCase[] = [
  rule(
    "json-syntax",
    "error",
    { replace: [['"Application"', "'Application'"]] },
    { source: { LogName: "Joe's log" } },
    { marks: "'Application'" },
  ),
  rule("json-curly-quotes", "error", { replace: [['"Application"', "“Application”"]] }, { root: { Name: "“ ”" } }),
  rule(
    "json-curly-quotes-in-value",
    "warning",
    { source: { Query: "*[System[Provider[@Name=‘X’]]]" } },
    { sink: { ObjectDecoration: "a=it’s" } },
    { marks: "‘X’" },
  ),
  rule(
    "json-bad-escape",
    "error",
    { source: files({ Directory: "C:\\\\Program Files" }), replace: [["\\\\\\\\P", "\\P"]] },
    { source: files({ Directory: "C:\\Program Files" }) },
    { marks: "\\P" },
  ),
  rule(
    "json-path-escape",
    "warning",
    { source: files({ Directory: "C:\\temp" }), replace: [["\\\\t", "\\t"]] },
    { source: files({ RecordParser: "Delimited", Delimiter: "\t", Headers: "a\tb" }) },
  ),
  rule("json-duplicate-key", "error", { replace: [['"LogName"', '"LogName": "System", "LogName"']] }, { source: { LogName: "System" } }),
  rule("json-root-not-object", "error", { text: "[1, 2]" }, {}),
  rule("json-invisible-char", "error", { replace: [['"LogName": ', '"LogName":\u00a0']] }, { replace: [['"LogName": ', '"LogName":  ']] }),
  rule("json-invisible-char", "warning", { source: { LogName: "Appli\u200bcation" } }, { source: { LogName: "Anwendung ä" } }),
  rule(
    "json-comment",
    "information",
    { replace: [['"LogName"', '// which log\n"LogName"']] },
    { source: { LogName: "// which log" } },
    { marks: "// which log" },
  ),
  rule(
    "markup-residue",
    "error",
    { sink: { Region: "`us-east-1`" } },
    { source: { Query: "<QueryList><Query Id='0'><Select Path='Application'>*</Select></Query></QueryList>" } },
  ),
  rule("markup-residue", "error", { sink: { StreamName: "<StreamName>" } }, { sink: { ObjectDecoration: "a=<b>" } }),

  rule("section-shape", "error", { root: { Sinks: baseSink } }, { root: { Sinks: { first: baseSink } } }),
  rule("missing-section", "warning", { root: { Pipes: [] } }, {}),
  rule("missing-section", "warning", { root: { Pipes: no } }, {}),
  rule("unknown-top-level-key", "warning", { root: { Sourcess: [] } }, { root: { Credentials: [] } }, { marks: '"Sourcess"' }),
  rule("unknown-key", "warning", { sink: { JitterFactor: 0.2 } }, { sink: { JittingFactor: 0.2 } }, { marks: '"JitterFactor"' }),
  rule("unknown-key", "warning", { sink: { Compression: "gzip" } }, { sink: { CombineRecords: false } }),
  rule("key-casing", "information", { source: { LogName: no, logName: "Application" } }, {}, { marks: '"logName"' }),
  rule(
    "key-not-applicable",
    "information",
    { source: regexFiles({ SkipLines: 2 }) },
    { source: files({ RecordParser: "SingleLine", SkipLines: 2 }), sink: { Format: no } },
    { marks: '"SkipLines"' },
  ),
  rule(
    "key-not-applicable",
    "information",
    { source: categories({ Counters: [{ Counter: "% *", Unit: "Percent" }] }), sink: metricSink },
    { source: categories({ Counters: [{ Counter: "% User Time", Unit: "Percent" }] }), sink: metricSink },
    { marks: '"Unit"' },
  ),
  rule("key-not-applicable", "information", { sink: { ...logs, BufferSize: 100 } }, { sink: { BufferSize: 100 } }),
  rule("missing-required-key", "error", { source: { LogName: no } }, {}, { marks: '"WindowsEventLogSource"' }),
  rule("missing-required-key", "error", { source: files({ FileNameFilter: no }) }, { source: files({}) }),
  rule(
    "missing-required-key",
    "error",
    { source: files({ RecordParser: "Delimited", Delimiter: ";" }) },
    { source: files({ RecordParser: "Delimited", Delimiter: ";", HeaderPattern: "^#" }) },
  ),
  rule("missing-required-key", "error", { sink: { StreamName: no } }, {}),
  rule("missing-required-key", "error", { sink: { SinkType: no } }, {}, { marks: '"stream"' }),
  rule("unknown-key", "warning", { source: { SourceType: no, SourceTyp: "WindowsEventLogSource" } }, {}),
  rule("wrong-value-shape", "error", { source: { LogName: ["Application"] } }, {}),
  rule("wrong-value-shape", "warning", { source: { Query: { a: 1 } } }, {}),
  rule("not-an-integer", "warning", { sink: { BufferInterval: "5s" } }, { sink: { BufferInterval: 5 } }, { marks: '"5s"' }),
  rule("not-an-integer", "warning", { sink: { BufferInterval: 60.5 } }, { sink: { BufferInterval: 59 } }),
  rule("number-as-string", "information", { sink: { BufferInterval: "5" } }, { sink: { BufferInterval: 5 } }),
  rule(
    "not-an-integer",
    "error",
    { source: { SourceType: "WindowsETWEventSource", LogName: no, ProviderName: "X", MatchAnyKeyword: "0x8000, debug" } },
    { source: { SourceType: "WindowsETWEventSource", LogName: no, ProviderName: "X", MatchAnyKeyword: "0x8000, 1024" } },
    { marks: '"0x8000, debug"' },
  ),
  rule("not-a-boolean", "warning", { source: { IncludeEventData: "yes" } }, { source: { IncludeEventData: "false" } }),
  rule("not-a-boolean", "error", { source: { Required: 1 } }, { source: { Required: true } }),
  rule("value-whitespace", "warning", { source: { SourceType: "WindowsEventLogSource " } }, { source: { Query: " *" } }),
  rule("empty-value", "warning", { source: files({ InitialPosition: "" }) }, { source: { InitialPosition: "" } }),
  rule("selfupdate-obsolete", "information", { root: { SelfUpdate: 0 } }, {}),
  rule("telemetrics-off-value", "warning", { root: { Telemetrics: { off: "yes" } } }, { root: { Telemetrics: { off: "true" } } }),

  rule("missing-id", "error", { source: { Id: "" }, pipe: { SourceRef: "more" }, moreSources: [{ ...baseSource, Id: "more" }] }, {}),
  rule(
    "credential-missing-id",
    "error",
    { root: { Credentials: [{ CredentialType: "ProfileRefreshingAWSCredentialProvider" }] } },
    { root: { Credentials: [{ Id: "c", CredentialType: "ProfileRefreshingAWSCredentialProvider" }] } },
  ),
  rule(
    "duplicate-source-id",
    "error",
    { moreSources: [{ ...baseSource, LogName: "System" }] },
    { moreSources: [{ ...baseSource, Id: "Events", LogName: "System" }], morePipes: [{ SourceRef: "Events", SinkRef: "stream" }] },
  ),
  rule(
    "duplicate-sink-id",
    "error",
    { moreSinks: [baseSink] },
    { moreSinks: [secondSink], morePipes: [{ SourceRef: "events", SinkRef: "other" }] },
  ),
  rule(
    "duplicate-credential-id",
    "warning",
    { root: { Credentials: [1, 2].map(() => ({ Id: "c", CredentialType: "ProfileRefreshingAWSCredentialProvider" })) } },
    { root: { Credentials: [1, 2].map((n) => ({ Id: `c${n}`, CredentialType: "ProfileRefreshingAWSCredentialProvider" })) } },
  ),
  rule(
    "duplicate-pipe-id",
    "information",
    { moreSources: [{ ...baseSource, Id: "more" }], morePipes: [{ ...basePipe, SourceRef: "more" }] },
    { moreSources: [{ ...baseSource, Id: "more" }], morePipes: [{ ...basePipe, Id: "Pipe", SourceRef: "more" }] },
  ),
  rule("dangling-source-ref", "error", { pipe: { SourceRef: "event" } }, { pipe: { SourceRef: "events" } }, { marks: "event" }),
  rule("dangling-sink-ref", "error", { pipe: { SinkRef: "streams" } }, {}, { marks: "streams" }),
  rule(
    "dangling-source-ref",
    "error",
    { pipe: { SourceRef: "nothing like it" } },
    {
      moreSinks: [{ ...metricSink, Id: "m", SinkType: "CloudWatch", Region: "us-east-1", ProfileName: "appstream_machine_role" }],
      morePipes: [{ SourceRef: "_KinesisTapMetricsSource", SinkRef: "m" }],
    },
  ),
  rule("ref-casing", "error", { pipe: { SourceRef: "Events" } }, {}, { marks: "Events" }),
  rule("missing-ref", "error", { pipe: { SinkRef: no } }, {}),
  rule(
    "duplicate-pipe",
    "warning",
    { morePipes: [{ ...basePipe, Id: "again" }] },
    { morePipes: [{ ...basePipe, Id: "again", Type: "RegexFilterPipe", FilterPattern: "x" }] },
  ),
  rule("unused-source", "warning", { moreSources: [{ ...baseSource, Id: "more" }] }, {}, { marks: "more" }),
  rule(
    "unused-sink",
    "information",
    { moreSinks: [secondSink] },
    { moreSinks: [secondSink], root: { Telemetrics: { RedirectToSinkId: "other" } } },
  ),
  rule(
    "reserved-id",
    "warning",
    { sink: { Id: "_Telemetrics" }, pipe: { SinkRef: "_Telemetrics" } },
    { sink: { Id: "Telemetrics" }, pipe: { SinkRef: "Telemetrics" } },
  ),
  rule(
    "id-not-filename-safe",
    "warning",
    { source: { Id: "a:b" }, pipe: { SourceRef: "a:b" } },
    { sink: { Id: "a:b" }, pipe: { SinkRef: "a:b" } },
  ),
  rule(
    "id-not-filename-safe",
    "error",
    { sink: { Id: "a/b", QueueType: "file" }, pipe: { SinkRef: "a/b" } },
    { sink: { Id: "a/b", QueueType: "file", QueuePath: "q" }, pipe: { SinkRef: "a/b" } },
  ),
  rule("metric-source-into-record-sink", "error", { source: categories({}) }, { source: categories({}), sink: metricSink }),
  rule("record-source-into-metric-sink", "error", { sink: metricSink }, { sink: logs }),
  rule(
    "record-source-into-metric-sink",
    "error",
    { pipe: metricPipe, sink: logs },
    { pipe: metricPipe, source: files({ RecordParser: "SysLog" }), sink: logs },
    { marks: "events" },
  ),
  rule(
    "record-source-into-metric-sink",
    "error",
    { pipe: metricPipe, source: files({ RecordParser: "SingleLine" }), sink: logs },
    { pipe: metricPipe, source: files({ RecordParser: "SingleLineJson" }), sink: logs },
  ),
  rule(
    "polling-source-fan-out",
    "error",
    { source: polling, moreSinks: [secondSink], morePipes: [{ SourceRef: "events", SinkRef: "other" }] },
    { source: polling, sink: logs, moreSinks: [secondSink], morePipes: [{ SourceRef: "events", SinkRef: "other" }] },
  ),
  rule(
    "bookmark-flush-multiple-sinks",
    "warning",
    { source: { BookmarkOnBufferFlush: true }, moreSinks: [secondSink], morePipes: [{ SourceRef: "events", SinkRef: "other" }] },
    { source: { BookmarkOnBufferFlush: true } },
  ),
  rule(
    "filter-without-type",
    "warning",
    { pipe: { FilterPattern: "Error" } },
    { pipe: { Type: "RegexFilterPipe", FilterPattern: "Error" } },
  ),

  rule("unknown-type", "error", { source: { SourceType: "WindowsEventSource" } }, { source: { SourceType: "windowseventlogsource" } }),
  rule("unknown-type", "error", { pipe: { Type: "Filter" } }, {}),
  rule(
    "unknown-enum-value",
    "error",
    { source: { InitialPosition: "Newest" } },
    { source: { InitialPosition: "eos" } },
    { marks: "Newest" },
  ),
  rule("unknown-enum-value", "error", { source: files({ Encoding: "windows-1252" }) }, { source: files({ Encoding: "utf-16" }) }),
  rule("unknown-enum-value", "warning", { sink: { QueueType: "disk" } }, { sink: { QueueType: "FILE" } }),
  rule(
    "enum-case-significant",
    "error",
    { source: { SourceType: "WindowsETWEventSource", LogName: no, ProviderName: "P", TraceLevel: "verbose" } },
    { source: { SourceType: "WindowsETWEventSource", LogName: no, ProviderName: "P", TraceLevel: "Verbose" } },
  ),
  rule("unknown-format", "warning", { sink: { Format: "json2" } }, { sink: { Format: "RenderedXml" } }),
  rule(
    "initial-position-timestamp-missing",
    "error",
    { source: { InitialPosition: "Timestamp" } },
    { source: { InitialPosition: "Timestamp", InitialPositionTimestamp: "2024-01-01T00:00:00Z" } },
  ),
  rule(
    "initial-position-timestamp-missing",
    "warning",
    { source: files({ InitialPosition: "Timestamp" }) },
    { source: files({ InitialPosition: "EOS" }) },
  ),
  rule("initial-position-timestamp-unused", "information", { source: { InitialPositionTimestamp: "2024-01-01T00:00:00Z" } }, {}),
  rule(
    "initial-position-timestamp-format",
    "error",
    { source: { InitialPosition: "Timestamp", InitialPositionTimestamp: "yesterday" } },
    { source: files({ InitialPosition: "Timestamp", InitialPositionTimestamp: "2024-01-01T00:00:00+02:00" }) },
  ),
  rule(
    "initial-position-timestamp-format",
    "warning",
    { source: { InitialPosition: "Timestamp", InitialPositionTimestamp: "2024-01-01T00:00:00+02:00" } },
    { source: { InitialPosition: "Timestamp", InitialPositionTimestamp: "2024-01-01 00:00:00" } },
  ),
  rule(
    "event-query-syntax",
    "error",
    { source: { Query: "*[System[Level==3]]" } },
    { source: { Query: "*[System[Level<=3 and EventID!=7]]" } },
    { marks: "==" },
  ),
  rule(
    "event-query-syntax",
    "error",
    { source: { Query: "*[System[Level=3 AND EventID=1]]" } },
    { source: { Query: "*[EventData[Data[@Name='AND']='&& or ||']]" } },
    { marks: "AND" },
  ),
  rule(
    "event-query-syntax",
    "error",
    { source: { Query: "*[System[Level=3 && EventID=1]]" } },
    { source: { Query: "<QueryList><Query Id='0'><Select Path='System'>*[System[Level &gt;= 3]]</Select></Query></QueryList>" } },
    { marks: "&" },
  ),
  rule(
    "event-query-syntax",
    "error",
    { source: { Query: "<QueryList><Query Id='0'><Select Path='System'>*</Query></QueryList>" } },
    { source: { Query: "<QueryList><Query Id='0' Path='System'/><!-- <Select> --></QueryList>" } },
    { marks: "<Select Path='System'>" },
  ),
  rule(
    "event-query-syntax",
    "error",
    { source: { Query: "*[System[(Level=1)]" } },
    { source: { Query: "*[System[(Level=1 or Level=2)]]" } },
  ),
  rule(
    "event-query-syntax",
    "error",
    { source: { Query: "*[System[contains(Provider,'x')]]" } },
    { source: { Query: "*[System[TimeCreated[timediff(@SystemTime) <= 86400000]]]" } },
    { marks: "contains" },
  ),
  rule(
    "event-query-entity",
    "error",
    { source: { Query: "*[System[Level &lt; 3]]" } },
    { source: { Query: "*[System[Level < 3]]" } },
    { marks: "&lt;" },
  ),
  rule(
    "event-log-name-case",
    "warning",
    { source: { LogName: "microsoft-windows-powershell/operational" } },
    { source: { LogName: "application" } },
  ),
  rule(
    "include-event-data-mapping",
    "warning",
    { source: { IncludeEventData: true } },
    { source: { IncludeEventData: true }, sink: { Format: no } },
  ),
  rule(
    "timestamp-parser-format",
    "warning",
    { source: files({ RecordParser: "Timestamp", TimestampFormat: "dd MMM yyyy", ExtractionPattern: "(?<a>.*)" }) },
    { source: files({ RecordParser: "Timestamp", TimestampFormat: "yyyy.MM.dd HH:mm:ss", ExtractionPattern: "(?<a>.*)" }) },
  ),
  rule(
    "timestamp-parser-format",
    "error",
    { source: files({ RecordParser: "Timestamp", TimestampFormat: "[yyyy", ExtractionPattern: "(?<a>.*)", RemoveUnmatched: true }) },
    { source: files({ RecordParser: "Timestamp", TimestampFormat: "yyyy", ExtractionPattern: "(?<a>.*)", RemoveUnmatched: true }) },
  ),
  rule(
    "empty-json-record",
    "error",
    { source: regexFiles({ ExtractionPattern: no }) },
    { source: regexFiles({ ExtractionPattern: no }), sink: { ObjectDecorationEx: "message={_record}" } },
  ),
  rule(
    "csv-first-line",
    "warning",
    { source: files({ RecordParser: "Delimited", Delimiter: ",", Headers: "a,b" }) },
    { source: files({ RecordParser: "Delimited", Delimiter: ",", Headers: "a,b", CSVEscapeMode: false }) },
  ),
  rule(
    "default-field-mapping",
    "error",
    { source: files({ SourceType: "W3SVCLogSource", RecordParser: no, DefaultFieldMapping: "date time" }) },
    { source: files({ SourceType: "W3SVCLogSource", RecordParser: no, DefaultFieldMapping: "#Fields: date time" }) },
  ),
  rule(
    "perf-instances-missing",
    "warning",
    { source: categories({ Instances: no }), sink: metricSink },
    { source: categories({ Category: "Memory", Instances: no, Counters: ["Available MBytes"] }), sink: metricSink },
  ),
  rule(
    "perf-unit-unknown",
    "warning",
    { source: categories({ Counters: [{ Counter: "a", Unit: "Percents" }] }), sink: metricSink },
    { source: categories({ Counters: [{ Counter: "a", Unit: "bytes/second" }] }), sink: metricSink },
  ),
  rule(
    "perf-instance-looks-like-regex",
    "warning",
    { source: categories({ Instances: "^C:" }), sink: metricSink },
    { source: categories({ Instances: "C:;D?" }), sink: metricSink },
  ),
  rule(
    "regex-dotnet",
    "error",
    { pipe: { Type: "RegexFilterPipe", FilterPattern: "(?P<x>a)" } },
    { pipe: { Type: "RegexFilterPipe", FilterPattern: "(?<x>a)" } },
  ),
  rule("interval-range", "error", { sink: { BufferInterval: -1 } }, { sink: { BufferInterval: 0 } }),
  rule("interval-range", "warning", { sink: { ...logs, BufferInterval: 0 } }, { sink: { ...logs, BufferInterval: 2 } }),

  rule(
    "firehose-stream-name",
    "error",
    { sink: { StreamName: "my stream" } },
    { sink: { StreamName: "my-{env:COMPUTERNAME}" } },
    { marks: "my stream" },
  ),
  rule(
    "kinesis-stream-name",
    "error",
    { sink: { SinkType: "KinesisStream", StreamName: "a".repeat(129) } },
    { sink: { SinkType: "KinesisStream", StreamName: "a".repeat(128) } },
  ),
  rule("log-group-name", "error", { sink: { ...logs, LogGroup: "a b" } }, { sink: { ...logs, LogGroup: "/a/b.c#1" } }),
  rule("log-stream-name", "error", { sink: { ...logs, LogStream: "a:b" } }, { sink: { ...logs, LogStream: "{timestamp:yyyy:MM}" } }),
  rule(
    "timestamp-variable-in-stream-name",
    "error",
    { sink: { StreamName: "s-{timestamp:yyyy}" } },
    { sink: { ...logs, LogStream: "s-{timestamp:yyyy}" } },
  ),
  rule("region-format", "error", { sink: { Region: "us-est-1" } }, { sink: { Region: "US-EAST-1" } }),
  rule("region-missing", "warning", { sink: { Region: no } }, { sink: { Region: "{ec2:placement/region}" } }),
  rule(
    "hardcoded-credentials",
    "error",
    { sink: { ProfileName: no, AccessKey: "x", SecretKey: "y" } },
    { sink: { AccessKey: "", SecretKey: "" } },
  ),
  rule(
    "incomplete-key-pair",
    "error",
    { sink: { ProfileName: no, AccessKey: "x" } },
    { sink: { ProfileName: no, AccessKey: "x", SecretKey: "y" } },
    { also: ["hardcoded-credentials"] },
  ),
  rule(
    "credential-precedence",
    "information",
    { sink: { CredentialRef: "c" }, root: { Credentials: [{ Id: "c", CredentialType: "ProfileRefreshingAWSCredentialProvider" }] } },
    {
      sink: { ProfileName: no, CredentialRef: "c" },
      root: { Credentials: [{ Id: "c", CredentialType: "ProfileRefreshingAWSCredentialProvider" }] },
    },
  ),
  rule(
    "dangling-credential-ref",
    "error",
    {
      sink: { ProfileName: no, CredentialRef: "d" },
      root: { Credentials: [{ Id: "c", CredentialType: "ProfileRefreshingAWSCredentialProvider" }] },
    },
    {
      sink: { ProfileName: no, CredentialRef: "c" },
      root: { Credentials: [{ Id: "c", CredentialType: "ProfileRefreshingAWSCredentialProvider" }] },
    },
  ),
  rule(
    "appstream-profile",
    "warning",
    { sink: { ProfileName: no } },
    { sink: { SinkType: "FileSystem", ProfileName: no, Region: no, StreamName: no } },
  ),
  rule("appstream-profile", "warning", { sink: { ProfileName: "default" } }, {}, { marks: "default" }),
  rule("number-out-of-range", "error", { sink: { BufferSize: 501 } }, { sink: { BufferSize: 500 } }),
  rule("number-out-of-range", "error", { sink: { BackoffFactor: 1 } }, { sink: { BackoffFactor: 0.99 } }),
  rule("number-out-of-range", "warning", { sink: { RecordsPerSecond: 100 } }, { sink: { RecordsPerSecond: 200 } }),
  rule("service-url", "error", { sink: { ServiceURL: "firehose.example" } }, { sink: { ServiceURL: "https://firehose.example" } }),
  rule(
    "failover-keys",
    "error",
    { sink: { FailoverEnabled: true } },
    { sink: { FailoverEnabled: true, SupportedRegions: ["us-east-1", "us-west-2"] } },
  ),
  rule("combine-records-search", "warning", { sink: { CombineRecords: true } }, { sink: { CombineRecords: true, Format: no } }),
  rule(
    "decoration-without-effect",
    "warning",
    { sink: { TextDecorationEx: "{_record}" } },
    { sink: { Format: no, TextDecorationEx: "{_record}" } },
  ),
  rule(
    "decoration-without-effect",
    "warning",
    { sink: { Format: no, TextDecorationEx: "hello" } },
    { sink: { Format: no, TextDecorationEx: "hello {$Description}" } },
  ),
  rule("empty-text-decoration", "error", { sink: { ...logs, TextDecoration: "" } }, { sink: { Format: no, TextDecoration: "" } }),
  rule(
    "object-decoration-missing-equals",
    "error",
    { sink: { ObjectDecoration: "{appstreamVariables};a=b" } },
    { sink: { ObjectDecoration: "a=b;" } },
    { marks: "{appstreamVariables}" },
  ),
  rule(
    "object-decoration-extra-equals",
    "warning",
    { sink: { ObjectDecorationEx: "a={env:A}; b={env:B}" } },
    { sink: { ObjectDecorationEx: "a= {env:A} ;b={env:B}" } },
    { marks: " b" },
  ),
  rule("object-decoration-extra-equals", "warning", { sink: { ObjectDecoration: "a=b=c" } }, { sink: { ObjectDecoration: "a=b" } }),
  rule("object-decoration-duplicate-key", "error", { sink: { ObjectDecoration: "a=b;a=c" } }, { sink: { ObjectDecoration: "a=b;A=c" } }),
  rule(
    "object-decoration-duplicate-key",
    "warning",
    { sink: { ObjectDecoration: "a={env:X};a=c" } },
    { sink: { ObjectDecoration: "a={env:X};b=c" } },
  ),
  rule(
    "object-decoration-field-collision",
    "error",
    { sink: { ObjectDecoration: "MachineName={ComputerName}" } },
    { sink: { ObjectDecoration: "machineName={ComputerName}" } },
    { marks: "MachineName" },
  ),
  rule(
    "json-decoration-on-text",
    "warning",
    { source: files({ RecordParser: "SingleLine" }), sink: { ObjectDecoration: "a=b" } },
    { source: files({}), sink: { ObjectDecoration: "a=b" } },
  ),
  rule(
    "decoration-placeholder",
    "warning",
    { sink: { ObjectDecoration: "a=x{ }" } },
    { sink: { ObjectDecoration: "a=x{}" } },
    { marks: "{ }" },
  ),
  rule("decoration-placeholder", "warning", { sink: { ObjectDecoration: "a={REPLACE_ME}" } }, { sink: { ObjectDecoration: "a=REPLACE" } }),
  rule("decoration-unknown-prefix", "warning", { sink: { ObjectDecoration: "a={enb:X}" } }, { sink: { ObjectDecoration: "a={ENV:X}" } }),
  rule(
    "decoration-unprefixed",
    "information",
    { sink: { ObjectDecoration: "a={MY_NAME}" } },
    { sink: { ObjectDecoration: "a={ComputerName}" } },
  ),
  rule("decoration-unclosed", "warning", { sink: { ObjectDecoration: "a={env:X" } }, { sink: { ObjectDecoration: "a=}" } }),
  rule("percent-variable", "warning", { sink: { StreamName: "%COMPUTERNAME%" } }, { sink: { ObjectDecoration: "a=100%" } }),
  rule(
    "appstream-user-variable",
    "warning",
    { sink: { ObjectDecoration: "a={env:AppStream_UserName}" } },
    { sink: { ObjectDecoration: "a={env:AppStream_Resource_Name}" } },
  ),
  rule(
    "ec2-variable-case",
    "warning",
    { sink: { ObjectDecoration: "a={ec2:InstanceId}" } },
    { sink: { ObjectDecoration: "a={ec2:instance-id}" } },
  ),
  rule(
    "timestamp-format",
    "error",
    { sink: { ObjectDecoration: "a={timestamp:Q}" } },
    { sink: { ObjectDecoration: "a={timestamp:yyyy-MM-dd HH:mm:ss}" } },
  ),
  rule(
    "local-variable-unknown",
    "warning",
    { sink: { Format: no, TextDecorationEx: "{_recrod} {$EventId}" } },
    { sink: { Format: no, TextDecorationEx: "{_Record} {$EventId}" } },
    { marks: "_recrod" },
  ),
  rule(
    "local-variable-unknown",
    "warning",
    { sink: { ObjectDecoration: "a={_filename}" } },
    { source: files({}), sink: { ObjectDecoration: "a={_FileName}" } },
    { marks: "{_filename}" },
  ),
  rule("local-variable-unknown", "warning", { sink: { ObjectDecoration: "a={$EventID}" } }, { sink: { ObjectDecoration: "a={$EventId}" } }),
  rule(
    "event-timestamp-meta",
    "warning",
    { sink: { ObjectDecoration: "a={_timestamp}" } },
    { source: polling, sink: { ObjectDecoration: "a={_timestamp}" } },
  ),
  rule("ex-syntax", "error", { sink: { ObjectDecorationEx: "a=b;" } }, { sink: { ObjectDecorationEx: "a=b" } }),
  rule(
    "ex-unknown-function",
    "error",
    { sink: { ObjectDecorationEx: "a={Upper($LogName)}" } },
    { sink: { ObjectDecorationEx: "a={upper($LogName)}" } },
    { marks: "Upper" },
  ),
  rule(
    "ex-legacy-timestamp",
    "error",
    { sink: { ObjectDecorationEx: "a={timestamp:yyyy-MM-dd}" } },
    { sink: { ObjectDecorationEx: "a={format($TimeCreated,'yyyy-MM-dd')}" } },
  ),
  rule(
    "ex-brace-escape",
    "error",
    { sink: { ObjectDecorationEx: "a={{$LogName}}" } },
    { sink: { Format: no, TextDecorationEx: "@{@{{$LogName}" } },
    { marks: "{{" },
  ),
  rule(
    "ex-brace-escape",
    "error",
    { sink: { Format: no, TextDecorationEx: 'x@{"a":{$EventId}}' } },
    { sink: { Format: no, TextDecorationEx: '@{"a":{$EventId}}' } },
  ),
  rule(
    "ex-quotes",
    "error",
    { sink: { ObjectDecorationEx: 'a={coalesce($LogName,"x")}' } },
    { sink: { ObjectDecorationEx: "a={coalesce($LogName,'x')}" } },
  ),

  rule("ex-stale-attribute", "error", { sink: { ObjectDecorationEx: "Log={$Log}" } }, { sink: { ObjectDecorationEx: "Log={$LogName}" } }),
  rule(
    "typename-record",
    "error",
    { source: { SourceType: "WindowsETWEventSource", LogName: no, ProviderName: "P" }, sink: { Format: no } },
    { source: { SourceType: "WindowsETWEventSource", LogName: no, ProviderName: "P" } },
  ),
  rule(
    "perf-unit-unsupported",
    "error",
    { source: categories({ Counters: [{ Counter: "a", Unit: "HundredNanoseconds" }] }), sink: metricSink },
    { source: categories({ Counters: [{ Counter: "a", Unit: "Seconds" }] }), sink: metricSink },
  ),
  rule(
    "legacy-record-braces",
    "warning",
    { sink: { Format: no, TextDecoration: "x {_record}" } },
    { sink: { Format: no, TextDecorationEx: "x {_record}" } },
  ),
  rule(
    "legacy-json-template",
    "warning",
    { sink: { Format: no, TextDecoration: '{"a": 1} {$EventId}' } },
    { sink: { Format: no, TextDecoration: "a: {$EventId}" } },
  ),
  rule(
    "include-directory-filter-alone",
    "error",
    { source: files({ IncludeDirectoryFilter: "web;db" }) },
    { source: files({ IncludeDirectoryFilter: "web;db", IncludeSubdirectories: true }) },
  ),
  rule(
    "directory-path-shape",
    "warning",
    { source: files({ Directory: "C:/logs" }) },
    { source: files({ Directory: "\\\\server\\logs" }) },
  ),
  rule(
    "regex-time-not-parsed",
    "warning",
    { source: regexFiles({ Pattern: "^(?<Timestamp>\\d+)" }) },
    { source: regexFiles({ Pattern: "^(?<Timestamp>\\d+)", TimestampFormat: "yyyy" }) },
  ),
  rule(
    "omit-line-number-conflict",
    "warning",
    { source: files({ RecordParser: "SingleLine", SkipLines: 1, OmitLineNumber: true }) },
    { source: files({ RecordParser: "SingleLine", OmitLineNumber: true }) },
  ),
  rule(
    "unflushed-batch-loss",
    "warning",
    { sink: { BufferInterval: 60 } },
    { sink: { BufferInterval: 60 }, source: { BookmarkOnBufferFlush: true } },
  ),
];
