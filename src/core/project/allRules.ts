import { agentRules } from "../config/rules/ruleTable";
import { sessionRuleInfos } from "../config/rules/sessionRuleTable";
import { scriptRuleInfos } from "../config/script/scriptRuleTable";
import { definitionRules } from "../pipeline/definitionRules";
import type { RuleInfo } from "../text/rule";
import { cloudRuleInfos } from "./cloud/cloudRuleTable";
import { projectRuleInfos } from "./projectRuleTable";

/** Every rule that the editor and the command line may report, as docs/rules.md lists them. */
export const allRules: readonly RuleInfo[] = [
  ...agentRules,
  ...sessionRuleInfos,
  ...projectRuleInfos,
  ...cloudRuleInfos,
  ...scriptRuleInfos,
  ...definitionRules,
];
