import * as vscode from "vscode";
import type { ConnectionSource } from "../core/aws/connection";
import { systemClock, type Clock } from "../core/clock";
import type { Bundles } from "../workbench/bundles";
import { registerCommand } from "../workbench/commands";
import type { Log } from "../workbench/log";
import { createDeploy } from "./deploy";
import { createDestroy } from "./destroy";
import { exportTemplates } from "./exportTemplates";
import { newProject } from "./newProject";
import { PipelineTree } from "./pipelineTree";
import { createPower } from "./powerCommands";
import { PreviewDocuments } from "./previewDocuments";
import { ProgressOutput } from "./progressOutput";
import { createShowDrift } from "./showDrift";
import { openTestSession } from "./testSession";

export interface PipelineParts {
  readonly bundles: Bundles;
  readonly log: Log;
  readonly connections: ConnectionSource;
  readonly clock?: Clock;
}

/** The Pipelines view and the commands that create, deploy, export and destroy a pipeline. */
export function registerPipeline(parts: PipelineParts): vscode.Disposable {
  const { log, bundles } = parts;
  const previews = new PreviewDocuments();
  const output = new ProgressOutput();
  const tree = new PipelineTree(parts);
  const tools = { clock: systemClock, ...parts, previews, output, tree };
  return vscode.Disposable.from(
    previews,
    output,
    tree,
    registerCommand(log, "appstreamMonitor.pipeline.newProject", () => newProject(bundles)),
    registerCommand(log, "appstreamMonitor.pipeline.deploy", createDeploy(tools)),
    registerCommand(log, "appstreamMonitor.pipeline.destroy", createDestroy(tools)),
    registerCommand(log, "appstreamMonitor.pipeline.showDrift", createShowDrift(tools)),
    registerCommand(log, "appstreamMonitor.pipeline.start", createPower(tools, "start")),
    registerCommand(log, "appstreamMonitor.pipeline.stop", createPower(tools, "stop")),
    registerCommand(log, "appstreamMonitor.pipeline.deleteBuilder", createPower(tools, "delete")),
    registerCommand(log, "appstreamMonitor.pipeline.testSession", async (fleet) => {
      if (fleet !== undefined) {
        await openTestSession((await parts.connections.connect()).aws.appstream, fleet.name);
      }
    }),
    registerCommand(log, "appstreamMonitor.pipeline.exportTemplates", (argument) => exportTemplates(bundles, argument)),
  );
}
