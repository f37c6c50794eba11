import { existsSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { importedDefinition, type ImportChoice } from "../core/pipeline/imported";
import { checkPipeline } from "../core/pipeline/parse";
import { connectionOf } from "./pipelineArguments";
import { reportError } from "./report";
import type { Subcommand } from "./subcommand";
import { wrongArguments } from "./wrongArguments";

export const importUsage =
  "usage: appstream-monitor import PIPELINE.json --stream NAME --name NAME --region REGION [--fleet NAME] [--endpoint URL] [--profile P]\n";

/** Writes a definition of a set-up that was made by hand. */
export const importPipeline: Subcommand = async (args, bundles) => {
  const choice = readArguments(args);
  if (choice === undefined) {
    process.stderr.write(importUsage);
    return 2;
  }
  const { path, endpoint, profile } = choice;
  if (existsSync(path)) {
    process.stderr.write(`${path} exists already: nothing was written.\n`);
    return 1;
  }
  try {
    const { createAws } = await bundles.aws();
    const definition = await importedDefinition(
      createAws(connectionOf(choice.region, endpoint, profile), { proxies: process.env }),
      choice,
    );
    const text = `${JSON.stringify(definition, undefined, 2)}\n`;
    const problem = checkPipeline(text).find((one) => one.severity === "error");
    if (problem !== undefined) {
      process.stderr.write(`Nothing was written: ${problem.message}\n`);
      return 1;
    }
    writeFileSync(path, text, { flag: "wx" });
    process.stdout.write(`${path}\n`);
    return 0;
  } catch (thrown) {
    return reportError(thrown);
  }
};

interface Arguments extends ImportChoice {
  readonly path: string;
  readonly endpoint: string | undefined;
  readonly profile: string | undefined;
}

function readArguments(args: readonly string[]): Arguments | undefined {
  const string = { type: "string" } as const;
  const options = { stream: string, name: string, region: string, fleet: string, endpoint: string, profile: string };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const { stream, name, region, fleet, endpoint, profile } = values;
    const [path] = positionals;
    if (path === undefined || positionals.length !== 1 || stream === undefined || name === undefined || region === undefined) {
      return undefined;
    }
    return { path, stream, name, region, endpoint, profile, ...(fleet === undefined ? {} : { fleet }) };
  } catch (thrown) {
    process.stderr.write(`${wrongArguments(thrown)}\n`);
    return undefined;
  }
}
