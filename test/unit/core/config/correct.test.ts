import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAgent } from "../../../../src/core/config/diagnostics";
import type { Change } from "./ruleCases";
import { textOf } from "./ruleCases";

const no = undefined;
const profile = { ProfileName: "appstream_machine_role", Region: "eu-central-1" };
const files = { SourceType: "DirectorySource", LogName: no, Directory: "C:\\ProgramData\\Example\\Logs", FileNameFilter: "*.log" };
const logs = {
  SinkType: "CloudWatchLogs",
  StreamName: no,
  Format: no,
  LogGroup: "/appstream/example",
  LogStream: "{instance_id}-{timestamp:yyyyMMdd}",
};
const metrics = { SinkType: "CloudWatch", StreamName: no, Format: no, Namespace: "Example/AppStream", Interval: 60 };
const processor = {
  Categories: [
    { Category: "Processor", Instances: "_Total", Counters: ["% Processor Time", { Counter: "% User Time", Unit: "Percent" }] },
    { Category: "Memory", Counters: ["Available MBytes"] },
    { Category: "LogicalDisk", InstanceRegex: "^[CD]:$", Counters: ["% Free Space"] },
  ],
};
const query = (Query: string): Change => ({ source: { Query } });
const object = (ObjectDecoration: string): Change => ({ sink: { ObjectDecoration } });
const objectEx = (ObjectDecorationEx: string): Change => ({ sink: { ObjectDecorationEx } });
const textEx = (TextDecorationEx: string): Change => ({ sink: { Format: no, TextDecorationEx } });
const filter = (FilterPattern: string): Change => ({ pipe: { Type: "RegexFilterPipe", FilterPattern, IgnoreCase: true } });

/** Correct configurations: of the agent's documentation, corrected where that is wrong, and of everyday use on AppStream. */
const correct: Readonly<Record<string, Change>> = {
  "application log to a delivery stream": {},
  "several logs into one stream": {
    moreSources: [
      { Id: "system", SourceType: "WindowsEventLogSource", LogName: "System" },
      { Id: "security", SourceType: "WindowsEventLogSource", LogName: "Security", CustomFilters: "ExcludeOwnSecurityEvents" },
    ],
    morePipes: [
      { Id: "b", SourceRef: "system", SinkRef: "stream" },
      { Id: "c", SourceRef: "security", SinkRef: "stream" },
    ],
  },
  "an operational channel": { source: { LogName: "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational" } },
  "an unknown channel of an application": { source: { LogName: "Example-App/Admin" } },
  "errors and warnings only": query("*[System[(Level=1 or Level=2 or Level=3)]]"),
  "one provider and event": query("*[System[Provider[@Name='ExampleApp'] and EventID=1001]]"),
  "events of the last day": query("*[System[TimeCreated[timediff(@SystemTime) <= 86400000]]]"),
  "event data in the query": query('*[EventData[Data[@Name="LogonType"]="10"]]'),
  "a query list": query(
    '<QueryList><Query Id="0" Path="System"><Select Path="System">*[System[(Level &lt;= 3)]]</Select><Suppress Path="System">*[System[(EventID=10016)]]</Suppress></Query></QueryList>',
  ),
  polling: { source: { SourceType: "WindowsEventLogPollingSource", MinReaderDelayMs: 200, MaxReaderDelayMs: 2000 } },
  "start at a time in UTC": {
    source: { InitialPosition: "Timestamp", InitialPositionTimestamp: "2024-03-18T00:00:00Z", TimeZoneKind: "UTC" },
  },
  "read everything once": { source: { InitialPosition: "0" } },
  "delivery bookmarks and long batches": { source: { BookmarkOnBufferFlush: true }, sink: { BufferInterval: 60, BufferSize: 500 } },
  "machine variables as attributes": object(
    "AppStream_Image_Arn={env:AppStream_Image_Arn};AppStream_Instance_Type={env:AppStream_Instance_Type};ComputerName={ComputerName};DT={timestamp:yyyy-MM-dd HH:mm:ss}",
  ),
  "rendered session attributes": object(
    "AppStream_Stack_Name=Example-Stack;AppStream_UserName=someone@example.com;AppStream_Session_ID=0a1b2c;",
  ),
  "fields under other names": object("Log={$LogName};Level={$LevelDisplayName}"),
  expressions: objectEx(
    "Level={lower($LevelDisplayName)};Day={format($TimeCreated,'yyyy-MM-dd')};Who={coalesce(env:AppStream_Resource_Name,'none')}",
  ),
  "an attribute built on an earlier one": objectEx("Short={substr($ProviderName,1,3)};Tag={upper($Short)}"),
  "text with an expression": textEx("{format($TimeCreated,'o')} {$LevelDisplayName} {_record}"),
  "a JSON template": textEx('@{"host":"{ComputerName}","text":"{$Description}"}'),
  "plain text": { sink: { Format: no } },
  "event XML": { sink: { Format: "renderedXml" } },
  "a filter": filter("\\[(Error|Critical)\\]"),
  "a filter with .NET constructs": filter("(?<!debug)(?>warning|error)\\b"),
  "a Kinesis data stream": { sink: { SinkType: "KinesisStream" } },
  "CloudWatch Logs": { sink: logs },
  S3: {
    source: { BookmarkOnBufferFlush: true },
    sink: { SinkType: "S3", StreamName: no, BucketName: "example-logs", FilePath: "appstream/", FileName: "{timestamp:yyyyMMddHHmmss}" },
  },
  "a test file": {
    sink: { Id: "stream", SinkType: "FileSystem", ProfileName: no, Region: no, StreamName: no, FilePath: "C:\\ProgramData\\out.txt" },
  },
  "performance counters": { source: { SourceType: "WindowsPerformanceCounterSource", LogName: no, ...processor }, sink: metrics },
  "the agent's own metrics": {
    moreSinks: [{ Id: "metrics", SinkType: "CloudWatch", ...profile }],
    morePipes: [{ Id: "own", SourceRef: "_KinesisTapMetricsSource", SinkRef: "metrics" }],
  },
  "event tracing": {
    source: {
      SourceType: "WindowsETWEventSource",
      LogName: no,
      ProviderName: "Microsoft-Windows-DotNETRuntime",
      TraceLevel: "Warning",
      MatchAnyKeyword: "0x8000, 0x400",
    },
  },
  "JSON lines": {
    source: { ...files, RecordParser: "SingleLineJson", TimestampField: "time", TimestampFormat: "yyyy-MM-ddTHH:mm:ss.fffZ" },
  },
  "plain lines as text": { source: { ...files, RecordParser: "SingleLine", SkipLines: 1 }, sink: { Format: no } },
  "records by timestamp": {
    source: {
      ...files,
      RecordParser: "Timestamp",
      TimestampFormat: "yyyy-MM-dd HH:mm:ss",
      ExtractionPattern: "^(?<Time>\\S+ \\S+) (?<Text>.*)$",
      TimeZoneKind: "Local",
    },
  },
  "records by pattern": {
    source: {
      ...files,
      RecordParser: "Regex",
      Pattern: "^(?<Timestamp>\\d{4}-\\d\\d-\\d\\d)",
      TimestampFormat: "yyyy-MM-dd",
      ExtractionPattern: "(?<Level>[A-Z]+) (?<Text>.*)",
      ExtractionRegexOptions: "Singleline+IgnoreCase",
    },
  },
  "tab-separated fields": {
    source: {
      ...files,
      RecordParser: "Delimited",
      Delimiter: "\t",
      Headers: "Time\tHost\tText",
      TimestampField: "Time",
      TimestampFormat: "epoch",
    },
  },
  "commas without quoting": { source: { ...files, RecordParser: "Delimited", Delimiter: ",", HeaderPattern: "^#", CSVEscapeMode: false } },
  syslog: {
    source: {
      ...files,
      RecordParser: "SysLog",
      TimeZoneKind: "UTC",
      InitialPosition: "Timestamp",
      InitialPositionTimestamp: "2024-01-01T00:00:00+09:00",
    },
  },
  IIS: {
    source: {
      ...files,
      SourceType: "W3SVCLogSource",
      Directory: "C:\\inetpub\\logs\\LogFiles\\W3SVC1",
      DefaultFieldMapping: "#Fields: date time s-ip",
      TimeZoneKind: "UTC",
    },
  },
  Exchange: {
    source: {
      ...files,
      SourceType: "ExchangeLogSource",
      TimestampField: "date-time",
      IncludeSubdirectories: true,
      IncludeDirectoryFilter: "Web;Mail",
    },
  },
  "SharePoint under its documented name": { source: { ...files, SourceType: "UlsSource", Directory: "\\\\server\\share\\ULS" } },
  failover: { sink: { FailoverEnabled: true, FailoverStrategy: "PriorityFailover", SupportedRegions: ["us-east-1", "us-west-2"] } },
  "a file queue": { sink: { QueueType: "file", QueuePath: "Queue\\Example", MaxInMemoryCacheSize: 50, PersistWhenCacheFull: true } },
  "a credentials file": {
    sink: { ProfileName: no, CredentialRef: "file" },
    root: {
      Credentials: [
        {
          Id: "file",
          CredentialType: "ProfileRefreshingAWSCredentialProvider",
          Profile: "example",
          FilePath: "C:\\keys\\credentials",
          RefreshInterval: 600,
        },
      ],
    },
  },
  "updates and telemetry": {
    root: {
      Plugins: [
        { Type: "PackageUpdate", Interval: "720", PackageVersion: "https://example.com/packages.json" },
        { Type: "ConfigUpdate", Source: "s3://bucket/appsettings.json", Destination: "%ProgramFiles%\\x\\appsettings.json" },
      ],
      Telemetrics: { off: true },
    },
  },
  "sections as objects": { root: { Pipes: { first: { SourceRef: "events", SinkRef: "stream" } } } },
};

assert.ok(Object.keys(correct).length >= 40);

for (const [name, change] of Object.entries(correct)) {
  test(`${name}: nothing to report`, () => {
    assert.deepEqual(
      checkAgent(textOf(change)).map((problem) => `${problem.code}: ${problem.message}`),
      [],
      textOf(change),
    );
  });
}
