import { timingSafeEqual } from "node:crypto";
import { isInternalKey, sandboxCredentials, type Caller } from "./credentials";
import { fault } from "./faults";
import type { WireRequest } from "./http";
import { ServiceError } from "./service";
import { hasSession, missingToken, sessionHasEnded, sessionToken } from "./services/sts";
import { sha256, signatureOf, timeText } from "./signature";
import type { World } from "./world";

/** Services that answer in XML and name their refusals without "Exception". */
const isXml = (service: string): boolean => ["sts", "iam", "cloudformation", "s3"].includes(service);

/** Minutes by which a clock may be wrong. */
const tolerance = (service: string): number => (service === "s3" ? 15 : 5);

/** Who calls an operation of the service; refuses as that service does. */
export function authenticate(world: World, request: WireRequest, service: string): Caller {
  const { caller } = request;
  if (caller === undefined) {
    throw unsigned(service);
  }
  verifySignature(world, request, caller, service);
  if (fault(world, "expiredToken") !== undefined || sessionHasEnded(world, caller.accessKeyId)) {
    throw expiredToken(service);
  }
  return caller;
}

/** Why the data plane of a domain refuses a signed request; undefined where it may be judged by policies. */
export function refusedSignature(world: World, request: WireRequest): string | undefined {
  try {
    if (request.caller !== undefined) {
      verifySignature(world, request, request.caller, "es");
      return sessionHasEnded(world, request.caller.accessKeyId) ? expiredToken("es").message : undefined;
    }
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ServiceError) {
      return thrown.message;
    }
    throw thrown;
  }
}

function verifySignature(world: World, request: WireRequest, caller: Caller, service: string): void {
  const { headers, query } = request;
  if (caller.signature === undefined) {
    throw new ServiceError(
      "InvalidRequest",
      "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    );
  }
  if (!isKnown(world, caller.accessKeyId, headers["x-amz-security-token"] ?? query.get("X-Amz-Security-Token") ?? undefined)) {
    throw unknownKey(service);
  }
  if (caller.service !== service) {
    throw mismatch(service, `Credential should be scoped to correct service: '${service}'. `);
  }
  const time = headers["x-amz-date"] ?? query.get("X-Amz-Date") ?? "";
  if (!/^\d{8}T\d{6}Z$/.test(time)) {
    throw incomplete(service, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  checkTime(world, time, caller, service, query);
  const { names, text } = caller.signature;
  if (!names.includes("host")) {
    throw mismatch(service, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  // A proxy of this machine, such as one that records, says for whom the client has signed.
  const host = headers["x-forwarded-host"] ?? headers["host"] ?? "";
  const wanted = signatureOf({ ...request, headers: { ...headers, host } }, names, { ...caller, time }, sandboxCredentials.secretAccessKey);
  if (!isEqual(wanted, text)) {
    throw mismatch(
      service,
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    );
  }
  const hash = headers["x-amz-content-sha256"] ?? "";
  if (service === "s3" && /^[0-9a-f]{64}$/.test(hash) && hash !== sha256(request.body)) {
    throw new ServiceError("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
}

/** Of keys with a token the token must be theirs; those of the sandbox's own services have none. */
function isKnown(world: World, accessKeyId: string, token: string | undefined): boolean {
  if (accessKeyId === sandboxCredentials.accessKeyId) {
    return token === undefined;
  }
  return hasSession(world, accessKeyId) && (isInternalKey(accessKeyId) || token === sessionToken(accessKeyId));
}

function checkTime(world: World, time: string, caller: Caller, service: string, query: URLSearchParams): void {
  if (caller.day !== time.slice(0, 8)) {
    const words = `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${caller.day}' != '${time.slice(0, 8)}', from '${time}'.`;
    throw mismatch(service, words);
  }
  const sent = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (query.has("X-Amz-Signature")) {
    if (world.now() > sent + Number(query.get("X-Amz-Expires") ?? "NaN") * 1000) {
      throw service === "s3" ? new ServiceError("AccessDenied", "Request has expired", 403) : mismatch(service, "Signature expired.");
    }
    return;
  }
  const minutes = tolerance(service);
  const limit = minutes * 60_000;
  if (service === "s3" && Math.abs(world.now() - sent) > limit) {
    throw new ServiceError("RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", 403);
  }
  if (world.now() - sent > limit) {
    throw mismatch(
      service,
      `Signature expired: ${time} is now earlier than ${timeText(world.now() - limit)} (${timeText(world.now())} - ${minutes} min.)`,
    );
  }
  if (sent - world.now() > limit) {
    throw mismatch(
      service,
      `Signature not yet current: ${time} is still later than ${timeText(world.now() + limit)} (${timeText(world.now())} + ${minutes} min.)`,
    );
  }
}

function isEqual(wanted: string, given: string): boolean {
  const [a, b] = [Buffer.from(wanted), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function mismatch(service: string, message: string): ServiceError {
  return isXml(service)
    ? new ServiceError("SignatureDoesNotMatch", message, 403)
    : new ServiceError("InvalidSignatureException", message, service === "es" ? 403 : 400);
}

function incomplete(service: string, message: string): ServiceError {
  return new ServiceError(isXml(service) ? "IncompleteSignature" : "IncompleteSignatureException", message, service === "es" ? 403 : 400);
}

function unknownKey(service: string): ServiceError {
  switch (service) {
    case "s3":
      return new ServiceError("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", 403);
    case "sts":
    case "iam":
    case "cloudformation":
      return new ServiceError("InvalidClientTokenId", "The security token included in the request is invalid.", 403);
    default:
      return new ServiceError(
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
        service === "es" ? 403 : 400,
      );
  }
}

function unsigned(service: string): ServiceError {
  if (service === "s3") {
    return new ServiceError("AccessDenied", "Access Denied", 403);
  }
  return isXml(service)
    ? missingToken()
    : new ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token", service === "es" ? 403 : 400);
}

function expiredToken(service: string): ServiceError {
  const message = "The security token included in the request is expired";
  if (isXml(service)) {
    return new ServiceError("ExpiredToken", message, service === "s3" ? 400 : 403);
  }
  return new ServiceError("ExpiredTokenException", message, service === "es" ? 403 : 400);
}
