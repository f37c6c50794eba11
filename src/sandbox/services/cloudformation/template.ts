import { scalarText } from "../../inputs";
import type { Properties } from "./items";
import { validationError } from "./items";
import { parseYaml } from "./yamlTemplate";

export interface TemplateParameter {
  readonly type: string;
  readonly default: string | undefined;
  readonly noEcho: boolean;
  readonly description: string | undefined;
  readonly raw: Properties;
}

export interface TemplateResource {
  readonly type: string;
  readonly properties: Properties;
  readonly dependsOn: readonly string[];
  readonly condition: string | undefined;
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
  readonly policies: Properties;
  readonly metadata: unknown;
}

export interface TemplateOutput {
  readonly value: unknown;
  readonly description: string | undefined;
  readonly condition: string | undefined;
  readonly exportName: unknown;
}

export interface Template {
  readonly description: string | undefined;
  readonly version: string | undefined;
  readonly metadata: unknown;
  readonly parameters: Readonly<Record<string, TemplateParameter>>;
  readonly mappings: Properties;
  readonly conditions: Properties;
  readonly resources: Readonly<Record<string, TemplateResource>>;
  readonly outputs: Readonly<Record<string, TemplateOutput>>;
}

export const maxTemplateBytes = 51_200;

const sections: ReadonlySet<string> = new Set([
  "AWSTemplateFormatVersion",
  "Description",
  "Metadata",
  "Parameters",
  "Rules",
  "Mappings",
  "Conditions",
  "Transform",
  "Resources",
  "Outputs",
]);

const resourceAttributes: ReadonlySet<string> = new Set([
  "Type",
  "Properties",
  "DependsOn",
  "Condition",
  "DeletionPolicy",
  "UpdateReplacePolicy",
  "CreationPolicy",
  "UpdatePolicy",
  "Metadata",
]);

const deletionPolicies = ["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"];

export const isObject = (value: unknown): value is Properties => typeof value === "object" && value !== null && !Array.isArray(value);

function formatError(message: string): Error {
  return validationError(`Template format error: ${message}`);
}

/** The template of a JSON or YAML text; refuses what CloudFormation's front end refuses. */
export function parseTemplate(text: string): Template {
  if (Buffer.byteLength(text) > maxTemplateBytes) {
    throw validationError(
      `1 validation error detected: Value '[template]' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${maxTemplateBytes}`,
    );
  }
  const document = parseText(text);
  const invalid = Object.keys(document).filter((name) => !sections.has(name));
  if (invalid.length > 0) {
    throw validationError(`Invalid template property or properties [${invalid.join(", ")}]`);
  }
  const resources = section(document, "Resources");
  if (Object.keys(resources).length === 0) {
    throw formatError("At least one Resources member must be defined.");
  }
  if (document["Transform"] !== undefined) {
    throw validationError("Transforms are not available in this sandbox.");
  }
  const { Description: description, AWSTemplateFormatVersion: version } = document;
  return {
    description: typeof description === "string" ? description : undefined,
    version: typeof version === "string" ? version : undefined,
    metadata: document["Metadata"],
    parameters: mapValues(section(document, "Parameters"), toParameter),
    mappings: section(document, "Mappings"),
    conditions: section(document, "Conditions"),
    resources: mapValues(resources, toResource),
    outputs: mapValues(section(document, "Outputs"), toOutput),
  };
}

/** JSON where it begins like it, else YAML. */
function parseText(text: string): Properties {
  const document = text.trimStart().startsWith("{") ? parseJson(text) : parseYaml(text);
  if (!isObject(document)) {
    throw formatError("unsupported structure.");
  }
  return document;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw formatError(`JSON not well-formed. (${thrown instanceof Error ? thrown.message : ""})`);
  }
}

function section(document: Properties, name: string): Properties {
  const value = document[name] ?? {};
  if (!isObject(value)) {
    throw formatError(`Every ${name} member must be an object.`);
  }
  const bad = Object.keys(value).find((key) => !/^[a-zA-Z0-9]{1,255}$/.test(key));
  if (bad !== undefined && name !== "Metadata") {
    throw formatError(`${name.replace(/s$/, "")} name ${bad} is non alphanumeric.`);
  }
  return value;
}

function mapValues<T>(values: Properties, convert: (value: Properties, name: string) => T): Record<string, T> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (!isObject(value)) {
        throw formatError(`[${name}] must be an object.`);
      }
      return [name, convert(value, name)];
    }),
  );
}

function toParameter(raw: Properties, name: string): TemplateParameter {
  const type = raw["Type"];
  if (typeof type !== "string") {
    throw formatError(`Every Parameters object must contain a Type member. [${name}]`);
  }
  const value = raw["Default"];
  const description = raw["Description"];
  return {
    type,
    default: value === undefined ? undefined : Array.isArray(value) ? value.join(",") : (scalarText(value) ?? ""),
    noEcho: raw["NoEcho"] === true || raw["NoEcho"] === "true",
    description: typeof description === "string" ? description : undefined,
    raw,
  };
}

function toResource(raw: Properties, name: string): TemplateResource {
  const { Type: type, DependsOn: after, Condition: condition } = raw;
  if (typeof type !== "string") {
    throw formatError(`[/Resources/${name}] Every Resources object must contain a Type member.`);
  }
  const unknown = Object.keys(raw).filter((key) => !resourceAttributes.has(key));
  if (unknown.length > 0) {
    throw validationError(`Invalid template resource property '${unknown[0] ?? ""}'`);
  }
  const properties = raw["Properties"] ?? {};
  if (!isObject(properties)) {
    throw formatError(`Properties of resource ${name} must be an object.`);
  }
  return {
    type,
    properties,
    dependsOn: typeof after === "string" ? [after] : Array.isArray(after) ? after.map(String) : [],
    condition: typeof condition === "string" ? condition : undefined,
    deletionPolicy: policyOf(raw, "DeletionPolicy", "Delete", name),
    updateReplacePolicy: policyOf(raw, "UpdateReplacePolicy", "Delete", name),
    policies: { CreationPolicy: raw["CreationPolicy"], UpdatePolicy: raw["UpdatePolicy"] },
    metadata: raw["Metadata"],
  };
}

function policyOf(raw: Properties, key: string, fallback: string, name: string): string {
  const value = raw[key] ?? fallback;
  if (typeof value !== "string" || !deletionPolicies.includes(value)) {
    throw formatError(`Unrecognized ${key} ${JSON.stringify(value)} for resource ${name}`);
  }
  return value;
}

function toOutput(raw: Properties, name: string): TemplateOutput {
  if (raw["Value"] === undefined) {
    throw formatError(`Every Outputs member must contain a Value object. [${name}]`);
  }
  const { Description: description, Condition: condition, Export: exported } = raw;
  return {
    value: raw["Value"],
    description: typeof description === "string" ? description : undefined,
    condition: typeof condition === "string" ? condition : undefined,
    exportName: isObject(exported) ? exported["Name"] : undefined,
  };
}

/** Values of all parameters: those given, else defaults; refuses unknown, missing and unfitting ones. */
export function resolveParameters(template: Template, given: Readonly<Record<string, string>>): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => template.parameters[name] === undefined);
  if (unknown.length > 0) {
    throw validationError(`Parameters: [${unknown.join(", ")}] do not exist in the template`);
  }
  const values: Record<string, string> = {};
  const missing: string[] = [];
  for (const [name, parameter] of Object.entries(template.parameters)) {
    const value = given[name] ?? parameter.default;
    if (value === undefined) {
      missing.push(name);
    } else {
      checkParameter(name, parameter, value);
      values[name] = value;
    }
  }
  if (missing.length > 0) {
    throw validationError(`Parameters: [${missing.join(", ")}] must have values`);
  }
  return values;
}

function checkParameter(name: string, { type, raw }: TemplateParameter, value: string): void {
  const { AllowedValues: allowed, AllowedPattern: pattern, MinLength: min, MaxLength: max, MinValue: low, MaxValue: high } = raw;
  const described = raw["ConstraintDescription"];
  const failed = (why: string): Error =>
    validationError(`Parameter '${name}' ${typeof described === "string" ? `failed to satisfy constraint: ${described}` : why}`);
  if (Array.isArray(allowed) && !allowed.map(String).includes(value)) {
    throw failed(`must be one of AllowedValues`);
  }
  if (typeof pattern === "string" && !new RegExp(`^(?:${pattern})$`).test(value)) {
    throw failed(`must match pattern ${pattern}`);
  }
  if (min !== undefined && value.length < Number(min)) {
    throw failed(`must contain at least ${Number(min)} characters`);
  }
  if (max !== undefined && value.length > Number(max)) {
    throw failed(`must contain at most ${Number(max)} characters`);
  }
  if (type === "Number" && !Number.isFinite(Number(value === "" ? "x" : value))) {
    throw failed("must be a number");
  }
  if (low !== undefined && Number(value) < Number(low)) {
    throw failed(`must be a number not less than ${Number(low)}`);
  }
  if (high !== undefined && Number(value) > Number(high)) {
    throw failed(`must be a number not greater than ${Number(high)}`);
  }
}
