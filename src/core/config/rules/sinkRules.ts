import * as l10n from "@vscode/l10n";
import type { Declaration } from "../agentModel";
import { integerOf, isTrue } from "../agentModel";
import { failoverStrategies } from "../agentSinkSchema";
import { parseLegacyText } from "../decoration/legacy";
import type { JsonNode, JsonProperty } from "../jsonNode";
import { hasFailover, outputOf } from "./decorations";
import { fix, insertMember, nearest, removeKeyFix, replaceInString, setRaw, setString } from "./fixes";
import { placeOf } from "./keyRules";
import type { Report } from "./report";
import type { AgentRule } from "./ruleTable";

/** Regions that exist, for suggestions only: a well-formed unknown one may be new. */
const regions = (
  "us-east-1 us-east-2 us-west-1 us-west-2 af-south-1 ap-east-1 ap-south-1 ap-south-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 " +
  "ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-west-1 eu-west-2 eu-west-3 " +
  "eu-north-1 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-gov-east-1 us-gov-west-1 cn-north-1 cn-northwest-1"
).split(" ");
const regionText = /^[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}$/;

interface NameRule {
  readonly key: string;
  readonly code: AgentRule;
  readonly pattern: RegExp;
  readonly longest: number;
  readonly message: () => string;
}

const nameRules: Readonly<Record<string, readonly NameRule[]>> = {
  KinesisFirehose: [
    {
      key: "StreamName",
      code: "firehose-stream-name",
      pattern: /^[A-Za-z0-9_.-]*$/,
      longest: 64,
      message: () => l10n.t("A delivery stream name has 1 to 64 letters, digits or _ . - and this one cannot exist: every batch is lost."),
    },
  ],
  KinesisStream: [
    {
      key: "StreamName",
      code: "kinesis-stream-name",
      pattern: /^[A-Za-z0-9_.-]*$/,
      longest: 128,
      message: () => l10n.t("A data stream name has 1 to 128 letters, digits or _ . - and this one cannot exist: every batch is lost."),
    },
  ],
};
const logNames: readonly NameRule[] = [
  {
    key: "LogGroup",
    code: "log-group-name",
    pattern: /^[A-Za-z0-9_./#-]*$/,
    longest: 512,
    message: () => l10n.t("A log group name has 1 to 512 letters, digits or _ - / . # and this one cannot exist: every batch is lost."),
  },
  {
    key: "LogStream",
    code: "log-stream-name",
    pattern: /^[^:*]*$/,
    longest: 512,
    message: () => l10n.t("A log stream name has 1 to 512 characters without : and * and this one cannot exist: every batch is lost."),
  },
];

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

/** What stays of a text when variables are resolved to anything: their places are left out. */
function fixedText(text: string): { readonly fixed: string; readonly hasVariables: boolean } {
  const { parts } = parseLegacyText(text);
  return {
    fixed: parts.map((part) => (part.kind === "literal" ? part.text : "")).join(""),
    hasVariables: parts.some((part) => part.kind === "variable"),
  };
}

function checkName(report: Report, sink: Declaration, rule: NameRule): void {
  const node = sink.node.member(rule.key);
  const text = node?.scalar;
  if (node === undefined || text === undefined || hasEdgeBlanks(text) || hasMarkup(text) || /%\w+%/.test(text)) {
    return;
  }
  if (rule.key !== "LogStream" && checkTimestampVariable(report, node, text)) {
    return;
  }
  const { fixed, hasVariables } = fixedText(text);
  const tooShort = fixed === "" && !hasVariables;
  if (tooShort || fixed.length > rule.longest || !rule.pattern.test(fixed)) {
    report.add(rule.code, node.contentSpan, rule.message());
  }
}

function checkTimestampVariable(report: Report, node: JsonNode, text: string): boolean {
  const match = /\{timestamp(?::[^}]*)?\}/i.exec(text);
  if (match === null) {
    return false;
  }
  const end = match.index + match[0].length;
  report.add(
    "timestamp-variable-in-stream-name",
    node.sourceSpan(match.index, end),
    l10n.t("The time is not resolved in this name: the text stays as it is and nothing arrives."),
    {
      fixes: [fix(l10n.t("Remove the variable"), [replaceInString(node, match.index, end, "")])],
    },
  );
  return true;
}

export function hasEdgeBlanks(text: string): boolean {
  return text !== text.trim();
}

export function hasMarkup(text: string): boolean {
  return /[`<>]|&(?:[a-z]+|#\d+);/i.test(text);
}

function checkRegion(report: Report, sink: Declaration): void {
  const property = sink.node.property("Region");
  const node = property?.value;
  const text = node?.scalar;
  const needed = !isTrue(sink.node.member("FailoverEnabled")) && (sink.node.member("ServiceURL")?.scalar ?? "") === "";
  if (property === undefined || text === "") {
    if (needed) {
      const edit = node === undefined ? insertMember(sink.node, "Region", '"us-east-1"') : setString(node, "us-east-1");
      report.add(
        "region-missing",
        node?.span ?? placeOf(sink.node, sink),
        l10n.t("Without Region the sink depends on the profile or on instance metadata, and may not load."),
        {
          fixes: [fix(l10n.t("Insert Region"), [edit], { preferred: true })],
        },
      );
    }
    return;
  }
  if (node === undefined || text === undefined || fixedText(text).hasVariables) {
    return;
  }
  const name = text
    .trim()
    .replace(/^[`<]+|[`>]+$/g, "")
    .toLowerCase();
  if (text.trim() !== text || !regionText.test(text.toLowerCase()) || isMisspelledRegion(name)) {
    if ((hasEdgeBlanks(text) && regionText.test(name)) || hasMarkup(text)) {
      return;
    }
    const suggestion = nearest(name.replace(/[^a-z0-9-]+/g, "-"), regions);
    report.add("region-format", node.contentSpan, l10n.t("{0} is no AWS Region: the agent accepts it and every call fails.", text), {
      fixes: suggestion === undefined ? [] : [fix(l10n.t("Change to {0}", suggestion), [setString(node, suggestion)], { preferred: true })],
    });
  }
}

/** An area that does not exist, or a direction misspelled: us-est-1, eu-west1. */
function isMisspelledRegion(name: string): boolean {
  const directions = /-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d{1,2}$/;
  return !regions.includes(name) && !directions.test(name);
}

function checkServiceUrl(report: Report, sink: Declaration): void {
  const node = sink.node.member("ServiceURL");
  const text = node?.scalar ?? "";
  if (node !== undefined && text !== "" && !/^[a-z][a-z0-9+.-]*:\/\/[^/\s]+/i.test(text)) {
    report.add("service-url", node.contentSpan, l10n.t("This is no absolute URL: the sink does not load."));
  }
}

interface Range {
  readonly key: string;
  readonly test: (value: number, sink: Declaration) => boolean;
  readonly severity: "error" | "warning";
  readonly message: () => string;
  readonly value: string;
}

const isRecordSink = (sink: Declaration): boolean => sink.type === "KinesisFirehose" || sink.type === "KinesisStream";

const ranges: readonly Range[] = [
  {
    key: "BufferSize",
    test: (value, sink) => (isRecordSink(sink) && value > 500) || (sink.type === "CloudWatchLogs" && hasFailover(sink) && value > 10_000),
    severity: "error",
    message: () => l10n.t("BufferSize is above the limit of this sink, which does not load: everything sent to it is lost."),
    value: "500",
  },
  {
    key: "BufferSize",
    test: (value, sink) => value < 0 && !((sink.type ?? "").startsWith("CloudWatchLogs") && !hasFailover(sink)),
    severity: "warning",
    message: () => l10n.t("A negative BufferSize sends each record on its own."),
    value: "500",
  },
  {
    key: "QueueMaxBatches",
    test: (value) => value < 0 || value > 1_000_000_000,
    severity: "error",
    message: () => l10n.t("QueueMaxBatches is out of range: batches that wait for a repeat are lost, or the sink does not load."),
    value: "10000",
  },
  {
    key: "MaxInMemoryCacheSize",
    test: (value) => value > 100,
    severity: "error",
    message: () => l10n.t("MaxInMemoryCacheSize is at most 100: the sink does not load."),
    value: "100",
  },
  {
    key: "RecordsPerSecond",
    test: (value, sink) => (sink.type === "KinesisFirehose" && value < 200) || value <= 0,
    severity: "warning",
    message: () => l10n.t("So low a RecordsPerSecond switches the limiter off."),
    value: "200",
  },
  {
    key: "BytesPerSecond",
    test: (value) => value <= 0,
    severity: "warning",
    message: () => l10n.t("A BytesPerSecond of 0 or less switches the limiter off."),
    value: "1048576",
  },
  {
    key: "ProxyPort",
    test: (value) => value < 0 || value > 65_535,
    severity: "warning",
    message: () => l10n.t("A port is at most 65535: the agent takes 80."),
    value: "80",
  },
];
const factors = ["BackoffFactor", "RecoveryFactor", "MinRateAdjustmentFactor"];

function checkNumbers(report: Report, sink: Declaration): void {
  for (const range of ranges) {
    const node = sink.node.member(range.key);
    const value = integerOf(node);
    if (node !== undefined && value !== undefined && range.test(value, sink)) {
      report.add("number-out-of-range", node.span, range.message(), {
        severity: range.severity,
        fixes: [fix(l10n.t("Change to {0}", range.value), [setRaw(node, range.value)], { preferred: true })],
      });
    }
  }
  for (const key of factors) {
    const node = sink.node.member(key);
    const value = node === undefined || node.scalar === "" ? Number.NaN : Number(node.scalar);
    if (node !== undefined && (value <= 0 || value >= 1)) {
      report.add("number-out-of-range", node.span, l10n.t("{0} must lie between 0 and 1, both excluded: the sink does not load.", key), {
        fixes: [fix(l10n.t("Change to {0}", "0.5"), [setRaw(node, "0.5")], { preferred: true })],
      });
    }
  }
}

function checkIntervals(report: Report, sink: Declaration): void {
  const logs = (sink.type ?? "").startsWith("CloudWatchLogs");
  const keys = sink.type === "CloudWatch" ? ["Interval"] : logs ? ["BufferInterval", "BufferIntervalMs"] : ["BufferInterval"];
  for (const key of keys) {
    const property = sink.node.property(key);
    const value = integerOf(property?.value);
    if (property?.value === undefined || value === undefined || value > 0) {
      continue;
    }
    if (value < 0) {
      reportInterval(report, sink, property, "error", l10n.t("A negative {0} makes the sink fail, or loses every batch.", key));
    } else if (logs || sink.type === "FileSystem") {
      reportInterval(report, sink, property, "warning", l10n.t("With {0} 0 this sink never rests and keeps one core busy.", key));
    }
  }
  const interval = sink.type === "FileSystem" ? sink.node.property("Interval") : undefined;
  if (interval?.value !== undefined && (integerOf(interval.value) ?? 1) <= 0) {
    const negative = (integerOf(interval.value) ?? 0) < 0;
    reportInterval(
      report,
      sink,
      interval,
      negative ? "error" : "warning",
      l10n.t("With this Interval the sink never rests, or does not load."),
    );
  }
}

function reportInterval(report: Report, sink: Declaration, property: JsonProperty, severity: "error" | "warning", message: string): void {
  const fixes = property.value === undefined ? [] : [fix(l10n.t("Change to {0}", "1"), [setRaw(property.value, "1")], { preferred: true })];
  report.add("interval-range", property.value?.span ?? property.key.span, message, {
    severity,
    fixes: [...fixes, removeKeyFix(sink.node, property)],
  });
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
