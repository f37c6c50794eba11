import { dateStyle, parseDate } from "./dates";
import { dynamicDefinition } from "./dynamic";
import { EngineError, illegalArgument } from "./errors";
import { atLeast, type Flavor } from "./flavor";
import { isObject, scalarText, textOr, type Json } from "./json";
import { isNumeric, mappingError, type Mapping } from "./mapping";

export type Value = string | number | boolean;
/** Indexed values by the path of the mapped leaf; a single value is not wrapped. */
export type Values = Record<string, Value | Value[]>;

export interface ParsedDocument {
  readonly values: Values;
  /** Mapping additions that this document needs, or undefined. */
  readonly additions: Json | undefined;
}

const metadataFields = new Set([
  "_id",
  "_type",
  "_index",
  "_source",
  "_routing",
  "_seq_no",
  "_primary_term",
  "_version",
  "_field_names",
  "_ignored",
]);

/** Turns a document into indexed values, inventing mappings for what is new; refuses as the engines do. */
export function parseDocument(source: Json, text: string, id: string, mapping: Mapping, flavor: Flavor): ParsedDocument {
  return new DocumentParser(text, id, mapping, flavor).parse(source);
}

interface Target {
  readonly type: string;
  readonly format: string;
  readonly definition: Json;
}

class DocumentParser {
  private readonly values: Values = {};
  private readonly added = new Map<string, Json>();
  private readonly addedObjects = new Set<string>();
  private readonly text: string;
  private readonly id: string;
  private readonly mapping: Mapping;
  private readonly flavor: Flavor;

  constructor(text: string, id: string, mapping: Mapping, flavor: Flavor) {
    this.text = text;
    this.id = id;
    this.mapping = mapping;
    this.flavor = flavor;
  }

  parse(source: Json): ParsedDocument {
    this.walk(source, "");
    return { values: this.values, additions: this.additions() };
  }

  private additions(): Json | undefined {
    if (this.added.size === 0 && this.addedObjects.size === 0) {
      return undefined;
    }
    const root: Json = {};
    const place = (path: string, definition: Json): void => {
      let node = root;
      const parts = path.split(".");
      for (const part of parts.slice(0, -1)) {
        node = child(child(node, "properties"), part);
      }
      const properties = child(node, "properties");
      const last = parts.at(-1) ?? path;
      properties[last] = { ...(isObject(properties[last]) ? properties[last] : {}), ...definition };
    };
    for (const path of this.addedObjects) {
      place(path, { type: "object" });
    }
    for (const [path, definition] of this.added) {
      place(path, definition);
    }
    return dropObjectTypes(root);
  }

  private walk(object: Json, prefix: string): void {
    for (const key in object) {
      const value = object[key];
      if (prefix === "" && metadataFields.has(key)) {
        throw this.metadataError(key, value);
      }
      this.put(prefix + this.checkName(key, prefix), value);
    }
  }

  private metadataError(key: string, value: unknown): EngineError {
    const reason = `Field [${key}] is a metadata field and cannot be added inside a document. Use the index API request parameters.`;
    if (atLeast(this.flavor, 7, 8)) {
      const inner = { type: "mapper_parsing_exception", reason };
      return new EngineError("mapper_parsing_exception", this.failed(key, key, value), 400, { causedBy: inner, rootCause: [inner] });
    }
    return mappingError(key === "_id" ? reason : `Cannot generate dynamic mappings of type [${key}] for [${key}]`);
  }

  /** A trailing dot is dropped; an empty part anywhere else is refused. */
  private checkName(key: string, prefix: string): string {
    const parts = key.split(".");
    while (parts.length > 1 && parts.at(-1) === "") {
      parts.pop();
    }
    if (!parts.includes("")) {
      return parts.join(".");
    }
    throw new EngineError("mapper_parsing_exception", "failed to parse", 400, {
      causedBy: {
        type: "illegal_argument_exception",
        reason:
          key === ""
            ? "field name cannot be an empty string"
            : `object field starting or ending with a [.] makes object resolution ambiguous: [${prefix}${key}]`,
      },
    });
  }

  private put(path: string, value: unknown): void {
    if (value === null || value === undefined) {
      return;
    }
    if (Array.isArray(value)) {
      for (const entry of value as unknown[]) {
        this.put(path, entry);
      }
      return;
    }
    if (isObject(value)) {
      this.putObject(path, value);
      return;
    }
    this.putScalar(path, value as Value);
  }

  private putObject(path: string, value: Json): void {
    const leaf = this.target(path);
    if (leaf !== undefined) {
      this.objectIntoLeaf(path, leaf);
    }
    if (!this.mapping.isObject(path) && !this.addedObjects.has(path)) {
      if (!this.allowsNew(path)) {
        return;
      }
      this.addParents(path);
      this.addedObjects.add(path);
    }
    this.walk(value, `${path}.`);
  }

  private objectIntoLeaf(path: string, leaf: Target): never {
    if (leaf.type === "geo_point" || leaf.type === "binary") {
      throw illegalArgument(`Unsupported value for field [${path}]`);
    }
    const place = `1:${this.position(path)}`;
    if (leaf.type === "text" || leaf.type === "keyword") {
      throw this.fieldError(
        path,
        leaf.type,
        { type: "illegal_state_exception", reason: `Can't get text on a START_OBJECT at ${place}` },
        "object",
      );
    }
    if (isNumeric(leaf.type)) {
      const causedBy = jackson("Current token (START_OBJECT) not numeric, can not use numeric value accessors");
      throw this.fieldError(path, leaf.type, causedBy, "object");
    }
    throw this.fieldError(
      path,
      leaf.type,
      { type: "illegal_state_exception", reason: `Can't get text on a START_OBJECT at ${place}` },
      "object",
    );
  }

  private position(path: string): number {
    const key = JSON.stringify(path.slice(path.lastIndexOf(".") + 1));
    const at = this.text.indexOf(key);
    return at < 0 ? 1 : this.text.indexOf("{", at + key.length) + 1;
  }

  private putScalar(path: string, value: Value): void {
    if (this.mapping.isObject(path) || this.addedObjects.has(path)) {
      throw mappingError(
        `object mapping for [${path}] tried to parse field [${path.slice(path.lastIndexOf(".") + 1)}] as object, but found a concrete value`,
      );
    }
    const target = this.target(path) ?? this.invent(path, value);
    if (target === undefined) {
      return;
    }
    const converted = this.convert(path, target, value);
    if (converted === undefined) {
      return;
    }
    const before = this.values[path];
    this.values[path] = before === undefined ? converted : Array.isArray(before) ? [...before, converted] : [before, converted];
  }

  private target(path: string): Target | undefined {
    const field = this.mapping.field(path);
    if (field !== undefined && !field.subField) {
      return field;
    }
    const definition = this.added.get(path);
    return (
      definition && {
        type: textOr(definition["type"], "text"),
        format: textOr(definition["format"], "strict_date_optional_time||epoch_millis"),
        definition,
      }
    );
  }

  private invent(path: string, value: Value): Target | undefined {
    if (!this.allowsNew(path)) {
      return undefined;
    }
    this.addParents(path);
    const definition = dynamicDefinition(path, value, this.text, this.mapping);
    if (definition === undefined) {
      return undefined;
    }
    this.added.set(path, definition);
    return this.target(path);
  }

  private addParents(path: string): void {
    for (let at = path.indexOf("."); at > 0; at = path.indexOf(".", at + 1)) {
      const parent = path.slice(0, at);
      const leaf = this.target(parent);
      if (leaf !== undefined) {
        throw mappingError(
          atLeast(this.flavor, 7, 8)
            ? `Could not dynamically add mapping for field [${path}]. Existing mapping for [${parent}] must be of type object but found [${leaf.type}].`
            : `Could not dynamically add mapping for field [${path}]. Existing mapping for [${parent}] must be of type object but found [${leaf.type}].`,
        );
      }
      if (!this.mapping.isObject(parent)) {
        this.addedObjects.add(parent);
      }
    }
  }

  private allowsNew(path: string): boolean {
    if (this.mapping.dynamic === "strict") {
      throw new EngineError(
        "strict_dynamic_mapping_exception",
        `mapping set to strict, dynamic introduction of [${path.slice(path.lastIndexOf(".") + 1)}] within [${path.includes(".") ? path.slice(0, path.lastIndexOf(".")) : "_doc"}] is not allowed`,
      );
    }
    return this.mapping.dynamic !== "false";
  }

  private convert(path: string, target: Target, value: Value): Value | undefined {
    switch (target.type) {
      case "text":
        return typeof value === "string" ? value : scalarText(value);
      case "keyword":
        return this.keyword(path, target, value);
      case "date":
      case "date_nanos":
        return this.date(path, target, value);
      case "boolean":
        return this.boolean(path, value);
      case "ip":
        return this.ip(path, value);
      case "binary":
      case "geo_point":
        return undefined;
      default:
        return isNumeric(target.type) ? this.number(path, target, value) : scalarText(value);
    }
  }

  private keyword(path: string, target: Target, value: Value): Value {
    const text = typeof value === "string" ? value : scalarText(value);
    if (target.definition["ignore_above"] === undefined && text.length > 10_000 && Buffer.byteLength(text) > 32_766) {
      throw illegalArgument(
        `Document contains at least one immense term in field="${path}" (whose UTF8 encoding is longer than the max length 32766), all of which were skipped.`,
      );
    }
    return text;
  }

  private number(path: string, target: Target, value: Value): Value | undefined {
    const floating = target.type.endsWith("float") || target.type === "double";
    if (value === "") {
      return undefined;
    }
    const parsed =
      typeof value === "boolean"
        ? NaN
        : typeof value === "number"
          ? value
          : /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(value)
            ? Number(value)
            : NaN;
    if (Number.isNaN(parsed)) {
      const causedBy =
        typeof value === "boolean"
          ? jackson(`Current token (VALUE_${String(value).toUpperCase()}) not numeric, can not use numeric value accessors`)
          : { type: floating ? "number_format_exception" : "illegal_argument_exception", reason: `For input string: "${value}"` };
      throw this.fieldError(path, target.type, causedBy, value);
    }
    if (target.definition["ignore_malformed"] === true && !Number.isFinite(parsed)) {
      return undefined;
    }
    const whole = floating ? parsed : Math.trunc(parsed);
    const limit = ({ byte: 7, short: 15, integer: 31, long: 63 } as Record<string, number>)[target.type];
    if (limit !== undefined && (whole >= 2 ** limit || whole < -(2 ** limit))) {
      const kind = `${target.type === "integer" ? "an" : "a"} ${target.type}`;
      const causedBy =
        typeof value === "number"
          ? jackson(`Numeric value (${javaNumber(value)}) out of range of ${kind}`)
          : { type: "illegal_argument_exception", reason: `Value [${String(value)}] is out of range for ${kind}` };
      throw this.fieldError(path, target.type, causedBy, value);
    }
    return target.type === "float" || target.type === "half_float" ? Math.fround(whole) : whole;
  }

  private date(path: string, target: Target, value: Value): Value {
    const text = typeof value === "string" ? value : scalarText(value);
    const parsed = typeof value === "boolean" ? undefined : parseDate(text, target.format, dateStyle(this.flavor));
    if (parsed === undefined) {
      throw this.fieldError(
        path,
        target.type,
        {
          type: "illegal_argument_exception",
          reason: `failed to parse date field [${text}] with format [${target.format}]`,
          caused_by: { type: "date_time_parse_exception", reason: "Failed to parse with all enclosed parsers" },
        },
        value,
      );
    }
    return parsed;
  }

  private boolean(path: string, value: Value): Value {
    if (value === true || value === "true") {
      return true;
    }
    if (value === false || value === "false" || value === "") {
      return false;
    }
    const causedBy =
      typeof value === "number"
        ? jackson("Current token (VALUE_NUMBER_INT) not of boolean type")
        : { type: "illegal_argument_exception", reason: `Failed to parse value [${value}] as only [true] or [false] are allowed.` };
    throw this.fieldError(path, "boolean", causedBy, value);
  }

  private ip(path: string, value: Value): Value {
    const text = scalarText(value);
    if (!/^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/.test(text)) {
      throw this.fieldError(path, "ip", { type: "illegal_argument_exception", reason: `'${text}' is not an IP string literal.` }, value);
    }
    return text;
  }

  private fieldError(path: string, type: string, causedBy: Json, value: unknown): EngineError {
    return new EngineError("mapper_parsing_exception", this.failed(path, type, value), 400, { causedBy });
  }

  private failed(path: string, type: string, value: unknown): string {
    const reason = `failed to parse field [${path}] of type [${type}] in document with id '${this.id}'`;
    const preview = value === "object" ? objectPreview(this.text, path) : typeof value === "number" ? javaNumber(value) : scalarText(value);
    return atLeast(this.flavor, 7, 2) ? `${reason}. Preview of field's value: '${preview}'` : reason;
  }
}

/** What the engines' JSON reader says, with its mark. */
function jackson(reason: string): Json {
  return { type: "json_parse_exception", reason: `${reason}\n at [Source: (byte[])]` };
}

/** 1.0E30 in place of 1e+30. */
function javaNumber(value: number): string {
  const [mantissa = "", exponent] = String(value).split("e");
  return exponent === undefined ? mantissa : `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

/** The engines print the offending object as a Java map. */
function objectPreview(text: string, path: string): string {
  let value: unknown = JSON.parse(text);
  for (const part of path.split(".")) {
    value = isObject(value) ? value[part] : Array.isArray(value) ? (value as unknown[])[0] : undefined;
  }
  return javaText(value);
}

function javaText(value: unknown): string {
  if (isObject(value)) {
    return `{${Object.entries(value)
      .map(([key, entry]) => `${key}=${javaText(entry)}`)
      .join(", ")}}`;
  }
  return Array.isArray(value) ? `[${value.map(javaText).join(", ")}]` : scalarText(value);
}

function child(node: Json, key: string): Json {
  const found = node[key];
  if (isObject(found)) {
    return found;
  }
  const made: Json = {};
  node[key] = made;
  return made;
}

/** An object that has properties shows no type. */
function dropObjectTypes(node: Json): Json {
  const result: Json = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === "properties" && isObject(value)) {
      result[key] = Object.fromEntries(
        Object.entries(value).map(([name, entry]) => [name, isObject(entry) ? dropObjectTypes(entry) : entry]),
      );
    } else if (!(key === "type" && value === "object" && node["properties"] !== undefined)) {
      result[key] = value;
    }
  }
  return result;
}
