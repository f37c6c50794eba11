import type { JsonObject } from "./json";
import { hitsOf, type Answer, type Hit } from "./searchAnswers";
import type { SearchExchange } from "./searchExchange";
import { listBody, sharing } from "./searchRequests";
import type { StreamCursor } from "./streamCursor";
import type { LogEntry } from "./tailEvents";

const idsPage = 5000;
const sourcesPage = 1000;
/** Ranges that are listed in one request: each may answer with a page. */
const together = 8;

export function toEntry(stream: StreamCursor, hit: Hit): LogEntry {
  return { index: stream.index, shard: stream.shard, seq: hit.seq, id: hit.id, version: hit.version, source: hit.source };
}

export interface ListJob {
  readonly stream: StreamCursor;
  readonly above: number;
  readonly upTo: number;
  readonly clauses: readonly JsonObject[];
  readonly withSource: boolean;
  readonly before?: readonly JsonObject[];
}

export type Refused = Extract<Answer, { readonly refusal: unknown }>;

/** All documents of each job, by number; a refusal where the shard did not answer. */
export async function listAll(exchange: SearchExchange, jobs: readonly ListJob[]): Promise<(Hit[] | Refused)[]> {
  const results: (Hit[] | Refused)[] = jobs.map(() => []);
  const above = jobs.map((job) => job.above);
  let open = jobs.map((_, position) => position).filter((position) => (jobs[position]?.upTo ?? -1) > (above[position] ?? -1));
  while (open.length > 0) {
    const now = open.slice(0, together);
    const searches = now.flatMap((position) => {
      const job = jobs[position];
      return job === undefined ? [] : [toSearch(job, above[position] ?? -1)];
    });
    const answers = await exchange.search(searches);
    const done = new Set<number>();
    for (const [at, position] of now.entries()) {
      const answer = answers[at] ?? { refusal: "unavailable", reason: "" };
      const list = results[position];
      if ("refusal" in answer || !Array.isArray(list)) {
        results[position] = "refusal" in answer ? answer : [];
        done.add(position);
        continue;
      }
      const hits = hitsOf(answer.body);
      // Some documents may share their number: each page begins with the last number of the one before.
      const last = list.at(-1)?.seq;
      const repeated = new Set(list.slice(-sharing).flatMap(({ seq, id }) => (seq === last ? [id] : [])));
      list.push(...hits.filter(({ seq, id }) => seq !== last || !repeated.has(id)));
      if (hits.length < pageOf(jobs[position])) {
        done.add(position);
      } else {
        above[position] = (hits.at(-1)?.seq ?? 0) - 1;
      }
    }
    open = open.filter((position) => !done.has(position));
  }
  return results;
}

function pageOf(job: ListJob | undefined): number {
  return job?.withSource === true ? sourcesPage : idsPage;
}

function toSearch(job: ListJob, above: number) {
  const { stream, upTo, clauses, withSource, before } = job;
  const body = listBody({ above, upTo, clauses, size: pageOf(job), withSource, ...(before === undefined ? {} : { before }) });
  return { index: stream.index, shard: stream.shard, body };
}
