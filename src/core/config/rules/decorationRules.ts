import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { Declaration } from "../agentModel";
import { parseObjectDecorationEx } from "../decoration/ex";
import { parseLegacyObject, parseLegacyText } from "../decoration/legacy";
import { decoratedTextFix, exTemplateFix } from "./decorationFixes";
import type { Attribute, Decoration } from "./decorations";
import { decorationsOf, feedersOf, outputOf, takesEmptyDecoration } from "./decorations";
import { fix, insertMember, removeKeyFix, removeMember, renameKey, replaceInString, setString } from "./fixes";
import { parserOf, recordFields } from "./recordFields";
import type { Report } from "./report";
import { checkVariables } from "./variableRules";
import { checkExpressions } from "./exRules";

export function checkDecorations(report: Report): void {
  for (const sink of report.model.declarations.Sinks) {
    checkEmptyDecoration(report, sink);
    const decorations = decorationsOf(sink);
    for (const decoration of decorations) {
      const misread = decoration.isEx ? checkExpressions(report, sink, decoration) : [];
      const variables = decoration.variables.filter(({ span }) => !misread.some((one) => span.start < one.end && one.start < span.end));
      checkDecoration(report, sink, { ...decoration, variables }, misread.length > 0);
    }
  }
}

function checkDecoration(report: Report, sink: Declaration, decoration: Decoration, misread: boolean): void {
  checkEffect(report, sink, decoration, misread);
  if (!decoration.applies) {
    return;
  }
  if (!decoration.isEx) {
    checkLegacy(report, sink, decoration);
  }
  checkVariables(report, sink, decoration);
  checkAttributes(report, sink, decoration);
}

function checkEmptyDecoration(report: Report, sink: Declaration): void {
  if (!takesEmptyDecoration(sink)) {
    return;
  }
  for (const key of ["TextDecoration", "TextDecorationEx", "ObjectDecorationEx"] as const) {
    const property = sink.node.property(key);
    const scalar = property?.value?.scalar;
    if (property?.value === undefined || scalar === undefined || scalar.trim() !== "" || property.value.kind === "bad") {
      continue;
    }
    const object = key === "ObjectDecorationEx";
    if (object || outputOf(sink) === "text") {
      const message = object
        ? l10n.t("An empty ObjectDecorationEx makes this sink fail, and everything sent to it is lost.")
        : l10n.t("This sink takes an empty {0} as the text of every record: all data is lost.", key);
      report.add("empty-text-decoration", property.value.span, message, { fixes: [removeKeyFix(sink.node, property, true)] });
    }
  }
}

function checkEffect(report: Report, sink: Declaration, decoration: Decoration, misread: boolean): void {
  const { key, property } = decoration;
  const output = outputOf(sink);
  if (!decoration.applies) {
    const overridden = !decoration.isEx && (decoration.isObject ? output === "json" : output === "text");
    const message = overridden
      ? l10n.t("{0} is ignored because {0}Ex is there too.", key)
      : decoration.isObject
        ? l10n.t("{0} is ignored: attributes are only added with Format json.", key)
        : l10n.t("{0} is ignored: a text decoration only applies without Format.", key);
    const fixes = overridden ? [] : effectFixes(sink, decoration);
    report.add("decoration-without-effect", property.key.span, message, {
      fixes: [...fixes, removeKeyFix(sink.node, property)],
      unnecessary: true,
    });
  } else if (
    !decoration.isObject &&
    !misread &&
    jsonTemplateAt(decoration) === -1 &&
    !decoration.variables.some((variable) => keepsRecord(variable.form, variable.name))
  ) {
    const message = l10n.t("{0} replaces the text of every record and uses nothing of it: the events are lost.", key);
    const end = decoration.text.length;
    report.add("decoration-without-effect", decoration.node.contentSpan, message, {
      fixes: [fix(l10n.t("Append {_record}"), [replaceInString(decoration.node, end, end, " {_record}")])],
    });
  }
}

function keepsRecord(form: string, name: string): boolean {
  return form === "field" || name.toLowerCase() === "_record";
}

function effectFixes(sink: Declaration, decoration: Decoration): Fix[] {
  const format = sink.node.property("Format");
  if (decoration.isObject) {
    const edit = format?.value === undefined ? insertMember(sink.node, "Format", '"json"') : setString(format.value, "json");
    return [fix(l10n.t("Set Format json"), [edit], { preferred: true })];
  }
  const renamed = decoration.key.replace("Text", "Object");
  const removal = format === undefined ? [] : [fix(l10n.t("Remove Format"), [removeMember(sink.node, format)])];
  const isObjectShaped = /^[^={]+=/.test(decoration.text) && sink.node.property(renamed) === undefined && outputOf(sink) === "json";
  return isObjectShaped ? [fix(l10n.t("Change to {0}", renamed), [renameKey(decoration.property, renamed)]), ...removal] : removal;
}

function checkLegacy(report: Report, sink: Declaration, decoration: Decoration): void {
  const { node, text, isObject } = decoration;
  const problems = isObject ? parseLegacyObject(text).problems : parseLegacyText(text).problems;
  for (const problem of problems) {
    const span = node.sourceSpan(problem.span.start, problem.span.end);
    if (problem.kind === "unclosedBrace") {
      const end = problem.span.end;
      report.add(
        "decoration-unclosed",
        node.sourceSpan(problem.span.start, problem.span.start + 1),
        l10n.t("This brace is not closed: the text is sent as it stands."),
        {
          fixes: [fix(l10n.t("Close the brace"), [replaceInString(node, end, end, "}")])],
        },
      );
    } else if (problem.kind === "extraEquals") {
      report.add("object-decoration-extra-equals", span, l10n.t("The agent drops everything from the second = of an attribute on."), {
        fixes: [fix(l10n.t("Remove it"), [replaceInString(node, problem.span.start, problem.span.end, "")])],
      });
    } else if (problem.kind === "blankAroundKey") {
      reportBlankKey(report, decoration, problem.span.start, problem.span.end);
    }
  }
  if (isObject) {
    checkMissingEquals(report, sink, decoration);
    return;
  }
  const at = jsonTemplateAt(decoration);
  if (at !== -1) {
    const message = l10n.t(
      "The text from this brace to the next closing one is taken for one variable and stays as it is. TextDecorationEx with @{ keeps braces.",
    );
    report.add("legacy-json-template", node.sourceSpan(at, at + 1), message, { fixes: exTemplateFix(report, sink, decoration) });
  }
}

/** Where a text of the old grammar opens a JSON object, or -1. */
function jsonTemplateAt({ text, isEx, isObject }: Decoration): number {
  return isEx || isObject ? -1 : text.search(/\{\s*"/);
}

function reportBlankKey(report: Report, { node, text }: Decoration, start: number, end: number): void {
  const key = text.slice(start, end);
  const message = l10n.t("The blanks become a part of the field name.");
  report.add("object-decoration-extra-equals", node.sourceSpan(start, end), message, {
    fixes: [fix(l10n.t("Remove the blanks"), [replaceInString(node, start, end, key.trim())], { preferred: true })],
  });
}

function checkMissingEquals(report: Report, sink: Declaration, decoration: Decoration): void {
  const { attributes, node, text } = decoration;
  attributes.forEach((attribute, index) => {
    if (attribute.variables !== undefined) {
      return;
    }
    const piece = text.slice(attribute.span.start, attribute.span.end).trim();
    const name = /^\{([^{}]*)\}$/.exec(piece)?.[1];
    if (name !== undefined && report.context.replacedPlaceholders?.includes(name) === true) {
      return;
    }
    const generated = name?.toLowerCase() === "appstreamvariables";
    const title = generated ? l10n.t("Remove {0}: the generated session script adds these attributes", piece) : l10n.t("Remove {0}", piece);
    const removal =
      attributes.length === 1 ? removeMember(sink.node, decoration.property) : replaceInString(node, ...pieceRange(attributes, index), "");
    const fixes = [fix(title, [removal], { safe: generated, preferred: generated })];
    if (name === undefined) {
      const at = attribute.span.end;
      fixes.unshift(fix(l10n.t("Insert ="), [replaceInString(node, at, at, "=")]));
    }
    const message = l10n.t("{0} is no attribute because it has no =: every record sent here is lost.", piece);
    report.add("object-decoration-missing-equals", node.sourceSpan(attribute.span.start, attribute.span.end), message, { fixes });
  });
}

/** An attribute with the semicolon that belongs to it. */
function pieceRange(attributes: readonly Attribute[], index: number): [number, number] {
  const { span } = attributes[index] ?? { span: { start: 0, end: 0 } };
  const next = attributes[index + 1];
  const previous = attributes[index - 1];
  return next !== undefined ? [span.start, next.span.start] : [previous?.span.end ?? span.start, span.end];
}

function checkAttributes(report: Report, sink: Declaration, decoration: Decoration): void {
  if (!decoration.isObject) {
    return;
  }
  for (const { key, keySpan } of decoration.isEx ? decoration.attributes : []) {
    if (key.trim() !== key && key.trim() !== "") {
      reportBlankKey(report, decoration, keySpan.start, keySpan.end);
    }
  }
  checkDuplicates(report, decoration);
  const { sources } = feedersOf(report.model, sink);
  for (const source of sources) {
    if (parserOf(source) === "singleline") {
      const message = l10n.t(
        "The lines of {0} are plain text: attributes can only be added to lines that are JSON objects, others are lost.",
        source.id ?? "",
      );
      report.add("json-decoration-on-text", decoration.property.key.span, message, { fixes: decoratedTextFix(report, sink, decoration) });
    }
  }
  checkCollisions(report, decoration, sources);
}

function checkDuplicates(report: Report, { attributes, node, isEx, text }: Decoration): void {
  const first = new Map<string, Attribute>();
  const literal = isEx ? parseObjectDecorationEx(text).problems.filter((problem) => problem.kind === "literalDuplicateKey") : [];
  for (const attribute of attributes) {
    const earlier = first.get(attribute.key);
    if (earlier === undefined) {
      first.set(attribute.key, attribute);
      continue;
    }
    if (isAbsent(attribute) || isAbsent(earlier)) {
      continue;
    }
    const fatal = literal.some((problem) => problem.span.start < attribute.span.end && attribute.span.start < problem.span.end);
    const certain = !canBeEmpty(attribute) && !canBeEmpty(earlier);
    const message = fatal
      ? l10n.t("{0} is there already: the sink does not load.", attribute.key)
      : l10n.t("{0} is there already: every record for which both have a value is lost.", attribute.key);
    report.add("object-decoration-duplicate-key", node.sourceSpan(attribute.keySpan.start, attribute.keySpan.end), message, {
      severity: certain || fatal ? "error" : "warning",
      fixes: [
        fix(l10n.t("Rename to {0}", `${attribute.key}2`), [
          replaceInString(node, attribute.keySpan.start, attribute.keySpan.end, `${attribute.key}2`),
        ]),
      ],
      related: [{ span: node.sourceSpan(earlier.keySpan.start, earlier.keySpan.end), message: l10n.t("The first one is here.") }],
    });
  }
}

/** Without a value an attribute is left out. */
function isAbsent(attribute: Attribute): boolean {
  return attribute.variables === undefined || (attribute.variables.length === 0 && attribute.literal.trim() === "");
}

function canBeEmpty(attribute: Attribute): boolean {
  const constant = new Set(["timestamp", "uniformTimestamp", "plain", "unknownPrefix", "metadata"]);
  return (
    attribute.literal.trim() === "" &&
    !(attribute.variables ?? []).some((variable) => constant.has(variable.form) && variable.within === undefined)
  );
}

function checkCollisions(report: Report, { attributes, node }: Decoration, sources: readonly Declaration[]): void {
  const members = new Map<string, Declaration>();
  for (const source of sources) {
    for (const member of recordFields(source).members) {
      members.set(member, source);
    }
  }
  const seen = new Set<string>();
  for (const attribute of attributes) {
    const source = members.get(attribute.key);
    if (source !== undefined && !isAbsent(attribute) && !seen.has(attribute.key)) {
      seen.add(attribute.key);
      const message = l10n.t("The records of {0} have a field {1} already: every record is lost.", source.id ?? "", attribute.key);
      const name = `Agent${attribute.key}`;
      report.add("object-decoration-field-collision", node.sourceSpan(attribute.keySpan.start, attribute.keySpan.end), message, {
        fixes: [
          fix(l10n.t("Rename to {0}", name), [replaceInString(node, attribute.keySpan.start, attribute.keySpan.end, name)], {
            preferred: true,
          }),
        ],
      });
    }
  }
}
