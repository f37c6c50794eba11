import type { Json } from "../../search/json";
import { invalid, parseTemplate, type Scope } from "./template";
import type { Call } from "../../service";
import type { World } from "../../world";

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface ResourceState {
  readonly type: string;
  physicalId: string;
  attributes: Record<string, string>;
  properties: Json;
  readonly dependencies: string[];
  readonly deletionPolicy: string;
  status: string;
  reason?: string | undefined;
  time: number;
}

/** What a stack is made from. */
export interface Source {
  readonly template: string;
  readonly parameters: Record<string, string>;
  readonly tags: readonly Tag[];
}

/** Resources replaced or left out by an update go when everything else is done. */
export interface Obsolete {
  readonly logicalId: string;
  readonly resource: ResourceState;
}

export interface Running {
  readonly kind: "create" | "update" | "updateRollback" | "rollback" | "delete";
  readonly token: string | undefined;
  readonly done: string[];
  readonly running: string[];
  readonly obsolete: Obsolete[];
  readonly retain: readonly string[];
  /** Before the update. */
  readonly before?: Source & { readonly resources: Record<string, ResourceState> };
  failed?: string;
  cancelled?: boolean;
}

export interface StackEvent {
  readonly id: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string | undefined;
  readonly token: string | undefined;
  readonly time: number;
}

export interface StackState {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly accessKeyId: string;
  status: string;
  reason?: string | undefined;
  readonly created: number;
  updated?: number;
  deleted?: number;
  source: Source;
  outputs: Record<string, string>;
  resources: Record<string, ResourceState>;
  readonly events: StackEvent[];
  protected: boolean;
  onFailure: string;
  operation?: Running | undefined;
}

export interface ChangeSetState {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly kind: string;
  readonly source: Source;
  readonly token: string;
  readonly description: string;
  readonly onFailure: string;
  readonly created: number;
  status: string;
  reason?: string;
  execution: string;
  changes: Json[];
}

export const stacksOf = (world: World): Map<string, StackState> =>
  world.collection("cloudformation.stacks") as unknown as Map<string, StackState>;

export const changeSetsOf = (world: World): Map<string, ChangeSetState> =>
  world.collection("cloudformation.changeSets") as unknown as Map<string, ChangeSetState>;

/** By id, or by name among the living. */
export function findStack(world: World, call: Call, nameOrId: string): StackState | undefined {
  return (
    stacksOf(world).get(nameOrId) ??
    [...stacksOf(world).values()].find((one) => one.name === nameOrId && one.region === call.region && one.deleted === undefined)
  );
}

export function getStack(
  world: World,
  call: Call,
  nameOrId: unknown,
  wording = `Stack with id ${String(nameOrId)} does not exist`,
): StackState {
  const found = findStack(world, call, String(nameOrId));
  if (found === undefined) {
    throw invalid(wording);
  }
  return found;
}

export function addEvent(world: World, stack: StackState, event: Omit<StackEvent, "id" | "time" | "token">): void {
  stack.events.unshift({ ...event, id: world.uuid(), time: world.now(), token: stack.operation?.token });
}

/** Moves the stack itself to a status and says so in its events. */
export function moveStack(world: World, stack: StackState, status: string, reason?: string): void {
  stack.status = status;
  stack.reason = reason;
  addEvent(world, stack, { logicalId: stack.name, physicalId: stack.id, type: "AWS::CloudFormation::Stack", status, reason });
  world.save();
}

export function moveResource(
  world: World,
  stack: StackState,
  logicalId: string,
  resource: ResourceState,
  status: string,
  reason?: string,
): void {
  resource.status = status;
  resource.reason = reason;
  resource.time = world.now();
  addEvent(world, stack, { logicalId, physicalId: resource.physicalId, type: resource.type, status, reason });
  world.save();
}

export function scopeOf(world: World, stack: StackState, source: Source = stack.source): Scope {
  const template = parseTemplate(source.template);
  const values: Record<string, unknown> = {
    "AWS::Region": stack.region,
    "AWS::AccountId": world.account,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": stack.name,
    "AWS::StackId": stack.id,
    "AWS::NotificationARNs": [],
  };
  for (const [name, value] of Object.entries(source.parameters)) {
    const type = template.Parameters?.[name]?.["Type"];
    values[name] = typeof type === "string" && /List/.test(type) ? value.split(",") : value;
  }
  return {
    template,
    values,
    resource: (logicalId, attribute) => {
      const resource = stack.resources[logicalId];
      if (resource === undefined || resource.physicalId === "") {
        return undefined;
      }
      return attribute === undefined ? (resource.attributes["Ref"] ?? resource.physicalId) : resource.attributes[attribute];
    },
  };
}
