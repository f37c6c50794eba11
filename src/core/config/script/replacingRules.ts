import * as l10n from "@vscode/l10n";
import { codeOf, factsOf, plainOf } from "./scriptFacts";
import { machineVariables, userVariables, type ScriptContext, type ScriptFinding, type ScriptRule } from "./scriptRule";
import type { Script } from "./scriptText";

function regexReplace(script: Script): ScriptFinding[] {
  const { placeholder } = factsOf(script);
  if (placeholder === undefined) {
    return [];
  }
  const text = plainOf(script, placeholder.statement);
  const match = /-[ci]?replace\b/i.exec(text);
  if (match === null) {
    return [];
  }
  const start = placeholder.statement.start + match.index;
  const call = /-[ci]?replace\s*\(\s*(?:"([^"]*)"|'([^']*)')\s*,\s*(\$\w+)\s*\)/i.exec(text);
  const fix =
    call === null
      ? undefined
      : {
          title: l10n.t("Use String.Replace"),
          edits: [
            {
              span: {
                start: placeholder.statement.start + text.slice(0, call.index).trimEnd().length,
                end: placeholder.statement.start + call.index + call[0].length,
              },
              text: `.Replace('${(call[1] ?? call[2] ?? "").replaceAll("'", "''")}', ${call[3] ?? ""})`,
            },
          ],
          safe: true,
          preferred: true,
        };
  return [
    {
      span: { start, end: start + match[0].length },
      message: l10n.t(
        "-replace takes the pattern as a regular expression and changes $&, $_ and the like in the value. Use String.Replace.",
      ),
      ...(fix === undefined ? {} : { fixes: [fix] }),
    },
  ];
}

function unescapedValues(script: Script): ScriptFinding[] {
  const { placeholder, writes } = factsOf(script);
  const escapes =
    /ConvertTo-Json|JavaScriptStringEncode|JsonEncodedText|JsonSerializer|\.Replace\(\s*["']\\["']\s*,|-replace\s*\(?\s*["']\\\\["']/i;
  if (placeholder === undefined || writes.length === 0 || escapes.test(script.plain)) {
    return [];
  }
  return [
    {
      span: placeholder.statement,
      message: l10n.t(
        "The values are put into JSON unescaped: a user name such as CORP\\admin makes the file invalid, and the agent stops collecting. Serialise the parsed file with ConvertTo-Json.",
      ),
    },
  ];
}

function uncleanedValues(script: Script): ScriptFinding[] {
  const cleaned =
    /-[ci]?replace\s*\(?\s*["'][^"'\n]*\[[^"'\n]*[;=][^"'\n]*\]|\.Replace\(\s*["'];["']|\.Trim\([^)]*;|IndexOfAny|\[regex\]::Replace/i;
  if (cleaned.test(script.plain)) {
    return [];
  }
  const built = script.strings.find(
    (string) =>
      string.expandable && /AppStream_\w+=\$[^;]*;\s*AppStream_\w+=\$/i.test(script.text.slice(string.content.start, string.content.end)),
  );
  return built === undefined
    ? []
    : [
        {
          span: built.content,
          message: l10n.t(
            "A value with ; or = or braces breaks the decoration: = cuts the value, and ; makes a part without =, so that every event is dropped. Remove these characters from the values.",
          ),
        },
      ];
}

/** Reading and writing through the machine's ANSI code page. */
function ansiEncoding(script: Script): ScriptFinding[] {
  return factsOf(script)
    .writes.filter((write) => /^(?:Set-Content|Out-File)$/i.test(plainOf(script, write.span)))
    .filter((write) => !/-Encoding\b/i.test(plainOf(script, write.statement)))
    .slice(0, 1)
    .map((write) => ({
      span: write.span,
      message: l10n.t(
        "Without an encoding Windows PowerShell writes in the machine's code page: names outside it become ?, others invalid UTF-8. Write with [IO.File]::WriteAllText and UTF8Encoding($false).",
      ),
    }));
}

function typographicSyntax(script: Script, context: ScriptContext): ScriptFinding[] {
  const first = script.oddSyntax[0];
  if (first === undefined) {
    return [];
  }
  const saved = context.byteOrderMark === true || script.text.startsWith("\ufeff");
  const message = saved
    ? l10n.t(
        "Typographic quotes or non-breaking spaces stand as syntax: the script parses only as long as the file keeps its byte order mark.",
      )
    : l10n.t(
        "Typographic quotes or non-breaking spaces stand as syntax: saved as UTF-8 without byte order mark the script does not parse, and every user gets an error notice.",
      );
  const edits = script.oddSyntax.map((start) => ({ span: { start, end: start + 1 }, text: script.plain[start] ?? "" }));
  return [
    {
      span: { start: first, end: first + 1 },
      message,
      fixes: [{ title: l10n.t("Straighten all quotes and spaces"), edits, safe: true, preferred: true }],
    },
  ];
}

function uncheckedPlaceholder(script: Script): ScriptFinding[] {
  const { placeholder } = factsOf(script);
  if (placeholder === undefined) {
    return [];
  }
  const checks = new RegExp(
    `(?:-c?(?:not)?(?:match|like)|\\.Contains\\(|\\.IndexOf\\(|Select-String[^\\n]*)\\s*\\(?["'][^"'\\n]*${placeholder.name}`,
    "i",
  );
  return checks.test(script.plain)
    ? []
    : [
        {
          span: placeholder.span,
          message: l10n.t("Nothing checks that the placeholder is there: a second run changes nothing, and nobody notices."),
        },
      ];
}

function consumedTemplate(script: Script): ScriptFinding[] {
  const { placeholder, reads, writes } = factsOf(script);
  const read = reads.find((one) => writes.some((write) => write.path === one.path));
  const write = writes.find((one) => one.path === read?.path);
  return placeholder === undefined || read === undefined || write === undefined
    ? []
    : [
        {
          span: write.span,
          message: l10n.t(
            "The agent's live configuration is its own template and is used up: a test run on the image builder bakes empty values into the image. Keep the template in a file of its own.",
          ),
          related: [{ span: read.span, message: l10n.t("Read here") }],
        },
      ];
}

function uncheckedRead(script: Script): ScriptFinding[] {
  const facts = factsOf(script);
  if (facts.stopsOnErrors || facts.writes.length === 0) {
    return [];
  }
  return facts.reads
    .filter((read) => /^Get-Content$/i.test(plainOf(script, read.span)) && !/-ErrorAction\b|-ea\b/i.test(plainOf(script, read.statement)))
    .slice(0, 1)
    .map((read) => {
      const end = read.statement.start + plainOf(script, read.statement).trimEnd().length;
      return {
        span: read.span,
        message: l10n.t(
          "When the file is missing or locked the script goes on with nothing and writes an empty configuration. Add -ErrorAction Stop.",
        ),
        fixes: [
          {
            title: l10n.t("Add -ErrorAction Stop"),
            edits: [{ span: { start: end, end }, text: " -ErrorAction Stop" }],
            safe: true,
            preferred: true,
          },
        ],
      };
    });
}

function unsafeWrite(script: Script): ScriptFinding[] {
  const atomic = /\[(?:System\.)?IO\.File\]::(?:Replace|Move)|\bMove-Item\b/i.test(script.code);
  return atomic
    ? []
    : factsOf(script)
        .writes.slice(0, 1)
        .map((write) => ({
          span: write.span,
          message: l10n.t(
            "The file is written in place: the agent, or the end of the waiting time, can meet half of it. Write a temporary file and swap it with [IO.File]::Replace.",
          ),
        }));
}

function machineValues(script: Script): ScriptFinding[] {
  const { placeholder } = factsOf(script);
  const has = (names: readonly string[]): boolean => names.some((name) => new RegExp(name, "i").test(script.plain));
  return placeholder === undefined || !has(userVariables) || has(machineVariables)
    ? []
    : [
        {
          span: placeholder.span,
          message: l10n.t(
            "Only the user's variables are written: with agent 1.2.3.3 or later the machine variables left as {env:…} can be missing. Write them too.",
          ),
        },
      ];
}

function lostUntilReplaced(script: Script): ScriptFinding[] {
  const { placeholder, reads, writes } = factsOf(script);
  const live = reads.some((one) => writes.some((write) => write.path === one.path));
  return placeholder === undefined || !live
    ? []
    : [
        {
          span: statementStartOf(script, placeholder.statement.start, placeholder.span.end),
          message: l10n.t(
            "Until this replacement the agent runs with the placeholder, which is no valid decoration: every event from boot on is dropped and never read again. Ship a valid configuration and render it.",
          ),
        },
      ];
}

function statementStartOf(script: Script, start: number, end: number): { start: number; end: number } {
  return { start: start + (/^\s*/.exec(codeOf(script, { start, end }))?.[0].length ?? 0), end };
}

export const replacingRules: readonly ScriptRule[] = [
  { code: "SCR16", severity: "warning", check: regexReplace },
  { code: "SCR17", severity: "error", check: unescapedValues },
  { code: "SCR18", severity: "error", check: uncleanedValues },
  { code: "SCR19", severity: "warning", check: ansiEncoding },
  { code: "SCR20", severity: "error", check: typographicSyntax },
  { code: "SCR21", severity: "warning", check: uncheckedPlaceholder },
  { code: "SCR22", severity: "warning", check: consumedTemplate },
  { code: "SCR23", severity: "warning", check: uncheckedRead },
  { code: "SCR24", severity: "warning", check: unsafeWrite },
  { code: "SCR24b", severity: "warning", check: machineValues },
  { code: "SCR25", severity: "error", check: lostUntilReplaced },
];
