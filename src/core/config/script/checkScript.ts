import type { Problem } from "../../text/problem";
import { agentRules } from "./agentRules";
import { replacingRules } from "./replacingRules";
import type { ScriptContext, ScriptRule } from "./scriptRule";
import { parseScript } from "./scriptText";
import { userRules } from "./userRules";
import { waitingRules } from "./waitingRules";

export type { ScriptContext } from "./scriptRule";

/** In the order of the review in which the defects were found. */
export const scriptRules: readonly ScriptRule[] = [...waitingRules, ...userRules, ...replacingRules, ...agentRules];

/** A script that prepares the agent for a session: it names both AppStream's session variables and the agent. Other scripts are left alone. */
export function isSessionScript(text: string): boolean {
  return /AppStream_(?:UserName|Session_ID|Stack_Name)|appstreamVariables/i.test(text) && /AWSKinesisTap|appsettings\.json/i.test(text);
}

/** Findings of the session script rules; each rule looks for one known defect and nothing else. */
export function checkScript(text: string, context: ScriptContext = {}): Problem[] {
  const script = parseScript(text);
  return scriptRules
    .flatMap((rule) => rule.check(script, context).map((finding) => ({ ...finding, code: rule.code, severity: rule.severity })))
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}
