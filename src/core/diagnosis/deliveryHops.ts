import * as l10n from "@vscode/l10n";
import { ifFound } from "../aws/found";
import { parseJson, at } from "../logs/json";
import { bucketOfArn } from "./bucketObjects";
import { ageText, type DiagnosisContext } from "./context";
import { findFailed, groupRefusals, textOf } from "./failedDocuments";
import { said, type Said } from "./finding";
import { explain } from "./remedies";

const shortened = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

/** Documents that the destination refused lie in the bucket. Those from before the newest event are history. */
export async function lookAtRefused(context: DiagnosisContext, newestEvent: number | undefined): Promise<Said | undefined> {
  const { aws, clock, signal, stream } = context;
  const bucketArn = stream?.destination?.bucketArn;
  if (bucketArn === undefined || stream?.destination?.kind === "s3") {
    return undefined;
  }
  const bucket = bucketOfArn(bucketArn);
  const failed = await ifFound(async () => ({
    found: await findFailed(aws.buckets, bucket, stream?.destination?.errorPrefix ?? "", clock.now(), signal),
  }));
  if (failed === undefined) {
    const text = l10n.t(
      "The bucket {0} of the delivery stream does not exist: what cannot be delivered is lost, and delivery stands still.",
      bucket,
    );
    return said("fault", text, [], l10n.t("Create it again under its name, in this Region, or deploy with another one."));
  }
  const { found } = failed;
  if (found === undefined) {
    return said("ok", l10n.t("No document was refused since yesterday."), [l10n.t("Bucket {0}: no failed documents", bucket)]);
  }
  const groups = groupRefusals(found.documents);
  const evidence = [
    `s3://${bucket}/${found.keys[0] ?? ""}`,
    l10n.t("Objects since yesterday: {0}, the newest {1}", found.keys.length, ageText(clock.now(), found.newest)),
    ...groups.slice(0, 3).map(({ code, message, count }) => `${count} × ${code}: ${shortened(message)}`),
  ];
  const [first] = groups;
  const { reason, remedy } = explain(first?.code ?? "", first?.message ?? "");
  const isPast = newestEvent !== undefined && found.newest < newestEvent;
  return isPast
    ? said("warning", l10n.t("Earlier, documents were refused: {0}", reason), evidence, remedy)
    : said("fault", l10n.t("Documents arrive at the stream and are refused: {0}", reason), evidence, remedy);
}

/** The stream's error log. Lines are sampled: that there is none proves nothing. */
export async function lookAtErrors(context: DiagnosisContext, newestEvent: number | undefined): Promise<Said | undefined> {
  const { aws, clock, signal, stream } = context;
  const { logging } = stream?.destination ?? {};
  if (stream === undefined) {
    return undefined;
  }
  if (logging?.enabled !== true || logging.group === undefined || logging.stream === undefined) {
    const remedy = l10n.t('Turn "errorLogging" on and deploy.');
    return said("warning", l10n.t("The delivery stream does not log its errors."), [], remedy);
  }
  const { group, stream: logStream } = logging;
  const events = await ifFound(() => aws.logGroups.listEvents(group, logStream, 50, signal));
  if (events === undefined) {
    const text = l10n.t("The log stream {0} of {1} does not exist: errors of the delivery are not logged.", logStream, group);
    return said("warning", text, [], l10n.t("Create log group and log stream again under these names."));
  }
  const errors = events.map(({ time, message }) => {
    const line = parseJson(message);
    return { time: time.getTime(), code: textOf(at(line, "errorCode")), message: textOf(at(line, "message")) || message };
  });
  const newest = errors.at(-1);
  if (newest === undefined) {
    return said("ok", l10n.t("No error is logged."), [l10n.t("Log stream {0} of {1}: empty", logStream, group)]);
  }
  const evidence = [
    l10n.t("Log stream {0} of {1}: the newest error is from {2}", logStream, group, ageText(clock.now(), newest.time)),
    ...groupRefusals(errors)
      .slice(0, 3)
      .map(({ code, message, count }) => `${count} × ${code}: ${shortened(message)}`),
  ];
  const { reason, remedy } = explain(newest.code, newest.message);
  const isPast = (newestEvent !== undefined && newest.time < newestEvent) || newest.time < clock.now() - 86_400_000;
  return isPast
    ? said("warning", l10n.t("Earlier, delivery failed: {0}", reason), evidence, remedy)
    : said("fault", l10n.t("Delivery fails: {0}", reason), evidence, remedy);
}
