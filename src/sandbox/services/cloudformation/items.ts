import { toArn } from "../../arns";
import type { Caller } from "../../credentials";
import type { Tag } from "../../inputs";
import { ServiceError, type Call } from "../../service";
import type { Item, World } from "../../world";

export type Properties = Readonly<Record<string, unknown>>;

/** A resource of a stack as it is now. */
export interface ResourceItem {
  readonly type: string;
  physicalId?: string;
  status: string;
  reason?: string;
  updated: number;
  /** As last applied, all references resolved. */
  properties: Properties;
  /** What Fn::GetAtt gives. */
  attributes: Record<string, string>;
  /** Logical ids it was created after: deletion goes the other way. */
  dependsOn: string[];
  deletionPolicy: string;
  /** Creation and update policies, for handlers that obey them. */
  policies: Properties;
  /** Created by the operation that runs. */
  isNew?: boolean;
  drift?: string;
  driftChecked?: number;
}

/** Where one resource's part of an operation stands. */
export interface Step {
  readonly logicalId: string;
  readonly action: "create" | "update" | "replace" | "delete";
  status: "waiting" | "running" | "done" | "failed" | "skipped";
  /** What the handler remembers between its calls. */
  state?: Item;
  /** The resource that a replacement or clean-up removes. */
  readonly old?: ResourceItem;
  readonly token: string;
  reason?: string;
}

export type OperationKind = "create" | "update" | "delete" | "rollback" | "updateRollback" | "cleanup" | "rollbackCleanup";

/** What is being done to a stack; kept, so that a restarted sandbox goes on. */
export interface OperationItem {
  readonly id: string;
  readonly kind: OperationKind;
  readonly token?: string | undefined;
  readonly caller: Caller;
  steps: Step[];
  readonly onFailure: "ROLLBACK" | "DO_NOTHING" | "DELETE";
  readonly retainExceptOnCreate?: boolean;
  readonly retain?: string[];
  readonly isForced?: boolean;
  /** Resources are compared with what they are, not with what was deployed. */
  readonly revertsDrift?: boolean;
  /** Before an update, to go back to. */
  readonly before?: Deployed;
  /** A clean-up's steps come from the operation before it. */
  cancelled?: boolean;
}

/** What was or is to be deployed. */
export interface Deployed {
  readonly template: string;
  readonly parameters: Record<string, string>;
  readonly tags: Tag[];
  readonly capabilities: string[];
  readonly resources: Record<string, ResourceItem>;
}

/** Keyed by stack id. */
export interface StackItem extends Item {
  id: string;
  name: string;
  region: string;
  status: string;
  reason?: string;
  created: number;
  updated?: number;
  deleted?: number;
  template: string;
  parameters: Record<string, string>;
  tags: Tag[];
  capabilities: string[];
  resources: Record<string, ResourceItem>;
  outputs: { key: string; value: string; description?: string; exportName?: string }[];
  changeSetId?: string;
  disableRollback: boolean;
  isProtected: boolean;
  policy?: string;
  roleArn?: string;
  operation?: OperationItem;
  lastOperations: { kind: string; id: string }[];
  drift?: string;
  driftChecked?: number;
  /** What to go back to when an update's rollback failed. */
  rollbackTo?: Deployed;
}

export interface ChangeSetItem extends Item {
  id: string;
  name: string;
  stackId: string;
  stackName: string;
  type: string;
  status: string;
  reason?: string;
  execution: string;
  created: number;
  template: string;
  parameters: Record<string, string>;
  tags: Tag[];
  capabilities: string[];
  description?: string;
  onStackFailure?: string;
  /** REVERT_DRIFT: compared with what is, not with what was deployed. */
  deploymentMode?: string;
  stackDrift?: string;
  caller: Caller;
  changes: Item[];
  operationId: string;
  /** What early validation found. */
  findings?: Item[];
}

export const stacksOf = (world: World): Map<string, StackItem> => world.collection("cfn.stacks") as Map<string, StackItem>;
export const changeSetsOf = (world: World): Map<string, ChangeSetItem> => world.collection("cfn.changeSets") as Map<string, ChangeSetItem>;

export function validationError(message: string): ServiceError {
  return new ServiceError("ValidationError", message);
}

export function noStack(nameOrId: string): ServiceError {
  return validationError(`Stack with id ${nameOrId} does not exist`);
}

/** By name (only a living stack) or by id (a deleted one too). */
export function findStack(world: World, region: string, nameOrId: string): StackItem | undefined {
  if (nameOrId.startsWith("arn:")) {
    const stack = stacksOf(world).get(nameOrId);
    return stack?.region === region ? stack : undefined;
  }
  return [...stacksOf(world).values()].find(
    (stack) => stack.name === nameOrId && stack.region === region && stack.status !== "DELETE_COMPLETE",
  );
}

export function getStack(world: World, call: Pick<Call, "region">, nameOrId: string): StackItem {
  const stack = findStack(world, call.region, nameOrId);
  if (stack === undefined) {
    throw noStack(nameOrId);
  }
  return stack;
}

/** For operations that change a stack: a deleted one does not exist for them. */
export function getLivingStack(world: World, call: Pick<Call, "region">, nameOrId: string): StackItem {
  const stack = getStack(world, call, nameOrId);
  if (stack.status === "DELETE_COMPLETE") {
    throw noStack(nameOrId);
  }
  return stack;
}

export function addStack(world: World, region: string, name: string, status: string): StackItem {
  const stack: StackItem = {
    id: toArn("cloudformation", region, world.account, `stack/${name}/${world.uuid()}`),
    name,
    region,
    status,
    created: world.now(),
    template: "",
    parameters: {},
    tags: [],
    capabilities: [],
    resources: {},
    outputs: [],
    disableRollback: false,
    isProtected: false,
    lastOperations: [],
  };
  stacksOf(world).set(stack.id, stack);
  world.save();
  return stack;
}

export const isBusy = (stack: StackItem): boolean => stack.status.endsWith("_IN_PROGRESS") && stack.status !== "REVIEW_IN_PROGRESS";
