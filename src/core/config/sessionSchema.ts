import * as l10n from "@vscode/l10n";

/** What config.json of the AppStream session scripts may hold, as data: completion, hover and the structural rules read it. */

export type SessionValue = "object" | "array" | "string" | "integer" | "boolean";

export interface SessionKey {
  readonly name: string;
  /** The spelling of the parameter table; the published skeleton has the other one. Both are right. */
  readonly pascal: string;
  readonly value: SessionValue;
  readonly required: boolean;
  readonly default?: string;
  readonly values?: readonly string[];
  readonly help: () => string;
  /** JSON text with `${n:…}` tab stops that completion inserts. */
  readonly snippet: string;
}

export const windowsPowerShell = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";

export type SessionLevel = "root" | "event" | "entry";

const entry =
  '{\n\t"context": "${1|system,user|}",\n\t"filename": "${2:C:\\\\\\\\Windows\\\\\\\\System32\\\\\\\\WindowsPowerShell\\\\\\\\v1.0\\\\\\\\powershell.exe}",\n\t"arguments": "${3}",\n\t"s3LogEnabled": true\n}';

function eventKey(name: string, help: () => string): SessionKey {
  return {
    name,
    pascal: name,
    value: "object",
    required: false,
    help,
    snippet: `{\n\t"executables": [\n\t\t${entry.replaceAll("\n", "\n\t\t")}\n\t],\n\t"waitingTime": \${4:30}\n}`,
  };
}

export const sessionKeys: Readonly<Record<SessionLevel, readonly SessionKey[]>> = {
  root: [
    eventKey("SessionStart", () =>
      l10n.t("Scripts that run after the logon and before the chosen application starts. The user waits for them, 60 seconds at most."),
    ),
    eventKey("SessionTermination", () => l10n.t("Scripts that run when the session has ended, before the user is logged off.")),
  ],
  event: [
    {
      name: "executables",
      pascal: "Executables",
      value: "array",
      required: true,
      help: () => l10n.t("What to run: at most one entry for each context. A second script for a context must be called by the first one."),
      snippet: `[\n\t${entry.replaceAll("\n", "\n\t")}\n]`,
    },
    {
      name: "waitingTime",
      pascal: "WaitingTime",
      value: "integer",
      required: false,
      help: () =>
        l10n.t(
          "Seconds that the scripts of this event may take, at most 60. What still runs then is stopped; start longer work as a process of its own.",
        ),
      snippet: "${1:30}",
    },
  ],
  entry: [
    {
      name: "context",
      pascal: "Context",
      value: "string",
      required: true,
      values: ["system", "user"],
      help: () =>
        l10n.t(
          "Who runs the script: `user` is the streaming user, `system` is LocalSystem (root on Linux). A system script does not have the user's AppStream variables in its environment.",
        ),
      snippet: '"${1|system,user|}"',
    },
    {
      name: "filename",
      pascal: "Filename",
      value: "string",
      required: false,
      help: () =>
        l10n.t(
          "Full path of what to run, at most 1000 characters: `.exe` or `.bat` on Windows. Scripts of other kinds are given to their interpreter by `arguments`. Empty: nothing runs for this context.",
        ),
      snippet: '"${1}"',
    },
    {
      name: "arguments",
      pascal: "Arguments",
      value: "string",
      required: false,
      default: '""',
      help: () => l10n.t("Arguments of the program, at most 1000 characters. A path with blanks stands in escaped double quotes."),
      snippet: '"${1}"',
    },
    {
      name: "s3LogEnabled",
      pascal: "S3LogEnabled",
      value: "boolean",
      required: false,
      default: "true",
      help: () => l10n.t("Whether what the script prints is stored in the account's AppStream log bucket."),
      snippet: "${1|true,false|}",
    },
  ],
};

export const maximumWaitingTime = 60;
export const maximumTextLength = 1000;

export function findSessionKey(level: SessionLevel, name: string): SessionKey | undefined {
  const lower = name.toLowerCase();
  return sessionKeys[level].find((key) => key.name.toLowerCase() === lower);
}
