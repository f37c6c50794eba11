import * as l10n from "@vscode/l10n";
import { markdownTable } from "../text/table";
import type { PipelineDefinition } from "./definition";
import type { Drift, DriftReport } from "./drift";
import type { DriftRevertPreview } from "./driftRevert";
import { changeLines, checkLines, whoLines, type PreviewTitle } from "./previewText";

/** The report as a Markdown document. */
export function driftText(definition: PipelineDefinition, { drifts, unchecked }: DriftReport): string {
  const lines = [`# ${l10n.t("Drift of pipeline {0}", definition.name)}`, ""];
  if (drifts.length === 0) {
    lines.push(l10n.t("Everything is as it was deployed."), "");
  }
  for (const drift of drifts) {
    lines.push(
      `## ${drift.resource} (${drift.type})`,
      "",
      ...(drift.deleted ? [l10n.t("It has been deleted by hand.")] : differenceLines(drift)),
      "",
    );
  }
  if (drifts.length > 0) {
    const remedy = l10n.t(
      "Deploying again does not notice changes made by hand. Take them back (Show Drift offers it, and drift --revert), or write the actual values into the definition and deploy.",
    );
    lines.push(remedy, "");
  }
  if (unchecked.length > 0) {
    lines.push(l10n.t("CloudFormation cannot compare: {0}", unchecked.join(", ")), "");
  }
  return lines.join("\n");
}

function differenceLines({ differences }: Drift): string[] {
  const header = [l10n.t("Property"), l10n.t("Deployed"), l10n.t("Actual")];
  return markdownTable(
    header,
    differences.map((one) => [one.path, one.expected, one.actual]),
  );
}

/** What taking the changes back would do, as a Markdown document. */
export function driftRevertText(definition: PipelineDefinition, preview: DriftRevertPreview, title: PreviewTitle): string {
  const { identity, plans, stream, stays } = preview;
  const lines = [
    `# ${l10n.t("Take back what was changed by hand in pipeline {0}", definition.name)}`,
    "",
    ...whoLines(title, identity.account, identity.arn),
    "",
    l10n.t("Resources become what was deployed last; what you have changed in the definition since then is not deployed."),
    "",
    ...checkLines(preview.checks),
    ...plans.flatMap(({ stackName, changeSet }) => [
      `## ${l10n.t("CloudFormation stack {0}", stackName)}`,
      "",
      ...changeLines(changeSet?.changes ?? []),
      "",
    ]),
    ...(stream === undefined ? [] : [`## ${l10n.t("Destination of the delivery stream")}`, "", ...differenceLines(stream), ""]),
    ...(stays.length === 0 ? [] : [`## ${l10n.t("What stays")}`, "", ...stays.map((one) => `- ${one}`), ""]),
  ];
  return lines.join("\n");
}
