import { resourceFailure } from "../../faults";
import { ServiceError } from "../../service";
import { actualOf } from "./actualState";
import { setStackStatus } from "./events";
import { reasonOf, retries } from "./failures";
import type { OperationItem, Properties, ResourceItem, StackItem, Step } from "./items";
import { compare, outputsOf, propertiesOf, scopeOf, type Plan } from "./plan";
import { checkStackPolicy } from "./stackPolicy";
import { typeOf } from "./types/registry";
import type { Progress } from "./types/resourceType";
import type { Removal } from "./removal";
import type { Reversal } from "./reversal";
import type { StackWork } from "./stackWork";

/** Creating a stack's resources and updating them, in the order of their references. */
export class Creation {
  private readonly work: StackWork;
  private readonly reversal: Reversal;
  private readonly removal: Removal;

  constructor(work: StackWork, reversal: Reversal, removal: Removal) {
    this.work = work;
    this.reversal = reversal;
    this.removal = removal;
  }

  async advance(stack: StackItem, operation: OperationItem): Promise<void> {
    const plan = this.work.planOf(stack);
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
      const step = this.work.newStep(logicalId, "delete", item);
      try {
        checkStackPolicy(stack, logicalId, item.type, "Update:Delete");
      } catch (thrown) {
        operation.steps.push({ ...step, status: "failed" });
        this.work.say(stack, logicalId, "DELETE_FAILED", reasonOf(thrown, step, item.type), undefined, { ...item });
      }
    }
  }

  private async startStep(stack: StackItem, operation: OperationItem, step: Step, plan: Plan): Promise<void> {
    const { logicalId } = step;
    const template = plan.template.resources[logicalId];
    if (template === undefined) {
      return;
    }
    const existing = await this.existing(stack, operation, logicalId);
    let properties: Properties;
    try {
      properties = propertiesOf(plan, logicalId, scopeOf(this.work.world, stack, plan));
    } catch (thrown) {
      this.work.failStep(stack, step, thrown);
      return;
    }
    const item: ResourceItem = {
      type: template.type,
      status: "",
      updated: this.work.world.now(),
      properties,
      attributes: {},
      dependsOn: [...(plan.needs[logicalId] ?? [])],
      deletionPolicy: template.deletionPolicy,
      policies: template.policies,
    };
    if (existing?.physicalId === undefined || existing.status === "DELETE_COMPLETE") {
      stack.resources[logicalId] = { ...item, isNew: true };
      this.work.say(stack, logicalId, "CREATE_IN_PROGRESS");
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
      this.work.say(stack, logicalId, "UPDATE_IN_PROGRESS", reason);
      try {
        checkStackPolicy(stack, logicalId, template.type, isReplacement ? "Update:Replace" : "Update:Modify");
      } catch (thrown) {
        this.work.failStep(stack, step, thrown);
        return;
      }
      if (isReplacement && keepsCustomName(template.type, existing.properties, properties)) {
        const name = String(properties[typeOf(template.type).nameProperty ?? ""]);
        this.work.failStep(
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

  /** What an update begins from: what was deployed, or what is. */
  private async existing(stack: StackItem, operation: OperationItem, logicalId: string): Promise<ResourceItem | undefined> {
    const item = stack.resources[logicalId];
    if (operation.revertsDrift !== true || item === undefined) {
      return item;
    }
    const { call } = this.work.context(stack, operation, logicalId, item.policies);
    return (await actualOf(this.work.world, stack, logicalId, item, call)).item;
  }

  private async continueStep(stack: StackItem, operation: OperationItem, step: Step): Promise<void> {
    const item = stack.resources[step.logicalId];
    if (item === undefined) {
      return;
    }
    const isFirst = step.state === undefined;
    const failure = isFirst ? resourceFailure(this.work.world, step.logicalId, item.type) : undefined;
    if (failure !== undefined) {
      this.work.failStep(stack, step, new ServiceError(failure.code, failure.message));
      return;
    }
    try {
      const progress = await this.callHandler(stack, operation, step, item);
      this.noteProgress(stack, step, item, progress, isFirst);
      if (progress.isDone) {
        const context = this.work.context(stack, operation, step.logicalId, item.policies);
        item.attributes = await typeOf(item.type).attributes(context, item.physicalId ?? "");
        step.status = "done";
        this.work.say(stack, step.logicalId, step.action === "create" ? "CREATE_COMPLETE" : "UPDATE_COMPLETE");
      }
    } catch (thrown) {
      if (!retries(thrown)) {
        this.work.failStep(stack, step, thrown);
      }
    }
  }

  private callHandler(stack: StackItem, operation: OperationItem, step: Step, item: ResourceItem): Promise<Progress> {
    const context = this.work.context(stack, operation, step.logicalId, item.policies);
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
      this.work.say(
        stack,
        step.logicalId,
        step.action === "create" ? "CREATE_IN_PROGRESS" : "UPDATE_IN_PROGRESS",
        "Resource creation Initiated",
      );
    }
    if (isFirst && !progress.isDone && step.action === "create" && eventuallyConsistent.has(item.type)) {
      this.work.say(stack, step.logicalId, "CREATE_IN_PROGRESS", "Eventual consistency check initiated", "CONFIGURATION_COMPLETE");
    }
    this.work.world.save();
  }

  /** What others were doing when one failed is cut short. */
  private cancelRunning(stack: StackItem, operation: OperationItem): void {
    for (const step of operation.steps.filter((each) => each.status === "running")) {
      step.status = "failed";
      const isCreate = step.action === "create";
      this.work.say(
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
      this.work.keepBefore(stack, operation);
      this.work.finish(stack, isCreate ? "CREATE_FAILED" : "UPDATE_FAILED", what);
    } else if (!isCreate) {
      setStackStatus(this.work.world, stack, "UPDATE_ROLLBACK_IN_PROGRESS", what);
      this.reversal.begin(stack, operation);
    } else if (operation.onFailure === "DELETE") {
      setStackStatus(this.work.world, stack, "DELETE_IN_PROGRESS", `${what}Delete requested by user.`);
      this.work.next(stack, operation, "delete", this.removal.steps(stack));
    } else {
      setStackStatus(this.work.world, stack, "ROLLBACK_IN_PROGRESS", `${what}Rollback requested by user.`);
      this.work.next(stack, operation, "rollback", this.removal.steps(stack));
    }
  }

  private succeed(stack: StackItem, operation: OperationItem, plan: Plan): void {
    stack.outputs = outputsOf(this.work.world, stack, plan);
    delete stack.rollbackTo;
    for (const resource of Object.values(stack.resources)) {
      delete resource.isNew;
    }
    if (operation.kind === "create") {
      this.work.finish(stack, "CREATE_COMPLETE");
      return;
    }
    setStackStatus(this.work.world, stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
    this.work.next(stack, operation, "cleanup", this.leftovers(stack, operation, plan));
  }

  /** What an update no longer needs: removed resources and what replacements replaced. */
  private leftovers(stack: StackItem, operation: OperationItem, plan: Plan): Step[] {
    const replaced = operation.steps
      .filter((step) => step.action === "replace" && step.old !== undefined)
      .map((step) => {
        const keeps = plan.template.resources[step.logicalId]?.updateReplacePolicy;
        return this.work.newStep(
          step.logicalId,
          "delete",
          step.old === undefined ? undefined : { ...step.old, deletionPolicy: keeps ?? "Delete" },
        );
      });
    const removed = Object.keys(stack.resources)
      .filter((id) => !plan.order.includes(id))
      .map((id) => this.work.newStep(id, "delete", stack.resources[id]));
    return [...replaced, ...removed];
  }
}

/** Types whose creation ends with a check that the others see it. */
const eventuallyConsistent: ReadonlySet<string> = new Set(["AWS::IAM::Role", "AWS::S3::Bucket", "AWS::Logs::LogGroup"]);

function keepsCustomName(type: string, before: Properties, after: Properties): boolean {
  const name = typeOf(type).nameProperty;
  return name !== undefined && after[name] !== undefined && after[name] === before[name];
}
