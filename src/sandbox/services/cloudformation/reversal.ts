import { matchesFault } from "../../faults";
import { ServiceError } from "../../service";
import { setStackStatus } from "./events";
import { retries } from "./failures";
import type { OperationItem, StackItem, Step } from "./items";
import { compare } from "./plan";
import { typeOf } from "./types/registry";
import type { StackWork } from "./stackWork";

/** Going back to what was before an update that failed. */
export class Reversal {
  private readonly work: StackWork;

  constructor(work: StackWork) {
    this.work = work;
  }

  begin(stack: StackItem, operation: OperationItem): void {
    const before = operation.before;
    if (before === undefined) {
      return;
    }
    const steps: Step[] = [];
    const extra: Step[] = [];
    for (const [id, item] of Object.entries(stack.resources)) {
      const old = before.resources[id];
      if (old === undefined) {
        extra.push(this.work.newStep(id, "delete", item));
      } else if (item.physicalId !== old.physicalId) {
        extra.push(this.work.newStep(id, "delete", { ...item }));
        stack.resources[id] = structuredClone(old);
      } else if (compare(item.type, old.properties, item.properties, item.policies).length > 0) {
        steps.push(this.work.newStep(id, "update", structuredClone(old)));
      }
    }
    Object.assign(stack, {
      template: before.template,
      parameters: before.parameters,
      tags: before.tags,
      capabilities: before.capabilities,
    });
    this.work.next(stack, { ...operation, before }, "updateRollback", [
      ...steps,
      ...extra.map((step) => ({ ...step, status: "skipped" as const })),
    ]);
  }

  async advance(stack: StackItem, operation: OperationItem): Promise<void> {
    for (const step of operation.steps) {
      if (step.action === "update" && (step.status === "waiting" || step.status === "running")) {
        await this.revert(stack, operation, step);
      }
    }
    const reverts = operation.steps.filter((step) => step.action === "update");
    if (reverts.some((step) => step.status === "waiting" || step.status === "running")) {
      return;
    }
    const failed = reverts.filter((step) => step.status === "failed");
    if (failed.length > 0) {
      this.work.keepBefore(stack, operation);
      const ids = failed.map((step) => step.logicalId).join(", ");
      this.work.finish(stack, "UPDATE_ROLLBACK_FAILED", `The following resource(s) failed to update: [${ids}]. `);
      return;
    }
    setStackStatus(this.work.world, stack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS");
    const extra = operation.steps
      .filter((step) => step.action === "delete")
      .map((step) => this.work.newStep(step.logicalId, "delete", step.old));
    this.work.next(stack, operation, "rollbackCleanup", extra);
  }

  private async revert(stack: StackItem, operation: OperationItem, step: Step): Promise<void> {
    const item = stack.resources[step.logicalId];
    const { old } = step;
    if (item === undefined || old === undefined) {
      step.status = "done";
      return;
    }
    if (step.status === "waiting") {
      step.status = "running";
      this.work.say(stack, step.logicalId, "UPDATE_IN_PROGRESS");
    }
    try {
      if (matchesFault(this.work.world, "rollbackFailure", step.logicalId, item.type)) {
        throw new ServiceError("InternalFailure", "The sandbox was told to let this resource's rollback fail.");
      }
      const context = this.work.context(stack, operation, step.logicalId, old.policies);
      const progress = await typeOf(item.type).update(context, item.physicalId ?? "", old.properties, item.properties, step.state);
      step.state = progress.state ?? step.state ?? {};
      if (progress.isDone) {
        step.status = "done";
        stack.resources[step.logicalId] = { ...old, status: item.status };
        this.work.say(stack, step.logicalId, "UPDATE_COMPLETE");
      }
    } catch (thrown) {
      if (!retries(thrown)) {
        this.work.failStep(stack, step, thrown);
      }
    }
  }
}
