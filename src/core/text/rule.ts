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

const letters: Readonly<Record<string, Severity>> = { E: "error", W: "warning", I: "information" };

/** A row of a rule table; `severities` is a word of E, W and I, the usual one first. */
export function ruleRow(code: string, severities: string, title: () => string, offByDefault = false): RuleInfo {
  const [first = "error", ...rest] = [...severities].map((letter) => letters[letter] ?? "error");
  return { code, severities: [first, ...rest], title, ...(offByDefault ? { offByDefault } : {}) };
}
