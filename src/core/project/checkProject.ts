import { isSessionScript } from "../config/script/checkScript";
import type { FileKind } from "../config/recognition";
import { baseName } from "../config/sessionModel";
import type { Problem } from "../text/problem";
import { checkFile, type FileContext } from "./checkFile";
import {
  documentOf,
  readProject,
  replacedPlaceholders,
  scriptContextOf,
  sessionContextOf,
  type Project,
  type ProjectView,
  type TextFile,
} from "./project";
import { checkAcross, type ProjectProblem } from "./projectRules";

export type { Project, ProjectFacts, TextFile } from "./project";
export { factsOfDefinition } from "./project";
export type { ProjectProblem } from "./projectRules";

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

/**
 * All findings of the files of a project: each file's own, with what the others tell about it, and those across files.
 * `enabled` holds the codes of rules that are off by default and wanted.
 */
export function checkProject(project: Project, enabled?: ReadonlySet<string>): ProjectProblem[] {
  const view = readProject(project);
  const own = [...ownFindings(view, enabled)];
  const across = checkAcross(view);
  const keptAcross = across.filter((one) => !own.some((other) => yields(one, other)));
  const keptOwn = own.filter((one) => !keptAcross.some((other) => replaced(other, one)) && !alreadySaid(one, own));
  return [...keptOwn, ...keptAcross].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.span.start - b.span.start));
}

function* ownFindings(view: ProjectView, enabled: ReadonlySet<string> | undefined): Generator<ProjectProblem> {
  const { definition, agent, session, scripts } = view.project;
  const check = (kind: FileKind, file: TextFile, context: FileContext): ProjectProblem[] => {
    const source = kind === "agent" || kind === "session" ? documentOf(file) : file.text;
    const known = {
      ...context,
      ...(enabled === undefined ? {} : { enabled }),
      ...(file.decoded === undefined ? {} : { decoded: file.decoded }),
    };
    return checkFile(kind, source, known).map((problem) => ({ ...problem, file: file.file }));
  };
  if (definition !== undefined) {
    yield* check("pipeline", definition, {});
  }
  if (agent !== undefined) {
    yield* check("agent", agent, { agent: { appstream: true, replacedPlaceholders: replacedPlaceholders(view) } });
  }
  if (session !== undefined) {
    yield* check("session", session, { session: sessionContextOf(view) }).map((problem) => located(problem, scripts));
  }
  for (const script of scripts) {
    if (isSessionScript(script.text)) {
      yield* check("script", script, { script: scriptContextOf(view, script.file) });
    }
  }
}

/** Repairs name scripts as config.json does: here it is known where they lie. */
function located(problem: ProjectProblem, scripts: readonly TextFile[]): ProjectProblem {
  const place = (name: string): string => scripts.find(({ file }) => baseName(file).toLowerCase() === name.toLowerCase())?.file ?? name;
  return problem.fixes?.some((fix) => fix.others !== undefined) !== true
    ? problem
    : {
        ...problem,
        fixes: problem.fixes.map((fix) =>
          fix.others === undefined ? fix : { ...fix, others: fix.others.map((other) => ({ ...other, file: place(other.file) })) },
        ),
      };
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
