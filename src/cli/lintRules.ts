import { sessionRules } from "../core/config/checkSession";
import { agentRules } from "../core/config/rules/ruleTable";
import { scriptRules } from "../core/config/script/checkScript";
import { definitionRules } from "../core/pipeline/definitionRules";
import { projectRules } from "../core/project/projectRules";
import type { RuleInfo } from "../core/text/rule";

/** Every rule that `lint` may report, for formats that list them. */
export function lintRules(): readonly RuleInfo[] {
  const others = [...sessionRules, ...scriptRules, ...projectRules];
  return [
    ...agentRules,
    ...definitionRules,
    ...others.map(({ code, severity }): RuleInfo => ({ code, severities: [severity], title: () => code })),
  ];
}
