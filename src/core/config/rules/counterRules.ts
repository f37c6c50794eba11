import * as l10n from "@vscode/l10n";
import type { JsonNode } from "../jsonNode";
import { counterUnits } from "../agentSourceSchema";
import { fix, insertMember, nearest, removeKeyFix, setString } from "./fixes";
import type { Report } from "./report";

/** Categories that Windows keeps per instance. */
const multiInstance = new Set([
  "processor",
  "processor information",
  "process",
  "process v2",
  "logicaldisk",
  "physicaldisk",
  "network interface",
  "network adapter",
  "paging file",
  "thread",
  "print queue",
  "gpu engine",
  "gpu adapter memory",
  "terminal services session",
  "remotefx graphics",
  "remotefx network",
  "user input delay per session",
  "user input delay per process",
  ".net clr memory",
  "web service",
  "app_pool_was",
]);
const units = new Set(counterUnits.map((unit) => unit.replace("/", "").toLowerCase()));

export function checkCounters(report: Report): void {
  for (const source of report.model.declarations.Sources) {
    if (source.type !== "WindowsPerformanceCounterSource") {
      continue;
    }
    for (const category of source.node.member("Categories")?.items ?? []) {
      checkInstances(report, category);
      for (const counter of category.member("Counters")?.items ?? []) {
        checkUnit(report, counter);
      }
    }
  }
}

function checkInstances(report: Report, category: JsonNode): void {
  const name = category.member("Category");
  const instances = category.member("Instances");
  const text = instances?.scalar ?? "";
  if (text === "" && (category.member("InstanceRegex")?.scalar ?? "") === "") {
    if (name?.scalar !== undefined && multiInstance.has(name.scalar.trim().toLowerCase())) {
      const edit = instances === undefined ? insertMember(category, "Instances", '"*"') : setString(instances, "*");
      report.add(
        "perf-instances-missing",
        name.contentSpan,
        l10n.t("{0} has instances: without Instances no counter is collected.", name.scalar),
        {
          fixes: [fix(l10n.t("Insert Instances *"), [edit], { preferred: true })],
        },
      );
    }
    return;
  }
  if (instances !== undefined && /^\^|\$(?:;|$)|\\[dws]|\.\*|\[[^\]]+\]/.test(text) && category.property("InstanceRegex") === undefined) {
    const property = category.property("Instances");
    const edits =
      property === undefined ? [] : [{ span: { start: property.key.contentStart, end: property.key.contentEnd }, text: "InstanceRegex" }];
    report.add(
      "perf-instance-looks-like-regex",
      instances.contentSpan,
      l10n.t("Instances takes only the wildcards * and ?: this expression matches no instance."),
      {
        fixes: [fix(l10n.t("Move to InstanceRegex"), edits, { preferred: true })],
      },
    );
  }
}

function checkUnit(report: Report, counter: JsonNode): void {
  const node = counter.kind === "object" ? counter.member("Unit") : undefined;
  const unit = node?.scalar?.trim() ?? "";
  const name = counter.kind === "object" ? counter.member("Counter") : counter;
  const key = unit.replaceAll("/", "").toLowerCase();
  const property = counter.kind === "object" ? counter.property("Unit") : undefined;
  if (property !== undefined && unit !== "" && /[*?]/.test(name?.scalar ?? "")) {
    report.add("key-not-applicable", property.key.span, l10n.t("Unit has no effect on a counter with wildcards: the agent ignores it."), {
      fixes: [removeKeyFix(counter, property)],
      unnecessary: true,
    });
    return;
  }
  if (node !== undefined && unit !== "" && key === "hundrednanoseconds") {
    report.add("perf-unit-unsupported", node.contentSpan, l10n.t("CloudWatch has no such unit: the whole sink sends nothing at all."), {
      fixes: [fix(l10n.t("Change to {0}", "None"), [setString(node, "None")], { preferred: true })],
    });
  } else if (node !== undefined && unit !== "" && !units.has(key)) {
    const similar = nearest(unit, counterUnits);
    report.add(
      "perf-unit-unknown",
      node.contentSpan,
      l10n.t("CloudWatch knows no unit {0}; the agent infers one from the counter name.", unit),
      {
        fixes: similar === undefined ? [] : [fix(l10n.t("Change to {0}", similar), [setString(node, similar)], { preferred: true })],
      },
    );
  } else if (unit === "" && name?.scalar !== undefined && isHundredNanoseconds(name.scalar)) {
    const value = JSON.stringify({ Counter: name.scalar, Unit: "None" })
      .replace('":', '": ')
      .replace(',"', ', "')
      .replace('Unit":', 'Unit": ');
    const edit =
      counter.kind === "object" ? insertMember(counter, "Unit", '"None"') : { span: counter.span, text: `{ ${value.slice(1, -1)} }` };
    report.add(
      "perf-unit-unsupported",
      name.contentSpan,
      l10n.t("The agent infers 100 ns as the unit, which CloudWatch does not have: the whole sink sends nothing at all."),
      {
        fixes: [fix(l10n.t("Set the unit None"), [edit], { preferred: true })],
      },
    );
  }
}

function isHundredNanoseconds(name: string): boolean {
  return /100 ns/i.test(name) && !/%|percent|\/sec|rate$|byte|bit/i.test(name) && !/[*?]/.test(name);
}
