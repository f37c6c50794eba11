// Who may import whom. test/unit/architecture.test.ts holds every import line against it; the linter's file repeats the coarse part.
// Each row: folder under src, what it may import: folders or files under src, and packages.

export const subjects = ["text", "config", "agent", "resources", "logs", "pipeline", "project", "diagnosis", "insights"];

const corePackages = ["jsonc-parser", "@vscode/l10n"];
const capability = ["vscode", "workbench", "ids", "core"];

/** @type {Record<string, readonly string[]>} */
export const allowed = {
  ...Object.fromEntries(
    subjects.map((subject, at) => [
      `core/${subject}`,
      [
        ...subjects.slice(0, subject === "insights" ? at - 1 : at + 1).map((name) => `core/${name}`),
        "core/insights",
        "core/errors",
        "core/clock",
        "core/aws",
        ...corePackages,
      ].filter((name) => subject === "insights" || name !== "core/insights"),
    ]),
  ),
  "core/aws": ["core/errors", "core/clock", "core/aws", ...corePackages],
  aws: ["core", "aws", "@aws-sdk/*", "@smithy/*", "node:*", ...corePackages],
  sandbox: ["core", "sandbox", "node:*", "fast-xml-parser", "js-yaml", ...corePackages],
  cli: ["core", "cli", "node:*", "aws.js", "language.js", "sandbox.js", "aws", "language", "sandbox", ...corePackages],
  workbench: ["vscode", "ids", "core/errors", "core/clock", "workbench", "aws.js", "language.js", "aws", "language"],
  connection: [...capability, "connection", "node:*", "@vscode/l10n"],
  explorer: [...capability, "explorer"],
  language: [...capability, "language", ...corePackages],
  pipeline: [...capability, "pipeline"],
  logs: [...capability, "logs", "node:*", ...corePackages],
  diagnosis: [...capability, "diagnosis"],
  insights: [...capability, "insights"],
};
