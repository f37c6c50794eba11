import { parseLegacyObject } from "../config/decoration/legacy";
import { type AgentEnvironment, RecordLost } from "./environment";
import type { Envelope } from "./envelope";
import { parseJsonObject } from "./jsonReader";
import { writeJson } from "./newtonsoft";
import type { Decoration, LoadedSink } from "./sinks";
import { resolveLegacy, type VariableScope } from "./variables";

export type SinkOutcome =
  | { readonly kind: "sent"; readonly record: string; readonly bytes: number }
  | { readonly kind: "dropped"; readonly reason: string; readonly record?: string; readonly bytes?: number };

const utf8 = new TextEncoder();

/** The record that a sink makes of an envelope, decorations applied. */
export function createRecord(sink: LoadedSink, envelope: Envelope, environment: AgentEnvironment): SinkOutcome {
  try {
    const record = formatRecord(sink, envelope, environment);
    if (record === null || record === "") {
      return { kind: "dropped", reason: "the record is empty" };
    }
    const bytes = utf8.encode(record).length;
    if (bytes + sink.addedBytes > sink.maxBytes) {
      return {
        kind: "dropped",
        reason: `the record has ${bytes + sink.addedBytes} bytes, and ${sink.maxBytes} is the most`,
        record,
        bytes,
      };
    }
    return sink.deliversNothing === undefined
      ? { kind: "sent", record, bytes }
      : { kind: "dropped", reason: sink.deliversNothing, record, bytes };
  } catch (thrown) {
    if (thrown instanceof RecordLost) {
      return { kind: "dropped", reason: thrown.message };
    }
    throw thrown;
  }
}

function formatRecord(sink: LoadedSink, envelope: Envelope, environment: AgentEnvironment): string | null {
  const own = sink.format === "" ? undefined : envelope.formatted(sink.format);
  const record = own === undefined ? envelope.plain() : own;
  switch (sink.format) {
    case "json":
      return sink.object === undefined
        ? record
        : decorateJson(record ?? "", objectAttributes(sink.object, envelope, sink.scope, environment), environment);
    case "xml":
    case "xml2":
    case "renderedxml":
      return record;
    default:
      return sink.text === undefined ? record : decorateText(sink.text, envelope, sink.scope, environment);
  }
}

export function decorateText(decoration: Decoration, envelope: Envelope, scope: VariableScope, environment: AgentEnvironment): string {
  return decoration.kind === "ex" ? decoration.decoration.text(envelope) : resolveLegacy(decoration.text, envelope, scope, environment);
}

export function objectAttributes(
  decoration: Decoration,
  envelope: Envelope,
  scope: VariableScope,
  environment: AgentEnvironment,
): ReadonlyMap<string, string> {
  if (decoration.kind === "ex") {
    return decoration.decoration.attributes(envelope);
  }
  const attributes = new Map<string, string>();
  for (const { key, span, value } of parseLegacyObject(decoration.text).pairs) {
    if (value === undefined) {
      throw new RecordLost(`ObjectDecoration: "${decoration.text.slice(span.start, span.end)}" has no =`);
    }
    const text = resolveLegacy(decoration.text.slice(value.span.start, value.span.end), envelope, scope, environment);
    if (text === "") {
      continue;
    }
    if (attributes.has(key)) {
      throw new RecordLost(`the attribute ${key} is given twice`);
    }
    attributes.set(key, text);
  }
  return attributes;
}

/** Parses, appends and writes the record again. */
export function decorateJson(record: string, attributes: ReadonlyMap<string, string>, environment: AgentEnvironment): string {
  const json = parseJsonObject(record, environment.localOffset);
  if (json === undefined) {
    throw new RecordLost("the record is not a JSON object, so it cannot be decorated");
  }
  for (const [key, value] of attributes) {
    if (json.members.has(key)) {
      throw new RecordLost(`the record has a member ${key} already`);
    }
    json.members.set(key, value);
  }
  return writeJson(json, environment);
}
