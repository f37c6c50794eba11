import type { TestContext } from "node:test";
import { sleep } from "./tailing";

export interface WritersOptions {
  readonly url: string;
  /** The index of the next bulk request. */
  readonly index: () => string;
  readonly random: () => number;
  readonly count: number;
  /** Documents of one bulk request, at most. */
  readonly bulk?: number;
  /** Longest pause between two requests of one writer. */
  readonly pauseMs?: number;
  /** Some known documents are written again or deleted. */
  readonly change?: boolean;
}

/** What was acknowledged, by `index/id`. */
export interface Written {
  readonly kept: Set<string>;
  readonly deleted: Set<string>;
}

/** Concurrent bulk writers that, like Firehose, send a failed request again with the same ids. */
export class Writers {
  readonly written: Written = { kept: new Set(), deleted: new Set() };
  readonly #options: WritersOptions;
  readonly #running: Promise<void>[];
  #stopped = false;
  #abandoned = false;
  #next = 0;

  constructor(options: WritersOptions) {
    this.#options = options;
    this.#running = Array.from({ length: options.count }, () => this.#write());
  }

  /** They end with the test, even where it fails while its engine is down. */
  static during(context: TestContext, options: WritersOptions): Writers {
    const writers = new Writers(options);
    context.after(() => {
      writers.#abandoned = true;
      return writers.stop();
    });
    return writers;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  async #write(): Promise<void> {
    const { index, random, bulk = 200, pauseMs = 50, change = false } = this.#options;
    while (!this.#stopped) {
      const name = index();
      const ids = Array.from({ length: 1 + Math.floor(random() * bulk) }, () => `d${this.#next++}`);
      const again = change ? this.#some(name, 20) : [];
      const gone = change ? this.#some(name, 5).filter((id) => !again.includes(id)) : [];
      await this.#send([
        ...[...ids, ...again].map((id) => `${JSON.stringify({ index: { _index: name, _id: id } })}\n${JSON.stringify(event(id))}\n`),
        ...gone.map((id) => `${JSON.stringify({ delete: { _index: name, _id: id } })}\n`),
      ]);
      ids.forEach((id) => this.written.kept.add(`${name}/${id}`));
      for (const id of gone) {
        this.written.kept.delete(`${name}/${id}`);
        this.written.deleted.add(`${name}/${id}`);
      }
      if (random() < 0.1) {
        await this.#attempt(`/${name}/_refresh`, "");
      }
      await sleep(random() * pauseMs);
    }
  }

  #some(index: string, count: number): string[] {
    const found: string[] = [];
    const { kept } = this.written;
    for (let tries = 0; tries < count && kept.size > 0; tries++) {
      const id = `d${Math.floor(this.#options.random() * this.#next)}`;
      if (kept.has(`${index}/${id}`)) {
        found.push(id);
      }
    }
    return [...new Set(found)];
  }

  async #send(lines: readonly string[]): Promise<void> {
    while (!(await this.#attempt("/_bulk", lines.join(""))) && !this.#abandoned) {
      await sleep(100);
    }
  }

  async #attempt(path: string, body: string): Promise<boolean> {
    try {
      const answer = await fetch(this.#options.url + path, { method: "POST", body, headers: { "content-type": "application/x-ndjson" } });
      const value = (await answer.json()) as { readonly errors?: boolean };
      return answer.status === 200 && value.errors !== true;
    } catch {
      return false; // The engine is down: the request is sent again.
    }
  }
}

/** Shaped as the agent writes it. */
export function event(id: string): Record<string, unknown> {
  return {
    EventId: 1026,
    Description: `Event ${id} of a writer`,
    LevelDisplayName: "Informational",
    LogName: "Application",
    MachineName: "EC2AMAZ-1A2B3C4",
    ProviderName: "Test Writer",
    TimeCreated: new Date().toISOString(),
  };
}
