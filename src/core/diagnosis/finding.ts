/** One step of the way from the index back to the session, in the order in which they are walked. */
export const hops = [
  "index",
  "refused",
  "errors",
  "testRecord",
  "stream",
  "deliveryRole",
  "agentFiles",
  "machineRole",
  "fleet",
  "image",
  "sessions",
] as const;

export type Hop = (typeof hops)[number];

/**
 * `ok`: healthy. `silent`: nothing comes by here, and the cause lies elsewhere. `warning`: not the cause, but not right.
 * `fault`: something that keeps events from arriving. `unknown`: it could not be asked.
 */
export type FindingState = "ok" | "silent" | "warning" | "fault" | "unknown";

export interface Finding {
  readonly hop: Hop;
  readonly state: FindingState;
  /** What it means: one sentence. */
  readonly text: string;
  /** What was asked and what the answer was. */
  readonly evidence: readonly string[];
  readonly remedy?: string;
}

/** What is said of a hop, without its name. */
export type Said = Omit<Finding, "hop">;

export const said = (state: FindingState, text: string, evidence: readonly string[] = [], remedy?: string): Said => ({
  state,
  text,
  evidence,
  ...(remedy === undefined ? {} : { remedy }),
});
