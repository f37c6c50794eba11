import { matchesFault } from "../../faults";
import { ServiceError } from "../../service";
import { reasonOf, retries } from "./failures";
import type { OperationItem, ResourceItem, StackItem, Step } from "./items";
import { typeOf } from "./types/registry";
import type { StackWork } from "./stackWork";

/** Deleting resources: of a whole stack, after a failed creation, and what an update leaves behind. */
export class Removal {
  private readonly work: StackWork;

  constructor(work: StackWork) {
    this.work = work;
  }

  /** Steps for every resource that exists. */
  steps(stack: StackItem): Step[] {
    for (const [id, item] of Object.entries(stack.resources)) {
      if (item.physicalId === undefined) {
        stack.resources = Object.fromEntries(Object.entries(stack.resources).filter(([key]) => key !== id));
      }
    }
    return Object.entries(stack.resources)
      .filter(([, item]) => item.status !== "DELETE_COMPLETE" && item.status !== "DELETE_SKIPPED")
      .map(([id, item]) => this.work.newStep(id, "delete", item));
  }

  async advance(stack: StackItem, operation: OperationItem): Promise<void> {
    const settled = new Set(
      operation.steps.filter((step) => step.status === "done" || step.status === "skipped").map((step) => step.logicalId),
    );
    for (const step of operation.steps) {
      const users = operation.steps.filter((each) => each !== step && each.old?.dependsOn.includes(step.logicalId) === true);
      if (step.status === "running" || (step.status === "waiting" && users.every((user) => settled.has(user.logicalId)))) {
        await this.remove(stack, operation, step);
      }
      if (step.status === "done" || step.status === "skipped") {
        settled.add(step.logicalId);
      }
    }
    const isStuck = (step: Step): boolean =>
      step.status === "waiting" && operation.steps.some((each) => each.status === "failed" && dependsOn(operation, each, step.logicalId));
    if (operation.steps.every((step) => step.status === "done" || step.status === "skipped" || step.status === "failed" || isStuck(step))) {
      this.endRemoval(stack, operation);
    }
  }

  private async remove(stack: StackItem, operation: OperationItem, step: Step): Promise<void> {
    const item = step.old;
    if (item === undefined) {
      step.status = "done";
      return;
    }
    if (step.status === "waiting") {
      if (this.isKept(operation, step, item)) {
        step.status = "skipped";
        this.work.say(stack, step.logicalId, "DELETE_SKIPPED", undefined, undefined, item);
        this.mark(stack, operation, step, "DELETE_SKIPPED");
        return;
      }
      step.status = "running";
      this.work.say(stack, step.logicalId, "DELETE_IN_PROGRESS", undefined, undefined, item);
    }
    try {
      if (step.state === undefined && matchesFault(this.work.world, "deleteFailure", step.logicalId, item.type)) {
        throw new ServiceError("InternalFailure", "The sandbox was told to let the deletion of this resource fail.");
      }
      const context = this.work.context(stack, operation, step.logicalId, item.policies);
      const progress = await typeOf(item.type).remove(context, item.physicalId ?? "", item.properties, step.state);
      if (progress.state !== undefined) {
        step.state = progress.state;
      }
      if (progress.isDone) {
        step.status = "done";
        this.work.say(stack, step.logicalId, "DELETE_COMPLETE", undefined, undefined, item);
        this.mark(stack, operation, step, "DELETE_COMPLETE");
      }
    } catch (thrown) {
      if (!retries(thrown)) {
        step.status = operation.isForced === true ? "skipped" : "failed";
        step.reason = reasonOf(thrown, step, item.type);
        this.work.say(
          stack,
          step.logicalId,
          operation.isForced === true ? "DELETE_SKIPPED" : "DELETE_FAILED",
          step.reason,
          undefined,
          item,
        );
        this.mark(stack, operation, step, operation.isForced === true ? "DELETE_SKIPPED" : "DELETE_FAILED");
      }
    }
  }

  private isKept(operation: OperationItem, step: Step, item: ResourceItem): boolean {
    if (operation.retain?.includes(step.logicalId) === true) {
      return true;
    }
    const isRollback = operation.kind === "rollback" || operation.kind === "rollbackCleanup";
    switch (item.deletionPolicy) {
      case "Retain":
        return !(isRollback && item.isNew === true && operation.retainExceptOnCreate === true);
      case "RetainExceptOnCreate":
        return !(isRollback && item.isNew === true);
      default:
        return false;
    }
  }

  /** A clean-up's leftovers are not the stack's resource of that id any more. */
  private mark(stack: StackItem, operation: OperationItem, step: Step, status: string): void {
    const current = stack.resources[step.logicalId];
    if (current === undefined || current.physicalId !== step.old?.physicalId) {
      return;
    }
    if (operation.kind === "cleanup" || operation.kind === "rollbackCleanup") {
      stack.resources = Object.fromEntries(Object.entries(stack.resources).filter(([id]) => id !== step.logicalId));
      return;
    }
    current.status = status;
    current.updated = this.work.world.now();
    if (step.reason !== undefined) {
      current.reason = step.reason;
    }
  }

  private endRemoval(stack: StackItem, operation: OperationItem): void {
    const failed = operation.steps.filter((step) => step.status === "failed").map((step) => step.logicalId);
    const reason = failed.length === 0 ? undefined : `The following resource(s) failed to delete: [${failed.join(", ")}]. `;
    switch (operation.kind) {
      case "rollback":
        this.work.finish(stack, reason === undefined ? "ROLLBACK_COMPLETE" : "ROLLBACK_FAILED", reason);
        break;
      case "cleanup":
        this.work.finish(stack, "UPDATE_COMPLETE");
        break;
      case "rollbackCleanup":
        this.work.finish(stack, "UPDATE_ROLLBACK_COMPLETE");
        break;
      default:
        if (reason === undefined) {
          stack.deleted = this.work.world.now();
        }
        this.work.finish(stack, reason === undefined ? "DELETE_COMPLETE" : "DELETE_FAILED", reason);
    }
  }
}

/** Whether `user` needs the resource, directly or through others. */
function dependsOn(operation: OperationItem, user: Step, id: string): boolean {
  const direct = user.old?.dependsOn ?? [];
  return (
    direct.includes(id) ||
    operation.steps.some((step) => direct.includes(step.logicalId) && step !== user && dependsOn(operation, step, id))
  );
}
