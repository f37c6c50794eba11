import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import * as l10n from "@vscode/l10n";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Environment } from "../core/aws/profile";
import type { SearchAnswer, SearchRequest, SearchTarget, SearchTransport } from "../core/aws/ports";
import { abortError, throwIfAborted } from "../core/clock";
import { AppError } from "../core/errors";
import { domainRefusal } from "../core/resources/domainRefusal";
import { trusted } from "./authorities";
import type { ClientOptions } from "./clientOptions";
import { ProxyAgent } from "./proxy";
import { Sha256 } from "./sha256";

const defaultTimeout = 30_000;
const sockets = 4;
const idleTimeout = 40_000;
const unzip = promisify(gunzip);

/**
 * Nothing is read and no socket is opened before the first request. Credentials that the domain no longer accepts are read anew,
 * and a clock that is wrong is allowed for, once for each request.
 */
export function createSearchTransport(
  options: Pick<ClientOptions, "connection" | "credentials" | "proxies">,
  target: SearchTarget,
): SearchTransport {
  const base = baseUrl(target.endpoint, options.connection.endpoint?.startsWith("http:") ?? false);
  const signer = new SignatureV4({ service: "es", region: target.region, credentials: options.credentials, sha256: Sha256 });
  let agent = agentFor(base, target, options.proxies);
  let clockOffset = 0;
  const attempt = async (request: SearchRequest, signal: AbortSignal | undefined): Promise<SearchAnswer> => {
    throwIfAborted(signal);
    const message = await authorized(toMessage(base, target, request), target, signer, new Date(Date.now() + clockOffset));
    throwIfAborted(signal);
    const used = agent;
    try {
      return await exchange(message, { agent: used, base, target, timeout: request.timeoutMs ?? defaultTimeout, signal });
    } catch (thrown) {
      // A deployment of the domain replaces its nodes: no other socket is worth keeping, and the name is looked up again.
      if (thrown instanceof AppError && used === agent) {
        agent = agentFor(base, target, options.proxies);
        used.destroy();
      }
      throw thrown;
    }
  };
  return {
    send: async (request, signal) => {
      const answer = await attempt(request, signal);
      switch (target.access.kind === "sigv4" ? domainRefusal(answer.status, answer.body) : undefined) {
        case "expiredToken":
        case "invalidToken":
          options.credentials.forget();
          return attempt(request, signal);
        case "clock": {
          const theirs = Date.parse(answer.headers["date"] ?? "");
          if (Number.isNaN(theirs)) {
            return answer;
          }
          clockOffset = theirs - Date.now();
          return attempt(request, signal);
        }
        default:
          return answer;
      }
    },
  };
}

function agentFor(base: URL, { certificateAuthority }: SearchTarget, proxies: Environment | undefined): HttpAgent {
  const common = { keepAlive: true, maxSockets: sockets, timeout: idleTimeout };
  if (base.protocol === "http:") {
    return new HttpAgent(common);
  }
  const secure = { ...common, ...trusted(proxies, certificateAuthority) };
  return proxies === undefined ? new HttpsAgent(secure) : new ProxyAgent(proxies, secure);
}

/** Only a sandbox on this machine is spoken to without encryption. */
function baseUrl(endpoint: string, sandbox: boolean): URL {
  if (/^https?:\/\//.test(endpoint)) {
    return new URL(endpoint);
  }
  const local = sandbox || /^(127\.0\.0\.1|localhost|\[::1\])(?=[:/]|$)/.test(endpoint);
  return new URL(`${local ? "http" : "https"}://${endpoint}`);
}

function toMessage(base: URL, target: SearchTarget, request: SearchRequest): HttpRequest {
  return new HttpRequest({
    method: request.method,
    protocol: base.protocol,
    hostname: base.hostname,
    ...(base.port === "" ? {} : { port: Number(base.port) }),
    path: base.pathname.replace(/\/$/, "") + request.path,
    query: { ...request.query },
    headers: {
      ...request.headers,
      host: target.hostOverride ?? base.host,
      "accept-encoding": "gzip",
      ...(request.body === undefined
        ? {}
        : { "content-type": request.contentType ?? "application/json", "content-length": String(Buffer.byteLength(request.body)) }),
    },
    body: request.body,
  });
}

async function authorized(message: HttpRequest, target: SearchTarget, signer: SignatureV4, signingDate: Date): Promise<HttpRequest> {
  const { access } = target;
  switch (access.kind) {
    case "unsigned":
      return message;
    case "basic":
      message.headers["authorization"] = `Basic ${Buffer.from(`${access.user}:${access.password}`).toString("base64")}`;
      return message;
    case "sigv4":
      return HttpRequest.clone(await signer.sign(message, { signingDate }));
  }
}

interface Exchange {
  readonly agent: HttpAgent;
  readonly base: URL;
  readonly target: SearchTarget;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

async function exchange(message: HttpRequest, { agent, base, target, timeout, signal }: Exchange): Promise<SearchAnswer> {
  const late = AbortSignal.timeout(timeout);
  const options: RequestOptions = {
    agent,
    method: message.method,
    hostname: message.hostname.replace(/^\[|\]$/g, ""),
    port: base.port === "" ? undefined : base.port,
    path: message.path + queryText(message.query),
    headers: message.headers,
    signal: signal === undefined ? late : AbortSignal.any([signal, late]),
  };
  try {
    const answer = await answerTo(
      base.protocol === "http:"
        ? httpRequest(options)
        : httpsRequest(target.hostOverride === undefined ? options : { ...options, servername: target.hostOverride.replace(/:\d+$/, "") }),
      message.body as string | undefined,
    );
    return await toAnswer(answer);
  } catch (thrown) {
    if (signal?.aborted) {
      throw abortError();
    }
    if (thrown instanceof AppError) {
      throw thrown; // Of the proxy.
    }
    throw late.aborted ? timedOut(base, timeout) : unreachable(base, thrown);
  }
}

/** Percent-encoded as the signature counts it. */
function queryText(query: HttpRequest["query"]): string {
  const encoded = (text: string): string =>
    encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairs = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function answerTo(sent: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once("response", resolve);
    sent.on("error", reject);
    sent.end(body);
  });
}

async function toAnswer(incoming: IncomingMessage): Promise<SearchAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(chunk as Buffer);
  }
  const bytes = Buffer.concat(chunks);
  const zipped = incoming.headers["content-encoding"] === "gzip" && bytes.length > 0;
  return {
    status: incoming.statusCode ?? 0,
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
    body: (zipped ? await unzip(bytes) : bytes).toString("utf8"),
  };
}

function timedOut(base: URL, timeout: number): AppError {
  return new AppError("network", l10n.t("{0} did not answer within {1} seconds.", base.host, timeout / 1000), { code: "TimeoutError" });
}

function unreachable(base: URL, thrown: unknown): AppError {
  const { code, message } = thrown as NodeJS.ErrnoException;
  return new AppError("network", l10n.t("{0} could not be reached: {1}.", base.host, code ?? message), {
    next: adviceOn(code ?? ""),
    cause: thrown,
    ...(code === undefined ? {} : { code }),
  });
}

function adviceOn(code: string): string {
  if (code === "ENOTFOUND") {
    return l10n.t("Check the endpoint's name; the name of a domain inside a VPC may only be known there.");
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return l10n.t("The certificate is for another name: through a tunnel, give the domain's own host name as well.");
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return l10n.t("The certificate is not signed by an authority that is trusted here: give the authority's certificate.");
  }
  return l10n.t("Check the network, the proxy and whether the domain is inside a VPC.");
}
