import type { World } from "../../world";
import type { Call } from "../../service";
import { knownAfterApply, referencesIn } from "./intrinsics";
import type { Properties, StackItem } from "./items";
import { compare, propertiesOf, scopeOf, type Plan, type PropertyChange } from "./plan";
import { typeOf } from "./types/registry";
import { asObject, canonical } from "./types/resourceType";

/** Changes as DescribeChangeSet gives them, values included; what a stack would become under a plan. */
export function changesOf(world: World, stack: StackItem, plan: Plan): Record<string, unknown>[] {
  const unknown = new Set(plan.order.filter((id) => !exists(stack, id)));
  const changes: Record<string, unknown>[] = [];
  for (const id of plan.order) {
    const change = unknown.has(id) ? addition(world, stack, plan, id, unknown) : modification(world, stack, plan, id, unknown);
    if (change !== undefined) {
      changes.push({ Type: "Resource", ResourceChange: change });
    }
  }
  const removed = Object.keys(stack.resources).filter((id) => exists(stack, id) && !plan.order.includes(id));
  return [...changes, ...removed.map((id) => ({ Type: "Resource", ResourceChange: removal(stack, id) }))];
}

/** The same for a change set that reverts drift: values before are those of the resources as they are. */
export function revertingChanges(
  world: World,
  { stack, states }: { readonly stack: StackItem; readonly states: Readonly<Record<string, string>> },
  plan: Plan,
): Record<string, unknown>[] {
  return changesOf(world, stack, plan).map((change) => {
    const resource = asObject(change["ResourceChange"]);
    const id = String(resource["LogicalResourceId"]);
    const details = (resource["Details"] as Record<string, unknown>[]).map((one) => ({
      ...one,
      Target: { ...asObject(one["Target"]), BeforeValueFrom: "ACTUAL_STATE", AfterValueFrom: "TEMPLATE" },
    }));
    return { ...change, ResourceChange: { ...resource, ResourceDriftStatus: states[id] ?? "NOT_CHECKED", Details: details } };
  });
}

const exists = (stack: StackItem, id: string): boolean => {
  const item = stack.resources[id];
  return item?.physicalId !== undefined && item.status !== "DELETE_COMPLETE" && item.status !== "DELETE_SKIPPED";
};

const context = (properties: Properties): string => JSON.stringify({ Properties: properties });

function addition(world: World, stack: StackItem, plan: Plan, id: string, unknown: ReadonlySet<string>): Record<string, unknown> {
  return {
    Action: "Add",
    LogicalResourceId: id,
    ResourceType: plan.template.resources[id]?.type,
    Scope: [],
    Details: [],
    AfterContext: context(propertiesOf(plan, id, scopeOf(world, stack, plan, unknown))),
  };
}

function removal(stack: StackItem, id: string): Record<string, unknown> {
  const item = stack.resources[id];
  return {
    PolicyAction: item?.deletionPolicy.startsWith("Retain") === true ? "Retain" : "Delete",
    Action: "Remove",
    LogicalResourceId: id,
    PhysicalResourceId: item?.physicalId,
    ResourceType: item?.type,
    Scope: [],
    Details: [],
    BeforeContext: context(item?.properties ?? {}),
  };
}

/** Replaced resources join `unknown`, so that whoever names them may change too. */
function modification(world: World, stack: StackItem, plan: Plan, id: string, unknown: Set<string>): Record<string, unknown> | undefined {
  const item = stack.resources[id];
  const resource = plan.template.resources[id];
  if (item === undefined || resource === undefined) {
    return undefined;
  }
  const after = propertiesOf(plan, id, scopeOf(world, stack, plan, unknown));
  const found = compare(item.type, item.properties, after, resource.policies);
  if (found.length === 0) {
    return undefined;
  }
  const isReplaced = found.some((change) => change.recreates && !change.isDynamic);
  const maybe = found.some((change) => change.recreates && change.isDynamic);
  if (isReplaced) {
    unknown.add(id);
  }
  return {
    ...(isReplaced ? { PolicyAction: resource.updateReplacePolicy === "Delete" ? "ReplaceAndDelete" : "ReplaceAndRetain" } : {}),
    Action: "Modify",
    LogicalResourceId: id,
    PhysicalResourceId: item.physicalId,
    ResourceType: item.type,
    Replacement: isReplaced ? "True" : maybe ? "Conditional" : "False",
    Scope: [...new Set(found.map((change) => (change.name === "Tags" ? "Tags" : "Properties")))],
    Details: found.map((change) => detail(plan, stack, id, change)),
    BeforeContext: context(item.properties),
    AfterContext: context(after),
  };
}

function detail(plan: Plan, stack: StackItem, id: string, change: PropertyChange): Record<string, unknown> {
  const source = sourceOf(plan, stack, id, change);
  const isTag = change.name === "Tags";
  return {
    Target: {
      Attribute: isTag ? "Tags" : "Properties",
      Name: isTag ? undefined : change.name,
      Path: `/Properties/${change.name}`,
      RequiresRecreation: change.recreates ? (change.isDynamic ? "Conditionally" : "Always") : "Never",
      BeforeValue: shown(change.before),
      AfterValue: shown(change.after),
      AttributeChangeType: change.before === undefined ? "Add" : change.after === undefined ? "Remove" : "Modify",
    },
    Evaluation: change.isDynamic ? "Dynamic" : "Static",
    ...source,
  };
}

const shown = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === "string" ? value : JSON.stringify(value);

/** Why a property changes: a parameter, another resource, or the template itself. */
function sourceOf(plan: Plan, stack: StackItem, id: string, change: PropertyChange): Record<string, string> {
  for (const { name, attribute } of referencesIn(plan.template.resources[id]?.properties[change.name])) {
    if (plan.template.parameters[name] !== undefined && plan.parameters[name] !== stack.parameters[name]) {
      return { ChangeSource: "ParameterReference", CausingEntity: name };
    }
    if (change.isDynamic && plan.template.resources[name] !== undefined) {
      return attribute === undefined
        ? { ChangeSource: "ResourceReference", CausingEntity: name }
        : { ChangeSource: "ResourceAttribute", CausingEntity: `${name}.${attribute}` };
    }
  }
  return { ChangeSource: "DirectModification" };
}

export interface EarlyFinding {
  readonly logicalId: string;
  readonly type: string;
  readonly validation: "AWS::EarlyValidation::PropertyValidation" | "AWS::EarlyValidation::ResourceExistenceCheck";
  readonly path: string;
  readonly reason: string;
}

/** CloudFormation's early validation: properties that do not exist or are missing, and names that are taken. */
export async function validateEarly(world: World, stack: StackItem, plan: Plan, call: Call): Promise<EarlyFinding[]> {
  const findings: EarlyFinding[] = [];
  const unknown = new Set(plan.order.filter((id) => !exists(stack, id)));
  for (const id of plan.order) {
    const type = plan.template.resources[id]?.type ?? "";
    const handler = typeOf(type);
    const properties = propertiesOf(plan, id, scopeOf(world, stack, plan, unknown));
    const validation = "AWS::EarlyValidation::PropertyValidation";
    for (const name of Object.keys(properties).filter((each) => !handler.properties.includes(each))) {
      const reason = `Unsupported property [${name}]`;
      findings.push({ logicalId: id, type, validation, path: `/Resources/${id}/Properties/${name}`, reason });
    }
    for (const name of handler.required.filter((each) => properties[each] === undefined)) {
      const reason = `required key [${name}] not found`;
      findings.push({ logicalId: id, type, validation, path: `/Resources/${id}/Properties`, reason });
    }
    if (unknown.has(id) && (await isTaken(world, stack, id, type, properties, call))) {
      const nameProperty = handler.nameProperty ?? "";
      findings.push({
        logicalId: id,
        type,
        validation: "AWS::EarlyValidation::ResourceExistenceCheck",
        path: `/Resources/${id}/Properties/${nameProperty}`,
        reason: `Resource of type '${type}' with identifier '${String(properties[nameProperty])}' already exists.`,
      });
    }
  }
  return findings;
}

async function isTaken(
  world: World,
  stack: StackItem,
  logicalId: string,
  type: string,
  properties: Properties,
  call: Call,
): Promise<boolean> {
  const { nameProperty, read } = typeOf(type);
  const name = nameProperty === undefined ? undefined : properties[nameProperty];
  if (typeof name !== "string" || read === undefined || canonical(name).includes(knownAfterApply)) {
    return false;
  }
  const found = await read({ world, call, stackId: stack.id, stackName: stack.name, logicalId, policies: {} }, name);
  return found !== undefined;
}
