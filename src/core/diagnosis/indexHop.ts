import * as l10n from "@vscode/l10n";
import { ifFound } from "../aws/found";
import type { Domain, SearchAnswer, SearchTransport } from "../aws/ports";
import { AppError } from "../errors";
import { at, listAt, numberAt } from "../logs/json";
import { openFound } from "../logs/tailTarget";
import { domainRefusal, refusalError } from "../resources/domainRefusal";
import { bucketOfArn, recentObjects } from "./bucketObjects";
import { ageText, nameOfArn, type DiagnosisContext } from "./context";
import { said, type Said } from "./finding";
import { misfits } from "./mappingCheck";

export interface IndexLook {
  readonly said: Said;
  /** Time of the newest event, milliseconds; absent where there is none, or none can be read. */
  readonly newest?: number;
  readonly transport?: SearchTransport;
}

/** Beyond its buffering, an event is late after this long. */
const patience = 300_000;

/** Whether events arrive, and what in the domain itself would keep them out. */
export async function lookAtIndex(context: DiagnosisContext): Promise<IndexLook> {
  const { stream, aws, signal, target } = context;
  const destination = stream?.destination;
  if (stream === undefined) {
    return { said: said("silent", l10n.t("Without its delivery stream nothing reaches the index.")) };
  }
  if (destination?.kind === "s3" && destination.bucketArn !== undefined) {
    return lookAtBucket(context, destination.bucketArn, destination.errorPrefix ?? "");
  }
  if (destination?.domainArn === undefined || destination.indexName === undefined) {
    return { said: said("unknown", l10n.t("The stream delivers to {0}, which is not looked into.", destination?.kind ?? "?")) };
  }
  const name = nameOfArn(destination.domainArn);
  const domain = await ifFound(() => aws.domains.get(name, signal));
  if (domain === undefined) {
    const remedy = l10n.t("Deploy again, or point the stream to another domain.");
    return { said: said("fault", l10n.t("The domain {0}, which the stream delivers to, does not exist.", name), [], remedy) };
  }
  const state = stateFault(domain);
  if (state !== undefined || domain.inVpc) {
    const hidden = l10n.t("The domain {0} is inside a VPC and cannot be asked from here.", name);
    return { said: state ?? said("unknown", hidden, [stateLine(domain)]) };
  }
  const pattern = `${destination.indexName}${destination.indexRotation === "NoRotation" ? "" : "-*"}`;
  const transport = await openFound({ aws, connection: { region: target.region } }, domain, signal);
  return { transport, ...(await lookInside(context, domain, transport, pattern)) };
}

/** A stream to a bucket: its newest object of today or yesterday (UTC). */
async function lookAtBucket(context: DiagnosisContext, arn: string, prefix: string): Promise<IndexLook> {
  const { aws, clock, signal } = context;
  const bucket = bucketOfArn(arn);
  const objects = await ifFound(() => recentObjects(aws.buckets, bucket, prefix, clock.now(), signal));
  if (objects === undefined) {
    const remedy = l10n.t("Create it again under its name, in this Region, or deploy with another one.");
    return { said: said("fault", l10n.t("The bucket {0}, which the stream delivers to, does not exist.", bucket), [], remedy) };
  }
  const [newest] = objects;
  if (newest === undefined) {
    return { said: said("silent", l10n.t("Nothing has been delivered since yesterday."), [l10n.t("Bucket {0}: no object", bucket)]) };
  }
  const evidence = [`s3://${bucket}/${newest.key}, ${ageText(clock.now(), newest.modified)}`];
  return { newest: newest.modified, said: arrival(context, newest.modified, evidence) };
}

/** Whether the newest event is as young as the stream's buffering lets it be. */
function arrival({ clock, stream }: DiagnosisContext, newest: number, evidence: readonly string[]): Said {
  const now = clock.now();
  const age = ageText(now, newest);
  const late = (stream?.destination?.bufferSeconds ?? 300) * 1000 + patience;
  return now - newest <= late
    ? said("ok", l10n.t("Events arrive: the newest is from {0}.", age), evidence)
    : said("silent", l10n.t("No new event arrives: the newest is from {0}.", age), evidence);
}

function stateFault(domain: Domain): Said | undefined {
  if (domain.endpoint !== undefined || domain.inVpc) {
    return undefined;
  }
  const text = l10n.t("The domain {0} has no endpoint: it is not ready, or is being deleted.", domain.name);
  return said(
    "fault",
    text,
    [stateLine(domain)],
    l10n.t("Wait until it is active. A domain that is stuck for hours is a case for AWS Support."),
  );
}

const stateLine = ({ name, status, processing, engineVersion }: Domain): string =>
  processing
    ? l10n.t("Domain {0}: {1}, {2}, a change is in progress", name, engineVersion, status)
    : l10n.t("Domain {0}: {1}, {2}", name, engineVersion, status);

async function lookInside(
  context: DiagnosisContext,
  domain: Domain,
  transport: SearchTransport,
  pattern: string,
): Promise<Omit<IndexLook, "transport">> {
  const { signal, clock } = context;
  const body = JSON.stringify({
    size: 1,
    track_total_hits: true,
    // Our own test records are no events.
    query: { bool: { must_not: { term: { synthetic: true } } } },
    sort: [{ TimeCreated: { order: "desc", unmapped_type: "date" } }],
  });
  const search = await transport.send({ method: "POST", path: `/${pattern}/_search`, body, contentType: "application/json" }, signal);
  const evidence = [stateLine(domain)];
  if (search.status === 401 || search.status === 403) {
    const { message, next } = refusalError(domainRefusal(search.status, search.body) ?? "policy", "");
    return { said: said("unknown", message, [...evidence, answerLine(pattern, search)], next) };
  }
  const missing = search.status === 404;
  if (search.status !== 200 && !missing) {
    const text = l10n.t("The domain does not answer searches of {0}.", pattern);
    return { said: said("fault", text, [...evidence, answerLine(pattern, search)], l10n.t("Look at its health in the view Domains.")) };
  }
  const answer: unknown = missing ? {} : JSON.parse(search.body);
  const count = numberAt(answer, "hits", "total", "value") ?? 0;
  const newest = timeOf(at(listAt(answer, "hits", "hits")[0], "_source", "TimeCreated"));
  const age = newest === undefined ? l10n.t("no time") : ageText(clock.now(), newest);
  evidence.push(
    missing
      ? l10n.t("There is no index {0} yet.", pattern)
      : l10n.t("Index {0}: {1} documents, the newest {2}", pattern, count, count === 0 ? "-" : age),
  );
  const own = (await blockFault(transport, signal)) ?? (missing ? undefined : await mappingFault(transport, pattern, signal));
  if (own !== undefined) {
    return { said: { ...own, evidence: [...evidence, ...own.evidence] }, ...(newest === undefined ? {} : { newest }) };
  }
  if (newest !== undefined) {
    return { said: arrival(context, newest, evidence), newest };
  }
  const text = count === 0 ? l10n.t("No event has ever arrived.") : l10n.t("No new event arrives: the newest is from {0}.", age);
  return { said: said("silent", text, evidence) };
}

const answerLine = (pattern: string, { status, body }: SearchAnswer): string => `POST /${pattern}/_search: ${status} ${body.slice(0, 200)}`;

function timeOf(value: unknown): number | undefined {
  const time = typeof value === "string" ? Date.parse(value) : typeof value === "number" ? value : NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** What the engine does to all indices when its disks are full. */
async function blockFault(transport: SearchTransport, signal?: AbortSignal): Promise<Said | undefined> {
  const answer = await transport.send({ method: "GET", path: "/_all/_settings" }, signal);
  if (answer.status !== 200) {
    return undefined; // Reading settings may not be permitted, and nothing follows from that.
  }
  const settings = Object.entries(JSON.parse(answer.body) as Record<string, unknown>);
  const blocked = settings
    .filter(([, value]) => String(at(value, "settings", "index", "blocks", "read_only_allow_delete")) === "true")
    .map(([name]) => name);
  return blocked.length === 0
    ? undefined
    : said(
        "fault",
        l10n.t("The domain's disks are or were full: {0} indices are read-only.", blocked.length),
        [l10n.t("index.blocks.read_only_allow_delete is true on {0}", blocked.slice(0, 3).join(", "))],
        l10n.t("Delete old indices or enlarge the volumes, then set index.blocks.read_only_allow_delete to null."),
      );
}

async function mappingFault(transport: SearchTransport, pattern: string, signal?: AbortSignal): Promise<Said | undefined> {
  const answer = await transport.send({ method: "GET", path: `/${pattern}/_mapping` }, signal);
  if (answer.status !== 200) {
    return undefined;
  }
  const found = misfits(JSON.parse(answer.body) as Record<string, unknown>);
  if (found.length === 0) {
    return undefined;
  }
  const refuses = found.some((one) => one.refuses);
  return said(
    refuses ? "fault" : "warning",
    refuses
      ? l10n.t("The index has types that the agent's events do not fit: it refuses them.")
      : l10n.t("The index does not hold TimeCreated as a date: dashboards and tails cannot order its events by time."),
    found.map(({ index, field, type, expected }) => l10n.t("{0}: {1} is of type {2}, not {3}", index, field, type, expected)),
    l10n.t(
      "A type cannot be changed: delete the index, or deploy with another name of the index. Deploying writes an index template with the right types first.",
    ),
  );
}

/** A domain that cannot be reached at all is a finding, not a failure of the diagnosis. */
export function unreachable(thrown: unknown): Said | undefined {
  return thrown instanceof AppError && thrown.reason === "network"
    ? said("unknown", l10n.t("The domain could not be reached from here."), [thrown.message], thrown.next)
    : undefined;
}
