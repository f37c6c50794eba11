import * as l10n from "@vscode/l10n";
import type { Declaration } from "../agentModel";
import { integerOf, isTrue } from "../agentModel";
import { failoverStrategies } from "../agentSinkKeys";
import { hasFailover, outputOf } from "./decorations";
import { fix, insertMember, removeKeyFix, setRaw } from "./fixes";
import type { Report } from "./report";
import { checkName, checkRegion, checkServiceUrl, logNames, nameRules } from "./sinkNames";
import { checkIntervals, checkNumbers } from "./sinkNumbers";

export function checkSinks(report: Report): void {
  for (const sink of report.model.declarations.Sinks) {
    if (sink.type === undefined) {
      continue;
    }
    for (const rule of nameRules[sink.type] ?? (sink.type.startsWith("CloudWatchLogs") ? logNames : [])) {
      checkName(report, sink, rule);
    }
    if (sink.type !== "FileSystem") {
      checkRegion(report, sink);
      checkServiceUrl(report, sink);
    }
    checkNumbers(report, sink);
    checkIntervals(report, sink);
    checkFailover(report, sink);
    checkCombined(report, sink);
  }
}

function checkFailover(report: Report, sink: Declaration): void {
  if (!hasFailover(sink) || sink.type === "S3" || sink.type === "FileSystem" || sink.type === "CloudWatchLogsEMF") {
    return;
  }
  const { node } = sink;
  const supported = node.member("SupportedRegions");
  if ((supported?.items.length ?? 0) === 0) {
    const fixes =
      supported === undefined
        ? [fix(l10n.t("Insert SupportedRegions"), [insertMember(node, "SupportedRegions", '["us-east-1", "us-west-2"]')])]
        : [];
    report.add(
      "failover-keys",
      supported?.span ?? node.property("FailoverEnabled")?.key.span ?? node.span,
      l10n.t("Failover needs SupportedRegions: the sink does not load."),
      { fixes },
    );
  }
  const weights = node.member("SupportedRegionsWeights");
  const weighted = node.member("FailoverStrategy")?.scalar === failoverStrategies[2];
  if (weighted && (weights?.items.length ?? 0) !== (supported?.items.length ?? 0) && (supported?.items.length ?? 0) > 0) {
    const span =
      weights === undefined ? (node.property("FailoverStrategy")?.key.span ?? node.span) : { start: weights.start, end: weights.start + 1 };
    report.add(
      "failover-keys",
      span,
      l10n.t("There must be one weight for each of the {0} regions: the sink does not load.", supported?.items.length ?? 0),
    );
  }
  const minimums: readonly (readonly [string, number])[] = [
    ["MaxErrorsCountBeforeFailover", 1],
    ["MaxFailoverIntervalInMinutes", 1],
    ["MaxFailbackRetryIntervalInMinutes", 60],
  ];
  for (const [key, minimum] of minimums) {
    const value = node.member(key);
    const number = integerOf(value);
    if (value !== undefined && number !== undefined && number < minimum) {
      report.add("failover-keys", value.span, l10n.t("{0} is at least {1}: the sink does not load.", key, minimum), {
        fixes: [fix(l10n.t("Change to {0}", String(minimum)), [setRaw(value, String(minimum))], { preferred: true })],
      });
    }
  }
}

function checkCombined(report: Report, sink: Declaration): void {
  const property = sink.node.property("CombineRecords");
  const search = report.context.searchDestination ?? true;
  if (property !== undefined && sink.type === "KinesisFirehose" && search && isTrue(property.value) && outputOf(sink) === "json") {
    report.add(
      "combine-records-search",
      property.key.span,
      l10n.t("A search domain takes one document per record: combined ones fail or run into one."),
      {
        fixes: [removeKeyFix(sink.node, property)],
      },
    );
  }
}
