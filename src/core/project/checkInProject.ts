import type { ConfigDocument } from "../config/jsonNode";
import { applyLintSettings, enabledCodes, withoutSilenced, type LintSettings } from "../config/lintSettings";
import type { FileKind } from "../config/recognition";
import type { DecodedText } from "../text/encoding";
import type { Problem } from "../text/problem";
import { checkFile } from "./checkFile";
import { checkProject, type Project } from "./checkProject";
import { withDecoding } from "./project";
import type { CloudKnowledge } from "./cloud/cloudAnswers";
import { checkCloud } from "./cloud/cloudRules";

export interface CheckedFile {
  readonly file: string;
  readonly kind: FileKind;
  readonly text: string;
  /** Absent for scripts. */
  readonly document: ConfigDocument | undefined;
  /** How the bytes were read; absent where an editor has decoded them. */
  readonly decoded?: DecodedText;
}

/** Findings of a file as the settings files and its own comments want them, with what its project and the account tell about it. */
export function checkInProject(
  file: CheckedFile,
  project: Project | undefined,
  settings: readonly LintSettings[],
  cloud?: CloudKnowledge,
): readonly Problem[] {
  const { kind, document, decoded } = file;
  const enabled = enabledCodes(settings);
  const bound = project !== undefined && filesOf(project).includes(file.file) ? project : undefined;
  const own = bound === undefined || decoded === undefined ? bound : withDecoding(bound, file.file, decoded);
  const found =
    own === undefined
      ? checkFile(kind, document ?? file.text, { enabled, ...(decoded === undefined ? {} : { decoded }) })
      : checkProject(own, enabled).filter((problem) => problem.file === file.file);
  const all = cloud === undefined ? found : [...found, ...cloudFindings(file, own, cloud, found)];
  const heard = kind === "agent" && document !== undefined ? withoutSilenced(all, document) : all;
  return applyLintSettings(heard, settings, file.file, document);
}

/** The files that a project binds together. */
export function filesOf(project: Project): readonly string[] {
  const { definition, agent, session, scripts } = project;
  return [definition, agent, session, ...scripts].flatMap((one) => one?.file ?? []);
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
