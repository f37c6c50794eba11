import * as l10n from "@vscode/l10n";
import { ifFound } from "../aws/found";
import type { ResourceDrift, StackSummary } from "../aws/ports";
import { AppError } from "../errors";
import { markdownTable } from "../text/table";
import { stackName, type PipelineDefinition, type StackPart } from "./definition";
import type { DeploymentDeps } from "./deployment";
import { findOwnStack } from "./stackPlan";

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
  const stream = there.some((one) => one.name === stackName(definition, "ingest")) ? await streamDrift(deps, definition, signal) : [];
  const drifts = found
    .filter((one) => one.status === "MODIFIED" || one.status === "DELETED")
    .map((one) => ({
      resource: one.logicalId,
      type: one.resourceType,
      differences: one.differences,
      deleted: one.status === "DELETED",
    }));
  const unchecked = found.filter((one) => !["IN_SYNC", "MODIFIED", "DELETED"].includes(one.status)).map((one) => one.logicalId);
  return { drifts: [...drifts, ...stream], unchecked };
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

/** The destination is write-only in CloudFormation's schema. */
async function streamDrift(
  { aws }: Pick<DeploymentDeps, "aws">,
  definition: PipelineDefinition,
  signal: AbortSignal | undefined,
): Promise<readonly Drift[]> {
  const { stream, existing } = definition;
  if (existing.stream !== undefined) {
    return [];
  }
  const found = await ifFound(() => aws.streams.get(stream.name, signal));
  if (found === undefined) {
    return [];
  }
  const actual = found.destination;
  const toDomain = stream.destination === "opensearch";
  const expected: readonly (readonly [string, unknown, unknown])[] = [
    ["destination", stream.destination, actual?.kind],
    ...(toDomain ? ([["index", stream.index, actual?.indexName]] as const) : []),
    ...(toDomain ? ([["indexRotation", stream.indexRotation, actual?.indexRotation]] as const) : []),
    ...(toDomain ? ([["retrySeconds", stream.retrySeconds, actual?.retrySeconds]] as const) : []),
    ...(toDomain ? ([["bufferSeconds", stream.bufferSeconds, actual?.bufferSeconds]] as const) : []),
    ...(toDomain ? ([["bufferMegabytes", stream.bufferMegabytes, actual?.bufferMegabytes]] as const) : []),
    ...(toDomain ? ([["errorLogging", stream.errorLogging, actual?.logging?.enabled ?? false]] as const) : []),
  ];
  const differences = expected
    .filter(([, wanted, is]) => wanted !== is)
    .map(([path, wanted, is]) => ({ path, expected: String(wanted), actual: String(is) }));
  return differences.length === 0
    ? []
    : [{ resource: "Stream", type: "AWS::KinesisFirehose::DeliveryStream", differences, deleted: false }];
}

/** The report as a Markdown document. */
export function driftText(definition: PipelineDefinition, { drifts, unchecked }: DriftReport): string {
  const lines = [`# ${l10n.t("Drift of pipeline {0}", definition.name)}`, ""];
  if (drifts.length === 0) {
    lines.push(l10n.t("Everything is as it was deployed."), "");
  }
  for (const { resource, type, differences, deleted } of drifts) {
    lines.push(`## ${resource} (${type})`, "");
    if (deleted) {
      lines.push(l10n.t("It has been deleted by hand."), "");
    } else {
      const header = [l10n.t("Property"), l10n.t("Deployed"), l10n.t("Actual")];
      lines.push(
        ...markdownTable(
          header,
          differences.map((one) => [one.path, one.expected, one.actual]),
        ),
        "",
      );
    }
  }
  if (drifts.length > 0) {
    const remedy = l10n.t(
      "Deploying again does not notice changes made by hand. Take them back, or write the actual values into the definition and deploy.",
    );
    lines.push(remedy, "");
  }
  if (unchecked.length > 0) {
    lines.push(l10n.t("CloudFormation cannot compare: {0}", unchecked.join(", ")), "");
  }
  return lines.join("\n");
}
