import * as l10n from "@vscode/l10n";
import type { ResourceDrift, StackSummary } from "../aws/ports";
import { AppError } from "../errors";
import { stackName, type PipelineDefinition, type StackPart } from "./definition";
import type { DeploymentDeps } from "./deployment";
import { findOwnStack } from "./stackPlan";
import { streamDrift } from "./streamDrift";

export interface Drift {
  readonly resource: string;
  readonly type: string;
  readonly differences: ResourceDrift["differences"];
  /** True when it is gone. */
  readonly deleted: boolean;
}

export interface DriftReport {
  /** Empty: everything is as it was deployed. */
  readonly drifts: readonly Drift[];
  /** Resources that CloudFormation cannot compare. */
  readonly unchecked: readonly string[];
}

/** What has been changed by hand since the deployment. CloudFormation compares all but the stream's destination; that we compare ourselves. */
export async function findDrift(
  deps: Pick<DeploymentDeps, "aws" | "clock" | "pace">,
  definition: PipelineDefinition,
  signal?: AbortSignal,
): Promise<DriftReport> {
  const parts: readonly StackPart[] = ["ingest", "streaming"];
  const stacks = await Promise.all(parts.map((part) => findOwnStack(deps.aws.cloudformation, definition, part, signal)));
  const there = stacks.filter((one) => one !== undefined && one.status !== "REVIEW_IN_PROGRESS") as StackSummary[];
  if (there.length === 0) {
    throw new AppError("notFound", l10n.t("The pipeline {0} is not deployed.", definition.name), { next: l10n.t("Deploy it first.") });
  }
  const found = (await Promise.all(there.map((stack) => driftsOf(deps, stack, signal)))).flat();
  const ingest = there.find((one) => one.name === stackName(definition, "ingest"));
  const stream = ingest === undefined ? undefined : await streamDrift(deps.aws, definition, ingest, signal);
  const drifts = found
    .filter((one) => one.status === "MODIFIED" || one.status === "DELETED")
    .map((one) => ({
      resource: one.logicalId,
      type: one.resourceType,
      differences: one.differences,
      deleted: one.status === "DELETED",
    }));
  const unchecked = found.filter((one) => !["IN_SYNC", "MODIFIED", "DELETED"].includes(one.status)).map((one) => one.logicalId);
  return { drifts: stream === undefined ? drifts : [...drifts, stream], unchecked };
}

async function driftsOf(
  { aws, clock, pace }: Pick<DeploymentDeps, "aws" | "clock" | "pace">,
  stack: StackSummary,
  signal: AbortSignal | undefined,
): Promise<readonly ResourceDrift[]> {
  const id = await aws.cloudformation.detectDrift(stack.id, signal);
  for (;;) {
    const { status, reason } = await aws.cloudformation.getDriftStatus(id, signal);
    if (status === "DETECTION_FAILED") {
      throw new AppError("unexpected", l10n.t("CloudFormation could not compare {0}: {1}", stack.name, reason ?? status));
    }
    if (status !== "DETECTION_IN_PROGRESS") {
      return aws.cloudformation.listDrifts(stack.id, signal);
    }
    await clock.delay(pace.first, signal);
  }
}
