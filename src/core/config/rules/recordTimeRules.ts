import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { Declaration } from "../agentModel";
import { isTrue } from "../agentModel";
import { datePattern } from "../decoration/datePattern";
import { isValidDateFormat } from "../decoration/dotnetDateFormat";
import { analyzeDotnetRegex } from "../decoration/dotnetRegex";
import { fix, insertMember, removeMembers, setRaw, setString } from "./fixes";
import { extractedGroups, parserOf } from "./recordFields";
import type { Report } from "./report";

const neverMatches = /MMM|ddd|t|z|K|F|['"]|[[(+*?{|\\)]/;

export function checkTimestampParser(report: Report, source: Declaration): void {
  const format = source.node.member("TimestampFormat");
  const text = format?.scalar ?? "";
  if (parserOf(source) !== "timestamp" || format === undefined || text === "" || !neverMatches.test(text)) {
    return;
  }
  const drops = isTrue(source.node.member("RemoveUnmatched"));
  const message = drops
    ? l10n.t("The parser Timestamp never finds this format: every line is dropped. Use the parser Regex.")
    : l10n.t("The parser Timestamp never finds this format: whole files become one record. Use the parser Regex.");
  report.add("timestamp-parser-format", format.contentSpan, message, {
    severity: drops ? "error" : "warning",
    fixes: regexParserFix(source, text),
  });
}

/** The same records by the parser Regex, which finds the time by a pattern of its own. */
function regexParserFix({ node }: Declaration, format: string): Fix[] {
  const pattern = datePattern(format);
  const parser = node.member("RecordParser");
  const property = node.property("Pattern");
  if (pattern === undefined || parser === undefined) {
    return [];
  }
  const written = JSON.stringify(`^(?<Timestamp>${pattern})`);
  const edit = property?.value === undefined ? insertMember(node, "Pattern", written) : setRaw(property.value, written);
  return property !== undefined && property.value === undefined
    ? []
    : [fix(l10n.t("Use the parser Regex"), [setString(parser, "Regex"), edit], { preferred: true })];
}

/** Milliseconds since 1970 are only understood in fields of records, so that the lines must be records. */
function recordParserFixes({ node }: Declaration): Fix[] {
  const parser = node.member("RecordParser");
  if (parser === undefined) {
    return [];
  }
  const others = ["Pattern", "ExtractionPattern", "ExtractionRegexOptions", "RemoveUnmatched"].flatMap((key) => node.property(key) ?? []);
  const edits = [setString(parser, "SingleLineJson"), ...removeMembers(node, others)];
  return [fix(l10n.t("Read each line as a JSON object: use the parser SingleLineJson"), edits)];
}

export function checkRegexTime(report: Report, source: Declaration): void {
  const { node } = source;
  const parser = parserOf(source);
  const format = node.member("TimestampFormat");
  if ((parser === "regex" || parser === "timestamp") && format?.scalar?.trim().toLowerCase() === "epoch") {
    report.add(
      "regex-time-not-parsed",
      format.contentSpan,
      l10n.t("This parser does not know epoch: the time of reading is used instead."),
      { fixes: recordParserFixes(source) },
    );
    return;
  }
  const pattern = node.member("Pattern");
  if (parser !== "regex" || pattern?.scalar === undefined || (format?.scalar ?? "") !== "") {
    return;
  }
  const hasGroup = (groups: readonly string[]): boolean => groups.some((name) => name.toLowerCase() === "timestamp");
  if (hasGroup(analyzeDotnetRegex(pattern.scalar).groupNames) && !hasGroup(extractedGroups(source))) {
    report.add(
      "regex-time-not-parsed",
      pattern.contentSpan,
      l10n.t("Without TimestampFormat the group Timestamp is ignored: the time of reading is used instead."),
      {
        fixes: [fix(l10n.t("Insert TimestampFormat"), [insertMember(node, "TimestampFormat", '"yyyy-MM-dd HH:mm:ss"')])],
      },
    );
  }
}

export function checkTimestampFormat(report: Report, source: Declaration): void {
  const format = source.node.member("TimestampFormat");
  const text = format?.scalar ?? "";
  const parser = parserOf(source);
  const reported = parser === "timestamp" && neverMatches.test(text);
  if (format !== undefined && text !== "" && text.toLowerCase() !== "epoch" && !reported && !isValidDateFormat(text)) {
    report.add("timestamp-format", format.contentSpan, l10n.t("This is no .NET date format: records are lost or get the time of reading."));
  }
}
