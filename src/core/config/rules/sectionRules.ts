import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import { isUnwrapped } from "../agentModel";
import { rootShape, sectionOf } from "../agentSchema";
import type { JsonNode, JsonProperty } from "../jsonNode";
import { rowOfLower } from "../schema";
import { didYouMean, fix, insertItem, insertMember, nearest, removeKeyFix, renameKey, setRaw } from "./fixes";
import type { Report } from "./report";
import { skeleton } from "./skeletons";

const needed = ["Sources", "Sinks", "Pipes"] as const;

export function checkSections(report: Report): void {
  const { root } = report.model;
  if (root?.kind !== "object") {
    return;
  }
  for (const property of root.properties) {
    checkTopLevelKey(report, root, property);
    checkSectionShape(report, property);
  }
  checkMissingSections(report, root);
  checkSelfUpdate(report, root);
  checkTelemetrics(report, root);
}

function checkTopLevelKey(report: Report, root: JsonNode, property: JsonProperty): void {
  const row = rowOfLower(rootShape, property.lower);
  if (row !== undefined) {
    if (row.key !== property.name) {
      report.add("key-casing", property.key.span, casingMessage(row.key), { fixes: [casingFix(property, row.key)] });
    }
    return;
  }
  const known = rootShape.keys.map((candidate) => candidate.key).filter((key) => root.property(key) === undefined);
  const fixes = didYouMean(property.name, known, (name) => renameKey(property, name));
  const message = l10n.t("The agent knows no top-level key {0} and ignores it.", property.name);
  report.add("unknown-top-level-key", property.key.span, message, { fixes: [...fixes, removeKeyFix(root, property)], unnecessary: true });
}

export function casingMessage(key: string): string {
  return l10n.t("The agent reads this key in any case; its diagnostic tool and other programs want {0}.", key);
}

export function casingFix(property: JsonProperty, key: string): Fix {
  return fix(l10n.t("Write it as {0}", key), [renameKey(property, key)], { safe: true, preferred: true });
}

function checkSectionShape(report: Report, property: JsonProperty): void {
  const section = sectionOf(property.name);
  const { value } = property;
  if (section === undefined || value === undefined || value.kind === "bad" || value.kind === "array" || value.kind === "null") {
    return;
  }
  if (value.kind === "object" && !isUnwrapped(value)) {
    return;
  }
  const message =
    section === "Credentials"
      ? l10n.t("Credentials must be a list: the agent takes each key for a credential without Id, and the whole configuration fails.")
      : l10n.t("{0} must be a list of objects: the agent takes each key for a declaration and skips it.", section);
  const fixes =
    value.kind === "object"
      ? [
          fix(
            l10n.t("Wrap in [ ]"),
            [
              { span: { start: value.start, end: value.start }, text: "[" },
              { span: { start: value.end, end: value.end }, text: "]" },
            ],
            { safe: true, preferred: true },
          ),
        ]
      : [fix(l10n.t("Replace by an empty list"), [setRaw(value, "[]")])];
  report.add("section-shape", value.kind === "object" ? property.key.span : value.span, message, { fixes });
}

function checkMissingSections(report: Report, root: JsonNode): void {
  const { declarations } = report.model;
  const missing = needed.filter((section) => declarations[section].length === 0 && !hasContent(root.member(section)));
  if (missing.length === 0) {
    return;
  }
  const absent = missing.filter((section) => !isTypo(root, section));
  for (const section of absent) {
    const property = root.property(section);
    const message = l10n.t("There are no {0}: the agent runs and sends nothing.", section);
    const fixes = skeletonFix(report, root, section);
    report.add("missing-section", property?.key.span ?? { start: root.start, end: root.start + 1 }, message, { fixes });
  }
}

/** The section with one declaration to begin with. */
function skeletonFix(report: Report, root: JsonNode, section: (typeof needed)[number]): Fix[] {
  const { sources, sinks } = report.model;
  const entry = skeleton(section, [...sources.keys()][0] ?? "ApplicationLog", [...sinks.keys()][0] ?? "Stream");
  const property = root.property(section);
  const value = property?.value;
  if (value !== undefined && value.kind !== "array" && value.kind !== "object") {
    return [];
  }
  const edit =
    value === undefined
      ? insertMember(root, section, `[${entry}]`)
      : value.kind === "array"
        ? insertItem(value, entry)
        : setRaw(value, `[${entry}]`);
  return property !== undefined && value === undefined ? [] : [fix(l10n.t("Insert {0}", section), [edit], { preferred: true })];
}

function hasContent(value: JsonNode | undefined): boolean {
  return (
    value !== undefined && (value.items.length > 0 || value.properties.length > 0 || (value.kind !== "array" && value.kind !== "object"))
  );
}

/** The section is there under a misspelled name, which is reported as such. */
function isTypo(root: JsonNode, section: string): boolean {
  return root.properties.some(
    (property) => rowOfLower(rootShape, property.lower) === undefined && nearest(property.name, [section]) !== undefined,
  );
}

function checkSelfUpdate(report: Report, root: JsonNode): void {
  const property = root.property("SelfUpdate");
  if (property !== undefined) {
    report.add(
      "selfupdate-obsolete",
      property.key.span,
      l10n.t("Current agents do not read SelfUpdate; the plugin PackageUpdate does its work."),
      {
        fixes: [removeKeyFix(root, property, true)],
        unnecessary: true,
      },
    );
  }
}

function checkTelemetrics(report: Report, root: JsonNode): void {
  const telemetrics = root.member("Telemetrics");
  const off = telemetrics?.property("off");
  const scalar = off?.value?.scalar;
  if (telemetrics === undefined || off?.value === undefined || scalar === undefined) {
    return;
  }
  const value = scalar.trim().toLowerCase();
  if (value !== "true" && value !== "false") {
    report.add(
      "telemetrics-off-value",
      off.value.span,
      l10n.t("Only true switches the statistics off; with this value they are still sent to AWS."),
      {
        fixes: [fix(l10n.t("Set true"), [setRaw(off.value, "true")], { preferred: true })],
      },
    );
  } else if (value === "true" && (telemetrics.member("RedirectToSinkId")?.scalar ?? "") !== "") {
    const redirect = telemetrics.property("RedirectToSinkId");
    const message = l10n.t("The statistics are off, so that nothing reaches the sink of RedirectToSinkId.");
    report.add("telemetrics-off-value", off.value.span, message, {
      fixes: [removeKeyFix(telemetrics, off), ...(redirect === undefined ? [] : [removeKeyFix(telemetrics, redirect)])],
      ...(redirect === undefined ? {} : { related: [{ span: redirect.key.span, message: l10n.t("The redirect is here.") }] }),
    });
  }
}
