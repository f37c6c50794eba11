import { targetOf, type PipelineDefinition } from "../pipeline/definition";
import type { ProjectTexts } from "../pipeline/image/kit";
import type { ProjectProblem } from "../project/checkProject";
import type { ProjectFacts } from "../project/project";

/** What a diagnosis is about: a delivery stream, and what is known of the sessions that should write to it. */
export interface DiagnosisTarget {
  readonly region: string;
  readonly stream: string;
  /** Absent: only what lies between the stream and the index is walked. */
  readonly sessions?: SessionsTarget;
}

export interface SessionsTarget {
  readonly fleet: string;
  readonly appstreamStack: string;
  readonly definition: PipelineDefinition;
  readonly texts: ProjectTexts;
  /** Problems of the project's files in the light of what the account says; absent where no rules are at hand. */
  readonly checkFiles?: (facts: ProjectFacts) => readonly ProjectProblem[];
}

export function diagnosisTarget(
  definition: PipelineDefinition,
  texts: ProjectTexts,
  checkFiles?: SessionsTarget["checkFiles"],
): DiagnosisTarget {
  const { stream, region } = targetOf(definition);
  const { existing, fleet, appstreamStack } = definition;
  return {
    region,
    stream,
    sessions: {
      fleet: existing.fleet ?? fleet.name,
      appstreamStack: existing.appstreamStack ?? appstreamStack.name,
      definition,
      texts,
      ...(checkFiles === undefined ? {} : { checkFiles }),
    },
  };
}
