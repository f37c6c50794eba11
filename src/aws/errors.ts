import * as l10n from "@vscode/l10n";
import { AppError, isAbort, type Reason } from "../core/errors";

interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly status: number | undefined;
}

/** Names that services give their refusals, without the `Exception` that most of them end in. */
const reasonOfName: Readonly<Record<string, Reason>> = {
  ExpiredToken: "expiredCredentials",
  RequestExpired: "expiredCredentials",
  TokenProviderError: "expiredCredentials",
  AccessDenied: "accessDenied",
  UnauthorizedOperation: "accessDenied",
  NotAuthorized: "accessDenied",
  Forbidden: "accessDenied",
  Throttling: "throttled",
  Throttled: "throttled",
  ThrottledRequest: "throttled",
  RequestThrottled: "throttled",
  TooManyRequests: "throttled",
  RequestLimitExceeded: "throttled",
  SlowDown: "throttled",
  ServiceUnavailable: "throttled",
  ResourceNotFound: "notFound",
  NoSuchEntity: "notFound",
  NoSuchBucket: "notFound",
  NoSuchKey: "notFound",
  NotFound: "notFound",
  ChangeSetNotFound: "notFound",
  ResourceInUse: "conflict",
  ConcurrentModification: "conflict",
  ResourceAlreadyExists: "conflict",
  EntityAlreadyExists: "conflict",
  AlreadyExists: "conflict",
  BucketAlreadyExists: "conflict",
  BucketAlreadyOwnedByYou: "conflict",
  BucketNotEmpty: "conflict",
  DeleteConflict: "conflict",
  OperationAborted: "conflict",
  OperationNotPermitted: "conflict",
  InvalidChangeSetStatus: "conflict",
  ResourceNotAvailable: "conflict",
  TimeoutError: "network",
};

/** The credentials themselves are refused; after a change of the AWS files the same profile may work. */
const refusedCredentials = new Set([
  "InvalidClientTokenId",
  "UnrecognizedClient",
  "InvalidAccessKeyId",
  "AuthFailure",
  "SignatureDoesNotMatch",
  "InvalidSignature",
  "IncompleteSignature",
  "MissingAuthenticationToken",
]);

const networkCode = /^(E(CONN|NOTFOUND|TIMEDOUT|HOST|NET|AI_AGAIN|PIPE|PROTO)|UND_ERR|ERR_SOCKET)/;
const tlsCode = /CERT|TLS|SSL|UNABLE_TO_|HOSTNAME_MISMATCH/;

/** What the SDK threw, as our error; an abort and an AppError pass unchanged. `profile` only words the message. */
export function toAwsError(thrown: unknown, profile?: string): unknown {
  if (thrown instanceof AppError || isAbort(thrown) || !(thrown instanceof Error)) {
    return thrown;
  }
  const failure = readFailure(thrown);
  const details = { cause: thrown, code: failure.name };
  const name = failure.name.replace(/Exception$/, "");
  const who = profile ?? l10n.t("environment");
  if (isSsoLoginNeeded(failure)) {
    return new AppError("expiredCredentials", l10n.t("The sign-in session of profile {0} has expired or was never started.", who), {
      ...details,
      next: l10n.t("Sign in again: aws sso login --profile {0}", who),
    });
  }
  if (/skew|signature expired|signature not yet current/i.test(`${name} ${failure.message}`)) {
    return new AppError("invalidInput", l10n.t("AWS refused the request because the clock of this machine is wrong."), {
      ...details,
      next: l10n.t("Set the clock and try again."),
    });
  }
  if (refusedCredentials.has(name)) {
    return new AppError("accessDenied", l10n.t("AWS does not accept the credentials of profile {0} ({1}).", who, name), {
      ...details,
      next: l10n.t("Edit the credentials or choose another profile."),
    });
  }
  if (name === "CredentialsProviderError") {
    return new AppError(
      "notConnected",
      l10n.t("There are no usable credentials in profile {0}: {1}.", who, failure.message.replace(/\.$/, "")),
      {
        ...details,
        next: l10n.t("Edit the profile or choose another one."),
      },
    );
  }
  return serviceError(failure, name, who, details);
}

function serviceError(failure: Failure, name: string, who: string, details: { cause: unknown; code: string }): AppError {
  const message = failure.message === "" || failure.message === "UnknownError" ? failure.name : failure.message;
  const reason = reasonOf(failure, name);
  switch (reason) {
    case "expiredCredentials":
      return new AppError(reason, l10n.t("The credentials of profile {0} have expired.", who), {
        ...details,
        next: l10n.t("Renew them or choose another profile."),
      });
    case "accessDenied":
      return new AppError(reason, l10n.t("Access denied: {0}", message), {
        ...details,
        next: l10n.t("Ask for this permission or choose another profile."),
      });
    case "throttled":
      return new AppError(reason, l10n.t("AWS asks to slow down: {0}", message), { ...details, next: l10n.t("Try again in a minute.") });
    case "network":
      return networkError(failure, message, details);
    default:
      return new AppError(reason, message, details);
  }
}

function networkError(failure: Failure, message: string, details: { cause: unknown; code: string }): AppError {
  if (tlsCode.test(failure.code ?? "")) {
    return new AppError("network", l10n.t("The server's certificate is not trusted: {0}", message), {
      ...details,
      next: l10n.t("Behind a company proxy, look at the settings http.proxyStrictSSL and http.systemCertificates."),
    });
  }
  return new AppError("network", l10n.t("AWS could not be reached: {0}", message), {
    ...details,
    next: l10n.t("Check the network, the proxy and the endpoint, then try again."),
  });
}

function readFailure(error: Error): Failure {
  const { code, $metadata: metadata } = error as Error & { code?: unknown; $metadata?: { httpStatusCode?: number } };
  // A refused connection to several addresses is one AggregateError without a message of its own.
  const inner = error instanceof AggregateError && error.message === "" ? (error.errors as unknown[])[0] : undefined;
  return {
    name: error.name,
    message: (inner instanceof Error ? inner.message : error.message).trim(),
    code: typeof code === "string" ? code : undefined,
    status: metadata?.httpStatusCode,
  };
}

function isSsoLoginNeeded({ name, message }: Failure): boolean {
  return (
    name === "TokenProviderError" ||
    (name === "CredentialsProviderError" && /sso (session|login|token)|aws (sso )?login|token is expired/i.test(message)) ||
    (name === "UnauthorizedException" && /session token/i.test(message))
  );
}

function reasonOf({ code, status }: Failure, name: string): Reason {
  const named = reasonOfName[name];
  if (named !== undefined) {
    return named;
  }
  if (code !== undefined && (networkCode.test(code) || tlsCode.test(code))) {
    return "network";
  }
  if (/^(Invalid|Validation|Malformed|LimitExceeded|Unsupported|Incompatible|EntitlementNotFound)/.test(name)) {
    return "invalidInput";
  }
  return reasonOfStatus(status);
}

function reasonOfStatus(status: number | undefined): Reason {
  switch (status) {
    case undefined:
      return "unexpected";
    case 401:
    case 403:
      return "accessDenied";
    case 404:
      return "notFound";
    case 409:
      return "conflict";
    case 429:
    case 503:
      return "throttled";
    default:
      return status >= 500 ? "network" : status >= 400 ? "invalidInput" : "unexpected";
  }
}

/** True when a service refused credentials that may have been renewed on disk meanwhile. */
export function mayHelpToReload(thrown: unknown): boolean {
  if (!(thrown instanceof AppError)) {
    return false;
  }
  const name = (thrown.code ?? "").replace(/Exception$/, "");
  return reasonOfName[name] === "expiredCredentials" ? name !== "TokenProviderError" : refusedCredentials.has(name);
}
