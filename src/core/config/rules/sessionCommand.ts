import { insertMember, setRaw } from "./fixes";
import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import { baseName, pathSystem, type SessionEntry, type SessionModel } from "../sessionModel";
import { maximumTextLength, windowsPowerShell } from "../sessionSchema";
import { protectedFolder } from "./sessionImage";
import { contextFix, isCommandLine, json, part, preferred, windowsEntries, withoutArgument } from "./sessionParts";
import type { SessionContext, SessionFinding, SessionRule } from "./sessionRule";
import { scriptFix } from "./sessionWrapper";

function extension(model: SessionModel, context: SessionContext): SessionFinding[] {
  return windowsEntries(model, context).flatMap((entry) => {
    const name = baseName(entry.program);
    const suffix = /\.[^.]*$/.exec(name.trim())?.[0].toLowerCase() ?? "";
    if (suffix === ".exe" || suffix === ".bat" || /%[^%]+%$/.test(entry.program)) {
      return [];
    }
    return [
      {
        span: part(entry.filename, entry),
        message: l10n.t("Only .exe and .bat can be run here. Name the interpreter, and give it the script in arguments."),
        fixes: wrapped(entry, suffix),
      },
    ];
  });
}

function wrapped(entry: SessionEntry, suffix: string): Fix[] {
  const calls: Readonly<Record<string, readonly [string, string]>> = {
    ".ps1": [windowsPowerShell, `-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "${entry.program}"`],
    ".cmd": ["C:\\Windows\\System32\\cmd.exe", `/d /c "${entry.program}"`],
    ".vbs": ["C:\\Windows\\System32\\cscript.exe", `//B //Nologo "${entry.program}"`],
    ".js": ["C:\\Windows\\System32\\cscript.exe", `//B //Nologo "${entry.program}"`],
  };
  const call = calls[suffix];
  if (call === undefined || entry.filename === undefined) {
    return [];
  }
  const text = `${call[1]}${entry.argumentText.trim() === "" ? "" : ` ${entry.argumentText.trim()}`}`;
  const argumentEdit =
    entry.arguments === undefined ? insertMember(entry.node, "arguments", json(text)) : setRaw(entry.arguments, json(text));
  return [
    {
      title: l10n.t("Run it by its interpreter"),
      edits: [setRaw(entry.filename, json(call[0])), argumentEdit],
      safe: false,
      preferred: true,
    },
  ];
}

function fullPath(model: SessionModel, context: SessionContext): SessionFinding[] {
  const linux = model.configured.filter(
    (entry) => context.os === "LINUX" && pathSystem(entry.program) === undefined && !isCommandLine(entry),
  );
  return [...windowsEntries(model, context), ...linux].flatMap((entry): SessionFinding[] => {
    const span = part(entry.filename, entry);
    const path = entry.program.trim();
    if (/^%[^%]+%/.test(path) || /^[^%]*%[^%\s]+%/.test(path)) {
      return [
        {
          severity: "warning",
          span,
          message: l10n.t("Whether variables in this path are resolved is not documented. Write the full path."),
          fixes: knownFolder(entry, path),
        },
      ];
    }
    if (/^(?:\\\\|\/\/)/.test(path)) {
      return [
        {
          severity: "warning",
          span,
          message: l10n.t(
            "Whether the script may reach a network path is not documented, and LocalSystem has no right to most. Use a path on C:.",
          ),
        },
      ];
    }
    const drive = /^([A-Za-z]):[\\/]/.exec(path)?.[1];
    if (drive === undefined) {
      const message = l10n.t("A full path is needed: what a relative one refers to is not defined.");
      return [{ span, message, fixes: absolute(entry, path, context) }];
    }
    return drive.toUpperCase() === "C"
      ? []
      : [
          {
            severity: "warning",
            span,
            message: l10n.t("Only drive C: is sure to be there: drives that users map do not exist for LocalSystem."),
          },
        ];
  });
}

const folders: Readonly<Record<string, string>> = {
  windir: "C:\\Windows",
  systemroot: "C:\\Windows",
  systemdrive: "C:",
  programfiles: "C:\\Program Files",
  "programfiles(x86)": "C:\\Program Files (x86)",
  programdata: "C:\\ProgramData",
};

/** The folder that a variable names on every image. */
function knownFolder({ filename }: SessionEntry, path: string): Fix[] {
  const full = path.replace(/%([^%]+)%/g, (whole, name: string) => folders[name.toLowerCase()] ?? whole);
  return filename === undefined || full.includes("%")
    ? []
    : preferred(l10n.t("Write the full path"), [setRaw(filename, json(full))], false);
}

/** Windows PowerShell lies where it always does; everything else is taken from the folder of the session scripts. */
function absolute(entry: SessionEntry, path: string, context: SessionContext): Fix[] {
  const { filename, powerShell, programName } = entry;
  if (filename === undefined || programName.startsWith("pwsh")) {
    return [];
  }
  const system = context.os === "LINUX" ? "linux" : "windows";
  const full = powerShell === undefined ? protectedFolder(system, context) + baseName(path) : windowsPowerShell;
  return preferred(l10n.t("Write the full path"), [setRaw(filename, json(full))], powerShell !== undefined);
}

function textLength(model: SessionModel, context: SessionContext): SessionFinding[] {
  return model.configured.flatMap((entry) =>
    [
      { node: entry.filename, text: entry.program, name: "filename" },
      { node: entry.arguments, text: entry.argumentText, name: "arguments" },
    ]
      .filter(({ text }) => text.length > maximumTextLength)
      .map(({ node, name, text }) => ({
        span: part(node, entry),
        message: l10n.t("{0} has {1} characters; {2} are allowed. Put the commands into a script.", name, text.length, maximumTextLength),
        fixes: scriptFix(entry, model, context),
      })),
  );
}

function lostArguments(model: SessionModel): SessionFinding[] {
  return model.entries
    .filter(
      (entry) =>
        !entry.configured && entry.argumentText.trim() !== "" && (entry.filename === undefined || entry.filename.kind === "string"),
    )
    .map((entry) => ({
      span: part(entry.arguments, entry),
      message: l10n.t("Nothing runs: there are arguments, but filename is empty."),
      fixes:
        entry.arguments === undefined
          ? []
          : [{ title: l10n.t("Clear the arguments"), edits: [setRaw(entry.arguments, '""')], safe: false }],
    }));
}

function commandInFilename(model: SessionModel): SessionFinding[] {
  return model.configured.filter(isCommandLine).map((entry) => {
    const match = /^\s*"([^"]*)"?\s*(.*)$|^(.*?\.(?:exe|bat))\s+(.*)$/is.exec(entry.program);
    const path = (match?.[1] ?? match?.[3] ?? entry.program).trim();
    const options = (match?.[2] ?? match?.[4] ?? "").trim();
    const edits = entry.filename === undefined ? [] : [setRaw(entry.filename, json(path))];
    const text = [options, entry.argumentText.trim()].filter((one) => one !== "").join(" ");
    const moved =
      options === ""
        ? []
        : [entry.arguments === undefined ? insertMember(entry.node, "arguments", json(text)) : setRaw(entry.arguments, json(text))];
    return {
      span: part(entry.filename, entry),
      message: l10n.t("Quotes and options would be taken as part of the path. filename holds the path alone."),
      fixes: [
        {
          title: options === "" ? l10n.t("Remove the quotes") : l10n.t("Move the options to arguments"),
          edits: [...edits, ...moved],
          safe: true,
          preferred: true,
        },
      ],
    };
  });
}

const guiPrograms = new Set(
  "notepad.exe explorer.exe mshta.exe iexplore.exe firefox.exe chrome.exe msedge.exe calc.exe mspaint.exe wordpad.exe winword.exe excel.exe".split(
    " ",
  ),
);

function guiProgram(model: SessionModel, context: SessionContext): SessionFinding[] {
  return model.configured
    .filter((entry) => entry.context === "system")
    .flatMap((entry) => {
      if (guiPrograms.has(entry.programName)) {
        return [
          {
            span: part(entry.filename, entry),
            message: l10n.t(
              "In the system context nobody sees this program's window: it hangs until the waiting time ends. Run it as the user.",
            ),
            fixes: contextFix(entry, "user"),
          },
        ];
      }
      const text = context.files?.get(baseName(entry.scriptPath));
      const asks = /MessageBox|\bRead-Host\b|\[System\.Windows\.Forms|^\s*pause\b/im.exec(text ?? "");
      return asks === null
        ? []
        : [
            {
              span: part(entry.filename, entry),
              message: l10n.t(
                "The script asks the user ({0}), but in the system context nobody can answer: it hangs until the waiting time ends.",
                asks[0].trim(),
              ),
              fixes: contextFix(entry, "user"),
            },
          ];
    });
}

function secrets(model: SessionModel): SessionFinding[] {
  return model.configured.flatMap((entry): SessionFinding[] => {
    const keyId = /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/.exec(entry.argumentText);
    if (keyId !== null) {
      return [
        {
          severity: "error",
          span: part(entry.arguments, entry, { start: keyId.index, end: keyId.index + keyId[0].length }),
          message: l10n.t("An access key id: it is baked into the image and shared with it. Use the machine role of the fleet."),
          fixes: withoutArgument(entry, keyId.index),
        },
      ];
    }
    const secret =
      /\b[\w-]*(?:password|passwd|pwd|token|secret|apikey|api-key)(?:\s*[=:]\s*|(?<=(?:^|\s)[-/][\w-]+)\s+)(?![-/%$])[^\s"']{2,}/i.exec(
        entry.argumentText,
      );
    return secret === null
      ? []
      : [
          {
            span: part(entry.arguments, entry, { start: secret.index, end: secret.index + secret[0].length }),
            message: l10n.t(
              "This looks like a secret: it is baked into the image, shared with it, and visible on the command line. Use the machine role of the fleet.",
            ),
            fixes: withoutArgument(entry, secret.index),
          },
        ];
  });
}

export const sessionCommandRules: readonly SessionRule[] = [
  { code: "SSC016", severity: "error", check: extension },
  { code: "SSC017", severity: "error", check: fullPath },
  { code: "SSC018", severity: "error", check: textLength },
  { code: "SSC019", severity: "warning", check: lostArguments },
  { code: "SSC020", severity: "warning", check: commandInFilename },
  { code: "SSC038", severity: "warning", check: guiProgram },
  { code: "SSC039", severity: "warning", check: secrets },
];
