import * as l10n from "@vscode/l10n";
import type { ChangeSet, ChangeSetChange, CloudFormationPort, CreateChangeSetInput, StackSummary } from "../aws/ports";
import type { Clock } from "../clock";
import { AppError } from "../errors";
import { ownerTags, pipelineTag, stackName, type PipelineDefinition, type StackPart } from "./definition";
import type { Pace } from "./progress";
import { isRunning } from "./stackFollower";
import { templateText } from "./template";

/** What has to be done with one CloudFormation stack. */
export interface StackPlan {
  readonly part: StackPart;
  readonly stackName: string;
  /**
   * `resume`: an operation runs already. `recreate`: what a failed creation left is removed first. `later`: after the image.
   * `repair`: a rollback got stuck and is continued first.
   */
  readonly action: "create" | "update" | "none" | "resume" | "recreate" | "later" | "repair";
  readonly stack?: StackSummary;
  /** With `create` and `update`. */
  readonly changeSet?: ChangeSet;
  /** With `later`, where the stack exists already: what would change. */
  readonly changes?: readonly ChangeSetChange[];
}

export interface PlanDeps {
  readonly cloudformation: CloudFormationPort;
  readonly clock: Clock;
  readonly pace: Pace;
}

const leftOver = new Set(["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"]);

/** The pipeline's own stack; a stack of that name without our tag belongs to somebody else. */
export async function findOwnStack(
  cloudformation: CloudFormationPort,
  definition: PipelineDefinition,
  part: StackPart,
  signal?: AbortSignal,
): Promise<StackSummary | undefined> {
  const name = stackName(definition, part);
  const stack = await cloudformation.findStack(name, signal);
  if (stack !== undefined && stack.tags[pipelineTag] !== definition.name && !(await isOwnDraft(cloudformation, stack, signal))) {
    throw new AppError("conflict", l10n.t("There is a CloudFormation stack {0} that does not belong to this pipeline.", name), {
      next: l10n.t('Choose another "name" in the definition.'),
    });
  }
  return stack;
}

const changeSetPrefix = "appstream-monitor-";

/** A preview that was killed leaves a stack without resources and without tags; only its change sets tell whose it is. */
async function isOwnDraft(cloudformation: CloudFormationPort, stack: StackSummary, signal: AbortSignal | undefined): Promise<boolean> {
  if (stack.status !== "REVIEW_IN_PROGRESS" || stack.tags[pipelineTag] !== undefined) {
    return false;
  }
  const names = await cloudformation.listChangeSets(stack.id, signal);
  return names.every((name) => name.startsWith(changeSetPrefix));
}

/** Plans by a change set, which executes nothing. The caller executes or discards it. */
export async function planStack(
  deps: PlanDeps,
  definition: PipelineDefinition,
  part: StackPart,
  parameters: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<StackPlan> {
  const stack = await findOwnStack(deps.cloudformation, definition, part, signal);
  const base = { part, stackName: stackName(definition, part), ...(stack === undefined ? {} : { stack }) };
  if (stack !== undefined && isRunning(stack.status)) {
    return { ...base, action: "resume" };
  }
  if (stack !== undefined && leftOver.has(stack.status)) {
    return { ...base, action: "recreate" };
  }
  if (stack?.status === "UPDATE_ROLLBACK_FAILED") {
    return { ...base, action: "repair" };
  }
  const creating = stack === undefined || stack.status === "REVIEW_IN_PROGRESS";
  const plan = await planChange(
    deps,
    base,
    {
      type: creating ? "CREATE" : "UPDATE",
      template: templateText(definition, part),
      parameters,
      tags: ownerTags(definition),
    },
    signal,
  );
  return plan ?? planStack(deps, definition, part, parameters, signal);
}

/** Plans to bring a stack's resources back to what was deployed last. */
export async function planRevert(deps: PlanDeps, part: StackPart, stack: StackSummary, signal?: AbortSignal): Promise<StackPlan> {
  const base = { part, stackName: stack.name, stack };
  const { parameters, tags } = stack;
  const plan = await planChange(deps, base, { type: "UPDATE", parameters, tags, revertsDrift: true }, signal);
  return plan ?? planRevert(deps, part, stack, signal);
}

/** Undefined: another window was quicker. */
async function planChange(
  deps: PlanDeps,
  base: Pick<StackPlan, "part" | "stackName" | "stack">,
  change: Pick<CreateChangeSetInput, "type" | "template" | "parameters" | "tags" | "revertsDrift">,
  signal: AbortSignal | undefined,
): Promise<StackPlan | undefined> {
  const token = crypto.randomUUID();
  const made = await deps.cloudformation.createChangeSet(
    { ...change, stackName: base.stackName, changeSetName: `${changeSetPrefix}${token}`, clientToken: token },
    signal,
  );
  const changeSet = await settledOrDiscarded(deps, made.changeSetId, made.stackId, signal);
  if (changeSet?.status !== "FAILED") {
    return changeSet === undefined ? undefined : { ...base, action: change.type === "CREATE" ? "create" : "update", changeSet };
  }
  await discardChangeSet(deps, changeSet);
  if (isNothingToDo(changeSet)) {
    return { ...base, action: "none" };
  }
  throw new AppError("invalidInput", l10n.t("CloudFormation refuses the change of {0}: {1}", base.stackName, changeSet.statusReason ?? ""));
}

function isNothingToDo({ statusReason = "" }: ChangeSet): boolean {
  return /didn't contain changes|No updates are to be performed/.test(statusReason);
}

/** A change set that nobody waits for any more is removed: an interrupted preview leaves nothing behind. Undefined: it is gone. */
async function settledOrDiscarded(
  deps: PlanDeps,
  id: string,
  stackId: string,
  signal: AbortSignal | undefined,
): Promise<ChangeSet | undefined> {
  try {
    return await settledChangeSet(deps, id, stackId, signal);
  } catch (thrown) {
    // Another window has executed its own, which deletes the stack's others.
    if (thrown instanceof AppError && thrown.reason === "notFound") {
      return undefined;
    }
    await discardChangeSet(deps, { id, stackId });
    throw thrown;
  }
}

async function settledChangeSet(deps: PlanDeps, id: string, stackId: string, signal: AbortSignal | undefined): Promise<ChangeSet> {
  for (;;) {
    const changeSet = await deps.cloudformation.getChangeSet(id, stackId, signal);
    if (changeSet.status === "CREATE_COMPLETE" || changeSet.status === "FAILED") {
      return { ...changeSet, id, stackId };
    }
    await deps.clock.delay(Math.min(deps.pace.first, 1_000), signal);
  }
}

/** Removes a change set, and the empty stack that one of type CREATE leaves. Not cancellable: nothing may stay. */
export async function discardChangeSet(deps: PlanDeps, changeSet: Pick<ChangeSet, "id" | "stackId">): Promise<void> {
  const { cloudformation, clock, pace } = deps;
  try {
    await cloudformation.deleteChangeSet(changeSet.id, changeSet.stackId);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.reason !== "notFound") {
      throw thrown;
    }
  }
  const stack = await cloudformation.findStack(changeSet.stackId);
  if (stack?.status !== "REVIEW_IN_PROGRESS" || (await cloudformation.listResources(stack.id)).length > 0) {
    return;
  }
  await cloudformation.deleteStack(stack.id, { clientToken: crypto.randomUUID() });
  const limit = clock.now() + 60_000;
  while (clock.now() < limit) {
    const left = await cloudformation.findStack(stack.id);
    if (left === undefined || left.status === "DELETE_COMPLETE") {
      return;
    }
    await clock.delay(Math.min(pace.first, 1_000));
  }
}
