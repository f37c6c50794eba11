import * as l10n from "@vscode/l10n";
import type { TextSpan } from "../../text/span";
import { codeOf, factsOf, inLoop, plainOf, userVariable } from "./scriptFacts";
import { userVariables, type ScriptFinding, type ScriptRule } from "./scriptRule";
import { blocks, inside, spanOf, statementAt, type Script, type ScriptBlock } from "./scriptText";

const userName = new RegExp(`\\$(${userVariables.join("|")})\\b`, "gi");

/** A counter that the loop compares with a number; the loop must change it or never ends. */
function* comparedCounters(script: Script, loop: ScriptBlock): Generator<{ name: string; span: TextSpan }> {
  const counters = new Set(
    factsOf(script)
      .assignments.filter((one) => /^\d+\s*$/.test(one.value))
      .map((one) => one.name.toLowerCase()),
  );
  for (const match of codeOf(script, loop.span).matchAll(/\$(\w+)\s+-(?:eq|ge|gt|lt|le|ne)\s+\d+/gi)) {
    const name = match[1] ?? "";
    if (counters.has(name.toLowerCase())) {
      const start = loop.span.start + match.index;
      yield { name, span: { start, end: start + match[0].length } };
    }
  }
}

function changes(code: string, name: string): boolean {
  return new RegExp(`\\$${name}\\s*(?:\\+\\+|--|[-+*]?=(?!=))|(?:\\+\\+|--)\\s*\\$${name}\\b`, "i").test(code);
}

function lineIndent(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^\s*/.exec(text.slice(start, offset))?.[0].replace(/[^\t]/g, " ") ?? "";
}

function endlessWait(script: Script): ScriptFinding[] {
  const found: ScriptFinding[] = [];
  for (const loop of factsOf(script).loops) {
    for (const { name, span } of comparedCounters(script, loop)) {
      if (changes(codeOf(script, loop.span), name)) {
        continue;
      }
      const indent = lineIndent(script.text, loop.body.end);
      const text = `    Start-Sleep -Seconds 1\n${indent}    $${name}++\n${indent}`;
      found.push({
        span,
        message: l10n.t(
          "${0} is never counted up, so this limit is never reached: without the variable the script runs until the service kills it, and on an image builder for ever.",
          name,
        ),
        fixes: [
          {
            title: l10n.t("Wait a second and count ${0} up in each pass", name),
            edits: [{ span: { start: loop.body.end, end: loop.body.end }, text }],
            safe: false,
            preferred: true,
          },
        ],
      });
    }
  }
  return found;
}

/** A cmdlet in `try` whose errors do not end it, so that `catch` never runs. */
function deadCatch(script: Script): ScriptFinding[] {
  if (factsOf(script).stopsOnErrors) {
    return [];
  }
  const found: ScriptFinding[] = [];
  for (const block of blocks(script, "try")) {
    if (!/^\s*catch\b/i.test(script.code.slice(block.span.end))) {
      continue;
    }
    for (const match of codeOf(script, block.body).matchAll(/\bGet-ItemProperty(?:Value)?\b/gi)) {
      const start = block.body.start + match.index;
      const statement = statementAt(script.code, start);
      if (!/-ErrorAction\b|-ea\b/i.test(script.code.slice(start, statement.end))) {
        const end = statement.start + codeOf(script, statement).trimEnd().length;
        // In a broken script the statement may end before the command or inside a quoted text.
        const misplaced = end < start + match[0].length || script.text.startsWith(" -ErrorAction Stop", end);
        found.push({
          span: { start, end: start + match[0].length },
          message: l10n.t(
            "A missing value does not end {0}, so the catch block with its pause never runs: the loop keeps one processor core busy. Add -ErrorAction Stop.",
            match[0],
          ),
          fixes: misplaced
            ? []
            : [
                {
                  title: l10n.t("Add -ErrorAction Stop"),
                  edits: [{ span: { start: end, end }, text: " -ErrorAction Stop" }],
                  safe: true,
                  preferred: true,
                },
              ],
        });
        break;
      }
    }
  }
  return found;
}

function missingElse(script: Script): ScriptFinding[] {
  return blocks(script, "if")
    .filter((block) => block.condition !== undefined && /win32_computersystem/i.test(plainOf(script, block.condition)))
    .filter((block) => !/^\s*else/i.test(script.code.slice(block.span.end)))
    .filter((block) => userVariable.test(plainOf(script, block.body)))
    .map((block) => ({
      span: { start: block.span.start, end: block.condition?.end ?? block.span.end },
      message: l10n.t(
        "Nothing happens when no user is found: there is no else branch, so the variables are never read and the configuration is written with empty values.",
      ),
    }));
}

/** The loop ends with one variable although its pass reads several. */
function partialWait(script: Script): ScriptFinding[] {
  const loop = factsOf(script).waitLoop;
  if (loop?.condition === undefined) {
    return [];
  }
  const waited = new Set([...codeOf(script, loop.condition).matchAll(userName)].map((match) => (match[1] ?? "").toLowerCase()));
  const read = new Set([...codeOf(script, loop.body).matchAll(userName)].map((match) => (match[1] ?? "").toLowerCase()));
  const missed = userVariables.filter((name) => read.has(name.toLowerCase()) && !waited.has(name.toLowerCase()));
  if (waited.size === 0 || missed.length === 0) {
    return [];
  }
  return [
    {
      span: loop.condition,
      message: l10n.t(
        "The wait ends although these values may still be missing: {0}. They then stay empty for the whole session.",
        missed.join(", "),
      ),
    },
  ];
}

function nullExit(script: Script): ScriptFinding[] {
  const found: ScriptFinding[] = [];
  for (const loop of factsOf(script).loops) {
    if (loop.condition === undefined) {
      continue;
    }
    const text = codeOf(script, loop.condition);
    for (const match of text.matchAll(/\$null\s+-eq\s+(\$AppStream_\w+)|(\$AppStream_\w+)\s+-eq\s+\$null/gi)) {
      const start = loop.condition.start + match.index;
      const span = { start, end: start + match[0].length };
      const name = match[1] ?? match[2] ?? "";
      found.push({
        span,
        message: l10n.t("An empty {0} ends this wait as if it were there. Test for null and for empty text.", name),
        fixes: [
          {
            title: l10n.t("Test with [string]::IsNullOrEmpty"),
            edits: [{ span, text: `[string]::IsNullOrEmpty(${name})` }],
            safe: true,
            preferred: true,
          },
        ],
      });
    }
  }
  return found;
}

/** The same assignment twice in one block, or WMI asked twice for the same user. */
function readTwice(script: Script): ScriptFinding[] {
  const found: ScriptFinding[] = [];
  const seen = new Map<string, TextSpan>();
  for (const one of factsOf(script).assignments) {
    const key = `${one.name}=${one.value.trim()}`.toLowerCase();
    const first = seen.get(key);
    if (first !== undefined && /Get-ItemProperty|GetValue|Get-(?:Wmi|Cim)/i.test(one.value)) {
      const line = wholeLine(script.text, one.span);
      found.push({
        span: one.span,
        message: l10n.t("${0} is read twice: the second read only costs time of the waiting time.", one.name),
        related: [{ span: first, message: l10n.t("First read here") }],
        unnecessary: true,
        fixes: [{ title: l10n.t("Remove the second read"), edits: [{ span: line, text: "" }], safe: true, preferred: true }],
      });
    }
    seen.set(key, one.span);
  }
  const queries = [...script.plain.matchAll(/Get-(?:WmiObject|CimInstance)\s+(?:-Class(?:Name)?\s+)?["']?win32_computersystem\b/gi)];
  const [first, second] = queries;
  if (first !== undefined && second !== undefined) {
    found.push({
      span: spanOf(second),
      message: l10n.t("WMI is asked twice for the same user: each call takes time from the waiting time."),
      related: [{ span: spanOf(first), message: l10n.t("First asked here") }],
    });
  }
  return found;
}

function wholeLine(text: string, span: TextSpan): TextSpan {
  const start = text.lastIndexOf("\n", span.start - 1) + 1;
  const end = text.indexOf("\n", span.end);
  return { start, end: end < 0 ? text.length : end + 1 };
}

function printedProperty(script: Script): ScriptFinding[] {
  const found: ScriptFinding[] = [];
  for (const match of script.code.matchAll(/(?<=^|[\n;{])[ \t]*(Get-ItemProperty)\b/gi)) {
    const start = match.index + match[0].length - "Get-ItemProperty".length;
    const statement = statementAt(script.code, start);
    const text = plainOf(script, statement);
    if (!/\|/.test(text) && userVariable.test(text)) {
      found.push({
        span: { start, end: start + "Get-ItemProperty".length },
        message: l10n.t("The value is printed: user name and SID reach the log in S3."),
        fixes: [
          { title: l10n.t("Discard the output"), edits: [{ span: { start, end: start }, text: "$null = " }], safe: true, preferred: true },
        ],
      });
    }
  }
  return found;
}

const sleep = /\bStart-Sleep\s+(?:-Seconds\s+|-s\s+)?(\d+(?:\.\d+)?)\b(?!\s*-M)|\bStart-Sleep\s+-M\w*\s+(\d+)/gi;

/** Seconds of each pause and where it stands. */
export function sleeps(script: Script): { readonly span: TextSpan; readonly seconds: number }[] {
  return [...script.code.matchAll(sleep)].map((match) => ({
    span: spanOf(match),
    seconds: match[1] === undefined ? Number(match[2]) / 1000 : Number(match[1]),
  }));
}

function fixedSleep(script: Script): ScriptFinding[] {
  const facts = factsOf(script);
  const firstRead = factsOf(script).waitLoop?.span.start ?? script.plain.search(userVariable);
  return sleeps(script)
    .filter((one) => one.seconds >= 2 && one.span.start < firstRead && !inLoop(facts, one.span.start))
    .map((one) => ({
      span: one.span,
      message: l10n.t(
        "A fixed pause of {0} seconds delays the start of every session and guarantees nothing. Wait for the values themselves.",
        one.seconds,
      ),
      fixes: [
        { title: l10n.t("Remove the pause"), edits: [{ span: wholeLine(script.text, one.span), text: "" }], safe: false, preferred: true },
      ],
    }));
}

function misleadingMessage(script: Script): ScriptFinding[] {
  return script.strings
    .filter((string) => /log file is null/i.test(plainOf(script, string.content)))
    .map((string) => ({
      span: string.content,
      message: l10n.t("The message is wrong: not a log file but a session variable is missing when the wait ends."),
      fixes: [
        {
          title: l10n.t("Say what is missing"),
          edits: [{ span: string.content, text: "The session variables did not appear in time." }],
          safe: true,
          preferred: true,
        },
      ],
    }));
}

function goesOnAfterTimeout(script: Script): ScriptFinding[] {
  const { waitLoop, writes } = factsOf(script);
  const write = writes[0];
  if (waitLoop === undefined || write === undefined || write.span.start < waitLoop.span.end) {
    return [];
  }
  const leaves = /\bbreak\b/i.exec(codeOf(script, waitLoop.body));
  const between = { start: waitLoop.span.end, end: write.statement.start };
  const checked = blocks(script, "if").some(
    (block) =>
      inside(between, block.span.start) &&
      block.condition !== undefined &&
      (userVariable.test(plainOf(script, block.condition)) ||
        inside(block.body, write.span.start) ||
        /\b(?:exit|return|throw)\b/i.test(codeOf(script, block.body))),
  );
  if (leaves === null || checked) {
    return [];
  }
  const start = waitLoop.body.start + leaves.index;
  return [
    {
      span: { start, end: start + leaves[0].length },
      message: l10n.t(
        "After the time limit the script goes on and writes empty values over the placeholder: it looks like success, and no event carries the user.",
      ),
      related: [{ span: write.span, message: l10n.t("Written here without a check") }],
    },
  ];
}

function staleValues(script: Script): ScriptFinding[] {
  if (!/HKU:|HKEY_USERS|HKCU:|\bUsers\b.*Environment/i.test(script.plain)) {
    return [];
  }
  if (/TryParse|ParseExact|\[datetime(?:offset)?\]|DateTimeOffset/i.test(script.plain)) {
    return [];
  }
  const read = /-Name\s+["']?(?:AppStream_Session_ID|AppStream_UserName)\b|GetValue\(\s*["']AppStream_Session_ID/i.exec(script.plain);
  return read === null
    ? []
    : [
        {
          span: spanOf(read),
          message: l10n.t(
            "With application settings persistence the registry can still hold the values of the previous session: check the age of AppStream_Session_Reservation_DateTime.",
          ),
        },
      ];
}

export const waitingRules: readonly ScriptRule[] = [
  { code: "SCR1", severity: "error", check: endlessWait },
  { code: "SCR2", severity: "error", check: deadCatch },
  { code: "SCR3", severity: "warning", check: missingElse },
  { code: "SCR4", severity: "warning", check: partialWait },
  { code: "SCR5", severity: "information", check: nullExit },
  { code: "SCR6", severity: "information", check: readTwice },
  { code: "SCR7", severity: "information", check: printedProperty },
  { code: "SCR8", severity: "warning", check: fixedSleep },
  { code: "SCR9", severity: "information", check: misleadingMessage },
  { code: "SCR10", severity: "warning", check: goesOnAfterTimeout },
  { code: "SCR10b", severity: "warning", check: staleValues },
];
