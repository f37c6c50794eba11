import type { Call } from "../../service";
import type { World } from "../../world";
import { addEvent, setStackStatus } from "./events";
import { reasonOf } from "./failures";
import {
  changeSetsOf,
  type OperationItem,
  type OperationKind,
  type Properties,
  type ResourceItem,
  type StackItem,
  type Step,
} from "./items";
import { toPlan, type Plan } from "./plan";
import { parseTemplate } from "./template";
import type { HandlerContext } from "./types/resourceType";

/** The task by which the engine goes on with a stack. */
export const advanceTask = "cfn.advance";

/** What every kind of work on a stack needs: steps, events, the rights of the caller, and the way to the next kind. */
export class StackWork {
  readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  newStep(logicalId: string, action: Step["action"], old?: ResourceItem): Step {
    return { logicalId, action, status: "waiting", token: this.world.uuid(), ...(old === undefined ? {} : { old }) };
  }

  /** Milliseconds between two looks at what is going on. */
  tick(): number {
    return Math.max(20, this.world.interval(2));
  }

  private call(operation: OperationItem): Call {
    const { dispatcher } = this.world;
    if (dispatcher === undefined) {
      throw new Error("The sandbox has no dispatcher yet.");
    }
    return dispatcher.callFor(operation.caller);
  }

  context(stack: StackItem, operation: OperationItem, logicalId: string, policies: Properties): HandlerContext {
    return { world: this.world, call: this.call(operation), stackId: stack.id, stackName: stack.name, logicalId, policies };
  }

  planOf(stack: StackItem): Plan {
    return toPlan(this.world, stack, parseTemplate(stack.template), stack.parameters, stack.tags);
  }

  failStep(stack: StackItem, step: Step, thrown: unknown): void {
    step.status = "failed";
    step.reason = reasonOf(thrown, step, stack.resources[step.logicalId]?.type ?? "");
    const verb = step.action === "create" ? "CREATE" : step.action === "delete" ? "DELETE" : "UPDATE";
    this.say(stack, step.logicalId, `${verb}_FAILED`, step.reason);
  }

  keepBefore(stack: StackItem, { before }: OperationItem): void {
    if (before !== undefined) {
      stack.rollbackTo = before;
    }
  }

  /** Goes on with another kind of work under the same operation id and token. */
  next(stack: StackItem, operation: OperationItem, kind: OperationKind, steps: Step[]): void {
    stack.operation = { ...operation, kind, steps, cancelled: false };
    this.world.cancel(advanceTask, stack.id);
    this.world.schedule(advanceTask, stack.id, this.tick());
  }

  finish(stack: StackItem, status: string, reason?: string): void {
    setStackStatus(this.world, stack, status, reason);
    const changeSet = changeSetsOf(this.world).get(stack.changeSetId ?? "");
    if (changeSet?.execution === "EXECUTE_IN_PROGRESS") {
      changeSet.execution = status === "CREATE_COMPLETE" || status === "UPDATE_COMPLETE" ? "EXECUTE_COMPLETE" : "EXECUTE_FAILED";
    }
    delete stack.operation;
    this.world.save();
  }

  say(
    stack: StackItem,
    logicalId: string,
    status: string,
    reason?: string,
    detailedStatus?: string,
    item = stack.resources[logicalId],
  ): void {
    if (item === undefined) {
      return;
    }
    if (item === stack.resources[logicalId]) {
      item.status = status;
      item.updated = this.world.now();
      if (reason === undefined) {
        delete item.reason;
      } else {
        item.reason = reason;
      }
    }
    addEvent(this.world, stack, {
      logicalId,
      type: item.type,
      status,
      properties: JSON.stringify(item.properties),
      ...(item.physicalId === undefined ? {} : { physicalId: item.physicalId }),
      ...(reason === undefined ? {} : { reason }),
      ...(detailedStatus === undefined ? {} : { detailedStatus }),
    });
  }
}
