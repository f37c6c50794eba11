import { allRules } from "../core/project/allRules";
import type { RuleInfo } from "../core/text/rule";

/** Every rule that `lint` may report, for formats that list them. */
export function lintRules(): readonly RuleInfo[] {
  return allRules;
}
