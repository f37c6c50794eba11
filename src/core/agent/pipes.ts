import { analyzeDotnetRegex } from "../config/decoration/dotnetRegex";
import type { ConfigSection } from "./configuration";
import { readBool, readDouble } from "./configuration";
import { type AgentEnvironment, RecordLost } from "./environment";
import type { Envelope } from "./envelope";
import { type Json, jsonInteger, jsonObject, type JsonObject, writeJson } from "./newtonsoft";
import { fromJson } from "./textRecords";
import { toUtc } from "../config/decoration/dotnetDate";

export class PipeRefused extends Error {}

/** What stands between source and sink; undefined for an envelope that does not pass. */
export interface PipeStep {
  pass(envelope: Envelope): Envelope | undefined;
  /** Why one did not. */
  readonly reason: string;
}

const passAll: PipeStep = { pass: (envelope) => envelope, reason: "" };

export function createPipeStep(config: ConfigSection, environment: AgentEnvironment): PipeStep {
  const type = config.get("Type") ?? "";
  switch (type.toLowerCase()) {
    case "":
      return passAll;
    case "regexfilterpipe":
      return regexFilter(config);
    case "emfpipe":
      return emf(config, environment);
    default:
      if (type.trim() === "") {
        return passAll;
      }
      throw new PipeRefused(`the pipe type ${type} is not recognised`);
  }
}

function regexFilter(config: ConfigSection): PipeStep {
  const pattern = (config.get("FilterPattern") ?? "").trim();
  if (pattern === "") {
    throw new PipeRefused("FilterPattern is required");
  }
  const on = (key: string): boolean => readBool(config.get(key)) === true;
  const { problem, regex } = analyzeDotnetRegex(pattern, {
    explicitCapture: true,
    multiline: on("Multiline"),
    ignoreCase: on("IgnoreCase"),
    rightToLeft: on("RightToLeft"),
  });
  if (problem !== undefined) {
    throw new PipeRefused("FilterPattern is not a .NET regular expression");
  }
  const isMatch = (text: string): boolean => {
    if (regex === undefined) {
      throw new RecordLost("FilterPattern uses a construct of .NET that cannot be simulated here");
    }
    return regex.isMatch(text);
  };
  const negate = on("Negate");
  return {
    pass: (envelope) => (isMatch(envelope.plain() ?? "") !== negate ? envelope : undefined),
    reason: negate ? "the plain text matches FilterPattern, and Negate is on" : "the plain text does not match FilterPattern",
  };
}

interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly value: bigint;
}

function emf(config: ConfigSection, environment: AgentEnvironment): PipeStep {
  const definition = config.section("MetricDefinition");
  const namespace = definition?.get("Namespace") ?? "";
  const metricSection = definition?.section("Metrics");
  if (
    namespace.trim() === "" ||
    metricSection === undefined ||
    (metricSection.value === undefined && metricSection.children.length === 0)
  ) {
    throw new PipeRefused("MetricDefinition needs Namespace and Metrics");
  }
  const metrics = metricSection.children.map((metric): Metric => {
    const value = metric.get("Value");
    return {
      name: metric.get("Name") ?? "",
      unit: metric.get("Unit") ?? "None",
      value: value !== undefined && /^\s*[+-]?\d+\s*$/.test(value) ? BigInt(value.trim().replace("+", "")) : 1n,
    };
  });
  const directive = emfDirective(namespace, metrics, definition?.section("Dimensions"));
  return {
    pass: (envelope) => {
      const pairs = envelope.keyValues?.();
      return pairs === undefined
        ? undefined
        : emfEnvelope(emfRecord(envelope, pairs, metrics, directive, environment), envelope, environment);
    },
    reason: "EMFPipe takes only records of keys and values, which this source does not make",
  };
}

function emfDirective(namespace: string, metrics: readonly Metric[], dimensions: ConfigSection | undefined): JsonObject {
  const groups = (dimensions?.children ?? []).map((group) => {
    const names = group.children.map((name) => name.value ?? "");
    return [...new Set(names)].sort((a, b) => a.localeCompare(b, "en"));
  });
  // An empty first group leaves no trace in the configuration but its number.
  const leading = dimensions?.children[0]?.key.endsWith("1") === true ? [[]] : [];
  return jsonObject([
    ["Namespace", namespace],
    ["Dimensions", groups.length === 0 ? [[]] : [...leading, ...groups]],
    [
      "Metrics",
      metrics.map(({ name, unit }) =>
        jsonObject([
          ["Name", name],
          ["Unit", unit],
        ]),
      ),
    ],
  ]);
}

function emfRecord(
  envelope: Envelope,
  pairs: readonly (readonly [string, Json])[],
  metrics: readonly Metric[],
  directive: JsonObject,
  environment: AgentEnvironment,
): JsonObject {
  const members = new Map<string, Json>();
  for (const [key, value] of pairs) {
    if (!/^(?:timestamp|version)$/i.test(key)) {
      members.set(key.includes("(") ? key.replaceAll("(", "-").replaceAll(")", "") : key, value);
    }
  }
  for (const { name, value } of metrics) {
    const key = members.has(name) ? name : [...members.keys()].find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    const found = key === undefined ? undefined : members.get(key);
    if (found === undefined) {
      members.set(name, jsonInteger(value));
      continue;
    }
    const number = typeof found === "string" ? readDouble(found, environment.culture) : undefined;
    if (number !== undefined) {
      members.delete(name);
      members.set(name, { kind: "double", value: number });
    }
  }
  const milliseconds = toUtc(envelope.timestamp, environment.localOffset).wall;
  members.set(
    "_aws",
    jsonObject([
      ["Timestamp", jsonInteger(Math.floor(milliseconds))],
      ["CloudWatchMetrics", [directive]],
    ]),
  );
  return { kind: "object", members };
}

function emfEnvelope(record: JsonObject, origin: Envelope, environment: AgentEnvironment): Envelope {
  const plain = writeJson(record, { indented: true, localOffset: environment.localOffset });
  return {
    timestamp: origin.timestamp,
    plain: () => plain,
    formatted: (format) => {
      if (format === "xml") {
        throw new RecordLost("the record has no XML form");
      }
      return format === "json" ? writeJson(record, environment) : undefined;
    },
    field: (name) => fromJson(record.members.get(name) ?? null),
    meta: (name) => (name === "record" ? plain : name === "timestamp" ? origin.timestamp : null),
    keyValues: () => [...record.members],
  };
}
