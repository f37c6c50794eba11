import * as l10n from "@vscode/l10n";
import { codeOf, factsOf, plainOf } from "./scriptFacts";
import type { ScriptContext, ScriptFinding, ScriptRule } from "./scriptRule";
import { blocks, inside, spanOf, statementAt, type Script } from "./scriptText";
import { sleeps } from "./waitingRules";

function killedAgent(script: Script): ScriptFinding[] {
  return factsOf(script)
    .stops.filter((span) => /taskkill[^\n]*\/f\b|Stop-Process|\.Kill\(/i.test(plainOf(script, span)))
    .map((span) => ({
      span,
      message: l10n.t(
        "Killing the agent loses what it holds in memory, and Windows records a crash. It reloads its configuration by itself: do not stop it.",
      ),
    }));
}

function restartRace(script: Script): ScriptFinding[] {
  const { stops, starts } = factsOf(script);
  const kill = stops.find((span) => /taskkill|Stop-Process|\.Kill\(/i.test(plainOf(script, span)));
  const start = starts.find((span) => kill !== undefined && span.start > kill.end);
  if (
    kill === undefined ||
    start === undefined ||
    /WaitForStatus|WaitForExit|Wait-Process|Start-Sleep/i.test(script.code.slice(kill.end, start.start))
  ) {
    return [];
  }
  return [
    {
      span: start,
      message: l10n.t(
        "Right after the kill the service can still count as running: this start then does nothing, and the agent is away until Windows restarts it after 20 seconds.",
      ),
      related: [{ span: kill, message: l10n.t("Killed here") }],
    },
  ];
}

function severalProcesses(script: Script): ScriptFinding[] {
  return [...script.code.matchAll(/\btaskkill(?:\.exe)?\b[^\n]*?\/pid\s+(\$\w+\.Id)\b/gi)].map((match) => {
    const start = match.index + match[0].length - (match[1] ?? "").length;
    return {
      span: { start, end: start + (match[1] ?? "").length },
      message: l10n.t("With more than one process this becomes several arguments, and taskkill refuses them."),
    };
  });
}

function unboundedStart(script: Script): ScriptFinding[] {
  return factsOf(script)
    .starts.filter((span) => /Start-Service|Restart-Service/i.test(plainOf(script, span)))
    .map((span) => ({
      span,
      message: l10n.t(
        "Start-Service has no time limit and its result is not checked: it can block until the waiting time ends. Use the service's Start() and WaitForStatus with a time span.",
      ),
    }));
}

function needlessRestart(script: Script): ScriptFinding[] {
  return factsOf(script)
    .stops.slice(0, 1)
    .map((span) => ({
      span,
      message: l10n.t("The agent watches its configuration and reloads it: the restart only takes 5 to 20 seconds."),
    }));
}

function sharedAgent(script: Script, context: ScriptContext): ScriptFinding[] {
  const { stops, placeholder } = factsOf(script);
  const span = stops[0] ?? placeholder?.statement;
  return (context.maxSessionsPerInstance ?? 1) > 1 && span !== undefined
    ? [
        {
          span,
          message: l10n.t(
            "Several users share this agent: it is stopped for all of them, and everybody's events carry the values of the first session.",
          ),
        },
      ]
    : [];
}

function disclosedValues(script: Script, context: ScriptContext): ScriptFinding[] {
  const write = factsOf(script).writes[0];
  return (context.maxSessionsPerInstance ?? 1) > 1 && write !== undefined && !/icacls|Set-Acl/i.test(script.code)
    ? [{ span: write.span, message: l10n.t("User name and session id end up in a file that the other users of the instance can read.") }]
    : [];
}

/** Seconds that the script waits at most; undefined for a loop without an end. */
export function longestWait(script: Script): number | undefined {
  const facts = factsOf(script);
  let seconds = 0;
  for (const one of sleeps(script)) {
    const loop = facts.loops.find((block) => inside(block.span, one.span.start));
    const passes = loop === undefined ? 1 : passesOf(script, loop.span);
    if (passes === undefined) {
      return undefined;
    }
    seconds += one.seconds * passes;
  }
  return seconds;
}

/** 0 for loops that end by the clock; undefined without a visible end. */
function passesOf(script: Script, loop: { start: number; end: number }): number | undefined {
  const code = codeOf(script, loop);
  if (/deadline|Stopwatch|\.Elapsed|Get-Date|UtcNow|::Now|TickCount/i.test(code)) {
    return 0;
  }
  const limits = [...code.matchAll(/\$(\w+)\s+-(?:eq|ge|gt|lt|le)\s+(\d+)/gi)].filter((match) =>
    new RegExp(`\\$${match[1] ?? ""}\\s*(?:\\+\\+|\\+=)|\\+\\+\\s*\\$${match[1] ?? ""}`, "i").test(code),
  );
  const limit = limits.map((match) => Number(match[2])).sort((a, b) => a - b)[0];
  return limit ?? (/^foreach/i.test(code) ? 1 : undefined);
}

function waitsForEver(script: Script): boolean {
  const { waitLoop } = factsOf(script);
  return waitLoop !== undefined && /^(?:while|do)/i.test(codeOf(script, waitLoop.span)) && passesOf(script, waitLoop.span) === undefined;
}

function overBudget(script: Script, context: ScriptContext): ScriptFinding[] {
  const limit = context.waitingTime ?? 60;
  const wait = longestWait(script);
  const { waitLoop } = factsOf(script);
  const endless = wait === undefined || waitsForEver(script);
  if (!endless && wait < limit - 5) {
    return [];
  }
  const span =
    waitLoop === undefined
      ? (sleeps(script)[0]?.span ?? { start: 0, end: 0 })
      : { start: waitLoop.span.start, end: waitLoop.condition?.end ?? waitLoop.span.end };
  return [
    {
      span,
      message: endless
        ? l10n.t(
            "In the worst case the script waits without end and is killed at the end of the waiting time ({0} s at most): the placeholder stays, and every event of the session is dropped.",
            limit,
          )
        : l10n.t(
            "The pauses add up to {0} s of {1} s: the script can be killed half-way. Give all waits one deadline, five seconds below the waiting time.",
            wait,
            limit,
          ),
    },
  ];
}

function silentFailures(script: Script): ScriptFinding[] {
  const missing = [
    ...(factsOf(script).stopsOnErrors ? [] : ["$ErrorActionPreference = 'Stop'"]),
    ...(/Set-StrictMode/i.test(script.code) ? [] : ["Set-StrictMode -Version Latest"]),
    ...(/(?<![\w$-])exit\b/i.test(script.code) ? [] : ["exit 0"]),
  ];
  const first = /\S[^\n\r]*/.exec(script.code);
  if (missing.length === 0 || first === null || missing.length === 1) {
    return [];
  }
  const start = first.index;
  const inserted = missing.filter((line) => !line.startsWith("exit"));
  const afterParam = /^\s*(?:\[CmdletBinding[^\]]*\]\s*)?param\b/i.test(script.code.slice(start));
  const fixes =
    inserted.length === 0 || afterParam
      ? []
      : [
          {
            title: l10n.t("Stop at errors and use strict mode"),
            edits: [{ span: { start, end: start }, text: `${inserted.join("\n")}\n` }],
            safe: false,
            preferred: true,
          },
        ];
  return [
    {
      span: { start, end: start + first[0].trimEnd().length },
      message: l10n.t(
        "Failures look like success: PowerShell returns 0 after any number of errors that do not end it. Missing: {0}",
        missing.join(", "),
      ),
      fixes,
    },
  ];
}

/** Variables that hold the configuration or the user's values. */
function privateVariables(script: Script): Set<string> {
  const names = new Set<string>();
  for (const one of factsOf(script).assignments) {
    const source = /Get-Content|ReadAllText|\.AppStream_|AppStream_\w+\)|GetValue\(\s*["']AppStream_/i.test(one.value);
    const derived = [...one.value.matchAll(/\$\(?\$?(\w+)/g)].some((match) => names.has((match[1] ?? "").toLowerCase()));
    const harmless = /\.(?:Length|Count)\b|ComputeHash|Get-FileHash|ConvertFrom-Json/i.test(one.value);
    if ((source || derived) && !harmless) {
      names.add(one.name.toLowerCase());
    }
  }
  return names;
}

function loggedValues(script: Script): ScriptFinding[] {
  const names = privateVariables(script);
  const found: ScriptFinding[] = [];
  for (const match of script.code.matchAll(/\b(?:Write-(?:Log|Host|Output|Verbose|Information)|echo)\b/gi)) {
    const statement = statementAt(script.code, match.index);
    const text = plainOf(script, statement);
    const logged = [...text.matchAll(/\$\(?\$?(\w+)(?!\w|\s*\)?\.(?:Length|Count))/g)].find((one) =>
      names.has((one[1] ?? "").toLowerCase()),
    );
    if (logged !== undefined) {
      const start = statement.start + logged.index;
      found.push({
        span: { start, end: start + logged[0].length },
        message: l10n.t("The log in S3 gets personal data, and secrets that the configuration may hold. Log names and lengths only."),
      });
    }
  }
  return found;
}

function uncheckedInstall(script: Script): ScriptFinding[] {
  if (/Test-Path|\[(?:System\.)?IO\.File\]::Exists|Get-Service/i.test(script.code)) {
    return [];
  }
  const path = script.strings.find((string) => /^[A-Z]:\\Program Files\\Amazon\\AWSKinesisTap\\/i.test(plainOf(script, string.content)));
  return path === undefined
    ? []
    : [
        {
          span: path.content,
          message: l10n.t(
            "Nothing checks that the agent is installed here: without it the error is hard to understand. Test the path first.",
          ),
        },
      ];
}

function uncheckedEnd(script: Script): ScriptFinding[] {
  const { starts } = factsOf(script);
  const last = starts.at(-1);
  return last === undefined || /Get-Service|WaitForStatus|\.Status\b/i.test(script.code.slice(last.end))
    ? []
    : [{ span: last, message: l10n.t("Nothing checks that the agent is running at the end.") }];
}

function plainLog(script: Script): ScriptFinding[] {
  return blocks(script, "function\\s+[\\w-]+").flatMap((block) => {
    const match = /\bWrite-Host\b/i.exec(codeOf(script, block.body));
    if (match === null || !/Log/i.test(script.code.slice(block.span.start, block.body.start))) {
      return [];
    }
    const span = spanOf({ index: block.body.start + match.index, 0: match[0] });
    return [
      {
        span,
        message: l10n.t(
          "Host output has no levels and no session to tell the runs apart: such a log is hard to read in S3. Print lines with Write-Output.",
        ),
        fixes: [{ title: l10n.t("Use Write-Output"), edits: [{ span, text: "Write-Output" }], safe: false, preferred: true }],
      },
    ];
  });
}

export const agentRules: readonly ScriptRule[] = [
  { code: "SCR26", severity: "warning", check: killedAgent },
  { code: "SCR27", severity: "information", check: restartRace },
  { code: "SCR28", severity: "information", check: severalProcesses },
  { code: "SCR29", severity: "warning", check: unboundedStart },
  { code: "SCR30", severity: "information", check: needlessRestart },
  { code: "SCR31", severity: "warning", check: sharedAgent },
  { code: "SCR31b", severity: "information", check: disclosedValues },
  { code: "SCR33", severity: "error", check: overBudget },
  { code: "SCR34", severity: "warning", check: silentFailures },
  { code: "SCR35", severity: "warning", check: loggedValues },
  { code: "SCR38", severity: "information", check: uncheckedInstall },
  { code: "SCR39", severity: "information", check: uncheckedEnd },
  { code: "SCR40", severity: "information", check: plainLog },
];
