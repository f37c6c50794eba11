import * as l10n from "@vscode/l10n";
import { agentModel, type Declaration } from "../config/agentModel";
import { parseDocument } from "../config/document";
import type { ConfigDocument } from "../config/jsonNode";
import { loadConfiguration } from "./agent";
import type { AgentEnvironment } from "./environment";
import { AgentRun, type RenderedRecord } from "./render";
import type { SampleEvent } from "./sampleEvent";
import { readSampleEvents } from "./sampleEvent";
import { samplesFor } from "./samples";

export interface PreviewChoice {
  readonly source: string;
  readonly label: string;
  readonly event: SampleEvent;
}

/** The source that the declaration around the offset is, or starts from. */
export function sourceAt(document: ConfigDocument, offset: number): string | undefined {
  const { declarations, connections, connectionsOfSink } = agentModel(document);
  const around = ({ node }: Declaration): boolean => node.start <= offset && offset <= node.end;
  const sink = declarations.Sinks.find(around);
  return (
    declarations.Sources.find(around)?.id ??
    connections.find(({ pipe }) => around(pipe))?.sourceRef ??
    (sink === undefined ? undefined : connectionsOfSink.get(sink)?.[0]?.sourceRef)
  );
}

/** Sample events of a configuration's sources; of one source when it is named. Those of `near` come first, then those that a pipe sends on. */
export function previewChoices(
  configuration: string,
  source: string | undefined,
  environment: AgentEnvironment,
  near?: string,
): PreviewChoice[] {
  const { sources } = loadConfiguration(configuration, environment);
  const used = new Set(agentModel(parseDocument(configuration)).connections.map(({ sourceRef }) => sourceRef));
  const rank = (id: string): number => (id === near ? 0 : used.has(id) ? 1 : 2);
  return [...sources.values()]
    .sort((a, b) => rank(a.id) - rank(b.id))
    .filter((one) => source === undefined || one.id === source)
    .flatMap((one) =>
      samplesFor(one, environment).map(({ label, event }) => ({ source: one.id, label, event: { ...event, source: one.id } })),
    );
}

/** An event typed by hand: for the source that it names, else for the first offered one that takes events of its kind. */
export function ownEventChoice(text: string, choices: readonly PreviewChoice[], environment: AgentEnvironment): PreviewChoice | undefined {
  const [event] = readSampleEvents(/^\s*[{[]/.test(text) ? text : JSON.stringify(text), environment);
  if (event === undefined) {
    return undefined;
  }
  const fitting = choices.find((choice) => choice.event.kind === event.kind) ?? choices[0];
  const source = event.source ?? fitting?.source ?? "";
  return { source, label: l10n.t("own event"), event: { ...event, source } };
}

/** What each pipe makes of the event, as a text to read. */
export function previewText(configuration: string, choice: PreviewChoice, environment: AgentEnvironment): string {
  const agent = loadConfiguration(configuration, environment);
  const lines = [l10n.t("Source {0}: {1}", choice.source, choice.label), ""];
  if (!agent.started) {
    return [...lines, l10n.t("The agent does not start with this configuration: {0}", agent.reason ?? "")].join("\n");
  }
  const run = new AgentRun(agent, environment);
  const records = run.send(choice.event);
  const told = [...records, ...run.idlePipes()];
  return [...lines, ...(told.length === 0 ? [l10n.t("No pipe starts at this source: nothing is sent.")] : told.flatMap(section))].join(
    "\n",
  );
}

function section({ pipe, sink, outcome, record, bytes, reason }: RenderedRecord): string[] {
  const title = `── ${pipe} → ${sink}`;
  switch (outcome) {
    case "sent":
      return [title, l10n.t("sent, {0} bytes", bytes), readable(record ?? ""), ""];
    case "filtered":
      return [title, l10n.t("not sent, filtered: {0}", reason ?? ""), ""];
    case "dropped":
      return [title, l10n.t("lost: {0}", reason ?? ""), ""];
    case "sinkFailed":
      return [title, l10n.t("not sent, the sink does not load: {0}", reason ?? ""), ""];
  }
}

/** The record as sent; a JSON object follows once more, laid out. */
function readable(record: string): string {
  try {
    const value: unknown = JSON.parse(record);
    return typeof value === "object" && value !== null ? `${record}\n\n${JSON.stringify(value, undefined, 2)}` : record;
  } catch {
    return record;
  }
}
