import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { simpleMatch } from "./dynamic";
import { EngineError, illegalArgument, indexNotFound } from "./errors";
import type { Flavor } from "./flavor";
import { Journal } from "./journal";
import { isObject, type Json } from "./json";
import { SearchIndex } from "./searchIndex";
import { parseSettings, type Settings } from "./settings";
import { isComposable, matchingTemplates, type Template } from "./templates";

export interface EngineOptions {
  readonly flavor: Flavor;
  readonly clusterName: string;
  /** Data nodes; with one, replicas stay unassigned. */
  readonly nodes: number;
  readonly now: () => number;
  /** Folder of this domain's journals; absent: memory only. */
  readonly folder?: string;
  /** Where templates and saved objects are kept: plain JSON by key. */
  readonly store: Map<string, Json>;
  readonly save: () => void;
  readonly defaultShards: number;
  readonly defaultReplicas: number;
}

export interface ResolveOptions {
  readonly ignoreUnavailable?: boolean;
  readonly allowNoIndices?: boolean;
  /** Closed indices are skipped by wildcards and refused by name unless wanted. */
  readonly closed?: "refuse" | "include";
}

/** The indices of one domain. */
export class Engine {
  readonly options: EngineOptions;
  private readonly indices = new Map<string, SearchIndex>();

  constructor(options: EngineOptions) {
    this.options = options;
    this.load();
  }

  get flavor(): Flavor {
    return this.options.flavor;
  }

  now(): number {
    return this.options.now();
  }

  all(): readonly SearchIndex[] {
    return [...this.indices.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): SearchIndex | undefined {
    return this.indices.get(name);
  }

  templates(composable: boolean): Map<string, Template> {
    const prefix = composable ? "index_template:" : "template:";
    const found = [...this.options.store].filter(([key]) => key.startsWith(prefix));
    return new Map(found.map(([key, value]) => [key.slice(prefix.length), value as unknown as Template]));
  }

  putTemplate(name: string, template: Template): void {
    this.options.store.set(`${isComposable(template) ? "index_template" : "template"}:${name}`, template as unknown as Json);
    this.options.save();
  }

  deleteTemplate(name: string, composable: boolean): boolean {
    const deleted = this.options.store.delete(`${composable ? "index_template" : "template"}:${name}`);
    this.options.save();
    return deleted;
  }

  create(name: string, body: { settings?: unknown; mappings?: Json; aliases?: Json }): SearchIndex {
    this.checkName(name);
    const existing = this.indices.get(name);
    if (existing !== undefined) {
      throw new EngineError("resource_already_exists_exception", `index [${name}/${existing.uuid}] already exists`, 400, {
        fields: { index_uuid: existing.uuid, index: name },
      });
    }
    const templates = matchingTemplates(name, this.templates(true), this.templates(false));
    const uuid = shortId(16);
    const created = this.now();
    const settings: Settings = {
      "index.number_of_shards": String(this.options.defaultShards),
      "index.number_of_replicas": String(this.options.defaultReplicas),
      ...templates.reduce<Settings>((all, template) => ({ ...all, ...parseSettings(template.settings, this.flavor) }), {}),
      ...parseSettings(body.settings, this.flavor),
      ...(this.flavor.opensearch ? { "index.replication.type": "DOCUMENT" } : {}),
      "index.provided_name": name,
      "index.creation_date": String(created),
      "index.uuid": uuid,
      "index.version.created": versionId(this.flavor),
    };
    const folder = this.options.folder;
    const journal = folder === undefined ? undefined : new Journal(join(folder, `${uuid}.log`));
    const index = new SearchIndex({ name, uuid, created }, settings, this.flavor, journal);
    for (const template of templates) {
      index.mapping.merge(template.mappings ?? {});
    }
    index.mapping.merge(body.mappings ?? {}, index.fieldLimit, name);
    index.aliases = { ...templates.reduce<Json>((all, template) => ({ ...all, ...template.aliases }), {}), ...body.aliases };
    this.indices.set(name, index);
    index.saveState();
    index.updateMapping({});
    return index;
  }

  delete(index: SearchIndex): void {
    this.indices.delete(index.name);
    index.discard();
  }

  /** The index that a write goes to: through an alias with one index, and made when absent. */
  writable(name: string, make: boolean): SearchIndex {
    const found = this.indices.get(name);
    if (found !== undefined) {
      return openOnly(found);
    }
    const aliased = this.all().filter((index) => index.aliases[name] !== undefined);
    if (aliased.length > 0) {
      const writers = aliased.filter((index) => (index.aliases[name] as Json)["is_write_index"] === true);
      const target = writers.length === 1 ? writers[0] : aliased.length === 1 ? aliased[0] : undefined;
      if (target === undefined) {
        throw illegalArgument(
          `no write index is defined for alias [${name}]. The write index may be explicitly disabled using is_write_index=false or the alias points to multiple indices without one being designated as a write index`,
        );
      }
      return openOnly(target);
    }
    if (!make) {
      throw indexNotFound(name, "index_expression");
    }
    return this.create(name, {});
  }

  /** Indices that an expression names: commas, wildcards, exclusions, aliases, `_all`. */
  resolve(expression: string | undefined, options: ResolveOptions = {}): readonly SearchIndex[] {
    const parts = expression === undefined || expression === "" ? ["_all"] : expression.split(",");
    const chosen = new Map<string, SearchIndex>();
    for (const part of parts) {
      if (part === "_all" || part.includes("*")) {
        this.resolvePattern(part === "_all" ? "*" : part, chosen, options);
      } else {
        this.resolveName(part, chosen, options);
      }
    }
    if (chosen.size === 0 && options.allowNoIndices === false) {
      throw indexNotFound(expression ?? "_all");
    }
    return [...chosen.values()];
  }

  private resolvePattern(pattern: string, chosen: Map<string, SearchIndex>, options: ResolveOptions): void {
    if (pattern.startsWith("-") && chosen.size > 0) {
      for (const name of [...chosen.keys()].filter((key) => simpleMatch(pattern.slice(1), key))) {
        chosen.delete(name);
      }
      return;
    }
    for (const index of this.all()) {
      const named = simpleMatch(pattern, index.name) || Object.keys(index.aliases).some((alias) => simpleMatch(pattern, alias));
      if (named && (!index.closed || options.closed === "include")) {
        chosen.set(index.name, index);
      }
    }
  }

  private resolveName(name: string, chosen: Map<string, SearchIndex>, options: ResolveOptions): void {
    if (name.startsWith("-") && chosen.delete(name.slice(1))) {
      return;
    }
    if (name.startsWith("_")) {
      throw new EngineError("invalid_index_name_exception", `Invalid index name [${name}], must not start with '_'.`, 400, {
        fields: { index_uuid: "_na_", index: name },
      });
    }
    const direct = this.indices.get(name);
    const found = direct !== undefined ? [direct] : this.all().filter((index) => index.aliases[name] !== undefined);
    if (found.length === 0 && options.ignoreUnavailable !== true) {
      throw indexNotFound(name);
    }
    for (const index of found) {
      if (index.closed && options.closed !== "include") {
        if (options.ignoreUnavailable !== true) {
          openOnly(index);
        }
      } else {
        chosen.set(index.name, index);
      }
    }
  }

  /** Writes the journals: call before a request is answered. */
  flush(): void {
    for (const index of this.indices.values()) {
      index.flush();
    }
  }

  dispose(): void {
    for (const index of this.indices.values()) {
      index.dispose();
    }
  }

  /** Deletes everything, on disk too. */
  destroy(): void {
    for (const index of this.all()) {
      this.delete(index);
    }
    if (this.options.folder !== undefined) {
      rmSync(this.options.folder, { recursive: true, force: true });
    }
    this.options.store.clear();
    this.options.save();
  }

  private load(): void {
    const folder = this.options.folder;
    if (folder === undefined) {
      return;
    }
    for (const file of listFolder(folder)) {
      const index = file.endsWith(".log") ? SearchIndex.load(new Journal(join(folder, file)), this.flavor) : undefined;
      if (index !== undefined) {
        this.indices.set(index.name, index);
      }
    }
  }

  private checkName(name: string): void {
    const problem =
      name !== name.toLowerCase()
        ? "must be lowercase"
        : /[\\/*?"<>| ,]/.test(name)
          ? 'must not contain the following characters [ , ", *, \\, <, |, ,, >, /, ?]'
          : name.includes("#")
            ? "must not contain '#'"
            : name.includes(":")
              ? "must not contain ':'"
              : /^[_\-+]/.test(name)
                ? "must not start with '_', '-', or '+'"
                : name === "." || name === ".."
                  ? "must not be '.' or '..'"
                  : Buffer.byteLength(name) > 255
                    ? `index name is too long, (${Buffer.byteLength(name)} > 255)`
                    : undefined;
    if (problem !== undefined) {
      throw new EngineError("invalid_index_name_exception", `Invalid index name [${name}], ${problem}`, 400, {
        fields: { index_uuid: "_na_", index: name },
      });
    }
    const alias = this.all().find((index) => isObject(index.aliases[name]));
    if (alias !== undefined) {
      throw new EngineError("invalid_index_name_exception", `Invalid index name [${name}], already exists as alias`, 400, {
        fields: { index_uuid: "_na_", index: name },
      });
    }
  }
}

function openOnly(index: SearchIndex): SearchIndex {
  if (index.closed) {
    throw new EngineError("index_closed_exception", "closed", 400, { fields: { index_uuid: index.uuid, index: index.name } });
  }
  return index;
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") {
      return [];
    }
    throw thrown;
  }
}

/** Ids in the engines' alphabet: 22 characters for an index, 20 for a document. */
export function shortId(bytes: number): string {
  return randomBytes(bytes).toString("base64url");
}

function versionId(flavor: Flavor): string {
  const [major = 0, minor = 0, patch = 0] = flavor.number.split(".").map(Number);
  const id = major * 1_000_000 + minor * 10_000 + patch * 100 + 99;
  return String(flavor.opensearch ? id + 134_217_728 : id);
}
