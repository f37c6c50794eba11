import { setTimeout as delay } from "node:timers/promises";
import type { IncomingMessage } from "node:http";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import { AppError } from "../core/errors";
import { partitionOf } from "../core/aws/partition";
import type { ClientOptions } from "./clientOptions";
import { Sha256 } from "./sha256";

/** A service of which one call is needed: its whole client would weigh more than all that uses it. */
interface JsonService {
  /** As in the AWS files: service_quotas. */
  readonly id: string;
  readonly signingName: string;
  /** Prefix of X-Amz-Target. */
  readonly target: string;
  /** First part of the host; absent: the signing name. */
  readonly host?: string;
  /** Where the service is; absent: in the connection's Region. */
  readonly region?: string;
}

/** One operation of an awsJson1_1 service, tried again while the service asks to slow down. */
export async function signedCall(
  { sdk, call, connection }: ClientOptions,
  service: JsonService,
  operation: string,
  input: object,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const { endpoint, credentials, requestHandler, maxAttempts, customUserAgent } = sdk(service.id);
  const region = service.region ?? connection.region;
  const url = new URL(endpoint ?? `https://${service.host ?? service.signingName}.${region}.${partitionOf(region).dnsSuffix}`);
  const signer = new SignatureV4({ service: service.signingName, region, credentials, sha256: Sha256 });
  const body = JSON.stringify(input);
  const once = async (abortSignal: AbortSignal | undefined): Promise<Readonly<Record<string, unknown>>> => {
    const request = new HttpRequest({
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === "" ? {} : { port: Number(url.port) }),
      path: "/",
      headers: {
        host: url.host,
        "user-agent": customUserAgent,
        "content-type": "application/x-amz-json-1.1",
        "content-length": String(Buffer.byteLength(body)),
        "x-amz-target": `${service.target}.${operation}`,
      },
      body,
    });
    const signed = HttpRequest.clone(await signer.sign(request));
    const { response } = await requestHandler.handle(signed, abortSignal === undefined ? {} : { abortSignal });
    const text = await readText(response.body as IncomingMessage);
    if (response.statusCode >= 300) {
      throw refusal(response.statusCode, text);
    }
    return JSON.parse(text) as Record<string, unknown>;
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

/** In the form in which the SDK throws it. */
function refusal(status: number, text: string): Error {
  let answer: Readonly<Record<string, unknown>>;
  try {
    answer = JSON.parse(text) as Record<string, unknown>;
  } catch {
    answer = {}; // A proxy's page.
  }
  const type = typeof answer["__type"] === "string" ? answer["__type"] : "";
  const message = [answer["message"], answer["Message"]].find((one) => typeof one === "string");
  const error = new Error(typeof message === "string" ? message : text.slice(0, 200));
  error.name = type.replace(/^.*#/, "") || `HTTP ${status}`;
  return Object.assign(error, { $metadata: { httpStatusCode: status } });
}
