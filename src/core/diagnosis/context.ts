import * as l10n from "@vscode/l10n";
import { findFleet, ifFound } from "../aws/found";
import type { Aws, DeliveryStream, Fleet } from "../aws/ports";
import type { Clock } from "../clock";
import type { Pace } from "../pipeline/progress";
import type { DiagnosisTarget } from "./target";

export interface DiagnosisDeps {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly pace: Pace;
}

/** What every hop may look at; read once. */
export interface DiagnosisContext extends DiagnosisDeps {
  readonly target: DiagnosisTarget;
  readonly stream: DeliveryStream | undefined;
  readonly fleet: Fleet | undefined;
  readonly signal?: AbortSignal;
}

export async function readContext(deps: DiagnosisDeps, target: DiagnosisTarget, signal?: AbortSignal): Promise<DiagnosisContext> {
  const fleetName = target.sessions?.fleet;
  const [stream, fleet] = await Promise.all([
    ifFound(() => deps.aws.streams.get(target.stream, signal)),
    fleetName === undefined ? undefined : findFleet(deps.aws.appstream, fleetName, signal),
  ]);
  return { ...deps, target, stream, fleet, ...(signal === undefined ? {} : { signal }) };
}

/** For example "40 s ago", or "3 h ago". */
export function ageText(now: number, then: number): string {
  const seconds = Math.max(0, Math.round((now - then) / 1000));
  if (seconds < 120) {
    return l10n.t("{0} s ago", seconds);
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? l10n.t("{0} min ago", minutes) : l10n.t("{0} h ago", Math.round(minutes / 60));
}

/** The part of an ARN after its last slash: the name of a role or of a domain. */
export function nameOfArn(arn: string): string {
  return arn.split("/").at(-1) ?? arn;
}
