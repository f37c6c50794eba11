import type { awsSubcommands } from "./awsSubcommands";
import type { languageSubcommands } from "./languageSubcommands";
import { sandbox, sandboxUsage } from "./sandbox";
import type { CliBundles, LoadedSubcommand } from "./subcommand";

type Load = (bundles: CliBundles) => Promise<LoadedSubcommand>;

interface SubcommandEntry {
  readonly summary: string;
  readonly load: Load;
}

function fromAws(name: keyof typeof awsSubcommands): Load {
  return async ({ aws }) => (await (await aws()).loadSubcommands()).awsSubcommands[name];
}

function fromLanguage(name: keyof typeof languageSubcommands): Load {
  return async ({ language }) => (await (await language()).loadSubcommands()).languageSubcommands[name];
}

const subcommands: Readonly<Record<string, SubcommandEntry>> = {
  deploy: {
    load: fromAws("deploy"),
    summary: "Creates or changes the pipeline of a definition file, and goes on where it stopped.",
  },
  destroy: { load: fromAws("destroy"), summary: "Deletes what deploy made, and says what remains." },
  diagnose: { load: fromAws("diagnose"), summary: "Finds out why no events arrive, from the index back to the session." },
  drift: { load: fromAws("drift"), summary: "Shows what has been changed by hand since the deployment." },
  export: { load: fromAws("export"), summary: "Writes the CloudFormation templates of a definition into a folder." },
  import: { load: fromAws("import"), summary: "Writes a definition of a set-up that was made by hand." },
  lint: { load: fromLanguage("lint"), summary: "Checks agent configurations, config.json files, session scripts and definitions." },
  new: { load: fromAws("new"), summary: "Writes a new monitoring project." },
  preview: { load: fromAws("preview"), summary: "Shows what deploy would do and what it costs; changes nothing." },
  render: { load: fromLanguage("render"), summary: "Shows the records that the agent would send." },
  sandbox: {
    load: () => Promise.resolve({ run: sandbox, usage: sandboxUsage }),
    summary: "Runs the stand-in for AWS on this machine.",
  },
  tail: { load: fromAws("tail"), summary: "Follows the indexed logs: events on standard output, notices on standard error." },
  template: { load: fromAws("template"), summary: "Prints one of the CloudFormation templates." },
};

/** `--help` alone lists the subcommands; after a name, or as `help NAME`, it prints that one's usage. */
export async function runCli(args: readonly string[], bundles: CliBundles): Promise<number> {
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
  const { run, usage } = await subcommand.load(bundles);
  if (helps || rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(`${subcommand.summary}\n${usage}`);
    return 0;
  }
  return run(rest, bundles);
}

function overview(): string {
  const width = Math.max(...Object.keys(subcommands).map((name) => name.length));
  const lines = Object.entries(subcommands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}\n`);
  return `usage: appstream-monitor SUBCOMMAND …, or SUBCOMMAND --help\n\n${lines.join("")}`;
}
