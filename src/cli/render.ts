import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { findCulture } from "../core/config/decoration/culture";
import { type AgentEnvironment, createEnvironment } from "../core/agent/environment";
import { ConfigurationRejected, type RenderedRecord, renderRecords } from "../core/agent/render";
import { NotAnEvent, readSampleEvents } from "../core/agent/sampleEvent";
import { findTimeZone } from "../core/agent/timeZone";
import { readFailure } from "./readFailure";
import { wrongArguments } from "./wrongArguments";

export const renderUsage =
  "usage: appstream-monitor render --config FILE [--event FILE] [--env NAME=VALUE …] [--now TIME] [--culture C] [--time-zone Z] [--computer-name N] [--format text|json]\n";

class WrongUsage extends Error {}

/** `render`: what each pipe of an agent configuration would send. */
export async function render(args: readonly string[]): Promise<number> {
  try {
    const values = readArguments(args);
    const environment = toEnvironment(values);
    const configuration = await readText(values.config);
    const events = values.event === undefined ? undefined : readSampleEvents(await readText(values.event), environment);
    const results = renderRecords(configuration, events, environment);
    process.stdout.write(values.format === "json" ? `${JSON.stringify(results, null, 2)}\n` : formatText(results));
    return 0;
  } catch (thrown) {
    if (thrown instanceof WrongUsage) {
      process.stderr.write(`${thrown.message}\n${renderUsage}`);
      return 2;
    }
    if (thrown instanceof ConfigurationRejected) {
      process.stderr.write(`The agent rejects the whole configuration, so nothing runs: ${thrown.message}.\n`);
      return 1;
    }
    if (thrown instanceof NotAnEvent) {
      process.stderr.write(`The event file cannot be used: ${thrown.message}.\n`);
      return 2;
    }
    throw thrown;
  }
}

interface Arguments {
  readonly config: string;
  readonly event?: string | undefined;
  readonly env: readonly string[];
  readonly now?: string | undefined;
  readonly culture?: string | undefined;
  readonly "time-zone"?: string | undefined;
  readonly "computer-name"?: string | undefined;
  readonly format: "text" | "json";
}

function readArguments(args: readonly string[]): Arguments {
  const text = { type: "string" } as const;
  const options = {
    config: text,
    event: text,
    env: { type: "string", multiple: true },
    now: text,
    culture: text,
    "time-zone": text,
    "computer-name": text,
    format: text,
  } as const;
  try {
    const { values } = parseArgs({ args: [...args], options, allowPositionals: false });
    const { config, format = "text", env = [] } = values;
    if (config === undefined) {
      throw new WrongUsage("--config is missing.");
    }
    if (format !== "text" && format !== "json") {
      throw new WrongUsage(`--format must be text or json, not ${format}.`);
    }
    return { ...values, config, env, format };
  } catch (thrown) {
    throw thrown instanceof WrongUsage ? thrown : new WrongUsage(wrongArguments(thrown));
  }
}

function toEnvironment(values: Arguments): AgentEnvironment {
  const culture = values.culture ?? "en-US";
  if (findCulture(culture) === undefined) {
    throw new WrongUsage(`The culture ${culture} is not known.`);
  }
  const localOffset = findTimeZone(values["time-zone"] ?? "UTC");
  if (localOffset === undefined) {
    throw new WrongUsage(`The time zone ${values["time-zone"] ?? ""} is not known.`);
  }
  const variables = values.env.map((pair): [string, string] => {
    const equals = pair.indexOf("=");
    if (equals < 1) {
      throw new WrongUsage(`--env needs NAME=VALUE, not ${pair}.`);
    }
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  const { "computer-name": computerName } = values;
  return createEnvironment({
    variables: Object.fromEntries(variables),
    now: toTime(values.now),
    culture,
    localOffset,
    ...(computerName === undefined ? {} : { computerName }),
  });
}

function toTime(text: string | undefined): number {
  if (text === undefined) {
    return Date.now();
  }
  const time = /^\d{12,}$/.test(text) ? Number(text) : Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(time)) {
    throw new WrongUsage(`--now must be a date such as 2026-02-03T04:05:06Z, not ${text}.`);
  }
  return time;
}

async function readText(path: string): Promise<string> {
  try {
    return decode(await readFile(path));
  } catch (thrown) {
    throw new WrongUsage(readFailure(path, thrown));
  }
}

function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return new TextDecoder("utf-16le").decode(bytes);
  }
  return new TextDecoder(bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8").decode(bytes);
}

function formatText(results: readonly RenderedRecord[]): string {
  return results
    .map(({ pipe, sink, outcome, record, bytes, reason }) => {
      const head = `${pipe} -> ${sink}: ${outcome}${outcome === "sent" ? ` (${bytes} bytes)` : ""}${reason === null ? "" : `: ${reason}`}`;
      return record === null ? `${head}\n` : `${head}\n${record.replace(/^/gm, "    ")}\n`;
    })
    .join("");
}
