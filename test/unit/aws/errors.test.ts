import assert from "node:assert/strict";
import { test } from "node:test";
import { mayHelpToReload, toAwsError } from "../../../src/aws/errors";
import { abortError } from "../../../src/core/clock";
import { AppError } from "../../../src/core/errors";

function thrown(name: string, message = "text", more: object = {}): Error {
  return Object.assign(new Error(message), { name }, more);
}

const status = (code: number) => ({ $metadata: { httpStatusCode: code } });

const table: readonly (readonly [string, Error, AppError["reason"]])[] = [
  ["expired token", thrown("ExpiredTokenException"), "expiredCredentials"],
  ["expired token of S3", thrown("ExpiredToken"), "expiredCredentials"],
  [
    "sign-in session over",
    thrown("CredentialsProviderError", "The SSO session associated with this profile has expired."),
    "expiredCredentials",
  ],
  ["token over", thrown("TokenProviderError", "Token is expired."), "expiredCredentials"],
  ["no credentials", thrown("CredentialsProviderError", "Could not load credentials from any providers"), "notConnected"],
  ["denied", thrown("AccessDeniedException", "User: x is not authorized", status(400)), "accessDenied"],
  ["denied by status", thrown("Whatever", "x", status(403)), "accessDenied"],
  ["unknown key", thrown("UnrecognizedClientException", "x", status(400)), "accessDenied"],
  ["throttled", thrown("ThrottlingException", "x", status(400)), "throttled"],
  ["AppStream's limit of requests", thrown("RequestLimitExceededException"), "throttled"],
  ["busy", thrown("ServiceUnavailableException", "x", status(503)), "throttled"],
  ["not found", thrown("ResourceNotFoundException", "x", status(400)), "notFound"],
  ["no role", thrown("NoSuchEntityException", "x", status(404)), "notFound"],
  ["head of a bucket", thrown("NotFound", "UnknownError", status(404)), "notFound"],
  ["in use", thrown("ResourceInUseException", "x", status(400)), "conflict"],
  ["invalid", thrown("InvalidArgumentException", "x", status(400)), "invalidInput"],
  ["quota", thrown("LimitExceededException", "x", status(400)), "invalidInput"],
  ["refused connection", thrown("Error", "connect ECONNREFUSED 127.0.0.1:1", { code: "ECONNREFUSED" }), "network"],
  ["no such host", thrown("Error", "getaddrinfo ENOTFOUND x", { code: "ENOTFOUND" }), "network"],
  ["time-out", thrown("TimeoutError", "x", { code: "ETIMEDOUT" }), "network"],
  ["own certificate", thrown("Error", "self-signed certificate", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }), "network"],
  ["internal error", thrown("InternalFailure", "x", status(500)), "network"],
  ["clock", thrown("SignatureDoesNotMatch", "Signature expired: 2020 is now earlier than 2026", status(403)), "invalidInput"],
  ["defect of our own", new TypeError("x is undefined"), "unexpected"],
];

for (const [name, error, reason] of table) {
  test(`${name} is ${reason}`, () => {
    const mapped = toAwsError(error, "dev");
    assert.ok(mapped instanceof AppError);
    assert.equal(mapped.reason, reason);
    assert.equal(mapped.cause, error);
    assert.ok(mapped.message.length > 0);
  });
}

test("a stop and an error of our own pass unchanged", () => {
  const stop = abortError();
  const own = new AppError("conflict", "x");
  assert.equal(toAwsError(stop), stop);
  assert.equal(toAwsError(own), own);
});

test("a signature's text, which names the session token, is not repeated", () => {
  const mapped = toAwsError(thrown("SignatureDoesNotMatch", "The Canonical String should have been x-amz-security-token:SECRET"), "dev");
  assert.ok(mapped instanceof AppError);
  assert.doesNotMatch(`${mapped.message} ${mapped.next ?? ""}`, /SECRET/);
});

test("the sentence names the profile and the next step", () => {
  const mapped = toAwsError(thrown("TokenProviderError", "Token is expired."), "dev") as AppError;
  assert.match(mapped.message, /profile dev/);
  assert.match(mapped.next ?? "", /aws sso login --profile dev/);
  const tls = toAwsError(thrown("Error", "x", { code: "SELF_SIGNED_CERT_IN_CHAIN" })) as AppError;
  assert.match(tls.next ?? "", /http\.proxyStrictSSL/);
});

test("several refused addresses are one sentence", () => {
  const error = new AggregateError([thrown("Error", "connect ECONNREFUSED ::1:1"), thrown("Error", "other")], "");
  const mapped = toAwsError(Object.assign(error, { code: "ECONNREFUSED" })) as AppError;
  assert.match(mapped.message, /ECONNREFUSED ::1:1/);
});

test("reading anew may help against refusals of a service, not against a missing sign-in", () => {
  const helps = (error: Error) => mayHelpToReload(toAwsError(error, "dev"));
  assert.ok(helps(thrown("ExpiredTokenException")));
  assert.ok(helps(thrown("InvalidClientTokenId")));
  assert.ok(!helps(thrown("TokenProviderError")));
  assert.ok(!helps(thrown("CredentialsProviderError", "SSO session expired")));
  assert.ok(!helps(thrown("AccessDeniedException")));
});
