import type { World } from "../world";
import { callAsInstance } from "./instanceCall";

export interface LogTarget {
  readonly group: string;
  readonly stream: string;
  readonly region: string;
  readonly role: string;
}

interface LogLine {
  readonly timestamp: number;
  readonly message: string;
}

/** The agent's buffer of a CloudWatch Logs sink. Group and stream are made when they are missing. */
export class LogsSender {
  private readonly world: World;
  private readonly waiting = new Map<string, { readonly target: LogTarget; lines: LogLine[] }>();
  private readonly told = new Set<string>();

  constructor(world: World) {
    this.world = world;
  }

  add(target: LogTarget, line: LogLine): void {
    const key = JSON.stringify(target);
    const entry = this.waiting.get(key) ?? { target, lines: [] };
    entry.lines.push(line);
    this.waiting.set(key, entry);
  }

  clear(): void {
    this.waiting.clear();
    this.told.clear();
  }

  async flush(): Promise<void> {
    await Promise.all(
      [...this.waiting.values()].map(async (entry) => {
        const lines = entry.lines.toSorted((a, b) => a.timestamp - b.timestamp);
        entry.lines = [];
        if (lines.length > 0) {
          await this.send(entry.target, lines);
        }
      }),
    );
  }

  private async send(target: LogTarget, logEvents: readonly LogLine[]): Promise<void> {
    const name = { logGroupName: target.group, logStreamName: target.stream };
    const call = async (operation: string, input: Readonly<Record<string, unknown>>): Promise<string | undefined> => {
      const answer = await callAsInstance(this.world, target, "logs", operation, input);
      const text = await answer.text();
      return answer.ok ? undefined : text;
    };
    try {
      let problem = await call("PutLogEvents", { ...name, logEvents });
      if (problem?.includes("ResourceNotFoundException") === true) {
        await call("CreateLogGroup", { logGroupName: target.group });
        await call("CreateLogStream", name);
        problem = await call("PutLogEvents", { ...name, logEvents });
      }
      this.tell(target, problem);
    } catch (thrown) {
      this.tell(target, thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  private tell(target: LogTarget, why: string | undefined): void {
    const line = `agent: PutLogEvents to ${target.group} failed: ${why ?? ""}`;
    if (why !== undefined && !this.told.has(line)) {
      this.told.add(line);
      this.world.options.log(line);
    }
  }
}
