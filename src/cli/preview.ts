import { costTable, pricesNoted } from "../core/pipeline/cost";
import type { PipelineDefinition } from "../core/pipeline/definition";
import { Deployment, type DeploymentPreview } from "../core/pipeline/deployment";
import { previewText } from "../core/pipeline/previewText";
import { deploymentDeps, readPipelineArguments } from "./pipelineArguments";
import { printJson } from "./pipelineOutput";
import { reportError } from "./report";
import type { Subcommand } from "./run";

export const preview: Subcommand = async (args, bundles) => {
  const input = readPipelineArguments("preview", args);
  if (typeof input === "number") {
    return input;
  }
  try {
    const deps = await deploymentDeps(input, bundles, () => undefined);
    const deployment = new Deployment(deps, input.definition, input.texts);
    const found = await deployment.preview();
    await deployment.discard(found);
    if (input.json) {
      printJson(previewJson(input.definition, found));
    } else {
      process.stdout.write(previewText(input.definition, found, input.title));
    }
    return found.checks.some((check) => check.severity === "error") ? 1 : 0;
  } catch (thrown) {
    return reportError(thrown);
  }
};

/** The preview as data, with costs. */
export function previewJson(definition: PipelineDefinition, found: DeploymentPreview): object {
  const plan = (one: DeploymentPreview["streaming"] | undefined): object | undefined =>
    one === undefined ? undefined : { stackName: one.stackName, action: one.action, changes: one.changeSet?.changes ?? [] };
  return {
    pipeline: definition.name,
    region: definition.region,
    identity: found.identity,
    checks: found.checks,
    ingest: plan(found.ingest),
    image: found.image,
    streaming: plan(found.streaming),
    costs: { noted: pricesNoted, rows: costTable(definition) },
  };
}
