import * as l10n from "@vscode/l10n";
import type { Declaration } from "../agentModel";
import { integerOf, isTrue } from "../agentModel";
import { decorationsOf, outputOf } from "./decorations";
import { fix, insertMember, intervalFixes, removeKeyFix, setRaw, setString } from "./fixes";
import { bookmarksOnDelivery } from "./idRules";
import { extractedGroups, parserOf } from "./recordFields";
import type { Report } from "./report";
import { checkRegexTime, checkTimestampFormat, checkTimestampParser } from "./recordTimeRules";
import { normalizePath } from "./windowsPath";

const fileTypes = new Set(["DirectorySource", "W3SVCLogSource", "ULSSource", "ExchangeLogSource"]);

const metricsSource = "_KinesisTapMetricsSource";

export function isFileSource(source: Declaration): boolean {
  return fileTypes.has(source.type ?? "");
}

export function checkFileSources(report: Report): void {
  for (const source of report.model.declarations.Sources) {
    if (isFileSource(source)) {
      checkFolder(report, source);
      checkPause(report, source);
      checkFieldMapping(report, source);
      checkLineNumbers(report, source);
    }
    if (source.type === "DirectorySource") {
      checkTimestampParser(report, source);
      checkRegexTime(report, source);
      checkEmptyJson(report, source);
      checkCsv(report, source);
      checkTimestampFormat(report, source);
    }
  }
  checkUnflushed(report);
  checkTypeNames(report);
}

function checkFolder(report: Report, source: Declaration): void {
  const { node } = source;
  const filter = node.property("IncludeDirectoryFilter");
  if (filter !== undefined && (filter.value?.scalar ?? "").trim() !== "" && !isTrue(node.member("IncludeSubdirectories"))) {
    const sub = node.property("IncludeSubdirectories");
    const edit = sub?.value === undefined ? insertMember(node, "IncludeSubdirectories", "true") : setRaw(sub.value, "true");
    report.add("include-directory-filter-alone", filter.key.span, l10n.t("Without IncludeSubdirectories true no file is ever read."), {
      fixes: [fix(l10n.t("Set IncludeSubdirectories"), [edit], { preferred: true })],
    });
  }
  checkPath(report, source);
}

function checkPath(report: Report, source: Declaration): void {
  const directory = source.node.member("Directory");
  const text = directory?.scalar ?? "";
  if (directory?.kind !== "string" || text.trim() === "" || /[\u0000-\u001f`<>%]/.test(text)) {
    return;
  }
  const rest = text.replace(/^\\\\/, "");
  const reasons = [
    text.includes(",")
      ? l10n.t("a comma breaks the saved positions, so that lines written while the agent was stopped are skipped")
      : undefined,
    text.includes("/") || /(?:^|\\)\.\.?(?:\\|$)/.test(text) || rest.includes("\\\\")
      ? l10n.t("forward slashes, dots and doubled back slashes give a file two names, so that it is sent twice")
      : undefined,
    /^(?:[A-Za-z]:[\\/]|\\\\|\{|\/)/.test(text) ? undefined : l10n.t("a relative path depends on where the service was started"),
  ].filter((reason) => reason !== undefined);
  const [reason] = reasons;
  if (reason !== undefined) {
    const normal = normalizePath(text);
    const fixes =
      normal === text || reasons.length > 1 ? [] : [fix(l10n.t("Normalise the path"), [setString(directory, normal)], { preferred: true })];
    report.add("directory-path-shape", directory.contentSpan, l10n.t("Write an absolute path with single back slashes: {0}.", reason), {
      fixes,
    });
  }
}

function checkPause(report: Report, source: Declaration): void {
  const { node } = source;
  const key = node.property("IntervalMs") === undefined ? "Interval" : "IntervalMs";
  const property = node.property(key);
  const value = integerOf(property?.value);
  if (property?.value !== undefined && value !== undefined && value <= 0) {
    report.add("interval-range", property.value.span, l10n.t("{0} must be above 0: otherwise the source fails.", key), {
      fixes: intervalFixes(source, property),
    });
  }
}

function checkFieldMapping(report: Report, source: Declaration): void {
  const mapping = source.node.member("DefaultFieldMapping");
  const text = mapping?.scalar;
  if (source.type === "W3SVCLogSource" && mapping !== undefined && text !== undefined && text !== "" && !text.startsWith("#Fields: ")) {
    const fixed = `#Fields: ${text.replace(/^#?Fields:?\s*/i, "")}`;
    report.add(
      "default-field-mapping",
      mapping.contentSpan,
      l10n.t("The agent cuts off the first 9 characters, which must be “#Fields: ”: fields are wrong or the source fails."),
      {
        fixes: [fix(l10n.t("Prefix it with #Fields:"), [setString(mapping, fixed)], { safe: true, preferred: true })],
      },
    );
  }
}

function isCsvMode(source: Declaration): boolean {
  const mode = (source.node.member("CSVEscapeMode")?.scalar ?? "").trim().toLowerCase();
  return parserOf(source) === "delimited" && source.node.member("Delimiter")?.scalar === "," && mode !== "false";
}

function checkLineNumbers(report: Report, source: Declaration): void {
  const property = source.node.property("OmitLineNumber");
  const skips = (integerOf(source.node.member("SkipLines")) ?? 0) > 0 && parserOf(source) === "singleline";
  if (property !== undefined && isTrue(property.value) && (skips || isCsvMode(source))) {
    report.add(
      "omit-line-number-conflict",
      property.key.span,
      l10n.t("The line count restarts with the agent: after every restart lines are skipped, or taken as a header."),
      {
        fixes: [removeKeyFix(source.node, property)],
      },
    );
  }
}

/** Sinks that a source reaches as JSON. */
function jsonSinks(report: Report, source: Declaration): Declaration[] {
  const sinks = (report.model.connectionsOfSource.get(source) ?? []).flatMap((connection) => connection.sink ?? []);
  return [...new Set(sinks)].filter((sink) => sink.type !== "CloudWatch" && outputOf(sink) === "json");
}

function checkEmptyJson(report: Report, source: Declaration): void {
  const parser = parserOf(source);
  if ((parser !== "regex" && parser !== "timestamp") || extractedGroups(source).length > 0) {
    return;
  }
  const empty = jsonSinks(report, source).find((sink) => !decorationsOf(sink).some((decoration) => decoration.text.includes("_record")));
  if (empty !== undefined) {
    const pattern = source.node.member("ExtractionPattern");
    const example = "^(?<Message>.*)$";
    const edit =
      pattern === undefined ? insertMember(source.node, "ExtractionPattern", JSON.stringify(example)) : setString(pattern, example);
    const noDecoration = decorationsOf(empty).every((decoration) => !decoration.isObject);
    const record = insertMember(empty.node, "ObjectDecorationEx", '"message={_record}"');
    const message = l10n.t(
      "Without named groups in ExtractionPattern each JSON record sent to {0} is {}: the text is lost.",
      empty.id ?? "",
    );
    report.add("empty-json-record", source.node.member("RecordParser")?.contentSpan ?? source.node.span, message, {
      fixes: [
        fix(l10n.t("Insert ExtractionPattern"), [edit], { preferred: true }),
        ...(noDecoration ? [fix(l10n.t("Send the text as message"), [record])] : []),
      ],
    });
  }
}

function checkCsv(report: Report, source: Declaration): void {
  const property = source.node.property("Headers") ?? source.node.property("HeaderPattern");
  if (property === undefined || !isCsvMode(source)) {
    return;
  }
  const mode = source.node.member("CSVEscapeMode");
  const edit = mode === undefined ? insertMember(source.node, "CSVEscapeMode", "false") : setRaw(mode, "false");
  const message = l10n.t(
    "In CSV mode line 1 of every file is taken as the header, whatever {0} says. This is right only when it is one.",
    property.name,
  );
  report.add("csv-first-line", property.key.span, message, {
    fixes: [fix(l10n.t("Set CSVEscapeMode false, which also turns quotes off"), [edit])],
  });
}

/** Batches that wait so long that a stop loses many records. */
function checkUnflushed(report: Report): void {
  const { model } = report;
  for (const sink of model.declarations.Sinks) {
    const interval = integerOf(sink.node.member("BufferInterval"));
    const long = sink.type === "S3" ? interval === undefined || interval === 0 || interval >= 60 : (interval ?? 0) >= 60;
    if (!long || sink.type === undefined || sink.type === "CloudWatch") {
      continue;
    }
    const source = (model.connectionsOfSink.get(sink) ?? [])
      .flatMap((connection) => connection.source ?? [])
      .find((one) => (isFileSource(one) || (one.type ?? "").startsWith("WindowsEventLog")) && !bookmarksOnDelivery(one));
    if (source !== undefined) {
      const flag = source.node.member("BookmarkOnBufferFlush");
      const edit = flag === undefined ? insertMember(source.node, "BookmarkOnBufferFlush", "true") : setRaw(flag, "true");
      const span = sink.node.member("BufferInterval")?.span ?? sink.typeNode?.contentSpan ?? sink.node.span;
      report.add("unflushed-batch-loss", span, l10n.t("Every stop and reload loses the open batch of up to {0} s.", interval ?? 300), {
        fixes: [fix(l10n.t("Set BookmarkOnBufferFlush on {0}", source.id ?? ""), [edit], { preferred: true })],
        related: [
          { span: source.idNode?.contentSpan ?? source.node.span, message: l10n.t("This source moves its bookmark before delivery.") },
        ],
      });
    }
  }
}

/** Records whose text is the name of a .NET type. */
function checkTypeNames(report: Report): void {
  const seen = new Set<Declaration>();
  for (const connection of report.model.connections) {
    const { pipe, source, sink, sourceRef } = connection;
    const typed = source?.type === "WindowsETWEventSource" || (source === undefined && sourceRef === metricsSource);
    if (!typed || sink?.type === undefined || sink.type === "CloudWatch") {
      continue;
    }
    if (pipe.type === "RegexFilterPipe") {
      const span = pipe.node.member("FilterPattern")?.contentSpan ?? pipe.typeNode?.span ?? pipe.node.span;
      report.add("typename-record", span, l10n.t("The filter sees only a type name here: it passes all records or none."));
    } else if (outputOf(sink) !== "json" && !seen.has(sink) && !usesField(sink)) {
      seen.add(sink);
      const format = sink.node.member("Format");
      const edit = format === undefined ? insertMember(sink.node, "Format", '"json"') : setString(format, "json");
      report.add(
        "typename-record",
        pipe.node.member("SinkRef")?.contentSpan ?? pipe.node.span,
        l10n.t("Without Format json each of these records is only a .NET type name."),
        {
          fixes: [fix(l10n.t("Set Format json"), [edit], { preferred: true })],
        },
      );
    }
  }
}

function usesField(sink: Declaration): boolean {
  return decorationsOf(sink).some((decoration) => decoration.applies && decoration.variables.some((variable) => variable.form === "field"));
}
