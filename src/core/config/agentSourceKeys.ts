import * as l10n from "@vscode/l10n";
import type { KeyRow } from "./schema";

// Keys that several kinds of sources have.

export const initialPositions = ["EOS", "0", "Bookmark", "Timestamp"] as const;

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

export const id: KeyRow = {
  key: "Id",
  kind: "string",
  required: true,
  help: () =>
    l10n.t("Name that pipes use in SourceRef; case matters. It is also the name of the bookmark file, so it must be fit for a file name."),
};

export const sourceType: KeyRow = {
  key: "SourceType",
  kind: "string",
  required: true,
  values: sourceTypeNames,
  help: () => l10n.t("What is read. An unknown type is logged and skipped."),
};

export const required: KeyRow = {
  key: "Required",
  kind: "boolean",
  default: "true",
  help: () => l10n.t("Whether the source is required. Anything but true or false makes the source fail."),
};

export const initialPosition: KeyRow = {
  key: "InitialPosition",
  kind: "string",
  values: initialPositions,
  default: "Bookmark",
  help: () =>
    l10n.t(
      "Where reading starts. Bookmark goes on where the agent stopped and starts after the newest record the first time; 0 reads everything the first time; Timestamp reads everything from InitialPositionTimestamp on; EOS always starts after the newest record.",
    ),
};

export const initialPositionTimestamp: KeyRow = {
  key: "InitialPositionTimestamp",
  kind: "string",
  onlyWith: { key: "InitialPosition", values: ["Timestamp"] },
  help: () => l10n.t("Oldest time of the records to send when InitialPosition is Timestamp, for example 2024-03-18T00:00:00Z."),
};

export const timeZoneKind: KeyRow = {
  key: "TimeZoneKind",
  kind: "string",
  values: ["UTC", "Local"],
  default: "UTC",
  help: () => l10n.t("Time zone of times that name none. An unknown value makes the source fail."),
};

export const bookmarkOnBufferFlush: KeyRow = {
  key: "BookmarkOnBufferFlush",
  kind: "boolean",
  default: "false",
  help: () => l10n.t("Moves the bookmark only after a sink has confirmed delivery, so that a stop loses nothing."),
};
