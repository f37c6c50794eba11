import * as l10n from "@vscode/l10n";
import type { Aws, Domain, SearchAnswer, SearchRequest, SearchTransport } from "../aws/ports";
import type { Clock } from "../clock";
import { AppError, isAbort, toAppError } from "../errors";
import { targetOf, type PipelineDefinition } from "./definition";
import type { Listener, Pace } from "./progress";

export interface AfterDeps {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly emit: Listener;
  /** Seconds that Firehose buffers, as this connection counts them. */
  readonly bufferSeconds: number;
}

/** The domain with what its data plane needs to know. */
export interface Reach {
  readonly domain: Domain;
  readonly transport: SearchTransport;
  readonly dashboards: string;
}

export async function reachDomain(aws: Aws, definition: PipelineDefinition, signal?: AbortSignal): Promise<Reach | undefined> {
  const { domain: name } = targetOf(definition);
  if (name === undefined) {
    return undefined;
  }
  const domain = await aws.domains.get(name, signal);
  if (domain.endpoint === undefined || domain.inVpc) {
    return undefined;
  }
  const path = isElasticsearch(domain) ? "/_plugin/kibana" : "/_dashboards";
  const transport = aws.search({ endpoint: domain.endpoint, region: definition.region, access: { kind: "sigv4" } });
  return { domain, transport, dashboards: `${domain.endpoint.startsWith("127.0.0.1") ? "http" : "https"}://${domain.endpoint}${path}` };
}

export function isElasticsearch(domain: Domain): boolean {
  return domain.engineVersion.startsWith("Elasticsearch_");
}

/** Index template, before the first record makes the index with the engine's defaults. */
export async function putIndexTemplate(deps: AfterDeps, definition: PipelineDefinition, reach: Reach, signal?: AbortSignal): Promise<void> {
  const { index } = definition.stream;
  const body = {
    index_patterns: [indexPattern(definition)],
    settings: { number_of_shards: 1, number_of_replicas: definition.domain.instanceCount > 1 ? 1 : 0 },
    mappings: { properties: mappings },
  };
  await step(deps, l10n.t("Index template {0}", index), async () => {
    await sendToDomain(deps, reach, { method: "PUT", path: `/_template/${encodeURIComponent(index)}`, body: JSON.stringify(body) }, signal);
  });
}

const keyword = { type: "keyword", ignore_above: 1024 };
export const mappings: Readonly<Record<string, { readonly type: string; readonly ignore_above?: number }>> = {
  TimeCreated: { type: "date" },
  Description: { type: "text" },
  EventId: { type: "long" },
  Index: { type: "long" },
  LevelDisplayName: keyword,
  LogName: keyword,
  MachineName: keyword,
  ProviderName: keyword,
  UserName: keyword,
  AppStream_Session_ID: keyword,
  AppStream_UserName: keyword,
  AppStream_Stack_Name: keyword,
  AppStream_User_Access_Mode: keyword,
  AppStream_Session_Reservation_DateTime: keyword,
  AppStream_Image_Arn: keyword,
  AppStream_Instance_Type: keyword,
  AppStream_Resource_Type: keyword,
  AppStream_Resource_Name: keyword,
};

/** Pattern of the index and its rotations. */
export function indexPattern({ stream }: PipelineDefinition): string {
  return stream.indexRotation === "NoRotation" ? stream.index : `${stream.index}-*`;
}

export async function putIndexPattern(deps: AfterDeps, definition: PipelineDefinition, reach: Reach, signal?: AbortSignal): Promise<void> {
  const title = indexPattern(definition);
  const old = isElasticsearch(reach.domain);
  const path = `${old ? "/_plugin/kibana" : "/_dashboards"}/api/saved_objects/index-pattern/${encodeURIComponent(definition.stream.index)}`;
  const request = {
    path,
    headers: { [old ? "kbn-xsrf" : "osd-xsrf"]: "true" },
    body: JSON.stringify({ attributes: { title, timeFieldName: "TimeCreated" } }),
  };
  await step(deps, l10n.t("Index pattern {0}", title), async () => {
    // The service ignores URL parameters of signed POST requests, so an existing object is updated instead of overwritten.
    const answer = await sendToDomain(deps, reach, { ...request, method: "POST" }, signal, [409]);
    if (answer.status === 409) {
      await sendToDomain(deps, reach, { ...request, method: "PUT" }, signal);
    }
  });
}

/** Where a record is put in, and where it should come out. */
export interface RecordRoute {
  readonly stream: string;
  /** Without rotation suffix. */
  readonly index: string;
  readonly isRotated: boolean;
}

export function routeOf(definition: PipelineDefinition): RecordRoute {
  const { index, indexRotation } = definition.stream;
  return { stream: targetOf(definition).stream, index, isRotated: indexRotation !== "NoRotation" };
}

/**
 * A record of our own, sent through the stream and looked for in the index, then deleted. True when it arrived. Where the domain
 * could not be asked to the end, it throws why: nothing is known then about the record.
 */
export async function sendSyntheticRecord(
  deps: Pick<AfterDeps, "aws" | "clock" | "pace" | "emit" | "bufferSeconds">,
  route: RecordRoute,
  reach: Pick<Reach, "transport">,
  signal?: AbortSignal,
): Promise<boolean> {
  const id = crypto.randomUUID();
  const record = {
    TimeCreated: new Date(deps.clock.now()).toISOString(),
    Description: "Test record of AppStream Monitor",
    LogName: "AppStreamMonitor",
    ProviderName: "AppStreamMonitor",
    EventId: 1,
    synthetic: true,
    synthetic_id: id,
  };
  await deps.aws.streams.putRecord(route.stream, `${JSON.stringify(record)}\n`, signal);
  deps.emit({ kind: "phase", phase: "after", text: l10n.t("Sent a test record; waiting for it in the index.") });
  const limit = deps.clock.now() + deps.bufferSeconds * 1000 + deps.pace.searchLimit;
  const body = JSON.stringify({ size: 1, query: { match_phrase: { synthetic_id: id } } });
  const search: SearchRequest = {
    method: "POST",
    path: `/${route.index}${route.isRotated ? "-*" : ""}/_search`,
    body,
    contentType: "application/json",
  };
  for (;;) {
    let refused: AppError | undefined;
    try {
      const hit = firstHit(await reach.transport.send(search, signal));
      if (hit !== undefined) {
        await removeRecord(deps, reach, hit, signal);
        return true;
      }
    } catch (thrown) {
      if (isAbort(thrown)) {
        throw thrown;
      }
      refused = toAppError(thrown);
    }
    if (deps.clock.now() >= limit) {
      if (refused !== undefined) {
        throw refused;
      }
      return false;
    }
    await deps.clock.delay(deps.pace.first, signal);
  }
}

interface Hit {
  readonly _index: string;
  readonly _id: string;
}

/** An index that is not there yet has no hit. */
function firstHit(answer: SearchAnswer): Hit | undefined {
  const { status, body } = answer;
  if (status >= 300 && status !== 404) {
    throw refusalOf(answer);
  }
  return status === 404 ? undefined : (JSON.parse(body) as { hits?: { hits?: readonly Hit[] } }).hits?.hits?.[0];
}

async function removeRecord(
  deps: Pick<AfterDeps, "clock" | "pace" | "emit">,
  reach: Pick<Reach, "transport">,
  { _index, _id }: Hit,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await sendToDomain(deps, reach, { method: "DELETE", path: `/${_index}/_doc/${encodeURIComponent(_id)}` }, signal, [404]);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) {
      throw thrown;
    }
    const text = l10n.t("The test record {0} stays in the index {1}: {2}", _id, _index, thrown.message);
    deps.emit({ kind: "note", severity: "warning", text });
  }
}

function refusalOf({ status, body }: SearchAnswer): AppError {
  return new AppError("unexpected", l10n.t("The domain answered {0}: {1}", status, body.slice(0, 300)));
}

export async function sendToDomain(
  deps: Pick<AfterDeps, "clock" | "pace">,
  reach: Pick<Reach, "transport">,
  request: SearchRequest,
  signal: AbortSignal | undefined,
  expected: readonly number[] = [],
): Promise<SearchAnswer> {
  const limit = deps.clock.now() + 300_000;
  for (;;) {
    try {
      const answer = await reach.transport.send({ ...request, contentType: "application/json" }, signal);
      if (answer.status < 300 || expected.includes(answer.status)) {
        return answer;
      }
      if (![429, 502, 503, 504].includes(answer.status) || deps.clock.now() >= limit) {
        throw refusalOf(answer);
      }
    } catch (thrown) {
      // The address of a new domain is not known everywhere at once.
      if (!(thrown instanceof AppError) || thrown.reason !== "network" || deps.clock.now() >= limit) {
        throw thrown;
      }
    }
    await deps.clock.delay(deps.pace.first, signal);
  }
}

/** These steps are a comfort: their failure is told and does not undo a working pipeline. */
export async function step(deps: AfterDeps, name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
    deps.emit({ kind: "note", severity: "information", text: l10n.t("{0}: done.", name) });
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === "AbortError") {
      throw thrown;
    }
    deps.emit({ kind: "note", severity: "warning", text: l10n.t("{0} could not be written: {1}", name, toAppError(thrown).message) });
  }
}
