import vscode = require("vscode");
import { allPages } from "../core/aws/found";
import { AppError } from "../core/errors";
import type { ResourceArgument } from "../ids";
import { requireTrust } from "./definitionFiles";
import type { PipelineTools } from "./deploy";
import { askPipelineName } from "./pipelineName";
import { withProgress } from "./progressNotification";

/** A definition of a set-up that was made by hand, from its delivery stream, in a new document: nothing is written or changed. */
export function createImportSetUp(
  tools: Pick<PipelineTools, "bundles" | "connections">,
): (stream: ResourceArgument | undefined) => Promise<void> {
  return async (argument) => {
    requireTrust();
    const { connection, aws } = await tools.connections.connect();
    const title = vscode.l10n.t("Import Set-up");
    const stream =
      argument?.name ?? (await chosen(title, vscode.l10n.t("Which delivery stream?"), (await aws.streams.list({ limit: 1000 })).items));
    const name = stream === undefined ? undefined : await askPipelineName(title, nameFrom(stream));
    if (stream === undefined || name === undefined) {
      return;
    }
    const none = vscode.l10n.t("No fleet: the pipeline makes image and fleet of its own");
    const fleets = (await allPages((token) => aws.appstream.listFleets(token))).map((one) => one.name);
    const fleet = await chosen(title, vscode.l10n.t("Whose instances write to it?"), [...fleets, none]);
    if (fleet === undefined) {
      return;
    }
    const { importedDefinition, parseDefinition } = await tools.bundles.aws();
    const choice = { name, region: connection.region, stream, ...(fleet === none ? {} : { fleet }) };
    const found = await withProgress(title, (signal) => importedDefinition(aws, choice, signal));
    if (found === undefined) {
      return;
    }
    const content = `${JSON.stringify(found, undefined, 2)}\n`;
    const problem = parseDefinition(content).problems.find((one) => one.severity === "error");
    if (problem !== undefined) {
      throw new AppError("invalidInput", vscode.l10n.t("This set-up cannot be described: {0}", problem.message));
    }
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "json", content }));
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        "Save it as appstream-pipeline.json: then it can be checked, tailed and diagnosed. Nothing of what it names is changed or deleted.",
      ),
    );
  };
}

async function chosen(title: string, placeHolder: string, names: readonly string[]): Promise<string | undefined> {
  return vscode.window.showQuickPick([...names], { title, placeHolder, ignoreFocusOut: true });
}

/** Proposed from the stream's. */
function nameFrom(stream: string): string {
  return stream
    .replace(/[^a-zA-Z0-9-]+/g, "-")
    .replace(/^[^a-zA-Z]+/, "")
    .slice(0, 28);
}
