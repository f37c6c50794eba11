import { numberAt } from "./json";
import { hitsOf, type Answer } from "./searchAnswers";
import type { Search, SearchExchange } from "./searchExchange";
import { headBody, idsOfNumbersBody } from "./searchRequests";
import type { StreamCursor } from "./streamCursor";

/** The highest number of a stream, whatever the filter: -1 where it is empty, undefined where the shard did not answer. */
export function headOf(answer: Answer | undefined): number | undefined {
  return answer === undefined || "refusal" in answer ? undefined : (numberAt(answer.body, "aggregations", "head", "value") ?? -1);
}

export function readHeads(exchange: SearchExchange, streams: readonly StreamCursor[]): Promise<Answer[]> {
  return exchange.search(streams.map(headSearch));
}

function headSearch({ index, shard }: StreamCursor): Search {
  return { index, shard, body: headBody() };
}

export interface Probed {
  readonly stream: StreamCursor;
  readonly head: number;
  /** When the index is not what it was: the number up to which it still is. */
  readonly backTo: number | undefined;
}

/** Looks for the heads of streams, and whether their settled documents are what they were. */
export class HeadProbe {
  readonly searches: readonly Search[];
  readonly #asked: readonly { readonly stream: StreamCursor; readonly numbers: readonly number[] }[];

  constructor(streams: readonly StreamCursor[]) {
    this.#asked = streams.map((stream) => ({ stream, numbers: stream.witnesses.numbers }));
    this.searches = this.#asked.flatMap(({ stream, numbers }) => {
      const { index, shard } = stream;
      return [headSearch(stream), ...(numbers.length === 0 ? [] : [{ index, shard, body: idsOfNumbersBody(numbers) }])];
    });
  }

  /** Shards that did not answer are left out. */
  read(answers: readonly Answer[]): Probed[] {
    const found: Probed[] = [];
    let next = 0;
    for (const { stream, numbers } of this.#asked) {
      const head = headOf(answers[next++]);
      const ids = numbers.length === 0 ? undefined : answers[next++];
      if (head === undefined) {
        continue;
      }
      const present = ids === undefined || "refusal" in ids ? [] : hitsOf(ids.body);
      found.push({ stream, head, backTo: stream.witnesses.contradiction(present, stream.settled) });
      stream.witnesses.note(head);
    }
    return found;
  }
}

export async function probe(exchange: SearchExchange, streams: readonly StreamCursor[]): Promise<Probed[]> {
  const asked = new HeadProbe(streams);
  return asked.read(await exchange.search(asked.searches));
}
