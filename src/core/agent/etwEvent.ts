import { type AgentEnvironment, RecordLost } from "./environment";
import type { Envelope } from "./envelope";
import { type Json, jsonInteger, jsonObject, type JsonObject, isJsonObject, writeJson } from "./newtonsoft";
import { fromJson, utcNow } from "./textRecords";
import { int } from "./values";

const typeName = "Amazon.KinesisTap.Windows.EtwEvent";

/** WindowsETWEventSource: the plain text is the name of the type. */
export function etwEnvelope(event: JsonObject, environment: AgentEnvironment): Envelope {
  const member = (name: string): Json => event.members.get(name) ?? null;
  const payload = member("Payload");
  const members = new Map<string, Json>([
    ["EventName", member("EventName")],
    ["ProviderName", member("ProviderName")],
    ["FormattedMessage", member("FormattedMessage")],
    ["ProcessID", event.members.get("ProcessID") ?? jsonInteger(0)],
    ["ExecutingThreadID", event.members.get("ExecutingThreadID") ?? jsonInteger(0)],
    ["MachineName", event.members.get("MachineName") ?? environment.computerName],
    ["Payload", isJsonObject(payload) ? payload : jsonObject([])],
  ]);
  const timestamp = utcNow(environment);
  return {
    timestamp,
    plain: () => typeName,
    formatted: (format) => {
      if (format === "xml") {
        throw new RecordLost("an ETW event has no XML form");
      }
      return format === "json" ? writeJson({ kind: "object", members }, environment) : undefined;
    },
    field: (name) => {
      const value = members.get(name) ?? null;
      if (name === "Payload") {
        return { kind: "opaque", typeName: "System.Collections.Generic.Dictionary`2[System.String,System.Object]" };
      }
      return value !== null && typeof value === "object" && "kind" in value && value.kind === "integer"
        ? int(Number(value.value))
        : fromJson(value);
    },
    meta: (name) => (name === "record" ? typeName : name === "timestamp" ? timestamp : null),
  };
}
