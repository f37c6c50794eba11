import { isObject, type Json } from "../../search/json";
import { ServiceError } from "../../service";

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Json;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly CreationPolicy?: Json;
}

export interface Template {
  readonly Description?: string;
  readonly Parameters?: Readonly<Record<string, Json>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, Json>>;
}

/** What stands for a value that only exists once the resource does. */
export const knownAfterApply = "{{changeSet:KNOWN_AFTER_APPLY}}";

export const invalid = (message: string): ServiceError => new ServiceError("ValidationError", message);

export function parseTemplate(body: unknown): Template {
  let parsed: unknown;
  try {
    parsed = JSON.parse(typeof body === "string" ? body : "");
  } catch {
    throw invalid("Template format error: JSON not well-formed. The sandbox reads templates in JSON only.");
  }
  if (!isObject(parsed) || !isObject(parsed["Resources"]) || Object.keys(parsed["Resources"]).length === 0) {
    throw invalid("Template format error: At least one Resources member must be defined.");
  }
  return parsed as unknown as Template;
}

/** What names in a template stand for. */
export interface Scope {
  readonly template: Template;
  readonly values: Readonly<Record<string, unknown>>;
  /** Physical id without an attribute; undefined for a resource that does not exist yet. */
  readonly resource: (logicalId: string, attribute: string | undefined) => string | undefined;
}

const noValue = Symbol("AWS::NoValue");

/** The value with its intrinsic functions replaced. */
export function evaluate(value: unknown, scope: Scope): unknown {
  const result = resolve(value, scope);
  return result === noValue ? undefined : result;
}

function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => resolve(each, scope)).filter((each) => each !== noValue);
  }
  if (!isObject(value)) {
    return value;
  }
  const [first, ...rest] = Object.entries(value);
  const run = first === undefined || rest.length > 0 ? undefined : functions[first[0]];
  if (first !== undefined && run !== undefined) {
    return run(first[1], scope);
  }
  const members = Object.entries(value).map(([key, each]) => [key, resolve(each, scope)] as const);
  return Object.fromEntries(members.filter(([, each]) => each !== noValue));
}

const listOf = (value: unknown, scope: Scope): unknown[] => {
  const list = resolve(value, scope);
  return Array.isArray(list) ? (list as unknown[]) : [list];
};

const functions: Readonly<Record<string, (value: unknown, scope: Scope) => unknown>> = {
  Ref: (name, scope) => reference(String(name), scope),
  "Fn::GetAtt": (value, scope) => {
    const [logicalId = "", ...path] = Array.isArray(value) ? value.map(String) : String(value).split(".");
    return attribute(logicalId, path.join("."), scope);
  },
  "Fn::Sub": (value, scope) => substitute(value, scope),
  "Fn::Join": (value, scope) => {
    const [separator, items] = value as [string, unknown];
    return listOf(items, scope).join(separator);
  },
  "Fn::Select": (value, scope) => {
    const [index, items] = value as [unknown, unknown];
    return listOf(items, scope)[Number(resolve(index, scope))];
  },
  "Fn::Split": (value, scope) => {
    const [separator, text] = value as [string, unknown];
    return String(resolve(text, scope)).split(separator);
  },
  "Fn::FindInMap": (value, scope) => {
    const [map, top, second] = (value as unknown[]).map((each) => String(resolve(each, scope)));
    return scope.template.Mappings?.[map ?? ""]?.[top ?? ""]?.[second ?? ""];
  },
  "Fn::Base64": (value, scope) => Buffer.from(String(resolve(value, scope))).toString("base64"),
  "Fn::If": (value, scope) => {
    const [name, yes, no] = value as [string, unknown, unknown];
    return resolve(holds(name, scope) ? yes : no, scope);
  },
  "Fn::Equals": (value, scope) => {
    const [a, b] = (value as unknown[]).map((each) => resolve(each, scope));
    return String(a) === String(b);
  },
  "Fn::And": (value, scope) => (value as unknown[]).every((each) => resolve(each, scope) === true),
  "Fn::Or": (value, scope) => (value as unknown[]).some((each) => resolve(each, scope) === true),
  "Fn::Not": (value, scope) => listOf(value, scope)[0] !== true,
  Condition: (name, scope) =>
    typeof name === "string" && name in (scope.template.Conditions ?? {}) ? holds(name, scope) : { Condition: resolve(name, scope) },
};

export function holds(name: string, scope: Scope): boolean {
  const condition = scope.template.Conditions?.[name];
  if (condition === undefined) {
    throw invalid(`Template validation error: Template error: unresolved condition dependency ${name}`);
  }
  return resolve(condition, scope) === true;
}

function reference(name: string, scope: Scope): unknown {
  if (name === "AWS::NoValue") {
    return noValue;
  }
  if (name in scope.values) {
    return scope.values[name];
  }
  return attribute(name, undefined, scope);
}

function attribute(logicalId: string, name: string | undefined, scope: Scope): string {
  if (!(logicalId in scope.template.Resources)) {
    throw invalid(`Template format error: Unresolved resource dependencies [${logicalId}] in the Resources block of the template`);
  }
  return scope.resource(logicalId, name) ?? knownAfterApply;
}

function substitute(value: unknown, scope: Scope): string {
  const [text, local] = Array.isArray(value) ? (value as [string, Json]) : [String(value), {}];
  return text.replace(/\$\{(!?)([^}]+)\}/g, (whole, escaped: string, name: string) => {
    if (escaped !== "") {
      return whole.replace("!", "");
    }
    if (name in local) {
      return String(resolve(local[name], scope));
    }
    const [logicalId = "", ...path] = name.split(".");
    return String(path.length === 0 ? reference(name, scope) : attribute(logicalId, path.join("."), scope));
  });
}

/** Resources whose condition holds. */
export function activeResources(scope: Scope): [string, TemplateResource][] {
  return Object.entries(scope.template.Resources).filter(([, { Condition }]) => Condition === undefined || holds(Condition, scope));
}

/** Logical ids that must exist before this resource. */
export function dependenciesOf(resource: TemplateResource, template: Template): string[] {
  const found = new Set<string>([resource.DependsOn ?? []].flat());
  collect(resource.Properties, found);
  return [...found].filter((name) => name in template.Resources);
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    value.forEach((each) => collect(each, found));
    return;
  }
  if (!isObject(value)) {
    return;
  }
  for (const [key, each] of Object.entries(value)) {
    if (key === "Ref") {
      found.add(String(each));
    } else if (key === "Fn::GetAtt") {
      found.add(Array.isArray(each) ? String(each[0]) : (String(each).split(".")[0] ?? ""));
    } else if (key === "Fn::Sub") {
      const text = String(Array.isArray(each) ? each[0] : each);
      [...text.matchAll(/\$\{([^!}.]+)/g)].forEach(([, name = ""]) => found.add(name));
    }
    collect(each, found);
  }
}

/** Given values over defaults; refuses what the template does not declare or what is missing. */
export function parameterValues(template: Template, given: Readonly<Record<string, string>>): Record<string, string> {
  const declared = template.Parameters ?? {};
  const unknown = Object.keys(given).filter((name) => !(name in declared));
  if (unknown.length > 0) {
    throw invalid(`Parameters: [${unknown.join(", ")}] do not exist in the template`);
  }
  const missing = Object.keys(declared).filter((name) => given[name] === undefined && declared[name]?.["Default"] === undefined);
  if (missing.length > 0) {
    throw invalid(`Parameters: [${missing.join(", ")}] must have values`);
  }
  return Object.fromEntries(
    Object.entries(declared).map(([name, declaration]) => {
      const value = given[name] ?? String(declaration["Default"]);
      const least = declaration["MinLength"];
      if (least !== undefined && value.length < Number(least)) {
        throw invalid(`Parameter '${name}' must contain at least ${Number(least)} characters`);
      }
      return [name, value];
    }),
  );
}
