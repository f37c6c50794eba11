import { parseDocument } from "../config/document";
import type { LintSettings } from "../config/lintSettings";
import { fixAll } from "../text/fixAll";
import type { Problem } from "../text/problem";
import { checkInProject, filesOf, type CheckedFile } from "./checkInProject";
import { checkProject } from "./checkProject";
import { withText, type Project } from "./project";

/**
 * The file's text with all safe fixes, those of rules across files too. What would leave more errors, or as many and more
 * warnings, in the file or in its project is not done at all.
 */
export function fixInProject(file: CheckedFile, project: Project | undefined, settings: readonly LintSettings[]): string {
  const check = (text: string): readonly Problem[] => {
    const document = file.kind === "script" ? undefined : parseDocument(text);
    const { decoded } = file;
    const changed = { ...file, text, document, ...(decoded === undefined ? {} : { decoded: { ...decoded, text } }) };
    return checkInProject(changed, project === undefined ? undefined : withText(project, file.file, text), settings);
  };
  const fixed = fixAll(file.text, check);
  if (fixed === file.text || isWorse(check(file.text), check(fixed))) {
    return file.text;
  }
  if (project === undefined || !filesOf(project).includes(file.file)) {
    return fixed;
  }
  const before = checkProject(withText(project, file.file, file.text));
  return isWorse(before, checkProject(withText(project, file.file, fixed))) ? file.text : fixed;
}

function isWorse(before: readonly Problem[], after: readonly Problem[]): boolean {
  const more = (severity: Problem["severity"]): number => count(after, severity) - count(before, severity);
  return more("error") > 0 || (more("error") === 0 && more("warning") > 0);
}

function count(problems: readonly Problem[], severity: Problem["severity"]): number {
  return problems.filter((problem) => problem.severity === severity).length;
}
