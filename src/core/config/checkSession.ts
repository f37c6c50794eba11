import type { Problem } from "../text/problem";
import type { ConfigDocument } from "./jsonNode";
import { sessionCommandRules } from "./rules/sessionCommand";
import { sessionPowerShellRules } from "./rules/sessionPowerShell";
import { sessionFileRules } from "./rules/sessionFiles";
import type { SessionContext, SessionRule } from "./rules/sessionRule";
import { sessionStructureRules } from "./rules/sessionStructure";
import { sessionSyntaxRules, syntaxState } from "./rules/sessionSyntax";
import { readSession } from "./sessionModel";

export type { SessionContext } from "./rules/sessionRule";

export const sessionRules: readonly SessionRule[] = [
  ...sessionSyntaxRules,
  ...[...sessionStructureRules, ...sessionCommandRules, ...sessionPowerShellRules, ...sessionFileRules].sort((a, b) =>
    a.code < b.code ? -1 : 1,
  ),
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
