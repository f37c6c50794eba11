import { driftText, findDrift } from "../core/pipeline/drift";
import { pipelineCommand } from "./pipelineCommand";
import { printJson } from "./pipelineOutput";

/** Exit codes: 0 nothing was changed by hand, 1 something was, 2 wrong usage. */
export const drift = pipelineCommand({
  name: "drift",
  printsEvents: false,
  run: async ({ input, deps, signal }) => {
    const report = await findDrift(deps, input.definition, signal);
    if (input.json) {
      printJson(report);
    } else {
      process.stdout.write(`${driftText(input.definition, report)}\n`);
    }
    return report.drifts.length === 0 ? 0 : 1;
  },
  interrupted: () => Promise.resolve(1),
});
