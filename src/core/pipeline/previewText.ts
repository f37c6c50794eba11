import * as l10n from "@vscode/l10n";
import type { ChangeSetChange } from "../aws/ports";
import { costNote, costSource, priceText, type Costs } from "./cost";
import type { PipelineDefinition, StackPart } from "./definition";
import type { DeploymentPreview } from "./deployment";
import type { DestructionPreview } from "./destruction";
import type { Check } from "./preflight";
import { deployerPolicy } from "./rights";
import type { StackPlan } from "./stackPlan";
import { pipelineTemplate } from "./template";
import { markdownTable } from "../text/table";
import { valueChanges } from "./valueChanges";

/** Who is asked, as the confirmation names it too. */
export interface PreviewTitle {
  /** Profile name, or SANDBOX. */
  readonly who: string;
  readonly region: string;
}

/** The whole preview as a Markdown document that one can search and save. */
export function previewText(definition: PipelineDefinition, preview: DeploymentPreview, title: PreviewTitle): string {
  const lines = [
    `# ${l10n.t("Deploy pipeline {0}", definition.name)}`,
    "",
    ...whoLines(title, preview.identity.account, preview.identity.arn),
    "",
    ...checkLines(preview.checks),
    ...(preview.ingest === undefined ? [] : planLines(definition, preview.ingest)),
    `## ${l10n.t("Image")} ${preview.image.name}`,
    "",
    imageLine(preview.image.action),
    "",
    ...planLines(definition, preview.streaming),
    ...costLines(preview.costs),
    ...durationLines(),
    ...policyLines(definition),
    ...deployerLines(definition, preview.identity.account),
  ];
  return `${lines.join("\n")}\n`;
}

function checkWords({ severity, text, remedy }: Check): string {
  const words = [text, remedy].filter(Boolean).join(" ");
  switch (severity) {
    case "ok":
      return l10n.t("OK: {0}", words);
    case "warning":
      return l10n.t("Warning: {0}", words);
    case "error":
      return l10n.t("Error: {0}", words);
  }
}

export function checkLines(checks: readonly Check[]): string[] {
  const lines = checks.map((check) => `- ${checkWords(check)}`);
  return [`## ${l10n.t("Checks")}`, "", ...(lines.length === 0 ? [l10n.t("Nothing to report.")] : lines), ""];
}

export function whoLines(title: PreviewTitle, account: string, arn: string): string[] {
  const header = [l10n.t("Account"), l10n.t("Profile"), l10n.t("Region"), l10n.t("Identity")];
  return markdownTable(header, [[account, title.who, title.region, arn]]);
}

function planLines(definition: PipelineDefinition, plan: StackPlan): string[] {
  const head = [`## ${l10n.t("CloudFormation stack {0}", plan.stackName)}`, ""];
  switch (plan.action) {
    case "none":
      return [...head, l10n.t("No change."), ""];
    case "resume":
      return [...head, l10n.t("An operation runs already: it is followed to its end, then compared again."), ""];
    case "recreate":
      return [...head, l10n.t("What a failed attempt left is removed first. Then:"), "", ...templateLines(definition, plan.part), ""];
    case "later":
      return [
        ...head,
        l10n.t("After the image:"),
        "",
        ...(plan.changes === undefined ? templateLines(definition, plan.part) : changeLines(plan.changes)),
        "",
      ];
    case "repair":
      return [
        ...head,
        l10n.t("An update could not be rolled back: the rollback is continued first, then the stack is compared again."),
        "",
      ];
    case "create":
    case "update":
      return [...head, ...changeLines(plan.changeSet?.changes ?? []), ""];
  }
}

function templateLines(definition: PipelineDefinition, part: StackPart): string[] {
  return tableOf(
    Object.entries(pipelineTemplate(definition, part).Resources).map(([id, one]) => [
      l10n.t("create or keep"),
      id,
      one.Type,
      nameIn(one.Properties),
    ]),
  );
}

function nameIn(properties: Readonly<Record<string, unknown>>): string {
  const keys = ["DomainName", "DeliveryStreamName", "RoleName", "LogGroupName", "LogStreamName", "BucketName", "PolicyName", "Name"];
  const found = keys.map((key) => properties[key]).find((value) => typeof value === "string");
  return typeof found === "string" ? found : "";
}

export function changeLines(changes: readonly ChangeSetChange[]): string[] {
  return tableOf(changes.map((change) => [changeWords(change), change.logicalId, change.resourceType, detailWords(change)]));
}

function tableOf(rows: readonly (readonly string[])[]): string[] {
  const header = [l10n.t("What happens"), l10n.t("Resource"), l10n.t("Type"), l10n.t("Details")];
  return markdownTable(header, rows);
}

/** Replace, in place or delete: the first thing to know about a change. */
export function changeWords(change: ChangeSetChange): string {
  switch (change.action) {
    case "Add":
      return l10n.t("create");
    case "Remove":
      return l10n.t("DELETE");
    case "Modify":
      if (change.replacement === "True") {
        return l10n.t("REPLACE");
      }
      return change.replacement === "Conditional" ? l10n.t("change, perhaps REPLACE") : l10n.t("change in place");
    case "SyncWithActual":
      return l10n.t("nothing: only CloudFormation's record");
    default:
      return change.action;
  }
}

function detailWords(change: ChangeSetChange): string {
  const details = change.details.flatMap((one) => {
    const name = one.name ?? one.attribute;
    return one.before === undefined && one.after === undefined ? [name] : valueChanges(name, one.before, one.after);
  });
  return [...new Set(details)].join("; ") || (change.physicalId ?? "");
}

function imageLine(action: DeploymentPreview["image"]["action"]): string {
  switch (action) {
    case "none":
      return l10n.t("It exists already.");
    case "make":
      return l10n.t("An image builder is created. You open it once and paste one line; everything else happens by itself.");
    case "continue":
      return l10n.t(
        "It has been begun: the deployment goes on where it stands. If its image builder waits, you open it and paste one line.",
      );
  }
}

function costLines(costs: Costs): string[] {
  const money = (value: number | undefined, digits: number): string => (value === undefined ? "" : value.toFixed(digits));
  const rows = costs.rows.map((row) => [
    row.item,
    priceText(row),
    money(row.perHour, 3),
    money(row.perMonth, 2),
    row.note,
    costSource(row),
  ]);
  const header = [l10n.t("Item"), l10n.t("Price"), l10n.t("per hour"), l10n.t("per month"), l10n.t("Note"), l10n.t("Source")];
  return [`## ${l10n.t("Costs")}`, "", costNote(costs), "", ...markdownTable(header, rows, [2, 3]), ""];
}

function durationLines(): string[] {
  return [
    `## ${l10n.t("How long it takes")}`,
    "",
    `- ${l10n.t("Domain: 10 to 30 minutes, while the image is made.")}`,
    `- ${l10n.t("Image builder: 10 to 20 minutes, then your visit.")}`,
    `- ${l10n.t("Image: 20 to 45 minutes.")}`,
    `- ${l10n.t("Fleet: 10 to 20 minutes.")}`,
    "",
  ];
}

function policyLines(definition: PipelineDefinition): string[] {
  const resources = pipelineTemplate(definition, "ingest").Resources;
  const texts = Object.entries(resources).flatMap(([id, { Properties: properties }]) =>
    ["AssumeRolePolicyDocument", "Policies", "PolicyDocument", "AccessPolicies"]
      .filter((key) => properties[key] !== undefined)
      .map((key) => [`### ${id}: ${key}`, "", "```json", JSON.stringify(properties[key], undefined, 2), "```", ""]),
  );
  return [`## ${l10n.t("Policies")}`, "", ...texts.flat()];
}

function deployerLines(definition: PipelineDefinition, account: string): string[] {
  return [
    `### ${l10n.t("Whoever deploys")}`,
    "",
    l10n.t("The least that one needs to deploy, change and destroy this pipeline, and no other."),
    "",
    "```json",
    JSON.stringify(deployerPolicy(definition, account), undefined, 2),
    "```",
    "",
  ];
}

export function destructionText(definition: PipelineDefinition, preview: DestructionPreview, title: PreviewTitle): string {
  const lines = [
    `# ${l10n.t("Destroy pipeline {0}", definition.name)}`,
    "",
    ...whoLines(title, preview.identity.account, preview.identity.arn),
    "",
    `## ${l10n.t("Deleted")}`,
    "",
    ...preview.dies.map((one) => `- ${one.type} ${one.name}`),
    ...(preview.dies.length === 0 ? [l10n.t("Nothing.")] : []),
    ...(preview.sessions === 0 ? [] : ["", l10n.t("Running sessions that are ended: {0}.", preview.sessions)]),
    "",
    `## ${l10n.t("Kept")}`,
    "",
    ...preview.stays.map((one) => `- ${one.type} ${one.name}: ${one.why}`),
    ...(preview.stays.length === 0 ? [l10n.t("Nothing.")] : []),
  ];
  return `${lines.join("\n")}\n`;
}
