import * as l10n from "@vscode/l10n";
import { directoryKeys, forParsers, parserKeys, recordParsers, trimDataFields } from "./agentFileKeys";
import {
  bookmarkOnBufferFlush,
  id,
  initialPosition,
  initialPositionTimestamp,
  required,
  sourceType,
  timeZoneKind,
  type SourceType,
} from "./agentSourceKeys";
import type { KeyRow, Shape } from "./schema";

export const traceLevels = ["Always", "Critical", "Error", "Warning", "Informational", "Verbose"] as const;

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
