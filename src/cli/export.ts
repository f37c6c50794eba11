import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exportedFiles } from "../core/pipeline/exported";
import { readDefinition } from "./definitionFile";
import { reportError } from "./report";
import type { Subcommand } from "./subcommand";
import { wrongArguments } from "./wrongArguments";

export const exportUsage = "usage: appstream-monitor export PIPELINE.json DIR\n";

/** Writes the templates as JSON and YAML with their parameters. */
export const exportTemplates: Subcommand = async (args) => {
  let positionals: readonly string[];
  try {
    ({ positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true }));
  } catch (thrown) {
    process.stderr.write(`${wrongArguments(thrown)}\n${exportUsage}`);
    return 2;
  }
  const [path, folder] = positionals;
  if (path === undefined || folder === undefined || positionals.length !== 2) {
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
