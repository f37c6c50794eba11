import { withoutSilenced } from "../config/lintSettings";
import { parseDocument } from "../config/document";
import { fileNames } from "../config/fileNames";
import type { ProjectTexts } from "../pipeline/image/kit";
import { checkProject, type ProjectProblem } from "../project/checkProject";
import type { ProjectFacts } from "../project/project";

/**
 * Problems of the files that an image is made from. The agent reads its template in a session, and its appsettings.json before:
 * both are judged.
 */
export function checkTexts(texts: ProjectTexts, facts: ProjectFacts): readonly ProjectProblem[] {
  const { agentConfig, agentTemplate, sessionConfig, sessionScript } = texts;
  const agents = [
    ...(agentConfig === undefined ? [] : [{ file: fileNames.agentConfig, text: agentConfig }]),
    ...(agentTemplate === undefined || agentTemplate === agentConfig ? [] : [{ file: fileNames.agentTemplate, text: agentTemplate }]),
  ];
  const session = sessionConfig === undefined ? undefined : { file: fileNames.sessionConfig, text: sessionConfig };
  const scripts = sessionScript === undefined ? [] : [{ file: fileNames.sessionScript, text: sessionScript }];
  const projects = (agents.length === 0 ? [undefined] : agents).map((agent) => ({
    ...(agent === undefined ? {} : { agent }),
    ...(session === undefined ? {} : { session }),
    scripts,
    facts,
  }));
  const found = projects.flatMap((project) => {
    const problems = checkProject(project);
    const own = project.agent;
    return own === undefined
      ? problems
      : [
          ...problems.filter((one) => one.file !== own.file),
          ...withoutSilenced(
            problems.filter((one) => one.file === own.file),
            parseDocument(own.text),
          ).map((one) => ({ ...one, file: own.file })),
        ];
  });
  const keys = found.map((one) => `${one.file} ${one.code} ${one.span.start}`);
  return found.filter((_, at) => keys.indexOf(keys[at] ?? "") === at);
}
