import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import type { Connection } from "../core/aws/connection";
import type { Aws } from "../core/aws/ports";
import { systemClock } from "../core/clock";
import type { PipelineDefinition } from "../core/pipeline/definition";
import type { DeploymentDeps } from "../core/pipeline/deployment";
import type { ProjectTexts } from "../core/pipeline/image/kit";
import type { PreviewTitle } from "../core/pipeline/previewText";
import { fileNames } from "../core/pipeline/project";
import { paceOf, patientAttempts, type Listener } from "../core/pipeline/progress";
import { readDefinition } from "./definitionFile";
import type { CliBundles } from "./subcommand";
import { readFailure } from "./readFailure";
import { wrongArguments } from "./wrongArguments";

export interface PipelineArguments {
  readonly definition: PipelineDefinition;
  readonly texts: ProjectTexts;
  readonly connection: Connection;
  readonly title: PreviewTitle;
  readonly json: boolean;
  readonly yes: boolean;
  readonly wait: boolean;
  readonly emptyBuckets: boolean;
  readonly testRecord: boolean;
  readonly revert: boolean;
}

const options = {
  yes: { type: "boolean", default: false },
  format: { type: "string", default: "text" },
  "no-wait": { type: "boolean", default: false },
  "empty-bucket": { type: "boolean", default: false },
  "test-record": { type: "boolean", default: false },
  revert: { type: "boolean", default: false },
  endpoint: { type: "string" },
  profile: { type: "string" },
  region: { type: "string" },
} as const;

export function pipelineUsage(name: string): string {
  const own: Readonly<Record<string, string>> = {
    destroy: " [--yes] [--empty-bucket]",
    deploy: " [--yes] [--no-wait]",
    diagnose: " [--test-record]",
    drift: " [--revert [--yes]]",
  };
  return `usage: appstream-monitor ${name} PIPELINE.json${own[name] ?? ""} [--format text|json] [--endpoint URL] [--profile P] [--region R]\n`;
}

/** The arguments of deploy, preview, drift, diagnose and destroy with the files they name; a number is the exit code of what is wrong. */
export function readPipelineArguments(name: string, args: readonly string[]): PipelineArguments | number {
  const parsed = parse(args);
  const [path] = parsed?.positionals ?? [];
  if (parsed === undefined || path === undefined || parsed.positionals.length !== 1) {
    process.stderr.write(pipelineUsage(name));
    return 2;
  }
  const { values } = parsed;
  if (values.format !== "text" && values.format !== "json") {
    process.stderr.write(pipelineUsage(name));
    return 2;
  }
  const read = readDefinition(path);
  if (read.definition === undefined) {
    return read.exitCode;
  }
  const { definition } = read;
  if (values.region !== undefined && values.region !== definition.region) {
    process.stderr.write(`${path} is for ${definition.region}, not for ${values.region}: change the definition or the option.\n`);
    return 2;
  }
  const texts = readTexts(dirname(path), definition);
  if (texts === undefined) {
    return 2;
  }
  const connection = connectionOf(definition.region, values.endpoint, values.profile);
  return {
    definition,
    texts,
    connection,
    title: { who: connection.kind === "sandbox" ? "SANDBOX" : (connection.profile ?? "environment"), region: connection.region },
    json: values.format === "json",
    yes: values.yes,
    wait: !values["no-wait"],
    emptyBuckets: values["empty-bucket"],
    testRecord: values["test-record"],
    revert: values.revert,
  };
}

function parse(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>> | undefined {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (thrown) {
    process.stderr.write(`${wrongArguments(thrown)}\n`);
    return undefined;
  }
}

export function connectionOf(region: string, endpointOption: string | undefined, profileOption: string | undefined): Connection {
  const endpoint = endpointOption ?? filled(process.env["AWS_ENDPOINT_URL"]);
  const profile = profileOption ?? filled(process.env["AWS_PROFILE"]);
  return {
    kind: endpoint !== undefined && isLoopback(endpoint) ? "sandbox" : "aws",
    region,
    epoch: 0,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
  };
}

function filled(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

function isLoopback(endpoint: string): boolean {
  return URL.canParse(endpoint) && ["127.0.0.1", "localhost", "[::1]"].includes(new URL(endpoint).hostname);
}

/** A file that the definition names must be there; one that it does not name is used when it has the usual name. */
function readTexts(folder: string, definition: PipelineDefinition): ProjectTexts | undefined {
  const named = [
    ["agentConfig", definition.agentConfig, fileNames.agentConfig],
    ["agentTemplate", undefined, fileNames.agentTemplate],
    ["sessionConfig", definition.sessionConfig, fileNames.sessionConfig],
    ["sessionScript", definition.sessionScript, fileNames.sessionScript],
  ] as const;
  const texts: Record<string, string> = {};
  for (const [key, given, usual] of named) {
    try {
      texts[key] = readFileSync(join(folder, given ?? usual), "utf8");
    } catch (thrown) {
      if (given !== undefined) {
        process.stderr.write(`${readFailure(`${given}, named by "${key}",`, thrown)}\n`);
        return undefined;
      }
    }
  }
  return texts;
}

export async function deploymentDeps(input: PipelineArguments, bundles: CliBundles, emit: Listener): Promise<DeploymentDeps> {
  const { createAws } = await bundles.aws();
  const aws: Aws = createAws(input.connection, { maxAttempts: patientAttempts, proxies: process.env });
  return { aws, clock: systemClock, pace: paceOf(input.connection), emit };
}
