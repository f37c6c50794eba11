import vscode = require("vscode");
import type { DriftReport } from "../core/pipeline/drift";
import type { Listener } from "../core/pipeline/progress";
import { chooseDefinition, openDefinition, requireTrust, type OpenDefinition } from "./definitionFiles";
import { dependencies, isProtected, nameOf, refuse, type PipelineCommand, type PipelineTools } from "./deploy";
import { withProgress } from "./progressNotification";
import { stepText } from "./progressOutput";
import { typedName } from "./typedName";

/** What has been changed by hand since the deployment, as a document; offers to take it back. */
export function createShowDrift(tools: PipelineTools): PipelineCommand {
  return async (argument) => {
    requireTrust();
    const uri = await chooseDefinition(argument, vscode.l10n.t("Show Drift"));
    if (uri === undefined) {
      return;
    }
    const opened = await openDefinition(tools.bundles, uri);
    const { definition, aws } = opened;
    const { deps } = await dependencies(tools, opened, () => undefined);
    const report = await withProgress(titleOf(opened), (signal) => aws.findDrift(deps, definition, signal));
    if (report !== undefined) {
      await show(tools, opened, report);
    }
  };
}

const titleOf = ({ definition }: OpenDefinition): string => vscode.l10n.t("Drift of {0}", definition.name);

async function show(tools: PipelineTools, opened: OpenDefinition, report: DriftReport): Promise<void> {
  const { definition, aws } = opened;
  await tools.previews.show(titleOf(opened), aws.driftText(definition, report));
  if (report.drifts.length === 0) {
    return;
  }
  const back = vscode.l10n.t("Take Back…");
  const names = [...new Set(report.drifts.map(({ resource }) => resource))].join(", ");
  const text = vscode.l10n.t("Changed by hand since pipeline {0} was deployed: {1}.", definition.name, names);
  if ((await vscode.window.showWarningMessage(text, back)) === back) {
    await takeBack(tools, opened);
  }
}

async function takeBack(tools: PipelineTools, opened: OpenDefinition): Promise<void> {
  const { definition, aws } = opened;
  let listener: Listener = () => undefined;
  const { deps, connection } = await dependencies(tools, opened, (event) => {
    listener(event);
  });
  const work = new aws.DriftRevert(deps, definition);
  const preview = await withProgress(vscode.l10n.t("Comparing {0} with its deployment", definition.name), (signal) => work.preview(signal));
  if (preview === undefined) {
    return;
  }
  const title = { who: nameOf(connection), region: definition.region };
  const where = vscode.l10n.t("Account {0}, profile {1}, Region {2}.", preview.identity.account, title.who, title.region);
  let isConfirmed = false;
  try {
    await tools.previews.show(vscode.l10n.t("Take back in {0}", definition.name), aws.driftRevertText(definition, preview, title));
    refuse(preview);
    isConfirmed = await confirmed(definition.name, where, isProtected(connection));
  } finally {
    if (!isConfirmed) {
      await work.discard(preview);
    }
  }
  if (!isConfirmed) {
    return;
  }
  tools.output.begin(`${vscode.l10n.t("Taking back what was changed by hand in {0}.", definition.name)} ${where}`);
  const left = await withProgress(vscode.l10n.t("Taking back in {0}", definition.name), (signal, report) => {
    listener = (event) => {
      tools.output.event(event);
      report(stepText(event));
    };
    return work.execute(preview, signal);
  });
  await tools.tree.refresh();
  if (left === undefined) {
    return;
  }
  if (left.drifts.length > 0) {
    await tools.previews.show(titleOf(opened), aws.driftText(definition, left));
    void vscode.window.showWarningMessage(vscode.l10n.t("Not all of it was taken back: the document says what still differs."));
    return;
  }
  void vscode.window.showInformationMessage(vscode.l10n.t("Pipeline {0} is as it was deployed.", definition.name));
}

async function confirmed(name: string, where: string, typed: boolean): Promise<boolean> {
  if (typed) {
    const heading = `${vscode.l10n.t("Take back what was changed by hand in pipeline {0}", name)}: ${where}`;
    return typedName(heading, vscode.l10n.t("The profile is protected: type {0} to go on.", name), name);
  }
  const yes = vscode.l10n.t("Take Back");
  const text = vscode.l10n.t("Take back what was changed by hand in pipeline {0}?", name);
  const detail = `${where}\n\n${vscode.l10n.t("The preview lists what changes.")}`;
  return (await vscode.window.showWarningMessage(text, { modal: true, detail }, yes)) === yes;
}
