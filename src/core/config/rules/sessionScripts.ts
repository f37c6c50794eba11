import * as l10n from "@vscode/l10n";
import { longestWait } from "../script/agentRules";
import { userVariables } from "../script/scriptRule";
import { parseScript } from "../script/scriptText";
import { baseName, pathSystem, type SessionEntry, type SessionModel } from "../sessionModel";
import { maximumWaitingTime } from "../sessionSchema";
import { setRaw } from "./fixes";
import { contextFix, preferred, scriptSpan, scriptText, withoutArgument } from "./sessionParts";
import type { SessionContext, SessionFinding, SessionRule } from "./sessionRule";
import { flushFix, interpreterFix, userHiveFix } from "./sessionScriptFixes";

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
              fixes: userHiveFix(entry, scriptText(entry, context) ?? ""),
            },
          ];
    });
}

function linuxScript(model: SessionModel, context: SessionContext): SessionFinding[] {
  return model.configured
    .filter((entry) => pathSystem(entry.program) === "linux" && context.os !== "WINDOWS")
    .flatMap((entry): SessionFinding[] => {
      const text = scriptText(entry, context);
      const name = baseName(entry.scriptPath);
      if (text !== undefined && !text.startsWith("#!") && !text.startsWith("\u007fELF")) {
        const message = l10n.t("The script has no #! line: Linux does not start it.");
        return [{ span: scriptSpan(entry), message, fixes: interpreterFix(entry) }];
      }
      const message = l10n.t(
        "{0} may not be executed, so that Linux does not start it: run chmod +x {0}, here or when the image is made.",
        name,
      );
      return context.executable?.get(name) === false ? [{ span: scriptSpan(entry), message }] : [];
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
              fixes: contextFix(entry, "system"),
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
    const fixes =
      node !== undefined && wait < maximumWaitingTime - 5 ? preferred(l10n.t("Write {0}", "60"), [setRaw(node, "60")], false) : [];
    return [{ span: scriptSpan(entry), message, related, fixes }];
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
          fixes: withoutArgument(entry, inArguments.index),
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
          fixes: flushFix(model, root, context),
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

/** What the scripts do, as far as their text shows it. */
export const sessionScriptRules: readonly SessionRule[] = [
  { code: "SSC031", severity: "error", check: userVariableInSystemScript },
  { code: "SSC035", severity: "warning", check: linuxScript },
  { code: "SSC036", severity: "warning", check: needsElevation },
  { code: "SSC037", severity: "warning", check: longWait },
  { code: "SSC040", severity: "warning", check: sessionContext },
  { code: "SSC041", severity: "information", off: true, check: flushTemplate },
  { code: "SSC042", severity: "warning", check: sharedState },
];
