import type { Tag } from "../../inputs";
import { ServiceError } from "../../service";
import type { World } from "../../world";
import { isTrue, knownAfterApply, referencesIn, resolve, type Scope } from "./intrinsics";
import { validationError, type Properties, type ResourceItem, type StackItem } from "./items";
import { isObject, type Template } from "./template";
import { resourceTypes, typeOf } from "./types/registry";
import { canonical, isSame, tagsOf } from "./types/resourceType";

/** What a template with its parameters amounts to. */
export interface Plan {
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  /** Logical ids whose condition holds, each after those it needs. */
  readonly order: readonly string[];
  readonly needs: Readonly<Record<string, readonly string[]>>;
}

type StackNames = Pick<StackItem, "id" | "name" | "region">;

/** References to resources as they are; those in `replaced` are not known yet. */
export function scopeOf(
  world: World,
  stack: StackNames & { readonly resources: Readonly<Record<string, ResourceItem>> },
  plan: Pick<Plan, "template" | "parameters">,
  replaced: ReadonlySet<string> = new Set(),
): Scope {
  const known = (id: string): ResourceItem | undefined => (replaced.has(id) ? undefined : stack.resources[id]);
  return {
    template: plan.template,
    parameters: plan.parameters,
    region: stack.region,
    account: world.account,
    stackId: stack.id,
    stackName: stack.name,
    physicalId: (id) => known(id)?.physicalId,
    attribute: (id, name) => known(id)?.attributes[name],
  };
}

/** Checks a template against itself and puts its resources in order. */
export function toPlan(
  world: World,
  stack: StackNames,
  template: Template,
  parameters: Readonly<Record<string, string>>,
  tags: readonly Tag[],
): Plan {
  const scope = scopeOf(world, { ...stack, resources: {} }, { template, parameters });
  checkReferences(template);
  checkTypes(template);
  const active = Object.entries(template.resources)
    .filter(([, resource]) => resource.condition === undefined || isTrue(resource.condition, scope))
    .map(([id]) => id);
  const needs = Object.fromEntries(active.map((id) => [id, needsOf(template, id, active, scope)]));
  return { template, parameters, tags, needs, order: inOrder(active, needs) };
}

function checkReferences(template: Template): void {
  const known = new Set([...Object.keys(template.resources), ...Object.keys(template.parameters)]);
  const unresolved = new Set<string>();
  for (const resource of Object.values(template.resources)) {
    for (const { name, attribute } of [
      ...referencesIn(resource.properties),
      ...resource.dependsOn.map((each) => ({ name: each, attribute: "" })),
    ]) {
      const isKnown = attribute === undefined ? known.has(name) : template.resources[name] !== undefined;
      if (!isKnown) {
        unresolved.add(name);
      }
    }
  }
  if (unresolved.size > 0) {
    throw validationError(
      `Template format error: Unresolved resource dependencies [${[...unresolved].join(", ")}] in the Resources block of the template`,
    );
  }
  const inOutputs = Object.values(template.outputs)
    .flatMap((output) => referencesIn(output.value))
    .filter(({ name }) => !known.has(name));
  if (inOutputs.length > 0) {
    const names = [...new Set(inOutputs.map(({ name }) => name))].join(", ");
    throw validationError(`Template format error: Unresolved resource dependencies [${names}] in the Outputs block of the template`);
  }
}

function checkTypes(template: Template): void {
  const unknown = [...new Set(Object.values(template.resources).map((resource) => resource.type))].filter(
    (type) => resourceTypes[type] === undefined,
  );
  if (unknown.length > 0) {
    throw validationError(`Template format error: Unrecognized resource types: [${unknown.join(", ")}]`);
  }
}

function needsOf(template: Template, id: string, active: readonly string[], scope: Scope): readonly string[] {
  const resource = template.resources[id];
  const named = [...referencesIn(resource?.properties, scope).map(({ name }) => name), ...(resource?.dependsOn ?? [])];
  return [...new Set(named)].filter((name) => active.includes(name) && name !== id);
}

function inOrder(ids: readonly string[], needs: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const order: string[] = [];
  let waiting = [...ids];
  while (waiting.length > 0) {
    const ready = waiting.filter((id) => (needs[id] ?? []).every((need) => order.includes(need)));
    if (ready.length === 0) {
      throw validationError(`Circular dependency between resources: [${waiting.join(", ")}]`);
    }
    order.push(...ready);
    waiting = waiting.filter((id) => !ready.includes(id));
  }
  return order;
}

/** Refuses a template that makes IAM resources without leave to. */
export function checkCapabilities(template: Template, capabilities: readonly string[]): void {
  const needed = neededCapability(template);
  const isGranted =
    capabilities.includes("CAPABILITY_NAMED_IAM") || (needed === "CAPABILITY_IAM" && capabilities.includes("CAPABILITY_IAM"));
  if (needed !== undefined && !isGranted) {
    throw new ServiceError("InsufficientCapabilitiesException", `Requires capabilities : [${needed}]`);
  }
}

export function neededCapability(template: Template): "CAPABILITY_IAM" | "CAPABILITY_NAMED_IAM" | undefined {
  const iam = Object.values(template.resources).filter((resource) => resource.type.startsWith("AWS::IAM::"));
  const isNamed = iam.some((resource) => resource.type === "AWS::IAM::Role" && resource.properties["RoleName"] !== undefined);
  return isNamed ? "CAPABILITY_NAMED_IAM" : iam.length > 0 ? "CAPABILITY_IAM" : undefined;
}

/** The properties that a resource is to have: functions evaluated, the stack's tags among its own. */
export function propertiesOf(plan: Plan, id: string, scope: Scope): Properties {
  const resource = plan.template.resources[id];
  const properties = resolve(resource?.properties ?? {}, scope) as Properties;
  if (resource === undefined || !typeOf(resource.type).isTaggable || (plan.tags.length === 0 && properties["Tags"] === undefined)) {
    return properties;
  }
  const merged = new Map([...plan.tags, ...tagsOf(properties)].map((tag) => [tag.Key, tag]));
  return { ...properties, Tags: [...merged.values()] };
}

export interface PropertyChange {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly recreates: boolean;
  /** The value after depends on what is not known yet. */
  readonly isDynamic: boolean;
}

/** Properties that differ. */
export function compare(type: string, before: Properties, after: Properties, policies: Properties): readonly PropertyChange[] {
  const handler = typeOf(type);
  const also = handler.alsoReplaces?.(before, after, policies).map((name) => name.split("/")[0] ?? name) ?? [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .filter((name) => (name === "Tags" ? !isSameTags(before, after) : !isSame(before[name], after[name])))
    .map((name) => ({
      name,
      before: before[name],
      after: after[name],
      recreates: handler.createOnly.includes(name) || also.includes(name),
      isDynamic: canonical(after[name]).includes(knownAfterApply),
    }));
}

function isSameTags(before: Properties, after: Properties): boolean {
  const sorted = (properties: Properties): unknown => tagsOf(properties).sort((a, b) => (a.Key < b.Key ? -1 : 1));
  return isSame(sorted(before), sorted(after));
}

/** Outputs whose condition holds, with their values. */
export function outputsOf(world: World, stack: StackItem, plan: Plan): StackItem["outputs"] {
  const scope = scopeOf(world, stack, plan);
  return Object.entries(plan.template.outputs)
    .filter(([, output]) => output.condition === undefined || isTrue(output.condition, scope))
    .map(([key, output]) => {
      const value = resolve(output.value, scope);
      const exported = output.exportName === undefined ? undefined : resolve(output.exportName, scope);
      return {
        key,
        value: isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value),
        ...(output.description === undefined ? {} : { description: output.description }),
        ...(typeof exported === "string" ? { exportName: exported } : {}),
      };
    });
}
