import { isObject, type Json } from "../../search/json";
import type { World } from "../../world";
import { providers, startFleet, type Provider } from "./providers";
import { scopeOf, type ResourceState, type Source, type StackState, type Tag } from "./state";
import { activeResources, evaluate, invalid, type Scope, type TemplateResource } from "./template";

export function providerOf(type: string): Provider {
  const found = providers[type];
  if (found === undefined) {
    throw invalid(`Template format error: Unrecognized resource types: [${type}]`);
  }
  return found;
}

/** Evaluated properties, with the stack's tags where the type takes tags. */
export function propertiesOf(resource: TemplateResource, scope: Scope, stackTags: readonly Tag[]): Json {
  const properties = evaluate(resource.Properties ?? {}, scope) as Json;
  const start = resource.CreationPolicy?.["StartFleet"];
  const isStarted = start === true || start === "true" || (isObject(start) && start["Type"] === true);
  const policy = isStarted ? { [startFleet]: true } : {};
  if (!providerOf(resource.Type).tagged) {
    return { ...properties, ...policy };
  }
  const own = (properties["Tags"] as Tag[] | undefined) ?? [];
  const inherited = stackTags.filter(({ Key }) => !own.some((tag) => tag.Key === Key));
  return { ...properties, Tags: [...own, ...inherited], ...policy };
}

/** Names of the properties that differ. */
export function changedProperties(before: Json, after: Json): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => name !== startFleet && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
}

/** What a change set shows; in the template's order, removals last. */
export function planChanges(world: World, stack: StackState, source: Source): Json[] {
  const scope = scopeOf(world, stack, source);
  const wanted = activeResources(scope);
  const changes = wanted.flatMap(([logicalId, resource]): Json[] => {
    const properties = propertiesOf(resource, scope, source.tags);
    const existing = stack.resources[logicalId];
    if (existing === undefined) {
      return [{ Action: "Add", LogicalResourceId: logicalId, ResourceType: resource.Type, Scope: [], Details: [] }];
    }
    const changed = changedProperties(existing.properties, properties);
    return changed.length === 0 ? [] : [modification(logicalId, resource, existing, properties, changed)];
  });
  const kept = new Set(wanted.map(([logicalId]) => logicalId));
  const removed = Object.entries(stack.resources)
    .filter(([logicalId]) => !kept.has(logicalId))
    .map(([logicalId, { type, physicalId, deletionPolicy }]) => ({
      Action: "Remove",
      PolicyAction: deletionPolicy === "Retain" || deletionPolicy === "RetainExceptOnCreate" ? "Retain" : "Delete",
      LogicalResourceId: logicalId,
      PhysicalResourceId: physicalId,
      ResourceType: type,
      Scope: [],
      Details: [],
    }));
  return [...changes, ...removed].map((ResourceChange) => ({ Type: "Resource", ResourceChange }));
}

function modification(logicalId: string, resource: TemplateResource, existing: ResourceState, after: Json, changed: string[]): Json {
  const { createOnly } = providerOf(resource.Type);
  const isReplaced = changed.some((name) => createOnly.includes(name));
  const details = changed.map((name) => ({
    Target: {
      Attribute: name === "Tags" ? "Tags" : "Properties",
      Name: name,
      Path: `/Properties/${name}`,
      RequiresRecreation: createOnly.includes(name) ? "Always" : "Never",
      BeforeValue: shown(existing.properties[name]),
      AfterValue: shown(after[name]),
    },
    Evaluation: "Static",
    ChangeSource: "DirectModification",
  }));
  return {
    Action: "Modify",
    LogicalResourceId: logicalId,
    PhysicalResourceId: existing.physicalId,
    ResourceType: resource.Type,
    Replacement: isReplaced ? "True" : "False",
    ...(isReplaced ? { PolicyAction: resource.UpdateReplacePolicy === "Retain" ? "ReplaceAndRetain" : "ReplaceAndDelete" } : {}),
    Scope: [...new Set(details.map(({ Target }) => Target.Attribute))],
    Details: details,
  };
}

const shown = (value: unknown): string | undefined => (value === undefined || typeof value === "string" ? value : JSON.stringify(value));

/** Given name, or one made up the way CloudFormation does. */
export function physicalName(world: World, stack: StackState, logicalId: string, type: string, properties: Json): string {
  const { nameProperty } = providerOf(type);
  if (nameProperty === undefined) {
    return `${String(properties["FleetName"])}|${String(properties["StackName"])}`;
  }
  const given = properties[nameProperty];
  if (typeof given === "string") {
    return given;
  }
  const isLower = type === "AWS::S3::Bucket" || type === "AWS::OpenSearchService::Domain";
  const name = `${stack.name}-${logicalId}-${world.randomHex(12)}`;
  return isLower ? name.toLowerCase() : name;
}
