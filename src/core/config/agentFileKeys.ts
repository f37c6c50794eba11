import * as l10n from "@vscode/l10n";
import { bookmarkOnBufferFlush, initialPosition, initialPositionTimestamp, timeZoneKind } from "./agentSourceKeys";
import type { KeyRow } from "./schema";

// Keys of the sources that read files.

export const recordParsers = ["SingleLine", "SingleLineJson", "Timestamp", "Regex", "SysLog", "Delimited"] as const;
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

export const directoryKeys: readonly KeyRow[] = [
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

export const forParsers = (...values: readonly string[]): { onlyWith: { key: string; values: readonly string[] } } => ({
  onlyWith: { key: "RecordParser", values },
});

export const parserKeys: readonly KeyRow[] = [
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
    help: () => l10n.t("Text between two fields; a tab is written \\t. Absent: the whole line is one field."),
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

export const trimDataFields: KeyRow = {
  key: "TrimDataFields",
  kind: "boolean",
  default: "false",
  help: () => l10n.t("Removes blanks around the fields."),
};
