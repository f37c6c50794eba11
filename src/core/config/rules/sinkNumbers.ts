import * as l10n from "@vscode/l10n";
import type { Declaration } from "../agentModel";
import { integerOf } from "../agentModel";
import type { JsonProperty } from "../jsonNode";
import { hasFailover } from "./decorations";
import { fix, intervalFixes, setRaw } from "./fixes";
import type { Report } from "./report";

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

export function checkNumbers(report: Report, sink: Declaration): void {
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
    const decimalComma = /^\s*0,(\d*[1-9])\d*\s*$/.exec(node?.scalar ?? "");
    if (node !== undefined && decimalComma !== null) {
      const meant = `0.${decimalComma[1] ?? ""}`;
      report.add(
        "number-out-of-range",
        node.span,
        l10n.t("On an English machine the comma does not count, so that {0} is not between 0 and 1: the sink does not load.", key),
        { fixes: [fix(l10n.t("Change to {0}", meant), [setRaw(node, meant)], { preferred: true })] },
      );
    } else if (node !== undefined && (value <= 0 || value >= 1)) {
      report.add("number-out-of-range", node.span, l10n.t("{0} must lie between 0 and 1, both excluded: the sink does not load.", key), {
        fixes: [fix(l10n.t("Change to {0}", "0.5"), [setRaw(node, "0.5")], { preferred: true })],
      });
    }
  }
}

export function checkIntervals(report: Report, sink: Declaration): void {
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
  report.add("interval-range", property.value?.span ?? property.key.span, message, { severity, fixes: intervalFixes(sink, property) });
}
