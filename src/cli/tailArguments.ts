import { parseArgs } from "node:util";
import type { Connection } from "../core/aws/connection";
import type { SearchTarget } from "../core/aws/ports";
import { parseFilter, type LogFilter } from "../core/logs/filter";
import { isIndexName } from "../core/logs/indexNames";
import type { TailStart } from "../core/logs/tailEvents";
import { wrongArguments } from "./wrongArguments";

export interface TailArguments {
  readonly connection: Connection;
  readonly target: SearchTarget;
  readonly index: string;
  readonly since: TailStart;
  readonly filter: LogFilter;
  readonly format: "text" | "ndjson";
}

const options = {
  endpoint: { type: "string" },
  index: { type: "string" },
  since: { type: "string", default: "now" },
  filter: { type: "string", default: "" },
  format: { type: "string", default: "text" },
  unsigned: { type: "boolean", default: false },
  profile: { type: "string" },
  region: { type: "string" },
} as const;

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The arguments, or a sentence that says which one is wrong. */
export function parseTailArguments(args: readonly string[], environment: NodeJS.ProcessEnv): TailArguments | string {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (thrown) {
    return wrongArguments(thrown);
  }
  const { endpoint, index, format } = values;
  if (endpoint === undefined || index === undefined) {
    return `--${endpoint === undefined ? "endpoint" : "index"} is missing.`;
  }
  const url = parseEndpoint(endpoint);
  if (url === undefined) {
    return `--endpoint must be an http or https address, not “${endpoint}”.`;
  }
  if (!isIndexName(index)) {
    return `--index must be the name of an index, in lower case and without wildcards, not “${index}”.`;
  }
  const since = parseSince(values.since);
  if (since === undefined) {
    return `--since must be now, all or a time such as 30s, 15m, 2h or 1d, not “${values.since}”.`;
  }
  if (format !== "text" && format !== "ndjson") {
    return `--format must be text or ndjson, not “${format}”.`;
  }
  const region =
    values.region ?? regionOfHost(url.hostname) ?? filled(environment["AWS_REGION"]) ?? filled(environment["AWS_DEFAULT_REGION"]);
  if (region === undefined && !values.unsigned && !isLoopback(url)) {
    return "--region is missing: the endpoint's name does not tell it.";
  }
  const profile = values.profile ?? filled(environment["AWS_PROFILE"]);
  return {
    connection: {
      kind: isLoopback(url) ? "sandbox" : "aws",
      region: region ?? "us-east-1",
      epoch: 0,
      ...(profile === undefined ? {} : { profile }),
    },
    target: {
      endpoint: url.href.replace(/\/$/, ""),
      region: region ?? "us-east-1",
      access: { kind: values.unsigned ? "unsigned" : "sigv4" },
    },
    index,
    since,
    filter: parseFilter(values.filter),
    format,
  };
}

function parseEndpoint(text: string): URL | undefined {
  const local = /^(?:127\.0\.0\.1|localhost|\[::1\])(?=[:/]|$)/.test(text);
  const whole = text.includes("://") ? text : `${local ? "http" : "https"}://${text}`;
  return /^https?:/i.test(whole) && URL.canParse(whole) ? new URL(whole) : undefined;
}

function parseSince(text: string): TailStart | undefined {
  if (text === "now" || text === "all") {
    return { kind: text };
  }
  const [, count, unit = ""] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : { kind: "since", ms: Number(count) * (units[unit] ?? 0) };
}

function regionOfHost(host: string): string | undefined {
  return /\.([a-z]{2}(?:-[a-z]+)+-\d)\.es\.amazonaws\.com(?:\.cn)?$/.exec(host)?.[1];
}

function isLoopback(url: URL): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
}

function filled(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
