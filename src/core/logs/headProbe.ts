import type { Clock } from "../clock";
import { numberAt } from "./json";
import type { SearchExchange } from "./searchExchange";
import { headBody } from "./searchRequests";
import type { StreamCursor } from "./streamCursor";
import type { TailIndices } from "./tailIndices";

/** The highest number of each stream, whatever the filter; undefined where the shard did not answer, -1 where it is empty. */
export async function readHeads(exchange: SearchExchange, streams: readonly StreamCursor[]): Promise<(number | undefined)[]> {
  const answers = await exchange.shards(streams.map(({ index, shard }) => ({ index, shard, body: headBody() })));
  return answers.map((answer) => ("refusal" in answer ? undefined : (numberAt(answer.body, "aggregations", "head", "value") ?? -1)));
}

/** Keeps the range of a rarely matching filter short, and notices an index that begins anew. */
export async function probeHeads(indices: TailIndices, exchange: SearchExchange, clock: Clock): Promise<void> {
  const streams = [...indices.streams];
  const heads = await readHeads(exchange, streams);
  for (const [position, stream] of streams.entries()) {
    const head = heads[position];
    if (head === undefined) {
      continue;
    }
    if (head < stream.floor) {
      await indices.rewound(stream);
    } else {
      stream.noteHead(clock.now(), head);
    }
  }
}
