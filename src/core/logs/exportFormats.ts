import { eventTime } from "./eventTime";
import type { LogEntry } from "./tailEvents";

/** Columns of a CSV file: a heading and the fields of a document that may hold its value. */
const columns: readonly (readonly [string, readonly string[]])[] = [
  ["Level", ["LevelDisplayName"]],
  ["Log", ["LogName"]],
  ["Provider", ["ProviderName"]],
  ["EventId", ["EventId"]],
  ["Machine", ["MachineName"]],
  ["Stack", ["AppStream_Stack_Name"]],
  ["Fleet", ["AppStream_Resource_Name"]],
  ["User", ["AppStream_UserName", "UserName"]],
  ["Session", ["AppStream_Session_ID"]],
  ["Description", ["Description", "Message", "message"]],
];

export function ndjsonLine(entry: LogEntry): string {
  return `${JSON.stringify({ _index: entry.index, _id: entry.id, _seq_no: entry.seq, _source: entry.source })}\n`;
}

/** With the byte order mark by which spreadsheets know UTF-8. */
export function csvHeader(): string {
  return `\ufeff${["Time", ...columns.map(([heading]) => heading), "Index", "Id"].join(",")}\r\n`;
}

/** RFC 4180. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function csvLine(entry: LogEntry): string {
  const { source } = entry;
  const values = columns.map(([, fields]) => fields.map((field) => textOf(source[field])).find((text) => text !== "") ?? "");
  const time = textOf(source["TimeCreated"] ?? source["@timestamp"]);
  const parsed = eventTime(source);
  const shown = parsed === undefined || typeof source["TimeCreated"] === "string" ? time : new Date(parsed.ms).toISOString();
  return `${[shown, ...values, entry.index, entry.id].map(cell).join(",")}\r\n`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
