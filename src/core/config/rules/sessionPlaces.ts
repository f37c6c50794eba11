import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import { baseName, pathSystem, type PathSystem, type SessionEntry, type SessionModel } from "../sessionModel";
import { protectedFolder, setCall, setScriptPath, shellCall } from "./sessionImage";
import { isMisplaced, scriptSpan } from "./sessionParts";
import type { SessionContext, SessionFinding, SessionRule } from "./sessionRule";
import { emptyScript } from "./sessionTemplates";
import { normalizePath } from "./windowsPath";

const interpreterFolder = /^C:[\\/](?:Windows|Program Files(?: \(x86\))?)[\\/]/i;

const unpackFolder = /^(?:C:[\\/]AppStream[\\/]SessionScripts[\\/]SessionScript[\\/]|\/opt\/appstream\/SessionScripts\/SessionScript\/)/i;

const largestExecutable = 100 * 1000 * 1000;

function missingScript(model: SessionModel, context: SessionContext): SessionFinding[] {
  const files = context.files;
  if (files === undefined) {
    return [];
  }
  return model.configured
    .filter((entry) => entry.scriptPath !== "" && !isMisplaced(entry.program, context))
    .filter((entry) => !(interpreterFolder.test(entry.scriptPath) && /\.exe$/i.test(entry.scriptPath)))
    .filter((entry) => ![...files.keys()].some((name) => name.toLowerCase() === baseName(entry.scriptPath).toLowerCase()))
    .map((entry) => ({
      span: scriptSpan(entry),
      message: l10n.t(
        "{0} is not among the files of this project: on the instance it is missing, and nothing runs.",
        baseName(entry.scriptPath),
      ),
      fixes: createdScript(baseName(entry.scriptPath)),
    }));
}

function createdScript(name: string): Fix[] {
  const text = emptyScript(name);
  return text === undefined
    ? []
    : [{ title: l10n.t("Create {0}", name), edits: [], safe: false, preferred: true, others: [{ file: name, change: { create: text } }] }];
}

/** The same file in the folder that only administrators may write to. */
function movedScript(entry: SessionEntry, context: SessionContext): Fix[] {
  const system = pathSystem(entry.scriptPath) === "linux" ? "linux" : "windows";
  const path = protectedFolder(system, context) + baseName(entry.scriptPath);
  const edits = baseName(entry.scriptPath) === "" ? [] : setScriptPath(entry, path);
  return edits.length === 0 ? [] : [{ title: l10n.t("Take it from {0}", path), edits, safe: false, preferred: true }];
}

function writablePlace(model: SessionModel, context: SessionContext): SessionFinding[] {
  return model.configured
    .filter((entry) => entry.context === "system" && !isMisplaced(entry.program, context))
    .flatMap((entry): SessionFinding[] => {
      const written = entry.scriptPath.replace(/^["']/, "");
      const path = /^[A-Z]:[\\/]/i.test(written) ? normalizePath(written) : written;
      if (
        /^(?:[A-Z]:[\\/]Users[\\/]|%(?:TEMP|TMP|USERPROFILE|APPDATA|LOCALAPPDATA|PUBLIC)%|\$env:(?:TEMP|TMP)|\/tmp\/|\/var\/tmp\/|\/home\/)/i.test(
          path,
        )
      ) {
        return [
          {
            severity: "error",
            span: scriptSpan(entry),
            message: l10n.t(
              "Users can write here, and the script runs as the system: anyone in a session can take over the instance. Move it to a protected folder.",
            ),
            fixes: movedScript(entry, context),
          },
        ];
      }
      const top = /^C:[\\/]([^\\/]+)/i.exec(path)?.[1]?.toLowerCase();
      if (top === undefined || ["windows", "program files", "program files (x86)", "appstream"].includes(top)) {
        return [];
      }
      return [
        {
          span: scriptSpan(entry),
          message: l10n.t(
            "Users may add files to this folder, and the script runs as the system. Move it below C:\\AppStream\\SessionScripts, or restrict the folder when the image is made.",
          ),
          fixes: movedScript(entry, context),
        },
      ];
    });
}

function elasticPath(model: SessionModel, context: SessionContext): SessionFinding[] {
  return context.fleetType !== "ELASTIC"
    ? []
    : model.configured
        .filter((entry) => entry.scriptPath !== "" && !unpackFolder.test(entry.scriptPath) && !interpreterFolder.test(entry.scriptPath))
        .map((entry) => ({
          span: scriptSpan(entry),
          message: l10n.t(
            "On an Elastic fleet the scripts are unpacked to C:\\AppStream\\SessionScripts\\SessionScript: elsewhere the file is not found.",
          ),
          fixes: movedScript(entry, context),
        }));
}

function elasticZip(model: SessionModel, context: SessionContext): SessionFinding[] {
  const entries = context.zipEntries;
  const root = model.document.root;
  return context.fleetType !== "ELASTIC" ||
    entries === undefined ||
    root === undefined ||
    entries.some((name) => name.toLowerCase() === "config.json")
    ? []
    : [
        {
          span: { start: root.start, end: root.start + 1 },
          message: l10n.t("In the zip of an Elastic fleet config.json must stand at the root, without a folder around it."),
        },
      ];
}

/** The script of that name for the other system; it has to be written for it. */
function convertedPath(entry: SessionEntry, system: PathSystem, context: SessionContext): Fix[] {
  const { powerShell, scriptPath, program, argumentText } = entry;
  const stem = baseName(scriptPath === "" ? program : scriptPath).replace(/\.[^.]*$/, "");
  if (stem === "" || entry.filename === undefined) {
    return [];
  }
  const first = powerShell?.rest[0];
  const rest = powerShell === undefined ? argumentText.trim() : first === undefined ? "" : argumentText.slice(first.span.start).trim();
  const path = `${protectedFolder(system, context)}${stem}${system === "linux" ? ".sh" : ".ps1"}`;
  const call = system === "linux" ? { filename: path, arguments: rest } : shellCall(path, rest);
  const edits = setCall(entry, call);
  return [{ title: l10n.t("Run {0} instead, which you write for this system", path), edits, safe: false, preferred: true }];
}

function otherSystem(model: SessionModel, context: SessionContext): SessionFinding[] {
  const withPath = model.configured.flatMap((entry) => {
    const system = pathSystem(entry.program);
    return system === undefined ? [] : [{ entry, system }];
  });
  if (context.os !== undefined) {
    const own = context.os === "LINUX" ? "linux" : "windows";
    return withPath
      .filter(({ system }) => system !== own)
      .map(({ entry }) => ({
        span: (entry.filename ?? entry.node).contentSpan,
        message:
          own === "linux"
            ? l10n.t("A Windows path, but the image is a Linux one: nothing is found there.")
            : l10n.t("A Linux path, but the image is a Windows one: nothing is found there."),
        fixes: convertedPath(entry, own, context),
      }));
  }
  const other = withPath.find(({ system }) => system !== withPath[0]?.system);
  const first = withPath[0];
  return other === undefined || first === undefined
    ? []
    : [
        {
          span: (other.entry.filename ?? other.entry.node).contentSpan,
          message: l10n.t("The file has Windows and Linux paths: an image has only one of the two."),
          related: [{ span: (first.entry.filename ?? first.entry.node).contentSpan, message: l10n.t("Path for the other system") }],
          fixes: convertedPath(other.entry, first.system, context),
        },
      ];
}

function largeFile(model: SessionModel, context: SessionContext): SessionFinding[] {
  return (context.maxSessionsPerInstance ?? 1) <= 1
    ? []
    : model.configured
        .filter((entry) => (context.sizes?.get(baseName(entry.program)) ?? 0) > largestExecutable)
        .map((entry) => ({
          span: (entry.filename ?? entry.node).contentSpan,
          message: l10n.t(
            "The file is larger than 100 MB: the service checks it before every session of a shared instance, which slows the start.",
          ),
        }));
}

/** Where the programs and scripts lie. */
export const sessionPlaceRules: readonly SessionRule[] = [
  { code: "SSC026", severity: "warning", check: missingScript },
  { code: "SSC027", severity: "warning", check: writablePlace },
  { code: "SSC032", severity: "error", check: elasticPath },
  { code: "SSC033", severity: "error", check: elasticZip },
  { code: "SSC034", severity: "error", check: otherSystem },
  { code: "SSC044", severity: "warning", check: largeFile },
];
