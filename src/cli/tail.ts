import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import type { Connected, Connection } from "../core/aws/connection";
import type { Aws, SearchTransport } from "../core/aws/ports";
import { systemClock } from "../core/clock";
import { AppError, isAbort } from "../core/errors";
import { openDomain, targetOfStream } from "../core/logs/tailTarget";
import type { TailEvent } from "../core/logs/tailEvents";
import { TailSession } from "../core/logs/tailSession";
import { readTimeWindow } from "../core/logs/timeWindow";
import { targetOf, type PipelineDefinition } from "../core/pipeline/definition";
import { readDefinition } from "./definitionFile";
import { readFailure } from "./readFailure";
import { reportError } from "./report";
import type { CliBundles } from "./subcommand";
import { parseTailArguments, searchTarget, type TailArguments, type TailSecrets } from "./tailArguments";
import { TailOutput } from "./tailOutput";
import { UntilWatch } from "./tailUntil";

/** What was waited for had not come when the time given by `--until` was over. */
const timeOver = 3;
const passwordVariable = "APPSTREAM_MONITOR_PASSWORD";

type CreateAws = (connection: Connection, hooks: { readonly proxies: NodeJS.ProcessEnv }) => Aws;

interface Opened {
  readonly transport: SearchTransport;
  /** Base name. */
  readonly index: string;
}

export const tailUsage =
  "usage: appstream-monitor tail (--endpoint URL | --domain NAME | --stream NAME | DEFINITION) [--index NAME] [--since 15m|all|now] [--filter TEXT] [--until TEXT|COUNT|TIME] …\n";

/** Follows an index until it is told to stop, or reads a window of time: events on standard output, notices on standard error. */
export async function tail(args: readonly string[], bundles: CliBundles): Promise<number> {
  const parsed = parseTailArguments(args, process.env);
  if (typeof parsed === "string") {
    process.stderr.write(`${parsed}\n${tailUsage}`);
    return 2;
  }
  const described = parsed.place.kind === "definition" ? readDefinition(parsed.place.path) : undefined;
  if (described !== undefined && described.definition === undefined) {
    return described.exitCode;
  }
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.on("SIGINT", end).on("SIGTERM", end);
  process.stdout.on("error", end);
  const watch = new UntilWatch(parsed.until, end);
  const late = parsed.until.time === undefined ? undefined : setTimeout(end, Math.max(0, parsed.until.time - Date.now()));
  try {
    await read(parsed, described?.definition, bundles, watch, stop.signal);
  } catch (thrown) {
    if (!stop.signal.aborted && !isAbort(thrown)) {
      return reportError(thrown);
    }
  } finally {
    clearTimeout(late);
    process.off("SIGINT", end).off("SIGTERM", end);
  }
  const over = parsed.until.time !== undefined && Date.now() >= parsed.until.time;
  return watch.waits && (over || parsed.reading.kind === "window") ? timeOver : 0;
}

async function read(
  args: TailArguments,
  definition: PipelineDefinition | undefined,
  bundles: CliBundles,
  watch: UntilWatch,
  signal: AbortSignal,
): Promise<void> {
  const { createAws } = await bundles.aws();
  const secrets = await readSecrets(args);
  const place = await placeOf(args, definition, createAws, signal);
  const { transport, index } = await open(args, place, secrets, signal);
  const output = new TailOutput(args.format, args.timeZone, signal);
  const listener = async (event: TailEvent): Promise<void> => {
    if (event.kind === "entries") {
      await output.entries(watch.take(event.entries));
    } else if (event.kind === "notice") {
      output.notice(event.text);
    }
  };
  const { filter, reading, uniqueRecords: recordIdentity } = args;
  const common = { transport, clock: systemClock, index, filter, listener };
  if (reading.kind === "window") {
    await readTimeWindow({ ...common, from: reading.from, to: reading.to }, signal);
  } else {
    await new TailSession({ ...common, since: reading.since, recordIdentity }).run(signal);
  }
  await output.end();
}

async function open(args: TailArguments, place: Place, secrets: TailSecrets, signal: AbortSignal): Promise<Opened> {
  const { connection, aws } = place.connected;
  if (place.endpoint !== undefined) {
    return { transport: aws.search(searchTarget(args, place.endpoint, connection.region, secrets)), index: place.index };
  }
  if (args.access === "sigv4" && args.hostOverride === undefined && args.certificateFile === undefined) {
    return { transport: await openDomain(place.connected, place.domain, signal), index: place.index };
  }
  const { endpoint } = await aws.domains.get(place.domain, signal);
  if (endpoint === undefined) {
    throw new AppError("conflict", `The domain ${place.domain} has no endpoint yet.`, { next: "Wait until it is active." });
  }
  return { transport: aws.search(searchTarget(args, endpoint, connection.region, secrets)), index: place.index };
}

interface Place {
  readonly connected: Connected;
  readonly endpoint?: string;
  readonly domain: string;
  readonly index: string;
}

async function placeOf(
  args: TailArguments,
  definition: PipelineDefinition | undefined,
  createAws: CreateAws,
  signal: AbortSignal,
): Promise<Place> {
  const { place, connection, index = "" } = args;
  const connect = (region = connection.region): Connected => {
    const own = { ...connection, region };
    return { connection: own, aws: createAws(own, { proxies: process.env }) };
  };
  switch (place.kind) {
    case "endpoint":
      return { connected: connect(), endpoint: place.endpoint, domain: "", index };
    case "domain":
      return { connected: connect(), domain: place.domain, index };
    case "stream": {
      const connected = connect();
      const target = await targetOfStream(connected, place.stream, signal);
      return { connected, domain: target.domain, index: args.index ?? target.index };
    }
    case "definition": {
      const target = definition === undefined ? undefined : targetOf(definition);
      if (target?.domain === undefined || target.index === undefined) {
        throw new AppError("invalidInput", `${place.path} describes no pipeline that writes to a search domain.`);
      }
      return { connected: connect(target.region), domain: target.domain, index: args.index ?? target.index };
    }
  }
}

async function readSecrets({ access, certificateFile, passwordFromInput }: TailArguments): Promise<TailSecrets> {
  const certificate = certificateFile === undefined ? {} : { certificate: await readCertificate(certificateFile) };
  if (typeof access !== "string") {
    const password = passwordFromInput ? await firstLine() : process.env[passwordVariable];
    if (password === undefined || password === "") {
      throw new AppError("invalidInput", `There is no password for ${access.user}.`, {
        next: `Set ${passwordVariable}, or pipe it in and give --password-stdin.`,
      });
    }
    return { ...certificate, password };
  }
  return certificate;
}

async function readCertificate(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((thrown: unknown) => {
    throw new AppError("invalidInput", readFailure(path, thrown));
  });
  if (!text.includes("-----BEGIN CERTIFICATE-----")) {
    throw new AppError("invalidInput", `${path} holds no certificate in PEM form.`);
  }
  return text;
}

async function firstLine(): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  return undefined;
}
