import type { WireRequest, WireResponse } from "../http";
import { ServiceError, type Input, type Output } from "../service";
import { parseJsonBody, toJson } from "./json";
import type { Decoded, Protocol } from "./protocol";

type Route = readonly [method: string, path: string, operation: string, query?: Readonly<Record<string, string>>];

/** OpenSearch control plane: `{Name}` is a path parameter; `query` maps a query key to its input member. */
const routes: readonly Route[] = [
  ["POST", "opensearch/domain", "CreateDomain"],
  ["GET", "opensearch/domain/{DomainName}", "DescribeDomain"],
  ["DELETE", "opensearch/domain/{DomainName}", "DeleteDomain"],
  ["POST", "opensearch/domain-info", "DescribeDomains"],
  ["GET", "opensearch/domain/{DomainName}/config", "DescribeDomainConfig"],
  ["POST", "opensearch/domain/{DomainName}/config", "UpdateDomainConfig"],
  ["GET", "opensearch/domain/{DomainName}/health", "DescribeDomainHealth"],
  ["GET", "opensearch/domain/{DomainName}/progress", "DescribeDomainChangeProgress"],
  ["GET", "domain", "ListDomainNames", { engineType: "EngineType" }],
  ["GET", "opensearch/versions", "ListVersions"],
  ["GET", "opensearch/instanceTypeLimits/{EngineVersion}/{InstanceType}", "DescribeInstanceTypeLimits"],
  ["GET", "opensearch/compatibleVersions", "GetCompatibleVersions", { domainName: "DomainName" }],
  ["GET", "tags", "ListTags", { arn: "ARN" }],
  ["POST", "tags", "AddTags"],
  ["POST", "tags-removal", "RemoveTags"],
];

const prefix = "/2021-01-01/";

export function isRestJson(request: WireRequest): boolean {
  return request.path.startsWith(prefix);
}

/** restJson1: the OpenSearch control plane. */
export const restJsonProtocol: Protocol = {
  decode(request: WireRequest): Decoded {
    const path = request.path.slice(prefix.length).replace(/\/$/, "");
    for (const [method, pattern, operation, query] of routes) {
      const parameters = method === request.method ? match(pattern, path) : undefined;
      if (parameters !== undefined) {
        const input = { ...parseJsonBody(request.body), ...fromQuery(request.query, query ?? {}), ...parameters };
        return { service: "es", operation, input };
      }
    }
    throw new ServiceError("UnknownOperationException", `No operation answers ${request.method} ${request.path}`, 404);
  },
  encode(_decoded: Decoded, output: Output, request: WireRequest): WireResponse {
    return { status: 200, headers: headersOf(request), body: toJson(output ?? {}) };
  },
  encodeError(error: ServiceError, request: WireRequest): WireResponse {
    return {
      status: error.status,
      headers: { ...headersOf(request), "x-amzn-errortype": error.code },
      body: toJson({ message: error.message, ...error.fields }),
    };
  },
};

const headersOf = (request: WireRequest): Record<string, string> => ({
  "content-type": "application/json",
  "x-amzn-requestid": request.requestId,
});

function match(pattern: string, path: string): Input | undefined {
  const names = [...pattern.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "");
  const found = new RegExp(`^${pattern.replace(/\{\w+\}/g, "([^/]+)")}$`).exec(path);
  return found === null ? undefined : Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(found[at + 1] ?? "")]));
}

function fromQuery(query: URLSearchParams, names: Readonly<Record<string, string>>): Input {
  return Object.fromEntries(
    Object.entries(names).flatMap(([key, member]) => {
      const value = query.get(key);
      return value === null ? [] : [[member, value]];
    }),
  );
}
