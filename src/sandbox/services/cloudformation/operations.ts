import type { Caller } from "../../credentials";
import type { Tag } from "../../inputs";
import type { World } from "../../world";
import type { Engine } from "./engine";
import { setStackStatus } from "./events";
import type { OperationItem, StackItem } from "./items";
import { toPlan } from "./plan";
import { parseTemplate } from "./template";

export interface Deployment {
  readonly kind: "create" | "update";
  readonly template: string;
  readonly parameters: Record<string, string>;
  readonly tags: Tag[];
  readonly capabilities: string[];
  readonly token: string | undefined;
  readonly caller: Caller;
  readonly onFailure: OperationItem["onFailure"];
  readonly retainExceptOnCreate: boolean;
  readonly deploymentMode?: string;
}

/** Begins to make the stack what the deployment says. */
export function begins(world: World, engine: Engine, stack: StackItem, deployment: Deployment): string {
  const { kind, template, parameters, tags, capabilities, token, caller, onFailure, retainExceptOnCreate, deploymentMode } = deployment;
  const before = {
    template: stack.template,
    parameters: stack.parameters,
    tags: stack.tags,
    capabilities: stack.capabilities,
    resources: structuredClone(stack.resources),
  };
  const plan = toPlan(world, stack, parseTemplate(template), parameters, tags);
  Object.assign(stack, { template, parameters, tags, capabilities, disableRollback: onFailure === "DO_NOTHING" });
  if (kind === "update") {
    stack.updated = world.now();
  } else {
    stack.created = world.now();
  }
  const operation: OperationItem = {
    id: world.uuid(),
    kind,
    caller,
    onFailure,
    retainExceptOnCreate,
    steps: plan.order.map((id) => engine.work.newStep(id, "create")),
    ...(token === undefined ? {} : { token }),
    ...(deploymentMode === "REVERT_DRIFT" ? { revertsDrift: true } : {}),
    // After a failed update without rollback, the last good state stays the one to go back to.
    ...(kind === "update" ? { before: stack.rollbackTo ?? before } : {}),
  };
  engine.begin(stack, operation);
  setStackStatus(world, stack, kind === "create" ? "CREATE_IN_PROGRESS" : "UPDATE_IN_PROGRESS", "User Initiated");
  return operation.id;
}
