import vscode = require("vscode");
import type { DeploymentDeps } from "../core/pipeline/deployment";
import { run } from "../workbench/commands";
import type { OpenDefinition } from "./definitionFiles";
import { withProgress } from "./progressNotification";

/** After a cancellation: what CloudFormation can do with the operation that it goes on with, and the user's choice. */
export async function interrupted(deps: DeploymentDeps, opened: OpenDefinition): Promise<void> {
  const { definition, aws } = opened;
  const operation = await aws.runningOperation(deps, definition);
  if (operation === undefined) {
    stoppedWatching(opened);
    return;
  }
  const ways = aws.waysToEnd(operation);
  const text = vscode.l10n.t("CloudFormation goes on with {0}.", operation.stack.name);
  const detail = vscode.l10n.t("Cancel stops watching only: Deploy Pipeline goes on from there at any time.");
  const chosen = await vscode.window.showWarningMessage(text, { modal: true, detail }, ...ways.map((one) => one.text));
  const way = ways.find((one) => one.text === chosen);
  if (way === undefined) {
    stoppedWatching(opened);
    return;
  }
  const status = await withProgress(way.text, (signal) => aws.endOperation(deps, definition, operation, way.how, signal));
  if (status !== undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t("{0}: {1}. Nothing more was started.", operation.stack.name, status));
  }
}

function stoppedWatching({ uri, definition }: OpenDefinition): void {
  const goOn = vscode.l10n.t("Deploy Pipeline…");
  const remove = vscode.l10n.t("Destroy Pipeline…");
  const text = vscode.l10n.t(
    "Nobody watches the deployment of {0} any more. What has been started in AWS goes on; nothing new is started.",
    definition.name,
  );
  const argument = { definition: uri.toString() };
  void vscode.window.showInformationMessage(text, goOn, remove).then((choice) => {
    if (choice === goOn) {
      void run("appstreamMonitor.pipeline.deploy", argument);
    } else if (choice === remove) {
      void run("appstreamMonitor.pipeline.destroy", argument);
    }
  });
}
