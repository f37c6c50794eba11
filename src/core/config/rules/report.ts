import type { Fix, Problem, RelatedPlace, Severity } from "../../text/problem";
import type { TextSpan } from "../../text/span";
import type { AgentModel } from "../agentModel";
import type { AgentRule } from "./ruleTable";
import { usualSeverity } from "./ruleTable";

/** What is known beyond the text of the file. */
export interface AgentContext {
  /** False when the file is known to be for machines outside AppStream. */
  readonly appstream?: boolean;
  /** Whether records end in a search index; by default those of a Firehose sink do. */
  readonly searchDestination?: boolean;
  /** Placeholders, without braces, that a session script of the project fills in. */
  readonly replacedPlaceholders?: readonly string[];
}

interface Details {
  readonly severity?: Severity;
  readonly fixes?: readonly Fix[];
  readonly related?: readonly RelatedPlace[];
  readonly unnecessary?: boolean;
}

/** Gathers what the rules find. */
export class Report {
  readonly problems: Problem[] = [];
  readonly model: AgentModel;
  readonly context: AgentContext;

  constructor(model: AgentModel, context: AgentContext) {
    this.model = model;
    this.context = context;
  }

  add(code: AgentRule, span: TextSpan, message: string, details: Details = {}): void {
    this.problems.push({ span, severity: usualSeverity(code), code, message, ...details });
  }
}

export type Check = (report: Report) => void;
