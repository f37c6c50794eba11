import type { Clock } from "../clock";
import { toAppError, type AppError } from "../errors";

export interface RetryRule {
  /** True for an error that passes by itself. */
  readonly passes: (error: AppError) => boolean;
  readonly limitMs: number;
  readonly pauseMs: number;
}

/** Repeats a call while its failure is one of those that pass, and within the limit; then the service's own message stands. */
export async function withRetry<T>(clock: Clock, rule: RetryRule, call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const started = clock.now();
  for (;;) {
    try {
      return await call();
    } catch (thrown) {
      const error = toAppError(thrown);
      if (!rule.passes(error) || clock.now() - started >= rule.limitMs) {
        throw thrown;
      }
      await clock.delay(rule.pauseMs, signal);
    }
  }
}

/** The two failures of a role that was created a moment ago, and of concurrent changes in AppStream. */
export function appstreamPasses(error: AppError): boolean {
  const code = error.code ?? "";
  return (
    (code === "InvalidRoleException" && /encountered an error because your IAM role/.test(error.message)) ||
    code === "ConcurrentModificationException" ||
    error.reason === "throttled"
  );
}
