import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { TextEdit } from "../../text/span";
import type { JsonNode } from "../jsonNode";
import { userVariables } from "../script/scriptRule";
import { parseScript } from "../script/scriptText";
import { baseName, type SessionEntry, type SessionModel } from "../sessionModel";
import { insertMember } from "./fixes";
import { freeName, protectedFolder, setCall, shellCall } from "./sessionImage";
import type { SessionContext } from "./sessionRule";
import { flushScript, userVariableFunction } from "./sessionTemplates";

/** Repairs whose text stands in the script that config.json runs, or in a new one. */

const names = userVariables.join("|");
const reading = new RegExp(`\\$env:(${names})\\b|\\$\\{env:(${names})\\}`, "gi");
const otherReading = new RegExp(`%(?:${names})%|Env:[\\\\/](?:${names})\\b|GetEnvironmentVariable\\([^)]*(?:${names})`, "i");

/** Reads the variables from the hive of the streaming user by a function of the script; nothing when it reads or sets them in another way. */
export function userHiveFix(entry: SessionEntry, text: string): Fix[] {
  const { plain, code } = parseScript(text);
  const places = [...plain.matchAll(reading)];
  const assigned = places.some((match) => /^\s*[+-]?=(?!=)/.test(code.slice(match.index + match[0].length)));
  if (!/\.ps1$/i.test(entry.scriptPath) || places.length === 0 || assigned || otherReading.test(plain) || literalIn(text, places)) {
    return [];
  }
  const edits: TextEdit[] = places.map((match) => ({
    span: { start: match.index, end: match.index + match[0].length },
    text: `$(Get-AppStreamUserVariable '${match[1] ?? match[2] ?? ""}')`,
  }));
  const at = startOfStatements(code);
  edits.unshift({ span: { start: at, end: at }, text: `${at > 0 && text[at - 1] !== "\n" ? "\r\n" : ""}${userVariableFunction}` });
  const file = baseName(entry.scriptPath);
  const title = l10n.t("Let {0} read them from the user's registry hive", file);
  return [{ title, edits: [], safe: false, preferred: true, others: [{ file, change: { edits } }] }];
}

/** In single quotes a variable is plain text. */
function literalIn(text: string, places: readonly RegExpExecArray[]): boolean {
  const { strings } = parseScript(text);
  return places.some(({ index }) => strings.some(({ span, expandable }) => !expandable && span.start <= index && index < span.end));
}

/** Behind what has to come first in a script: using, #requires, attributes and param. */
function startOfStatements(code: string): number {
  const lead = /^(?:\s|using\s[^\n]*)*(?:\[CmdletBinding[^\]]*\]\s*)?param\s*\(/i.exec(code);
  if (lead === null) {
    const uses = /^(?:\s*using\s[^\n]*\n)+/i.exec(code)?.[0].length ?? 0;
    return uses + (/^\s*/.exec(code.slice(uses))?.[0].lastIndexOf("\n") ?? -1) + 1;
  }
  let depth = 1;
  let at = lead[0].length;
  while (at < code.length && depth > 0) {
    depth += code[at] === "(" ? 1 : code[at] === ")" ? -1 : 0;
    at++;
  }
  const line = code.indexOf("\n", at);
  return line === -1 ? code.length : line + 1;
}

const interpreters: Readonly<Record<string, string>> = {
  ".py": "/usr/bin/env python3",
  ".ps1": "/usr/bin/env pwsh",
  ".pl": "/usr/bin/env perl",
};

/** The line that names the interpreter. */
export function interpreterFix(entry: SessionEntry): Fix[] {
  const file = baseName(entry.scriptPath);
  const line = `#!${interpreters[/\.[^.]*$/.exec(file)?.[0].toLowerCase() ?? ""] ?? "/bin/sh"}`;
  const edits = [{ span: { start: 0, end: 0 }, text: `${line}\n` }];
  return [
    { title: l10n.t("Start {0} with {1}", file, line), edits: [], safe: false, preferred: true, others: [{ file, change: { edits } }] },
  ];
}

/** A script that waits until the agent has sent what it holds. */
export function flushFix(model: SessionModel, root: JsonNode, context: SessionContext): Fix[] {
  const name = freeName("session_end_flush", ".ps1", model, context);
  const call = shellCall(protectedFolder("windows", context) + name);
  const event = model.events.find((one) => one.name === "SessionTermination");
  const entry = event?.entries.find((one) => one.context === "system");
  if (event !== undefined && entry === undefined) {
    return [];
  }
  const value = { executables: [{ context: "system", ...call, s3LogEnabled: true }], waitingTime: 30 };
  const edits =
    entry === undefined ? [insertMember(root, "SessionTermination", JSON.stringify(value, undefined, 2))] : setCall(entry, call);
  const others = [{ file: name, change: { create: flushScript } }];
  return [{ title: l10n.t("Add the script {0}", name), edits, safe: false, preferred: true, others }];
}
