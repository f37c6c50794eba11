import { sweepBytes } from "./blobs";
import type { Dispatcher } from "./dispatcher";
import { durations, type DurationName } from "./durations";
import { mulberry32 } from "./random";
import { StateFolder } from "./stateFolder";

/** Plain JSON object: the only thing the store keeps. */
export type Item = Record<string, unknown>;

/** A task that must survive a restart: run once at `at` by the handler registered for its kind. */
export interface Task {
  readonly kind: string;
  readonly key: string;
  readonly at: number;
  readonly data: Item;
}

export type TaskHandler = (task: Task, world: World) => void | Promise<void>;

export interface WorldOptions {
  /** 1 = scaled column of the durations table; N = N times quicker; "real" = real column. */
  readonly speed: number | "real";
  readonly seed: number;
  /** Folder for saved state; absent: memory only. */
  readonly stateDir?: string;
  readonly person: "auto" | "manual";
  /** Windows events a second of all sessions together, on average; absent: 1.5. */
  readonly events?: number;
  readonly log: (line: string) => void;
}

const stateName = "state.json";
const watchEvery = 1_000;

/**
 * Everything the simulated account holds: collections of items by key, timed tasks, scaled time and a seeded random source.
 * Saved as one JSON file, written before a change is acknowledged, shortly after one that nobody waits for, and at `close`.
 */
export class World {
  readonly account = "123456789012";
  readonly options: WorldOptions;
  /** Absent: memory only. */
  readonly folder: StateFolder | undefined;
  /** Settles with the reason when the state folder was removed or taken over; nothing is written from then on. */
  readonly lost: Promise<string>;
  /** Set by the server once it listens, for example http://127.0.0.1:49152 . */
  endpoint = "";
  /** Runs operations of any service; set by the server before any service starts. */
  dispatcher: Dispatcher | undefined;
  private readonly collections = new Map<string, Map<string, Item>>();
  private tasks: Task[] = [];
  private readonly handlers = new Map<string, TaskHandler>();
  private readonly timers = new Map<Task, NodeJS.Timeout>();
  private saveTimer: NodeJS.Timeout | undefined;
  private randomState: number;
  private closed = false;
  private isLost = false;
  private tellLoss: (why: string) => void = () => undefined;
  private watch: NodeJS.Timeout | undefined;
  private readonly resetListeners: (() => void)[] = [];

  constructor(options: WorldOptions) {
    this.options = options;
    this.randomState = options.seed >>> 0;
    this.lost = new Promise((resolve) => {
      this.tellLoss = resolve;
    });
    this.folder = options.stateDir === undefined ? undefined : StateFolder.take(options.stateDir);
    try {
      this.load();
    } catch (thrown) {
      this.folder?.release();
      throw thrown;
    }
  }

  now(): number {
    return Date.now();
  }

  /** Milliseconds that a named operation takes at this speed. */
  duration(name: DurationName): number {
    const entry = durations[name];
    return this.options.speed === "real" ? entry.real : entry.scaled / this.options.speed;
  }

  /** Firehose intervals and the like: seconds as configured, divided by 20 and by the speed unless real. */
  interval(seconds: number): number {
    return this.options.speed === "real" ? seconds * 1000 : (seconds * 1000) / 20 / this.options.speed;
  }

  /** Uniform in [0, 1), seeded. */
  random(): number {
    const { value, state } = mulberry32(this.randomState);
    this.randomState = state;
    return value;
  }

  /** Lower-case hexadecimal, seeded. */
  randomHex(length: number): string {
    let text = "";
    while (text.length < length) {
      text += Math.floor(this.random() * 16).toString(16);
    }
    return text;
  }

  uuid(): string {
    const hex = this.randomHex(32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  /** The live collection; after changing an item in place call `save`. */
  collection(name: string): Map<string, Item> {
    let found = this.collections.get(name);
    if (found === undefined) {
      found = new Map();
      this.collections.set(name, found);
    }
    return found;
  }

  on(kind: string, handler: TaskHandler): void {
    this.handlers.set(kind, handler);
  }

  schedule(kind: string, key: string, delayMs: number, data: Item = {}): void {
    const task: Task = { kind, key, at: this.now() + delayMs, data };
    this.tasks.push(task);
    this.arm(task);
    this.save();
  }

  cancel(kind: string, key: string): void {
    for (const task of this.tasks.filter((t) => t.kind === kind && t.key === key)) {
      this.drop(task);
    }
    this.save();
  }

  /** Arms what was saved; call once after all handlers are registered. */
  start(): void {
    if (this.folder !== undefined) {
      this.watch = setInterval(() => this.owns(), watchEvery);
      this.watch.unref();
    }
    for (const task of this.tasks) {
      this.arm(task);
    }
  }

  /** Empties the account: collections, tasks and switches. Collections stay the same objects. */
  reset(): void {
    for (const timer of this.timers.values()) {
      clearTimeout(timer);
    }
    this.timers.clear();
    this.tasks = [];
    for (const collection of this.collections.values()) {
      collection.clear();
    }
    this.randomState = this.options.seed >>> 0;
    for (const listener of this.resetListeners) {
      listener();
    }
    if (this.owns()) {
      this.folder?.clear();
    }
    this.save();
  }

  /** For what services hold outside the collections or run by themselves. */
  onReset(listener: () => void): void {
    this.resetListeners.push(listener);
  }

  /** Marks the state as changed; it is written within 200 ms, or by `flush`. */
  save(): void {
    if (this.folder === undefined || this.saveTimer !== undefined || this.closed || this.isLost) {
      return;
    }
    this.saveTimer = setTimeout(() => this.flush(), 200);
  }

  /** Writes what was changed: call before a change is acknowledged. */
  flush(): void {
    if (this.saveTimer !== undefined) {
      clearTimeout(this.saveTimer);
      this.saveTimer = undefined;
      this.write();
    }
  }

  /** False once the state folder is not this sandbox's any more. */
  owns(): boolean {
    const loss = this.isLost || this.closed ? undefined : this.folder?.loss();
    if (loss !== undefined) {
      this.isLost = true;
      clearTimeout(this.saveTimer);
      this.options.log(`The sandbox ends: ${loss}.`);
      this.tellLoss(loss);
    }
    return !this.isLost;
  }

  close(): void {
    clearTimeout(this.saveTimer);
    clearInterval(this.watch);
    this.write();
    this.closed = true;
    if (!this.isLost) {
      this.folder?.release();
    }
    for (const timer of this.timers.values()) {
      clearTimeout(timer);
    }
    this.timers.clear();
  }

  private arm(task: Task): void {
    if (this.timers.has(task)) {
      return;
    }
    const delay = Math.min(Math.max(0, task.at - this.now()), 2_000_000_000);
    this.timers.set(
      task,
      setTimeout(() => {
        void this.runTask(task);
      }, delay),
    );
  }

  private async runTask(task: Task): Promise<void> {
    if (this.closed || !this.owns()) {
      return;
    }
    this.drop(task);
    const handler = this.handlers.get(task.kind);
    try {
      await handler?.(task, this);
    } catch (thrown) {
      this.options.log(
        `task ${task.kind} ${task.key} failed: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`,
      );
    }
    this.save();
  }

  private drop(task: Task): void {
    clearTimeout(this.timers.get(task));
    this.timers.delete(task);
    this.tasks = this.tasks.filter((t) => t !== task);
  }

  private load(): void {
    const text = this.folder?.read(stateName);
    if (this.folder === undefined || text === undefined) {
      return;
    }
    const saved = JSON.parse(text) as { collections: Record<string, Record<string, Item>>; tasks: Task[]; random: number };
    for (const [name, items] of Object.entries(saved.collections)) {
      this.collections.set(name, new Map(Object.entries(items)));
    }
    this.tasks = saved.tasks;
    this.randomState = saved.random;
    sweepBytes(this.folder.path, text);
  }

  private write(): void {
    if (this.folder === undefined || this.closed || !this.owns()) {
      return;
    }
    const collections = Object.fromEntries([...this.collections].map(([name, items]) => [name, Object.fromEntries(items)]));
    this.folder.writeWhole(stateName, JSON.stringify({ collections, tasks: this.tasks, random: this.randomState }));
  }
}
