import { EngineError, illegalArgument } from "./errors";
import { atLeast, type Flavor } from "./flavor";
import { isObject, scalarText, textOr, type Json } from "./json";
import { defaultDateFormat } from "./dates";

/** A field as queries see it: a mapped leaf or one of its sub-fields. */
export interface Field {
  readonly path: string;
  readonly type: string;
  /** Path under which the document's values are kept: the parent's for a sub-field. */
  readonly valuePath: string;
  readonly format: string;
  readonly ignoreAbove: number;
  readonly analyzer: string;
  readonly indexed: boolean;
  readonly docValues: boolean;
  readonly fielddata: boolean;
  readonly subField: boolean;
  readonly definition: Json;
}

const numberTypes = new Set(["long", "integer", "short", "byte", "double", "float", "half_float", "scaled_float", "unsigned_long"]);
const leafTypes = new Set([
  ...numberTypes,
  "text",
  "keyword",
  "date",
  "date_nanos",
  "boolean",
  "ip",
  "binary",
  "geo_point",
  "constant_keyword",
  "wildcard",
]);

export function isNumeric(type: string): boolean {
  return numberTypes.has(type);
}

/** The mapping of one index: the tree as `_mapping` shows it, and every field by its path. */
export class Mapping {
  private root: Json = {};
  private readonly leaves = new Map<string, Field>();
  private readonly objects = new Set<string>();
  readonly flavor: Flavor;

  constructor(flavor: Flavor, definition: Json = {}) {
    this.flavor = flavor;
    this.merge(definition);
  }

  toJson(): Json {
    return structuredClone(this.root);
  }

  get dynamic(): string {
    return scalarText(this.root["dynamic"] ?? "true");
  }

  get dateDetection(): boolean {
    return this.root["date_detection"] !== false;
  }

  get numericDetection(): boolean {
    return this.root["numeric_detection"] === true;
  }

  get dynamicDateFormats(): readonly string[] {
    const formats = this.root["dynamic_date_formats"];
    return Array.isArray(formats) ? formats.map(String) : ["strict_date_optional_time", "yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis"];
  }

  get dynamicTemplates(): readonly Json[] {
    const templates = this.root["dynamic_templates"];
    return Array.isArray(templates)
      ? templates.flatMap((entry: unknown) => (isObject(entry) ? Object.values(entry).filter(isObject) : []))
      : [];
  }

  field(path: string): Field | undefined {
    return this.leaves.get(path);
  }

  fields(): IterableIterator<Field> {
    return this.leaves.values();
  }

  isObject(path: string): boolean {
    return this.objects.has(path);
  }

  objectPaths(): IterableIterator<string> {
    return this.objects.values();
  }

  /** Fields, sub-fields and objects: what `index.mapping.total_fields.limit` counts. */
  get size(): number {
    return this.leaves.size + this.objects.size;
  }

  /** Adds a definition; refuses what would change an existing field. Nothing is changed when it refuses. */
  merge(definition: Json, limit?: number, index?: string): void {
    const merged = this.mergeObject(this.root, definition, "");
    const before = { root: this.root, leaves: new Map(this.leaves), objects: new Set(this.objects) };
    this.root = merged;
    this.leaves.clear();
    this.objects.clear();
    try {
      this.collect(merged, "");
      if (limit !== undefined && this.size > limit) {
        throw illegalArgument(this.limitReason(limit, index ?? ""));
      }
    } catch (thrown) {
      this.root = before.root;
      before.leaves.forEach((field, path) => this.leaves.set(path, field));
      before.objects.forEach((path) => this.objects.add(path));
      throw thrown;
    }
  }

  limitReason(limit: number, index: string): string {
    return atLeast(this.flavor, 7, 9)
      ? `Limit of total fields [${limit}] has been exceeded`
      : `Limit of total fields [${limit}] in index [${index}] has been exceeded`;
  }

  private mergeObject(current: Json, update: Json, prefix: string): Json {
    const merged: Json = { ...current };
    for (const [key, value] of Object.entries(update)) {
      if (key !== "properties") {
        merged[key] = key === "dynamic" ? scalarText(value) : value;
      }
    }
    if (isObject(update["properties"])) {
      const properties: Json = { ...(isObject(current["properties"]) ? current["properties"] : {}) };
      for (const [name, value] of Object.entries(update["properties"])) {
        if (!isObject(value)) {
          throw mappingError(`Expected map for property [fields] on field [${name}] but got a class java.lang.String`);
        }
        const at = name.indexOf(".");
        const key = at < 0 ? name : name.slice(0, at);
        const entry = at < 0 ? value : { properties: { [name.slice(at + 1)]: value } };
        properties[key] = this.mergeField(properties[key], entry, prefix + key);
      }
      merged["properties"] = sortKeys(properties);
    }
    return merged;
  }

  private mergeField(current: unknown, update: Json, path: string): Json {
    if (!isObject(current)) {
      return isObject(update["properties"]) || update["type"] === undefined ? this.mergeObject({}, update, `${path}.`) : update;
    }
    const before = typeOf(current);
    const after = typeOf(update);
    if (before !== after && update["type"] === undefined && before !== "object" && !isObject(update["properties"])) {
      return { ...current, ...update };
    }
    if (before !== after) {
      throw this.conflict(path, before, after);
    }
    if (before === "object" || before === "nested") {
      return this.mergeObject(current, update, `${path}.`);
    }
    for (const key of ["analyzer", "format", "index", "doc_values", "store"]) {
      const was = scalar(current[key] ?? defaults[key]);
      const wanted = scalar(update[key] ?? defaults[key]);
      if (was !== wanted && !(key === "format" && before !== "date")) {
        throw this.parameterConflict(path, key, was, wanted);
      }
    }
    const fields = { ...(isObject(current["fields"]) ? current["fields"] : {}), ...(isObject(update["fields"]) ? update["fields"] : {}) };
    const rest = omit(update, "fields");
    const kept = Object.keys(fields).length === 0 ? {} : { fields };
    return { ...(isObject(current["fields"]) ? omit(current, "fields") : current), ...rest, ...kept };
  }

  private conflict(path: string, before: string, after: string): EngineError {
    const modern = atLeast(this.flavor, 7, 8);
    if (before === "object" || after === "object" || before === "nested" || after === "nested") {
      const shown = (type: string): string => (type === "object" || type === "nested" ? "ObjectMapper" : type);
      return illegalArgument(
        modern
          ? `can't merge a non object mapping [${path}] with an object mapping`
          : `mapper [${path}] of different type, current_type [${shown(before)}], merged_type [${shown(after)}]`,
      );
    }
    return illegalArgument(
      modern
        ? `mapper [${path}] cannot be changed from type [${before}] to [${after}]`
        : `mapper [${path}] of different type, current_type [${before}], merged_type [${after}]`,
    );
  }

  private parameterConflict(path: string, key: string, was: string, wanted: string): EngineError {
    return illegalArgument(
      atLeast(this.flavor, 7, 9)
        ? `Mapper for [${path}] conflicts with existing mapper:\n\tCannot update parameter [${key}] from [${was}] to [${wanted}]`
        : `Mapper for [${path}] conflicts with existing mapping:\n[mapper [${path}] has different [${key}]${key === "format" ? " values" : ""}]`,
    );
  }

  private collect(node: Json, prefix: string): void {
    for (const [name, value] of Object.entries(isObject(node["properties"]) ? node["properties"] : {})) {
      if (!isObject(value)) {
        continue;
      }
      const path = prefix + name;
      const type = typeOf(value);
      if (type === "object" || type === "nested") {
        this.objects.add(path);
        this.collect(value, `${path}.`);
        continue;
      }
      if (!leafTypes.has(type)) {
        throw mappingError(`No handler for type [${type}] declared on field [${name}]`);
      }
      this.addLeaf(path, path, value, false);
      for (const [sub, definition] of Object.entries(isObject(value["fields"]) ? value["fields"] : {})) {
        if (isObject(definition)) {
          this.addLeaf(`${path}.${sub}`, path, definition, true);
        }
      }
    }
  }

  private addLeaf(path: string, valuePath: string, definition: Json, subField: boolean): void {
    const type = typeOf(definition);
    this.leaves.set(path, {
      path,
      type,
      valuePath,
      subField,
      definition,
      format: textOr(definition["format"], defaultDateFormat),
      ignoreAbove: typeof definition["ignore_above"] === "number" ? definition["ignore_above"] : Number.MAX_SAFE_INTEGER,
      analyzer: textOr(definition["analyzer"], type === "text" ? "standard" : "keyword"),
      indexed: scalarText(definition["index"] ?? "true") !== "false",
      docValues: scalarText(definition["doc_values"] ?? "true") !== "false",
      fielddata: definition["fielddata"] === true,
    });
  }
}

const defaults: Readonly<Json> = { analyzer: "default", format: defaultDateFormat, index: "true", doc_values: "true", store: "false" };

function typeOf(definition: Json): string {
  return textOr(definition["type"], "object");
}

function scalar(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function omit(object: Json, key: string): Json {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

function sortKeys(object: Json): Json {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function mappingError(reason: string): EngineError {
  return new EngineError("mapper_parsing_exception", reason);
}
