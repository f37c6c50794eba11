import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { Declaration } from "../agentModel";
import { isValidDateFormat } from "../decoration/dotnetDateFormat";
import { parseLegacyText } from "../decoration/legacy";
import type { JsonNode } from "../jsonNode";
import { exFormFix } from "./decorationFixes";
import type { Decoration, Variable } from "./decorations";
import { feedersOf, legacyVariables } from "./decorations";
import { fix, nearest, replaceInString } from "./fixes";
import { recordFields } from "./recordFields";
import type { Report } from "./report";
import { isFileSource } from "./sourceRules";

const placeholder = /^(?:appstreamVariables|REPLACE_?ME|CHANGE_?ME|PLACEHOLDER|TODO|FIX_?ME|YOUR[_-].*|INSERT[_-].*)$/i;
const prefixes = ["env", "ec2", "ec2tag", "timestamp"] as const;
const userVariables = new Set([
  "appstream_stack_name",
  "appstream_user_access_mode",
  "appstream_session_reservation_datetime",
  "appstream_username",
  "appstream_session_id",
]);
/** Variables that every Windows service has, and names the agent resolves itself. */
const wellKnown = new Set(
  (
    "computername temp tmp username userdomain userprofile programfiles programfiles(x86) programw6432 programdata systemroot systemdrive windir " +
    "path pathext os public allusersprofile appdata localappdata commonprogramfiles commonprogramw6432 comspec processor_architecture " +
    "processor_identifier number_of_processors driverdata psmodulepath instance_id hostname uniqueclientid currentuser uniformtimestamp"
  ).split(" "),
);
const freeText = new Set(["Description", "Message", "FormattedMessage", "Payload", "EventData", "Xml"]);
/** What a source that reads files knows of each record besides its text and time. */
const fileMetas = ["filepath", "filename", "position", "linenumber"];
const isoFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

export function isPlaceholder(name: string): boolean {
  return placeholder.test(name);
}

/** Variables of a decoration that applies. */
export function checkVariables(report: Report, sink: Declaration, decoration: Decoration): void {
  for (const variable of decoration.variables) {
    checkVariable(report, decoration.node, variable, decoration.isEx);
    checkLegacyBraces(report, sink, decoration, variable);
    checkTimestampFormat(report, decoration, variable);
  }
  checkLocals(report, sink, decoration);
}

/** Variables of the other keys that resolve them: names, regions, paths. */
export function checkPlainVariables(report: Report, node: JsonNode): void {
  const text = node.scalar ?? "";
  for (const variable of legacyVariables(parseLegacyText(text).parts, undefined)) {
    checkVariable(report, node, variable, false);
  }
}

function checkVariable(report: Report, node: JsonNode, variable: Variable, isEx: boolean): void {
  const span = node.sourceSpan(variable.span.start, variable.span.end);
  const { name, form, argument } = variable;
  if (form === "plain" && isPlaceholder(name)) {
    if (report.context.replacedPlaceholders?.includes(name) !== true) {
      report.add(
        "decoration-placeholder",
        span,
        l10n.t("{0} is a placeholder: unless something replaces it, it is sent as it stands.", name),
      );
    }
  } else if ((form === "plain" || form === "env") && userVariables.has(argument.toLowerCase())) {
    const message = l10n.t(
      "{0} belongs to the streaming user; the agent's service cannot see it. A session script has to write the value.",
      argument,
    );
    report.add("appstream-user-variable", span, message);
  } else if (form === "unknownPrefix") {
    checkPrefix(report, node, variable);
  } else if (form === "blank") {
    const message = l10n.t("Braces around blanks name no variable: every record is lost, or the sink does not load.");
    report.add("decoration-placeholder", span, message);
  } else if (form === "plain" && !wellKnown.has(name.toLowerCase()) && /^[A-Za-z_][\w()]*$/.test(name)) {
    const { start, end } = variable.nameSpan;
    report.add(
      "decoration-unprefixed",
      span,
      l10n.t("When the variable {0} is not set, this very text is sent; with env: nothing is.", name),
      {
        fixes: [fix(l10n.t("Change to {0}", `env:${name}`), [replaceInString(node, start, end, `env:${name}`)])],
      },
    );
  } else if (form === "ec2" && /[A-Z]/.test(argument) && !isEx) {
    checkMetadataCase(report, node, variable);
  }
}

function checkPrefix(report: Report, node: JsonNode, { name, span, nameSpan }: Variable): void {
  const prefix = name.slice(0, name.indexOf(":"));
  if (!/^[A-Za-z0-9]+$/.test(prefix)) {
    return;
  }
  const known = nearest(prefix, prefixes);
  const fixes =
    known === undefined
      ? []
      : [
          fix(l10n.t("Change to {0}", `${known}:`), [replaceInString(node, nameSpan.start, nameSpan.start + prefix.length, known)], {
            preferred: true,
          }),
        ];
  const message = l10n.t("The agent knows no prefix {0}: and sends this text as it stands.", prefix);
  report.add("decoration-unknown-prefix", node.sourceSpan(span.start, span.end), message, { fixes });
}

function checkMetadataCase(report: Report, node: JsonNode, { argument, span, nameSpan }: Variable): void {
  const path = argument.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
  const start = nameSpan.end - argument.length;
  report.add(
    "ec2-variable-case",
    node.sourceSpan(span.start, span.end),
    l10n.t("Metadata paths are in lower case: {0} finds nothing.", argument),
    {
      fixes: [fix(l10n.t("Change to {0}", path), [replaceInString(node, start, nameSpan.end, path)], { preferred: true })],
    },
  );
}

function checkLegacyBraces(report: Report, sink: Declaration, decoration: Decoration, variable: Variable): void {
  const { node, isEx } = decoration;
  if (isEx || !(variable.name.toLowerCase() === "_record" || (variable.form === "field" && freeText.has(variable.argument)))) {
    return;
  }
  const message = l10n.t(
    "Braces in this text are resolved again: a record with { } is lost, one with {TEMP} shows that variable. The Ex form leaves them alone.",
  );
  report.add("legacy-record-braces", node.sourceSpan(variable.span.start, variable.span.end), message, {
    fixes: exFormFix(report, sink, decoration),
  });
}

function checkTimestampFormat(report: Report, decoration: Decoration, variable: Variable): void {
  if (decoration.isEx || variable.form !== "timestamp" || isValidDateFormat(variable.argument)) {
    return;
  }
  const { start, end } = variable.nameSpan;
  report.add(
    "timestamp-format",
    decoration.node.sourceSpan(start + "timestamp:".length, end),
    l10n.t("This is no .NET date format: every record is lost."),
    {
      fixes: [fix(l10n.t("Change to {0}", isoFormat), [replaceInString(decoration.node, start, end, `timestamp:${isoFormat}`)])],
    },
  );
}

function checkLocals(report: Report, sink: Declaration, decoration: Decoration): void {
  const { sources, any } = feedersOf(report.model, sink);
  const events = sources.some((source) => source.type === "WindowsEventLogSource");
  const names = new Set(sources.map((source) => recordFields(source).locals));
  const open = any || sources.length === 0 || names.has(undefined);
  const known = new Set([...names].flatMap((locals) => locals ?? []));
  const metas = new Set(["record", "timestamp", ...(sources.some(isFileSource) ? fileMetas : [])]);
  const attributes = decoration.isEx ? decoration.attributes.map((attribute) => attribute.key) : [];
  for (const variable of decoration.variables) {
    if (variable.name.toLowerCase() === "_timestamp" && events) {
      reportReadingTime(report, decoration, variable);
    }
    if (variable.form === "field" && attributes.includes(variable.argument)) {
      checkStale(report, decoration, variable, attributes);
    } else if (variable.form === "field" && !open && !known.has(variable.argument)) {
      reportUnknownField(report, decoration, variable, "$", known);
    } else if (variable.form === "meta" && !any && sources.length > 0 && !metas.has(variable.name.slice(1).toLowerCase())) {
      reportUnknownField(report, decoration, variable, "_", metas);
    }
  }
}

function reportUnknownField(report: Report, { node }: Decoration, variable: Variable, sigil: "$" | "_", known: ReadonlySet<string>): void {
  const { start, end } = variable.nameSpan;
  const name = sigil === "$" ? variable.argument : variable.name;
  const similar = nearest(sigil === "$" ? name : name.slice(1), known);
  const fixes: Fix[] =
    similar === undefined
      ? []
      : [fix(l10n.t("Change to {0}", sigil + similar), [replaceInString(node, start, end, sigil + similar)], { preferred: true })];
  const message = l10n.t("No connected source has a field {0}; the value is always empty.", name);
  report.add("local-variable-unknown", node.sourceSpan(variable.span.start, variable.span.end), message, { fixes });
}

function reportReadingTime(report: Report, { node, isEx }: Decoration, variable: Variable): void {
  const { start, end } = variable.nameSpan;
  const replacement = !isEx
    ? `timestamp:${isoFormat}`
    : variable.within === "format"
      ? "$TimeCreated"
      : `format($TimeCreated,'${isoFormat}')`;
  const message = l10n.t("For Windows events _timestamp is the time of reading, not of the event.");
  report.add("event-timestamp-meta", node.sourceSpan(variable.span.start, variable.span.end), message, {
    fixes: [fix(l10n.t("Change to {0}", replacement), [replaceInString(node, start, end, replacement)], { preferred: true })],
  });
}

function checkStale(report: Report, decoration: Decoration, variable: Variable, attributes: readonly string[]): void {
  const own = attributes.indexOf(variable.attribute ?? "");
  const used = attributes.indexOf(variable.argument);
  if (used < own) {
    return;
  }
  const attribute = decoration.attributes[used];
  const { node } = decoration;
  const name = `Record${variable.argument}`;
  const fixes =
    attribute === undefined || attributes.includes(name)
      ? []
      : [
          fix(l10n.t("Rename the attribute to {0}", name), [replaceInString(node, attribute.keySpan.start, attribute.keySpan.end, name)], {
            preferred: true,
          }),
        ];
  const message = l10n.t(
    "From the second record on ${0} is the value of the previous record's attribute {0}, not of the field.",
    variable.argument,
  );
  report.add("ex-stale-attribute", node.sourceSpan(variable.span.start, variable.span.end), message, { fixes });
}
