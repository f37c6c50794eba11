import { systemClock } from "../../src/core/clock";
import type { SearchTransport } from "../../src/core/aws/ports";
import type { LogEntry, TailStart } from "../../src/core/logs/tailEvents";
import { TailSession } from "../../src/core/logs/tailSession";
import type { EngineName } from "../engines/engines";
import { startEngine } from "../engines/startEngine";
import { sleep, unsignedTransport, until } from "../engines/tailing";
import { randomFrom } from "../fakes/random";
import { event, Writers } from "../engines/writers";

const shards = 5;
const page = 5000;
const documents = 400_000;
const rounds = 9;
const refreshMs = 1000;

/** Rate against a plain reader, loss beside a timestamp cursor, requests while idle, latency: all on one engine in one run. */
export async function run(): Promise<void> {
  const engine = (process.env["BENCH_ENGINE"] ?? "opensearch2") as EngineName;
  const running = await startEngine({ engine, heap: "1g" });
  try {
    say(`engine ${engine}, ${documents} documents on ${shards} shards, page ${page}`);
    await createIndex(running.url, "rate");
    await load(running.url, "rate");
    await compareRates(running.url);
    await compareLoss(running.url);
    await measureLatency(running.url);
    await countIdleRequests(running.url);
  } finally {
    await running.stop();
  }
}

async function compareRates(url: string): Promise<void> {
  const ratios: number[] = [];
  const processor: number[] = [];
  const readers = {
    plain: () => readPlain(unsignedTransport(url), "rate"),
    ours: () => follow(unsignedTransport(url), "rate", { kind: "all" }, documents),
  };
  // Once each without being counted: both run compiled afterwards.
  await readers.plain();
  await readers.ours();
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0 ? "plain" : "ours";
    const second = round % 2 === 0 ? "ours" : "plain";
    const taken = { [first]: await timed(readers[first]), [second]: await timed(readers[second]) };
    const plain = taken["plain"] ?? noTime;
    const ours = taken["ours"] ?? noTime;
    ratios.push(plain.ms / ours.ms);
    processor.push(ours.cpuMs / plain.cpuMs);
    say(`  plain reader ${rate(plain.ms)}, tail ${rate(ours.ms)}, ratio ${(plain.ms / ours.ms).toFixed(2)}`);
  }
  say(
    `catch-up rate, tail ÷ plain reader: ${middle(ratios).toFixed(2)} (aim 0.9); processor time of the reading process: ${middle(processor).toFixed(2)} of the plain reader's`,
  );
}

/** The fastest plain reader: every shard in one multi search, each from its last number on; nothing is remembered. */
async function readPlain(transport: SearchTransport, index: string): Promise<number> {
  const last = Array.from({ length: shards }, () => -1);
  let count = 0;
  for (let open = last.map((_, shard) => shard); open.length > 0;) {
    const lines = open.flatMap((shard) => [
      { index, preference: `_shards:${shard}` },
      {
        size: page,
        track_total_hits: false,
        seq_no_primary_term: true,
        sort: [{ _seq_no: "asc" }],
        query: { range: { _seq_no: { gt: last[shard] } } },
      },
    ]);
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    const answer = await transport.send({ method: "POST", path: "/_msearch", body, contentType: "application/x-ndjson" });
    const { responses } = JSON.parse(answer.body) as { responses: { hits: { hits: { _seq_no: number }[] } }[] };
    open = open.filter((shard, position) => {
      const hits = responses[position]?.hits.hits ?? [];
      count += hits.length;
      last[shard] = hits.at(-1)?._seq_no ?? -1;
      return hits.length === page;
    });
  }
  return count;
}

/** Resolves when so many entries were shown. */
async function follow(transport: SearchTransport, index: string, since: TailStart, count: number): Promise<number> {
  const abort = new AbortController();
  let shown = 0;
  await new TailSession({
    transport,
    clock: systemClock,
    index,
    since,
    listener: (told) => {
      shown += told.kind === "entries" ? told.entries.length : 0;
      if (shown >= count) {
        abort.abort();
      }
    },
  }).run(abort.signal);
  return shown;
}

async function compareLoss(url: string): Promise<void> {
  await createIndex(url, "loss");
  const random = randomFrom(1);
  const ours = new Map<string, number>();
  const theirs = new Map<string, number>();
  const abort = new AbortController();
  const listener = count(ours);
  const tail = new TailSession({ transport: unsignedTransport(url), clock: systemClock, index: "loss", since: { kind: "all" }, listener });
  const running = [tail.run(abort.signal), followTimestamps(unsignedTransport(url), "loss", theirs, abort.signal)];
  await sleep(2000);
  const writers = new Writers({ url, index: () => "loss", random, count: 4, change: true });
  await sleep(20_000);
  await writers.stop();
  const { kept } = writers.written;
  await until(() => [...kept].every((key) => ours.has(key)), 90_000);
  abort.abort();
  await Promise.all(running);
  for (const [name, shown] of [
    ["timestamp cursor", theirs],
    ["tail", ours],
  ] as const) {
    const lost = [...kept].filter((key) => !shown.has(key)).length;
    const repeated = [...shown.values()].filter((times) => times > 1).length;
    say(`${name}: ${lost} of ${kept.size} lost, ${repeated} repeated`);
  }
}

function count(shown: Map<string, number>): (told: { readonly kind: string; readonly entries?: readonly LogEntry[] }) => void {
  return ({ entries = [] }) => {
    for (const { index, id } of entries) {
      shown.set(`${index}/${id}`, (shown.get(`${index}/${id}`) ?? 0) + 1);
    }
  };
}

/** As `aws logs tail` does it: from the newest event time on, without the ids of that millisecond. */
async function followTimestamps(transport: SearchTransport, index: string, shown: Map<string, number>, signal: AbortSignal): Promise<void> {
  let newest = new Date(0).toISOString();
  let ids = new Set<string>();
  while (!signal.aborted) {
    const body = JSON.stringify({
      size: 10_000,
      sort: [{ TimeCreated: { order: "asc", unmapped_type: "date" } }],
      query: { range: { TimeCreated: { gte: newest } } },
    });
    const answer = await transport.send({ method: "POST", path: `/${index}/_search`, body });
    const { hits } = (JSON.parse(answer.body) as { hits: { hits: { _id: string; _source: { TimeCreated: string } }[] } }).hits;
    for (const { _id, _source } of hits.filter((hit) => !ids.has(hit._id))) {
      shown.set(`${index}/${_id}`, (shown.get(`${index}/${_id}`) ?? 0) + 1);
      ids = _source.TimeCreated === newest ? ids.add(_id) : new Set([_id]);
      newest = _source.TimeCreated;
    }
    await sleep(1000);
  }
}

async function measureLatency(url: string): Promise<void> {
  await createIndex(url, "latency");
  const written = new Map<string, number>();
  const delays: number[] = [];
  const abort = new AbortController();
  const tail = new TailSession({
    transport: unsignedTransport(url),
    clock: systemClock,
    index: "latency",
    since: { kind: "all" },
    listener: (told) => {
      for (const { id } of told.kind === "entries" ? told.entries : []) {
        delays.push(Date.now() - (written.get(id) ?? Date.now()) - refreshMs);
      }
    },
  });
  const running = tail.run(abort.signal);
  for (let number = 0; number < 150; number++) {
    written.set(`l${number}`, Date.now());
    await put(url, `/latency/_doc/l${number}`, event(`l${number}`));
    await sleep(200);
  }
  await until(() => delays.length >= 100, 20_000);
  abort.abort();
  await running;
  delays.sort((a, b) => a - b);
  say(`latency above a refresh of ${refreshMs} ms: median ${middle(delays)} ms, p95 ${delays[Math.floor(delays.length * 0.95)] ?? 0} ms`);
}

async function countIdleRequests(url: string): Promise<void> {
  const inner = unsignedTransport(url);
  const abort = new AbortController();
  const times: number[] = [];
  const transport: SearchTransport = {
    send: (request, signal) => {
      times.push(performance.now());
      return inner.send(request, signal);
    },
  };
  const tail = new TailSession({ transport, clock: systemClock, index: "rate", since: { kind: "now" }, listener: () => undefined });
  const running = tail.run(abort.signal);
  await sleep(15_000);
  const begin = performance.now();
  await sleep(120_000);
  const idle = times.filter((at) => at >= begin);
  const most = Math.max(...idle.map((from) => idle.filter((at) => at >= from && at < from + 60_000).length));
  say(`requests in any idle minute: at most ${most} (aim 12)`);
  abort.abort();
  await running;
}

async function createIndex(url: string, name: string): Promise<void> {
  await put(url, `/${name}`, { settings: { index: { number_of_shards: shards, number_of_replicas: 0 } } });
}

async function put(url: string, path: string, body: unknown): Promise<void> {
  const answer = await fetch(url + path, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) {
    throw new Error(await answer.text());
  }
}

async function load(url: string, index: string): Promise<void> {
  for (let from = 0; from < documents; from += page) {
    const lines = Array.from({ length: page }, (_, offset) => {
      const id = `e${from + offset}`;
      const more = { Description: `${event(id)["Description"] as string}. `.repeat(8), Index: from + offset };
      return `${JSON.stringify({ index: { _index: index, _id: id } })}\n${JSON.stringify({ ...event(id), ...more })}\n`;
    });
    await fetch(`${url}/_bulk`, { method: "POST", headers: { "content-type": "application/x-ndjson" }, body: lines.join("") });
  }
  await fetch(`${url}/${index}/_forcemerge?max_num_segments=1`, { method: "POST" });
  await fetch(`${url}/${index}/_refresh`, { method: "POST" });
}

interface Taken {
  readonly ms: number;
  /** Of this process. */
  readonly cpuMs: number;
}

const noTime: Taken = { ms: 0, cpuMs: 0 };

async function timed(work: () => Promise<number>): Promise<Taken> {
  const started = performance.now();
  const before = process.cpuUsage();
  const count = await work();
  if (count !== documents) {
    throw new Error(`${count} of ${documents} documents were read`);
  }
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - started, cpuMs: (user + system) / 1000 };
}

function rate(ms: number): string {
  return `${Math.round((documents / ms) * 1000)} events/s`;
}

function middle(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
