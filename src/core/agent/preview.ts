import * as l10n from "@vscode/l10n";
import { loadConfiguration } from "./agent";
import type { AgentEnvironment } from "./environment";
import { AgentRun, type RenderedRecord } from "./render";
import type { SampleEvent } from "./sampleEvent";
import { samplesFor } from "./samples";

export interface PreviewChoice {
  readonly source: string;
  readonly label: string;
  readonly event: SampleEvent;
}

/** Sample events of a configuration's sources; of one source when it is named. */
export function previewChoices(configuration: string, source: string | undefined, environment: AgentEnvironment): PreviewChoice[] {
  const { sources } = loadConfiguration(configuration, environment);
  return [...sources.values()]
    .filter((one) => source === undefined || one.id === source)
    .flatMap((one) =>
      samplesFor(one, environment).map(({ label, event }) => ({ source: one.id, label, event: { ...event, source: one.id } })),
    );
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
