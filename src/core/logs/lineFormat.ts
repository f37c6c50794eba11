import * as l10n from "@vscode/l10n";
import { eventTime } from "./eventTime";
import type { LogEntry } from "./tailEvents";
import { preciseTimeText, type TimeZoneChoice } from "./timeText";

export interface LineOptions {
  readonly timeZone: TimeZoneChoice;
}

const maximumText = 64 * 1024;

const levels: Readonly<Record<string, string>> = {
  Critical: "CRT",
  Error: "ERR",
  Warning: "WRN",
  Informational: "INF",
  Information: "INF",
  Verbose: "VRB",
  LogAlways: "LOG",
};

/** One event as a line; the further lines of its description are indented below it. */
export function formatEntry(entry: LogEntry, options: LineOptions): string {
  const { source } = entry;
  const level = word(source["LevelDisplayName"]);
  const columns = [
    time(entry, options.timeZone),
    Object.hasOwn(levels, level) ? (levels[level] ?? "---") : level === "" ? "---" : level.slice(0, 3).toUpperCase().padEnd(3),
    entry.lateMs === undefined ? "" : `[${l10n.t("late {0}", durationText(entry.lateMs))}]`,
    word(source["LogName"]),
    [word(source["ProviderName"]), word(source["EventId"])].filter((part) => part !== "").join("/"),
    word(source["MachineName"]),
    [first(source, "AppStream_Stack_Name", "AppStream_StackName", "StackName"), first(source, "AppStream_UserName", "AppStreamUserName")]
      .filter((part) => part !== "")
      .join("/"),
  ];
  const prefix = columns.filter((column) => column !== "").join("  ") + "  ";
  const [head = "", ...rest] = message(source).split("\n");
  const indent = " ".repeat(Math.min(prefix.length, 40));
  return [prefix + head, ...rest.map((line) => indent + line)].join("\n");
}

/** A line of the tail's own; no event begins like it. */
export function noticeLine(text: string): string {
  return `-- ${neutralised(text).replace(/\s+/g, " ")} --`;
}

/** 42 s, 37 min, 5 h, 3 d: the largest unit that is full at least twice. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) {
    return l10n.t("{0} s", seconds);
  }
  if (seconds < 7200) {
    return l10n.t("{0} min", Math.round(seconds / 60));
  }
  return seconds < 172_800 ? l10n.t("{0} h", Math.round(seconds / 3600)) : l10n.t("{0} d", Math.round(seconds / 86_400));
}

function message(source: LogEntry["source"]): string {
  const text = source["Description"] ?? source["Message"] ?? source["message"] ?? source;
  const whole = typeof text === "string" ? text : JSON.stringify(text);
  const more = whole.length - maximumText;
  const shown = neutralised(more > 0 ? whole.slice(0, maximumText) : whole);
  return more > 0 ? `${shown}\n${l10n.t("… {0} more characters", more)}` : shown;
}

/** Text that can move no cursor, change no colour and reverse no line. */
export function neutralised(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .trimEnd()
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, escaped);
}

function escaped(char: string): string {
  const code = char.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
}

/** A value as part of the one line. */
function word(value: unknown): string {
  const text = typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
  return neutralised(text).replace(/\s+/g, " ").slice(0, 256);
}

function first(source: LogEntry["source"], ...names: readonly string[]): string {
  return names.map((name) => word(source[name])).find((text) => text !== "") ?? "";
}

function time(entry: LogEntry, zone: TimeZoneChoice): string {
  const parsed = eventTime(entry.source);
  if (parsed === undefined) {
    return l10n.t("no time").padEnd(23);
  }
  return preciseTimeText(parsed.ms, zone);
}
