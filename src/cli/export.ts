import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportedFiles } from "../core/pipeline/exported";
import { readDefinition } from "./definitionFile";
import { reportError } from "./report";
import type { Subcommand } from "./subcommand";

export const exportUsage = "usage: appstream-monitor export PIPELINE.json DIR\n";

/** Writes the templates as JSON and YAML with their parameters. */
export const exportTemplates: Subcommand = async (args) => {
  const [path, folder] = args;
  if (path === undefined || folder === undefined || args.length !== 2) {
    process.stderr.write(exportUsage);
    return 2;
  }
  const read = readDefinition(path);
  if (read.definition === undefined) {
    return read.exitCode;
  }
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(exportedFiles(read.definition))) {
      writeFileSync(join(folder, name), text);
      process.stdout.write(`${join(folder, name)}\n`);
    }
    return 0;
  } catch (thrown) {
    return reportError(thrown);
  }
};
