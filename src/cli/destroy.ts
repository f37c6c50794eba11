import { Destruction } from "../core/pipeline/destruction";
import { destructionText } from "../core/pipeline/previewText";
import { pipelineCommand } from "./pipelineCommand";
import { ask } from "./pipelineOutput";
import { reportError } from "./report";

export const destroy = pipelineCommand({
  name: "destroy",
  printsEvents: true,
  run: async ({ input, deps, signal }) => {
    const destruction = new Destruction(deps, input.definition);
    if (!input.yes) {
      const found = await destruction.preview(signal);
      if (found.isEmpty) {
        const outcome = { removed: [], remains: [], failures: [] };
        process.stderr.write(
          `Nothing of pipeline ${input.definition.name} is in account ${found.identity.account}, ${input.definition.region}.\n`,
        );
        process.stdout.write(input.json ? `${JSON.stringify({ kind: "outcome", outcome })}\n` : "");
        return 0;
      }
      (input.json ? process.stderr : process.stdout).write(destructionText(input.definition, found, input.title));
      const { name } = input.definition;
      if ((await ask(`Type the name of the pipeline (${name}) to destroy it: `)) !== name) {
        process.stderr.write("Nothing was deleted. Type the pipeline's name, or give --yes, to destroy it.\n");
        return 1;
      }
    }
    const outcome = await destruction.execute({ emptyBuckets: input.emptyBuckets }, signal);
    if (input.json) {
      const failures = outcome.failures.map(({ message, reason, next }) => ({ message, reason, next }));
      process.stdout.write(`${JSON.stringify({ kind: "outcome", outcome: { ...outcome, failures } })}\n`);
    } else {
      process.stdout.write(`Deleted: ${outcome.removed.join(", ") || "nothing"}\nRemains: ${outcome.remains.join(", ") || "nothing"}\n`);
    }
    outcome.failures.forEach(reportError);
    return outcome.failures.length === 0 ? 0 : 1;
  },
  interrupted: () => {
    process.stderr.write("Stopped; run destroy again to go on.\n");
    return Promise.resolve(1);
  },
});
