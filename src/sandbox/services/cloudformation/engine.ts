import { matchesFault } from "../../faults";
import { ServiceError, type Call } from "../../service";
import type { World } from "../../world";
import { addEvent, setStackStatus } from "./events";
import { reasonOf, retries } from "./failures";
import {
  changeSetsOf,
  stacksOf,
  type OperationItem,
  type OperationKind,
  type Properties,
  type ResourceItem,
  type StackItem,
  type Step,
} from "./items";
import { compare, outputsOf, propertiesOf, scopeOf, toPlan, type Plan } from "./plan";
import { checkStackPolicy } from "./stackPolicy";
import { parseTemplate } from "./template";
import { typeOf } from "./types/registry";
import type { HandlerContext, Progress } from "./types/resourceType";

const task = "cfn.advance";

/** Moves stack operations on: each step a handler's call, kept between calls, so that a restarted sandbox goes on where it was. */
export class Engine {
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  start(): void {
    this.world.on(task, (due) => this.advance(due.key));
  }

  /** Begins an operation on a stack, in place of the one that may be running. */
  begin(stack: StackItem, operation: OperationItem): void {
    stack.operation = operation;
    stack.lastOperations = [{ kind: operation.kind, id: operation.id }, ...stack.lastOperations].slice(0, 2);
    this.world.cancel(task, stack.id);
    this.world.schedule(task, stack.id, this.tick());
  }

  newStep(logicalId: string, action: Step["action"], old?: ResourceItem): Step {
    return { logicalId, action, status: "waiting", token: this.world.uuid(), ...(old === undefined ? {} : { old }) };
  }

  /** Milliseconds between two looks at what is going on. */
  private tick(): number {
    return Math.max(20, this.world.interval(2));
  }

  private async advance(stackId: string): Promise<void> {
    const stack = stacksOf(this.world).get(stackId);
    const operation = stack?.operation;
    if (stack === undefined || operation === undefined) {
      return;
    }
    for (;;) {
      const before = progressOf(operation);
      await this.run(stack, operation);
      if (stack.operation !== operation || progressOf(operation) === before) {
        break;
      }
    }
    if (stack.operation === operation) {
      this.world.schedule(task, stack.id, this.tick());
    }
  }

  private run(stack: StackItem, operation: OperationItem): Promise<void> {
    switch (operation.kind) {
      case "create":
      case "update":
        return this.forward(stack, operation);
      case "updateRollback":
        return this.goBack(stack, operation);
      case "delete":
      case "rollback":
      case "cleanup":
      case "rollbackCleanup":
        return this.removeAll(stack, operation);
    }
  }

  private call(operation: OperationItem): Call {
    const { dispatcher } = this.world;
    if (dispatcher === undefined) {
      throw new Error("The sandbox has no dispatcher yet.");
    }
    return dispatcher.callFor(operation.caller);
  }

  private context(stack: StackItem, operation: OperationItem, logicalId: string, policies: Properties): HandlerContext {
    return { world: this.world, call: this.call(operation), stackId: stack.id, stackName: stack.name, logicalId, policies };
  }

  private planOf(stack: StackItem): Plan {
    return toPlan(this.world, stack, parseTemplate(stack.template), stack.parameters, stack.tags);
  }

  // Creating and updating.

  private async forward(stack: StackItem, operation: OperationItem): Promise<void> {
    const plan = this.planOf(stack);
    this.refuseRemovals(stack, operation, plan);
    for (const step of operation.steps.filter((each) => each.status === "running")) {
      await this.continueStep(stack, operation, step);
    }
    const failed = operation.steps.filter((step) => step.status === "failed");
    if (failed.length > 0 || operation.cancelled === true) {
      this.cancelRunning(stack, operation);
      this.failForward(stack, operation);
      return;
    }
    const isDone = (id: string): boolean => operation.steps.some((step) => step.logicalId === id && step.status === "done");
    for (const step of operation.steps) {
      if (step.status === "waiting" && (plan.needs[step.logicalId] ?? []).every(isDone)) {
        await this.startStep(stack, operation, step, plan);
      }
    }
    if (operation.steps.every((step) => step.status === "done")) {
      this.succeed(stack, operation, plan);
    }
  }

  /** What an update would remove although the stack's policy forbids it fails before anything is done. */
  private refuseRemovals(stack: StackItem, operation: OperationItem, plan: Plan): void {
    if (operation.kind !== "update" || operation.steps.some((step) => step.status !== "waiting")) {
      return;
    }
    for (const [logicalId, item] of Object.entries(stack.resources).filter(([id]) => !plan.order.includes(id))) {
      const step = this.newStep(logicalId, "delete", item);
      try {
        checkStackPolicy(stack, logicalId, item.type, "Update:Delete");
      } catch (thrown) {
        operation.steps.push({ ...step, status: "failed" });
        this.say(stack, logicalId, "DELETE_FAILED", reasonOf(thrown, step, item.type), undefined, { ...item });
      }
    }
  }

  private async startStep(stack: StackItem, operation: OperationItem, step: Step, plan: Plan): Promise<void> {
    const { logicalId } = step;
    const template = plan.template.resources[logicalId];
    if (template === undefined) {
      return;
    }
    const existing = stack.resources[logicalId];
    let properties: Properties;
    try {
      properties = propertiesOf(plan, logicalId, scopeOf(this.world, stack, plan));
    } catch (thrown) {
      this.failStep(stack, step, thrown);
      return;
    }
    const item: ResourceItem = {
      type: template.type,
      status: "",
      updated: this.world.now(),
      properties,
      attributes: {},
      dependsOn: [...(plan.needs[logicalId] ?? [])],
      deletionPolicy: template.deletionPolicy,
      policies: template.policies,
    };
    if (existing?.physicalId === undefined || existing.status === "DELETE_COMPLETE") {
      stack.resources[logicalId] = { ...item, isNew: true };
      this.say(stack, logicalId, "CREATE_IN_PROGRESS");
    } else {
      const changes = compare(template.type, existing.properties, properties, template.policies);
      if (changes.length === 0) {
        stack.resources[logicalId] = {
          ...existing,
          dependsOn: item.dependsOn,
          deletionPolicy: item.deletionPolicy,
          policies: item.policies,
        };
        step.status = "done";
        return;
      }
      const isReplacement = changes.some((change) => change.recreates);
      const updating = { ...existing, ...item, status: existing.status, attributes: existing.attributes };
      Object.assign(step, { action: isReplacement ? "replace" : "update", old: existing });
      stack.resources[logicalId] = updating;
      const reason = isReplacement ? "Requested update requires the creation of a new physical resource; hence creating one." : undefined;
      this.say(stack, logicalId, "UPDATE_IN_PROGRESS", reason);
      try {
        checkStackPolicy(stack, logicalId, template.type, isReplacement ? "Update:Replace" : "Update:Modify");
      } catch (thrown) {
        this.failStep(stack, step, thrown);
        return;
      }
      if (isReplacement && keepsCustomName(template.type, existing.properties, properties)) {
        const name = String(properties[typeOf(template.type).nameProperty ?? ""]);
        this.failStep(
          stack,
          step,
          new ServiceError(
            "CustomName",
            `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again.`,
          ),
        );
        return;
      }
    }
    step.status = "running";
    await this.continueStep(stack, operation, step);
  }

  private async continueStep(stack: StackItem, operation: OperationItem, step: Step): Promise<void> {
    const item = stack.resources[step.logicalId];
    if (item === undefined) {
      return;
    }
    const isFirst = step.state === undefined;
    try {
      if (isFirst && matchesFault(this.world, "resourceFailure", step.logicalId, item.type)) {
        throw new ServiceError("InternalFailure", "The sandbox was told to let this resource fail.");
      }
      const progress = await this.callHandler(stack, operation, step, item);
      this.noteProgress(stack, step, item, progress, isFirst);
      if (progress.isDone) {
        const context = this.context(stack, operation, step.logicalId, item.policies);
        item.attributes = await typeOf(item.type).attributes(context, item.physicalId ?? "");
        step.status = "done";
        this.say(stack, step.logicalId, step.action === "create" ? "CREATE_COMPLETE" : "UPDATE_COMPLETE");
      }
    } catch (thrown) {
      if (!retries(thrown)) {
        this.failStep(stack, step, thrown);
      }
    }
  }

  private callHandler(stack: StackItem, operation: OperationItem, step: Step, item: ResourceItem): Promise<Progress> {
    const context = this.context(stack, operation, step.logicalId, item.policies);
    const handler = typeOf(item.type);
    if (step.action === "update") {
      return handler.update(context, item.physicalId ?? "", item.properties, step.old?.properties ?? {}, step.state);
    }
    return handler.create(context, item.properties, step.state);
  }

  private noteProgress(stack: StackItem, step: Step, item: ResourceItem, progress: Progress, isFirst: boolean): void {
    if (progress.state !== undefined) {
      step.state = progress.state;
    }
    if (progress.physicalId !== undefined) {
      item.physicalId = progress.physicalId;
      this.say(
        stack,
        step.logicalId,
        step.action === "create" ? "CREATE_IN_PROGRESS" : "UPDATE_IN_PROGRESS",
        "Resource creation Initiated",
      );
    }
    if (isFirst && !progress.isDone && step.action === "create" && eventuallyConsistent.has(item.type)) {
      this.say(stack, step.logicalId, "CREATE_IN_PROGRESS", "Eventual consistency check initiated", "CONFIGURATION_COMPLETE");
    }
    this.world.save();
  }

  private failStep(stack: StackItem, step: Step, thrown: unknown): void {
    step.status = "failed";
    step.reason = reasonOf(thrown, step, stack.resources[step.logicalId]?.type ?? "");
    const verb = step.action === "create" ? "CREATE" : step.action === "delete" ? "DELETE" : "UPDATE";
    this.say(stack, step.logicalId, `${verb}_FAILED`, step.reason);
  }

  /** What others were doing when one failed is cut short. */
  private cancelRunning(stack: StackItem, operation: OperationItem): void {
    for (const step of operation.steps.filter((each) => each.status === "running")) {
      step.status = "failed";
      const isCreate = step.action === "create";
      this.say(
        stack,
        step.logicalId,
        isCreate ? "CREATE_FAILED" : "UPDATE_FAILED",
        `Resource ${isCreate ? "creation" : "update"} cancelled`,
      );
    }
  }

  private failForward(stack: StackItem, operation: OperationItem): void {
    const isCreate = operation.kind === "create";
    const failed = operation.steps.filter((step) => step.status === "failed").map((step) => step.logicalId);
    const what =
      operation.cancelled === true
        ? "User Initiated"
        : `The following resource(s) failed to ${isCreate ? "create" : "update"}: [${failed.join(", ")}]. `;
    if (operation.onFailure === "DO_NOTHING") {
      this.keepBefore(stack, operation);
      this.finish(stack, isCreate ? "CREATE_FAILED" : "UPDATE_FAILED", what);
    } else if (!isCreate) {
      setStackStatus(this.world, stack, "UPDATE_ROLLBACK_IN_PROGRESS", what);
      this.beginGoingBack(stack, operation);
    } else if (operation.onFailure === "DELETE") {
      setStackStatus(this.world, stack, "DELETE_IN_PROGRESS", `${what}Delete requested by user.`);
      this.next(stack, operation, "delete", this.deletions(stack));
    } else {
      setStackStatus(this.world, stack, "ROLLBACK_IN_PROGRESS", `${what}Rollback requested by user.`);
      this.next(stack, operation, "rollback", this.deletions(stack));
    }
  }

  private succeed(stack: StackItem, operation: OperationItem, plan: Plan): void {
    stack.outputs = outputsOf(this.world, stack, plan);
    delete stack.rollbackTo;
    for (const resource of Object.values(stack.resources)) {
      delete resource.isNew;
    }
    if (operation.kind === "create") {
      this.finish(stack, "CREATE_COMPLETE");
      return;
    }
    setStackStatus(this.world, stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
    this.next(stack, operation, "cleanup", this.leftovers(stack, operation, plan));
  }

  /** What an update no longer needs: removed resources and what replacements replaced. */
  private leftovers(stack: StackItem, operation: OperationItem, plan: Plan): Step[] {
    const replaced = operation.steps
      .filter((step) => step.action === "replace" && step.old !== undefined)
      .map((step) => {
        const keeps = plan.template.resources[step.logicalId]?.updateReplacePolicy;
        return this.newStep(
          step.logicalId,
          "delete",
          step.old === undefined ? undefined : { ...step.old, deletionPolicy: keeps ?? "Delete" },
        );
      });
    const removed = Object.keys(stack.resources)
      .filter((id) => !plan.order.includes(id))
      .map((id) => this.newStep(id, "delete", stack.resources[id]));
    return [...replaced, ...removed];
  }

  // Going back after a failed update.

  beginGoingBack(stack: StackItem, operation: OperationItem): void {
    const before = operation.before;
    if (before === undefined) {
      return;
    }
    const steps: Step[] = [];
    const extra: Step[] = [];
    for (const [id, item] of Object.entries(stack.resources)) {
      const old = before.resources[id];
      if (old === undefined) {
        extra.push(this.newStep(id, "delete", item));
      } else if (item.physicalId !== old.physicalId) {
        extra.push(this.newStep(id, "delete", { ...item }));
        stack.resources[id] = structuredClone(old);
      } else if (compare(item.type, old.properties, item.properties, item.policies).length > 0) {
        steps.push(this.newStep(id, "update", structuredClone(old)));
      }
    }
    Object.assign(stack, {
      template: before.template,
      parameters: before.parameters,
      tags: before.tags,
      capabilities: before.capabilities,
    });
    this.next(stack, { ...operation, before }, "updateRollback", [
      ...steps,
      ...extra.map((step) => ({ ...step, status: "skipped" as const })),
    ]);
  }

  private async goBack(stack: StackItem, operation: OperationItem): Promise<void> {
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
      this.keepBefore(stack, operation);
      const ids = failed.map((step) => step.logicalId).join(", ");
      this.finish(stack, "UPDATE_ROLLBACK_FAILED", `The following resource(s) failed to update: [${ids}]. `);
      return;
    }
    setStackStatus(this.world, stack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS");
    const extra = operation.steps
      .filter((step) => step.action === "delete")
      .map((step) => this.newStep(step.logicalId, "delete", step.old));
    this.next(stack, operation, "rollbackCleanup", extra);
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
      this.say(stack, step.logicalId, "UPDATE_IN_PROGRESS");
    }
    try {
      if (matchesFault(this.world, "rollbackFailure", step.logicalId, item.type)) {
        throw new ServiceError("InternalFailure", "The sandbox was told to let this resource's rollback fail.");
      }
      const context = this.context(stack, operation, step.logicalId, old.policies);
      const progress = await typeOf(item.type).update(context, item.physicalId ?? "", old.properties, item.properties, step.state);
      step.state = progress.state ?? step.state ?? {};
      if (progress.isDone) {
        step.status = "done";
        stack.resources[step.logicalId] = { ...old, status: item.status };
        this.say(stack, step.logicalId, "UPDATE_COMPLETE");
      }
    } catch (thrown) {
      if (!retries(thrown)) {
        this.failStep(stack, step, thrown);
      }
    }
  }

  // Deleting.

  /** Steps for every resource that exists. */
  deletions(stack: StackItem): Step[] {
    for (const [id, item] of Object.entries(stack.resources)) {
      if (item.physicalId === undefined) {
        stack.resources = Object.fromEntries(Object.entries(stack.resources).filter(([key]) => key !== id));
      }
    }
    return Object.entries(stack.resources)
      .filter(([, item]) => item.status !== "DELETE_COMPLETE" && item.status !== "DELETE_SKIPPED")
      .map(([id, item]) => this.newStep(id, "delete", item));
  }

  private async removeAll(stack: StackItem, operation: OperationItem): Promise<void> {
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
        this.say(stack, step.logicalId, "DELETE_SKIPPED", undefined, undefined, item);
        this.mark(stack, operation, step, "DELETE_SKIPPED");
        return;
      }
      step.status = "running";
      this.say(stack, step.logicalId, "DELETE_IN_PROGRESS", undefined, undefined, item);
    }
    try {
      if (step.state === undefined && matchesFault(this.world, "deleteFailure", step.logicalId, item.type)) {
        throw new ServiceError("InternalFailure", "The sandbox was told to let the deletion of this resource fail.");
      }
      const context = this.context(stack, operation, step.logicalId, item.policies);
      const progress = await typeOf(item.type).remove(context, item.physicalId ?? "", item.properties, step.state);
      if (progress.state !== undefined) {
        step.state = progress.state;
      }
      if (progress.isDone) {
        step.status = "done";
        this.say(stack, step.logicalId, "DELETE_COMPLETE", undefined, undefined, item);
        this.mark(stack, operation, step, "DELETE_COMPLETE");
      }
    } catch (thrown) {
      if (!retries(thrown)) {
        step.status = operation.isForced === true ? "skipped" : "failed";
        step.reason = reasonOf(thrown, step, item.type);
        this.say(stack, step.logicalId, operation.isForced === true ? "DELETE_SKIPPED" : "DELETE_FAILED", step.reason, undefined, item);
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
    current.updated = this.world.now();
    if (step.reason !== undefined) {
      current.reason = step.reason;
    }
  }

  private endRemoval(stack: StackItem, operation: OperationItem): void {
    const failed = operation.steps.filter((step) => step.status === "failed").map((step) => step.logicalId);
    const reason = failed.length === 0 ? undefined : `The following resource(s) failed to delete: [${failed.join(", ")}]. `;
    switch (operation.kind) {
      case "rollback":
        this.finish(stack, reason === undefined ? "ROLLBACK_COMPLETE" : "ROLLBACK_FAILED", reason);
        break;
      case "cleanup":
        this.finish(stack, "UPDATE_COMPLETE");
        break;
      case "rollbackCleanup":
        this.finish(stack, "UPDATE_ROLLBACK_COMPLETE");
        break;
      default:
        if (reason === undefined) {
          stack.deleted = this.world.now();
        }
        this.finish(stack, reason === undefined ? "DELETE_COMPLETE" : "DELETE_FAILED", reason);
    }
  }

  // Shared.

  private keepBefore(stack: StackItem, { before }: OperationItem): void {
    if (before !== undefined) {
      stack.rollbackTo = before;
    }
  }

  /** Goes on with another kind of work under the same operation id and token. */
  private next(stack: StackItem, operation: OperationItem, kind: OperationKind, steps: Step[]): void {
    stack.operation = { ...operation, kind, steps, cancelled: false };
    this.world.cancel(task, stack.id);
    this.world.schedule(task, stack.id, this.tick());
  }

  private finish(stack: StackItem, status: string, reason?: string): void {
    setStackStatus(this.world, stack, status, reason);
    const changeSet = changeSetsOf(this.world).get(stack.changeSetId ?? "");
    if (changeSet?.execution === "EXECUTE_IN_PROGRESS") {
      changeSet.execution = status === "CREATE_COMPLETE" || status === "UPDATE_COMPLETE" ? "EXECUTE_COMPLETE" : "EXECUTE_FAILED";
    }
    delete stack.operation;
    this.world.save();
  }

  private say(
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

/** Types whose creation ends with a check that the others see it. */
const eventuallyConsistent: ReadonlySet<string> = new Set(["AWS::IAM::Role", "AWS::S3::Bucket", "AWS::Logs::LogGroup"]);

const progressOf = (operation: OperationItem): string => operation.steps.map((step) => step.status).join();

function keepsCustomName(type: string, before: Properties, after: Properties): boolean {
  const name = typeOf(type).nameProperty;
  return name !== undefined && after[name] !== undefined && after[name] === before[name];
}

/** Whether `user` needs the resource, directly or through others. */
function dependsOn(operation: OperationItem, user: Step, id: string): boolean {
  const direct = user.old?.dependsOn ?? [];
  return (
    direct.includes(id) ||
    operation.steps.some((step) => direct.includes(step.logicalId) && step !== user && dependsOn(operation, step, id))
  );
}
