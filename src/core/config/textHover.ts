import * as l10n from "@vscode/l10n";
import type { TextSpan } from "../text/span";
import { parseObjectDecorationEx, parseTextDecorationEx, type ExExpression, type ExPart } from "./decoration/ex";
import { findExFunction, type ExFunction } from "./decoration/functions";
import type { HoverText } from "./hover";
import type { ConfigDocument, JsonNode } from "./jsonNode";
import { appstreamVariables } from "./knownNames";
import type { KeyRow } from "./schema";
import { connectedSources } from "./textCompletion";

/** The variable, function or attribute under the cursor inside a decoration. */
export function hoverInString(
  document: ConfigDocument,
  node: JsonNode,
  row: KeyRow,
  object: JsonNode,
  offset: number,
): HoverText | undefined {
  const ex = row.grammar === "objectDecorationEx" || row.grammar === "textDecorationEx";
  const legacy = row.grammar === "objectDecoration" || row.grammar === "textDecoration" || row.grammar === "variables";
  const found = ex ? exPlace(node, row, offset) : legacy ? legacyPlace(node, offset) : undefined;
  if (found === undefined) {
    return undefined;
  }
  const help = found.callee === undefined ? variableHelp(found.name, document, object, ex) : functionHelp(found.callee);
  return help === "" ? undefined : { span: found.span, parts: [`**${found.name}**`, help] };
}

interface Place {
  readonly name: string;
  readonly span: TextSpan;
  readonly callee?: ExFunction;
}

function legacyPlace(node: JsonNode, offset: number): Place | undefined {
  for (const match of (node.scalar ?? "").matchAll(/\{([^}]+)\}/g)) {
    const span = node.sourceSpan(match.index, match.index + match[0].length);
    if (span.start <= offset && offset <= span.end) {
      return { name: match[1] ?? "", span };
    }
  }
  return undefined;
}

function exPlace(node: JsonNode, row: KeyRow, offset: number): Place | undefined {
  for (const part of exParts(node.scalar ?? "", row)) {
    const expression = part.kind === "variable" ? part.expression : undefined;
    const found = expression === undefined ? undefined : within(expression, node, offset);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** The parts of an expression text, of whichever form the key has. */
export function exParts(text: string, row: KeyRow): readonly ExPart[] {
  return row.grammar === "objectDecorationEx"
    ? parseObjectDecorationEx(text).attributes.flatMap((attribute) => attribute.value)
    : parseTextDecorationEx(text).parts;
}

function within(expression: ExExpression, node: JsonNode, offset: number): Place | undefined {
  const covers = (span: TextSpan): boolean => node.sourceOffset(span.start) <= offset && offset <= node.sourceOffset(span.end);
  if (!covers(expression.span)) {
    return undefined;
  }
  if (expression.kind === "call") {
    const inner = expression.arguments.map((argument) => within(argument, node, offset)).find((one) => one !== undefined);
    const callee = findExFunction(expression.name);
    const own =
      callee !== undefined && covers(expression.nameSpan)
        ? { name: expression.name, span: node.sourceSpan(expression.nameSpan.start, expression.nameSpan.end), callee }
        : undefined;
    return inner ?? own;
  }
  return expression.kind === "identifier"
    ? { name: expression.name, span: node.sourceSpan(expression.span.start, expression.span.end) }
    : undefined;
}

export function signatureText(callee: ExFunction, index = callee.signatures.length - 1): string {
  const signature = callee.signatures[index];
  return `${callee.name}(${signature?.parameters.map((parameter) => `${parameter.name}: ${parameter.type}`).join(", ") ?? ""}): ${signature?.result ?? "any"}`;
}

export function functionHelp(callee: ExFunction): string {
  return callee.signatures.map((_, index) => `\`${signatureText(callee, index)}\``).join("\n\n");
}

function variableHelp(name: string, document: ConfigDocument, object: JsonNode, ex: boolean): string {
  const lower = name.toLowerCase();
  if (name.startsWith("$")) {
    const types = [...new Set(connectedSources(document, object).map((source) => source.type ?? "?"))];
    return types.length === 0
      ? l10n.t("Field of the record.")
      : l10n.t("Field of the record; the sources of this sink are {0}.", types.join(", "));
  }
  if (lower.startsWith("env:")) {
    return environmentText(name.slice(4));
  }
  if (lower.startsWith("timestamp:")) {
    return ex
      ? l10n.t("In an expression this is not the time. Use format($TimeCreated, '…').")
      : l10n.t("Time of the record in the .NET format {0}; for Windows events in UTC.", `\`${name.slice(10)}\``);
  }
  if (lower.startsWith("ec2:")) {
    return l10n.t("Instance metadata at this path; case matters.");
  }
  if (lower.startsWith("ec2tag:")) {
    return l10n.t("Tag of the instance; needs the permission ec2:DescribeInstances.");
  }
  return plainVariableHelp(name);
}

function plainVariableHelp(name: string): string {
  switch (name.toLowerCase()) {
    case "_record":
      return l10n.t("The plain-text form of the record.");
    case "_timestamp":
      return l10n.t("Time of the record in the machine's culture; for WindowsEventLogSource the time of reading.");
    case "_filepath":
    case "_filename":
    case "_position":
    case "_linenumber":
      return l10n.t("Where the record stands in its file; only for file sources.");
    case "uniformtimestamp":
      return l10n.t("Network time, yyyy-MM-ddTHH:mm:ss.fff UTC.");
    case "instance_id":
    case "hostname":
      return l10n.t("From the instance metadata.");
    case "computername":
      return l10n.t("Name of the computer.");
    default:
      return l10n.t("Environment variable {0} if it is set, else this text as it stands.", `\`${name}\``);
  }
}

function environmentText(name: string): string {
  const known = appstreamVariables.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (known === undefined) {
    return l10n.t("Environment variable of the agent's service; nothing when it is not set.");
  }
  if (known.name === "APPSTREAM_SESSION_CONTEXT") {
    return l10n.t("Set after the first application has started: the agent's service never sees it.");
  }
  return known.scope === "user"
    ? l10n.t("Variable of the streaming user: the agent's service never sees it. Let the session script write the value.")
    : l10n.t("Variable that AppStream sets for the machine: seen only when it was set before the agent's service got its environment.");
}
