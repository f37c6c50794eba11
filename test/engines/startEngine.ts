import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchable, type LaunchableName } from "./engines";
import { prepareEngine, type PreparedEngine } from "./prepare";

export interface EngineOptions {
  readonly engine: LaunchableName;
  readonly port?: number;
  /** Kept when given; else a new folder, deleted by `stop`. */
  readonly dataDir?: string;
  /** 1 or 2. With 2 only the first may be elected manager: kill the second one to see a failover. */
  readonly nodes?: number;
  readonly heap?: string;
  /** More settings of the nodes, NAME=VALUE. */
  readonly settings?: readonly string[];
  /** Puts what a node needs into its folder before each start; given where the plugin's files are. */
  readonly furnish?: (folder: string, plugin: string) => void;
  /** Whether the node at this port is ready; by default its health is asked over HTTP. */
  readonly isReady?: (port: number) => Promise<boolean>;
}

/** A running cluster of one or two nodes on 127.0.0.1. */
export interface RunningEngine {
  /** Address of the first node. */
  readonly url: string;
  readonly urls: readonly string[];
  readonly dataDir: string;
  /** kill -9; a node by its number, by default the first. */
  kill(node?: number): Promise<void>;
  /** Ends every node and, where the data folder was ours, deletes it. */
  stop(): Promise<void>;
  /** Starts again, on the same data and port, what does not run; a running node is ended first. By default the first. */
  restart(node?: number): Promise<void>;
}

/** Starts a real engine; resolves when it answers with all its nodes. */
export async function startEngine(options: EngineOptions): Promise<RunningEngine> {
  const prepared = await prepareEngine(options.engine);
  const count = options.nodes ?? 1;
  const temporary = options.dataDir === undefined;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), `engine-${options.engine}-`));
  const ports = [options.port ?? (await freePort())];
  const transports = [await freePort()];
  while (ports.length < count) {
    ports.push(await freePort());
    transports.push(await freePort());
  }
  const nodes = ports.map((port, at) => new EngineNode(options, prepared, { at, port, transports, dataDir, count }));
  const cluster = new EngineCluster(nodes, dataDir, temporary);
  try {
    nodes.forEach((node) => node.start());
    await Promise.all(nodes.map((node) => node.ready(count)));
  } catch (thrown) {
    await cluster.stop();
    throw thrown;
  }
  return cluster;
}

class EngineCluster implements RunningEngine {
  readonly dataDir: string;
  private readonly nodes: readonly EngineNode[];
  private readonly temporary: boolean;

  constructor(nodes: readonly EngineNode[], dataDir: string, temporary: boolean) {
    this.nodes = nodes;
    this.dataDir = dataDir;
    this.temporary = temporary;
  }

  get url(): string {
    return this.node(0).url;
  }

  get urls(): readonly string[] {
    return this.nodes.map((node) => node.url);
  }

  kill(node = 0): Promise<void> {
    return this.node(node).end("SIGKILL");
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.end("SIGTERM")));
    if (this.temporary) {
      rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  async restart(at = 0): Promise<void> {
    const node = this.node(at);
    await node.end("SIGTERM");
    node.start();
    await node.ready(this.nodes.filter((each) => each.running).length);
  }

  private node(at: number): EngineNode {
    const node = this.nodes[at];
    if (node === undefined) {
      throw new Error(`This cluster has no node ${at}`);
    }
    return node;
  }
}

interface Place {
  readonly at: number;
  readonly port: number;
  readonly transports: readonly number[];
  readonly dataDir: string;
  readonly count: number;
}

const startMillis = 240_000;

class EngineNode {
  readonly url: string;
  private readonly options: EngineOptions;
  private readonly prepared: PreparedEngine;
  private readonly place: Place;
  private child: ChildProcess | undefined;
  private output = "";

  constructor(options: EngineOptions, prepared: PreparedEngine, place: Place) {
    this.options = options;
    this.prepared = prepared;
    this.place = place;
    this.url = `http://127.0.0.1:${place.port}`;
  }

  get running(): boolean {
    return this.child !== undefined;
  }

  start(): void {
    const heap = this.options.heap ?? "512m";
    const folder = join(this.place.dataDir, `node-${this.place.at + 1}`);
    mkdirSync(folder, { recursive: true });
    this.options.furnish?.(folder, this.prepared.pluginFolder);
    const spec = launchable[this.options.engine];
    const child = spawn(
      this.prepared.java,
      [
        `-Xms${heap}`,
        `-Xmx${heap}`,
        "-XX:+UseSerialGC",
        ...spec.flags,
        "-Dfile.encoding=UTF-8",
        "-Djava.awt.headless=true",
        "-Dlog4j.shutdownHookEnabled=false",
        "-Dlog4j2.disable.jmx=true",
        `-Dengine.log=${process.env["ENGINE_LOG"] ?? "warn"}`,
        "-cp",
        this.prepared.classPath,
        "Launcher",
        ...(spec.plugin === undefined ? [] : [`launcher.plugin=${spec.plugin.main}`]),
        ...this.settings(folder),
        ...(this.options.settings ?? []),
      ],
      { stdio: ["ignore", "ignore", "pipe"], windowsHide: true },
    );
    this.output = "";
    child.stderr.on("data", (chunk: Buffer) => {
      this.output = `${this.output}${chunk.toString()}`.slice(-8000);
    });
    child.once("exit", () => {
      if (this.child === child) {
        this.child = undefined;
      }
    });
    this.child = child;
  }

  /** Resolves when the node answers and sees `count` nodes and every primary shard. */
  async ready(count: number): Promise<void> {
    const deadline = Date.now() + startMillis;
    while (Date.now() < deadline) {
      if (this.child === undefined) {
        throw new Error(`${launchable[this.options.engine].title} ended while starting:\n${this.output}`);
      }
      if (await this.isHealthy(count)) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${launchable[this.options.engine].title} was not ready in ${startMillis / 1000} s:\n${this.output}`);
  }

  async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.child;
    if (child === undefined) {
      return;
    }
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
    await ended;
    clearTimeout(late);
  }

  private async isHealthy(count: number): Promise<boolean> {
    try {
      if (this.options.isReady !== undefined) {
        return await this.options.isReady(this.place.port);
      }
      const response = await fetch(`${this.url}/_cluster/health?wait_for_status=yellow&wait_for_nodes=>=${count}&timeout=5s`);
      await response.arrayBuffer();
      return response.status === 200;
    } catch {
      return false; // Not listening yet.
    }
  }

  private settings(folder: string): readonly string[] {
    const { at, port, transports, count } = this.place;
    return [
      `cluster.name=test-${this.options.engine}-${transports[0] ?? 0}`,
      `node.name=node-${at + 1}`,
      `path.home=${folder}`,
      `path.data=${join(folder, "data")}`,
      "network.host=127.0.0.1",
      `http.port=${port}`,
      `transport.port=${transports[at] ?? 0}`,
      "cluster.routing.allocation.disk.threshold_enabled=false",
      ...(count === 1 ? ["discovery.type=single-node"] : this.clusterSettings()),
    ];
  }

  private clusterSettings(): readonly string[] {
    const { at, transports } = this.place;
    const modern = this.options.engine.startsWith("opensearch");
    const first = this.options.engine === "opensearch3" ? "cluster.initial_cluster_manager_nodes" : "cluster.initial_master_nodes";
    const dataOnly = modern ? "node.roles=data,ingest" : "node.master=false";
    return [
      `discovery.seed_hosts=127.0.0.1:${transports[0] ?? 0}`,
      ...(at === 0 ? [`${first}=node-1`] : [dataOnly]),
      "cluster.fault_detection.follower_check.timeout=2s",
      "cluster.fault_detection.follower_check.retry_count=2",
    ];
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
