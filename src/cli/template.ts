import type { StackPart } from "../core/pipeline/definition";
import { templateText } from "../core/pipeline/template";
import { reportError } from "./report";
import { readDefinition } from "./definitionFile";
import type { Subcommand } from "./subcommand";

export const templateUsage = "usage: appstream-monitor template PIPELINE.json --stack ingest|streaming\n";

export const template: Subcommand = async (args) => {
  const [first, second, third] = args;
  const [path, stack] = first === "--stack" ? [third, second] : second === "--stack" ? [first, third] : [];
  if (path === undefined || args.length !== 3 || (stack !== "ingest" && stack !== "streaming")) {
    process.stderr.write(templateUsage);
    return 2;
  }
  const part: StackPart = stack;
  try {
    const read = readDefinition(path);
    if (read.definition === undefined) {
      return read.exitCode;
    }
    process.stdout.write(`${templateText(read.definition, part)}\n`);
    return 0;
  } catch (thrown) {
    return reportError(thrown);
  }
};
