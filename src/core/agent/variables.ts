import { formatDotnetDate, utcFormat } from "../config/decoration/dotnetDateFormat";
import type { DotnetDate } from "../config/decoration/dotnetDate";
import { utcDate } from "../config/decoration/dotnetDate";
import { type AgentEnvironment, lookUp, RecordLost } from "./environment";
import type { Envelope } from "./envelope";
import { type DotnetValue, toText } from "./values";

const variable = /\{[^}]+\}/g;

/** Global variables as a sink sees them: the AWS sinks also know EC2 metadata and tags. */
export type VariableScope = "general" | "aws";

/** `{NAME}`, `{env:NAME}`, `{ec2:path}` and so on; braces optional. Null prints as nothing. Throws for a blank name. */
export function resolveVariable(text: string, scope: VariableScope, environment: AgentEnvironment): string | null {
  const resolved = resolveGeneral(text, environment);
  return scope === "general" || resolved === null || resolved === "" ? resolved : resolveAws(resolved, environment);
}

function resolveGeneral(text: string, environment: AgentEnvironment): string | null {
  const name = text.startsWith("{") && text.endsWith("}") ? text.slice(1, -1) : text;
  if (text.startsWith("{") && !text.endsWith("}")) {
    throw new RecordLost("a variable that begins with a brace must end with one");
  }
  if (name.trim() === "") {
    throw new RecordLost("a variable without a name");
  }
  if (name.toLowerCase() === "uniformtimestamp") {
    return utcFormat(utcDate(environment.now()), "yyyy-MM-ddTHH:mm:ss.fff UTC");
  }
  const colon = name.indexOf(":");
  const prefix = colon === -1 ? "" : name.slice(0, colon);
  const isEnv = prefix.toLowerCase() === "env";
  if (prefix.trim() !== "" && !isEnv) {
    return `{${name}}`;
  }
  const bare = name.slice(colon + 1);
  const value = lookUp(environment.variables, bare) ?? null;
  if (isEnv) {
    return value;
  }
  if (bare.includes("currentUser")) {
    return "{currentUser}";
  }
  return value === null || value.trim() === "" ? `{${name}}` : value;
}

function resolveAws(text: string, environment: AgentEnvironment): string | null {
  if (!text.startsWith("{") || !text.endsWith("}")) {
    return text;
  }
  const inner = text.slice(1, -1);
  const colon = inner.indexOf(":");
  const prefix = colon === -1 ? "" : inner.slice(0, colon).toLowerCase();
  const name = inner.slice(colon + 1);
  switch (name.toLowerCase()) {
    case "instance_id":
      return environment.ec2?.instanceId ?? null;
    case "hostname":
      return environment.ec2?.hostname ?? null;
  }
  if (prefix === "ec2") {
    return metadata(name.replace(/^\//, ""), environment);
  }
  return prefix === "ec2tag" ? (environment.ec2?.tags?.[name] ?? null) : text;
}

function metadata(path: string, environment: AgentEnvironment): string | null {
  const { ec2 } = environment;
  const known: Readonly<Record<string, string | undefined>> = { "instance-id": ec2?.instanceId, hostname: ec2?.hostname };
  return ec2?.metadata?.[path] ?? known[path] ?? null;
}

/** Every `{...}` of a text that is no decoration, such as StreamName. */
export function resolveVariables(text: string, scope: VariableScope, environment: AgentEnvironment): string {
  return text.replace(variable, (found) => resolveVariable(found, scope, environment) ?? "");
}

/** Whether a variable of the text is nothing at all, as an environment variable that is not set. Throws for a blank name. */
export function hasUnsetVariable(text: string, environment: AgentEnvironment): boolean {
  return (text.match(variable) ?? []).some((found) => resolveGeneral(found, environment) === null);
}

/** Record variables of both grammars: `$field`, `_meta`, legacy `timestamp:format`; anything else comes back in braces. */
export function resolveRecordVariable(name: string, envelope: Envelope, environment: AgentEnvironment): DotnetValue {
  if (name.startsWith("$")) {
    return envelope.field(name.slice(1));
  }
  if (name.startsWith("_")) {
    return envelope.meta(name.slice(1).toLowerCase());
  }
  const colon = name.indexOf(":");
  return colon !== -1 && name.slice(0, colon).toLowerCase() === "timestamp"
    ? timestampText(envelope.timestamp, name.slice(colon + 1), environment)
    : `{${name}}`;
}

export function timestampText(timestamp: DotnetDate, format: string, environment: AgentEnvironment): string {
  const text = formatDotnetDate(timestamp, format, environment.culture, environment.localOffset);
  if (text === undefined) {
    throw new RecordLost(`"${format}" is not a .NET date format`);
  }
  return text;
}

/** A legacy decoration: record variables first, then a second pass over the result, inserted text included. */
export function resolveLegacy(text: string, envelope: Envelope, scope: VariableScope, environment: AgentEnvironment): string {
  const first = text.replace(variable, (found) => {
    return toText(resolveRecordVariable(found.slice(1, -1), envelope, environment), environment);
  });
  return resolveVariables(first, scope, environment);
}
