/** Why something failed; code branches on this, never on text. */
export type Reason =
  | "notConnected"
  | "expiredCredentials"
  | "accessDenied"
  | "throttled"
  | "network"
  | "notFound"
  | "conflict"
  | "invalidInput"
  | "unexpected";

export interface ErrorDetails {
  /** What the user can do next: one sentence. */
  readonly next?: string;
  readonly cause?: unknown;
  /** The service's own error name, for the log and for rules keyed by it. */
  readonly code?: string;
}

/** Code of the error that a new project is the remedy of. */
export const noDefinition = "NoDefinition";

const brand = Symbol.for("appstreamMonitor.AppError");

/** The one error type that crosses folders. `message` is a sentence fit for a user. */
export class AppError extends Error {
  /** Each bundle has its own copy of this class; an error of another bundle is one all the same. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }

  readonly reason: Reason;
  readonly next: string | undefined;
  readonly code: string | undefined;

  constructor(reason: Reason, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "AppError";
    Object.defineProperty(this, brand, { value: true });
    this.reason = reason;
    this.next = details.next;
    this.code = details.code;
  }
}

/** Any thrown value as an AppError; what is already one is returned unchanged. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) {
    return thrown;
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError("unexpected", message, { cause: thrown });
}

/** True for what an AbortSignal throws: a stop, not a failure. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "AbortError";
}

/** True when no call succeeds before the user has signed in or has chosen another profile. */
export function isWithoutCredentials({ reason }: AppError): boolean {
  return reason === "expiredCredentials" || reason === "notConnected";
}
