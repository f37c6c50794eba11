import { type ConfigSection, readConfiguration, readInt } from "./configuration";
import { type AgentEnvironment, RecordLost } from "./environment";
import { ParserRefused } from "./lineParsers";
import { createPipeStep, PipeRefused, type PipeStep } from "./pipes";
import { type LoadedSink, loadSink, SinkRefused } from "./sinks";
import { type LoadedSource, loadSource } from "./sources";

/** A declaration that the agent skips, and why. */
export interface Failure {
  readonly kind: "source" | "sink" | "pipe" | "credential";
  readonly id: string;
  readonly reason: string;
}

export interface LoadedPipe {
  /** Its Id, or Pipes[n]. */
  readonly name: string;
  readonly sourceRef: string;
  readonly sinkRef: string;
  readonly connected: boolean;
  /** Absent when no record can flow. */
  readonly route: { readonly source: LoadedSource; readonly sink: LoadedSink; readonly step: PipeStep } | undefined;
  readonly reason: string | undefined;
  /** The sink it names is declared but did not load. */
  readonly sinkFailed: boolean;
}

/** What the agent makes of a configuration. */
export interface LoadedConfiguration {
  readonly started: boolean;
  /** Why nothing runs. */
  readonly reason: string | undefined;
  readonly sources: ReadonlyMap<string, LoadedSource>;
  readonly sinks: ReadonlyMap<string, LoadedSink>;
  readonly pipes: readonly LoadedPipe[];
  readonly failures: readonly Failure[];
}

const nothing = { sources: new Map<string, LoadedSource>(), sinks: new Map<string, LoadedSink>(), pipes: [], failures: [] };

/** Loads as one agent instance does at its start; every call makes fresh sinks with no attributes remembered. */
export function loadConfiguration(text: string, environment: AgentEnvironment): LoadedConfiguration {
  const { root, rejected } = readConfiguration(text);
  if (root === undefined) {
    return { started: false, reason: rejected, ...nothing };
  }
  const failures: Failure[] = [];
  const credentials = loadCredentials(root, failures);
  if (credentials === undefined) {
    return { started: false, reason: "a credential has no Id", ...nothing };
  }
  const sinks = loadEach(root, "Sinks", "sink", failures, (config) => loadSink(config, credentials, environment));
  const sources = loadEach(root, "Sources", "source", failures, (config) => loadSource(config, environment));
  const declared = new Set((root.section("Sinks")?.children ?? []).map((config) => config.get("Id")));
  const pipes = (root.section("Pipes")?.children ?? []).map((config, index) => {
    const pipe = loadPipe(config, index, sources, sinks, declared, environment);
    if (!pipe.connected) {
      failures.push({ kind: "pipe", id: pipe.name, reason: pipe.reason ?? "" });
    }
    return pipe;
  });
  return { started: true, reason: undefined, sources, sinks, pipes, failures };
}

function loadCredentials(root: ConfigSection, failures: Failure[]): Set<string> | undefined {
  const loaded = new Set<string>();
  for (const config of root.section("Credentials")?.children ?? []) {
    const id = config.get("Id");
    if (id === undefined) {
      return undefined;
    }
    if (loaded.has(id)) {
      continue;
    }
    if (config.get("CredentialType")?.toLowerCase() !== "profilerefreshingawscredentialprovider") {
      failures.push({ kind: "credential", id, reason: "the credential type is not recognised" });
      continue;
    }
    const strict = ["RefreshInterval", "WarningInterval"].find(
      (key) => (config.get(key) ?? "") !== "" && readInt(config.get(key)) === undefined,
    );
    if (strict !== undefined) {
      failures.push({ kind: "credential", id, reason: `${strict} is not a whole number` });
      continue;
    }
    loaded.add(id);
  }
  return loaded;
}

function loadEach<T extends { readonly id: string }>(
  root: ConfigSection,
  section: "Sources" | "Sinks",
  kind: "source" | "sink",
  failures: Failure[],
  load: (config: ConfigSection) => T | undefined,
): Map<string, T> {
  const loaded = new Map<string, T>();
  for (const config of root.section(section)?.children ?? []) {
    const id = config.get("Id") ?? "";
    try {
      const entry = load(config);
      if (entry === undefined) {
        failures.push({ kind, id, reason: `the ${kind} type is not recognised` });
      } else {
        loaded.set(entry.id, entry);
      }
    } catch (thrown) {
      if (!(thrown instanceof ParserRefused || thrown instanceof SinkRefused || thrown instanceof RecordLost)) {
        throw thrown;
      }
      failures.push({ kind, id, reason: thrown.message });
    }
  }
  return loaded;
}

function loadPipe(
  config: ConfigSection,
  index: number,
  sources: ReadonlyMap<string, LoadedSource>,
  sinks: ReadonlyMap<string, LoadedSink>,
  declaredSinks: ReadonlySet<string | undefined>,
  environment: AgentEnvironment,
): LoadedPipe {
  const id = config.get("Id") ?? "";
  const sourceRef = config.get("SourceRef") ?? "";
  const sinkRef = config.get("SinkRef") ?? "";
  const base = { name: id === "" ? `Pipes[${index}]` : id, sourceRef, sinkRef, route: undefined, sinkFailed: false };
  const sink = sinks.get(sinkRef);
  if (sinkRef === "" || sink === undefined) {
    const sinkFailed = sinkRef !== "" && declaredSinks.has(sinkRef);
    const reason = sinkRef === "" ? "SinkRef is required" : sinkFailed ? `the sink ${sinkRef} did not load` : `there is no sink ${sinkRef}`;
    return { ...base, connected: false, reason, sinkFailed };
  }
  if (sourceRef === "") {
    return { ...base, connected: true, reason: "the pipe has no SourceRef: nothing flows" };
  }
  const source = sources.get(sourceRef);
  if (source === undefined) {
    const isAgentMetrics = sourceRef === "_KinesisTapMetricsSource";
    return {
      ...base,
      connected: isAgentMetrics,
      reason: isAgentMetrics ? "it carries the agent's own metrics" : `there is no source ${sourceRef}`,
    };
  }
  if (source.kind === "counter") {
    return sink.type === "cloudwatch"
      ? { ...base, connected: true, route: { source, sink, step: { pass: (envelope) => envelope, reason: "" } }, reason: undefined }
      : { ...base, connected: false, reason: "performance counters go only to a CloudWatch sink" };
  }
  try {
    const step = createPipeStep(config, environment);
    return { ...base, connected: true, route: { source, sink, step }, reason: undefined };
  } catch (thrown) {
    if (thrown instanceof PipeRefused) {
      return { ...base, connected: false, reason: thrown.message };
    }
    throw thrown;
  }
}

/** Names of `configs\*.json` files that the agent loads; others are silently ignored. */
export function isExtraConfigurationName(fileName: string): boolean {
  const name = fileName.replace(/^.*[\\/]/, "").replace(/\.json$/i, "");
  return /\.json$/i.test(fileName) && !/^(?:default|aem)$/i.test(name) && name !== "" && !/[\s<>:'"/\\|?*]/.test(name);
}
