import * as l10n from "@vscode/l10n";
import type { Connected } from "../aws/connection";
import type { Domain, SearchTarget, SearchTransport } from "../aws/ports";
import { AppError } from "../errors";
import { indexBaseName, parseIndices } from "../resources/domain";
import { domainRefusal, refusalError } from "../resources/domainRefusal";

export interface StreamTarget {
  readonly domain: string;
  readonly index: string;
}

/** Where a delivery stream writes to. */
export async function targetOfStream({ aws }: Connected, stream: string, signal?: AbortSignal): Promise<StreamTarget> {
  const { destination } = await aws.streams.get(stream, signal);
  const domain = destination?.domainArn?.split("/").at(-1);
  if (domain === undefined || destination?.indexName === undefined) {
    throw new AppError("invalidInput", l10n.t("The delivery stream {0} does not write to a search domain.", stream), {
      next: l10n.t("Choose a stream whose destination is OpenSearch or Elasticsearch."),
    });
  }
  return { domain, index: destination.indexName };
}

export interface OpenedWith {
  readonly aws: Connected["aws"];
  readonly connection: Pick<Connected["connection"], "region">;
}

export interface DomainWay {
  /** Absent: signed, or unsigned where the policy lets this address in. */
  readonly access?: SearchTarget["access"];
  /** Connected to instead of the domain's own address, for example the end of a tunnel into its VPC. */
  readonly address?: string;
}

/** Requests to a domain in the way that somebody chose; what they left open is found out. */
export async function openDomainBy(opened: OpenedWith, name: string, way: DomainWay, signal?: AbortSignal): Promise<SearchTransport> {
  if (way.access === undefined && way.address === undefined) {
    return openDomain(opened, name, signal);
  }
  const { aws, connection } = opened;
  const endpoint = await endpointOf(opened, name, signal);
  const { access = { kind: "sigv4" } as const, address } = way;
  return aws.search({
    ...(address === undefined ? { endpoint } : { endpoint: address, hostOverride: endpoint.replace(/\/.*$/, "") }),
    region: connection.region,
    access,
  });
}

async function endpointOf({ aws }: OpenedWith, name: string, signal?: AbortSignal): Promise<string> {
  const { endpoint } = await aws.domains.get(name, signal);
  if (endpoint === undefined) {
    throw noEndpoint(name);
  }
  return endpoint;
}

function noEndpoint(name: string): AppError {
  return new AppError("conflict", l10n.t("The domain {0} has no endpoint yet.", name), {
    next: l10n.t("Wait until the domain is active and start again."),
  });
}

/** Requests to a domain, signed unless its policy lets this address in without. */
export async function openDomain({ aws, connection }: OpenedWith, name: string, signal?: AbortSignal): Promise<SearchTransport> {
  return openFound({ aws, connection }, await aws.domains.get(name, signal), signal);
}

/** For who has asked for the domain already. */
export async function openFound({ aws, connection }: OpenedWith, domain: Domain, signal?: AbortSignal): Promise<SearchTransport> {
  const { endpoint } = domain;
  if (endpoint === undefined) {
    throw noEndpoint(domain.name);
  }
  const target = (kind: "sigv4" | "unsigned"): SearchTarget => ({ endpoint, region: connection.region, access: { kind } });
  if (letsAddressesIn(domain)) {
    const unsigned = aws.search(target("unsigned"));
    const { status } = await unsigned.send({ method: "GET", path: "/" }, signal);
    if (status === 200) {
      return unsigned;
    }
  }
  return aws.search(target("sigv4"));
}

function letsAddressesIn({ accessPolicy, fineGrainedAccess }: Domain): boolean {
  return !fineGrainedAccess && /"(?:Not)?IpAddress"/.test(accessPolicy ?? "");
}

/** Names without rotation suffix, each once. */
export async function listIndexNames(transport: SearchTransport, signal?: AbortSignal): Promise<readonly string[]> {
  const answer = await transport.send({ method: "GET", path: "/_cat/indices", query: { format: "json", h: "index" } }, signal);
  const refusal = domainRefusal(answer.status, answer.body);
  if (refusal !== undefined) {
    throw refusalError(refusal, "");
  }
  if (answer.status !== 200) {
    throw new AppError("network", l10n.t("The domain answered with status {0}.", answer.status));
  }
  return [...new Set(parseIndices(answer.body).map(({ name }) => indexBaseName(name)))];
}
