import { numberAt } from "./json";
import type { Answer } from "./searchAnswers";
import type { SearchExchange } from "./searchExchange";
import { headBody } from "./searchRequests";
import type { StreamCursor } from "./streamCursor";

/** The highest number of a stream, whatever the filter: -1 where it is empty, undefined where the shard did not answer. */
export function headOf(answer: Answer | undefined): number | undefined {
  return answer === undefined || "refusal" in answer ? undefined : (numberAt(answer.body, "aggregations", "head", "value") ?? -1);
}

export function headSearches(streams: readonly StreamCursor[]) {
  return streams.map(({ index, shard }) => ({ index, shard, body: headBody() }));
}

export function readHeads(exchange: SearchExchange, streams: readonly StreamCursor[]): Promise<Answer[]> {
  return exchange.search(headSearches(streams));
}
