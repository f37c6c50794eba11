import type { Problem, Severity } from "../../text/problem";
import type { SessionModel } from "../sessionModel";

/** What is known beyond the text of config.json. Everything absent is unknown, and rules that need it keep silent. */
export interface SessionContext {
  /** Files of the project by base name; without a value only their names are known. */
  readonly files?: ReadonlyMap<string, string | undefined>;
  /** Sizes in bytes by base name. */
  readonly sizes?: ReadonlyMap<string, number>;
  /** Whether the system lets a file be executed, by base name. */
  readonly executable?: ReadonlyMap<string, boolean>;
  readonly os?: "WINDOWS" | "LINUX";
  readonly fleetType?: "ALWAYS_ON" | "ON_DEMAND" | "ELASTIC";
  readonly maxSessionsPerInstance?: number;
  readonly encoding?: "utf8" | "utf8bom" | "utf16" | "invalid";
  /** Entries of the zip of an Elastic fleet. */
  readonly zipEntries?: readonly string[];
  /** The SessionStart script is the generated one. */
  readonly generatedScript?: boolean;
}

export type SessionFinding = Omit<Problem, "severity" | "code"> & { readonly severity?: Severity };

export interface SessionRule {
  readonly code: string;
  /** The usual severity; a finding may have another one. */
  readonly severity: Severity;
  /** Reported only when a severity is set for it. */
  readonly off?: true;
  check(model: SessionModel, context: SessionContext): readonly SessionFinding[];
}
