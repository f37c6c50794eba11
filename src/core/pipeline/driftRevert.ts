import * as l10n from "@vscode/l10n";
import type { CallerIdentity } from "../aws/ports";
import { AppError } from "../errors";
import { changeChecks } from "./changeRules";
import type { PipelineDefinition, StackPart } from "./definition";
import type { DeploymentDeps } from "./deployment";
import { findDrift, type Drift, type DriftReport } from "./drift";
import { createExecutor } from "./execution";
import { fleetMustStop, withStoppedFleet } from "./fleetStop";
import type { Check } from "./preflight";
import { isRunning } from "./stackFollower";
import { discardChangeSet, findOwnStack, planRevert, type StackPlan } from "./stackPlan";
import { revertingValues } from "./streamDrift";

export interface DriftRevertPreview {
  readonly identity: CallerIdentity;
  readonly checks: readonly Check[];
  /** With the change sets that bring the resources back. */
  readonly plans: readonly StackPlan[];
  /** What Firehose itself is asked to take back. */
  readonly stream?: Drift;
  /** What stays as it is, and why. */
  readonly stays: readonly string[];
}

/**
 * Takes back what has been changed by hand: resources become what was deployed last, which an edited definition is not yet.
 * CloudFormation does it by a change set that compares with the resources as they are; the stream's destination, which it
 * cannot read, is changed at Firehose.
 */
export class DriftRevert {
  private readonly deps: DeploymentDeps;
  private readonly definition: PipelineDefinition;

  constructor(deps: DeploymentDeps, definition: PipelineDefinition) {
    this.deps = deps;
    this.definition = definition;
  }

  /** Changes nothing. Its change sets are executed or discarded by whoever asked. Undefined: nothing has been changed by hand. */
  async preview(signal?: AbortSignal): Promise<DriftRevertPreview | undefined> {
    const [identity, report] = await Promise.all([
      this.deps.aws.identity.getCallerIdentity(signal),
      findDrift(this.deps, this.definition, signal),
    ]);
    if (report.drifts.length === 0) {
      return undefined;
    }
    const plans: StackPlan[] = [];
    try {
      for (const part of ["ingest", "streaming"] as const) {
        const plan = await this.plan(part, signal);
        plans.push(...(plan === undefined || plan.action === "none" ? [] : [plan]));
      }
    } catch (thrown) {
      await this.discard({ plans });
      throw thrown;
    }
    const stream = report.drifts.find(isDestination);
    return {
      identity,
      plans,
      checks: changeChecks(plans.flatMap(({ changeSet }) => changeSet?.changes ?? [])),
      stays: staying(report, stream),
      ...(stream === undefined ? {} : { stream }),
    };
  }

  async discard({ plans }: Pick<DriftRevertPreview, "plans">): Promise<void> {
    for (const { changeSet } of plans) {
      if (changeSet !== undefined) {
        await discardChangeSet({ ...this.deps, cloudformation: this.deps.aws.cloudformation }, changeSet);
      }
    }
  }

  /** Resolves with what still differs afterwards. */
  async execute(preview: DriftRevertPreview, signal?: AbortSignal): Promise<DriftReport> {
    const refused = preview.checks.find((check) => check.severity === "error");
    if (refused !== undefined) {
      await this.discard(preview);
      throw new AppError("invalidInput", refused.text, refused.remedy === undefined ? {} : { next: refused.remedy });
    }
    const { cloudformation } = this.deps.aws;
    const executor = createExecutor({ ...this.deps, cloudformation }, this.definition);
    for (const plan of preview.plans) {
      const again = async (): Promise<StackPlan> =>
        (await this.plan(plan.part, signal)) ?? { part: plan.part, stackName: plan.stackName, action: "none" };
      const run = (): Promise<unknown> => executor.run(plan, again, signal);
      if (fleetMustStop(plan.changeSet?.changes ?? [])) {
        await withStoppedFleet(this.deps, this.definition.fleet.name, run, signal);
      } else {
        await run();
      }
    }
    if (preview.stream !== undefined) {
      await this.revertDestination(preview.stream, signal);
    }
    this.deps.emit({ kind: "phase", phase: "check", text: l10n.t("Comparing again.") });
    return findDrift(this.deps, this.definition, signal);
  }

  private async plan(part: StackPart, signal?: AbortSignal): Promise<StackPlan | undefined> {
    const { cloudformation } = this.deps.aws;
    const stack = await findOwnStack(cloudformation, this.definition, part, signal);
    if (stack === undefined || stack.status === "REVIEW_IN_PROGRESS") {
      return undefined;
    }
    if (isRunning(stack.status)) {
      throw new AppError("conflict", l10n.t("CloudFormation is changing {0} now.", stack.name), {
        next: l10n.t("Try again when it is done."),
      });
    }
    return planRevert({ ...this.deps, cloudformation }, part, stack, signal);
  }

  private async revertDestination(drift: Drift, signal?: AbortSignal): Promise<void> {
    const { aws } = this.deps;
    const ingest = await findOwnStack(aws.cloudformation, this.definition, "ingest", signal);
    const resources = ingest === undefined ? [] : await aws.cloudformation.listResources(ingest.id, signal);
    const idOf = (logicalId: string): string | undefined => resources.find((one) => one.logicalId === logicalId)?.physicalId;
    const [name, group, stream] = [idOf("Stream"), idOf("LogGroup"), idOf("DestinationLogStream")];
    const values = revertingValues(drift, {
      ...(group === undefined ? {} : { group }),
      ...(stream === undefined ? {} : { stream: stream.replace(/^.*\|/, "") }),
    });
    if (name === undefined || Object.keys(values).length === 0) {
      return;
    }
    await aws.streams.updateDestination(name, values, signal);
    this.deps.emit({ kind: "note", severity: "information", text: l10n.t("Firehose takes the values of {0} back within minutes.", name) });
  }
}

/** The stream's other properties are CloudFormation's. */
const isDestination = ({ resource, differences }: Drift): boolean =>
  resource === "Stream" && differences.some(({ path }) => !path.startsWith("/"));

function staying({ unchecked }: DriftReport, stream: Drift | undefined): readonly string[] {
  const kind = stream?.differences.find(({ path }) => path === "destination");
  return [
    ...(kind === undefined
      ? []
      : [
          l10n.t(
            "The stream delivers to {0} instead of {1}: Firehose does not change that; delete the stream and deploy.",
            kind.actual,
            kind.expected,
          ),
        ]),
    ...unchecked.map((id) => l10n.t("{0}: CloudFormation cannot compare it; what was changed in it stays.", id)),
  ];
}
