import type { ClientOptions } from "./clientOptions";
import { namedError, signedPost, type SignedService } from "./signedPost";

interface JsonService extends SignedService {
  /** Prefix of X-Amz-Target. */
  readonly target: string;
}

/** One operation of an awsJson1_1 service. */
export function signedCall(
  options: ClientOptions,
  service: JsonService,
  operation: string,
  input: object,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const request = {
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `${service.target}.${operation}` },
    body: JSON.stringify(input),
    read: (text: string) => JSON.parse(text) as Record<string, unknown>,
    refusal,
  };
  return signedPost(options, service, request, signal);
}

function refusal(status: number, text: string): Error {
  let answer: Readonly<Record<string, unknown>>;
  try {
    answer = JSON.parse(text) as Record<string, unknown>;
  } catch {
    answer = {}; // A proxy's page.
  }
  const type = typeof answer["__type"] === "string" ? answer["__type"].replace(/^.*#/, "") : "";
  const message = [answer["message"], answer["Message"]].find((one) => typeof one === "string");
  return namedError(type === "" ? undefined : type, message, status, text);
}
