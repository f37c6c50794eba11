import vscode = require("vscode");
import { AppError } from "../core/errors";
import type { DestructionOutcome } from "../core/pipeline/destruction";
import type { Listener } from "../core/pipeline/progress";
import { run } from "../workbench/commands";
import { chooseDefinition, openDefinition, requireTrust, type OpenDefinition } from "./definitionFiles";
import { dependencies, nameOf, type PipelineCommand, type PipelineTools } from "./deploy";
import { withProgress } from "./progressNotification";
import { stepText, type ProgressOutput } from "./progressOutput";
import { typedName } from "./typedName";

export function createDestroy(tools: PipelineTools): PipelineCommand {
  return async (argument) => {
    requireTrust();
    const uri = await chooseDefinition(argument, vscode.l10n.t("Destroy Pipeline"));
    if (uri !== undefined) {
      await destroyFrom(tools, await openDefinition(tools.bundles, uri));
    }
  };
}

async function destroyFrom(tools: PipelineTools, opened: OpenDefinition): Promise<void> {
  const { definition, aws: bundle } = opened;
  let listener: Listener = () => undefined;
  const { deps, connection } = await dependencies(tools, opened, (event) => {
    listener(event);
  });
  const title = { who: nameOf(connection), region: definition.region };
  const destruction = new bundle.Destruction(deps, definition);
  const preview = await withProgress(vscode.l10n.t("Looking for what belongs to {0}", definition.name), (signal) =>
    destruction.preview(signal),
  );
  if (preview === undefined) {
    return;
  }
  if (preview.isEmpty) {
    const nothing = vscode.l10n.t(
      "Nothing of pipeline {0} is in account {1}, {2}.",
      definition.name,
      preview.identity.account,
      title.region,
    );
    void vscode.window.showInformationMessage(nothing);
    return;
  }
  await tools.previews.show(vscode.l10n.t("Destroy {0}", definition.name), bundle.destructionText(definition, preview, title));
  const heading = vscode.l10n.t(
    "Destroy pipeline {0}: account {1}, profile {2}, Region {3}",
    definition.name,
    preview.identity.account,
    title.who,
    title.region,
  );
  const prompt = vscode.l10n.t("Type {0} to delete what the preview lists. The domain's data are lost.", definition.name);
  if (!(await typedName(heading, prompt, definition.name))) {
    return;
  }
  const emptyBuckets = preview.buckets.length > 0 && (await bucketsToo(preview.buckets));
  if (emptyBuckets === undefined) {
    return;
  }
  tools.output.begin(
    vscode.l10n.t("Destroying {0} in account {1} ({2}), {3}", definition.name, preview.identity.account, title.who, title.region),
  );
  const rows = new bundle.ProgressRows();
  const watched = tools.tree.watch(opened.uri, () => rows.rows(tools.clock.now()));
  const outcome = await withProgress(vscode.l10n.t("Destroying {0}", definition.name), (signal, report) => {
    listener = (event) => {
      tools.output.event(event);
      rows.add(event, tools.clock.now());
      watched.changed();
      report(stepText(event));
    };
    return destruction.execute({ emptyBuckets }, signal);
  }).finally(() => {
    watched.end();
  });
  await tools.tree.refresh();
  await run("appstreamMonitor.language.askAgain");
  await run("appstreamMonitor.explorer.reveal");
  tell(tools.output, definition.name, outcome);
}

/** A second, separate yes: the bucket may hold records that were not delivered. Undefined: the whole destruction is called off. */
async function bucketsToo(buckets: readonly string[]): Promise<boolean | undefined> {
  const remove = vscode.l10n.t("Empty and Delete");
  const keep = vscode.l10n.t("Keep");
  const text = vscode.l10n.t("Empty and delete the bucket {0} too?", buckets.join(", "));
  const detail = vscode.l10n.t("It may hold records that could not be delivered. They cannot be brought back.");
  const choice = await vscode.window.showWarningMessage(text, { modal: true, detail }, keep, remove);
  return choice === undefined ? undefined : choice === remove;
}

function tell(output: ProgressOutput, name: string, outcome: DestructionOutcome | undefined): void {
  if (outcome === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Stopped. Run Destroy Pipeline again to go on."));
    return;
  }
  const [failure] = outcome.failures;
  if (failure !== undefined) {
    const more = vscode.l10n.t("Run Destroy Pipeline again to go on with what remains: {0}", outcome.remains.join(", "));
    throw new AppError(failure.reason, failure.message, { next: `${failure.next ?? ""} ${more}`.trim(), cause: failure });
  }
  const text =
    outcome.remains.length === 0
      ? vscode.l10n.t("Pipeline {0} is gone; nothing remains.", name)
      : vscode.l10n.t("Pipeline {0} is gone. Kept: {1}", name, outcome.remains.join(", "));
  const show = vscode.l10n.t("Show Output");
  void vscode.window.showInformationMessage(text, show).then((choice) => {
    if (choice === show) {
      output.show();
    }
  });
}
