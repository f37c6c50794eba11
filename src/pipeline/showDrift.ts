import vscode = require("vscode");
import { chooseDefinition, openDefinition, requireTrust } from "./definitionFiles";
import { dependencies, type PipelineCommand, type PipelineTools } from "./deploy";
import { withProgress } from "./progressNotification";

/** What has been changed by hand since the deployment, as a document. */
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
    const title = vscode.l10n.t("Drift of {0}", definition.name);
    const report = await withProgress(title, (signal) => aws.findDrift(deps, definition, signal));
    if (report !== undefined) {
      await tools.previews.show(title, aws.driftText(definition, report));
    }
  };
}
