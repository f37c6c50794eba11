import * as l10n from "@vscode/l10n";
import { verdictText, type Diagnosis } from "./diagnose";
import type { FindingState, Hop } from "./finding";

/** The diagnosis as a Markdown document that one can search, save and send. */
export function diagnosisText(diagnosis: Diagnosis): string {
  const { stream, region, findings, cause } = diagnosis;
  const lines = [
    `# ${l10n.t("Find the fault: {0} in {1}", stream, region)}`,
    "",
    verdictText(diagnosis),
    ...(cause?.remedy === undefined ? [] : ["", `**${l10n.t("What to do")}:** ${cause.remedy}`]),
    "",
    l10n.t("From the index back to the session:"),
    "",
  ];
  for (const [at, { hop, state, text, evidence, remedy }] of findings.entries()) {
    lines.push(`## ${at + 1}. ${hopTitle(hop)}: ${stateWord(state)}`, "", text, "");
    lines.push(...evidence.map((one) => `- ${one.replaceAll("\n", " ")}`), ...(evidence.length === 0 ? [] : [""]));
    if (remedy !== undefined) {
      lines.push(`${l10n.t("What to do")}: ${remedy}`, "");
    }
  }
  if (!diagnosis.arrives && cause === undefined) {
    lines.push(...onTheInstance());
  }
  return lines.join("\n");
}

/** What only a session can show. */
function onTheInstance(): string[] {
  return [
    `## ${l10n.t("On an instance")}`,
    "",
    `- ${l10n.t("C:\\ProgramData\\Amazon\\AWSKinesisTap\\logs\\KinesisTap.log says what the agent sends, and why not.")}`,
    `- ${l10n.t("aws sts get-caller-identity --profile appstream_machine_role says whether the role is there.")}`,
    `- ${l10n.t("Test-NetConnection firehose.REGION.amazonaws.com -Port 443 says whether Firehose is reached.")}`,
    `- ${l10n.t("The bucket appstream-logs-REGION-ACCOUNT holds the session script's log.")}`,
    "",
  ];
}

export function hopTitle(hop: Hop): string {
  switch (hop) {
    case "index":
      return l10n.t("Destination");
    case "refused":
      return l10n.t("Refused documents");
    case "errors":
      return l10n.t("Error log");
    case "testRecord":
      return l10n.t("Test record");
    case "stream":
      return l10n.t("Delivery stream");
    case "deliveryRole":
      return l10n.t("Delivery role");
    case "agentFiles":
      return l10n.t("Agent configuration");
    case "machineRole":
      return l10n.t("Machine role");
    case "fleet":
      return l10n.t("Fleet");
    case "image":
      return l10n.t("Image");
    case "sessions":
      return l10n.t("Sessions");
  }
}

export function stateWord(state: FindingState): string {
  switch (state) {
    case "ok":
      return l10n.t("healthy");
    case "silent":
      return l10n.t("nothing comes");
    case "warning":
      return l10n.t("not right");
    case "fault":
      return l10n.t("FAULT");
    case "unknown":
      return l10n.t("not known");
  }
}
