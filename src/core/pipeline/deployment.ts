import * as l10n from "@vscode/l10n";
import { findBuilder, findImage } from "../aws/found";
import type { Aws, CallerIdentity, StackSummary } from "../aws/ports";
import type { Clock } from "../clock";
import { AppError, isAbort } from "../errors";
import { prepareIndex, verifyPipeline } from "./afterFlow";
import type { AfterDeps, Reach } from "./afterSteps";
import { billingText, readCosts, type Costs } from "./cost";
import { changeChecks } from "./changeRules";
import { stackName, targetOf, type PipelineDefinition, type PipelineTarget } from "./definition";
import { fleetMustStop, leaveStopped, restartStoppedFleet, startAfterChange, withStoppedFleet } from "./fleetStop";
import { createExecutor, type Executor } from "./execution";
import type { ProjectTexts } from "./image/kit";
import { makeImage, type ImageNeeds } from "./imageFlow";
import { remindOfBuilder, stopOwnBuilder, type ImageDeps } from "./imageStep";
import { preflight, type Check } from "./preflight";
import type { Listener, Pace } from "./progress";
import { discardChangeSet, findOwnStack, planStack, type StackPlan } from "./stackPlan";
import { hasResources } from "./template";

export interface DeploymentDeps {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly emit: Listener;
}

export interface DeploymentPreview {
  readonly identity: CallerIdentity;
  readonly checks: readonly Check[];
  /** Absent when everything of it exists already. */
  readonly ingest?: StackPlan;
  readonly image: { readonly action: "none" | "make" | "continue"; readonly name: string };
  readonly streaming: StackPlan;
  readonly costs: Costs;
}

export interface DeploymentOutcome {
  /** `visit`: it waits for the person inside the image builder and was told not to. */
  readonly state: "complete" | "visit";
  readonly target: PipelineTarget;
  readonly dashboards?: string;
  readonly fleet?: string;
  readonly appstreamStack?: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Undefined when there is no domain to look into. */
  readonly recordFound?: boolean;
}

/**
 * One deployment of one definition. AWS is its journal: started again after any interruption it finds what is there, by name and tag,
 * and goes on; nothing is created twice.
 */
export class Deployment {
  private readonly deps: DeploymentDeps;
  private readonly definition: PipelineDefinition;
  private readonly texts: ProjectTexts;
  private readonly executor: Executor;

  constructor(deps: DeploymentDeps, definition: PipelineDefinition, texts: ProjectTexts) {
    this.deps = deps;
    this.definition = definition;
    this.texts = texts;
    this.executor = createExecutor({ ...deps, cloudformation: deps.aws.cloudformation }, definition);
  }

  /** False when fleet and AppStream stack exist already. */
  private get hasSessions(): boolean {
    return hasResources(this.definition, "streaming");
  }

  /** What would happen. Creates nothing but change sets, which `discard` removes. */
  async preview(signal?: AbortSignal): Promise<DeploymentPreview> {
    const { aws, emit } = this.deps;
    emit({ kind: "phase", phase: "check", text: l10n.t("Checking account, names and permissions.") });
    const [identity, ingest, streaming] = await Promise.all([
      aws.identity.getCallerIdentity(signal),
      this.own("ingest", signal),
      this.own("streaming", signal),
    ]);
    const [checks, costs] = await Promise.all([
      preflight(
        { aws, definition: this.definition, texts: this.texts, identity, ingest: settled(ingest), streaming: settled(streaming) },
        signal,
      ),
      readCosts(aws.prices, this.definition, signal),
    ]);
    const image = await this.planImage(signal);
    const later: StackPlan = {
      part: "streaming",
      stackName: stackName(this.definition, "streaming"),
      action: this.hasSessions ? "later" : "none",
    };
    if (checks.some((check) => check.severity === "error")) {
      return { identity, checks, image, streaming: later, costs };
    }
    const ingestPlan = hasResources(this.definition, "ingest") ? await this.plan("ingest", {}, signal) : undefined;
    try {
      const streamingPlan =
        streaming === undefined || ingest === undefined || !this.hasSessions
          ? later
          : await this.planSessions(image.action === "none", ingest, signal);
      const changes = [ingestPlan, streamingPlan].flatMap((plan) => plan?.changeSet?.changes ?? plan?.changes ?? []);
      return {
        identity,
        checks: [...checks, ...changeChecks(changes)],
        image,
        streaming: streamingPlan,
        costs,
        ...(ingestPlan === undefined ? {} : { ingest: ingestPlan }),
      };
    } catch (thrown) {
      await this.discardPlan(ingestPlan);
      throw thrown;
    }
  }

  /** While an image is still to be made, what will change then; the change set itself is made again when it is there. */
  private async planSessions(imageIsThere: boolean, ingest: StackSummary, signal?: AbortSignal): Promise<StackPlan> {
    const plan = await this.planStreaming(ingest, signal);
    if (imageIsThere || plan.changeSet === undefined) {
      return plan;
    }
    await this.discardPlan(plan);
    return { part: plan.part, stackName: plan.stackName, action: "later", changes: plan.changeSet.changes };
  }

  /** The user said No: nothing may stay. */
  async discard(preview: DeploymentPreview): Promise<void> {
    for (const plan of [preview.ingest, preview.streaming]) {
      await this.discardPlan(plan);
    }
  }

  private async discardPlan(plan: StackPlan | undefined): Promise<void> {
    if (plan?.changeSet !== undefined) {
      await discardChangeSet({ ...this.deps, cloudformation: this.deps.aws.cloudformation }, plan.changeSet);
    }
  }

  /** Does what the preview says. Aborting stops watching; CloudFormation goes on by itself. */
  async execute(preview: DeploymentPreview, options: { readonly wait: boolean }, signal?: AbortSignal): Promise<DeploymentOutcome> {
    const refused = preview.checks.find((check) => check.severity === "error");
    if (refused !== undefined) {
      await this.discard(preview);
      throw new AppError("invalidInput", refused.text, refused.remedy === undefined ? {} : { next: refused.remedy });
    }
    const stop = new AbortController();
    const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    const { done, needs } = this.runIngest(preview, both);
    const choice = { definition: this.definition, texts: this.texts, wait: options.wait };
    const image = preview.image.action === "none" ? "available" : makeImage(this.imageDeps(), choice, needs, both);
    const imageEnd = Promise.resolve(image).catch(() => undefined);
    let ingested: StackSummary | undefined;
    try {
      ingested = await done;
    } catch (thrown) {
      stop.abort();
      await imageEnd;
      if (!isAbort(thrown)) {
        await stopOwnBuilder(this.imageDeps(), this.definition);
      }
      throw thrown;
    }
    await this.protect(ingested, signal);
    const reach = await prepareIndex(this.afterDeps(), this.definition, ingested, signal);
    if ((await image) === "visit") {
      return this.outcome("visit", ingested, undefined, reach);
    }
    const streaming = await this.runStreaming(preview.streaming, ingested, signal);
    const found = reach === undefined ? undefined : await verifyPipeline(this.afterDeps(), this.definition, reach, signal);
    this.deps.emit({ kind: "note", severity: "information", text: billingText(preview.costs) });
    await remindOfBuilder(this.imageDeps(), this.definition, signal);
    this.deps.emit({ kind: "phase", phase: "done", text: l10n.t("The pipeline {0} is deployed.", this.definition.name) });
    return { ...this.outcome("complete", ingested, streaming, reach), ...(found === undefined ? {} : { recordFound: found }) };
  }

  /** Against a deletion by hand: the domain holds the logs. Our own destruction takes the protection back. */
  private async protect(ingest: StackSummary | undefined, signal?: AbortSignal): Promise<void> {
    if (ingest === undefined || ingest.terminationProtection === true) {
      return;
    }
    try {
      await this.deps.aws.cloudformation.setTerminationProtection(ingest.id, true, signal);
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.reason !== "accessDenied") {
        throw thrown;
      }
      const text = l10n.t("{0} is not protected against deletion: {1}", ingest.name, thrown.message);
      this.deps.emit({ kind: "note", severity: "warning", text });
    }
  }

  private own(part: "ingest" | "streaming", signal?: AbortSignal): Promise<StackSummary | undefined> {
    return findOwnStack(this.deps.aws.cloudformation, this.definition, part, signal);
  }

  private plan(part: "ingest" | "streaming", parameters: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<StackPlan> {
    return planStack({ ...this.deps, cloudformation: this.deps.aws.cloudformation }, this.definition, part, parameters, signal);
  }

  private async planImage(signal?: AbortSignal): Promise<DeploymentPreview["image"]> {
    const { existing, image } = this.definition;
    if (existing.image !== undefined || existing.fleet !== undefined) {
      return { action: "none", name: existing.image ?? "" };
    }
    const found = await findImage(this.deps.aws.appstream, image.name, signal);
    if (found !== undefined) {
      return { action: found.state === "AVAILABLE" ? "none" : "continue", name: image.name };
    }
    const builder = await findBuilder(this.deps.aws.appstream, image.builderName, signal);
    return { action: builder === undefined ? "make" : "continue", name: image.name };
  }

  private async planStreaming(ingest: StackSummary | undefined, signal?: AbortSignal): Promise<StackPlan> {
    return this.hasSessions
      ? this.plan("streaming", await this.streamingParameters(ingest, signal), signal)
      : { part: "streaming", stackName: stackName(this.definition, "streaming"), action: "none" };
  }

  private async streamingParameters(ingest: StackSummary | undefined, signal?: AbortSignal): Promise<Record<string, string>> {
    const { existing, image } = this.definition;
    if (existing.fleet !== undefined) {
      return {};
    }
    return { ImageName: existing.image ?? image.name, MachineRoleArn: await this.machineRoleArn(ingest, signal) };
  }

  private async machineRoleArn(ingest: StackSummary | undefined, signal?: AbortSignal): Promise<string> {
    const name = this.definition.existing.machineRole ?? this.definition.roles.machine;
    const arn = ingest?.outputs["MachineRoleArn"] ?? (await this.deps.aws.iam.findRole(name, signal))?.arn;
    if (arn === undefined) {
      throw new AppError("notFound", l10n.t("There is no role {0}.", name));
    }
    return arn;
  }

  private runIngest(preview: DeploymentPreview, signal: AbortSignal): { done: Promise<StackSummary | undefined>; needs: ImageNeeds } {
    const plan = preview.ingest;
    if (plan === undefined) {
      const needs = { machineRoleArn: this.machineRoleArn(undefined, signal), bucket: Promise.resolve(undefined) };
      needs.machineRoleArn.catch(() => undefined);
      return { done: Promise.resolve(undefined), needs };
    }
    const done = this.executor.run(plan, () => this.plan("ingest", {}, signal), signal);
    const role = Promise.race([this.executor.created("MachineRole"), done]);
    const machineRoleArn = role.then(async () => this.machineRoleArn(await this.own("ingest", signal), signal));
    const bucket = Promise.race([this.executor.created("Bucket"), done.then((stack) => stack?.outputs["BucketName"])]);
    for (const one of [done, machineRoleArn, bucket]) {
      one.catch(() => undefined);
    }
    return { done, needs: { machineRoleArn, bucket } };
  }

  private async runStreaming(plan: StackPlan, ingest: StackSummary | undefined, signal?: AbortSignal): Promise<StackSummary | undefined> {
    const again = (): Promise<StackPlan> => this.planStreaming(ingest, signal);
    const ready = plan.action === "later" ? await again() : plan;
    this.deps.emit({ kind: "phase", phase: "streaming", text: l10n.t("Fleet and AppStream stack.") });
    const { existing, fleet } = this.definition;
    const run = (): Promise<StackSummary | undefined> => this.executor.run(ready, again, signal);
    if (existing.fleet !== undefined) {
      return run();
    }
    if (fleet.desiredInstances === 0) {
      await leaveStopped(this.deps, fleet.name, signal);
      return run();
    }
    await startAfterChange(this.deps, fleet.name, signal);
    if (ready.changeSet !== undefined && fleetMustStop(ready.changeSet.changes)) {
      return withStoppedFleet(this.deps, fleet.name, run, signal);
    }
    const stack = await run();
    await restartStoppedFleet(this.deps, fleet.name, signal);
    return stack;
  }

  private outcome(
    state: DeploymentOutcome["state"],
    ingest: StackSummary | undefined,
    streaming: StackSummary | undefined,
    reach: Reach | undefined,
  ): DeploymentOutcome {
    const outputs = { ...ingest?.outputs, ...streaming?.outputs };
    return {
      state,
      target: targetOf(this.definition),
      outputs,
      ...(reach === undefined ? {} : { dashboards: reach.dashboards }),
      ...this.sessionNames(
        streaming === undefined ? this.definition.existing : { fleet: outputs["FleetName"], appstreamStack: outputs["StackName"] },
      ),
    };
  }

  private sessionNames({ fleet, appstreamStack }: { fleet?: string | undefined; appstreamStack?: string | undefined }): {
    readonly fleet?: string;
    readonly appstreamStack?: string;
  } {
    return fleet === undefined || appstreamStack === undefined ? {} : { fleet, appstreamStack };
  }

  private imageDeps(): ImageDeps {
    return { ...this.deps, appstream: this.deps.aws.appstream, buckets: this.deps.aws.buckets };
  }

  private afterDeps(): AfterDeps {
    return { ...this.deps, bufferSeconds: this.definition.stream.bufferSeconds };
  }
}

/** A stack that only reserves its name holds nothing yet. */
function settled(stack: StackSummary | undefined): StackSummary | undefined {
  return stack === undefined || ["REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"].includes(stack.status) ? undefined : stack;
}
