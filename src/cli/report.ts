import { toAppError } from "../core/errors";

/** Prints a failure as its sentence and the next step; the exit code is 1. */
export function reportError(thrown: unknown): number {
  const error = toAppError(thrown);
  process.stderr.write(`${error.message}${error.next === undefined ? "" : ` ${error.next}`}\n`);
  return 1;
}
