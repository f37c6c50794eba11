import type { World } from "../world";
import { callAsInstance } from "./instanceCall";

const batchLimit = 500;
const batchBytes = 4 * 1024 * 1024;

export interface Target {
  readonly stream: string;
  readonly region: string;
  /** Whose rights the instance has. */
  readonly role: string;
}

interface Reply {
  readonly RequestResponses?: readonly { readonly ErrorCode?: string }[];
}

/** The agent's buffer of a Firehose sink: batches by PutRecordBatch over HTTP to the sandbox itself. */
export class FirehoseSender {
  private readonly world: World;
  private readonly waiting = new Map<string, { readonly target: Target; records: string[] }>();
  private readonly told = new Set<string>();

  constructor(world: World) {
    this.world = world;
  }

  add(target: Target, record: string): void {
    const key = `${target.role}/${target.region}/${target.stream}`;
    const entry = this.waiting.get(key) ?? { target, records: [] };
    entry.records.push(Buffer.from(`${record}\n`, "utf8").toString("base64"));
    this.waiting.set(key, entry);
  }

  clear(): void {
    this.waiting.clear();
    this.told.clear();
  }

  async flush(): Promise<void> {
    await Promise.all(
      [...this.waiting.values()].map(async (entry) => {
        const { target, records } = entry;
        entry.records = [];
        for (const batch of batchesOf(records)) {
          entry.records.push(...(await this.send(target, batch)));
        }
      }),
    );
  }

  /** Gives what is to be sent again: all after a failed connection, the refused records after a partial failure. */
  private async send(target: Target, records: readonly string[]): Promise<readonly string[]> {
    let response: Response;
    try {
      const Records = records.map((Data) => ({ Data }));
      response = await callAsInstance(this.world, target, "firehose", "PutRecordBatch", { DeliveryStreamName: target.stream, Records });
    } catch (thrown) {
      this.tell(target, thrown instanceof Error ? thrown.message : String(thrown));
      return records;
    }
    const text = await response.text();
    if (!response.ok) {
      this.tell(target, text);
      return response.status === 503 ? records : [];
    }
    const { RequestResponses: replies = [] } = JSON.parse(text) as Reply;
    return records.filter((_, index) => replies[index]?.ErrorCode !== undefined);
  }

  private tell(target: Target, why: string): void {
    const line = `agent: PutRecordBatch to ${target.stream} failed: ${why}`;
    if (!this.told.has(line)) {
      this.told.add(line);
      this.world.options.log(line);
    }
  }
}

function batchesOf(records: readonly string[]): string[][] {
  const batches: string[][] = [];
  let bytes = 0;
  for (const record of records) {
    const last = batches.at(-1);
    bytes += (record.length * 3) / 4;
    if (last === undefined || last.length >= batchLimit || bytes > batchBytes) {
      batches.push([record]);
      bytes = (record.length * 3) / 4;
    } else {
      last.push(record);
    }
  }
  return batches;
}
