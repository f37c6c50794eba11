import type { SectionName } from "./agentSchema";
import { sectionNames, typeKeyOf } from "./agentSchema";
import { parseDocument } from "./document";
import type { ConfigDocument, JsonNode } from "./jsonNode";
import { isDefinitionName } from "./fileNames";
import { isSessionScript } from "./script/checkScript";

export type FileKind = "agent" | "session" | "pipeline" | "script";

/** Enough declarations to know a file by; a long one is not read to its end. */
const inspected = 50;
const sessionEvents = ["SessionStart", "SessionTermination"];
const agentWords = /["“”']?(?:SourceType|SinkType|SourceRef|SinkRef)["“”']?\s*[:：]/i;
const sessionWords = /["“”']?Session(?:Start|Termination)["“”']?\s*[:：]\s*\{[^]{0,400}?["“”']?executables/i;

function baseName(fileName: string): string {
  return fileName.replace(/^.*[\\/]/, "").toLowerCase();
}

/** Whether the name alone makes the file worth a look. */
export function isCandidate(fileName: string): boolean {
  const name = baseName(fileName);
  return (
    name.endsWith(".ps1") || isDefinitionName(name) || (/\.jsonc?$/.test(name) && (/appsettings|config/.test(name) || inConfigs(fileName)))
  );
}

function inConfigs(fileName: string): boolean {
  return /(?:^|[\\/])configs[\\/][^\\/]+\.json$/i.test(fileName);
}

/** What a file is, by name and content; undefined for a file that is none of ours. */
export function recognise(fileName: string, source: string | ConfigDocument): FileKind | undefined {
  if (!isCandidate(fileName)) {
    return undefined;
  }
  const name = baseName(fileName);
  if (isDefinitionName(name)) {
    return "pipeline";
  }
  if (name.endsWith(".ps1")) {
    return isSessionScript(typeof source === "string" ? source : source.text) ? "script" : undefined;
  }
  return recogniseContent(typeof source === "string" ? parseDocument(source) : source);
}

/** Whether the content is one of the two JSON documents, whatever the name. */
export function recogniseContent(document: ConfigDocument): "agent" | "session" | undefined {
  const root = document.root?.kind === "array" ? document.root.items.find((item) => item.kind === "object") : document.root;
  if (root?.kind === "object") {
    if (isAgent(root)) {
      return "agent";
    }
    if (isSession(root)) {
      return "session";
    }
  }
  return document.syntaxProblems.length === 0 ? undefined : recogniseBroken(document.text);
}

function recogniseBroken(text: string): "agent" | "session" | undefined {
  const start = text.slice(0, 20_000);
  return agentWords.test(start) ? "agent" : sessionWords.test(start) ? "session" : undefined;
}

function isAgent(root: JsonNode): boolean {
  let shaped = 0;
  for (const section of sectionNames) {
    const value = root.member(section);
    if (value?.kind !== "array" && value?.kind !== "object") {
      continue;
    }
    if (declares(section, value)) {
      return true;
    }
    const isFlow = section === "Sources" || section === "Sinks" || section === "Pipes";
    shaped += isFlow && value.kind === "array" && value.items.every(isBegun) ? 1 : 0;
  }
  return shaped >= 2 || holdsDeclaration(root);
}

/** A declaration without its type yet. */
function isBegun(item: JsonNode): boolean {
  return item.kind === "object" && (item.properties.length === 0 || item.property("Id") !== undefined);
}

/** Whether the section holds a declaration that no other program would write so. */
function declares(section: SectionName, value: JsonNode): boolean {
  const entries = value.kind === "array" ? value.items : [value, ...value.properties.slice(0, inspected).map((property) => property.value)];
  return entries.slice(0, inspected).some((entry) => entry?.kind === "object" && isDeclaration(section, entry));
}

function isDeclaration(section: SectionName, entry: JsonNode): boolean {
  switch (section) {
    case "Pipes":
      return entry.property("SourceRef") !== undefined || entry.property("SinkRef") !== undefined;
    case "Plugins":
      return /^(?:Package|Config)Update$/i.test(entry.member("Type")?.scalar ?? "");
    default:
      return entry.property(typeKeyOf(section)) !== undefined;
  }
}

/** A single declaration without its section, the root of which is then the mistake. */
function holdsDeclaration(root: JsonNode): boolean {
  const type = root.member("SourceType")?.scalar ?? root.member("SinkType")?.scalar;
  return type !== undefined && root.property("Id") !== undefined;
}

function isSession(root: JsonNode): boolean {
  return sessionEvents.some((event) => {
    const property = root.property(event);
    return property !== undefined && !isPlain(property.value) && !isHookList(property.value);
  });
}

/** Other programs have a time or a switch of that name. */
function isPlain(value: JsonNode | undefined): boolean {
  return value?.kind === "string" || value?.kind === "number" || value?.kind === "boolean";
}

/** Other programs list their hooks for an event of the same name. */
function isHookList(value: JsonNode | undefined): boolean {
  return (
    value?.kind === "array" && value.items.some((item) => item.property("hooks") !== undefined || item.property("command") !== undefined)
  );
}
