import { setTimeout as delay } from "node:timers/promises";
import type { IncomingMessage } from "node:http";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import { AppError } from "../core/errors";
import { partitionOf } from "../core/aws/partition";
import type { ClientOptions } from "./clientOptions";
import { Sha256 } from "./sha256";

export interface SignedService {
  /** As in the AWS files: service_quotas. */
  readonly id: string;
  readonly signingName: string;
  /** First part of the host; absent: the signing name. */
  readonly host?: string;
  /** Where the service is; absent: in the connection's Region. */
  readonly region?: string;
}

export interface SignedRequest<T> {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly read: (text: string) => T;
  /** The failure in the form in which the SDK throws it. */
  readonly refusal: (status: number, text: string) => Error;
}

/** One request to a service whose whole client would weigh more than all that uses it, tried again while the service asks to slow down. */
export async function signedPost<T>(
  { sdk, call, connection }: ClientOptions,
  service: SignedService,
  { headers, body, read, refusal }: SignedRequest<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { endpoint, credentials, requestHandler, maxAttempts, customUserAgent } = sdk(service.id);
  const region = service.region ?? connection.region;
  const url = new URL(endpoint ?? `https://${service.host ?? service.signingName}.${region}.${partitionOf(region).dnsSuffix}`);
  const signer = new SignatureV4({ service: service.signingName, region, credentials, sha256: Sha256 });
  const once = async (abortSignal: AbortSignal | undefined): Promise<T> => {
    const request = new HttpRequest({
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === "" ? {} : { port: Number(url.port) }),
      path: "/",
      headers: { host: url.host, "user-agent": customUserAgent, "content-length": String(Buffer.byteLength(body)), ...headers },
      body,
    });
    const signed = HttpRequest.clone(await signer.sign(request));
    const { response } = await requestHandler.handle(signed, abortSignal === undefined ? {} : { abortSignal });
    const text = await readText(response.body as IncomingMessage);
    if (response.statusCode >= 300) {
      throw refusal(response.statusCode, text);
    }
    return read(text);
  };
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(({ abortSignal }) => once(abortSignal), signal);
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.reason !== "throttled" || attempt >= maxAttempts) {
        throw thrown;
      }
      await delay(100 * 2 ** attempt, undefined, signal === undefined ? {} : { signal });
    }
  }
}

async function readText(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A service's refusal by its name; what is no answer of the service is named by its status. */
export function namedError(name: string | undefined, message: string | undefined, status: number, text: string): Error {
  const error = new Error(message ?? text.slice(0, 200));
  error.name = name ?? `HTTP ${status}`;
  return Object.assign(error, { $metadata: { httpStatusCode: status } });
}
