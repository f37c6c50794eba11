import { setRaw } from "./fixes";
import * as l10n from "@vscode/l10n";
import type { TextSpan } from "../../text/span";
import { longestWait } from "../script/agentRules";
import { userVariables } from "../script/scriptRule";
import { parseScript } from "../script/scriptText";
import { baseName, pathSystem, type SessionEntry, type SessionModel } from "../sessionModel";
import type { SessionContext, SessionFinding, SessionRule } from "./sessionRule";

const interpreterFolder = /^C:[\\/](?:Windows|Program Files(?: \(x86\))?)[\\/]/i;
const unpackFolder = /^(?:C:[\\/]AppStream[\\/]SessionScripts[\\/]SessionScript[\\/]|\/opt\/appstream\/SessionScripts\/SessionScript\/)/i;
const largestExecutable = 100 * 1000 * 1000;

/** A path of the other system than the image's: SSC034 says so, and the other path rules keep silent. */
export function isMisplaced(path: string, context: SessionContext): boolean {
  const system = pathSystem(path);
  return context.os !== undefined && system !== undefined && (context.os === "LINUX") !== (system === "linux");
}

/** Where the script's path stands. */
function scriptSpan(entry: SessionEntry): TextSpan {
  const file = entry.powerShell?.file;
  if (file !== undefined && entry.arguments?.kind === "string") {
    return entry.arguments.sourceSpan(file.argument.span.start, file.argument.span.end);
  }
  return (entry.filename ?? entry.node).contentSpan;
}

function scriptText(entry: SessionEntry, context: SessionContext): string | undefined {
  return context.files?.get(baseName(entry.scriptPath));
}

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
    }));
}

function writablePlace(model: SessionModel, context: SessionContext): SessionFinding[] {
  return model.configured
    .filter((entry) => entry.context === "system" && !isMisplaced(entry.program, context))
    .flatMap((entry): SessionFinding[] => {
      const path = entry.scriptPath.replace(/^["']/, "");
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
        },
      ];
    });
}

function noLog(model: SessionModel): SessionFinding[] {
  return model.configured.flatMap((entry) => {
    const node = entry.node.member("s3LogEnabled");
    return node?.kind === "boolean" && node.raw === "false"
      ? [
          {
            span: node.span,
            message: l10n.t("Nothing of what the script prints is kept: a failure cannot be explained."),
            fixes: [{ title: l10n.t("Enable the log"), edits: [setRaw(node, "true")], safe: false, preferred: true }],
          },
        ]
      : [];
  });
}

function userVariableInSystemScript(model: SessionModel, context: SessionContext): SessionFinding[] {
  const names = userVariables.join("|");
  const direct = new RegExp(
    `\\$(?:\\{)?env:(?:${names})\\b|%(?:${names})%|Env:[\\\\/]?(?:${names})\\b|GetEnvironmentVariable\\(\\s*["'](?:${names})["']\\s*(?:,\\s*["'\\[][^)]*(?:Process|User)[^)]*)?\\)`,
    "i",
  );
  return model.configured
    .filter((entry) => entry.context === "system")
    .flatMap((entry) => {
      const text = scriptText(entry, context);
      const match =
        text === undefined ? null : direct.exec(entry.scriptPath.toLowerCase().endsWith(".ps1") ? parseScript(text).plain : text);
      return match === null
        ? []
        : [
            {
              span: scriptSpan(entry),
              message: l10n.t(
                "The script reads {0} from its environment, where a system script does not have it. Read it from the user's registry hive.",
                match[0],
              ),
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
        },
      ];
}

function linuxScript(model: SessionModel, context: SessionContext): SessionFinding[] {
  return model.configured
    .filter((entry) => pathSystem(entry.program) === "linux" && context.os !== "WINDOWS")
    .flatMap((entry) => {
      const text = scriptText(entry, context);
      return text === undefined || text.startsWith("#!") || text.startsWith("\u007fELF")
        ? []
        : [{ span: scriptSpan(entry), message: l10n.t("The script has no #! line: Linux does not start it.") }];
    });
}

const machineState =
  /SetEnvironmentVariable\([^)]*["'](?:Machine)["']|SetEnvironmentVariable\([^)]*::Machine|\b(?:Set|New|Remove)-Item(?:Property)?\b[^\n]*HKLM:|\breg(?:\.exe)?\s+(?:add|delete)\s+"?HKLM|\bsetx\b[^\n]*\/m\b|\b(?:Start|Stop|Restart|Set|New)-Service\b|\bnet\s+(?:start|stop)\b|\bsc(?:\.exe)?\s+(?:start|stop|config|create)\b/i;
const protectedWrite = /\b(?:Set-Content|Out-File|Copy-Item|Move-Item|New-Item|Add-Content)\b[^\n]*(?:Program Files|C:\\Windows)/i;

function needsElevation(model: SessionModel, context: SessionContext): SessionFinding[] {
  return model.configured
    .filter((entry) => entry.context === "user")
    .flatMap((entry) => {
      const text = plainScript(entry, context);
      const match = machineState.exec(text) ?? protectedWrite.exec(text);
      return match === null
        ? []
        : [
            {
              span: scriptSpan(entry),
              message: l10n.t(
                "The script changes the machine ({0}), which an ordinary user may not: access denied. Run it as the system.",
                short(match[0]),
              ),
            },
          ];
    });
}

function plainScript(entry: SessionEntry, context: SessionContext): string {
  const text = scriptText(entry, context) ?? "";
  return entry.scriptPath.toLowerCase().endsWith(".ps1") ? parseScript(text).plain : text;
}

function short(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

/** Seconds that the script waits at most; undefined when it is not known. */
function waitOf(entry: SessionEntry, context: SessionContext): number | undefined {
  const text = scriptText(entry, context);
  if (text === undefined) {
    return undefined;
  }
  if (entry.scriptPath.toLowerCase().endsWith(".ps1")) {
    return longestWait(parseScript(text)) ?? Infinity;
  }
  const pauses = [...text.matchAll(/^\s*(?:timeout(?:\.exe)?\s+(?:\/t\s+)?|sleep\s+)(\d+)/gim)];
  return pauses.reduce((sum, match) => sum + Number(match[1]), 0);
}

function longWait(model: SessionModel, context: SessionContext): SessionFinding[] {
  return model.configured.flatMap((entry) => {
    const wait = waitOf(entry, context);
    const limit = entry.event.seconds;
    if (wait === undefined || limit === undefined || limit <= 0 || wait < limit - 5 || wait === 0) {
      return [];
    }
    const node = entry.event.waitingTime?.value;
    const related = node === undefined ? [] : [{ span: node.span, message: l10n.t("Waiting time of this event") }];
    const message = Number.isFinite(wait)
      ? l10n.t(
          "The script's own waits add up to {0} s of {1} s: it is killed half-way. Lower the waits, or raise waitingTime to 60 at most.",
          wait,
          limit,
        )
      : l10n.t("The script can wait without end and is killed after {0} s. Give its waits one deadline.", limit);
    return [{ span: scriptSpan(entry), message, related }];
  });
}

function sessionContext(model: SessionModel, context: SessionContext): SessionFinding[] {
  return model.configured.flatMap((entry) => {
    const inArguments = /%APPSTREAM_SESSION_CONTEXT%|\$env:APPSTREAM_SESSION_CONTEXT|\$\{?APPSTREAM_SESSION_CONTEXT\b/i.exec(
      entry.argumentText,
    );
    if (inArguments !== null && entry.arguments?.kind === "string") {
      return [
        {
          span: entry.arguments.sourceSpan(inArguments.index, inArguments.index + inArguments[0].length),
          message: l10n.t(
            "The session context exists only after the first application started, and it is text that users control: never put it on a command line.",
          ),
        },
      ];
    }
    const read = entry.event.name === "SessionStart" && /APPSTREAM_SESSION_CONTEXT/i.test(plainScript(entry, context));
    return read
      ? [
          {
            span: scriptSpan(entry),
            message: l10n.t(
              "The script reads APPSTREAM_SESSION_CONTEXT, which exists only after the first application started: here it is empty.",
            ),
          },
        ]
      : [];
  });
}

function flushTemplate(model: SessionModel, context: SessionContext): SessionFinding[] {
  const root = model.document.root;
  const configured = model.configured.some((entry) => entry.event.name === "SessionTermination");
  return context.generatedScript !== true || configured || root === undefined
    ? []
    : [
        {
          span: { start: root.start, end: root.start + 1 },
          message: l10n.t("No script runs when the session ends: the last second of events may be lost. A flush template is available."),
        },
      ];
}

function sharedState(model: SessionModel, context: SessionContext): SessionFinding[] {
  return (context.maxSessionsPerInstance ?? 1) <= 1
    ? []
    : model.configured.flatMap((entry) => {
        const match = machineState.exec(plainScript(entry, context));
        return match === null
          ? []
          : [
              {
                span: scriptSpan(entry),
                message: l10n.t(
                  "Several users share an instance, and the script changes the machine for all of them ({0}).",
                  short(match[0]),
                ),
              },
            ];
      });
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

export const sessionFileRules: readonly SessionRule[] = [
  { code: "SSC026", severity: "warning", check: missingScript },
  { code: "SSC027", severity: "warning", check: writablePlace },
  { code: "SSC030", severity: "information", check: noLog },
  { code: "SSC031", severity: "error", check: userVariableInSystemScript },
  { code: "SSC032", severity: "error", check: elasticPath },
  { code: "SSC033", severity: "error", check: elasticZip },
  { code: "SSC034", severity: "error", check: otherSystem },
  { code: "SSC035", severity: "warning", check: linuxScript },
  { code: "SSC036", severity: "warning", check: needsElevation },
  { code: "SSC037", severity: "warning", check: longWait },
  { code: "SSC040", severity: "warning", check: sessionContext },
  { code: "SSC041", severity: "information", off: true, check: flushTemplate },
  { code: "SSC042", severity: "warning", check: sharedState },
  { code: "SSC044", severity: "warning", check: largeFile },
];
