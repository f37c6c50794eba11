import * as l10n from "@vscode/l10n";
import { billingText } from "./cost";
import type { PipelineDefinition } from "./definition";
import type { DeploymentPreview } from "./deployment";
import type { StackPlan } from "./stackPlan";
import { pipelineTemplate } from "./template";

interface Counts {
  readonly created: number;
  readonly changed: number;
  /** Replaced or deleted: what is lost. */
  readonly lost: number;
}

/** What a preview amounts to, in two sentences for the question whether to deploy. */
export function previewSummary(definition: PipelineDefinition, preview: DeploymentPreview, { billed }: { billed: boolean }): string {
  const plans = [preview.ingest, preview.streaming].filter((plan) => plan !== undefined);
  if (preview.image.action === "none" && plans.every(({ action }) => action === "none")) {
    return l10n.t("Nothing is to be changed; the pipeline is checked with a test record.");
  }
  const counts = plans.map((plan) => countsOf(definition, plan));
  const sum = (key: keyof Counts): number => counts.reduce((total, each) => total + each[key], 0);
  const parts = [
    sum("created") === 0 ? undefined : l10n.t("{0} created or kept", sum("created")),
    sum("changed") === 0 ? undefined : l10n.t("{0} changed", sum("changed")),
    sum("lost") === 0 ? undefined : l10n.t("{0} REPLACED OR DELETED", sum("lost")),
    preview.image.action === "none" ? undefined : l10n.t("one image"),
  ].filter((part) => part !== undefined);
  const first = parts.length === 0 ? undefined : l10n.t("Resources: {0}.", parts.join(", "));
  return [first, billed ? billingText(preview.costs) : undefined].filter((part) => part !== undefined).join(" ");
}

function countsOf(definition: PipelineDefinition, plan: StackPlan): Counts {
  const changes = plan.changeSet?.changes ?? plan.changes;
  if (changes === undefined) {
    const fresh = plan.action === "later" || plan.action === "recreate";
    return { created: fresh ? Object.keys(pipelineTemplate(definition, plan.part).Resources).length : 0, changed: 0, lost: 0 };
  }
  const lost = changes.filter(
    ({ action, replacement }) => action === "Remove" || replacement === "True" || replacement === "Conditional",
  ).length;
  const created = changes.filter((change) => change.action === "Add").length;
  return { created, changed: changes.length - created - lost, lost };
}
