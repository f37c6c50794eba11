import { once } from "node:events";
import { systemClock } from "../core/clock";
import { isAbort, toAppError } from "../core/errors";
import { formatEntry, neutralised } from "../core/logs/lineFormat";
import type { LogEntry, TailEvent } from "../core/logs/tailEvents";
import { TailSession } from "../core/logs/tailSession";
import type { CliBundles } from "./subcommand";
import { parseTailArguments, type TailArguments } from "./tailArguments";

export const tailUsage =
  "usage: appstream-monitor tail --endpoint URL --index NAME [--since 15m|all|now] [--filter TEXT] [--format text|ndjson] [--unsigned] [--profile P] [--region R]\n";

/** Follows an index until it is told to stop: events on standard output, notices on standard error. */
export async function tail(args: readonly string[], bundles: CliBundles): Promise<number> {
  const parsed = parseTailArguments(args, process.env);
  if (typeof parsed === "string") {
    process.stderr.write(`${parsed}\n${tailUsage}`);
    return 2;
  }
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.on("SIGINT", end).on("SIGTERM", end);
  process.stdout.on("error", end);
  try {
    const { createAws } = await bundles.aws();
    const transport = createAws(parsed.connection).search(parsed.target);
    const { index, since, filter, format } = parsed;
    const listener = (event: TailEvent): Promise<void> => write(event, format, stop.signal);
    await new TailSession({ transport, clock: systemClock, index, since, filter, listener }).run(stop.signal);
    return 0;
  } catch (thrown) {
    if (stop.signal.aborted || isAbort(thrown)) {
      return 0;
    }
    const error = toAppError(thrown);
    process.stderr.write(`${[error.message, error.next].filter((text) => text !== undefined).join(" ")}\n`);
    return 1;
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
  }
}

async function write(event: TailEvent, format: TailArguments["format"], signal: AbortSignal): Promise<void> {
  if (event.kind === "notice") {
    process.stderr.write(`-- ${neutralised(event.text)} --\n`);
  }
  if (event.kind !== "entries") {
    return;
  }
  const text = event.entries.map((entry) => `${format === "text" ? formatEntry(entry, { timeZone: "local" }) : ndjson(entry)}\n`).join("");
  if (!process.stdout.write(text)) {
    await once(process.stdout, "drain", { signal });
  }
}

function ndjson(entry: LogEntry): string {
  return JSON.stringify({ _index: entry.index, _id: entry.id, _seq_no: entry.seq, _source: entry.source });
}
