import type { Severity } from "./problem";

/** A rule as its documentation table lists it. The first severity is the usual one. */
export interface RuleInfo {
  readonly code: string;
  readonly severities: readonly [Severity, ...Severity[]];
  readonly title: () => string;
  /** Reported only when a settings file gives it a severity. */
  readonly offByDefault?: boolean;
}

/** Where a rule is described, relative to the extension. */
export function ruleDocumentation(code: string): string {
  return `docs/rules.md#${code.toLowerCase()}`;
}
