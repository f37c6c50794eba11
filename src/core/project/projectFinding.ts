import type { Declaration } from "../config/agentModel";
import type { JsonNode } from "../config/jsonNode";
import type { Fix, Problem, Severity } from "../text/problem";
import type { TextSpan } from "../text/span";
import type { ProjectView } from "./project";

export type ProjectProblem = Problem & { readonly file: string };

export interface Found {
  readonly file: string;
  readonly span: TextSpan;
  readonly message: string;
  readonly severity?: Severity;
  readonly fixes?: readonly Fix[];
}

export interface ProjectRule {
  readonly code: string;
  readonly severity: Severity;
  check(view: ProjectView): readonly Found[];
}

export function sinks(view: ProjectView): readonly Declaration[] {
  return view.agent?.model.declarations.Sinks ?? [];
}

export function firehoseSinks(view: ProjectView): readonly Declaration[] {
  return sinks(view).filter((sink) => sink.type === "KinesisFirehose");
}

/** A finding in the agent's file. */
export function inAgent(view: ProjectView, span: TextSpan, message: string, details: Partial<Found> = {}): Found[] {
  return view.agent === undefined ? [] : [{ file: view.agent.file, span, message, ...details }];
}

export function head(node: JsonNode | undefined): TextSpan {
  const start = node?.start ?? 0;
  return { start, end: node === undefined ? 0 : start + 1 };
}
