import vscode = require("vscode");
import type { ConnectionSource } from "../core/aws/connection";
import { systemClock, type Clock } from "../core/clock";
import type { Bundles } from "../workbench/bundles";
import { registerCommand } from "../workbench/commands";
import { openView as openAtOnce, type OpenView } from "../workbench/lateViews";
import type { Log } from "../workbench/log";
import type { LoadedCommands, PipelineCommandId } from "./commands";
import { PipelineTree } from "./pipelineTree";

export interface PipelineParts {
  readonly bundles: Bundles;
  readonly log: Log;
  readonly connections: ConnectionSource;
  readonly clock?: Clock;
  readonly openView?: OpenView;
}

/** The Pipelines view and the commands that create, deploy, export and destroy a pipeline; the first one that is run loads them all. */
export function registerPipeline(parts: PipelineParts): vscode.Disposable {
  const tree = new PipelineTree({ openView: openAtOnce, ...parts });
  let loaded: Promise<LoadedCommands> | undefined;
  const load = async (): Promise<LoadedCommands> => {
    const { createPipelineCommands } = await (await parts.bundles.aws()).loadPipelineCommands();
    return createPipelineCommands({ clock: systemClock, ...parts, tree });
  };
  const command = <Id extends PipelineCommandId>(id: Id): vscode.Disposable =>
    registerCommand(parts.log, id, async (argument) => (await (loaded ??= load())).commands[id](argument));
  return vscode.Disposable.from(
    tree,
    command("appstreamMonitor.pipeline.newProject"),
    command("appstreamMonitor.pipeline.deploy"),
    command("appstreamMonitor.pipeline.destroy"),
    command("appstreamMonitor.pipeline.showDrift"),
    command("appstreamMonitor.pipeline.importSetUp"),
    command("appstreamMonitor.pipeline.findFault"),
    command("appstreamMonitor.pipeline.start"),
    command("appstreamMonitor.pipeline.stop"),
    command("appstreamMonitor.pipeline.deleteBuilder"),
    command("appstreamMonitor.pipeline.testSession"),
    command("appstreamMonitor.pipeline.exportTemplates"),
    new vscode.Disposable(() => void loaded?.then((each) => each.dispose())),
  );
}
