import * as l10n from "@vscode/l10n";
import type { TextSpan } from "../../text/span";
import type { Connection, Declaration } from "../agentModel";
import { isTrue } from "../agentModel";
import { filterKeys } from "../agentSchema";
import { fix, insertMember, removeItem, removeKeyFix, setString } from "./fixes";
import { bookmarksOnDelivery, freeId } from "./idRules";
import { parserOf } from "./recordFields";
import { fittingSinkFixes } from "./sinkFixes";
import { splitFix } from "./sourceFixes";
import type { Report } from "./report";

const counters = "WindowsPerformanceCounterSource";
const polling = "WindowsEventLogPollingSource";

export function checkPipes(report: Report): void {
  const repeated = checkDuplicatePipes(report);
  checkDuplicatePipeIds(report, repeated);
  for (const connection of report.model.connections) {
    checkCompatibility(report, connection);
    checkMetricPipe(report, connection);
    checkFilterType(report, connection.pipe);
  }
  for (const [source, connections] of report.model.connectionsOfSource) {
    if (source.type === polling) {
      checkFanOut(report, source, connections);
    }
    checkDeliveryBookmark(report, source, connections);
  }
}

export function refSpan(connection: Connection, key: "SourceRef" | "SinkRef"): TextSpan {
  return connection.pipe.node.member(key)?.contentSpan ?? connection.pipe.node.span;
}

function checkDuplicatePipes(report: Report): Set<Declaration> {
  const first = new Map<string, Connection>();
  const repeated = new Set<Declaration>();
  const pipes = report.model.root?.member("Pipes");
  for (const connection of report.model.connections) {
    const { pipe, source, sink } = connection;
    if (source === undefined || sink === undefined) {
      continue;
    }
    const key = `${connection.sourceRef ?? ""}\n${connection.sinkRef ?? ""}\n${source.type === counters ? "" : filterOf(pipe)}`;
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, connection);
      continue;
    }
    repeated.add(pipe);
    const message =
      source.type === counters
        ? l10n.t("These counters go to this sink already; the second pipe fails.")
        : l10n.t("A pipe already connects this source and sink in the same way: every record is delivered twice.");
    report.add("duplicate-pipe", pipe.idNode?.contentSpan ?? refSpan(connection, "SourceRef"), message, {
      severity: source.type === counters ? "error" : "warning",
      fixes: pipes?.kind === "array" ? [fix(l10n.t("Remove this pipe"), [removeItem(pipes, pipe.node)], { preferred: true })] : [],
      related: [{ span: earlier.pipe.idNode?.contentSpan ?? earlier.pipe.node.span, message: l10n.t("The first pipe is here.") }],
    });
  }
  return repeated;
}

function filterOf(pipe: Declaration): string {
  const type = (pipe.type ?? "").toLowerCase();
  if (type !== "regexfilterpipe") {
    const definition = pipe.node.member("MetricDefinition");
    return `${type}\n${definition?.text.slice(definition.start, definition.end) ?? ""}`;
  }
  const flags = filterKeys.slice(1).map((key) => String(isTrue(pipe.node.member(key))));
  return [type, pipe.node.member("FilterPattern")?.scalar?.trim() ?? "", ...flags].join("\n");
}

function checkDuplicatePipeIds(report: Report, repeated: ReadonlySet<Declaration>): void {
  const first = new Map<string, Declaration>();
  for (const pipe of report.model.declarations.Pipes) {
    const { id, idNode } = pipe;
    if (id === undefined || idNode === undefined || id === "" || repeated.has(pipe)) {
      continue;
    }
    const earlier = first.get(id);
    if (earlier === undefined) {
      first.set(id, pipe);
    } else {
      const wanted = `${pipe.node.member("SourceRef")?.scalar ?? id}To${pipe.node.member("SinkRef")?.scalar ?? ""}`;
      report.add(
        "duplicate-pipe-id",
        idNode.contentSpan,
        l10n.t("Another pipe has this Id too. Both work, but log lines cannot be told apart."),
        {
          fixes: [fix(l10n.t("Rename this one"), [setString(idNode, freeId(report, "Pipes", wanted))], { safe: true, preferred: true })],
          related: [{ span: earlier.idNode?.contentSpan ?? earlier.node.span, message: l10n.t("The other one is here.") }],
        },
      );
    }
  }
}

function checkCompatibility(report: Report, connection: Connection): void {
  const { source, sink } = connection;
  if (source?.type === undefined || sink?.type === undefined) {
    return;
  }
  const related = [{ span: sink.typeNode?.span ?? sink.node.span, message: l10n.t("The type of the sink is here.") }];
  if (source.type === counters && sink.type !== "CloudWatch") {
    const message = l10n.t("Performance counters only reach a sink of type CloudWatch; this pipe fails.");
    const fixes = fittingSinkFixes(report, connection, "metrics");
    report.add("metric-source-into-record-sink", refSpan(connection, "SinkRef"), message, { fixes, related });
  } else if (source.type !== counters && sink.type === "CloudWatch") {
    const message = l10n.t(
      "A CloudWatch sink takes only metrics: each record gives an error line and none arrives. CloudWatchLogs takes records.",
    );
    const fixes = fittingSinkFixes(report, connection, "records");
    report.add("record-source-into-metric-sink", refSpan(connection, "SinkRef"), message, { fixes, related });
  }
}

/** The pipe that makes embedded metrics reads named fields, which these records do not have. */
function checkMetricPipe(report: Report, connection: Connection): void {
  const { source, sink, pipe } = connection;
  const fieldless =
    source?.type === "WindowsEventLogSource" || source?.type === polling || (source !== undefined && parserOf(source) === "singleline");
  if (pipe.type === "EMFPipe" && sink !== undefined && sink.type !== "CloudWatch" && fieldless) {
    const message = l10n.t("EMFPipe takes only records of names and values, which this source does not make: nothing flows.");
    report.add("record-source-into-metric-sink", refSpan(connection, "SourceRef"), message);
  }
}

function checkFilterType(report: Report, pipe: Declaration): void {
  if ((pipe.typeNode?.scalar ?? "").trim() !== "") {
    return;
  }
  const property = filterKeys.map((key) => pipe.node.property(key)).find((found) => found !== undefined);
  if (property !== undefined) {
    const type = '"RegexFilterPipe"';
    const edit = pipe.typeNode === undefined ? insertMember(pipe.node, "Type", type) : setString(pipe.typeNode, "RegexFilterPipe");
    report.add(
      "filter-without-type",
      property.key.span,
      l10n.t("Without Type RegexFilterPipe the filter is ignored and everything is sent."),
      {
        fixes: [fix(l10n.t("Set Type RegexFilterPipe"), [edit], { preferred: true }), removeKeyFix(pipe.node, property)],
      },
    );
  }
}

/** Sinks that release the Windows record after formatting it, so that a later sink of a polling source finds it empty. */
function isBatching(sink: Declaration | undefined): boolean {
  const type = sink?.type ?? "";
  return sink !== undefined && type !== "CloudWatch" && (!type.startsWith("CloudWatchLogs") || isTrue(sink.node.member("FailoverEnabled")));
}

function checkFanOut(report: Report, source: Declaration, connections: readonly Connection[]): void {
  const connected = connections.filter((connection) => connection.sink !== undefined);
  if (connected.length < 2 || !connected.slice(0, -1).some((connection) => isBatching(connection.sink))) {
    return;
  }
  const message = l10n.t(
    "A polling source lets go of each event after its first batching sink: later pipes lose records. WindowsEventLogSource does not.",
  );
  const fixes =
    source.typeNode === undefined ? [] : [fix(l10n.t("Use WindowsEventLogSource"), [setString(source.typeNode, "WindowsEventLogSource")])];
  const groups = connected.map((connection) => [connection]);
  report.add("polling-source-fan-out", source.typeNode?.contentSpan ?? source.node.span, message, {
    fixes: [...fixes, ...splitFix(report, source, groups)],
    related: connected.map((connection) => ({ span: refSpan(connection, "SourceRef"), message: l10n.t("It feeds this pipe.") })),
  });
}

function checkDeliveryBookmark(report: Report, source: Declaration, connections: readonly Connection[]): void {
  const property = source.node.property("BookmarkOnBufferFlush");
  if (property === undefined || !bookmarksOnDelivery(source)) {
    return;
  }
  const sinks = new Set(connections.flatMap((connection) => connection.sink ?? []));
  if (sinks.size > 1) {
    const message = l10n.t("Any one of the {0} sinks moves the bookmark, so that the others can still lose records.", sinks.size);
    report.add("bookmark-flush-multiple-sinks", property.key.span, message, {
      fixes: splitFix(
        report,
        source,
        [...sinks].map((sink) => connections.filter((connection) => connection.sink === sink)),
      ),
    });
  }
}
