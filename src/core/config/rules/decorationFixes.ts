import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { Declaration } from "../agentModel";
import { parseObjectDecorationEx, parseTextDecorationEx } from "../decoration/ex";
import { jsonTemplateToEx, objectToEx, objectToText, textToEx } from "../decoration/toEx";
import type { Decoration, DecorationKey } from "./decorations";
import { feedersOf } from "./decorations";
import { fix, removeMember, renameKey, setString } from "./fixes";
import { parserOf } from "./recordFields";
import type { Report } from "./report";

/** Gives the time of the record in an expression; undefined when no one expression does for all that feeds the sink. */
export function recordTime(sources: readonly Declaration[]): string | undefined {
  const events = sources.filter((source) => source.type === "WindowsEventLogSource");
  if (events.length === 0) {
    return "_timestamp";
  }
  if (events.length === sources.length) {
    return "$TimeCreated";
  }
  // A polling source's $TimeCreated is in the machine's time.
  return sources.some((source) => source.type === "WindowsEventLogPollingSource") ? undefined : "coalesce($TimeCreated,_timestamp)";
}

/** The same in the grammar of the Ex key. */
export function exFormFix(report: Report, sink: Declaration, decoration: Decoration): Fix[] {
  return rewritten(report, sink, decoration, decoration.isObject ? objectToEx : textToEx);
}

/** A JSON template whose braces are braces. */
export function exTemplateFix(report: Report, sink: Declaration, decoration: Decoration): Fix[] {
  return rewritten(report, sink, decoration, jsonTemplateToEx);
}

function rewritten(
  report: Report,
  sink: Declaration,
  { isEx, isObject, key, property, node, text }: Decoration,
  convert: (text: string, time: string) => string | undefined,
): Fix[] {
  const time = recordTime(feedersOf(report.model, sink).sources);
  const converted = isEx || time === undefined || sink.node.property(`${key}Ex`) !== undefined ? undefined : convert(text, time);
  const loads = converted !== undefined && (isObject ? parseObjectDecorationEx(converted) : parseTextDecorationEx(converted)).loads;
  return loads && node.kind === "string"
    ? [fix(l10n.t("Use {0}Ex", key), [renameKey(property, `${key}Ex`), setString(node, converted)], { preferred: true })]
    : [];
}

/** Plain lines as text, the attributes behind them. */
export function decoratedTextFix(report: Report, sink: Declaration, decoration: Decoration): Fix[] {
  const { sources, any } = feedersOf(report.model, sink);
  const format = sink.node.property("Format");
  const others: readonly DecorationKey[] = [
    "TextDecoration",
    "TextDecorationEx",
    decoration.isEx ? "ObjectDecoration" : "ObjectDecorationEx",
  ];
  const time = recordTime(sources);
  if (
    any ||
    format === undefined ||
    time === undefined ||
    decoration.node.kind !== "string" ||
    sources.some((source) => parserOf(source) !== "singleline") ||
    others.some((key) => sink.node.property(key) !== undefined)
  ) {
    return [];
  }
  const { attributes, isEx, node, property, text } = decoration;
  const pieces = isEx ? attributes.map(({ span }) => text.slice(span.start, span.end).trim()).join(" ") : objectToText(text, time);
  const whole = pieces === undefined ? undefined : `{_record} ${pieces}`;
  return whole === undefined || whole.includes("@{") || !parseTextDecorationEx(whole).loads
    ? []
    : [
        fix(
          l10n.t("Send text: use TextDecorationEx, without Format json"),
          [renameKey(property, "TextDecorationEx"), setString(node, whole), removeMember(sink.node, format)],
          { preferred: true },
        ),
      ];
}
