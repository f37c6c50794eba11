import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { SearchAnswer, SearchRequest, SearchTransport } from "../../src/core/aws/ports";
import { systemClock } from "../../src/core/clock";
import { at, numberAt } from "../../src/core/logs/json";
import { TailSession } from "../../src/core/logs/tailSession";

const shards = 5;
const events = Number(process.env["BENCH_EVENTS"] ?? 5_000_000);
const measures = 10;

/** Memory of a tail over millions of events, and what it costs beside parsing the answers; the domain is made up in this process. */
export async function run(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  };
  const perShard = events / shards;
  const transport = new MadeUpDomain(perShard);
  const begin = heap();
  let shown = 0;
  let highest = 0;
  let next = events / measures;
  const abort = new AbortController();
  const started = performance.now();
  await new TailSession({
    ...{ transport, clock: systemClock, index: "made-up", since: { kind: "all" } },
    listener: (told) => {
      shown += told.kind === "entries" ? told.entries.length : 0;
      if (shown >= next) {
        const more = (heap() - begin) / 1024 / 1024;
        highest = Math.max(highest, more);
        say(`  ${(shown / 1e6).toFixed(1)} million events: ${more.toFixed(1)} MB`);
        next += events / measures;
      }
      if (shown >= events) {
        abort.abort();
      }
    },
  }).run(abort.signal);
  const ms = performance.now() - started - transport.ms;
  say(`${shown} events, at most ${highest.toFixed(1)} MB live after a collection (aim 80)`);
  say(
    `parsing and following: ${Math.round((shown / ms) * 1000)} events/s, parsing alone: ${Math.round((shown / transport.parseMs) * 1000)} events/s`,
  );
}

/** Every shard holds `perShard` events, numbered from 0. */
class MadeUpDomain implements SearchTransport {
  /** Spent making answers up. */
  ms = 0;
  /** What parsing them takes. */
  parseMs = 0;
  readonly #perShard: number;

  constructor(perShard: number) {
    this.#perShard = perShard;
  }

  send(request: SearchRequest): Promise<SearchAnswer> {
    const started = performance.now();
    const answer = request.path.endsWith("_msearch") ? this.#answer(request.body ?? "") : "{}";
    const parsing = performance.now();
    JSON.parse(answer);
    this.parseMs += performance.now() - parsing;
    this.ms += performance.now() - started;
    return Promise.resolve({ status: request.path.endsWith("_msearch") ? 200 : 403, headers: {}, body: answer });
  }

  #answer(body: string): string {
    const lines = body.trimEnd().split("\n");
    const responses = lines.flatMap((line, at) => (at % 2 === 0 ? [this.#one(JSON.parse(line), JSON.parse(lines[at + 1] ?? "{}"))] : []));
    return `{"responses":[${responses.join(",")}]}`;
  }

  #one(header: unknown, body: unknown): string {
    const preference = at(header, "preference");
    const shard = typeof preference === "string" ? Number(preference.split(":")[1]) : undefined;
    const total = shard === undefined ? shards : 1;
    const filter = at(body, "query", "bool", "filter");
    const range = Array.isArray(filter) ? at(filter[0], "range", "_seq_no") : undefined;
    const floor = numberAt(range, "gt") ?? -1;
    const last = Math.min(this.#perShard - 1, numberAt(range, "lte") ?? Infinity);
    const ceiling = numberAt(body, "post_filter", "range", "_seq_no", "gte") ?? 0;
    const from = Math.max(floor + 1, ceiling);
    const to = Math.min(last, from + (numberAt(body, "size") ?? 0) - 1);
    const hits: string[] = [];
    for (let seq = from; seq <= to; seq++) {
      hits.push(hit(shard ?? 0, seq));
    }
    const count = Math.max(0, Math.min(ceiling, last) - floor);
    const sum = (count * (floor + 1 + Math.min(ceiling, last))) / 2;
    const names = `{"buckets":[{"key":"made-up","doc_count":1}]}`;
    return `{"status":200,"timed_out":false,"_shards":{"total":${total},"successful":${total},"failed":0},"hits":{"hits":[${hits.join(",")}]},"aggregations":{"win":{"s":{"count":${count},"sum":${sum}}},"head":{"value":${this.#perShard - 1}},"numbered":{"doc_count":1},"names":${names}}}`;
  }
}

const time = new Date().toISOString();
const text = "Faulting application name: example.exe, version 1.2.3.4, time stamp 0x5e5d6f70, faulting module ntdll.dll. ".repeat(3);

function hit(shard: number, seq: number): string {
  return `{"_index":"made-up","_type":"_doc","_id":"4961234567890123456789.${shard}.${seq}","_version":1,"_seq_no":${seq},"_primary_term":1,"_score":null,"_source":{"EventId":1026,"Description":"${text}","LevelDisplayName":"Error","LogName":"Application","MachineName":"EC2AMAZ-1A2B3C4","ProviderName":".NET Runtime","TimeCreated":"${time}","Index":${seq},"AppStream_UserName":"ada"},"sort":[${seq}]}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
