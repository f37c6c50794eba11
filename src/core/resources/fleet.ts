import * as l10n from "@vscode/l10n";
import type { AppStreamStack, Fleet, Image, ImageBuilder, Session } from "../aws/ports";
import { factsOf, nameOfArn, stateText, timeText, type Fact, type Summary, type Tone } from "./summary";

const tones: Readonly<Record<string, Tone>> = {
  RUNNING: "ok",
  AVAILABLE: "ok",
  ACTIVE: "ok",
  STOPPED: "stopped",
  EXPIRED: "stopped",
  FAILED: "failed",
  STARTING: "busy",
  STOPPING: "busy",
  PENDING: "busy",
  SNAPSHOTTING: "busy",
  DELETING: "busy",
  REBOOTING: "busy",
  UPDATING: "busy",
  UPDATING_AGENT: "busy",
  COPYING: "busy",
  CREATING: "busy",
  IMPORTING: "busy",
  VALIDATING: "busy",
};

const toneOf = (state: string): Tone => tones[state] ?? "unknown";

export function summarizeFleet(fleet: Fleet): Summary {
  const capacity = fleet.capacity;
  const inUse =
    capacity?.inUse === undefined ? undefined : l10n.t("{0} of {1} in use", capacity.inUse, capacity.running ?? capacity.desired);
  const shown = fleet.state === "STOPPED" ? undefined : inUse;
  return {
    kind: "fleet",
    name: fleet.name,
    arn: fleet.arn,
    state: fleet.state,
    tone: fleet.errors.length > 0 ? "failed" : toneOf(fleet.state),
    description: [stateText(fleet.state), shown, fleet.errors.length > 0 ? l10n.t("with errors") : undefined]
      .filter((part) => part !== undefined)
      .join(", "),
    facts: factsOf([
      [l10n.t("State"), stateText(fleet.state)],
      ...rows(fleet),
      [l10n.t("Platform"), fleet.platform],
      [l10n.t("Created"), timeText(fleet.created)],
      ["ARN", fleet.arn],
    ]),
  };
}

export function fleetDetails(fleet: Fleet): readonly Fact[] {
  return factsOf(rows(fleet));
}

function rows(fleet: Fleet): readonly (readonly [string, string | undefined])[] {
  return [
    ...fleet.errors.map((error) => [l10n.t("Error"), `${error.code}: ${error.message}`] as const),
    [l10n.t("Image"), fleet.imageName],
    [l10n.t("Capacity"), capacityText(fleet)],
    [l10n.t("Instances"), `${fleet.instanceType}, ${fleet.fleetType}`],
    [l10n.t("Role"), nameOfArn(fleet.iamRoleArn)],
  ];
}

function capacityText({ capacity }: Fleet): string | undefined {
  if (capacity === undefined) {
    return undefined;
  }
  const { desired, running, inUse, available } = capacity;
  return l10n.t("{0} desired, {1} running, {2} in use, {3} available", desired, running ?? 0, inUse ?? 0, available ?? 0);
}

export function summarizeStack(stack: AppStreamStack): Summary {
  return {
    kind: "appstreamStack",
    name: stack.name,
    arn: stack.arn,
    state: stack.errors.length > 0 ? "FAILED" : "",
    tone: stack.errors.length > 0 ? "failed" : "ok",
    description: stack.errors.length > 0 ? l10n.t("AppStream stack, with errors") : l10n.t("AppStream stack"),
    facts: factsOf([
      [l10n.t("Display name"), stack.displayName],
      ...stack.errors.map((error) => [l10n.t("Error"), `${error.code}: ${error.message}`] as const),
      ["ARN", stack.arn],
    ]),
  };
}

export function summarizeSession(session: Session): Summary {
  const connection = session.connectionState === undefined ? undefined : stateText(session.connectionState);
  const since = timeText(session.started);
  return {
    kind: "session",
    name: session.id,
    label: session.userId,
    state: session.state,
    tone: session.state === "ACTIVE" && session.connectionState === "NOT_CONNECTED" ? "stopped" : toneOf(session.state),
    description: [stateText(session.state), connection, since === undefined ? undefined : l10n.t("since {0}", since)]
      .filter((part) => part !== undefined)
      .join(", "),
    facts: factsOf([
      [l10n.t("User"), session.userId],
      [l10n.t("State"), stateText(session.state)],
      [l10n.t("Connection"), connection],
      [l10n.t("Authentication"), session.authenticationType],
      [l10n.t("Since"), since],
      [l10n.t("Ends at the latest"), timeText(session.expires)],
      [l10n.t("Instance"), session.instanceId],
      [l10n.t("Address"), session.privateIp],
      [l10n.t("Session"), session.id],
    ]),
  };
}

export function summarizeImage(image: Image): Summary {
  return {
    kind: "image",
    name: image.name,
    arn: image.arn,
    state: image.state,
    tone: toneOf(image.state),
    description: stateText(image.state),
    facts: factsOf([
      [l10n.t("State"), stateText(image.state)],
      [l10n.t("Reason"), image.reason],
      [l10n.t("Visibility"), image.visibility],
      [l10n.t("Platform"), image.platform],
      [l10n.t("Image builder"), image.builderName],
      [l10n.t("Base image"), nameOfArn(image.baseImageArn)],
      [l10n.t("Created"), timeText(image.created)],
      ["ARN", image.arn],
    ]),
  };
}

export function summarizeImageBuilder(builder: ImageBuilder): Summary {
  return {
    kind: "imageBuilder",
    name: builder.name,
    arn: builder.arn,
    state: builder.state,
    tone: builder.errors.length > 0 ? "failed" : toneOf(builder.state),
    description: stateText(builder.state),
    facts: factsOf([
      [l10n.t("State"), stateText(builder.state)],
      [l10n.t("Reason"), builder.reason],
      ...builder.errors.map((error) => [l10n.t("Error"), `${error.code}: ${error.message}`] as const),
      [l10n.t("Instances"), builder.instanceType],
      [l10n.t("Base image"), nameOfArn(builder.imageArn)],
      [l10n.t("Role"), nameOfArn(builder.iamRoleArn)],
      [l10n.t("Created"), timeText(builder.created)],
      ["ARN", builder.arn],
    ]),
  };
}
