import type * as AwsBundle from "../aws";
import type * as SandboxBundle from "../sandbox";
import { deploy } from "./deploy";
import { destroy } from "./destroy";
import { exportTemplates } from "./export";
import { lint } from "./lint";
import { newProject } from "./new";
import { preview } from "./preview";
import { render } from "./render";
import { sandbox } from "./sandbox";
import { tail } from "./tail";
import { template } from "./template";

/** Bundles that a subcommand loads when it needs them. */
export interface CliBundles {
  aws(): Promise<typeof AwsBundle>;
  sandbox(): Promise<typeof SandboxBundle>;
}

/** Gets the arguments after its name; resolves with the exit code, where 2 is wrong usage. */
export type Subcommand = (args: readonly string[], bundles: CliBundles) => Promise<number>;

/** One file per subcommand; `usage` is one line. */
const subcommands: Readonly<Record<string, Subcommand>> = {
  deploy,
  destroy,
  export: exportTemplates,
  lint,
  new: newProject,
  preview,
  render,
  sandbox,
  tail,
  template,
};

export async function run(args: readonly string[], bundles: CliBundles): Promise<number> {
  const [name, ...rest] = args;
  const subcommand = name === undefined ? undefined : subcommands[name];
  if (subcommand !== undefined) {
    return subcommand(rest, bundles);
  }
  const help = name === "--help" || name === "help";
  const known = Object.keys(subcommands).sort().join(" | ");
  (help ? process.stdout : process.stderr).write(`usage: appstream-monitor ${known}\n`);
  return help ? 0 : 2;
}
