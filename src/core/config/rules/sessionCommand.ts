import { insertMember, setRaw } from "./fixes";
import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { TextSpan } from "../../text/span";
import { powerShellOption, type PowerShellArguments } from "../commandLine";
import type { JsonNode } from "../jsonNode";
import { encodeString } from "../jsonText";
import { baseName, pathSystem, type SessionEntry, type SessionModel } from "../sessionModel";
import { maximumTextLength } from "../sessionSchema";
import { isMisplaced } from "./sessionFiles";
import type { SessionContext, SessionFinding, SessionRule } from "./sessionRule";

const windowsPowerShell = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";

/** Options or quotes stand in `filename`: the path rules would only repeat that. */
function isCommandLine(entry: SessionEntry): boolean {
  return /^\s*"|\.(?:exe|bat)\s+\S/i.test(entry.program);
}

function hasControl(text: string): boolean {
  return [...text].some((char) => char.charCodeAt(0) < 32);
}

/** Entries whose path is meant for Windows, and is one. */
function windowsEntries(model: SessionModel, context: SessionContext): SessionEntry[] {
  return model.configured.filter(
    (entry) =>
      !isCommandLine(entry) &&
      !hasControl(entry.program) &&
      !isMisplaced(entry.program, context) &&
      pathSystem(entry.program) !== "linux" &&
      context.os !== "LINUX",
  );
}

function json(text: string): string {
  return `"${encodeString(text)}"`;
}

/** The span of decoded positions of a string, or of the whole value. */
function part(node: JsonNode | undefined, entry: SessionEntry, span?: TextSpan): TextSpan {
  if (node?.kind !== "string") {
    return (node ?? entry.node).span;
  }
  return span === undefined ? node.contentSpan : node.sourceSpan(span.start, span.end);
}

/** Text inserted into `arguments` at a decoded position. */
function insertArgument(entry: SessionEntry, at: number, text: string): Fix["edits"] {
  const node = entry.arguments;
  if (node?.kind !== "string") {
    return [insertMember(entry.node, "arguments", json(text.trim()))];
  }
  const start = node.sourceOffset(at);
  return [{ span: { start, end: start }, text: encodeString(text) }];
}

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
      const fixes =
        entry.powerShell === undefined || entry.filename === undefined || entry.programName.startsWith("pwsh")
          ? []
          : [
              {
                title: l10n.t("Write the full path"),
                edits: [setRaw(entry.filename, json(windowsPowerShell))],
                safe: true,
                preferred: true,
              },
            ];
      return [{ span, message: l10n.t("A full path is needed: what a relative one refers to is not defined."), fixes }];
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

function textLength(model: SessionModel): SessionFinding[] {
  return model.configured.flatMap((entry) =>
    [
      { node: entry.filename, text: entry.program, name: "filename" },
      { node: entry.arguments, text: entry.argumentText, name: "arguments" },
    ]
      .filter(({ text }) => text.length > maximumTextLength)
      .map(({ node, name, text }) => ({
        span: part(node, entry),
        message: l10n.t("{0} has {1} characters; {2} are allowed. Put the commands into a script.", name, text.length, maximumTextLength),
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

function powerShellEntries(model: SessionModel, withPwsh = true): { entry: SessionEntry; shell: PowerShellArguments }[] {
  return model.configured.flatMap((entry) =>
    entry.powerShell === undefined || isCommandLine(entry) || (!withPwsh && entry.programName.startsWith("pwsh"))
      ? []
      : [{ entry, shell: entry.powerShell }],
  );
}

function has(shell: PowerShellArguments, name: string): boolean {
  return shell.options.some((option) => option.name === name);
}

function executionPolicy(model: SessionModel): SessionFinding[] {
  return powerShellEntries(model, false)
    .filter(({ shell }) => !has(shell, "ExecutionPolicy"))
    .map(({ entry }) => ({
      span: part(entry.arguments, entry),
      message: l10n.t(
        "Without -ExecutionPolicy the policy of the image decides whether the script runs. The default, RemoteSigned, is enough for local scripts.",
      ),
      fixes: [
        {
          title: l10n.t("Add -ExecutionPolicy Bypass"),
          edits: insertArgument(entry, 0, "-ExecutionPolicy Bypass "),
          safe: true,
          preferred: true,
        },
      ],
    }));
}

function quietOptions(model: SessionModel): SessionFinding[] {
  return powerShellEntries(model, false).flatMap(({ entry, shell }) => {
    const missing = ["NoProfile", "NonInteractive"].filter((name) => !has(shell, name)).map((name) => `-${name}`);
    return missing.length === 0
      ? []
      : [
          {
            span: part(entry.arguments, entry),
            message: l10n.t(
              "Without {0} profile code runs before the script, or a prompt can hang until the waiting time ends.",
              missing.join(", "),
            ),
            fixes: [
              {
                title: l10n.t("Add {0}", missing.join(" ")),
                edits: insertArgument(entry, 0, `${missing.join(" ")} `),
                safe: true,
                preferred: true,
              },
            ],
          },
        ];
  });
}

function fileOption(model: SessionModel): SessionFinding[] {
  return powerShellEntries(model).flatMap(({ entry, shell }): SessionFinding[] => {
    if (shell.command !== undefined && /\.ps1\b/i.test(shell.command.text)) {
      const fixes = shell.command.positional
        ? [{ title: l10n.t("Add -File"), edits: insertArgument(entry, shell.command.span.start, "-File "), safe: true, preferred: true }]
        : [];
      return [
        {
          span: part(entry.arguments, entry, shell.command.span),
          message: l10n.t("Without -File the exit code is only 0 or 1, and quotes are read a second time. Give the script by -File, last."),
          fixes,
        },
      ];
    }
    return shell.rest
      .filter((argument) => !argument.quoted && argument.text.length > 2 && powerShellOption(argument.text) !== undefined)
      .slice(0, 1)
      .map((argument) => ({
        span: part(entry.arguments, entry, argument.span),
        message: l10n.t("{0} stands after the script's path: PowerShell gives it to the script. Put it before -File.", argument.text),
        fixes: movedBeforeFile(entry, shell, argument.span),
      }));
  });
}

function movedBeforeFile(entry: SessionEntry, shell: PowerShellArguments, span: TextSpan): Fix[] {
  const option = powerShellOption(entry.argumentText.slice(span.start, span.end));
  const value = option?.takesValue === true ? shell.rest.find((argument) => argument.span.start >= span.end) : undefined;
  const end = value?.span.end ?? span.end;
  const moved = entry.argumentText.slice(span.start, end);
  const rest = `${entry.argumentText.slice(0, span.start).trimEnd()}${entry.argumentText.slice(end)}`;
  return entry.arguments === undefined
    ? []
    : [
        {
          title: l10n.t("Put it before -File"),
          edits: [setRaw(entry.arguments, json(`${moved} ${rest}`))],
          safe: false,
          preferred: true,
        },
      ];
}

/** The -File path with everything up to its extension, when blanks split it. */
function splitPath(entry: SessionEntry, shell: PowerShellArguments): TextSpan | undefined {
  const file = shell.file;
  if (file === undefined || file.argument.quoted || /\.ps1$/i.test(file.path) || file.path.startsWith("'")) {
    return undefined;
  }
  const last = shell.rest.find((argument) => /\.ps1$/i.test(argument.text));
  const between = last === undefined ? "" : entry.argumentText.slice(file.argument.span.end, last.span.start);
  return last === undefined || /\s[-/]\w/.test(between) ? undefined : { start: file.argument.span.start, end: last.span.end };
}

function unquotedPath(model: SessionModel): SessionFinding[] {
  return powerShellEntries(model).flatMap(({ entry, shell }) => {
    const span = splitPath(entry, shell);
    return span === undefined
      ? []
      : [
          {
            span: part(entry.arguments, entry, span),
            message: l10n.t("The path has blanks and no double quotes: PowerShell takes only the part before the first blank."),
            fixes: [quoting(entry, span, entry.argumentText.slice(span.start, span.end))],
          },
        ];
  });
}

function quoting(entry: SessionEntry, span: TextSpan, path: string): Fix {
  const edit =
    entry.arguments === undefined ? [] : [{ span: entry.arguments.sourceSpan(span.start, span.end), text: `\\"${encodeString(path)}\\"` }];
  return { title: l10n.t("Put the path into double quotes"), edits: edit, safe: true, preferred: true };
}

function singleQuotedPath(model: SessionModel): SessionFinding[] {
  return powerShellEntries(model).flatMap(({ entry, shell }) => {
    const file = shell.file;
    if (file === undefined || !/^['\u2018\u2019]/.test(file.path)) {
      return [];
    }
    const close = /['\u2018\u2019](?=\s|$)/.exec(entry.argumentText.slice(file.argument.span.start + 1));
    const end = close === null ? file.argument.span.end : file.argument.span.start + 1 + close.index + 1;
    const span = { start: file.argument.span.start, end };
    const path = entry.argumentText.slice(span.start, span.end).replace(/^['\u2018\u2019]|['\u2018\u2019]$/g, "");
    return [
      {
        span: part(entry.arguments, entry, span),
        message: l10n.t("On a Windows command line a single quote is part of the path: the file is not found. Use escaped double quotes."),
        fixes: [quoting(entry, span, path)],
      },
    ];
  });
}

function pwsh(model: SessionModel): SessionFinding[] {
  return powerShellEntries(model)
    .filter(({ entry }) => entry.programName.startsWith("pwsh"))
    .map(({ entry }) => ({
      span: part(entry.filename, entry),
      message: l10n.t("PowerShell 7 is not part of the base images. Use powershell.exe, or make sure that the image installs it."),
      fixes:
        entry.filename === undefined
          ? []
          : [
              {
                title: l10n.t("Use Windows PowerShell"),
                edits: [setRaw(entry.filename, json(windowsPowerShell))],
                safe: false,
                preferred: true,
              },
            ],
    }));
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
        },
      ];
    }
    const secret = /\b[\w-]*(?:password|passwd|pwd|token|secret|apikey|api-key)\s*[=:]\s*(?![%$])[^\s"']{2,}/i.exec(entry.argumentText);
    return secret === null
      ? []
      : [
          {
            span: part(entry.arguments, entry, { start: secret.index, end: secret.index + secret[0].length }),
            message: l10n.t(
              "This looks like a secret: it is baked into the image, shared with it, and visible on the command line. Use the machine role of the fleet.",
            ),
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
  { code: "SSC021", severity: "information", check: executionPolicy },
  { code: "SSC022", severity: "information", check: quietOptions },
  { code: "SSC023", severity: "warning", check: fileOption },
  { code: "SSC024", severity: "warning", check: unquotedPath },
  { code: "SSC025", severity: "warning", check: pwsh },
  { code: "SSC038", severity: "warning", check: guiProgram },
  { code: "SSC039", severity: "warning", check: secrets },
  { code: "SSC045", severity: "error", check: singleQuotedPath },
];
