import * as l10n from "@vscode/l10n";
import { findFleet } from "../aws/found";
import type { Aws, ChangeSetChange, Fleet } from "../aws/ports";
import type { Clock } from "../clock";
import { AppError } from "../errors";
import { leftStoppedTag } from "./definition";
import type { Listener, Pace } from "./progress";

/** What a running fleet can change; everything else needs it stopped. */
const whileRunning = new Set([
  "DisplayName",
  "ComputeCapacity",
  "ImageName",
  "IdleDisconnectTimeoutInSeconds",
  "DisconnectTimeoutInSeconds",
  "Tags",
]);

/** True when a change of the fleet is refused while it runs: its sessions are cut. */
export function fleetMustStop(changes: readonly ChangeSetChange[]): boolean {
  return changes.some(
    (change) =>
      change.resourceType === "AWS::AppStream::Fleet" &&
      change.action === "Modify" &&
      change.replacement !== "True" &&
      change.details.some((detail) => detail.attribute === "Properties" && detail.name !== undefined && !whileRunning.has(detail.name)),
  );
}

interface FleetDeps {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly emit: Listener;
}

/** On a fleet that we have stopped for a change and must start again, whoever goes on with the deployment. */
const restartTag = "appstream-monitor:restart";

/** Stops the fleet, runs the change, and starts it again whatever came of the change. */
export async function withStoppedFleet<T>(deps: FleetDeps, name: string, change: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const fleet = await findFleet(deps.aws.appstream, name, signal);
  if (fleet === undefined || fleet.state === "STOPPED") {
    const result = await change();
    await restartStoppedFleet(deps, name, signal);
    return result;
  }
  deps.emit({ kind: "phase", phase: "streaming", text: l10n.t("Stopping the fleet {0} for the change.", name) });
  await deps.aws.appstream.tagResource(fleet.arn, { [restartTag]: "true" }, signal);
  await bringTo(deps, name, "STOPPED", () => deps.aws.appstream.stopFleet(name, signal), signal);
  try {
    return await change();
  } finally {
    await startAgain(deps, fleet, signal); // Whatever has become of the tag: taking changes back removes what the template does not have.
  }
}

/** Starts a fleet that a deployment, perhaps an interrupted one, has stopped; one that somebody else stopped stays as it is. */
export async function restartStoppedFleet(deps: FleetDeps, name: string, signal?: AbortSignal): Promise<void> {
  const fleet = await findFleet(deps.aws.appstream, name, signal);
  if (fleet === undefined || (await deps.aws.appstream.tags(fleet.arn, signal))[restartTag] === undefined) {
    return;
  }
  await startAgain(deps, fleet, signal);
}

/** A fleet that the definition left stopped until now, and no longer does, is started after the change. */
export async function startAfterChange(deps: FleetDeps, name: string, signal?: AbortSignal): Promise<void> {
  const fleet = await findFleet(deps.aws.appstream, name, signal);
  if (fleet?.state === "STOPPED" && (await deps.aws.appstream.tags(fleet.arn, signal))[leftStoppedTag] !== undefined) {
    await deps.aws.appstream.tagResource(fleet.arn, { [restartTag]: "true" }, signal);
  }
}

/** For a definition that leaves its fleet stopped. */
export async function leaveStopped(deps: FleetDeps, name: string, signal?: AbortSignal): Promise<void> {
  if ((await findFleet(deps.aws.appstream, name, signal))?.state === "RUNNING") {
    deps.emit({ kind: "phase", phase: "streaming", text: l10n.t("Stopping the fleet {0}, as the definition says.", name) });
    await bringTo(deps, name, "STOPPED", () => deps.aws.appstream.stopFleet(name, signal), signal);
  }
}

async function startAgain(deps: FleetDeps, { name, arn }: Fleet, signal: AbortSignal | undefined): Promise<void> {
  deps.emit({ kind: "phase", phase: "streaming", text: l10n.t("Starting the fleet {0} again.", name) });
  await bringTo(deps, name, "RUNNING", () => deps.aws.appstream.startFleet(name, signal), signal);
  await deps.aws.appstream.untagResource(arn, [restartTag], signal);
}

async function bringTo(
  deps: FleetDeps,
  name: string,
  wanted: "RUNNING" | "STOPPED",
  order: () => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let ordered = false;
  for (;;) {
    const fleet = await findFleet(deps.aws.appstream, name, signal);
    if (fleet === undefined || fleet.state === wanted) {
      return;
    }
    const settled = fleet.state === "RUNNING" || fleet.state === "STOPPED";
    if (settled && ordered && wanted === "RUNNING") {
      throw new AppError("conflict", l10n.t("The fleet {0} did not start: {1}", name, errorsOf(fleet)));
    }
    if (settled) {
      ordered = true;
      await order();
    }
    await deps.clock.delay(deps.pace.first, signal);
  }
}

function errorsOf(fleet: Fleet): string {
  return fleet.errors.map((one) => `${one.code} ${one.message}`).join("; ") || fleet.state;
}
