import {
  type ExAttribute,
  type ExConstant,
  type ExExpression,
  type ExPart,
  parseObjectDecorationEx,
  parseTextDecorationEx,
} from "../config/decoration/ex";
import { isBlank } from "../config/decoration/dotnetText";
import { exArities } from "../config/decoration/functions";
import { type AgentEnvironment, RecordLost } from "./environment";
import type { Envelope } from "./envelope";
import { callFunction } from "./exCalls";
import { decimalInCulture, type DotnetValue, int, toText } from "./values";
import { resolveRecordVariable, resolveVariable, type VariableScope } from "./variables";

/** An Ex decoration of one sink; attributes of earlier records live on in it. */
export interface ExDecoration {
  text(envelope: Envelope): string;
  attributes(envelope: Envelope): Map<string, string>;
}

/** Undefined when the sink does not load with it. */
export function createExDecoration(
  form: "text" | "object",
  source: string,
  scope: VariableScope,
  environment: AgentEnvironment,
): ExDecoration | undefined {
  if (form === "text") {
    const { parts, loads } = parseTextDecorationEx(source);
    return loads && constantsLoad(parts, environment) ? new Evaluator([], parts, scope, environment) : undefined;
  }
  const { attributes, loads } = parseObjectDecorationEx(source);
  const constants = attributes.every((attribute) => constantsLoad(attribute.value, environment));
  return loads && constants ? new Evaluator(attributes, [], scope, environment) : undefined;
}

/** A decimal constant must be readable in the machine's culture, in nested arguments too. */
function constantsLoad(parts: readonly ExPart[], environment: AgentEnvironment): boolean {
  const check = (expression: ExExpression | undefined): boolean => {
    if (expression?.kind === "call") {
      return expression.arguments.every(check);
    }
    const value = expression?.kind === "constant" ? expression.value : null;
    return value === null || typeof value !== "object" || decimalInCulture(value, environment.culture) !== undefined;
  };
  return parts.every((part) => part.kind === "literal" || check(part.expression));
}

class Evaluator implements ExDecoration {
  private readonly remembered = new Map<string, string>();
  private readonly list: readonly ExAttribute[];
  private readonly parts: readonly ExPart[];
  private readonly scope: VariableScope;
  private readonly environment: AgentEnvironment;

  constructor(list: readonly ExAttribute[], parts: readonly ExPart[], scope: VariableScope, environment: AgentEnvironment) {
    this.list = list;
    this.parts = parts;
    this.scope = scope;
    this.environment = environment;
    // The check at load evaluates what is literal and leaves it behind as attributes.
    for (const { key, value } of list) {
      const text = this.literal(value);
      if (!isBlank(text)) {
        this.remembered.set(`$${key}`, text);
      }
    }
  }

  text(envelope: Envelope): string {
    return this.join(this.parts, envelope);
  }

  attributes(envelope: Envelope): Map<string, string> {
    const attributes = new Map<string, string>();
    for (const { key, value } of this.list) {
      const text = this.join(value, envelope);
      if (isBlank(text)) {
        continue;
      }
      this.remembered.set(`$${key}`, text);
      if (attributes.has(key)) {
        throw new RecordLost(`the attribute ${key} is given twice`);
      }
      attributes.set(key, text);
    }
    return attributes;
  }

  /** Text and constants of a value, as they print in the machine's culture. */
  private literal(parts: readonly ExPart[]): string {
    return parts
      .map((part) => {
        const constant = part.kind === "variable" && part.expression?.kind === "constant" ? part.expression : undefined;
        return part.kind === "literal" ? part.text : constant === undefined ? "" : toText(this.constant(constant), this.environment);
      })
      .join("");
  }

  private constant({ value }: ExConstant): DotnetValue {
    if (typeof value === "number") {
      return int(value);
    }
    return value !== null && typeof value === "object" ? (decimalInCulture(value, this.environment.culture) ?? null) : value;
  }

  private join(parts: readonly ExPart[], envelope: Envelope): string {
    return parts
      .map((part) => {
        if (part.kind === "literal") {
          return part.text;
        }
        return part.expression === undefined ? "" : toText(this.evaluate(part.expression, envelope), this.environment);
      })
      .join("");
  }

  private evaluate(expression: ExExpression, envelope: Envelope): DotnetValue {
    switch (expression.kind) {
      case "identifier":
        return this.identifier(expression.name, envelope);
      case "constant":
        return this.constant(expression);
      case "call": {
        const given = expression.arguments.map((argument) => this.evaluate(argument, envelope));
        if (exArities(expression.name)?.includes(given.length) !== true) {
          throw new RecordLost(`there is no function ${expression.name} of ${given.length} arguments`);
        }
        return callFunction(expression.name, given, this.environment);
      }
    }
  }

  private identifier(name: string, envelope: Envelope): DotnetValue {
    if (name.startsWith("$") || name.startsWith("_") || name.toLowerCase() === "timestamp") {
      return this.remembered.get(name) ?? resolveRecordVariable(name, envelope, this.environment);
    }
    return resolveVariable(name, this.scope, this.environment);
  }
}
