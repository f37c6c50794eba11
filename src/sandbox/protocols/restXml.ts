import type { WireRequest, WireResponse } from "../http";
import { scalarText } from "../inputs";
import { ServiceError, type Input, type Output } from "../service";
import { element, escapeXml, parseXml, xmlDeclaration } from "../xml";
import type { Decoded, Protocol } from "./protocol";
import { s3Routes, unservedSubresources, type S3Route } from "./s3Routes";
import { fromXml, membersToXml } from "./xmlShapes";

const namespace = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** Headers by the input member they fill. */
const requestHeaders: Readonly<Record<string, string>> = {
  ContentType: "content-type",
  ContentEncoding: "content-encoding",
  ContentDisposition: "content-disposition",
  ContentLanguage: "content-language",
  CacheControl: "cache-control",
  ExpectedBucketOwner: "x-amz-expected-bucket-owner",
  Range: "range",
  IfMatch: "if-match",
  IfNoneMatch: "if-none-match",
  CopySource: "x-amz-copy-source",
  MetadataDirective: "x-amz-metadata-directive",
};

/** Answer members that are headers. */
const answerHeaders: Readonly<Record<string, string>> = {
  ...{ ContentType: "content-type", ContentEncoding: "content-encoding", ContentDisposition: "content-disposition" },
  ...{ ContentLanguage: "content-language", CacheControl: "cache-control", ContentRange: "content-range", AcceptRanges: "accept-ranges" },
  ...{ ETag: "etag", LastModified: "last-modified", ContentLength: "content-length", VersionId: "x-amz-version-id" },
  ...{ DeleteMarker: "x-amz-delete-marker", ServerSideEncryption: "x-amz-server-side-encryption" },
  ...{ CopySourceVersionId: "x-amz-copy-source-version-id" },
  ...{ BucketRegion: "x-amz-bucket-region", Location: "location" },
};

/** restXml: S3, path-style and virtual-hosted (`bucket.localhost`). */
export const restXmlProtocol: Protocol = {
  decode(request: WireRequest): Decoded {
    const { bucket, key } = targetOf(request);
    const route = findRoute(request, bucket === "" ? "service" : key === "" ? "bucket" : "object");
    const input: Record<string, unknown> = { ...headersIn(request), ...queryIn(request, route) };
    if (bucket !== "") {
      input["Bucket"] = bucket;
    }
    if (key !== "") {
      input["Key"] = key;
    }
    return { service: "s3", operation: route.operation, input: { ...input, ...bodyIn(request, route) } };
  },
  encode({ operation, input }: Decoded, output: Output, request: WireRequest): WireResponse {
    const route = s3Routes.find((each) => each.operation === operation);
    const headers = { ...commonHeaders(request), ...headersOut(output ?? {}, route), ...overrides(request, operation) };
    if (operation === "GetObject" || operation === "HeadObject") {
      const body = output?.["Body"];
      return {
        status: output?.["ContentRange"] === undefined ? 200 : 206,
        headers,
        ...(body instanceof Uint8Array ? { body: Buffer.from(body) } : {}),
      };
    }
    if (operation === "GetBucketPolicy") {
      return { status: 200, headers: { ...headers, "content-type": "application/json" }, body: String(output?.["Policy"]) };
    }
    if (operation === "GetBucketLocation") {
      const location = escapeXml(String(output?.["LocationConstraint"]));
      return xml(200, headers, element("LocationConstraint", location, namespace));
    }
    if (route?.answer === undefined) {
      return { status: route?.status ?? 200, headers, ...(route?.status === 204 ? {} : { body: "" }) };
    }
    const { root, members } = route.answer;
    const content = (output?.[root] ?? output ?? {}) as Readonly<Record<string, unknown>>;
    return xml(200, headers, element(root, membersToXml(encodedKeys(content, input), members), namespace));
  },
  encodeError(error: ServiceError, request: WireRequest): WireResponse {
    const fields = Object.entries(error.fields)
      .map(([name, value]) => element(name, escapeXml(String(value as string))))
      .join("");
    if (error.status === 304) {
      return { status: 304, headers: commonHeaders(request) };
    }
    const body =
      element("Code", escapeXml(error.code)) +
      element("Message", escapeXml(error.message)) +
      fields +
      element("RequestId", request.requestId) +
      element("HostId", "sandbox");
    return xml(error.status, commonHeaders(request), element("Error", body));
  },
};

function bucketInHost(request: WireRequest): string {
  const name = /^(.+)\.localhost(?::\d+)?$/i.exec(request.headers["host"] ?? "")?.[1] ?? "";
  return /^s3([.-]|$)/.test(name) ? "" : name.replace(/\.s3([.-][a-z0-9-]+)?$/, "");
}

function targetOf(request: WireRequest): { readonly bucket: string; readonly key: string } {
  const path = request.path.slice(1);
  const inHost = bucketInHost(request);
  if (inHost !== "") {
    return { bucket: inHost, key: decode(path) };
  }
  const slash = path.indexOf("/");
  return slash < 0 ? { bucket: decode(path), key: "" } : { bucket: decode(path.slice(0, slash)), key: decode(path.slice(slash + 1)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceError("InvalidURI", "Couldn't parse the specified URI.");
  }
}

function findRoute(request: WireRequest, target: S3Route["target"]): S3Route {
  const { method, query } = request;
  const unserved = [...query.keys()].find((name) => unservedSubresources.has(name));
  const route = s3Routes.find(
    (each) =>
      each.method === method &&
      each.target === target &&
      (each.sub === undefined || query.has(each.sub)) &&
      (each.header === undefined || request.headers[each.header] !== undefined),
  );
  if ((unserved !== undefined && unserved !== route?.sub) || (target === "object" && query.has("tagging"))) {
    throw new ServiceError("NotImplemented", "A header or query you provided implies functionality that is not implemented.");
  }
  if (route === undefined) {
    throw new ServiceError("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);
  }
  return route;
}

function headersIn(request: WireRequest): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [member, header] of Object.entries(requestHeaders)) {
    const value = request.headers[header];
    if (value !== undefined && !(member === "ContentEncoding" && value === "aws-chunked")) {
      input[member] = value;
    }
  }
  const metadata = Object.entries(request.headers).filter(([name]) => name.startsWith("x-amz-meta-"));
  return { ...input, Metadata: Object.fromEntries(metadata.map(([name, value]) => [name.slice("x-amz-meta-".length), value])) };
}

function queryIn(request: WireRequest, route: S3Route): Record<string, unknown> {
  const entries = Object.entries(route.query ?? {}).map(([member, name]) => [member, request.query.get(name) ?? undefined] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function bodyIn(request: WireRequest, route: S3Route): Input {
  const bytes = unchunked(request);
  if (route.bytes !== undefined) {
    return { [route.bytes]: route.bytes === "Policy" ? bytes.toString("utf8") : bytes };
  }
  if (route.body === undefined || bytes.length === 0) {
    return {};
  }
  const parsed = parseXml(bytes.toString("utf8"));
  if (parsed === undefined) {
    throw new ServiceError("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
  }
  return { [route.body.member]: fromXml(parsed.node, route.body.shape) };
}

/** Takes the aws-chunked framing away: `hex[;signature]CRLF bytes CRLF`, ended by a chunk of none and trailers. */
function unchunked({ headers, body }: WireRequest): Buffer {
  const isChunked =
    (headers["x-amz-content-sha256"] ?? "").startsWith("STREAMING-") || /\baws-chunked\b/.test(headers["content-encoding"] ?? "");
  if (!isChunked) {
    return body;
  }
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf("\r\n", at);
    const size = parseInt(body.subarray(at, Math.max(at, end)).toString("latin1").split(";")[0] ?? "", 16);
    if (end < 0 || !(size >= 0) || end + 2 + size > body.length) {
      throw new ServiceError("IncompleteBody", "The request body terminated unexpectedly");
    }
    if (size === 0) {
      return Buffer.concat(parts);
    }
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}

function commonHeaders(request: WireRequest): Record<string, string> {
  return { "x-amz-request-id": request.requestId, "x-amz-id-2": "sandbox" };
}

function headersOut(output: Readonly<Record<string, unknown>>, route: S3Route | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [member, header] of Object.entries(answerHeaders)) {
    const value = output[member];
    if (value !== undefined && (route?.answer === undefined || output[route.answer.root] !== undefined)) {
      headers[header] = value instanceof Date ? value.toUTCString() : (scalarText(value) ?? "");
    }
  }
  for (const [name, value] of Object.entries((output["Metadata"] ?? {}) as Record<string, string>)) {
    headers[`x-amz-meta-${name}`] = value;
  }
  return headers;
}

/** A presigned GET may choose headers of its answer. */
function overrides({ query }: WireRequest, operation: string): Record<string, string> {
  if (operation !== "GetObject") {
    return {};
  }
  const names = ["content-type", "content-disposition", "content-encoding", "content-language", "cache-control"];
  return Object.fromEntries(
    names.map((name) => [name, query.get(`response-${name}`)] as const).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

/** Clients that ask for `encoding-type=url` get keys percent-encoded. */
function encodedKeys(output: Readonly<Record<string, unknown>>, input: Input): Readonly<Record<string, unknown>> {
  if (input["EncodingType"] !== "url") {
    return output;
  }
  const encode = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) {
      return value.map((each) => encode(each, name));
    }
    if (typeof value === "object" && value !== null && !(value instanceof Date)) {
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, encode(each, key)]));
    }
    const isKey = ["Key", "Prefix", "Delimiter", "KeyMarker", "NextKeyMarker", "Marker", "NextMarker", "StartAfter"].includes(name);
    return isKey && typeof value === "string" ? encodeURIComponent(value).replaceAll("%2F", "/") : value;
  };
  return encode(output, "") as Readonly<Record<string, unknown>>;
}

function xml(status: number, headers: Readonly<Record<string, string>>, body: string): WireResponse {
  return { status, headers: { ...headers, "content-type": "application/xml" }, body: xmlDeclaration + body };
}
