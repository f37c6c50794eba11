import { once } from "node:events";
import { csvHeader, csvLine, ndjsonLine } from "../core/logs/exportFormats";
import { formatEntry, neutralised } from "../core/logs/lineFormat";
import type { LogEntry } from "../core/logs/tailEvents";
import type { TailFormat } from "./tailArguments";

const entriesOfOneWrite = 500;

/** Events on standard output, notices on standard error. */
export class TailOutput {
  readonly #format: TailFormat;
  readonly #timeZone: "local" | "utc";
  readonly #signal: AbortSignal;
  #begun = false;

  constructor(format: TailFormat, timeZone: "local" | "utc", signal: AbortSignal) {
    this.#format = format;
    this.#timeZone = timeZone;
    this.#signal = signal;
  }

  notice(text: string): void {
    process.stderr.write(`-- ${neutralised(text)} --\n`);
  }

  /** A reader that is slower than the domain holds the tail up. */
  async entries(entries: readonly LogEntry[]): Promise<void> {
    for (let from = 0; from < entries.length; from += entriesOfOneWrite) {
      const lines = entries.slice(from, from + entriesOfOneWrite).map((entry) => this.#line(entry));
      await this.#send(this.#header() + lines.join(""));
    }
  }

  /** A table without rows has its head all the same. */
  async end(): Promise<void> {
    await this.#send(this.#header());
  }

  #header(): string {
    const header = this.#begun || this.#format !== "csv" ? "" : csvHeader();
    this.#begun = true;
    return header;
  }

  async #send(text: string): Promise<void> {
    if (text !== "" && !process.stdout.write(text)) {
      await once(process.stdout, "drain", { signal: this.#signal });
    }
  }

  #line(entry: LogEntry): string {
    switch (this.#format) {
      case "text":
        return `${formatEntry(entry, { timeZone: this.#timeZone })}\n`;
      case "ndjson":
        return ndjsonLine(entry);
      case "csv":
        return csvLine(entry);
    }
  }
}
