import * as l10n from "@vscode/l10n";
import type { Fix } from "../../text/problem";
import type { TextSpan } from "../../text/span";
import { powerShellOption, singleQuotedSpan, splitArguments, splitPathSpan, type PowerShellArguments } from "../commandLine";
import { encodeString } from "../jsonText";
import type { SessionEntry, SessionModel } from "../sessionModel";
import { windowsPowerShell } from "../sessionSchema";
import { fix, setRaw } from "./fixes";
import { insertArgument, isCommandLine, json, part } from "./sessionParts";
import type { SessionFinding, SessionRule } from "./sessionRule";

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

/** What is no text is reported as such, and says nothing of options. */
function hasReadableArguments({ arguments: node }: SessionEntry): boolean {
  return node === undefined || node.kind === "string";
}

function executionPolicy(model: SessionModel): SessionFinding[] {
  return powerShellEntries(model, false)
    .filter(({ entry, shell }) => hasReadableArguments(entry) && !has(shell, "ExecutionPolicy"))
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
    const missing = hasReadableArguments(entry)
      ? ["NoProfile", "NonInteractive"].filter((name) => !has(shell, name)).map((name) => `-${name}`)
      : [];
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
        : commandAsFile(entry, shell);
      return [
        {
          span: part(entry.arguments, entry, shell.command.span),
          message: l10n.t("Without -File the exit code is only 0 or 1, and quotes are read a second time. Give the script by -File, last."),
          fixes,
        },
      ];
    }
    const last = splitArguments(entry.argumentText).at(-1);
    if (shell.file === undefined && last !== undefined && !last.quoted && powerShellOption(last.text)?.name === "File") {
      const message = l10n.t("No script stands behind {0}: PowerShell ends with an error, and nothing runs.", last.text);
      return [{ span: part(entry.arguments, entry, last.span), message }];
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

/** The script by -File, where the command does nothing but call it. */
function commandAsFile(entry: SessionEntry, shell: PowerShellArguments): Fix[] {
  const { command } = shell;
  const call = /^["']?\s*[&.]?\s*(?:\\?["']+)?([^"']*?\.ps1)(?:\\?["']+)?(?:\s+([^"';|&]*?))?\s*["']?$/i.exec(command?.text.trim() ?? "");
  const path = call?.[1]?.trim() ?? "";
  const option = splitArguments(entry.argumentText).findLast(({ span }) => span.end <= (command?.span.start ?? 0));
  if (entry.arguments === undefined || option === undefined || path === "" || /[;|&]/.test(path)) {
    return [];
  }
  const before = entry.argumentText.slice(0, option.span.start);
  const text = `${before}-File "${path}" ${call?.[2] ?? ""}`.trim();
  return [{ title: l10n.t("Give the script by -File"), edits: [setRaw(entry.arguments, json(text))], safe: false, preferred: true }];
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

function unquotedPath(model: SessionModel): SessionFinding[] {
  return powerShellEntries(model).flatMap(({ entry, shell }) => {
    const span = splitPathSpan(entry.argumentText, shell);
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
    const span = singleQuotedSpan(entry.argumentText, shell);
    if (span === undefined) {
      return [];
    }
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
          : [fix(l10n.t("Use Windows PowerShell"), [setRaw(entry.filename, json(windowsPowerShell))], { preferred: true })],
    }));
}

/** How PowerShell is started. */
export const sessionPowerShellRules: readonly SessionRule[] = [
  { code: "SSC021", severity: "information", check: executionPolicy },
  { code: "SSC022", severity: "information", check: quietOptions },
  { code: "SSC023", severity: "warning", check: fileOption },
  { code: "SSC024", severity: "warning", check: unquotedPath },
  { code: "SSC025", severity: "warning", check: pwsh },
  { code: "SSC045", severity: "error", check: singleQuotedPath },
];
