import * as l10n from "@vscode/l10n";
import { ruleRow, type RuleInfo } from "../text/rule";

/** Every rule across the files of a project. */
export const projectRuleInfos: readonly RuleInfo[] = [
  ruleRow("XF001", "E", () => l10n.t("Placeholder that no script replaces")),
  ruleRow("XF002", "E", () => l10n.t("Decoration broken once it is rendered")),
  ruleRow("XF003", "EW", () => l10n.t("Profile that the instances do not have")),
  ruleRow("XF004", "E", () => l10n.t("Stream or Region other than the pipeline's")),
  ruleRow("XF005", "W", () => l10n.t("Role with too few or too many rights")),
  ruleRow("XF006", "E", () => l10n.t("Combined records toward a search domain")),
  ruleRow("XF007", "W", () => l10n.t("Id given twice, or reference to nothing")),
  ruleRow("XF008", "E", () => l10n.t("User variable that never reaches the agent")),
  ruleRow("XF009", "W", () => l10n.t("Characters that the script cannot write")),
  ruleRow("XF010", "I", () => l10n.t("Time field other than TimeCreated")),
  ruleRow("XF011", "W", () => l10n.t("Machine variable that may be missing")),
  ruleRow("XF012", "EI", () => l10n.t("Template that the agent loads")),
  ruleRow("XF013", "W", () => l10n.t("Session context that never reaches the agent")),
];
