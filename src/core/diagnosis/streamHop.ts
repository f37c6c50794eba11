import * as l10n from "@vscode/l10n";
import type { DeliveryStream } from "../aws/ports";
import { targetOf } from "../pipeline/definition";
import { nameOfArn, type DiagnosisContext } from "./context";
import { said, type Said } from "./finding";

/** Whether the stream takes records, and delivers where the definition says. */
export function lookAtStream({ stream, target }: DiagnosisContext): Said {
  if (stream === undefined) {
    const text = l10n.t("There is no delivery stream {0} in {1}: the agents' records are refused.", target.stream, target.region);
    return said("fault", text, [], l10n.t("Deploy again. Without a stream of this name the agents keep their records for a while only."));
  }
  const evidence = [lineOf(stream)];
  if (stream.status !== "ACTIVE") {
    const remedy = stream.status.endsWith("_FAILED")
      ? l10n.t("Delete it and deploy again; the reason above must be gone first.")
      : l10n.t("Wait a minute and look again.");
    return said("fault", l10n.t("The delivery stream takes no records while it is {0}.", stream.status), evidence, remedy);
  }
  if (stream.sourceType !== "DirectPut") {
    const text = l10n.t("The delivery stream reads from {0} and refuses records that agents put into it.", stream.sourceType);
    return said("fault", text, evidence, l10n.t("Use a stream whose source is Direct PUT."));
  }
  if (stream.encryption?.endsWith("_FAILED") === true) {
    const text = l10n.t("The delivery stream's encryption is {0}: records may be refused.", stream.encryption);
    return said(
      "fault",
      text,
      evidence,
      l10n.t("See that its key exists, is enabled and may be used, then turn the encryption off and on."),
    );
  }
  return elsewhere(stream, target, evidence) ?? said("ok", l10n.t("The delivery stream takes records."), evidence);
}

const lineOf = ({ name, status, version, failure, destination }: DeliveryStream): string =>
  [
    l10n.t("Stream {0}: {1}, version {2}, to {3}", name, status, version ?? "?", destination?.kind ?? "?"),
    ...(failure === undefined ? [] : [failure]),
  ].join("; ");

/** Somebody has pointed it to another index or domain. */
function elsewhere(
  { destination }: DeliveryStream,
  { sessions }: DiagnosisContext["target"],
  evidence: readonly string[],
): Said | undefined {
  const wanted = sessions === undefined ? undefined : targetOf(sessions.definition);
  if (wanted?.index === undefined || destination?.indexName === undefined) {
    return undefined;
  }
  const domain = destination.domainArn === undefined ? undefined : nameOfArn(destination.domainArn);
  const wrong = [
    ...(destination.indexName === wanted.index ? [] : [l10n.t("index {0} instead of {1}", destination.indexName, wanted.index)]),
    ...(domain === undefined || domain === wanted.domain ? [] : [l10n.t("domain {0} instead of {1}", domain, wanted.domain ?? "")]),
  ];
  return wrong.length === 0
    ? undefined
    : said(
        "fault",
        l10n.t("The delivery stream delivers elsewhere than the definition says: {0}.", wrong.join(", ")),
        evidence,
        l10n.t("Correct the definition, or the stream; AppStream: Show Drift… compares all of it."),
      );
}
