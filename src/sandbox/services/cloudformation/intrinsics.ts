import { partitionOf, urlSuffixOf } from "../../arns";
import { validationError } from "./items";
import { isObject, type Template } from "./template";

/** What references stand for. Undefined: not known yet. */
export interface Scope {
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  readonly region: string;
  readonly account: string;
  readonly stackId: string;
  readonly stackName: string;
  physicalId(logicalId: string): string | undefined;
  attribute(logicalId: string, name: string): string | undefined;
}

/** Stands for what only creation will tell. */
export const knownAfterApply = "{{changeSet:KNOWN_AFTER_APPLY}}";

const noValue = Symbol("AWS::NoValue");

/** A value of the template with all its functions evaluated; properties that are AWS::NoValue are left out. */
export function resolve(value: unknown, scope: Scope): unknown {
  const resolved = evaluate(value, scope);
  return resolved === noValue ? undefined : resolved;
}

function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => evaluate(each, scope)).filter((each) => each !== noValue);
  }
  if (!isObject(value)) {
    return value;
  }
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && (first[0] === "Ref" || first[0].startsWith("Fn::"))) {
    return call(first[0], first[1], scope);
  }
  return Object.fromEntries(entries.map(([key, each]) => [key, evaluate(each, scope)] as const).filter(([, each]) => each !== noValue));
}

function call(name: string, argument: unknown, scope: Scope): unknown {
  switch (name) {
    case "Ref":
      return reference(String(argument), scope);
    case "Fn::GetAtt": {
      const [logicalId, attribute] = getAttTarget(argument);
      return scope.attribute(logicalId, attribute) ?? knownAfterApply;
    }
    case "Fn::Sub":
      return substitute(argument, scope);
    case "Fn::Join": {
      const [separator, list] = pair(name, argument);
      return toList(evaluate(list, scope)).map(toText).join(String(separator));
    }
    case "Fn::Select": {
      const [index, list] = pair(name, argument);
      const items = toList(evaluate(list, scope));
      const found = items[Number(evaluate(index, scope))];
      if (found === undefined) {
        throw validationError("Template error: Fn::Select cannot select nonexistent value at index " + toText(evaluate(index, scope)));
      }
      return found;
    }
    case "Fn::Split": {
      const [separator, text] = pair(name, argument);
      return toText(evaluate(text, scope)).split(String(separator));
    }
    case "Fn::If": {
      const [condition, whenTrue, whenFalse] = Array.isArray(argument) ? (argument as unknown[]) : [];
      return evaluate(isTrue(String(condition), scope) ? whenTrue : whenFalse, scope);
    }
    case "Fn::FindInMap": {
      const [map, top, second] = toList(argument).map((each) => toText(evaluate(each, scope)));
      const level = isObject(scope.template.mappings[map ?? ""]) ? (scope.template.mappings[map ?? ""] as Record<string, unknown>) : {};
      const row = level[top ?? ""];
      if (!isObject(row) || row[second ?? ""] === undefined) {
        throw validationError(`Template error: Unable to get mapping for ${map ?? ""}::${top ?? ""}::${second ?? ""}`);
      }
      return row[second ?? ""];
    }
    case "Fn::Base64":
      return Buffer.from(toText(evaluate(argument, scope))).toString("base64");
    case "Fn::GetAZs":
      return ["a", "b", "c"].map(
        (letter) => `${toText(evaluate(argument, scope)) === "" ? scope.region : toText(evaluate(argument, scope))}${letter}`,
      );
    default:
      throw validationError(`Template error: the function ${name} is not available in this sandbox.`);
  }
}

function reference(name: string, scope: Scope): unknown {
  const pseudo = pseudoParameter(name, scope);
  if (pseudo !== undefined) {
    return pseudo;
  }
  const parameter = scope.template.parameters[name];
  if (parameter !== undefined) {
    const value = scope.parameters[name] ?? "";
    return /^(CommaDelimitedList|List<.*>)$/.test(parameter.type) ? value.split(",").map((each) => each.trim()) : value;
  }
  return scope.physicalId(name) ?? knownAfterApply;
}

function pseudoParameter(name: string, scope: Scope): unknown {
  switch (name) {
    case "AWS::AccountId":
      return scope.account;
    case "AWS::Region":
      return scope.region;
    case "AWS::Partition":
      return partitionOf(scope.region);
    case "AWS::URLSuffix":
      return urlSuffixOf(scope.region);
    case "AWS::StackId":
      return scope.stackId;
    case "AWS::StackName":
      return scope.stackName;
    case "AWS::NotificationARNs":
      return [];
    case "AWS::NoValue":
      return noValue;
    default:
      return undefined;
  }
}

function substitute(argument: unknown, scope: Scope): string {
  const [text, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument, {}];
  const own = isObject(variables) ? variables : {};
  return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
    if (literal === "!") {
      return `\${${name}}`;
    }
    if (Object.hasOwn(own, name)) {
      return toText(evaluate(own[name], scope));
    }
    const [logicalId = "", ...rest] = name.trim().split(".");
    return rest.length === 0 ? toText(reference(logicalId, scope)) : (scope.attribute(logicalId, rest.join(".")) ?? knownAfterApply);
  });
}

function getAttTarget(argument: unknown): readonly [string, string] {
  const [logicalId = "", ...rest] = Array.isArray(argument) ? argument.map(String) : String(argument).split(".");
  return [logicalId, rest.join(".")];
}

function pair(name: string, argument: unknown): readonly [unknown, unknown] {
  if (!Array.isArray(argument) || argument.length !== 2) {
    throw validationError(`Template error: every ${name} object requires two parameters.`);
  }
  return [argument[0], argument[1]];
}

const toList = (value: unknown): unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : value === knownAfterApply ? [knownAfterApply] : [];

function toText(value: unknown): string {
  return typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : value === noValue
        ? ""
        : JSON.stringify(value);
}

/** A named condition of the template. */
export function isTrue(name: string, scope: Scope): boolean {
  const condition = scope.template.conditions[name];
  if (condition === undefined) {
    throw validationError(`Template error: unresolved condition dependency ${name} in Fn::If`);
  }
  return test(condition, scope);
}

function test(condition: unknown, scope: Scope): boolean {
  if (!isObject(condition)) {
    return condition === true || condition === "true";
  }
  const [name = "", argument] = Object.entries(condition)[0] ?? [];
  switch (name) {
    case "Condition":
      return isTrue(String(argument), scope);
    case "Fn::Equals": {
      const [left, right] = pair(name, argument);
      return toText(evaluate(left, scope)) === toText(evaluate(right, scope));
    }
    case "Fn::And":
      return toList(argument).every((each) => test(each, scope));
    case "Fn::Or":
      return toList(argument).some((each) => test(each, scope));
    case "Fn::Not":
      return !test(toList(argument)[0], scope);
    default:
      return evaluate(condition, scope) === "true";
  }
}

export interface Found {
  readonly name: string;
  /** Undefined for Ref. */
  readonly attribute: string | undefined;
}

/** Everything that Ref, Fn::GetAtt and Fn::Sub in a value name, pseudo parameters left out; of Fn::If only the branch that holds when a scope is given. */
export function referencesIn(value: unknown, scope?: Scope): Found[] {
  if (Array.isArray(value)) {
    return value.flatMap((each) => referencesIn(each, scope));
  }
  if (!isObject(value)) {
    return [];
  }
  return Object.entries(value).flatMap(([key, argument]) => {
    switch (key) {
      case "Ref":
        return String(argument).startsWith("AWS::") ? [] : [{ name: String(argument), attribute: undefined }];
      case "Fn::GetAtt": {
        const [name, attribute] = getAttTarget(argument);
        return [{ name, attribute }];
      }
      case "Fn::Sub":
        return referencesInText(argument, scope);
      case "Fn::If": {
        const [condition, whenTrue, whenFalse] = toList(argument);
        return referencesIn(scope === undefined ? [whenTrue, whenFalse] : isTrue(String(condition), scope) ? whenTrue : whenFalse, scope);
      }
      default:
        return referencesIn(argument, scope);
    }
  });
}

function referencesInText(argument: unknown, scope: Scope | undefined): Found[] {
  const [text, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument, {}];
  const own = isObject(variables) ? variables : {};
  const inText = [...String(text).matchAll(/\$\{([^!}][^}]*)\}/g)].flatMap(([, name = ""]) => {
    const [logicalId = "", ...rest] = name.trim().split(".");
    return logicalId.startsWith("AWS::") || Object.hasOwn(own, logicalId)
      ? []
      : [{ name: logicalId, attribute: rest.length === 0 ? undefined : rest.join(".") }];
  });
  return [...inText, ...referencesIn(own, scope)];
}
