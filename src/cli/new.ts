import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { PresetName } from "../core/pipeline/definition";
import { checkPipeline } from "../core/pipeline/parse";
import { fileNames, placeholderAddress, projectFiles } from "../core/pipeline/project";
import type { Subcommand } from "./subcommand";
import { wrongArguments } from "./wrongArguments";

export const newUsage = "usage: appstream-monitor new DIR --preset tutorial|recommended --name NAME --region REGION [--allow CIDR]…\n";

export const newProject: Subcommand = async (args) => {
  const choice = readArguments(args);
  if (choice === undefined) {
    process.stderr.write(newUsage);
    return 2;
  }
  const { folder, ...project } = choice;
  const files = projectFiles(project);
  const problem = checkPipeline(files[fileNames.definition] ?? "").find((one) => one.severity === "error");
  if (problem !== undefined) {
    process.stderr.write(`No project was written: ${problem.message}\n`);
    return 2;
  }
  const taken = Object.keys(files).filter((name) => existsSync(join(folder, name)));
  if (taken.length > 0) {
    process.stderr.write(`No project was written: ${folder} already holds ${taken.join(", ")}. Choose another folder.\n`);
    return 1;
  }
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text, { flag: "wx" });
      process.stdout.write(`${join(folder, name)}\n`);
    }
  } catch (thrown) {
    process.stderr.write(`The project could not be written to ${folder}: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    return 1;
  }
  if (project.preset === "tutorial" && project.allowedAddresses === undefined) {
    process.stderr.write(`Before you deploy, put your own public address in place of ${placeholderAddress} in ${fileNames.definition}.\n`);
  }
  return 0;
};

interface Choice {
  readonly folder: string;
  readonly preset: PresetName;
  readonly name: string;
  readonly region: string;
  readonly allowedAddresses?: readonly string[];
}

function readArguments(args: readonly string[]): Choice | undefined {
  const string = { type: "string" } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { preset: string, name: string, region: string, allow: { type: "string", multiple: true } },
      allowPositionals: true,
    });
    const [folder] = positionals;
    const { preset, name, region, allow } = values;
    if (folder === undefined || positionals.length !== 1 || name === undefined || region === undefined) {
      return undefined;
    }
    if (preset !== "tutorial" && preset !== "recommended") {
      return undefined;
    }
    return { folder, preset, name, region, ...(allow === undefined ? {} : { allowedAddresses: allow }) };
  } catch (thrown) {
    process.stderr.write(`${wrongArguments(thrown)}\n`);
    return undefined;
  }
}
