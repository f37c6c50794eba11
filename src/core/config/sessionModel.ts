import { intendedScript, parsePowerShellArguments, type PowerShellArguments } from "./commandLine";
import type { ConfigDocument, JsonNode, JsonProperty } from "./jsonNode";

export type SessionEventName = "SessionStart" | "SessionTermination";
export type ScriptContextName = "user" | "system";
export type PathSystem = "windows" | "linux";

/** One object of `executables`. */
export interface SessionEntry {
  readonly event: SessionEvent;
  readonly node: JsonNode;
  readonly filename: JsonNode | undefined;
  readonly arguments: JsonNode | undefined;
  readonly context: ScriptContextName | undefined;
  /** Decoded; empty when absent or of a wrong type. */
  readonly program: string;
  readonly argumentText: string;
  /** A file name with a non-blank character: something is to run. */
  readonly configured: boolean;
  /** Lower case, without folder. */
  readonly programName: string;
  readonly powerShell: PowerShellArguments | undefined;
  /** The script that runs: the -File argument of PowerShell, else the program. */
  readonly scriptPath: string;
}

export interface SessionEvent {
  readonly name: SessionEventName;
  readonly property: JsonProperty;
  readonly node: JsonNode;
  readonly executables: JsonProperty | undefined;
  readonly waitingTime: JsonProperty | undefined;
  readonly entries: readonly SessionEntry[];
  /** Seconds, where a whole number is given. */
  readonly seconds: number | undefined;
}

export interface SessionModel {
  readonly document: ConfigDocument;
  readonly events: readonly SessionEvent[];
  readonly entries: readonly SessionEntry[];
  readonly configured: readonly SessionEntry[];
}

const eventNames: readonly SessionEventName[] = ["SessionStart", "SessionTermination"];

export function readSession(document: ConfigDocument): SessionModel {
  const events = eventNames.flatMap((name) => {
    const property = document.root?.kind === "object" ? document.root.property(name) : undefined;
    return property?.value?.kind === "object" ? [readEvent(name, property, property.value)] : [];
  });
  const entries = events.flatMap((event) => event.entries);
  return { document, events, entries, configured: entries.filter((entry) => entry.configured) };
}

function readEvent(name: SessionEventName, property: JsonProperty, node: JsonNode): SessionEvent {
  const executables = node.property("executables");
  const waitingTime = node.property("waitingTime");
  const entries: SessionEntry[] = [];
  const event: SessionEvent = { name, property, node, executables, waitingTime, entries, seconds: wholeNumber(waitingTime?.value) };
  for (const item of executables?.value?.items ?? []) {
    if (item.kind === "object") {
      entries.push(readEntry(event, item));
    }
  }
  return event;
}

/** The value of a number written as plain digits. */
export function wholeNumber(node: JsonNode | undefined): number | undefined {
  return node?.kind === "number" && /^-?\d+$/.test(node.raw) ? Number(node.raw) : undefined;
}

function readEntry(event: SessionEvent, node: JsonNode): SessionEntry {
  const filename = node.member("filename");
  const argumentNode = node.member("arguments");
  const program = textOf(filename);
  const argumentText = textOf(argumentNode);
  const programName = baseName(program).toLowerCase();
  const powerShell = /^(?:powershell|pwsh)(?:\.exe)?$/.test(programName) ? parsePowerShellArguments(argumentText) : undefined;
  const context = textOf(node.member("context")).toLowerCase();
  return {
    event,
    node,
    filename,
    arguments: argumentNode,
    context: context === "user" || context === "system" ? context : undefined,
    program,
    argumentText,
    configured: program.trim() !== "",
    programName,
    powerShell,
    scriptPath: powerShell === undefined ? program : intendedScript(argumentText, powerShell),
  };
}

function textOf(node: JsonNode | undefined): string {
  return node?.kind === "string" ? (node.scalar ?? "") : "";
}

export function baseName(path: string): string {
  return /[^\\/]*$/.exec(path.replace(/["']/g, ""))?.[0] ?? "";
}

/** Which system a path is written for: a leading slash is Linux, everything else that says something is Windows. */
export function pathSystem(path: string): PathSystem | undefined {
  const text = path.replace(/^["']/, "").trim();
  if (text.startsWith("/")) {
    return "linux";
  }
  return /^[A-Za-z]:|\\|^%/.test(text) ? "windows" : undefined;
}
