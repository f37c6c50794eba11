import * as l10n from "@vscode/l10n";
import { ruleRow, type RuleInfo } from "../../text/rule";

/** Every rule that asks the account; only in an editor that is connected. */
export const cloudRuleInfos: readonly RuleInfo[] = [
  ruleRow("CL001", "I", () => l10n.t("Delivery stream that does not exist")),
  ruleRow("CL002", "I", () => l10n.t("Delivery stream that is not active")),
  ruleRow("CL003", "I", () => l10n.t("Delivery stream in another Region")),
  ruleRow("CL004", "I", () => l10n.t("Delivery stream that takes no records from the agent")),
  ruleRow("CL005", "I", () => l10n.t("Delivery stream that delivers elsewhere than the definition says")),
];
