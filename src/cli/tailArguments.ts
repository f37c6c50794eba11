import { parseArgs } from "node:util";
import type { Connection } from "../core/aws/connection";
import type { SearchTarget } from "../core/aws/ports";
import type { LogFilter } from "../core/logs/filter";
import { isIndexName } from "../core/logs/indexNames";
import type { TailStart } from "../core/logs/tailEvents";
import { parseDuration, parseTimeText } from "../core/logs/timeText";
import { filterOf, filterOptions } from "./tailFilter";
import { parseUntil, type UntilConditions } from "./tailUntil";
import { wrongArguments } from "./wrongArguments";

/** Where events are read from: an address, or a name that has to be looked up. */
export type TailPlace =
  | { readonly kind: "endpoint"; readonly endpoint: string }
  | { readonly kind: "domain"; readonly domain: string }
  | { readonly kind: "stream"; readonly stream: string }
  | { readonly kind: "definition"; readonly path: string };

export type TailFormat = "text" | "ndjson" | "csv";

export interface TailArguments {
  readonly connection: Connection;
  readonly place: TailPlace;
  /** Absent only where a delivery stream or a definition tells it. */
  readonly index?: string;
  readonly access: "sigv4" | "unsigned" | { readonly user: string };
  readonly hostOverride?: string;
  /** Path of a file with PEM certificates. */
  readonly certificateFile?: string;
  readonly passwordFromInput: boolean;
  /** What is shown and then followed, or a window that ends. */
  readonly reading:
    { readonly kind: "follow"; readonly since: TailStart } | { readonly kind: "window"; readonly from: number; readonly to: number };
  readonly filter: LogFilter;
  readonly format: TailFormat;
  readonly timeZone: "local" | "utc";
  readonly uniqueRecords: boolean;
  readonly until: UntilConditions;
}

const options = {
  endpoint: { type: "string" },
  domain: { type: "string" },
  stream: { type: "string" },
  index: { type: "string" },
  since: { type: "string" },
  lines: { type: "string", short: "n" },
  from: { type: "string" },
  to: { type: "string" },
  last: { type: "string" },
  until: { type: "string", multiple: true },
  ...filterOptions,
  format: { type: "string", default: "text" },
  utc: { type: "boolean", default: false },
  "unique-records": { type: "boolean", default: false },
  unsigned: { type: "boolean", default: false },
  user: { type: "string" },
  "password-stdin": { type: "boolean", default: false },
  ca: { type: "string" },
  host: { type: "string" },
  profile: { type: "string" },
  region: { type: "string" },
} as const;

const mostLines = 10_000;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

/** A sentence that says which argument is wrong. */
class WrongArgument extends Error {}

/** The arguments, or a sentence that says which one is wrong. */
export function parseTailArguments(args: readonly string[], environment: NodeJS.ProcessEnv, now = Date.now()): TailArguments | string {
  let parsed: { readonly values: Values; readonly positionals: readonly string[] };
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (thrown) {
    return wrongArguments(thrown);
  }
  try {
    return toArguments(parsed.values, parsed.positionals, environment, now);
  } catch (thrown) {
    if (thrown instanceof WrongArgument) {
      return thrown.message;
    }
    throw thrown;
  }
}

function toArguments(values: Values, positionals: readonly string[], environment: NodeJS.ProcessEnv, now: number): TailArguments {
  const place = placeOf(values, positionals);
  const { index, format } = values;
  if (index === undefined && (place.kind === "endpoint" || place.kind === "domain")) {
    throw new WrongArgument("--index is missing.");
  }
  if (index !== undefined && !isIndexName(index)) {
    throw new WrongArgument(`--index must be the name of an index, in lower case and without wildcards, not “${index}”.`);
  }
  if (format !== "text" && format !== "ndjson" && format !== "csv") {
    throw new WrongArgument(`--format must be text, ndjson or csv, not “${format}”.`);
  }
  const until = parseUntil(values.until ?? [], now);
  if (typeof until === "string") {
    throw new WrongArgument(until);
  }
  const access = accessOf(values);
  const local = place.kind === "endpoint" && isLoopback(new URL(place.endpoint)) && values.host === undefined;
  const region = regionOf(values, place, environment);
  if (region === undefined && place.kind !== "definition" && (place.kind !== "endpoint" || (access === "sigv4" && !local))) {
    throw new WrongArgument(`--region is missing${place.kind === "endpoint" ? ": the endpoint's name does not tell it" : ""}.`);
  }
  const profile = values.profile ?? filled(environment["AWS_PROFILE"]);
  const endpoint = place.kind === "endpoint" ? undefined : filled(environment["AWS_ENDPOINT_URL"]);
  return {
    connection: {
      kind: local ? "sandbox" : "aws",
      ...{ region: region ?? "us-east-1", epoch: 0 },
      ...(profile === undefined ? {} : { profile }),
      ...(endpoint === undefined ? {} : { endpoint }),
    },
    ...{ place, access, until, format, reading: readingOf(values, now), filter: filterOf(values) },
    ...(index === undefined ? {} : { index }),
    ...(values.host === undefined ? {} : { hostOverride: values.host }),
    ...(values.ca === undefined ? {} : { certificateFile: values.ca }),
    timeZone: values.utc ? "utc" : "local",
    ...{ uniqueRecords: values["unique-records"], passwordFromInput: values["password-stdin"] },
  };
}

function placeOf({ endpoint, domain, stream }: Values, positionals: readonly string[]): TailPlace {
  const places: TailPlace[] = [
    ...(endpoint === undefined ? [] : [{ kind: "endpoint", endpoint: parseEndpoint(endpoint) } as const]),
    ...(domain === undefined ? [] : [{ kind: "domain", domain } as const]),
    ...(stream === undefined ? [] : [{ kind: "stream", stream } as const]),
    ...positionals.map((path) => ({ kind: "definition", path }) as const),
  ];
  const [place] = places;
  if (place === undefined || places.length > 1) {
    const what = "--endpoint, --domain, --stream or the file of a pipeline definition";
    throw new WrongArgument(place === undefined ? `Where from is missing: ${what}.` : `Give one of ${what}.`);
  }
  return place;
}

function readingOf({ since, lines, from, to, last }: Values, now: number): TailArguments["reading"] {
  const windowed = from !== undefined || to !== undefined || last !== undefined;
  if (windowed && (since !== undefined || lines !== undefined)) {
    throw new WrongArgument("--from, --to and --last read a window that ends: they do not go with --since and --lines, which follow.");
  }
  if (last !== undefined) {
    const ms = parseDuration(last);
    if (from !== undefined || to !== undefined) {
      throw new WrongArgument("--last does not go with --from and --to.");
    }
    if (ms === undefined) {
      throw new WrongArgument(`--last must be a time such as 30s, 15m, 2h or 1d, not “${last}”.`);
    }
    return { kind: "window", from: now - ms, to: now };
  }
  if (windowed) {
    const begin = from === undefined ? 0 : timeOf("--from", from, now);
    const end = to === undefined ? now : timeOf("--to", to, now);
    if (begin >= end) {
      throw new WrongArgument("--from must be before --to.");
    }
    return { kind: "window", from: begin, to: end };
  }
  if (since !== undefined && lines !== undefined) {
    throw new WrongArgument("Give one of --since and --lines.");
  }
  return { kind: "follow", since: lines === undefined ? sinceOf(since ?? "now") : linesOf(lines) };
}

function timeOf(option: string, text: string, now: number): number {
  const time = parseTimeText(text, now, "local");
  if (time === undefined) {
    throw new WrongArgument(`${option} must be a time such as 2026-03-02T21:00Z, or 15m for fifteen minutes ago, not “${text}”.`);
  }
  return time;
}

function sinceOf(text: string): TailStart {
  if (text === "now" || text === "all") {
    return { kind: text };
  }
  const ms = parseDuration(text);
  if (ms === undefined) {
    throw new WrongArgument(`--since must be now, all or a time such as 30s, 15m, 2h or 1d, not “${text}”.`);
  }
  return { kind: "since", ms };
}

function linesOf(text: string): TailStart {
  const count = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > mostLines) {
    throw new WrongArgument(`--lines must be a number from 1 to ${mostLines}, not “${text}”.`);
  }
  return { kind: "last", count };
}

function accessOf({ unsigned, user, "password-stdin": fromInput }: Values): TailArguments["access"] {
  if (user === undefined) {
    if (fromInput) {
      throw new WrongArgument("--password-stdin needs --user.");
    }
    return unsigned ? "unsigned" : "sigv4";
  }
  if (unsigned) {
    throw new WrongArgument("Give one of --user and --unsigned.");
  }
  if (user === "" || user.includes(":")) {
    throw new WrongArgument("--user is a name alone: the password comes from the environment or from standard input.");
  }
  return { user };
}

function regionOf({ region, host }: Values, place: TailPlace, environment: NodeJS.ProcessEnv): string | undefined {
  const name = host ?? (place.kind === "endpoint" ? new URL(place.endpoint).hostname : "");
  return region ?? regionOfHost(name) ?? filled(environment["AWS_REGION"]) ?? filled(environment["AWS_DEFAULT_REGION"]);
}

function parseEndpoint(text: string): string {
  const local = /^(?:127\.0\.0\.1|localhost|\[::1\])(?=[:/]|$)/.test(text);
  const whole = text.includes("://") ? text : `${local ? "http" : "https"}://${text}`;
  const url = /^https?:/i.test(whole) && URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined) {
    throw new WrongArgument(`--endpoint must be an http or https address, not “${text}”.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new WrongArgument("--endpoint takes no user and password: give --user, and the password by the environment or standard input.");
  }
  return url.href.replace(/\/$/, "");
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

export interface TailSecrets {
  readonly password?: string;
  /** PEM. */
  readonly certificate?: string;
}

/** What requests to the endpoint are made with. */
export function searchTarget(args: TailArguments, endpoint: string, region: string, secrets: TailSecrets): SearchTarget {
  const { access, hostOverride } = args;
  return {
    ...{ endpoint, region },
    access: typeof access === "string" ? { kind: access } : { kind: "basic", user: access.user, password: secrets.password ?? "" },
    ...(hostOverride === undefined ? {} : { hostOverride }),
    ...(secrets.certificate === undefined ? {} : { certificateAuthority: secrets.certificate }),
  };
}
