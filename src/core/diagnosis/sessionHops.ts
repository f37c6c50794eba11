import * as l10n from "@vscode/l10n";
import { allPages, findImage, ifFound } from "../aws/found";
import { contentHash, contentTag, imagePayload } from "../pipeline/image/kit";
import { remedyFor } from "../pipeline/failure";
import { factsOfDefinition } from "../project/project";
import { ageText, nameOfArn, type DiagnosisContext } from "./context";
import { said, type Said } from "./finding";

/** The project's own files, in the light of what the account says about role and stream. */
export function lookAtAgentFiles({ target, fleet, stream }: DiagnosisContext): Said | undefined {
  const { sessions } = target;
  if (sessions?.checkFiles === undefined) {
    return undefined;
  }
  const facts = factsOfDefinition(sessions.definition);
  const machineRole = fleet === undefined ? facts.machineRole : nameOfArn(fleet.iamRoleArn ?? "");
  const problems = sessions
    .checkFiles({ ...facts, streamName: stream?.name ?? target.stream, ...(machineRole === undefined ? {} : { machineRole }) })
    .filter((one) => one.severity === "error");
  if (problems.length === 0) {
    return said("ok", l10n.t("Agent configuration, session scripts and definition have no error."));
  }
  return said(
    "fault",
    l10n.t("The project's files have errors, with which the agent sends nothing, or to another place."),
    problems.slice(0, 5).map(({ file, code, message }) => `${file}: ${code}: ${message}`),
    l10n.t('Correct them, then give "image" another name and deploy: sessions begin with the new image.'),
  );
}

export async function lookAtFleet({ target, fleet, clock, aws, signal }: DiagnosisContext): Promise<Said | undefined> {
  if (target.sessions === undefined) {
    return undefined;
  }
  const { fleet: name } = target.sessions;
  if (fleet === undefined) {
    return said("fault", l10n.t("There is no fleet {0}: no instance runs.", name), [], l10n.t("Deploy the pipeline to its end."));
  }
  const { capacity, state, imageName, created } = fleet;
  const evidence = [
    l10n.t("Fleet {0}: {1}, image {2}", name, state, imageName ?? "?"),
    ...(capacity === undefined
      ? []
      : [l10n.t("Instances: {0} of {1} run, {2} in use", capacity.running ?? 0, capacity.desired, capacity.inUse ?? 0)]),
    ...fleet.errors.map((one) => `${one.code}: ${one.message}`),
    ...(created === undefined ? [] : [l10n.t("Created {0}", ageText(clock.now(), created.getTime()))]),
  ];
  if (fleet.errors.length > 0) {
    const remedy = fleet.errors.map((one) => remedyFor(`${one.code} ${one.message}`)).find((one) => one !== undefined);
    return said("fault", l10n.t("The fleet {0} has errors, so its instances do not start.", name), evidence, remedy);
  }
  if (state !== "RUNNING") {
    const remedy = state === "STOPPED" ? l10n.t("Start it in the view Fleets.") : l10n.t("Wait until it runs: 10 to 20 minutes.");
    return said("fault", l10n.t("The fleet {0} is {1}: no instance runs.", name, state), evidence, remedy);
  }
  const stacks = await aws.appstream.listAssociatedStacks(name, signal);
  if (stacks.length === 0) {
    const text = l10n.t("The fleet {0} belongs to no AppStream stack, so nobody can open a session.", name);
    return said("fault", text, evidence, l10n.t("Deploy again, or associate it in the AppStream console."));
  }
  return capacity?.running === 0 && capacity.desired > 0
    ? said("warning", l10n.t("The fleet {0} runs, but none of its instances does yet.", name), evidence, l10n.t("Wait a few minutes."))
    : said("ok", l10n.t("The fleet {0} runs.", name), evidence);
}

/** Whether the instances run the image that the project's files describe. */
export async function lookAtImage({ target, fleet, aws, signal }: DiagnosisContext): Promise<Said | undefined> {
  const { sessions } = target;
  const running = fleet?.imageName ?? (fleet?.imageArn === undefined ? undefined : nameOfArn(fleet.imageArn));
  if (sessions === undefined || running === undefined) {
    return undefined;
  }
  const { definition, texts } = sessions;
  if (definition.existing.image !== undefined || definition.existing.fleet !== undefined) {
    const text = l10n.t("The image {0} was not made by this pipeline: what its agent is told is not known here.", running);
    return said("unknown", text, [], l10n.t("Look at appsettings.json in the image: stream, Region and ProfileName."));
  }
  if (running !== definition.image.name) {
    const text = l10n.t("The fleet runs the image {0}, the definition says {1}.", running, definition.image.name);
    return said("warning", text, [], l10n.t("Deploy: it swaps the image into the fleet."));
  }
  const image = await findImage(aws.appstream, running, signal);
  const tag = image === undefined ? undefined : (await aws.appstream.tags(image.arn, signal))[contentTag];
  const same = tag === undefined || tag === (await contentHash(imagePayload(definition, texts)));
  return same
    ? said("ok", l10n.t("The fleet runs the image that was made from the project's files."), [l10n.t("Image {0}", running)])
    : said(
        "warning",
        l10n.t("The image {0} was made from other project files: what was corrected since is not in it.", running),
        [],
        l10n.t('Give "image": {"name": …} another name and deploy.'),
      );
}

export async function lookAtSessions({ target, aws, clock, signal }: DiagnosisContext): Promise<Said | undefined> {
  if (target.sessions === undefined) {
    return undefined;
  }
  const { fleet: fleetName, appstreamStack: stackName } = target.sessions;
  const found = await ifFound(() => allPages((token) => aws.appstream.listSessions({ stackName, fleetName, ...token }, signal)));
  if (found === undefined) {
    const text = l10n.t("There is no AppStream stack {0}, or it does not use the fleet {1}.", stackName, fleetName);
    return said("fault", text, [], l10n.t("Deploy the pipeline to its end."));
  }
  const sessions = found.filter((one) => one.state !== "EXPIRED");
  const active = sessions.filter((one) => one.state === "ACTIVE");
  if (active.length === 0) {
    const text = l10n.t("Nobody has a session: without one no agent sends.");
    const evidence = [l10n.t("Sessions of {0} on {1}: {2} pending, none active", stackName, fleetName, sessions.length)];
    return said(
      "fault",
      text,
      evidence,
      l10n.t("Open one: AppStream: Test Session in the view Fleets. Its first events come after about three minutes."),
    );
  }
  const newest = active.map((one) => one.started?.getTime() ?? 0).sort((a, b) => b - a)[0] ?? 0;
  const evidence = [
    l10n.t("Sessions of {0} on {1}: {2} active, the newest began {3}", stackName, fleetName, active.length, ageText(clock.now(), newest)),
  ];
  const isYoung = active.every((one) => (one.started?.getTime() ?? 0) > clock.now() - agentStart);
  return isYoung
    ? said("ok", l10n.t("Sessions run, but only for a moment: the agent starts about two minutes after Windows."), evidence)
    : said("ok", l10n.t("Sessions run."), evidence);
}

const agentStart = 180_000;
