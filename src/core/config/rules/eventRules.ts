import * as l10n from "@vscode/l10n";
import type { TextSpan } from "../../text/span";
import type { Declaration } from "../agentModel";
import { isTrue } from "../agentModel";
import type { JsonNode } from "../jsonNode";
import { outputOf } from "./decorations";
import { fix, insertMember, removeKeyFix, replaceInString, setString } from "./fixes";
import type { Report } from "./report";
import { isFileSource } from "./sourceRules";

/** Channels whose exact spelling is known and matters. */
const channels = [
  "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
  "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational",
  "Microsoft-Windows-PowerShell/Operational",
  "Microsoft-Windows-TaskScheduler/Operational",
  "Microsoft-Windows-GroupPolicy/Operational",
  "Microsoft-Windows-AppLocker/EXE and DLL",
  "Microsoft-Windows-AppLocker/MSI and Script",
  "Microsoft-Windows-Windows Defender/Operational",
  "Microsoft-Windows-User Profile Service/Operational",
  "Microsoft-Windows-Winlogon/Operational",
  "Microsoft-Windows-WMI-Activity/Operational",
  "Microsoft-Windows-WindowsUpdateClient/Operational",
  "Microsoft-Windows-DNS-Client/Operational",
  "Microsoft-Windows-Sysmon/Operational",
  "Microsoft-Windows-PrintService/Operational",
  "Microsoft-Windows-PrintService/Admin",
  "Windows PowerShell",
  "ForwardedEvents",
  "Setup",
];
const channelOfLower = new Map(channels.map((channel) => [channel.toLowerCase(), channel]));
const xpathFunctions = new Set(["position", "band", "timediff"]);

export function checkEventSources(report: Report): void {
  for (const source of report.model.declarations.Sources) {
    const isEvent = source.type === "WindowsEventLogSource" || source.type === "WindowsEventLogPollingSource";
    if (isEvent) {
      checkLogName(report, source);
      checkQuery(report, source);
      checkEventData(report, source);
      checkReaderDelays(report, source);
    }
    if (isEvent || isFileSource(source)) {
      checkPosition(report, source, isEvent);
    }
  }
}

function checkLogName(report: Report, source: Declaration): void {
  const node = source.node.member("LogName");
  const text = node?.scalar;
  if (node === undefined || text === undefined) {
    return;
  }
  if (text.includes("\\\\")) {
    report.add("event-log-name-case", node.contentSpan, l10n.t("A doubled back slash matches no event log: the source waits for ever."), {
      fixes: [fix(l10n.t("Change to a slash"), [setString(node, text.replace(/\\+/g, "/"))], { preferred: true })],
    });
    return;
  }
  const known = channelOfLower.get(text.trim().toLowerCase());
  if (source.type === "WindowsEventLogSource" && known !== undefined && known !== text.trim()) {
    report.add(
      "event-log-name-case",
      node.contentSpan,
      l10n.t("The case matters for this log: with another spelling the source waits for ever."),
      {
        fixes: [fix(l10n.t("Change to {0}", known), [setString(node, known)], { safe: true, preferred: true })],
      },
    );
  }
}

function checkQuery(report: Report, source: Declaration): void {
  const node = source.node.member("Query");
  const text = node?.scalar ?? "";
  if (node === undefined || text.trim() === "" || /[\u201c-\u201f\u2018\u2019]/.test(text)) {
    return;
  }
  const trimmed = text.trim();
  if (/^<QueryList/i.test(trimmed)) {
    checkQueryList(report, node, text);
    return;
  }
  const entity = /&(?:lt|gt|amp|quot|apos);/i.exec(text);
  if (entity !== null) {
    const plain = text
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", "'")
      .replaceAll("&apos;", "'")
      .replaceAll("&amp;", "&");
    report.add(
      "event-query-entity",
      node.sourceSpan(entity.index, entity.index + entity[0].length),
      l10n.t("A bare XPath takes plain < and >: Windows rejects the query. {0}", blocked()),
      {
        fixes: [fix(l10n.t("Replace the entities"), [setString(node, plain)], { safe: true, preferred: true })],
      },
    );
    return;
  }
  const fault = xpathFault(text);
  if (fault !== undefined) {
    report.add("event-query-syntax", node.sourceSpan(fault.start, fault.end), l10n.t("{0} {1}", fault.message, blocked()));
  }
}

function blocked(): string {
  return l10n.t("The sources after this one never start and reloading hangs, or this source dies silently.");
}

interface Fault {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** The first place that Windows would reject; only what text shows for certain. */
function xpathFault(text: string): Fault | undefined {
  const first = text.search(/\S/);
  if (!/^\s*(?:\*|\/|Event\b)/.test(text)) {
    return { start: first, end: text.length, message: l10n.t("An event query starts with *, Event, / or <QueryList.") };
  }
  /** Offsets of the brackets that are open. */
  const open: number[] = [];
  for (let at = first; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "'" || char === '"') {
      const close = text.indexOf(char, at + 1);
      if (close === -1) {
        return { start: at, end: text.length, message: l10n.t("This quote is not closed.") };
      }
      at = close;
    } else if (char === "[" || char === "(") {
      open.push(at);
    } else if (char === "]" || char === ")") {
      const last = open.pop();
      if (last === undefined || text[last] !== (char === "]" ? "[" : "(")) {
        return { start: at, end: at + 1, message: l10n.t("This bracket closes nothing.") };
      }
    } else if (char === "&" || ((char === "=" || char === "|") && text[at + 1] === char)) {
      const end = char === "&" ? at + 1 : at + 2;
      return { start: at, end, message: l10n.t("XPath has no {0}: it compares with = and joins with and, or.", text.slice(at, end)) };
    } else if (isLetter(text.charCodeAt(at))) {
      const end = wordEnd(text, at);
      if (/^(?:AND|And|OR|Or)$/.test(text.slice(at, end)) && !/[/@]/.test(text[at - 1] ?? "")) {
        return { start: at, end, message: l10n.t("XPath writes {0} in lower case.", text.slice(at, end)) };
      }
      if (text[skipBlanks(text, end)] === "(" && !isXpathFunction(text.slice(at, end))) {
        return { start: at, end, message: l10n.t("Windows knows no function {0} in event queries.", text.slice(at, end)) };
      }
      at = end - 1;
    }
  }
  const last = open.at(-1);
  return last === undefined ? undefined : { start: last, end: last + 1, message: l10n.t("This bracket is not closed.") };
}

function isXpathFunction(word: string): boolean {
  return xpathFunctions.has(word.toLowerCase()) || word === "and" || word === "or" || word === "not";
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** Words hold letters, digits, underscores, colons and hyphens. */
function wordEnd(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); isLetter(code) || (code >= 48 && code <= 58) || code === 95 || code === 45;) {
    code = text.charCodeAt(++at);
  }
  return at;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 32) {
    at++;
  }
  return at;
}

const selectText = /<(Select|Suppress)\b[^>]*>([^]*?)<\/\1>/gi;

function checkQueryList(report: Report, node: JsonNode, text: string): void {
  if (!/<\/QueryList>\s*$/i.test(text)) {
    report.add("event-query-syntax", node.contentSpan, l10n.t("The QueryList is not closed. {0}", blocked()));
    return;
  }
  for (const match of text.matchAll(selectText)) {
    const inner = match[2] ?? "";
    const from = match.index + match[0].indexOf(">") + 1;
    const raw = /<(?!!)/.exec(inner);
    if (raw !== null) {
      const edits = [...inner.matchAll(/</g)].map((one) => replaceInString(node, from + one.index, from + one.index + 1, "&lt;"));
      report.add(
        "event-query-entity",
        node.sourceSpan(from + raw.index, from + raw.index + 1),
        l10n.t("Inside a QueryList < must be written &lt;: Windows rejects the query. {0}", blocked()),
        {
          fixes: [fix(l10n.t("Write &lt;"), edits, { safe: true, preferred: true })],
        },
      );
      return;
    }
    const fault = xpathFault(
      inner.replace(/&(lt|gt|amp|quot|apos);/g, (entity, name) => (name === "amp" ? "&" : "<").padEnd(entity.length)),
    );
    if (fault !== undefined) {
      report.add("event-query-syntax", node.sourceSpan(from + fault.start, from + fault.end), l10n.t("{0} {1}", fault.message, blocked()));
      return;
    }
  }
  const unpaired = unpairedTag(text);
  if (unpaired !== undefined) {
    const message = l10n.t("This tag has no counterpart, so that the list is no XML. {0}", blocked());
    report.add("event-query-syntax", node.sourceSpan(unpaired.start, unpaired.end), message);
  }
}

const tagText = /<!--[^]*?-->|<(\/?)([A-Za-z]\w*)(?:\s[^<>]*)?>/g;

/** The first tag without its counterpart. */
function unpairedTag(text: string): TextSpan | undefined {
  const open: { readonly name: string; readonly span: TextSpan }[] = [];
  for (const match of text.matchAll(tagText)) {
    const [tag, slash, name] = match;
    const span = { start: match.index, end: match.index + tag.length };
    if (name === undefined || tag.endsWith("/>")) {
      continue;
    }
    if (slash !== "/") {
      open.push({ name, span });
      continue;
    }
    const last = open.pop();
    if (last?.name !== name) {
      return last?.span ?? span;
    }
  }
  return open[0]?.span;
}

function checkEventData(report: Report, source: Declaration): void {
  const property = source.node.property("IncludeEventData");
  if (property === undefined || !isTrue(property.value)) {
    return;
  }
  const sinks = (report.model.connectionsOfSource.get(source) ?? []).flatMap((connection) => connection.sink ?? []);
  const json = sinks.filter((sink) => outputOf(sink) === "json");
  if (json.length > 0) {
    const search = (report.context.searchDestination ?? true) && json.some((sink) => sink.type === "KinesisFirehose");
    report.add(
      "include-event-data-mapping",
      property.key.span,
      l10n.t("EventData is an array of mixed types: a search index refuses documents whose types differ from the first ones."),
      {
        severity: search ? "warning" : "information",
        fixes: [removeKeyFix(source.node, property)],
      },
    );
  }
}

function checkReaderDelays(report: Report, source: Declaration): void {
  if (source.type !== "WindowsEventLogPollingSource") {
    return;
  }
  const shortest = source.node.member("MinReaderDelayMs");
  const longest = source.node.member("MaxReaderDelayMs");
  const low = number(shortest);
  const high = number(longest);
  if (shortest !== undefined && low !== undefined && low < 1) {
    report.add("number-out-of-range", shortest.span, l10n.t("A delay below 1 keeps one core busy, or reads only once."), {
      severity: "warning",
    });
  } else if (longest !== undefined && high !== undefined && (high < 1 || high < (low ?? 100))) {
    report.add("number-out-of-range", longest.span, l10n.t("MaxReaderDelayMs is at least MinReaderDelayMs."), { severity: "warning" });
  }
}

function number(node: JsonNode | undefined): number | undefined {
  const text = node?.scalar?.trim() ?? "";
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

const dateTime = /^\s*\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?)?\s*(Z|[+-]\d{2}:?\d{2})?\s*$/i;
const otherDate = /^\s*\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?:\s+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AP]M)?)?\s*$/i;

function checkPosition(report: Report, source: Declaration, isEvent: boolean): void {
  const { node } = source;
  const position = node.member("InitialPosition");
  const timed = position?.scalar?.trim().toLowerCase() === "timestamp";
  const stamp = node.property("InitialPositionTimestamp");
  const text = stamp?.value?.scalar ?? "";
  if (timed && position !== undefined && (stamp === undefined || (isEvent && text.trim() === ""))) {
    const message = isEvent
      ? l10n.t("InitialPosition Timestamp needs InitialPositionTimestamp: the source does not load.")
      : l10n.t("Without InitialPositionTimestamp a file source sends everything.");
    const edits = stamp === undefined ? [insertMember(node, "InitialPositionTimestamp", '"2024-01-01T00:00:00Z"')] : [];
    report.add("initial-position-timestamp-missing", position.contentSpan, message, {
      severity: isEvent ? "error" : "warning",
      fixes: edits.length === 0 ? [] : [fix(l10n.t("Insert InitialPositionTimestamp"), edits, { preferred: true })],
    });
    return;
  }
  if (stamp?.value === undefined || text.trim() === "") {
    return;
  }
  const parsed = dateTime.exec(text);
  if (!timed && position?.kind !== "bad" && (isEvent || parsed !== null || otherDate.test(text))) {
    report.add(
      "initial-position-timestamp-unused",
      stamp.key.span,
      l10n.t("InitialPositionTimestamp has no effect without InitialPosition Timestamp."),
      {
        fixes: [removeKeyFix(node, stamp)],
        unnecessary: true,
      },
    );
    return;
  }
  checkStampFormat(report, source, stamp.value, text, isEvent);
}

function checkStampFormat(report: Report, source: Declaration, node: JsonNode, text: string, isEvent: boolean): void {
  const parsed = dateTime.exec(text);
  if ((parsed === null && !otherDate.test(text)) || (parsed !== null && !isCalendarDate(text))) {
    report.add("initial-position-timestamp-format", node.contentSpan, l10n.t("This is no date and time: the source does not load."), {
      fixes: [fix(l10n.t("Change to {0}", "2024-01-01T00:00:00Z"), [setString(node, "2024-01-01T00:00:00Z")])],
    });
    return;
  }
  const zone = parsed?.[1];
  const local = source.node.member("TimeZoneKind")?.scalar?.trim().toLowerCase() === "local";
  if (!isEvent || zone === undefined || (zone.toUpperCase() === "Z" && !local)) {
    return;
  }
  const instant = new Date(text.trim().replace(" ", "T"));
  const utc = Number.isNaN(instant.getTime()) || local ? undefined : instant.toISOString().replace(/\.000Z$/, "Z");
  report.add(
    "initial-position-timestamp-format",
    node.contentSpan,
    l10n.t("The zone of this text is overwritten: the time is shifted by the offset of the machine."),
    {
      severity: "warning",
      fixes: utc === undefined ? [] : [fix(l10n.t("Change to {0}", utc), [setString(node, utc)], { safe: true, preferred: true })],
    },
  );
}

function isCalendarDate(text: string): boolean {
  const [, year = "0", month = "0", day = "0"] = /(\d{4})-(\d{1,2})-(\d{1,2})/.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const time = /[T ](\d{1,2}):(\d{2})(?::(\d{2}))?/i.exec(text);
  const timeIsRight = time === null || (Number(time[1]) < 24 && Number(time[2]) < 60 && Number(time[3] ?? 0) < 60);
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day) && timeIsRight;
}
