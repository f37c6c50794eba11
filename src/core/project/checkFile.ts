import { checkSession } from "../config/checkSession";
import { checkAgent } from "../config/diagnostics";
import { parseDocument } from "../config/document";
import type { ConfigDocument } from "../config/jsonNode";
import { applyLintSettings, enabledCodes, withoutSilenced, type LintSettings } from "../config/lintSettings";
import type { FileKind } from "../config/recognition";
import { checkScript } from "../config/script/checkScript";
import { checkPipeline } from "../pipeline/parse";
import type { Problem } from "../text/problem";
import { checkProject, type Project } from "./checkProject";
import type { CloudKnowledge } from "./cloud/cloudAnswers";
import { checkCloud } from "./cloud/cloudRules";

/** Findings of one file of a known kind, without what other files would tell. */
export function checkFile(kind: FileKind, source: string | ConfigDocument, settings: readonly LintSettings[] = []): readonly Problem[] {
  const text = typeof source === "string" ? source : source.text;
  switch (kind) {
    case "agent": {
      const document = typeof source === "string" ? parseDocument(source) : source;
      return withoutSilenced(checkAgent(document), document);
    }
    case "session":
      return checkSession(typeof source === "string" ? parseDocument(source) : source, {}, enabledCodes(settings));
    case "script":
      return checkScript(text);
    case "pipeline":
      return checkPipeline(text);
  }
}

export interface CheckedFile {
  readonly file: string;
  readonly kind: FileKind;
  readonly text: string;
  /** Absent for scripts. */
  readonly document: ConfigDocument | undefined;
}

/** Findings of a file as the settings files and its own comments want them, with what its project and the account tell about it. */
export function checkInProject(
  file: CheckedFile,
  project: Project | undefined,
  settings: readonly LintSettings[],
  cloud?: CloudKnowledge,
): readonly Problem[] {
  const bound =
    project !== undefined &&
    [project.definition, project.agent, project.session, ...project.scripts].some((one) => one?.file === file.file);
  const found = bound
    ? checkProject(project, checkAgent).filter((problem) => problem.file === file.file)
    : checkFile(file.kind, file.document ?? file.text, settings);
  const all = cloud === undefined ? found : [...found, ...cloudFindings(file, bound ? project : undefined, cloud, found)];
  const heard = file.kind === "agent" && file.document !== undefined ? withoutSilenced(all, file.document) : all;
  return applyLintSettings(heard, settings, file.file, file.document);
}

/** What the account says and the files have not said already. */
function cloudFindings(
  { file, kind, document }: CheckedFile,
  project: Project | undefined,
  cloud: CloudKnowledge,
  found: readonly Problem[],
): Problem[] {
  if (document === undefined || (kind !== "agent" && kind !== "pipeline")) {
    return [];
  }
  const definition = project?.pipeline;
  return checkCloud({ file, kind, document, ...(definition === undefined ? {} : { definition }) }, cloud).filter(
    (one) => !found.some((other) => other.code === one.code && other.span.start === one.span.start),
  );
}
