import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildPrograms } from "../contract/programs";
import type { EngineName } from "../engines/engines";
import { startEngine } from "../engines/startEngine";
import { sleep, until } from "../engines/tailing";
import { event } from "../engines/writers";

const rates = (process.env["BENCH_RATES"] ?? "5000,10000").split(",").map(Number);
const seconds = Number(process.env["BENCH_SECONDS"] ?? 30);
/** The engine only keeps the events, as where their fields are not mapped: on a small machine analyzing them is what takes its time. */
const stored = process.env["BENCH_MAPPING"] === "off";
const shards = 5;
const bulksPerSecond = 10;
const writers = 4;

/** Follows a writer of a fixed rate with the command line: whether it keeps up, what is lost or repeated, and how soon a stop ends it. */
export async function run(): Promise<void> {
  const engine = (process.env["BENCH_ENGINE"] ?? "opensearch2") as EngineName;
  const folder = mkdtempSync(join(tmpdir(), "tail-rate-"));
  await buildPrograms(folder);
  const running = await startEngine({ engine, heap: "1g" });
  try {
    say(`engine ${engine}, ${shards} shards, ${seconds} s at each rate, fields ${stored ? "not " : ""}mapped; tail --format ndjson`);
    for (const rate of rates) {
      await follow(running.url, join(folder, "cli.js"), rate);
    }
  } finally {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function follow(url: string, program: string, rate: number): Promise<void> {
  const index = `rate${rate}`;
  await put(url, `/${index}`, {
    settings: { index: { number_of_shards: shards, number_of_replicas: 0 } },
    ...(stored ? { mappings: { dynamic: false } } : {}),
  });
  const child = spawn(
    process.execPath,
    [program, "tail", "--endpoint", url, "--unsigned", "--index", index, "--since", "all", "--format", "ndjson"],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const each = rate / bulksPerSecond;
  // Made before, so that writing is nothing but sending.
  const bulks = Array.from({ length: seconds * bulksPerSecond }, (_, tick) => bulkOf(index, tick * each, each));
  const shown = new Map<string, number>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const id = /"_id":"([^"]*)"/.exec(line)?.[1] ?? line;
    shown.set(id, (shown.get(id) ?? 0) + 1);
  });
  await sleep(1500);
  const started = performance.now();
  let written = 0;
  let largestLag = 0;
  const write = async (worker: number): Promise<void> => {
    for (let tick = worker; tick < seconds * bulksPerSecond; tick += writers) {
      await sleep(Math.max(0, started + tick * (1000 / bulksPerSecond) - performance.now()));
      await send(url, bulks[tick] ?? Buffer.alloc(0));
      written += each;
      largestLag = Math.max(largestLag, written - shown.size);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, worker) => write(worker)));
  const writing = performance.now() - started;
  await until(() => shown.size >= written, 60_000);
  const after = performance.now() - started - writing;
  const processor = processorMs(child.pid);
  const stopping = performance.now();
  child.kill("SIGTERM");
  await new Promise((resolve) => child.once("exit", resolve));
  const repeated = [...shown.values()].filter((times) => times > 1).length;
  say(
    `wanted ${rate}/s: written ${Math.round((written / writing) * 1000)}/s, ${written - shown.size} of ${written} lost, ${repeated} repeated, ` +
      `at most ${(largestLag / rate).toFixed(1)} s behind, the last shown ${Math.round(after)} ms after it was written, ended ${Math.round(performance.now() - stopping)} ms after the stop`,
  );
  if (processor !== undefined) {
    const each = (processor * 1000) / written;
    say(
      `  the tail took ${each.toFixed(0)} µs of a processor for an event: one processor is enough for ${Math.round(1e6 / each)} events/s`,
    );
  }
  await catchUp(url, program, index, written);
}

/** The same events once more, all at once: what the command line can read and print. */
async function catchUp(url: string, program: string, index: string, count: number): Promise<void> {
  const args = [
    "tail",
    "--endpoint",
    url,
    "--unsigned",
    "--index",
    index,
    "--since",
    "all",
    "--format",
    "ndjson",
    "--until",
    `count:${count}`,
  ];
  const started = performance.now();
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "ignore", "inherit"] });
  await new Promise((resolve) => child.once("exit", resolve));
  say(
    `  read again from the beginning: ${Math.round((count / (performance.now() - started)) * 1000)} events/s, start of the program included`,
  );
}

function bulkOf(index: string, from: number, count: number): Buffer {
  const lines = Array.from({ length: count }, (_, offset) => {
    const id = `e${from + offset}`;
    return `{"index":{"_index":"${index}","_id":"${id}"}}\n${JSON.stringify(event(id))}\n`;
  });
  return Buffer.from(lines.join(""));
}

async function send(url: string, body: Buffer): Promise<void> {
  const answer = await fetch(`${url}/_bulk`, { method: "POST", headers: { "content-type": "application/x-ndjson" }, body });
  const { errors } = (await answer.json()) as { errors: boolean };
  if (errors) {
    throw new Error("a bulk request failed in part");
  }
}

async function put(url: string, path: string, body: unknown): Promise<void> {
  const answer = await fetch(url + path, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) {
    throw new Error(await answer.text());
  }
}

/** Time on a processor that a process has taken so far; undefined where the system does not tell. */
function processorMs(pid: number | undefined): number | undefined {
  const stat = `/proc/${pid ?? 0}/stat`;
  if (!existsSync(stat)) {
    return undefined;
  }
  // Fields 14 and 15, in hundredths of a second; the second one is a name in brackets.
  const fields = readFileSync(stat, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
