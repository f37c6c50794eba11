/** Names of a project's files. */
export const fileNames = {
  definition: "appstream-pipeline.json",
  agentConfig: "appsettings.json",
  agentTemplate: "appsettings.template",
  sessionConfig: "config.json",
  sessionScript: "system_session_start.ps1",
} as const;

/** A folder with several pipelines has NAME.appstream-pipeline.json for each. */
export function isDefinitionName(fileName: string): boolean {
  return /(?:^|[\\/.])appstream-pipeline\.json$/i.test(fileName);
}
