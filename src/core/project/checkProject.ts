import { checkScript, isSessionScript } from "../config/script/checkScript";
import { checkSession } from "../config/checkSession";
import type { ConfigDocument } from "../config/jsonNode";
import { checkPipeline } from "../pipeline/parse";
import type { Problem } from "../text/problem";
import { readProject, replacedPlaceholders, scriptContextOf, sessionContextOf, type Project, type ProjectView } from "./project";
import { checkAcross, type ProjectProblem } from "./projectRules";

export type { Project, ProjectFacts, TextFile } from "./project";
export { factsOfDefinition } from "./project";
export type { ProjectProblem } from "./projectRules";

export type AgentCheck = (document: ConfigDocument, context: AgentKnowledge) => readonly Problem[];

/** What the project tells the rules of appsettings.json. */
export interface AgentKnowledge {
  readonly appstream: true;
  readonly replacedPlaceholders: readonly string[];
}

/** Findings of one file that say what a finding across files says better, and the reverse. */
const replaces: Readonly<Record<string, readonly string[]>> = {
  XF001: ["object-decoration-missing-equals", "decoration-placeholder"],
  XF006: ["combine-records-search"],
  XF008: ["appstream-user-variable"],
};
const givesWayTo: Readonly<Record<string, readonly string[]>> = {
  XF002: ["object-decoration-missing-equals", "object-decoration-extra-equals", "object-decoration-duplicate-key"],
  XF003: ["appstream-profile"],
  XF004: ["region-format", "firehose-stream-name"],
  XF007: [
    "duplicate-source-id",
    "duplicate-sink-id",
    "duplicate-pipe-id",
    "dangling-source-ref",
    "dangling-sink-ref",
    "ref-casing",
    "missing-ref",
  ],
  XF011: ["SCR24b"],
  XF013: ["appstream-user-variable"],
};

/** All findings of the files of a project: each file's own, with what the others tell about it, and those across files. */
export function checkProject(project: Project, checkAgent: AgentCheck = () => []): ProjectProblem[] {
  const view = readProject(project);
  const own = [...ownFindings(view, checkAgent)];
  const across = checkAcross(view);
  const keptAcross = across.filter((one) => !own.some((other) => yields(one, other)));
  const keptOwn = own.filter((one) => !keptAcross.some((other) => replaced(other, one)) && !alreadySaid(one, own));
  return [...keptOwn, ...keptAcross].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.span.start - b.span.start));
}

function* ownFindings(view: ProjectView, checkAgent: AgentCheck): Generator<ProjectProblem> {
  const { project } = view;
  const named = (file: string, problems: readonly Problem[]): ProjectProblem[] => problems.map((problem) => ({ ...problem, file }));
  if (project.definition !== undefined) {
    yield* named(project.definition.file, checkPipeline(project.definition.text));
  }
  if (view.agent !== undefined) {
    yield* named(view.agent.file, checkAgent(view.agent.document, { appstream: true, replacedPlaceholders: replacedPlaceholders(view) }));
  }
  if (view.session !== undefined) {
    yield* named(view.session.file, checkSession(view.session.model.document, sessionContextOf(view)));
  }
  for (const script of project.scripts) {
    if (isSessionScript(script.text)) {
      yield* named(script.file, checkScript(script.text, scriptContextOf(view, script.file)));
    }
  }
}

function overlap(a: Problem, b: Problem): boolean {
  return a.span.start <= b.span.end && b.span.start <= a.span.end;
}

function yields(across: ProjectProblem, own: ProjectProblem): boolean {
  const codes = givesWayTo[across.code];
  return codes?.includes(own.code) === true && (own.file !== across.file || overlap(own, across));
}

function replaced(across: ProjectProblem, own: ProjectProblem): boolean {
  return replaces[across.code]?.includes(own.code) === true && own.file === across.file && overlap(own, across);
}

/** The waiting time is judged once: in config.json when it is there. */
function alreadySaid(problem: ProjectProblem, all: readonly ProjectProblem[]): boolean {
  return problem.code === "SCR33" && all.some((one) => one.code === "SSC037");
}
