import * as l10n from "@vscode/l10n";
import { plainOf } from "./scriptFacts";
import type { ScriptFinding, ScriptRule } from "./scriptRule";
import { spanOf, statementAt, type Script } from "./scriptText";

const typographicQuotes = /[\u2018-\u201b\u201c-\u201f]/g;

function consoleUser(script: Script): ScriptFinding[] {
  const match = /win32_computersystem["']?[^\n]*?\.\s*username\b/i.exec(script.plain);
  return match === null
    ? []
    : [
        {
          span: spanOf(match),
          message: l10n.t(
            "This is the user of the console: on hosts with several sessions it is empty. Look for the session's variables under HKEY_USERS instead.",
          ),
        },
      ];
}

function splitBackslashes(script: Script): ScriptFinding[] {
  return [...script.plain.matchAll(/\.split\(\s*(["'])\\\\\1\s*\)/gi)].map((match) => ({
    span: spanOf(match),
    message: l10n.t(
      "PowerShell has no backslash escape: this separator is two backslashes. Windows PowerShell 5.1 tolerates it, PowerShell 7 finds nothing.",
    ),
    fixes: [
      { title: l10n.t("Split at one backslash"), edits: [{ span: spanOf(match), text: ".Split('\\')" }], safe: true, preferred: true },
    ],
  }));
}

/** Strings that are part of a WQL condition such as `name = '…'`. */
function wqlStrings(script: Script): Script["strings"] {
  return script.strings.filter((string) => /^\s*(?:name|domain|sid)\s*=\s*(?:['\u2018-\u201f]|$)/i.test(plainOf(script, string.content)));
}

function concatenatedQuery(script: Script): ScriptFinding[] {
  return wqlStrings(script)
    .filter((string) => /\$/.test(plainOf(script, string.content)) || /^\s*\+\s*\$/.test(script.code.slice(string.span.end)))
    .filter((string) => {
      const statement = statementAt(script.code, string.span.start);
      return !/\.Replace\(/i.test(script.code.slice(statement.start, statement.end));
    })
    .map((string) => ({
      span: string.span,
      message: l10n.t(
        "A user name with an apostrophe (O'Neil) breaks this query: nobody is found. Look for the session under HKEY_USERS instead of asking WMI.",
      ),
    }));
}

function quotesAsData(script: Script): ScriptFinding[] {
  return wqlStrings(script).flatMap((string) => {
    const statement = statementAt(script.code, string.span.start);
    const places = script.strings
      .filter((one) => one.span.start >= statement.start && one.span.end <= statement.end)
      .flatMap((one) =>
        [...script.text.slice(one.content.start, one.content.end).matchAll(typographicQuotes)].map(
          (match) => one.content.start + match.index,
        ),
      );
    const first = places[0];
    return first === undefined
      ? []
      : [
          {
            span: { start: first, end: first + 1 },
            message: l10n.t(
              "Inside the string this typographic quote is data: WQL gets it instead of ', every query is invalid, and the script never finds the user.",
            ),
            fixes: [
              {
                title: l10n.t("Replace by straight quotes"),
                edits: places.map((start) => ({ span: { start, end: start + 1 }, text: "'" })),
                safe: true,
                preferred: true,
              },
            ],
          },
        ];
  });
}

function accountByName(script: Script): ScriptFinding[] {
  return [...script.plain.matchAll(/win32_useraccount\b/gi)]
    .filter((match) => {
      const statement = statementAt(script.code, match.index);
      return !/LocalAccount/i.test(plainOf(script, statement));
    })
    .map((match) => ({
      span: spanOf(match),
      message: l10n.t("This query searches the whole domain: it takes long, and several accounts of one name give a wrong registry path."),
    }));
}

function registryDrive(script: Script): ScriptFinding[] {
  return [...script.code.matchAll(/\bNew-PSDrive\b/gi)]
    .map((match) => ({ match, statement: statementAt(script.code, match.index) }))
    .filter(({ statement }) => /HKEY_USERS/i.test(plainOf(script, statement)))
    .filter(({ match, statement }) => match.index === statement.start && !/\|\s*Out-Null/i.test(plainOf(script, statement)))
    .map(({ match, statement }) => ({
      span: spanOf(match),
      message: l10n.t("The new drive is printed to the log, and it is not needed: Registry::HKEY_USERS works directly."),
      fixes: [
        {
          title: l10n.t("Discard the output"),
          edits: [{ span: { start: statement.start, end: statement.start }, text: "$null = " }],
          safe: true,
          preferred: true,
        },
      ],
    }));
}

export const userRules: readonly ScriptRule[] = [
  { code: "SCR11", severity: "warning", check: consoleUser },
  { code: "SCR12", severity: "information", check: splitBackslashes },
  { code: "SCR13", severity: "warning", check: concatenatedQuery },
  { code: "SCR13b", severity: "error", check: quotesAsData },
  { code: "SCR14", severity: "warning", check: accountByName },
  { code: "SCR15", severity: "information", check: registryDrive },
];
