import vscode = require("vscode");
import type { Diagnosis } from "../core/diagnosis/diagnose";
import type { DiagnosisTarget } from "../core/diagnosis/target";
import type { DeploymentDeps } from "../core/pipeline/deployment";
import type { PipelineArgument, ResourceArgument } from "../ids";
import type { AwsBundle } from "../workbench/bundles";
import { run } from "../workbench/commands";
import { chooseDefinition, openDefinition, readProjectTexts, requireTrust } from "./definitionFiles";
import { dependencies, type PipelineTools } from "./deploy";
import { withProgress } from "./progressNotification";

interface Asked {
  readonly aws: AwsBundle;
  readonly deps: DeploymentDeps;
  readonly target: DiagnosisTarget;
  /** Absent for a stream without a definition. */
  readonly definition?: string;
}

/** A definition of the workspace, or a stream of the tree. */
export type FaultArgument = PipelineArgument | ResourceArgument;

/** Why no events arrive: a document with what was found at each step, and a message with the fault and its remedy. */
export function createFindFault(tools: PipelineTools): (argument: FaultArgument | undefined) => Promise<void> {
  return async (argument) => {
    requireTrust();
    const asked = argument !== undefined && "kind" in argument ? await ofStream(tools, argument) : await ofPipeline(tools, argument);
    if (asked !== undefined) {
      await look(tools, asked, false);
    }
  };
}

async function ofPipeline(tools: PipelineTools, argument: PipelineArgument | undefined): Promise<Asked | undefined> {
  const uri = await chooseDefinition(argument, vscode.l10n.t("Find the Fault"));
  if (uri === undefined) {
    return undefined;
  }
  const opened = await openDefinition(tools.bundles, uri);
  const [texts, { checkTexts }] = await Promise.all([readProjectTexts(opened), tools.bundles.language()]);
  const { deps } = await dependencies(tools, opened, () => undefined);
  const target = opened.aws.diagnosisTarget(opened.definition, texts, (facts) => checkTexts(texts, facts));
  return { aws: opened.aws, deps, target, definition: uri.toString() };
}

async function ofStream(tools: PipelineTools, { name }: ResourceArgument): Promise<Asked> {
  const aws = await tools.bundles.aws();
  const { connection, aws: clients } = await tools.connections.connect();
  const deps = { aws: clients, clock: tools.clock, pace: aws.paceOf(connection), emit: () => undefined };
  return { aws, deps, target: { region: connection.region, stream: name } };
}

async function look(tools: PipelineTools, asked: Asked, testRecord: boolean): Promise<void> {
  const { aws, deps, target } = asked;
  const title = vscode.l10n.t("Find the Fault: {0}", target.stream);
  const diagnosis = await withProgress(title, (signal, report) => aws.diagnose(deps, target, { testRecord, onProgress: report }, signal));
  if (diagnosis !== undefined) {
    await tools.previews.show(title, aws.diagnosisText(diagnosis));
    tell(tools, asked, diagnosis, testRecord);
  }
}

function tell(tools: PipelineTools, asked: Asked, diagnosis: Diagnosis, testRecord: boolean): void {
  const { aws, target, definition } = asked;
  const tail = vscode.l10n.t("Tail Logs");
  const record = vscode.l10n.t("Send Test Record");
  const drift = vscode.l10n.t("Show Drift…");
  const session = vscode.l10n.t("Test Session");
  const fleet = target.sessions?.fleet;
  const actions = [
    ...(diagnosis.arrives ? [tail] : testRecord ? [] : [record]),
    ...(diagnosis.cause?.hop === "sessions" && fleet !== undefined ? [session] : []),
    ...(definition === undefined || diagnosis.cause === undefined ? [] : [drift]),
  ];
  const text = [aws.verdictText(diagnosis), diagnosis.cause?.remedy].filter(Boolean).join(" ");
  const show = diagnosis.cause === undefined ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  void show(text, ...actions).then((choice) => {
    if (choice === tail) {
      void run("appstreamMonitor.logs.tail", definition === undefined ? { stream: target.stream } : { pipeline: definition });
    } else if (choice === record) {
      return look(tools, asked, true);
    } else if (choice === session && fleet !== undefined) {
      void run("appstreamMonitor.pipeline.testSession", { kind: "fleet", name: fleet });
    } else if (choice === drift && definition !== undefined) {
      void run("appstreamMonitor.pipeline.showDrift", { definition });
    }
    return undefined;
  });
}
