/** Names of a project's files. */
export const fileNames = {
  definition: "appstream-pipeline.json",
  agentConfig: "appsettings.json",
  agentTemplate: "appsettings.template",
  sessionConfig: "config.json",
  sessionScript: "system_session_start.ps1",
} as const;
