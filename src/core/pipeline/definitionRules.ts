import * as l10n from "@vscode/l10n";
import type { Severity } from "../text/problem";
import type { RuleInfo } from "../text/rule";

const rule = (code: string, title: () => string, severity: Severity = "error", ...more: readonly Severity[]): RuleInfo => ({
  code,
  severities: [severity, ...more],
  title,
});

/** Every problem that a definition file can have; docs/rules/pipeline.md explains each. */
export const definitionRules: readonly RuleInfo[] = [
  rule("APD001", () => l10n.t("Not valid JSON")),
  rule("APD002", () => l10n.t("Wrong type of value")),
  rule("APD003", () => l10n.t("Unknown key")),
  rule("APD004", () => l10n.t("Required key is missing")),
  rule("APD005", () => l10n.t("Value that AWS does not accept")),
  rule("APD006", () => l10n.t("Key stands twice")),
  rule("APD010", () => l10n.t("Nobody may reach the domain")),
  rule("APD011", () => l10n.t("Not an address block")),
  rule("APD012", () => l10n.t("Address policy on a domain inside a VPC")),
  rule("APD013", () => l10n.t("Fine-grained access without encryption and HTTPS")),
  rule("APD014", () => l10n.t("Domain open to everybody")),
  rule("APD015", () => l10n.t("Very large address block"), "warning"),
  rule("APD020", () => l10n.t("T2 with encryption at rest")),
  rule("APD021", () => l10n.t("Too many T2 nodes")),
  rule("APD022", () => l10n.t("T2 where the Region has none")),
  rule("APD023", () => l10n.t("Odd number of nodes in two zones")),
  rule("APD024", () => l10n.t("Engine out of standard support"), "information", "warning"),
  rule("APD025", () => l10n.t("Engine that needs document types")),
  rule("APD026", () => l10n.t("Volume larger than the instance type allows")),
  rule("APD027", () => l10n.t("gp3 with an instance type that has none")),
  rule("APD030", () => l10n.t("Index name in upper case")),
  rule("APD031", () => l10n.t("Index name with a forbidden character")),
  rule("APD032", () => l10n.t("Buffer too large for a domain")),
  rule("APD033", () => l10n.t("Buffer larger than T2 nodes accept"), "warning"),
  rule("APD034", () => l10n.t("Destination without its address")),
  rule("APD035", () => l10n.t("Destination without its secret")),
  rule("APD036", () => l10n.t("Redshift without a table")),
  rule("APD040", () => l10n.t("Elastic fleet")),
  rule("APD041", () => l10n.t("Multi-session fleet")),
  rule("APD042", () => l10n.t("Too many instances for default internet access")),
  rule("APD043", () => l10n.t("Fleet without a way to Firehose")),
  rule("APD044", () => l10n.t("Idle timeout below a minute")),
  rule("APD050", () => l10n.t("Derived name is no domain name")),
  rule("APD051", () => l10n.t("Reserved image name")),
  rule("APD052", () => l10n.t("Reserved bucket name")),
  rule("APD053", () => l10n.t("Role name too long")),
  rule("APD054", () => l10n.t("Two roles of the same name")),
  rule("APD055", () => l10n.t("Region where AppStream may be missing"), "warning"),
  rule("APD056", () => l10n.t("Name that looks like AWS's own"), "warning"),
  rule("APD060", () => l10n.t("Too many tags")),
  rule("APD061", () => l10n.t("Key that cannot be a tag")),
];
