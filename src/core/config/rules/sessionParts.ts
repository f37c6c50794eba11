import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { TextEdit, TextSpan } from "../../text/span";
import type { JsonNode } from "../jsonNode";
import { powerShellOption, splitArguments } from "../commandLine";
import { encodeString } from "../jsonText";
import { baseName, pathSystem, type ScriptContextName, type SessionEntry, type SessionModel } from "../sessionModel";
import { insertMember, setRaw } from "./fixes";
import type { SessionContext } from "./sessionRule";

/** Options or quotes stand in `filename`: the path rules would only repeat that. */
export function isCommandLine(entry: SessionEntry): boolean {
  return /^\s*"|\.(?:exe|bat)\s+\S/i.test(entry.program);
}

export function hasControl(text: string): boolean {
  return [...text].some((char) => char.charCodeAt(0) < 32);
}

/** Entries whose path is meant for Windows, and is one. */
export function windowsEntries(model: SessionModel, context: SessionContext): SessionEntry[] {
  return model.configured.filter(
    (entry) =>
      !isCommandLine(entry) &&
      !hasControl(entry.program) &&
      !isMisplaced(entry.program, context) &&
      pathSystem(entry.program) !== "linux" &&
      context.os !== "LINUX",
  );
}

export function json(text: string): string {
  return `"${encodeString(text)}"`;
}

/** The span of decoded positions of a string, or of the whole value. */
export function part(node: JsonNode | undefined, entry: SessionEntry, span?: TextSpan): TextSpan {
  if (node?.kind !== "string") {
    return (node ?? entry.node).span;
  }
  return span === undefined ? node.contentSpan : node.sourceSpan(span.start, span.end);
}

/** Text inserted into `arguments` at a decoded position. */
export function insertArgument(entry: SessionEntry, at: number, text: string): Fix["edits"] {
  const node = entry.arguments;
  if (node?.kind !== "string") {
    return [insertMember(entry.node, "arguments", json(text.trim()))];
  }
  const start = node.sourceOffset(at);
  return [{ span: { start, end: start }, text: encodeString(text) }];
}

export function isMisplaced(path: string, context: SessionContext): boolean {
  const system = pathSystem(path);
  return context.os !== undefined && system !== undefined && (context.os === "LINUX") !== (system === "linux");
}

export function scriptSpan(entry: SessionEntry): TextSpan {
  const file = entry.powerShell?.file;
  if (file !== undefined && entry.arguments?.kind === "string") {
    return entry.arguments.sourceSpan(file.argument.span.start, file.argument.span.end);
  }
  return (entry.filename ?? entry.node).contentSpan;
}

export function scriptText(entry: SessionEntry, context: SessionContext): string | undefined {
  return context.files?.get(baseName(entry.scriptPath));
}

export function headOf(node: JsonNode): { start: number; end: number } {
  return { start: node.start, end: Math.min(node.end, node.start + 1) };
}

export function preferred(title: string, edits: readonly TextEdit[], safe = true): Fix[] {
  return [{ title, edits, safe, preferred: true }];
}

/** Runs the entry in the other context, when nothing runs there yet. */
export function contextFix(entry: SessionEntry, wanted: ScriptContextName): Fix[] {
  const own = entry.node.member("context");
  const other = entry.event.entries.find((one) => one.context === wanted);
  const others = other?.node.member("context");
  if (own === undefined || other?.configured === true) {
    return [];
  }
  const edits = [setRaw(own, json(wanted)), ...(others === undefined ? [] : [setRaw(others, own.text.slice(own.start, own.end))])];
  const title = wanted === "system" ? l10n.t("Run it in the system context") : l10n.t("Run it in the user context");
  return [{ title, edits, safe: false, preferred: true }];
}

/** Takes the argument at a decoded position off the command line, with the name of the parameter that it is the value of. */
export function withoutArgument(entry: SessionEntry, at: number): Fix[] {
  const { arguments: node, argumentText } = entry;
  const all = splitArguments(argumentText);
  const index = all.findIndex(({ span }) => span.start <= at && at < span.end);
  const argument = all[index];
  const before = all[index - 1];
  if (node?.kind !== "string" || argument === undefined) {
    return [];
  }
  const named = before !== undefined && !before.quoted && /^[-/]\w+[:=]?$/.test(before.text) && powerShellOption(before.text) === undefined;
  const start = named ? before.span.start : argument.span.start;
  const text = `${argumentText.slice(0, start).trimEnd()} ${argumentText.slice(argument.span.end).trimStart()}`.trim();
  return [{ title: l10n.t("Remove it from the command line"), edits: [setRaw(node, json(text))], safe: false, preferred: true }];
}
