import * as l10n from "@vscode/l10n";
import type { KeyRow, Shape } from "./schema";

export const recordParsers = ["SingleLine", "SingleLineJson", "Timestamp", "Regex", "SysLog", "Delimited"] as const;
export const initialPositions = ["EOS", "0", "Bookmark", "Timestamp"] as const;
export const traceLevels = ["Always", "Critical", "Error", "Warning", "Informational", "Verbose"] as const;
export const regexOptions = [
  "None",
  "IgnoreCase",
  "Multiline",
  "ExplicitCapture",
  "Compiled",
  "Singleline",
  "IgnorePatternWhitespace",
  "RightToLeft",
  "ECMAScript",
  "CultureInvariant",
] as const;
export const encodings = ["utf-8", "utf-16", "utf-16BE", "utf-32", "us-ascii"] as const;

const rateUnits = ["Bits", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Kilobits", "Megabits", "Gigabits", "Terabits"];
export const counterUnits: readonly string[] = [
  "None",
  ...rateUnits,
  "Percent",
  "Count",
  "Seconds",
  "Milliseconds",
  "Microseconds",
  "HundredNanoseconds",
  ...[...rateUnits, "Count"].map((unit) => `${unit}/Second`),
];

export const sourceTypeNames = [
  "WindowsEventLogSource",
  "WindowsEventLogPollingSource",
  "WindowsPerformanceCounterSource",
  "WindowsETWEventSource",
  "DirectorySource",
  "W3SVCLogSource",
  "ULSSource",
  "ExchangeLogSource",
] as const;
export type SourceType = (typeof sourceTypeNames)[number];

const id: KeyRow = {
  key: "Id",
  kind: "string",
  required: true,
  help: () =>
    l10n.t("Name that pipes use in SourceRef; case matters. It is also the name of the bookmark file, so it must be fit for a file name."),
};

const sourceType: KeyRow = {
  key: "SourceType",
  kind: "string",
  required: true,
  values: sourceTypeNames,
  help: () => l10n.t("What is read. An unknown type is logged and skipped."),
};

const required: KeyRow = {
  key: "Required",
  kind: "boolean",
  default: "true",
  help: () => l10n.t("Whether the source is required. Anything but true or false makes the source fail."),
};

const initialPosition: KeyRow = {
  key: "InitialPosition",
  kind: "string",
  values: initialPositions,
  default: "Bookmark",
  help: () =>
    l10n.t(
      "Where reading starts. Bookmark goes on where the agent stopped and starts after the newest record the first time; 0 reads everything the first time; Timestamp reads everything from InitialPositionTimestamp on; EOS always starts after the newest record.",
    ),
};

const initialPositionTimestamp: KeyRow = {
  key: "InitialPositionTimestamp",
  kind: "string",
  onlyWith: { key: "InitialPosition", values: ["Timestamp"] },
  help: () => l10n.t("Oldest time of the records to send when InitialPosition is Timestamp, for example 2024-03-18T00:00:00Z."),
};

const timeZoneKind: KeyRow = {
  key: "TimeZoneKind",
  kind: "string",
  values: ["UTC", "Local"],
  default: "UTC",
  help: () => l10n.t("Time zone of times that name none. An unknown value makes the source fail."),
};

const bookmarkOnBufferFlush: KeyRow = {
  key: "BookmarkOnBufferFlush",
  kind: "boolean",
  default: "false",
  help: () => l10n.t("Moves the bookmark only after a sink has confirmed delivery, so that a stop loses nothing."),
};

const eventLogKeys: readonly KeyRow[] = [
  {
    key: "LogName",
    kind: "string",
    required: true,
    values: ["Application", "System", "Security"],
    openValues: true,
    help: () => l10n.t("Channel of the Windows event log. For channels other than Application, System and Security the case matters."),
  },
  {
    key: "Query",
    kind: "string",
    grammar: "xpath",
    help: () =>
      l10n.t(
        "XPath that selects events, or a QueryList in XML. A query that Windows rejects can block all later sources and every reload.",
      ),
  },
  {
    key: "IncludeEventData",
    kind: "boolean",
    default: "false",
    help: () => l10n.t("Adds the values of the event as the array EventData, without names and of mixed types."),
  },
  {
    key: "CustomFilters",
    kind: "string",
    values: ["ExcludeOwnSecurityEvents"],
    help: () => l10n.t("Filters separated by semicolons, without blanks. An unknown name makes the source fail."),
  },
  bookmarkOnBufferFlush,
  initialPosition,
  initialPositionTimestamp,
  {
    ...timeZoneKind,
    help: () => l10n.t("Time zone of InitialPositionTimestamp; it has no other effect for this source."),
  },
];

const pollingKeys: readonly KeyRow[] = [
  {
    key: "MinReaderDelayMs",
    kind: "integer",
    default: "100",
    minimum: 1,
    unit: "ms",
    help: () => l10n.t("Shortest pause between two reads."),
  },
  {
    key: "MaxReaderDelayMs",
    kind: "integer",
    default: "5000",
    minimum: 1,
    unit: "ms",
    help: () => l10n.t("Longest pause between two reads."),
  },
  {
    key: "DelayThreshold",
    kind: "integer",
    default: "1000",
    unit: "records",
    help: () => l10n.t("At or above this number of events per read the pause halves, below it doubles."),
  },
];

const counterShape: Shape = {
  name: "Counter",
  help: () => l10n.t("A performance counter and its unit."),
  keys: [
    { key: "Counter", kind: "string", required: true, grammar: "wildcards", help: () => l10n.t("Counter name; * and ? are wildcards.") },
    {
      key: "Unit",
      kind: "string",
      values: counterUnits,
      help: () => l10n.t("CloudWatch unit; otherwise it is inferred from the counter name. Ignored with a wildcard."),
    },
  ],
};

const categoryShape: Shape = {
  name: "Category",
  help: () => l10n.t("A performance counter category with its counters and instances."),
  keys: [
    { key: "Category", kind: "string", required: true, help: () => l10n.t("Category name as Windows knows it, for example Processor.") },
    {
      key: "Instances",
      kind: "string",
      grammar: "wildcards",
      help: () => l10n.t("Instances separated by semicolons; * and ? are wildcards. Needed for categories with instances."),
    },
    { key: "InstanceRegex", kind: "string", grammar: "regex", help: () => l10n.t("Regular expression that selects instances.") },
    {
      key: "Counters",
      kind: "array",
      required: true,
      shape: counterShape,
      items: "string",
      help: () => l10n.t("Counter names, or objects with Counter and Unit."),
    },
  ],
};

const directoryKeys: readonly KeyRow[] = [
  {
    key: "Directory",
    kind: "string",
    required: true,
    grammar: "path",
    help: () => l10n.t("Folder that is watched: an absolute path with doubled back slashes. Environment variables in braces are resolved."),
  },
  {
    key: "FileNameFilter",
    kind: "string",
    required: true,
    grammar: "wildcards",
    snippet: '"${1:*.log}"',
    help: () => l10n.t("Files to read: one or more wildcards separated by |. The source fails without it."),
  },
  {
    key: "IncludeSubdirectories",
    kind: "boolean",
    default: "false",
    help: () => l10n.t("Reads the folders below Directory too."),
  },
  {
    key: "IncludeDirectoryFilter",
    kind: "string",
    onlyWith: { key: "IncludeSubdirectories", values: ["true"] },
    help: () => l10n.t("Sub-folders to read, separated by semicolons. Without IncludeSubdirectories nothing is read at all."),
  },
  initialPosition,
  { ...initialPositionTimestamp, help: () => l10n.t("Oldest time of the records to send. It is parsed even for other positions.") },
  timeZoneKind,
  bookmarkOnBufferFlush,
  {
    key: "OmitLineNumber",
    kind: "boolean",
    default: "false",
    help: () => l10n.t("Does not count the lines already read; the line number restarts with every start of the agent."),
  },
  {
    key: "Encoding",
    kind: "string",
    values: encodings,
    openValues: true,
    help: () => l10n.t("Encoding of the files: UTF-8, UTF-16, UTF-32 or US-ASCII. Found by the byte order mark when absent."),
  },
  {
    key: "BufferSize",
    kind: "integer",
    default: "1024",
    minimum: 1,
    unit: "bytes",
    help: () => l10n.t("Size of the read buffer."),
  },
  { key: "Interval", kind: "integer", default: "1", minimum: 1, unit: "s", help: () => l10n.t("Pause between two looks at the files.") },
  {
    key: "IntervalMs",
    kind: "integer",
    default: "1000",
    minimum: 1,
    unit: "ms",
    help: () => l10n.t("Pause between two looks at the files; wins over Interval."),
  },
];

const forParsers = (...values: readonly string[]): { onlyWith: { key: string; values: readonly string[] } } => ({
  onlyWith: { key: "RecordParser", values },
});

const parserKeys: readonly KeyRow[] = [
  {
    key: "SkipLines",
    kind: "integer",
    default: "0",
    ...forParsers("SingleLine"),
    help: () => l10n.t("Lines to skip at the start of each file. Only the parser SingleLine honours it."),
  },
  {
    key: "Pattern",
    kind: "string",
    grammar: "regex",
    requiredWith: { key: "RecordParser", values: ["Regex"] },
    ...forParsers("Regex"),
    help: () => l10n.t("Regular expression that matches the first line of a record. A group named Timestamp supplies the record time."),
  },
  {
    key: "TimestampFormat",
    kind: "string",
    grammar: "dateFormat",
    snippet: '"${1:yyyy-MM-dd HH:mm:ss.fff}"',
    requiredWith: { key: "RecordParser", values: ["Timestamp"] },
    ...forParsers("Timestamp", "Regex", "SingleLineJson", "Delimited"),
    help: () => l10n.t("Format of the record time. SingleLineJson and Delimited also know epoch, in milliseconds."),
  },
  {
    key: "TimestampField",
    kind: "string",
    ...forParsers("SingleLineJson", "Delimited"),
    help: () => l10n.t("Field that holds the record time, or several as {A} {B}."),
  },
  {
    key: "ExtractionPattern",
    kind: "string",
    grammar: "regex",
    ...forParsers("Regex", "Timestamp"),
    help: () => l10n.t("Regular expression whose named groups become the fields of the record. Without it the JSON form is {}."),
  },
  {
    key: "ExtractionRegexOptions",
    kind: "string",
    values: regexOptions,
    openValues: true,
    ...forParsers("Regex", "Timestamp"),
    help: () => l10n.t("Options of ExtractionPattern, joined by +."),
  },
  {
    key: "RemoveUnmatched",
    kind: "boolean",
    default: "false",
    ...forParsers("Regex", "Timestamp"),
    help: () => l10n.t("Drops the lines before the first match."),
  },
  {
    key: "Delimiter",
    kind: "string",
    snippet: '"${1:,}"',
    ...forParsers("Delimited"),
    help: () => l10n.t("Text between two fields; a tab is written \\t. Absent: white space."),
  },
  {
    key: "Headers",
    kind: "string",
    ...forParsers("Delimited"),
    help: () => l10n.t("Field names, separated by the delimiter."),
  },
  {
    key: "HeaderPattern",
    kind: "string",
    grammar: "regex",
    ...forParsers("Delimited"),
    help: () => l10n.t("Regular expression that finds the header line."),
  },
  {
    key: "RecordPattern",
    kind: "string",
    grammar: "regex",
    ...forParsers("Delimited"),
    help: () => l10n.t("Regular expression that a line must match to be a record."),
  },
  {
    key: "CommentPattern",
    kind: "string",
    grammar: "regex",
    ...forParsers("Delimited"),
    help: () => l10n.t("Regular expression of lines to skip; wins over RecordPattern."),
  },
  {
    key: "CSVEscapeMode",
    kind: "boolean",
    default: "true",
    ...forParsers("Delimited"),
    help: () => l10n.t("Reads comma-separated files by the CSV rules; line 1 of each file is then taken as the header."),
  },
];

const trimDataFields: KeyRow = {
  key: "TrimDataFields",
  kind: "boolean",
  default: "false",
  help: () => l10n.t("Removes blanks around the fields."),
};

function source(name: SourceType, help: () => string, keys: readonly KeyRow[]): Shape {
  return { name, help, keys: [id, sourceType, ...keys] };
}

/** Keys of each source type, section 3 of the agent's documentation corrected by its source. */
export const sourceShapes: Readonly<Record<SourceType, Shape>> = {
  WindowsEventLogSource: source("WindowsEventLogSource", () => l10n.t("Events of a Windows event log, by subscription."), [
    ...eventLogKeys,
    required,
  ]),
  WindowsEventLogPollingSource: source("WindowsEventLogPollingSource", () => l10n.t("Events of a Windows event log, by polling."), [
    ...eventLogKeys,
    ...pollingKeys,
    required,
  ]),
  WindowsPerformanceCounterSource: source(
    "WindowsPerformanceCounterSource",
    () => l10n.t("Windows performance counters, for CloudWatch."),
    [
      {
        key: "Categories",
        kind: "array",
        required: true,
        shape: categoryShape,
        help: () => l10n.t("The counter categories to collect; at least one."),
      },
    ],
  ),
  WindowsETWEventSource: source("WindowsETWEventSource", () => l10n.t("Event Tracing for Windows."), [
    { key: "ProviderName", kind: "string", required: true, help: () => l10n.t("Name of the event provider.") },
    {
      key: "TraceLevel",
      kind: "string",
      values: traceLevels,
      default: "Verbose",
      help: () => l10n.t("Highest level to collect; the case matters."),
    },
    {
      key: "MatchAnyKeyword",
      kind: "string",
      help: () => l10n.t("Keyword bits: a decimal number, hexadecimal with 0x, or several separated by commas."),
    },
    required,
  ]),
  DirectorySource: source("DirectorySource", () => l10n.t("Log files of a folder."), [
    ...directoryKeys.slice(0, 2),
    {
      key: "RecordParser",
      kind: "string",
      required: true,
      values: recordParsers,
      help: () => l10n.t("How the lines of a file become records. The source fails without it."),
    },
    ...directoryKeys.slice(2),
    ...parserKeys,
    { ...trimDataFields, ...forParsers("Delimited") },
    required,
  ]),
  W3SVCLogSource: source("W3SVCLogSource", () => l10n.t("Log files of Internet Information Services."), [
    ...directoryKeys,
    {
      key: "DefaultFieldMapping",
      kind: "string",
      snippet: '"#Fields: ${1:date time}"',
      help: () => l10n.t("Header used when a file is opened in the middle. It must start with “#Fields: ”."),
    },
    trimDataFields,
    required,
  ]),
  ULSSource: source("ULSSource", () => l10n.t("Log files of SharePoint."), [...directoryKeys, required]),
  ExchangeLogSource: source("ExchangeLogSource", () => l10n.t("Log files of Exchange."), [
    ...directoryKeys,
    {
      key: "TimestampField",
      kind: "string",
      default: "date-time",
      help: () => l10n.t("Field that holds the record time; date-time, then DateTime, when absent."),
    },
    required,
  ]),
};
