import type { WireRequest, WireResponse } from "../http";
import { ServiceError, type Input, type Output } from "../service";
import { parseJsonBody, toJson } from "./json";
import type { Decoded, Protocol } from "./protocol";

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: RegExp;
  /** Query parameters by the input member they fill. */
  readonly query: Readonly<Record<string, string>>;
}

/** `GET /path/{Label}?Member=name` with the operation's name before it, as in the API's model. */
const table = `
CreateDomain POST /2021-01-01/opensearch/domain
DescribeDomain GET /2021-01-01/opensearch/domain/{DomainName}
DescribeDomains POST /2021-01-01/opensearch/domain-info
DescribeDomainConfig GET /2021-01-01/opensearch/domain/{DomainName}/config
DescribeDomainHealth GET /2021-01-01/opensearch/domain/{DomainName}/health
DescribeDomainChangeProgress GET /2021-01-01/opensearch/domain/{DomainName}/progress?ChangeId=changeid
UpdateDomainConfig POST /2021-01-01/opensearch/domain/{DomainName}/config
UpgradeDomain POST /2021-01-01/opensearch/upgradeDomain
DeleteDomain DELETE /2021-01-01/opensearch/domain/{DomainName}
ListDomainNames GET /2021-01-01/domain?EngineType=engineType
ListVersions GET /2021-01-01/opensearch/versions?MaxResults=maxResults&NextToken=nextToken
ListInstanceTypeDetails GET /2021-01-01/opensearch/instanceTypeDetails/{EngineVersion}?DomainName=domainName&MaxResults=maxResults&NextToken=nextToken&InstanceType=instanceType
DescribeInstanceTypeLimits GET /2021-01-01/opensearch/instanceTypeLimits/{EngineVersion}/{InstanceType}?DomainName=domainName
GetCompatibleVersions GET /2021-01-01/opensearch/compatibleVersions?DomainName=domainName
AddTags POST /2021-01-01/tags
ListTags GET /2021-01-01/tags/?ARN=arn
RemoveTags POST /2021-01-01/tags-removal
CreateElasticsearchDomain POST /2015-01-01/es/domain
DescribeElasticsearchDomain GET /2015-01-01/es/domain/{DomainName}
DescribeElasticsearchDomains POST /2015-01-01/es/domain-info
DescribeElasticsearchDomainConfig GET /2015-01-01/es/domain/{DomainName}/config
DescribeDomainChangeProgress GET /2015-01-01/es/domain/{DomainName}/progress?ChangeId=changeid
UpdateElasticsearchDomainConfig POST /2015-01-01/es/domain/{DomainName}/config
DeleteElasticsearchDomain DELETE /2015-01-01/es/domain/{DomainName}
ListDomainNames GET /2015-01-01/domain?EngineType=engineType
ListElasticsearchVersions GET /2015-01-01/es/versions?MaxResults=maxResults&NextToken=nextToken
DescribeElasticsearchInstanceTypeLimits GET /2015-01-01/es/instanceTypeLimits/{ElasticsearchVersion}/{InstanceType}?DomainName=domainName
GetCompatibleElasticsearchVersions GET /2015-01-01/es/compatibleVersions?DomainName=domainName
AddTags POST /2015-01-01/tags
ListTags GET /2015-01-01/tags/?ARN=arn
RemoveTags POST /2015-01-01/tags-removal
`;

const routes: readonly Route[] = table.trim().split("\n").map(toRoute);

function toRoute(line: string): Route {
  const [operation = "", method = "", uri = ""] = line.split(" ");
  const [path = "", query = ""] = uri.split("?");
  const pattern = path.replace(/\/$/, "").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return { operation, method, path: new RegExp(`^${pattern}/?$`), query: Object.fromEntries(new URLSearchParams(query)) };
}

export const isOpenSearchPath = (path: string): boolean => /^\/20(21|15)-01-01\//.test(path);

/** restJson1: OpenSearch Service and the legacy Elasticsearch API. */
export const restJsonProtocol: Protocol = {
  decode(request: WireRequest): Decoded {
    for (const route of routes) {
      const match = route.method === request.method ? route.path.exec(request.path) : null;
      if (match !== null) {
        return { service: "es", operation: route.operation, input: readInput(request, route, match.groups ?? {}) };
      }
    }
    throw new ServiceError("UnknownOperationException", "", 404);
  },
  encode(_decoded: Decoded, output: Output, request: WireRequest): WireResponse {
    const headers = { "content-type": "application/json", "x-amzn-requestid": request.requestId };
    return { status: 200, headers, body: output === undefined ? "" : toJson(output) };
  },
  encodeError(error: ServiceError, request: WireRequest): WireResponse {
    return {
      status: error.status,
      headers: { "content-type": "application/json", "x-amzn-requestid": request.requestId, "x-amzn-errortype": error.code },
      body: toJson(error.message === "" ? {} : { message: error.message, ...error.fields }),
    };
  },
};

function readInput(request: WireRequest, route: Route, labels: Readonly<Record<string, string>>): Input {
  const input: Record<string, unknown> = { ...parseJsonBody(request.body) };
  for (const [member, name] of Object.entries(route.query)) {
    const value = request.query.get(name);
    if (value !== null) {
      input[member] = value;
    }
  }
  for (const [member, value] of Object.entries(labels)) {
    input[member] = decodeLabel(value);
  }
  return input;
}

function decodeLabel(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new ServiceError("SerializationException", "The request's path is not valid.");
  }
}
