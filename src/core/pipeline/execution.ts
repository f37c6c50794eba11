import * as l10n from "@vscode/l10n";
import type { StackSummary } from "../aws/ports";
import { AppError } from "../errors";
import type { PipelineDefinition, StackPart } from "./definition";
import type { Listener } from "./progress";
import { followStack, knownEvents, type FollowDeps } from "./stackFollower";
import { findOwnStack, type StackPlan } from "./stackPlan";

export interface Executor {
  /** Brings a stack to what the definition says; `again` makes a new plan when the first one has been overtaken. */
  run(plan: StackPlan, again: () => Promise<StackPlan>, signal: AbortSignal | undefined): Promise<StackSummary | undefined>;
  /** Resolves with its physical id when a resource of that logical id has been created, in any stack of this deployment. */
  created(logicalId: string): Promise<string | undefined>;
}

export function createExecutor(base: FollowDeps, definition: PipelineDefinition): Executor {
  const waiting = new Map<string, (physicalId: string | undefined) => void>();
  const emit: Listener = (event) => {
    base.emit(event);
    if (event.kind === "resource" && event.resource.status === "CREATE_COMPLETE") {
      waiting.get(event.resource.logicalId)?.(event.resource.physicalId);
    }
  };
  const deps = { ...base, emit };

  async function run(plan: StackPlan, again: () => Promise<StackPlan>, signal: AbortSignal | undefined): Promise<StackSummary | undefined> {
    const { cloudformation } = deps;
    switch (plan.action) {
      case "resume":
        emit({ kind: "note", severity: "information", text: l10n.t("{0} is being changed already; going on with it.", plan.stackName) });
        await followStack(deps, plan.part, plan.stack?.id ?? plan.stackName, new Set(), signal);
        return run(await again(), again, signal);
      case "repair":
        emit({ kind: "note", severity: "warning", text: l10n.t("Continuing the rollback of {0}, which had failed.", plan.stackName) });
        await continueRollback(deps, plan.part, plan.stack?.id ?? plan.stackName, signal);
        return run(await again(), again, signal);
      case "recreate":
        emit({ kind: "note", severity: "information", text: l10n.t("Removing what a failed attempt left of {0}.", plan.stackName) });
        await deleteStack(deps, plan.part, plan.stack?.id ?? plan.stackName, signal);
        return run(await again(), again, signal);
      case "create":
      case "update": {
        const { changeSet } = plan;
        if (changeSet === undefined) {
          return run(await again(), again, signal);
        }
        const known = await knownEvents(cloudformation, changeSet.stackId, signal);
        try {
          await cloudformation.executeChangeSet(changeSet.id, changeSet.stackId, crypto.randomUUID(), signal);
        } catch (thrown) {
          if (!isOvertaken(thrown)) {
            throw thrown;
          }
          emit({
            kind: "note",
            severity: "information",
            text: l10n.t("Somebody else has begun to change {0}; going on from there.", plan.stackName),
          });
          return run(await again(), again, signal);
        }
        emit({ kind: "phase", phase: plan.part, text: l10n.t("CloudFormation works on {0}.", plan.stackName) });
        return followStack(deps, plan.part, changeSet.stackId, known, signal);
      }
      case "none":
      case "later":
        return findOwnStack(cloudformation, definition, plan.part, signal);
    }
  }

  return {
    run,
    created: (logicalId) =>
      new Promise((resolve) => {
        waiting.set(logicalId, resolve);
      }),
  };
}

/** Another window, or another person, was quicker: whoever executes a change set deletes the stack's others. */
function isOvertaken(thrown: unknown): boolean {
  return (
    thrown instanceof AppError &&
    (/^(ChangeSetNotFound|InvalidChangeSetStatus)/.test(thrown.code ?? "") || /_IN_PROGRESS state/.test(thrown.message))
  );
}

/** The rollback itself means that an earlier change failed; here only its end counts. */
async function continueRollback(deps: FollowDeps, part: StackPart, stackId: string, signal: AbortSignal | undefined): Promise<void> {
  const known = await knownEvents(deps.cloudformation, stackId, signal);
  await deps.cloudformation.continueRollback(stackId, crypto.randomUUID(), signal);
  try {
    await followStack(deps, part, stackId, known, signal);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== "UPDATE_ROLLBACK_COMPLETE") {
      throw thrown;
    }
  }
}

export async function deleteStack(deps: FollowDeps, part: StackPart, stackId: string, signal: AbortSignal | undefined): Promise<void> {
  const known = await knownEvents(deps.cloudformation, stackId, signal);
  await deps.cloudformation.deleteStack(stackId, { clientToken: crypto.randomUUID() }, signal);
  await followStack(deps, part, stackId, known, signal);
}
