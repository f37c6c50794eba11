import { createHash, createHmac } from "node:crypto";

/** What of a request is signed. */
export interface Signable {
  readonly method: string;
  /** As it was sent, percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Where and when a signature counts. */
export interface Scope {
  /** ISO 8601 without punctuation: 20260102T030405Z. */
  readonly time: string;
  readonly region: string;
  readonly service: string;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Signature Version 4 of a request, in hexadecimal. */
export function signatureOf(request: Signable, signedHeaders: readonly string[], { time, region, service }: Scope, secret: string): string {
  const canonical = [
    request.method,
    service === "s3" ? request.path : escapedPath(request.path),
    canonicalQuery(request.query),
    ...signedHeaders.map((name) => `${name}:${(request.headers[name] ?? "").trim().replace(/ +/g, " ")}`),
    "",
    signedHeaders.join(";"),
    payloadHash(request, service),
  ].join("\n");
  const day = time.slice(0, 8);
  const text = ["AWS4-HMAC-SHA256", time, `${day}/${region}/${service}/aws4_request`, sha256(canonical)].join("\n");
  const key = [day, region, service, "aws4_request"].reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${secret}`);
  return hmac(key, text).toString("hex");
}

/** Headers for a request to `url`, signed. */
export function signedHeaders(
  { method, url, headers = {}, body = "" }: { method: string; url: string; headers?: Record<string, string>; body?: string | Uint8Array },
  { accessKeyId, secretAccessKey }: Keys,
  { region, service, now }: { readonly region: string; readonly service: string; readonly now: number },
): Record<string, string> {
  const { host, pathname, searchParams } = new URL(url);
  const time = timeText(now);
  const all = { ...headers, host, "x-amz-date": time };
  const names = Object.keys(all).sort();
  const request = { method, path: pathname, query: searchParams, headers: all, body };
  const signature = signatureOf(request, names, { time, region, service }, secretAccessKey);
  const credential = `${accessKeyId}/${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...headers, "x-amz-date": time, authorization };
}

export function timeText(now: number): string {
  return new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

export const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

const hmac = (key: string | Buffer, data: string): Buffer => createHmac("sha256", key).update(data).digest();

/** Everything but S3 signs a path that is encoded once more, without empty and dot segments. */
function escapedPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") {
      segments.pop();
    } else if (segment !== "" && segment !== ".") {
      segments.push(escape(segment));
    }
  }
  return `/${segments.join("/")}${segments.length > 0 && path.endsWith("/") ? "/" : ""}`;
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${escape(name)}=${escape(value)}`)
    .sort()
    .join("&");
}

function escape(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** S3 signs what the header says, even that the payload is not signed; the others what they got. */
function payloadHash({ headers, query, body }: Signable, service: string): string {
  const said = headers["x-amz-content-sha256"];
  if (service === "s3") {
    return said ?? (query.has("X-Amz-Signature") ? "UNSIGNED-PAYLOAD" : sha256(body));
  }
  return said === "UNSIGNED-PAYLOAD" ? said : sha256(body);
}
