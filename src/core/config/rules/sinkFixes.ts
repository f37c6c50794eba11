import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { Connection, Declaration } from "../agentModel";
import { fix, insertItem, insertMember, removeMembers, setString } from "./fixes";
import { freeId } from "./idRules";
import type { Report } from "./report";

const counters = "WindowsPerformanceCounterSource";
const recordSinks: readonly string[] = ["CloudWatchLogs", "KinesisFirehose", "KinesisStream"];
const metricKeys = ["Interval", "Namespace", "Dimensions", "MetricsFilter"];
const logKeys: readonly (readonly [string, string])[] = [
  ["LogGroup", "AppStream"],
  ["LogStream", "{ComputerName}"],
];

/** Another sink for a pipe, or another type for its sink, so that metrics or records arrive. */
export function fittingSinkFixes(report: Report, connection: Connection, content: "metrics" | "records"): Fix[] {
  const reference = connection.pipe.node.member("SinkRef");
  const { sink } = connection;
  if (reference === undefined || sink === undefined) {
    return [];
  }
  const types = content === "metrics" ? ["CloudWatch"] : recordSinks;
  const ids = report.model.declarations.Sinks.filter(({ type = "" }) => types.includes(type)).flatMap(({ id }) => id ?? []);
  const existing = ids.slice(0, 3).map((id) => fix(l10n.t("Send to {0}", id), [setString(reference, id)]));
  const made = existing.length > 0 ? [] : newSinkFix(report, connection, sink, content);
  return [...(content === "records" ? logsTypeFix(report, sink) : []), ...existing, ...made];
}

/** The sink was meant for log lines, when nothing but records comes to it. */
function logsTypeFix(report: Report, sink: Declaration): Fix[] {
  const connections = report.model.connectionsOfSink.get(sink) ?? [];
  if (sink.typeNode === undefined || connections.some(({ source }) => source === undefined || source.type === counters)) {
    return [];
  }
  const missing = logKeys.filter(([key]) => sink.node.property(key) === undefined);
  const edits = [
    ...removeMembers(
      sink.node,
      metricKeys.flatMap((key) => sink.node.property(key) ?? []),
    ),
    setString(sink.typeNode, "CloudWatchLogs"),
    ...missing.map(([key, value]) => insertMember(sink.node, key, JSON.stringify(value))),
  ];
  return [fix(l10n.t("Use {0}", "CloudWatchLogs"), edits, { preferred: true })];
}

/** A sink of the fitting type in the same Region and with the same credentials. */
function newSinkFix(report: Report, { pipe }: Connection, sink: Declaration, content: "metrics" | "records"): Fix[] {
  const section = report.model.root?.member("Sinks");
  const reference = pipe.node.member("SinkRef");
  if (section?.kind !== "array" || reference === undefined) {
    return [];
  }
  const type = content === "metrics" ? "CloudWatch" : "CloudWatchLogs";
  const id = freeId(report, "Sinks", type);
  const shared = ["CredentialRef", "ProfileName", "Region"].flatMap((key) => {
    const value = sink.node.member(key)?.scalar;
    return value === undefined ? [] : [[key, value] as const];
  });
  const members = [["Id", id], ["SinkType", type], ...shared, ...(content === "metrics" ? [] : logKeys)] as const;
  const entry = `{ ${members.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(", ")} }`;
  return [fix(l10n.t("Create the sink {0} and send there", id), [insertItem(section, entry), setString(reference, id)])];
}
