import { serviceKey } from "../services/sts";
import type { World } from "../world";

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
      response = await fetch(this.world.endpoint, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": "Firehose_20150804.PutRecordBatch",
          authorization: this.authorization(target),
        },
        body: JSON.stringify({ DeliveryStreamName: target.stream, Records: records.map((Data) => ({ Data })) }),
      });
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

  /** The sandbox reads who calls from the scope and checks no signature. */
  private authorization({ region, role }: Target): string {
    const key = serviceKey(this.world, role, "AppStream2.0");
    const day = new Date(this.world.now()).toISOString().slice(0, 10).replaceAll("-", "");
    const scope = `${key}/${day}/${region}/firehose/aws4_request`;
    return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=content-type;host;x-amz-target, Signature=${"0".repeat(64)}`;
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
