import { isAbort } from "../core/errors";
import { Deployment, type DeploymentOutcome } from "../core/pipeline/deployment";
import { previewText } from "../core/pipeline/previewText";
import { deploymentDeps, readPipelineArguments } from "./pipelineArguments";
import { ask, interruptSignal, printEvent } from "./pipelineOutput";
import { reportError } from "./report";
import type { Subcommand } from "./run";

/** Exit codes: 0 done, 1 failed or declined, 2 wrong usage, 3 waits for the visit to the image builder. */
export const deploy: Subcommand = async (args, bundles) => {
  const input = readPipelineArguments("deploy", args);
  if (typeof input === "number") {
    return input;
  }
  const signal = interruptSignal();
  try {
    const deps = await deploymentDeps(input, bundles, (event) => {
      printEvent(event, input.json);
    });
    const deployment = new Deployment(deps, input.definition, input.texts);
    const found = await deployment.preview(signal);
    const blocked = found.checks.some((check) => check.severity === "error");
    if (!input.yes || blocked) {
      (input.json ? process.stderr : process.stdout).write(previewText(input.definition, found, input.title));
    }
    if (!blocked && !input.yes) {
      const account = found.identity.account;
      const answer = await ask(`Deploy to account ${account} (${input.title.who}) in ${input.title.region}? [y/N] `);
      if (!/^y(es)?$/i.test(answer)) {
        await deployment.discard(found);
        process.stderr.write("Nothing was created. Answer y, or give --yes, to deploy.\n");
        return 1;
      }
    }
    const outcome = await deployment.execute(found, { wait: input.wait }, signal);
    process.stdout.write(input.json ? `${JSON.stringify({ kind: "outcome", outcome })}\n` : outcomeText(outcome));
    return outcome.state === "visit" ? 3 : 0;
  } catch (thrown) {
    if (isAbort(thrown)) {
      process.stderr.write("Stopped watching; what has been started in AWS goes on. Run deploy again to go on from there.\n");
      return 1;
    }
    return reportError(thrown);
  }
};

function outcomeText(outcome: DeploymentOutcome): string {
  const { target } = outcome;
  const lines = [
    outcome.state === "visit" ? "Waiting for the image: run deploy again afterwards." : "Pipeline deployed.",
    `Stream: ${target.stream}`,
    ...(target.domain === undefined ? [] : [`Domain: ${target.domain}, index ${target.index ?? ""}`]),
    ...(outcome.fleet === undefined ? [] : [`Fleet: ${outcome.fleet}, AppStream stack ${outcome.appstreamStack ?? ""}`]),
    ...(outcome.dashboards === undefined ? [] : [`Dashboards: ${outcome.dashboards}`]),
  ];
  return `${lines.join("\n")}\n`;
}
