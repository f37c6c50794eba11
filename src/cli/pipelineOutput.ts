import { setMaxListeners } from "node:events";
import { createInterface } from "node:readline/promises";
import { elapsedText } from "../core/pipeline/expected";
import type { PipelineEvent } from "../core/pipeline/progress";

/** One line of text for each event, or one JSON object a line. */
export function printEvent(event: PipelineEvent, json: boolean, to: NodeJS.WritableStream = process.stdout): void {
  to.write(json ? `${JSON.stringify(event)}\n` : `${eventLine(event)}\n`);
}

export function eventLine(event: PipelineEvent): string {
  switch (event.kind) {
    case "phase":
      return `== ${event.text}`;
    case "resource": {
      const { logicalId, type, status, reason, time, elapsedMs } = event.resource;
      const took = elapsedMs === undefined ? "" : ` ${elapsedText(type, elapsedMs)}`;
      return `${time.toISOString()}  ${status.padEnd(20)} ${logicalId} (${type})${took}${reason === undefined ? "" : `: ${reason}`}`;
    }
    case "note":
      return `${event.severity === "warning" ? "warning: " : ""}${event.text}`;
    case "visit":
      return [
        "Open this address and sign in as Administrator:",
        event.visit.url,
        "Paste this line into an elevated PowerShell there:",
        event.visit.line,
        `Both are valid until ${event.visit.expires.toISOString()}.`,
      ].join("\n");
  }
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Asks on the terminal; without one the answer is empty. */
export async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY) {
    return "";
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

/** A signal that SIGINT and SIGTERM fire once; the second one ends the process as usual. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  // Every call of a command listens on this one signal, many at once while names and permissions are checked.
  setMaxListeners(100, controller.signal);
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => {
      controller.abort();
    });
  }
  return controller.signal;
}
