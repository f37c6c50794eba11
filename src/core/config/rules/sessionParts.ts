import { insertMember } from "./fixes";
import type { Fix } from "../../text/problem";
import type { TextSpan } from "../../text/span";
import type { JsonNode } from "../jsonNode";
import { encodeString } from "../jsonText";
import { pathSystem, type SessionEntry, type SessionModel } from "../sessionModel";
import { isMisplaced } from "./sessionFiles";
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
