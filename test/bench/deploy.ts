import { createServer, request as send, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAws } from "../../src/aws/createAws";
import { systemClock } from "../../src/core/clock";
import { Deployment } from "../../src/core/pipeline/deployment";
import { parseDefinition } from "../../src/core/pipeline/parse";
import { awsPace, type PipelineEvent } from "../../src/core/pipeline/progress";
import { pipelineTemplate, type Resource } from "../../src/core/pipeline/template";
import { sandboxCredentials } from "../../src/sandbox/credentials";
import { Sandbox } from "../../src/sandbox/server";

const speed = 0.2;
/** Real minutes of a fleet's start, an image and a builder, divided by what the sandbox takes at this speed. */
const scale = (900_000 + 1_800_000 + 900_000) / ((2_000 + 3_000 + 3_000) / speed);
/** Calls a second; only Firehose's is published, the others are what one caller is commonly granted. */
const limits: Readonly<Record<string, number>> = {
  firehose: 5,
  cloudformation: 10,
  appstream: 10,
  iam: 20,
  es: 10,
  s3: 100,
  logs: 10,
  sts: 100,
};

interface Call {
  readonly service: string;
  readonly operation: string;
  readonly at: number;
}

/** A deployment in scaled time beside the critical path of its dependency graph in the same run, and the rates of its calls in real time. */
export async function run(): Promise<void> {
  const sandbox = new Sandbox({ port: 0, speed, seed: 7, person: "auto", log: () => undefined });
  await sandbox.start();
  const calls: Call[] = [];
  const recorder = await startRecorder(sandbox.endpoint, calls);
  try {
    await measure(sandbox, `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`, calls);
  } finally {
    recorder.close();
    recorder.closeAllConnections();
    await sandbox.stop();
  }
}

async function measure(sandbox: Sandbox, endpoint: string, calls: Call[]): Promise<void> {
  const { definition } = parseDefinition(JSON.stringify({ version: 1, name: "bench", region: "us-east-1", preset: "recommended" }));
  if (definition === undefined) {
    throw new Error("The definition has errors.");
  }
  const events: { readonly at: number; readonly event: PipelineEvent }[] = [];
  const aws = createAws({ kind: "sandbox", region: "us-east-1", endpoint, credentials: sandboxCredentials, epoch: 0 });
  const pace = { first: awsPace.first / scale, later: awsPace.later / scale, searchLimit: 60_000, bufferShare: 1 / scale };
  const emit = (event: PipelineEvent): void => void events.push({ at: Date.now(), event });
  const deployment = new Deployment({ aws, clock: systemClock, pace, emit }, definition, {});
  const preview = await deployment.preview();
  const started = Date.now();
  await deployment.execute(preview, { wait: true });
  const end = events.findLast(({ event }) => event.kind === "resource" && event.resource.logicalId === "bench-streaming");
  const wall = (end?.at ?? Date.now()) - started;

  const took = new Map<string, number>([
    ["Builder", sandbox.world.duration("builderRunning")],
    ["Image", sandbox.world.duration("imageAvailable")],
  ]);
  for (const { event } of events) {
    if (event.kind === "resource" && event.resource.elapsedMs !== undefined) {
      took.set(event.resource.logicalId, event.resource.elapsedMs);
    }
  }
  const graph = dependencies({
    ...pipelineTemplate(definition, "ingest").Resources,
    ...pipelineTemplate(definition, "streaming").Resources,
  });
  graph.set("Builder", ["MachineRole"]);
  graph.set("Image", ["Builder"]);
  graph.set("Fleet", [...(graph.get("Fleet") ?? []), "Image", "MachineRole"]);
  const [path, critical] = longest(graph, took);
  say(`critical path ${path.join(" → ")}: ${seconds(critical)}`);
  say(`deployment until the fleet runs: ${seconds(wall)}, ${(wall / critical).toFixed(3)} × the critical path (aim 1.1)`);
  const minutes = (critical * scale) / 60_000;
  say(`at AWS that path takes about ${minutes.toFixed(0)} min, and the visit`);
  rates(calls, started);
}

function dependencies(resources: Readonly<Record<string, Resource>>): Map<string, readonly string[]> {
  const names = Object.keys(resources);
  const uses = (one: Resource, name: string): boolean => {
    const text = JSON.stringify(one);
    return [`{"Ref":"${name}"}`, `"Fn::GetAtt":["${name}"`, `\${${name}}`, `\${${name}.`].some((part) => text.includes(part));
  };
  return new Map(
    Object.entries(resources).map(([id, one]) => {
      const explicit = one.DependsOn === undefined ? [] : [one.DependsOn].flat();
      return [id, names.filter((name) => name !== id && (explicit.includes(name) || uses(one, name)))];
    }),
  );
}

function longest(graph: ReadonlyMap<string, readonly string[]>, took: ReadonlyMap<string, number>): readonly [readonly string[], number] {
  const known = new Map<string, readonly [readonly string[], number]>();
  const to = (id: string): readonly [readonly string[], number] => {
    const found = known.get(id);
    if (found !== undefined) {
      return found;
    }
    const before = (graph.get(id) ?? []).map(to).sort((a, b) => b[1] - a[1])[0] ?? [[], 0];
    const result = [[...before[0], id], before[1] + (took.get(id) ?? 0)] as const;
    known.set(id, result);
    return result;
  };
  return [...graph.keys()].map(to).sort((a, b) => b[1] - a[1])[0] ?? [[], 0];
}

/** Calls within any one second, where a scaled second after the start stands for `scale` real ones. */
function rates(calls: readonly Call[], started: number): void {
  const exceeded: string[] = [];
  say(`control-plane calls: ${calls.length}`);
  for (const service of [...new Set(calls.map((call) => call.service))].sort()) {
    const own = calls.filter((call) => call.service === service);
    const byOperation = new Map<string, number[]>();
    for (const { operation, at } of own) {
      const real = at <= started ? at : started + (at - started) * scale;
      byOperation.set(operation, [...(byOperation.get(operation) ?? []), real]);
    }
    const peaks = [...byOperation].map(([operation, times]) => [operation, peak(times)] as const).sort((a, b) => b[1] - a[1]);
    const [worst, most] = peaks[0] ?? ["", 0];
    const limit = limits[service] ?? 10;
    if (most > limit) {
      exceeded.push(`${service}:${worst}`);
    }
    say(
      `  ${service}: ${own.length} calls, at most ${most} of ${worst} within a second (limit ${limit}${most > limit ? ", EXCEEDED" : ""})`,
    );
  }
  if (exceeded.length > 0) {
    throw new Error(`More calls than a service grants: ${exceeded.join(", ")}`);
  }
}

function peak(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((one) => one >= from && one < from + 1000).length));
}

async function startRecorder(endpoint: string, calls: Call[]): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks);
      const service = /\/([a-z0-9]+)\/aws4_request/.exec(incoming.headers.authorization ?? "")?.[1];
      const target = String(incoming.headers["x-amz-target"] ?? "").split(".")[1];
      const action = /^Action=(\w+)|&Action=(\w+)/.exec(body.toString())?.slice(1).find(Boolean);
      if (service !== undefined && incoming.url?.startsWith("/_") === false) {
        calls.push({ service, operation: target ?? action ?? `${incoming.method ?? ""} ${incoming.url}`, at: Date.now() });
      }
      const headers = { ...incoming.headers, host: new URL(endpoint).host, "x-forwarded-host": incoming.headers.host };
      send(new URL(incoming.url ?? "/", endpoint), { method: incoming.method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      })
        .on("error", () => outgoing.destroy())
        .end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
