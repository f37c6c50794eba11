import type * as AwsBundle from "../aws";
import type * as SandboxBundle from "../sandbox";
import { deploy } from "./deploy";
import { destroy } from "./destroy";
import { diagnosePipeline } from "./diagnose";
import { drift } from "./drift";
import { exportTemplates, exportUsage } from "./export";
import { importPipeline, importUsage } from "./import";
import { lint, lintUsage } from "./lint";
import { newProject, newUsage } from "./new";
import { pipelineUsage } from "./pipelineArguments";
import { preview } from "./preview";
import { render, renderUsage } from "./render";
import { sandbox, sandboxUsage } from "./sandbox";
import { tail, tailUsage } from "./tail";
import { template, templateUsage } from "./template";

/** Bundles that a subcommand loads when it needs them. */
export interface CliBundles {
  aws(): Promise<typeof AwsBundle>;
  sandbox(): Promise<typeof SandboxBundle>;
}

/** Gets the arguments after its name; resolves with the exit code, where 2 is wrong usage. */
export type Subcommand = (args: readonly string[], bundles: CliBundles) => Promise<number>;

interface SubcommandEntry {
  readonly run: Subcommand;
  /** One line with its end. */
  readonly usage: string;
  readonly summary: string;
}

const subcommands: Readonly<Record<string, SubcommandEntry>> = {
  deploy: {
    run: deploy,
    usage: pipelineUsage("deploy"),
    summary: "Creates or changes the pipeline of a definition file, and goes on where it stopped.",
  },
  destroy: { run: destroy, usage: pipelineUsage("destroy"), summary: "Deletes what deploy made, and says what remains." },
  diagnose: {
    run: diagnosePipeline,
    usage: pipelineUsage("diagnose"),
    summary: "Finds out why no events arrive, from the index back to the session.",
  },
  drift: { run: drift, usage: pipelineUsage("drift"), summary: "Shows what has been changed by hand since the deployment." },
  export: { run: exportTemplates, usage: exportUsage, summary: "Writes the CloudFormation templates of a definition into a folder." },
  import: { run: importPipeline, usage: importUsage, summary: "Writes a definition of a set-up that was made by hand." },
  lint: { run: lint, usage: lintUsage, summary: "Checks agent configurations, config.json files, session scripts and definitions." },
  new: { run: newProject, usage: newUsage, summary: "Writes a new monitoring project." },
  preview: { run: preview, usage: pipelineUsage("preview"), summary: "Shows what deploy would do and what it costs; changes nothing." },
  render: { run: render, usage: renderUsage, summary: "Shows the records that the agent would send." },
  sandbox: { run: sandbox, usage: sandboxUsage, summary: "Runs the stand-in for AWS on this machine." },
  tail: { run: tail, usage: tailUsage, summary: "Follows the indexed logs: events on standard output, notices on standard error." },
  template: { run: template, usage: templateUsage, summary: "Prints one of the CloudFormation templates." },
};

/** `--help` alone lists the subcommands; after a name, or as `help NAME`, it prints that one's usage. */
export async function run(args: readonly string[], bundles: CliBundles): Promise<number> {
  const [first, ...rest] = args;
  const helps = first === "help" || first === "--help" || first === "-h";
  const name = helps ? rest[0] : first;
  const subcommand = name !== undefined && Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (subcommand === undefined) {
    const wrong = name !== undefined || !helps;
    if (name !== undefined) {
      process.stderr.write(`There is no subcommand ${name}.\n`);
    }
    (wrong ? process.stderr : process.stdout).write(overview());
    return wrong ? 2 : 0;
  }
  if (helps || rest[0] === "--help" || rest[0] === "-h") {
    process.stdout.write(`${subcommand.summary}\n${subcommand.usage}`);
    return 0;
  }
  return subcommand.run(rest, bundles);
}

function overview(): string {
  const width = Math.max(...Object.keys(subcommands).map((name) => name.length));
  const lines = Object.entries(subcommands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}\n`);
  return `usage: appstream-monitor SUBCOMMAND …, or SUBCOMMAND --help\n\n${lines.join("")}`;
}
