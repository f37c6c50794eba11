import { parseArgs } from "node:util";
import type { StackPart } from "../core/pipeline/definition";
import { templateText } from "../core/pipeline/template";
import { reportError } from "./report";
import { readDefinition } from "./definitionFile";
import type { Subcommand } from "./subcommand";
import { wrongArguments } from "./wrongArguments";

export const templateUsage = "usage: appstream-monitor template PIPELINE.json --stack ingest|streaming\n";

export const template: Subcommand = async (args) => {
  const found = readArguments(args);
  if (typeof found === "string") {
    process.stderr.write(`${found}${templateUsage}`);
    return 2;
  }
  const { path, part } = found;
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

/** Text: what is wrong with the arguments, with its end, or nothing where the usage says it all. */
function readArguments(args: readonly string[]): { readonly path: string; readonly part: StackPart } | string {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: { stack: { type: "string" } }, allowPositionals: true });
    const [path] = positionals;
    const { stack } = values;
    return path === undefined || positionals.length !== 1 || (stack !== "ingest" && stack !== "streaming") ? "" : { path, part: stack };
  } catch (thrown) {
    return `${wrongArguments(thrown)}\n`;
  }
}
