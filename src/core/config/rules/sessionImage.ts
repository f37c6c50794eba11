import { windowsPowerShell } from "../sessionSchema";
import { baseName, type PathSystem, type SessionEntry, type SessionModel } from "../sessionModel";
import type { TextEdit } from "../../text/span";
import { encodeString } from "../jsonText";
import { insertMember, setRaw } from "./fixes";
import { json } from "./sessionParts";
import type { SessionContext } from "./sessionRule";

/** Options that make Windows PowerShell run a script as AppStream needs it. */
export const shellOptions = "-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass";

/** The folder of the image that only administrators may write to, with its closing separator. */
export function protectedFolder(system: PathSystem, { fleetType }: SessionContext): string {
  const elastic = fleetType === "ELASTIC";
  return system === "linux"
    ? `/opt/appstream/SessionScripts/${elastic ? "SessionScript/" : ""}`
    : `C:\\AppStream\\SessionScripts\\${elastic ? "SessionScript\\" : ""}`;
}

export function shellCall(path: string, rest = ""): { readonly filename: string; readonly arguments: string } {
  return { filename: windowsPowerShell, arguments: `${shellOptions} -File "${path}"${rest.trim() === "" ? "" : ` ${rest.trim()}`}` };
}

/** Another program for an entry. */
export function setCall(entry: SessionEntry, call: { readonly filename: string; readonly arguments: string }): TextEdit[] {
  const set = (key: "filename" | "arguments"): TextEdit =>
    entry[key] === undefined ? insertMember(entry.node, key, json(call[key])) : setRaw(entry[key], json(call[key]));
  return call.arguments === "" && entry.arguments === undefined ? [set("filename")] : [set("filename"), set("arguments")];
}

/** Another path for the script that an entry runs, where it stands. */
export function setScriptPath(entry: SessionEntry, path: string): TextEdit[] {
  const file = entry.powerShell?.file;
  if (file !== undefined && entry.arguments?.kind === "string") {
    const { start, end } = file.argument.span;
    return [{ span: entry.arguments.sourceSpan(start, end), text: encodeString(`"${path}"`) }];
  }
  return entry.filename === undefined || entry.powerShell !== undefined ? [] : [setRaw(entry.filename, json(path))];
}

/** A file name that neither the project nor config.json uses. */
export function freeName(stem: string, extension: string, model: SessionModel, context: SessionContext): string {
  const taken = new Set([...(context.files?.keys() ?? []), ...model.entries.map((entry) => baseName(entry.scriptPath))].map(lower));
  let name = `${stem}${extension}`;
  for (let number = 2; taken.has(lower(name)); number++) {
    name = `${stem}_${number}${extension}`;
  }
  return name;
}

function lower(text: string): string {
  return text.toLowerCase();
}
