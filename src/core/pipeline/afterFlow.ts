import * as l10n from "@vscode/l10n";
import type { StackSummary } from "../aws/ports";
import { putIndexPattern, putIndexTemplate, reachDomain, routeOf, sendSyntheticRecord, type AfterDeps, type Reach } from "./afterSteps";
import { AppError } from "../errors";
import { targetOf, type PipelineDefinition } from "./definition";
import { mapDeliveryRole } from "./roleMapping";

/** What must be there before the first record. */
export async function prepareIndex(
  deps: AfterDeps,
  definition: PipelineDefinition,
  ingest: StackSummary | undefined,
  signal?: AbortSignal,
): Promise<Reach | undefined> {
  const reach = await reachDomain(deps.aws, definition, signal);
  if (reach === undefined) {
    if (targetOf(definition).domain !== undefined) {
      const text = l10n.t("The domain is inside a VPC: index template and pattern are not written, and no test record is looked for.");
      deps.emit({ kind: "note", severity: "warning", text });
    }
    return undefined;
  }
  const role = ingest?.outputs["DeliveryRoleArn"];
  if (reach.domain.fineGrainedAccess && role !== undefined) {
    await mapDeliveryRole(deps, definition, reach, role, signal);
  }
  await putIndexTemplate(deps, definition, reach, signal);
  return reach;
}

/** Index pattern and a test record; true when the record arrived, undefined when the domain could not be asked about it. */
export async function verifyPipeline(
  deps: AfterDeps,
  definition: PipelineDefinition,
  reach: Reach,
  signal?: AbortSignal,
): Promise<boolean | undefined> {
  await putIndexPattern(deps, definition, reach, signal);
  try {
    const found = await sendSyntheticRecord(deps, routeOf(definition), reach, signal);
    deps.emit(
      found
        ? { kind: "note", severity: "information", text: l10n.t("The test record arrived in the index: the pipeline works.") }
        : {
            kind: "note",
            severity: "warning",
            text: l10n.t("The test record did not arrive in time: look at the stream's error log and the bucket."),
          },
    );
    return found;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) {
      throw thrown;
    }
    const text = l10n.t("Whether the test record arrived is not known: {0}", thrown.message);
    deps.emit({ kind: "note", severity: "warning", text });
    return undefined;
  }
}
