import { diagnose, verdictText } from "../core/diagnosis/diagnose";
import { diagnosisText } from "../core/diagnosis/diagnosisText";
import { diagnosisTarget } from "../core/diagnosis/target";
import { pipelineCommand } from "./pipelineCommand";
import { printJson } from "./pipelineOutput";

/** Exit codes: 0 events arrive and no fault was found, 1 otherwise, 2 wrong usage. */
export const diagnosePipeline = pipelineCommand({
  name: "diagnose",
  printsEvents: false,
  run: async ({ input, deps, signal, bundles }) => {
    const { checkTexts } = await bundles.language();
    const target = diagnosisTarget(input.definition, input.texts, (facts) => checkTexts(input.texts, facts));
    const onProgress = (text: string): void => void process.stderr.write(`${text}\n`);
    const diagnosis = await diagnose(deps, target, { testRecord: input.testRecord, onProgress }, signal);
    if (input.json) {
      printJson({ ...diagnosis, verdict: verdictText(diagnosis) });
    } else {
      process.stdout.write(`${diagnosisText(diagnosis)}\n`);
    }
    return diagnosis.arrives && diagnosis.cause === undefined ? 0 : 1;
  },
  interrupted: () => Promise.resolve(1),
});
