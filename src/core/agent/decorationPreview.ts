import { agentModel } from "../config/agentModel";
import { nodeAt, propertyOf } from "../config/document";
import type { ConfigDocument } from "../config/jsonNode";
import { loadConfiguration } from "./agent";
import { createEnvironment } from "./environment";
import { AgentRun } from "./render";
import { sampleEventFor } from "./samples";

export interface DecorationPreview {
  readonly source: string;
  readonly record: string;
  readonly json: boolean;
}

const decorations = /^(?:text|object)decoration(?:ex)?$/;
/** Rendering reads the whole configuration: a hover does not do that to a very large one. */
const largest = 200_000;

/** What the decoration under the offset makes of a sample event of its first source. */
export function decorationPreview(document: ConfigDocument, offset: number, now: number): DecorationPreview | undefined {
  const node = nodeAt(document, offset);
  const property = node === undefined ? undefined : propertyOf(node);
  if (node === undefined || property === undefined || !decorations.test(property.lower) || document.text.length > largest) {
    return undefined;
  }
  const model = agentModel(document);
  const sink = model.declarations.Sinks.find((one) => one.node === node.parent);
  const environment = createEnvironment({ now });
  const agent = loadConfiguration(document.text, environment);
  const route = agent.pipes.map((pipe) => pipe.route).find((one) => one !== undefined && one.sink.id === sink?.id);
  if (!agent.started || sink === undefined || route === undefined) {
    return undefined;
  }
  const results = new AgentRun(agent, environment).send({ ...sampleEventFor(route.source, environment), source: route.source.id });
  const record = results.find((one) => one.sink === sink.id && one.record !== null)?.record;
  return record === undefined || record === null ? undefined : { source: route.source.id, record, json: record.startsWith("{") };
}
