import type { TextSpan } from "../text/span";
import { agentModel } from "./agentModel";
import type { ExExpression, ExPart } from "./decoration/ex";
import { parseObjectDecorationEx, parseTextDecorationEx } from "./decoration/ex";
import { parseLegacyObject, parseLegacyText, type LegacyPart } from "./decoration/legacy";
import type { ConfigDocument, JsonNode } from "./jsonNode";

export const tokenTypes = ["property", "variable", "function", "string", "number", "operator"] as const;
export type TokenType = (typeof tokenTypes)[number];

export interface SemanticToken {
  readonly span: TextSpan;
  readonly type: TokenType;
}

/** Tokens inside decoration strings, in the order of the text and without overlaps. */
export function semanticTokens(document: ConfigDocument): SemanticToken[] {
  const found = agentModel(document).declarations.Sinks.flatMap(({ node }) => [
    ...tokensOf(node.member("TextDecoration"), (text) => legacyTokens(parseLegacyText(text).parts)),
    ...tokensOf(node.member("ObjectDecoration"), legacyObject),
    ...tokensOf(node.member("TextDecorationEx"), (text) => exTokens(parseTextDecorationEx(text).parts)),
    ...tokensOf(node.member("ObjectDecorationEx"), exObject),
  ]);
  return found.filter((token) => token.span.end > token.span.start).sort((a, b) => a.span.start - b.span.start);
}

function tokensOf(node: JsonNode | undefined, read: (text: string) => SemanticToken[]): SemanticToken[] {
  if (node?.kind !== "string") {
    return [];
  }
  return read(node.scalar ?? "").map(({ span, type }) => ({ span: node.sourceSpan(span.start, span.end), type }));
}

function legacyObject(text: string): SemanticToken[] {
  return parseLegacyObject(text).pairs.flatMap((pair) => [
    ...(pair.value === undefined ? [] : [{ span: pair.keySpan, type: "property" as const }]),
    ...legacyTokens(pair.value?.parts ?? []),
  ]);
}

function legacyTokens(parts: readonly LegacyPart[]): SemanticToken[] {
  return parts.flatMap((part) => (part.kind === "variable" ? [{ span: part.span, type: "variable" as const }] : []));
}

function exObject(text: string): SemanticToken[] {
  return parseObjectDecorationEx(text).attributes.flatMap((attribute) => [
    { span: attribute.keySpan, type: "property" as const },
    ...exTokens(attribute.value),
  ]);
}

function exTokens(parts: readonly ExPart[]): SemanticToken[] {
  return parts.flatMap((part) => (part.kind === "variable" && part.expression !== undefined ? expressionTokens(part.expression) : []));
}

function expressionTokens(expression: ExExpression): SemanticToken[] {
  switch (expression.kind) {
    case "identifier":
      return [{ span: expression.span, type: "variable" }];
    case "constant":
      return [{ span: expression.span, type: typeof expression.value === "string" ? "string" : "number" }];
    case "call":
      return [{ span: expression.nameSpan, type: "function" }, ...expression.arguments.flatMap(expressionTokens)];
  }
}
