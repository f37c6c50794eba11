import { Deployment, type DeploymentOutcome } from "../core/pipeline/deployment";
import { endOperation, runningOperation, waysToEnd } from "../core/pipeline/interruption";
import { previewText } from "../core/pipeline/previewText";
import { pipelineCommand } from "./pipelineCommand";
import { ask, interruptSignal } from "./pipelineOutput";

/** Exit codes: 0 done, 1 failed or declined, 2 wrong usage, 3 waits for the visit to the image builder. */
export const deploy = pipelineCommand({
  name: "deploy",
  printsEvents: true,
  run: async ({ input, deps, signal }) => {
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
  },
  interrupted: async ({ input, deps }) => {
    const operation = process.stdin.isTTY ? await runningOperation(deps, input.definition) : undefined;
    if (operation !== undefined) {
      const ways = waysToEnd(operation);
      const choices = ways.map(({ text }, at) => `  ${at + 1}  ${text}\n`).join("");
      process.stderr.write(`CloudFormation goes on with ${operation.stack.name}. Enter: stop watching; or\n${choices}`);
      const way = ways[Number(await ask("> ")) - 1];
      if (way !== undefined) {
        const status = await endOperation(deps, input.definition, operation, way.how, interruptSignal());
        process.stderr.write(`${operation.stack.name}: ${status}. Run deploy again to go on from there.\n`);
        return 1;
      }
    }
    process.stderr.write("Stopped watching; what has been started in AWS goes on. Run deploy again to go on from there.\n");
    return 1;
  },
});

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
