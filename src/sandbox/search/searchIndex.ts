import { parseTimeValue } from "./dates";
import { parseDocument, type Values } from "./document";
import { EngineError } from "./errors";
import { atLeast, type Flavor } from "./flavor";
import type { Journal } from "./journal";
import { isObject, type Json } from "./json";
import { Mapping } from "./mapping";
import { shardOf } from "./routing";
import type { Settings } from "./settings";
import { Shard, type Condition, type StoredDocument, type Written } from "./shard";

export interface IndexIdentity {
  readonly name: string;
  readonly uuid: string;
  /** Milliseconds. */
  readonly created: number;
}

export interface WriteRequest {
  readonly id: string;
  readonly routing?: string | undefined;
  readonly source: string;
  readonly condition: Condition;
}

const defaultRefreshMillis = 1000;

/** One index: settings, mapping, shards, aliases; every change goes to its journal. */
export class SearchIndex {
  readonly name: string;
  readonly uuid: string;
  readonly created: number;
  readonly shards: readonly Shard[];
  readonly mapping: Mapping;
  settings: Settings;
  aliases: Json;
  closed = false;
  private readonly flavor: Flavor;
  private readonly journal: Journal | undefined;
  /** All written until then is searchable. */
  private refreshedUntil = 0;

  constructor(identity: IndexIdentity, settings: Settings, flavor: Flavor, journal: Journal | undefined) {
    this.name = identity.name;
    this.uuid = identity.uuid;
    this.created = identity.created;
    this.settings = settings;
    this.flavor = flavor;
    this.journal = journal;
    this.aliases = {};
    this.mapping = new Mapping(flavor);
    const count = Number(settings["index.number_of_shards"]);
    this.shards = Array.from({ length: count }, (_none, number) => new Shard(number, { index: identity.name, uuid: identity.uuid }));
  }

  get replicas(): number {
    return Number(this.settings["index.number_of_replicas"] ?? 1);
  }

  get resultWindow(): number {
    return Number(this.settings["index.max_result_window"] ?? 10_000);
  }

  get fieldLimit(): number {
    return Number(this.settings["index.mapping.total_fields.limit"] ?? 1000);
  }

  /** Milliseconds between refreshes; -1: only on request. */
  get refreshInterval(): number {
    const value = this.settings["index.refresh_interval"];
    return value === undefined ? defaultRefreshMillis : parseTimeValue(value, "index.refresh_interval");
  }

  shardFor(id: string, routing?: string): Shard {
    const shard = this.shards[shardOf(routing ?? id, this.shards.length)];
    if (shard === undefined) {
      throw new Error("The routing hash names no shard");
    }
    return shard;
  }

  /** Makes visible what the refresh interval has made visible by `now`. */
  catchUp(now: number): void {
    const interval = this.refreshInterval;
    if (interval <= 0) {
      return;
    }
    const tick = this.created + Math.floor((now - this.created) / interval) * interval;
    if (tick > this.refreshedUntil) {
      this.refreshedUntil = tick;
      this.refreshTo(tick);
    }
  }

  /** Milliseconds until a write made at `now` is searchable; undefined when no refresh will come. */
  untilVisible(now: number): number | undefined {
    const interval = this.refreshInterval;
    return interval <= 0 ? undefined : interval - ((now - this.created) % interval);
  }

  refresh(): void {
    this.refreshTo(Infinity);
  }

  private refreshTo(tick: number): void {
    for (const shard of this.shards) {
      shard.refresh(tick);
    }
  }

  write(request: WriteRequest, now: number): Written & { readonly shard: number } {
    const shard = this.shardFor(request.id, request.routing);
    const source = parseSource(request.source);
    const { values, additions } = parseDocument(source, request.source, request.id, this.mapping, this.flavor);
    // The engines extend the mapping before they look at the version.
    if (additions !== undefined) {
      this.updateMapping(additions);
    }
    const version = shard.check(request.id, request.condition, now);
    const text = /[\r\n]/.test(request.source) ? request.source.replace(/[\r\n]+/g, " ") : request.source;
    const written = shard.index(request.id, { source: text, values, routing: request.routing }, version, now);
    this.journal?.append(`${JSON.stringify([written.seq, version, written.term, request.id, request.routing ?? 0])}\t${text}`);
    return { ...written, shard: shard.number };
  }

  remove(id: string, routing: string | undefined, condition: Condition, now: number): Written & { readonly shard: number } {
    const shard = this.shardFor(id, routing);
    const version = shard.check(id, condition, now);
    const written = shard.delete(id, version, now);
    this.journal?.append(`${JSON.stringify([written.seq, version, written.term, id, routing ?? 0])}\t-`);
    return { ...written, shard: shard.number };
  }

  get(id: string, routing?: string): StoredDocument | undefined {
    return this.shardFor(id, routing).get(id);
  }

  updateMapping(definition: Json): void {
    this.mapping.merge(definition, this.fieldLimit, this.name);
    this.journal?.append(JSON.stringify({ m: this.mapping.toJson() }));
  }

  updateSettings(update: Settings): void {
    const merged = { ...this.settings, ...update };
    this.settings = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
    this.saveState();
  }

  updateAliases(aliases: Json): void {
    this.aliases = aliases;
    this.saveState();
  }

  /** Opening begins a new primary term; from 7.2 on, closing does too. */
  close(closed: boolean): void {
    if (this.closed !== closed && (!closed || atLeast(this.flavor, 7, 2))) {
      this.shards.forEach((shard) => (shard.term += 1));
    }
    this.closed = closed;
    this.saveState();
  }

  flush(): void {
    this.journal?.flush();
  }

  dispose(): void {
    this.journal?.close();
  }

  discard(): void {
    this.journal?.remove();
  }

  saveState(): void {
    this.journal?.append(this.stateLine());
  }

  private stateLine(): string {
    const { name, uuid, created, settings, aliases, closed } = this;
    return JSON.stringify({ s: { name, uuid, created, settings, aliases, closed, terms: this.shards.map((shard) => shard.term) } });
  }

  /** Reads the journal back; undefined where it holds no index. */
  static load(journal: Journal, flavor: Flavor): SearchIndex | undefined {
    let index: SearchIndex | undefined;
    let lines = 0;
    for (const line of journal.lines()) {
      lines += 1;
      if (line.startsWith("{")) {
        index = applyState(index, JSON.parse(line) as Json, flavor, journal);
      } else if (index !== undefined) {
        index.applyDocument(line);
      }
    }
    index?.startNewTerm();
    if (index !== undefined && lines > 1000 && lines > 2 * index.liveCount) {
      index.compact();
    }
    return index;
  }

  get liveCount(): number {
    return this.shards.reduce((sum, shard) => sum + shard.liveCount, 0);
  }

  private startNewTerm(): void {
    for (const shard of this.shards) {
      shard.term += 1;
      shard.refresh(Infinity);
    }
    this.saveState();
  }

  private compact(): void {
    this.journal?.rewrite(this.allLines());
  }

  private *allLines(): Generator<string> {
    yield this.stateLine();
    yield JSON.stringify({ m: this.mapping.toJson() });
    for (const shard of this.shards) {
      for (const doc of shard.liveDocuments()) {
        yield `${JSON.stringify([doc.seq, doc.version, doc.term, doc.id, doc.routing ?? 0])}\t${doc.source}`;
      }
    }
    yield JSON.stringify({ q: this.shards.map((shard) => shard.maxSeq) });
  }

  private applyDocument(line: string): void {
    const tab = line.indexOf("\t");
    const [seq, version, term, id, route] = JSON.parse(line.slice(0, tab)) as [number, number, number, string, string | 0];
    const routing = route === 0 ? undefined : route;
    const shard = this.shardFor(id, routing);
    const source = line.slice(tab + 1);
    if (source === "-") {
      shard.restoreDelete(id, { seq, term, version, at: 0 });
      return;
    }
    const { values } = parseDocument(JSON.parse(source) as Json, source, id, this.mapping, this.flavor);
    shard.restore({ id, seq, term, version, source, values: values satisfies Values, routing, at: 0, dead: false });
  }

  /** @internal */
  applySaved(saved: Json): void {
    if (isObject(saved["m"])) {
      this.mapping.merge(saved["m"]);
    } else if (isObject(saved["s"])) {
      this.settings = saved["s"]["settings"] as Settings;
      this.aliases = saved["s"]["aliases"] as Json;
      this.closed = saved["s"]["closed"] === true;
      (saved["s"]["terms"] as number[]).forEach((term, at) => this.raise(at, { term }));
    } else if (Array.isArray(saved["q"])) {
      (saved["q"] as number[]).forEach((maxSeq, at) => this.raise(at, { maxSeq }));
    }
  }

  private raise(at: number, to: { term?: number; maxSeq?: number }): void {
    const shard = this.shards[at];
    if (shard !== undefined) {
      shard.term = Math.max(shard.term, to.term ?? 0);
      shard.maxSeq = Math.max(shard.maxSeq, to.maxSeq ?? -1);
    }
  }
}

function applyState(index: SearchIndex | undefined, saved: Json, flavor: Flavor, journal: Journal): SearchIndex | undefined {
  let found = index;
  if (found === undefined && isObject(saved["s"])) {
    const { name, uuid, created, settings } = saved["s"] as unknown as IndexIdentity & { settings: Settings };
    found = new SearchIndex({ name, uuid, created }, settings, flavor, journal);
  }
  found?.applySaved(saved);
  return found;
}

function parseSource(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw malformed(text, thrown instanceof Error ? thrown.message : String(thrown));
  }
  if (!isObject(value)) {
    const reason = "Compressor detection can only be called on some xcontent bytes or compressed xcontent bytes";
    throw failedToParse({ type: "not_x_content_exception", reason });
  }
  return value;
}

function malformed(text: string, message: string): EngineError {
  const rest = /after JSON at position (\d+)/.exec(message)?.[1];
  if (rest === undefined) {
    return failedToParse({ type: "json_parse_exception", reason: `${message}\n at [Source: (byte[])"${text.slice(0, 100)}"]` });
  }
  const found = text.charAt(Number(rest));
  const token = found === "{" ? "START_OBJECT" : found === "[" ? "START_ARRAY" : found === '"' ? "VALUE_STRING" : "VALUE_NUMBER";
  return failedToParse({ type: "illegal_argument_exception", reason: `Malformed content, found extra data after parsing: ${token}` });
}

function failedToParse(causedBy: Json): EngineError {
  return new EngineError("mapper_parsing_exception", "failed to parse", 400, { causedBy });
}
