import type { Problem } from "../text/problem";
import type { ConfigDocument } from "./jsonNode";
import { sessionCommandRules } from "./rules/sessionCommand";
import { sessionEntryRules } from "./rules/sessionEntries";
import { sessionKeyRules } from "./rules/sessionKeys";
import { sessionPlaceRules } from "./rules/sessionPlaces";
import { sessionPowerShellRules } from "./rules/sessionPowerShell";
import type { SessionContext, SessionRule } from "./rules/sessionRule";
import { sessionScriptRules } from "./rules/sessionScripts";
import { sessionSyntaxRules, syntaxState } from "./rules/sessionSyntax";
import { sessionValueRules } from "./rules/sessionValues";
import { readSession } from "./sessionModel";

export type { SessionContext } from "./rules/sessionRule";

export const sessionRules: readonly SessionRule[] = [
  ...sessionSyntaxRules,
  ...[
    ...sessionKeyRules,
    ...sessionEntryRules,
    ...sessionValueRules,
    ...sessionCommandRules,
    ...sessionPowerShellRules,
    ...sessionPlaceRules,
    ...sessionScriptRules,
  ].sort((a, b) => (a.code < b.code ? -1 : 1)),
];

/** `enabled` holds the codes of rules that are off by default and wanted. */
export function checkSession(document: ConfigDocument, context: SessionContext = {}, enabled: ReadonlySet<string> = new Set()): Problem[] {
  const model = readSession(document);
  const rules = syntaxState(document) === "valid" ? sessionRules : sessionSyntaxRules;
  return rules
    .filter((rule) => rule.off !== true || enabled.has(rule.code))
    .flatMap((rule) =>
      rule.check(model, context).map((finding): Problem => ({ ...finding, code: rule.code, severity: finding.severity ?? rule.severity })),
    )
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}
