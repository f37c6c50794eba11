import vscode = require("vscode");
import type { CommandArguments, CommandId } from "../ids";
import { createDeploy, type PipelineTools } from "./deploy";
import { createDestroy } from "./destroy";
import { exportTemplates } from "./exportTemplates";
import { createFindFault } from "./findFault";
import { createImportSetUp } from "./importSetUp";
import { newProject } from "./newProject";
import { createPower } from "./powerCommands";
import { PreviewDocuments } from "./previewDocuments";
import { ProgressOutput } from "./progressOutput";
import { createShowDrift } from "./showDrift";
import { openTestSession } from "./testSession";

export type PipelineCommandId = Extract<CommandId, `appstreamMonitor.pipeline.${string}`>;
export type PipelineCommands = { readonly [Id in PipelineCommandId]: (argument: CommandArguments[Id] | undefined) => Promise<void> };

export interface LoadedCommands {
  readonly commands: PipelineCommands;
  dispose(): void;
}

/** What the commands of pipelines do, with the documents and the output that they write to. */
export function createPipelineCommands(parts: Omit<PipelineTools, "previews" | "output">): LoadedCommands {
  const previews = new PreviewDocuments();
  const output = new ProgressOutput();
  const tools: PipelineTools = { ...parts, previews, output };
  return {
    commands: {
      "appstreamMonitor.pipeline.newProject": () => newProject(parts.bundles),
      "appstreamMonitor.pipeline.deploy": createDeploy(tools),
      "appstreamMonitor.pipeline.destroy": createDestroy(tools),
      "appstreamMonitor.pipeline.showDrift": createShowDrift(tools),
      "appstreamMonitor.pipeline.importSetUp": createImportSetUp(tools),
      "appstreamMonitor.pipeline.findFault": createFindFault(tools),
      "appstreamMonitor.pipeline.start": createPower(tools, "start"),
      "appstreamMonitor.pipeline.stop": createPower(tools, "stop"),
      "appstreamMonitor.pipeline.deleteBuilder": createPower(tools, "delete"),
      "appstreamMonitor.pipeline.testSession": async (fleet) => {
        if (fleet !== undefined) {
          await openTestSession((await parts.connections.connect()).aws.appstream, fleet.name);
        }
      },
      "appstreamMonitor.pipeline.exportTemplates": (argument) => exportTemplates(parts.bundles, argument),
    },
    dispose: () => {
      vscode.Disposable.from(previews, output).dispose();
    },
  };
}
