import vscode = require("vscode");
import type { Connection, ConnectionSource } from "../core/aws/connection";
import type { Clock } from "../core/clock";
import { AppError } from "../core/errors";
import type { Deployment, DeploymentDeps, DeploymentOutcome, DeploymentPreview } from "../core/pipeline/deployment";
import type { PreviewTitle } from "../core/pipeline/previewText";
import type { Listener, PipelineEvent } from "../core/pipeline/progress";
import type { PipelineArgument } from "../ids";
import type { Bundles } from "../workbench/bundles";
import { run } from "../workbench/commands";
import { setting } from "../workbench/settings";
import { chooseDefinition, openDefinition, readProjectTexts, requireTrust, type OpenDefinition } from "./definitionFiles";
import type { PipelineTree } from "./pipelineTree";
import type { PreviewDocuments } from "./previewDocuments";
import { interrupted } from "./interrupted";
import { withProgress } from "./progressNotification";
import { stepText, type ProgressOutput } from "./progressOutput";
import { typedName } from "./typedName";
import { VisitPrompt } from "./visitPrompt";

export interface PipelineTools {
  readonly bundles: Bundles;
  readonly connections: ConnectionSource;
  readonly clock: Clock;
  readonly previews: PreviewDocuments;
  readonly output: ProgressOutput;
  readonly tree: PipelineTree;
}

export type PipelineCommand = (argument: PipelineArgument | undefined) => Promise<void>;

/** One deployment of a definition at a time; asking again shows where it stands. */
export function createDeploy(tools: PipelineTools): PipelineCommand {
  const running = new Map<string, VisitPrompt>();
  return async (argument) => {
    requireTrust();
    const uri = await chooseDefinition(argument, vscode.l10n.t("Deploy Pipeline"));
    if (uri === undefined) {
      return;
    }
    const key = uri.toString();
    const already = running.get(key);
    if (already !== undefined) {
      tools.output.show();
      void already.show();
      return;
    }
    const prompt = new VisitPrompt(key, tools.clock);
    running.set(key, prompt);
    let answer: Answer;
    try {
      answer = await deployFrom(tools, await openDefinition(tools.bundles, uri), prompt);
    } finally {
      prompt.end();
      running.delete(key);
    }
    if (answer === "read") {
      readFirst(uri);
    }
  };
}

/** To the question whether to deploy what the preview lists. */
type Answer = "deploy" | "read" | "no";

async function deployFrom(tools: PipelineTools, opened: OpenDefinition, prompt: VisitPrompt): Promise<Answer> {
  const texts = await readProjectTexts(opened);
  const { definition, aws: bundle } = opened;
  let listener: Listener = () => undefined;
  const { deps, connection } = await dependencies(tools, opened, (event) => {
    listener(event);
  });
  const title = { who: nameOf(connection), region: definition.region };
  const deployment = new bundle.Deployment(deps, definition, texts);
  const preview = await withProgress(vscode.l10n.t("Preparing the preview of {0}", definition.name), (signal) =>
    deployment.preview(signal),
  );
  const answer = preview === undefined ? "no" : await ask(tools, opened, deployment, preview, title, connection);
  if (preview === undefined || answer !== "deploy") {
    return answer;
  }
  tools.output.begin(
    vscode.l10n.t("Deploying {0} to account {1} ({2}) in {3}", definition.name, preview.identity.account, title.who, title.region),
  );
  const rows = new bundle.ProgressRows(definition);
  rows.begin(await bundle.deployedRows(deps.aws, definition), preview.image.action === "none");
  const watched = tools.tree.watch(opened.uri, () => rows.rows(tools.clock.now()));
  const outcome = await withProgress(vscode.l10n.t("Deploying {0}", definition.name), (signal, report) => {
    listener = (event) => {
      tools.output.event(event);
      rows.add(event, tools.clock.now());
      watched.changed();
      follow(event, prompt);
      if (event.kind !== "resource" || !prompt.isOpen) {
        report(stepText(event)); // While the person's turn lasts, the notification says so.
      }
      if (event.kind === "phase") {
        void tools.tree.refresh();
        void run("appstreamMonitor.explorer.refresh");
      }
    };
    return deployment.execute(preview, { wait: true }, signal);
  }).finally(() => {
    watched.end();
  });
  await tools.tree.refresh();
  await run("appstreamMonitor.language.askAgain");
  if (outcome === undefined) {
    await interrupted(deps, opened);
  } else {
    await succeeded(tools.connections, opened, outcome);
  }
  return answer;
}

/** Unless the answer is to deploy, nothing of the preview stays in AWS; neither after a failure. */
async function ask(
  tools: PipelineTools,
  opened: OpenDefinition,
  deployment: Deployment,
  preview: DeploymentPreview,
  title: PreviewTitle,
  connection: Connection,
): Promise<Answer> {
  const { definition, aws } = opened;
  let answer: Answer = "no";
  try {
    await tools.previews.show(vscode.l10n.t("Deploy {0}", definition.name), aws.previewText(definition, preview, title));
    refuse(preview);
    const summary = aws.previewSummary(definition, preview, { billed: connection.kind === "aws" });
    answer = await confirmed(definition.name, preview, title, { summary, typed: isProtected(connection) });
  } finally {
    if (answer !== "deploy") {
      await deployment.discard(preview);
    }
  }
  return answer;
}

function follow(event: PipelineEvent, prompt: VisitPrompt): void {
  if (event.kind === "visit") {
    prompt.begin(event.visit);
  } else if (event.kind === "phase" && (event.phase === "image" || event.phase === "streaming")) {
    prompt.end();
  }
}

/** Clients for the definition's own Region, whatever Region the views show. */
export async function dependencies(
  { connections, clock }: Pick<PipelineTools, "connections" | "clock">,
  { definition, aws }: OpenDefinition,
  emit: Listener,
): Promise<{ readonly deps: DeploymentDeps; readonly connection: Connection }> {
  const { connection } = await connections.connect();
  const own = { ...connection, region: definition.region };
  const clients = aws.createAws(own, { maxAttempts: aws.patientAttempts });
  return { deps: { aws: clients, clock, pace: aws.paceOf(own), emit }, connection: own };
}

export function nameOf(connection: Connection): string {
  return connection.kind === "sandbox" ? "SANDBOX" : (connection.profile ?? vscode.l10n.t("environment"));
}

/** What an error of a preview forbids. */
export function refuse(preview: Pick<DeploymentPreview, "checks">): void {
  const error = preview.checks.find((check) => check.severity === "error");
  if (error !== undefined) {
    throw new AppError("invalidInput", error.text, error.remedy === undefined ? {} : { next: error.remedy });
  }
}

/** Profiles that the user has listed demand the typed name instead of a click. */
export function isProtected({ kind, profile }: Connection): boolean {
  return kind === "aws" && setting("pipeline.protectedProfiles").includes(profile ?? "");
}

async function confirmed(
  name: string,
  preview: DeploymentPreview,
  title: PreviewTitle,
  how: { readonly summary: string; readonly typed: boolean },
): Promise<Answer> {
  if (how.typed) {
    const heading = vscode.l10n.t(
      "Deploy pipeline {0}: account {1}, profile {2}, Region {3}",
      name,
      preview.identity.account,
      title.who,
      title.region,
    );
    const prompt = vscode.l10n.t("Profile {0} is protected: type {1} to deploy.", title.who, name);
    return (await typedName(heading, prompt, name)) ? "deploy" : "no";
  }
  const deploy = vscode.l10n.t("Deploy");
  const where = vscode.l10n.t("Account {0}, profile {1}, Region {2}.", preview.identity.account, title.who, title.region);
  const detail = `${where}\n\n${how.summary}`;
  const read = vscode.l10n.t("Read the Preview");
  const text = vscode.l10n.t("Deploy pipeline {0}?", name);
  const choice = await vscode.window.showWarningMessage(text, { modal: true, detail }, deploy, read);
  return choice === deploy ? "deploy" : choice === read ? "read" : "no";
}

/** A document cannot be scrolled behind a question: it stays, and the question comes again when the reader is ready. */
function readFirst(uri: vscode.Uri): void {
  const deploy = vscode.l10n.t("Deploy Pipeline…");
  const text = vscode.l10n.t("Nothing has been started. Deploy the pipeline when you have read the preview.");
  void vscode.window.showInformationMessage(text, deploy).then((choice) => {
    if (choice === deploy) {
      void run("appstreamMonitor.pipeline.deploy", { definition: uri.toString() });
    }
  });
}

async function succeeded(
  { current }: Pick<ConnectionSource, "current">,
  { uri, definition }: OpenDefinition,
  outcome: DeploymentOutcome,
): Promise<void> {
  const { region } = definition;
  const isElsewhere = current !== undefined && current.region !== region;
  const reveal = (): Thenable<unknown> => run("appstreamMonitor.explorer.reveal", { kind: "stream", name: outcome.target.stream });
  if (!isElsewhere) {
    await reveal();
  }
  const tail = vscode.l10n.t("Tail Logs");
  const dashboards = vscode.l10n.t("Open Dashboards");
  const end = endText(definition.name, outcome.recordFound);
  const text = isElsewhere ? `${end} ${vscode.l10n.t("It is in {0}; the views show {1}.", region, current.region)}` : end;
  const show = vscode.l10n.t("Show {0}", region);
  const session = vscode.l10n.t("Test Session");
  const fault = vscode.l10n.t("Find the Fault…");
  const actions = [
    ...(isElsewhere ? [show] : []),
    ...(outcome.recordFound === true ? [] : [fault]),
    tail,
    ...(outcome.dashboards === undefined ? [] : [dashboards]),
    ...(outcome.fleet === undefined || isElsewhere ? [] : [session]),
  ];
  void vscode.window.showInformationMessage(text, ...actions).then((choice) => {
    if (choice === show) {
      void run("appstreamMonitor.connection.chooseRegion", region).then(reveal);
    } else if (choice === tail) {
      void run("appstreamMonitor.logs.tail", { pipeline: uri.toString(), since: "now" });
    } else if (choice === dashboards && outcome.dashboards !== undefined) {
      void vscode.env.openExternal(vscode.Uri.parse(outcome.dashboards, true));
    } else if (choice === fault) {
      void run("appstreamMonitor.pipeline.findFault", { definition: uri.toString() });
    } else if (choice === session && outcome.fleet !== undefined) {
      void run("appstreamMonitor.pipeline.testSession", { kind: "fleet", name: outcome.fleet });
    }
  });
}

function endText(name: string, recordFound: boolean | undefined): string {
  switch (recordFound) {
    case true:
      return vscode.l10n.t("Pipeline {0} works.", name);
    case false:
      return vscode.l10n.t("Pipeline {0} is deployed, but its test record did not arrive yet.", name);
    case undefined:
      return vscode.l10n.t("Pipeline {0} is deployed; whether records arrive was not seen.", name);
  }
}
