import { findDrift, type DriftReport } from "../core/pipeline/drift";
import { DriftRevert } from "../core/pipeline/driftRevert";
import { driftRevertText, driftText } from "../core/pipeline/driftText";
import { pipelineCommand, type PipelineRun } from "./pipelineCommand";
import { ask, printEvent, printJson } from "./pipelineOutput";

/** Exit codes: 0 nothing is changed by hand, or not any more; 1 something is, or declined; 2 wrong usage. */
export const drift = pipelineCommand({
  name: "drift",
  printsEvents: false,
  run: async (run) => (run.input.revert ? revert(run) : print(run, await findDrift(run.deps, run.input.definition, run.signal))),
  interrupted: () => Promise.resolve(1),
});

function print({ input }: PipelineRun, report: DriftReport): number {
  if (input.json) {
    printJson(report);
  } else {
    process.stdout.write(`${driftText(input.definition, report)}\n`);
  }
  return report.drifts.length === 0 ? 0 : 1;
}

/** Beside the report, progress goes to standard error. */
async function revert(run: PipelineRun): Promise<number> {
  const { input, signal } = run;
  const emit = (event: Parameters<typeof printEvent>[0]): void => {
    printEvent(event, input.json, process.stderr);
  };
  const work = new DriftRevert({ ...run.deps, emit }, input.definition);
  const preview = await work.preview(signal);
  if (preview === undefined) {
    return print(run, { drifts: [], unchecked: [] });
  }
  const blocked = preview.checks.some((check) => check.severity === "error");
  process.stderr.write(driftRevertText(input.definition, preview, input.title));
  if (!blocked && !input.yes) {
    const answer = await ask(`Take this back in account ${preview.identity.account} (${input.title.who}) in ${input.title.region}? [y/N] `);
    if (!/^y(es)?$/i.test(answer)) {
      await work.discard(preview);
      process.stderr.write("Nothing was changed. Answer y, or give --yes, to take the changes back.\n");
      return 1;
    }
  }
  return print(run, await work.execute(preview, signal));
}
