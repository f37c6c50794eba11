import type { TextSpan } from "../../text/span";
import type { AgentModel, Declaration } from "../agentModel";
import { isTrue } from "../agentModel";
import type { ExExpression, ExPart } from "../decoration/ex";
import { parseObjectDecorationEx, parseTextDecorationEx } from "../decoration/ex";
import type { LegacyPart, LegacyVariableForm } from "../decoration/legacy";
import { parseLegacyObject, parseLegacyText, variableForm } from "../decoration/legacy";
import type { JsonNode, JsonProperty } from "../jsonNode";

export type DecorationKey = "TextDecoration" | "TextDecorationEx" | "ObjectDecoration" | "ObjectDecorationEx";
const decorationKeys: readonly DecorationKey[] = ["TextDecoration", "TextDecorationEx", "ObjectDecoration", "ObjectDecorationEx"];

/** A variable inside a decoration; spans are indexes of the decoded text. */
export interface Variable {
  /** With the braces for the legacy grammar, the bare identifier for the Ex one. */
  readonly span: TextSpan;
  /** What a replacement of the name replaces. */
  readonly nameSpan: TextSpan;
  readonly name: string;
  readonly form: LegacyVariableForm;
  /** After the prefix, or after `$`. */
  readonly argument: string;
  /** Key of the attribute whose value it is in. */
  readonly attribute: string | undefined;
  /** The call it is an argument of, by function name. */
  readonly within: string | undefined;
}

export interface Attribute {
  readonly key: string;
  readonly keySpan: TextSpan;
  readonly span: TextSpan;
  /** Undefined when there is no `=`. */
  readonly variables: readonly Variable[] | undefined;
  /** Text between the variables. */
  readonly literal: string;
}

export interface Decoration {
  readonly key: DecorationKey;
  readonly property: JsonProperty;
  readonly node: JsonNode;
  readonly text: string;
  readonly isEx: boolean;
  readonly isObject: boolean;
  /** Whether the agent uses it, given format and the other decorations. */
  readonly applies: boolean;
  readonly attributes: readonly Attribute[];
  readonly variables: readonly Variable[];
}

export type Output = "text" | "json" | "xml";

/** Which row of the decoration table the sink's format selects. */
export function outputOf(sink: Declaration): Output {
  const format = (sink.node.member("Format")?.scalar ?? "").trim().toLowerCase();
  return format === "json" ? "json" : format === "xml" || format === "xml2" || format === "renderedxml" ? "xml" : "text";
}

export function hasFailover(sink: Declaration): boolean {
  return isTrue(sink.node.member("FailoverEnabled"));
}

/** The sink takes even an empty decoration as one. */
export function takesEmptyDecoration(sink: Declaration): boolean {
  return (sink.type ?? "").startsWith("CloudWatchLogs") && !hasFailover(sink);
}

const cache = new WeakMap<Declaration, readonly Decoration[]>();

/** The decorations of a sink that hold anything. */
export function decorationsOf(sink: Declaration): readonly Decoration[] {
  let found = cache.get(sink);
  if (found === undefined) {
    found = readDecorations(sink);
    cache.set(sink, found);
  }
  return found;
}

function readDecorations(sink: Declaration): Decoration[] {
  const output = outputOf(sink);
  return decorationKeys.flatMap((key) => {
    const property = sink.node.property(key);
    const text = property?.value?.scalar;
    if (property?.value === undefined || text === undefined || text.trim() === "") {
      return [];
    }
    const isObject = key.startsWith("Object");
    const isEx = key.endsWith("Ex");
    const overridden = !isEx && (sink.node.member(`${key}Ex`)?.scalar ?? "").trim() !== "";
    const applies = !overridden && (isObject ? output === "json" : output === "text");
    const attributes = isObject ? attributesOf(text, isEx) : [];
    const variables = isObject ? attributes.flatMap((attribute) => attribute.variables ?? []) : textVariables(text, isEx);
    return [{ key, property, node: property.value, text, isEx, isObject, applies, attributes, variables }];
  });
}

function attributesOf(text: string, isEx: boolean): Attribute[] {
  if (isEx) {
    return parseObjectDecorationEx(text).attributes.map((attribute) => ({
      key: attribute.key,
      keySpan: attribute.keySpan,
      span: attribute.span,
      variables: exVariables(attribute.value, attribute.key),
      literal: attribute.value.map((part) => (part.kind === "literal" ? part.text : "")).join(""),
    }));
  }
  return parseLegacyObject(text).pairs.map((pair) => ({
    key: pair.key,
    keySpan: pair.keySpan,
    span: pair.span,
    variables: pair.value === undefined ? undefined : legacyVariables(pair.value.parts, pair.key),
    literal: (pair.value?.parts ?? []).map((part) => (part.kind === "literal" ? part.text : "")).join(""),
  }));
}

function textVariables(text: string, isEx: boolean): Variable[] {
  return isEx ? exVariables(parseTextDecorationEx(text).parts, undefined) : legacyVariables(parseLegacyText(text).parts, undefined);
}

export function legacyVariables(parts: readonly LegacyPart[], attribute: string | undefined): Variable[] {
  return parts.flatMap((part): Variable[] => {
    if (part.kind === "literal") {
      return [];
    }
    const { span, nameSpan, name, form, argument } = part;
    return [{ span, nameSpan, name, form, argument, attribute, within: undefined }];
  });
}

function exVariables(parts: readonly ExPart[], attribute: string | undefined): Variable[] {
  return parts.flatMap((part) =>
    part.kind === "variable" && part.expression !== undefined ? identifiers(part.expression, attribute, undefined) : [],
  );
}

function identifiers(expression: ExExpression, attribute: string | undefined, within: string | undefined): Variable[] {
  switch (expression.kind) {
    case "constant":
      return [];
    case "call":
      return expression.arguments.flatMap((argument) => identifiers(argument, attribute, expression.name));
    case "identifier": {
      const { name, span } = expression;
      const colon = name.indexOf(":");
      const form = name.toLowerCase() === "timestamp" ? "timestamp" : variableForm(name);
      const argument = form === "field" ? name.slice(1) : form === "meta" ? name : name.slice(colon + 1);
      return [{ span, nameSpan: span, name, form, argument, attribute, within }];
    }
  }
}

interface Feeders {
  readonly sources: readonly Declaration[];
  readonly any: boolean;
}

const feeders = new WeakMap<Declaration, Feeders>();

/** Sources that feed a sink; `any` when one of them is built in or unknown, so that nothing can be said about fields. */
export function feedersOf(model: AgentModel, sink: Declaration): Feeders {
  let found = feeders.get(sink);
  if (found === undefined) {
    found = readFeeders(model, sink);
    feeders.set(sink, found);
  }
  return found;
}

function readFeeders(model: AgentModel, sink: Declaration): Feeders {
  const sources = new Set<Declaration>();
  let any = false;
  for (const connection of model.connectionsOfSink.get(sink) ?? []) {
    if (connection.source === undefined) {
      any = true;
    } else {
      sources.add(connection.source);
    }
  }
  return { sources: [...sources], any };
}
