import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { TextEdit } from "../../text/span";
import { splitArguments } from "../commandLine";
import { pathSystem, type SessionEntry, type SessionEvent, type SessionModel } from "../sessionModel";
import { removeItems } from "./fixes";
import { freeName, protectedFolder, setCall } from "./sessionImage";
import { windowsLines } from "./sessionTemplates";
import type { SessionContext } from "./sessionRule";

/** One entry for each context of the event: a script of its own runs what several entries ran. Nothing when that cannot be said in a script. */
export function mergeFix(event: SessionEvent, contexts: readonly string[], model: SessionModel, context: SessionContext): Fix[] {
  const list = event.executables?.value;
  const removed: SessionEntry[] = [];
  const edits: TextEdit[] = [];
  const others: { file: string; change: { create: string } }[] = [];
  for (const name of contexts) {
    const group = event.entries.filter((entry) => entry.context === name);
    const running = group.filter((entry) => entry.configured);
    const kept = running[0] ?? group[0];
    if (kept === undefined || list?.kind !== "array") {
      return [];
    }
    removed.push(...group.filter((entry) => entry !== kept));
    if (running.some((entry) => callOf(entry) !== callOf(kept))) {
      const wrapper = wrapperOf(running, model, context);
      if (wrapper === undefined) {
        return [];
      }
      edits.push(...setCall(kept, { filename: wrapper.path, arguments: "" }));
      others.push({ file: wrapper.name, change: { create: wrapper.text } });
    }
  }
  if (list === undefined || removed.length === 0) {
    return [];
  }
  const removal = removeItems(
    list,
    removed.map((entry) => entry.node),
  );
  const title =
    others.length === 0
      ? l10n.t("Remove the entries that add nothing")
      : l10n.t("Run all of them by one script: {0}", others.map(({ file }) => file).join(", "));
  return [{ title, edits: [...edits, ...removal], safe: false, preferred: true, ...(others.length === 0 ? {} : { others }) }];
}

/** The program and arguments of an entry, which are too long for it, in a script. */
export function scriptFix(entry: SessionEntry, model: SessionModel, context: SessionContext): Fix[] {
  const wrapper = wrapperOf([entry], model, context);
  return wrapper === undefined
    ? []
    : [
        {
          title: l10n.t("Move the commands to the script {0}", wrapper.name),
          edits: setCall(entry, { filename: wrapper.path, arguments: "" }),
          safe: false,
          preferred: true,
          others: [{ file: wrapper.name, change: { create: wrapper.text } }],
        },
      ];
}

function callOf({ program, argumentText }: SessionEntry): string {
  return `${program.trim()}\n${argumentText.trim()}`;
}

interface Wrapper {
  readonly name: string;
  /** On the image. */
  readonly path: string;
  readonly text: string;
}

function wrapperOf(entries: readonly SessionEntry[], model: SessionModel, context: SessionContext): Wrapper | undefined {
  const [first] = entries;
  const systems = new Set(entries.map((entry) => pathSystem(entry.program)));
  const system = systems.has("linux") ? "linux" : "windows";
  const text = systems.size > 1 ? undefined : system === "linux" ? shellText(entries) : batchText(entries);
  if (first === undefined || text === undefined) {
    return undefined;
  }
  const event = first.event.name === "SessionStart" ? "session_start" : "session_end";
  const name = freeName(`${event}_${first.context ?? "script"}`, system === "linux" ? ".sh" : ".bat", model, context);
  return { name, path: protectedFolder(system, context) + name, text };
}

function batchText(entries: readonly SessionEntry[]): string | undefined {
  const calls = entries.map(batchCall);
  if (calls.includes(undefined)) {
    return undefined;
  }
  const wide = calls.some((call) => /[^\x20-\x7e]/.test(call ?? ""));
  return windowsLines(
    "@echo off",
    "rem Runs one program after the other. The exit code is that of the first one that fails.",
    ...(wide ? ["chcp 65001 >nul"] : []),
    "set failed=0",
    ...calls.flatMap((call) => [call ?? "", 'if not "%errorlevel%"=="0" if "%failed%"=="0" set failed=%errorlevel%']),
    "exit /b %failed%",
  );
}

/** `call` reads its line a second time, in which & and the like cannot be protected. */
function batchCall({ program, argumentText }: SessionEntry): string | undefined {
  const nested = /\.(?:bat|cmd)\s*$/i.test(program);
  const line = `"${program.trim().replace(/^"|"$/g, "")}" ${argumentText.trim()}`.trim();
  if (/[\r\n]/.test(line) || program.trim().replace(/^"|"$/g, "").includes('"') || (nested && /[&|<>^]/.test(line))) {
    return undefined;
  }
  const percents = line.replaceAll("%", nested ? "%%%%" : "%%");
  return nested ? `call ${percents}` : escapedOutsideQuotes(percents);
}

function escapedOutsideQuotes(line: string): string {
  return line
    .split('"')
    .map((part, index) => (index % 2 === 0 ? part.replace(/[&|<>^()]/g, "^$&") : part))
    .join('"');
}

function shellText(entries: readonly SessionEntry[]): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const calls = entries.map(({ program, argumentText }) =>
    [program.trim(), ...splitArguments(argumentText).map((argument) => argument.text)].map(quote).join(" "),
  );
  return [
    "#!/bin/sh",
    "# Runs one program after the other. The exit code is that of the first one that fails.",
    "failed=0",
    ...calls.map((call) => `${call} || { code=$?; [ "$failed" -ne 0 ] || failed=$code; }`),
    'exit "$failed"',
    "",
  ].join("\n");
}
