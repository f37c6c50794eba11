import type { PipelineDefinition } from "../core/pipeline/definition";
import { Deployment, type DeploymentPreview } from "../core/pipeline/deployment";
import { previewText } from "../core/pipeline/previewText";
import { pipelineCommand } from "./pipelineCommand";
import { printJson } from "./pipelineOutput";

export const preview = pipelineCommand({
  name: "preview",
  printsEvents: false,
  run: async ({ input, deps, signal }) => {
    const deployment = new Deployment(deps, input.definition, input.texts);
    const found = await deployment.preview(signal);
    await deployment.discard(found);
    if (input.json) {
      printJson(previewJson(input.definition, found));
    } else {
      process.stdout.write(previewText(input.definition, found, input.title));
    }
    return found.checks.some((check) => check.severity === "error") ? 1 : 0;
  },
  interrupted: () => {
    process.stderr.write("Stopped; nothing was created.\n");
    return Promise.resolve(1);
  },
});

/** The preview as data, with costs. */
export function previewJson(definition: PipelineDefinition, found: DeploymentPreview): object {
  const plan = (one: DeploymentPreview["streaming"] | undefined): object | undefined =>
    one === undefined ? undefined : { stackName: one.stackName, action: one.action, changes: one.changeSet?.changes ?? one.changes ?? [] };
  return {
    pipeline: definition.name,
    region: definition.region,
    identity: found.identity,
    checks: found.checks,
    ingest: plan(found.ingest),
    image: found.image,
    streaming: plan(found.streaming),
    costs: found.costs,
  };
}
