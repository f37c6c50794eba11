import * as l10n from "@vscode/l10n";
import type { StackSummary } from "../aws/ports";
import { AppError } from "../errors";
import type { PipelineDefinition, StackPart } from "./definition";
import type { DeploymentDeps } from "./deployment";
import { deleteStack } from "./execution";
import { stopOwnBuilder } from "./imageStep";
import { followStack, isRunning, knownEvents } from "./stackFollower";
import { findOwnStack } from "./stackPlan";

/** What CloudFormation is doing for a pipeline that nobody watches any more. */
export interface RunningOperation {
  readonly part: StackPart;
  readonly stack: StackSummary;
  /** A creation can be deleted, an update rolled back; everything else only awaited. */
  readonly kind: "create" | "update" | "other";
}

export type EndOfOperation = "finish" | "delete" | "rollBack";

export async function runningOperation(
  { aws }: Pick<DeploymentDeps, "aws">,
  definition: PipelineDefinition,
  signal?: AbortSignal,
): Promise<RunningOperation | undefined> {
  for (const part of ["streaming", "ingest"] as const) {
    const stack = await findOwnStack(aws.cloudformation, definition, part, signal);
    if (stack !== undefined && isRunning(stack.status)) {
      const kind = stack.status === "CREATE_IN_PROGRESS" ? "create" : stack.status === "UPDATE_IN_PROGRESS" ? "update" : "other";
      return { part, stack, kind };
    }
  }
  return undefined;
}

/** Ends an operation in the way that was chosen and watches it to its end; nothing more is started. Resolves with the stack's last status. */
export async function endOperation(
  deps: DeploymentDeps,
  definition: PipelineDefinition,
  { part, stack }: RunningOperation,
  how: EndOfOperation,
  signal?: AbortSignal,
): Promise<string> {
  const { cloudformation, appstream } = deps.aws;
  const follow = { ...deps, cloudformation };
  const known = await knownEvents(cloudformation, stack.id, signal);
  if (how === "delete") {
    await deleteStack(follow, part, stack.id, signal);
    await stopOwnBuilder({ ...deps, appstream }, definition);
    return "DELETE_COMPLETE";
  }
  if (how === "rollBack") {
    await cloudformation.cancelUpdate(stack.id, crypto.randomUUID(), signal);
  }
  try {
    return (await followStack(follow, part, stack.id, known, signal))?.status ?? "DELETE_COMPLETE";
  } catch (thrown) {
    // The rollback that was asked for.
    if (how === "rollBack" && thrown instanceof AppError && thrown.code === "UPDATE_ROLLBACK_COMPLETE") {
      return thrown.code;
    }
    throw thrown;
  }
}

/** What is said of each way to end an operation, in the order in which they are offered. */
export function waysToEnd({ kind, stack }: RunningOperation): readonly { readonly how: EndOfOperation; readonly text: string }[] {
  const finish = { how: "finish", text: l10n.t("Finish {0} and start nothing more", stack.name) } as const;
  switch (kind) {
    case "create":
      return [finish, { how: "delete", text: l10n.t("Delete {0}, which can take as long as creating it", stack.name) }];
    case "update":
      return [finish, { how: "rollBack", text: l10n.t("Roll back the change of {0}", stack.name) }];
    case "other":
      return [finish];
  }
}
