import { type LoadedConfiguration, loadConfiguration, type LoadedPipe } from "./agent";
import { counterValue, inferUnit } from "./counters";
import { type AgentEnvironment, RecordLost } from "./environment";
import type { Envelope } from "./envelope";
import { etwEnvelope } from "./etwEvent";
import { matchesEventQuery } from "./eventQuery";
import type { SampleEvent } from "./sampleEvent";
import { sampleEventFor } from "./samples";
import { createRecord } from "./sinkRecord";
import type { LoadedSource } from "./sources";
import { eventEnvelope, polledEventEnvelope } from "./windowsEvent";

export type RenderOutcome = "sent" | "filtered" | "dropped" | "sinkFailed";

/** What one pipe makes of one event. */
export interface RenderedRecord {
  readonly pipe: string;
  readonly sink: string;
  readonly outcome: RenderOutcome;
  /** As the sink would send it, without the line feed that Firehose and Kinesis sinks add. */
  readonly record: string | null;
  /** Of the record in UTF-8. */
  readonly bytes: number;
  /** Why it was not sent. */
  readonly reason: string | null;
}

/** Runs events in order through one start of the agent; without events, a sample for each source that has a pipe. */
export function renderRecords(
  configuration: string,
  events: readonly SampleEvent[] | undefined,
  environment: AgentEnvironment,
): RenderedRecord[] {
  const agent = loadConfiguration(configuration, environment);
  if (!agent.started) {
    throw new ConfigurationRejected(agent.reason ?? "");
  }
  const run = new AgentRun(agent, environment);
  const given =
    events ??
    [...new Set(agent.pipes.flatMap(({ route }) => (route === undefined ? [] : [route.source])))].map((source) =>
      sampleEventFor(source, environment),
    );
  const results = given.flatMap((event) => run.send(event));
  return [...results, ...run.idlePipes()];
}

export class ConfigurationRejected extends Error {}

/** One running agent: sinks keep their state from event to event. */
export class AgentRun {
  readonly agent: LoadedConfiguration;
  readonly environment: AgentEnvironment;
  private readonly positions = new Map<string, number>();
  private readonly told = new Set<LoadedPipe>();

  constructor(agent: LoadedConfiguration, environment: AgentEnvironment) {
    this.agent = agent;
    this.environment = environment;
  }

  send(event: SampleEvent): RenderedRecord[] {
    const results: RenderedRecord[] = [];
    const reached = [...this.agent.sources.values()].filter((source) => takes(source, event));
    for (const source of reached) {
      const pipes = this.agent.pipes.filter((pipe) => pipe.route?.source === source);
      const failed = this.agent.pipes.filter((pipe) => pipe.sinkFailed && pipe.sourceRef === source.id);
      for (const envelope of this.envelopes(source, event)) {
        results.push(...pipes.map((pipe) => this.pass(pipe, envelope)), ...failed.map((pipe) => this.idle(pipe)));
      }
    }
    return results;
  }

  /** Pipes through which no record can flow, as far as `send` has not told of them. */
  idlePipes(): RenderedRecord[] {
    return this.agent.pipes.filter((pipe) => pipe.route === undefined && !this.told.has(pipe)).map((pipe) => this.idle(pipe));
  }

  private idle(pipe: LoadedPipe): RenderedRecord {
    this.told.add(pipe);
    const { name, sinkRef, sinkFailed, reason } = pipe;
    const failure = this.agent.failures.find((entry) => entry.kind === "sink" && entry.id === sinkRef);
    const why = sinkFailed && failure !== undefined ? `${reason ?? ""}: ${failure.reason}` : reason;
    return { pipe: name, sink: sinkRef, outcome: sinkFailed ? "sinkFailed" : "dropped", record: null, bytes: 0, reason: why ?? null };
  }

  private envelopes(source: LoadedSource, event: SampleEvent): (Envelope | Skipped)[] {
    if (source.readsNothing) {
      return [{ skipped: "IncludeDirectoryFilter without IncludeSubdirectories: no file is read", outcome: "dropped" }];
    }
    switch (event.kind) {
      case "windows":
        return [this.eventOf(source, event)];
      case "etw":
        return [etwEnvelope(event.event, this.environment)];
      case "counter":
        return [
          {
            skipped: `metric ${event.name} = ${counterValue(event.value)} ${inferUnit(event.name)}: a CloudWatch sink sends values, not records`,
            outcome: "dropped",
          },
        ];
      case "lines": {
        const records = source.parser?.parse(event.path ?? defaultPath(source), this.withPositions(source, event));
        return records === undefined || records.length === 0
          ? [{ skipped: "the source makes no record of these lines", outcome: "dropped" }]
          : records;
      }
    }
  }

  private eventOf(source: LoadedSource, event: Extract<SampleEvent, { kind: "windows" }>): Envelope | Skipped {
    const logName = event.logName ?? source.config.get("LogName") ?? "";
    const windowsEvent = event.logName === undefined ? { ...event.event, logName } : event.event;
    const query = source.config.get("Query") ?? "";
    if (query.trim() !== "" && matchesEventQuery(query, windowsEvent, this.environment.now()) === false) {
      return { skipped: "the event does not match the source's Query", outcome: "filtered" };
    }
    return source.kind === "polledEvent"
      ? polledEventEnvelope(windowsEvent, source.includeEventData, this.environment)
      : eventEnvelope(windowsEvent, source.includeEventData, this.environment);
  }

  private withPositions(source: LoadedSource, event: Extract<SampleEvent, { kind: "lines" }>): { text: string; end: number }[] {
    const key = `${source.id}|${event.path ?? defaultPath(source)}`;
    return event.lines.map((text) => {
      const end = (this.positions.get(key) ?? 0) + new TextEncoder().encode(text).length + 2;
      this.positions.set(key, end);
      return { text, end };
    });
  }

  private pass(pipe: LoadedPipe, envelope: Envelope | Skipped): RenderedRecord {
    const not = (outcome: RenderOutcome, reason: string | null): RenderedRecord => {
      return { pipe: pipe.name, sink: pipe.sinkRef, outcome, record: null, bytes: 0, reason };
    };
    const { route } = pipe;
    if ("skipped" in envelope || route === undefined) {
      const skipped = "skipped" in envelope ? envelope : undefined;
      return not(skipped?.outcome ?? "dropped", skipped?.skipped ?? pipe.reason ?? null);
    }
    try {
      const passed = route.step.pass(envelope);
      if (passed === undefined) {
        return not("filtered", route.step.reason);
      }
      if (route.sink.type === "cloudwatch") {
        return not("dropped", "a CloudWatch sink takes metrics, not records");
      }
      const made = createRecord(route.sink, passed, this.environment);
      const { record = null, bytes = 0 } = made;
      return { pipe: pipe.name, sink: pipe.sinkRef, outcome: made.kind, record, bytes, reason: made.kind === "sent" ? null : made.reason };
    } catch (thrown) {
      if (thrown instanceof RecordLost) {
        return not("dropped", thrown.message);
      }
      throw thrown;
    }
  }
}

interface Skipped {
  readonly skipped: string;
  readonly outcome: "filtered" | "dropped";
}

function takes(source: LoadedSource, event: SampleEvent): boolean {
  if (event.source !== undefined && event.source !== source.id) {
    return false;
  }
  switch (event.kind) {
    case "windows": {
      const isEvent = source.kind === "event" || source.kind === "polledEvent";
      return isEvent && (event.logName === undefined || event.logName.toLowerCase() === source.config.get("LogName")?.toLowerCase());
    }
    case "etw":
      return source.kind === "etw";
    case "counter":
      return source.kind === "counter";
    case "lines":
      return source.kind === "lines";
  }
}

function defaultPath(source: LoadedSource): string {
  const folder = (source.config.get("Directory") ?? "").replace(/[\\/]+$/, "");
  const name = (source.config.get("FileNameFilter") ?? "").split("|")[0] ?? "";
  return `${folder}\\${name.replace(/\*/g, "sample").replace(/\?/g, "x")}`;
}
