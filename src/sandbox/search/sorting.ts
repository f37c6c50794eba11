import { parseDateMath, formatDate } from "./dates";
import { contentError, EngineError, illegalArgument } from "./errors";
import { atLeast, type Flavor } from "./flavor";
import { isObject, scalarText, type Json } from "./json";
import { isNumeric, type Field } from "./mapping";
import { toList, valuesOf, type QueryContext } from "./queries/clause";
import type { StoredDocument } from "./shard";

export type SortValue = string | number | null;

/** One sort key as asked for. */
export interface SortKey {
  readonly field: string;
  readonly descending: boolean;
  readonly missingFirst: boolean;
  readonly missing: unknown;
  readonly unmappedType: string | undefined;
  readonly mode: string;
  readonly format: string | undefined;
}

export function parseSort(given: unknown, flavor: Flavor): readonly SortKey[] {
  return given === undefined || given === null ? [] : toList(given).map((entry) => parseKey(entry, flavor));
}

function parseKey(entry: unknown, flavor: Flavor): SortKey {
  if (typeof entry === "string") {
    const [field = "", order] = entry.split(":");
    return toKey(field, order === undefined ? {} : { order }, flavor);
  }
  if (!isObject(entry) || Object.keys(entry).length !== 1) {
    throw illegalArgument("malformed sort format, within the sort array, an object, or an actual string are allowed");
  }
  const [field = "", options] = Object.entries(entry)[0] ?? [];
  return toKey(field, isObject(options) ? options : { order: options }, flavor);
}

const sortOptions = new Set(["order", "missing", "unmapped_type", "mode", "numeric_type", "nested", "nested_path"]);

function toKey(field: string, options: Json, flavor: Flavor): SortKey {
  const unknown = Object.keys(options).find((key) => !sortOptions.has(key));
  if (unknown !== undefined) {
    throw contentError(`[field_sort] unknown field [${unknown}]${atLeast(flavor, 7, 5) ? "" : ", parser not found"}`);
  }
  const order = scalarText(options["order"] ?? (field === "_score" ? "desc" : "asc")).toLowerCase();
  if (order !== "asc" && order !== "desc") {
    const reason = `No enum constant org.${flavor.opensearch ? "opensearch" : "elasticsearch"}.search.sort.SortOrder.${order.toUpperCase()}`;
    throw new EngineError("illegal_argument_exception", reason, 400, { ofRequest: true });
  }
  return {
    field,
    descending: order === "desc",
    missingFirst: options["missing"] === "_first",
    missing: options["missing"],
    unmappedType: typeof options["unmapped_type"] === "string" ? options["unmapped_type"] : undefined,
    mode: typeof options["mode"] === "string" ? options["mode"] : order === "desc" ? "max" : "min",
    format: typeof options["format"] === "string" ? options["format"] : undefined,
  };
}

/** Reads a key's value from a document of one index; refuses what cannot be sorted by. */
export function sortReader(key: SortKey, context: QueryContext): (doc: StoredDocument, place: number, score: number) => SortValue {
  switch (key.field) {
    case "_seq_no":
      return (doc) => doc.seq;
    case "_doc":
    case "_shard_doc":
      return (_doc, place) => place;
    case "_score":
      return (_doc, _place, score) => score;
    case "_id":
      return (doc) => doc.id;
    case "_index":
      return () => context.index;
    default:
  }
  const field = context.mapping.field(key.field);
  if (field === undefined) {
    if (key.unmappedType === undefined) {
      throw new EngineError("query_shard_exception", `No mapping found for [${key.field}] in order to sort on`, 400, {
        fields: { index: context.index, index_uuid: "_na_" },
      });
    }
    return () => null;
  }
  checkSortable(field, context);
  return (doc) => pick(valuesOf(doc, field), key);
}

function checkSortable(field: Field, context: QueryContext): void {
  if (field.type === "text" && !field.fielddata) {
    throw fielddataDisabled(field, context);
  }
  if (!field.docValues && field.type !== "text") {
    throw illegalArgument(
      `Can't load fielddata on [${field.path}] because fielddata is unsupported on fields of type [${field.type}]. Use doc values instead.`,
    );
  }
}

export function fielddataDisabled(field: Field, context: QueryContext): EngineError {
  if (context.flavor.opensearch) {
    return illegalArgument(
      `Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead. Alternatively, set fielddata=true on [${field.path}] in order to load field data by uninverting the inverted index. Note that this can use significant memory.`,
    );
  }
  return illegalArgument(
    context.flavor.minor >= 6
      ? `Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead. Alternatively, set fielddata=true on [${field.path}] in order to load field data by uninverting the inverted index. Note that this can use significant memory.`
      : `Fielddata is disabled on text fields by default. Set fielddata=true on [${field.path}] in order to load fielddata in memory by uninverting the inverted index. Note that this can however use significant memory. Alternatively use a keyword field instead.`,
  );
}

function pick(values: readonly (string | number | boolean)[], key: SortKey): SortValue {
  const first = values[0];
  if (first === undefined) {
    return key.missing !== undefined && key.missing !== "_first" && key.missing !== "_last" ? (key.missing as SortValue) : null;
  }
  const plain = values.map((value) => (typeof value === "boolean" ? Number(value) : value));
  return plain.reduce<string | number>(
    (best, value) => ((key.mode === "max" ? value > best : value < best) ? value : best),
    plain[0] ?? "",
  );
}

export function compareValues(a: readonly SortValue[], b: readonly SortValue[], keys: readonly SortKey[]): number {
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at];
    const left = a[at] ?? null;
    const right = b[at] ?? null;
    if (key === undefined || left === right) {
      continue;
    }
    if (left === null || right === null) {
      return (left === null) === key.missingFirst ? -1 : 1;
    }
    const order = typeof left === typeof right ? (left < right ? -1 : 1) : String(left) < String(right) ? -1 : 1;
    return key.descending ? -order : order;
  }
  return 0;
}

/** The values of `search_after` in the keys' own terms. */
export function parseAfter(given: unknown, keys: readonly SortKey[], context: QueryContext): readonly SortValue[] {
  if (!Array.isArray(given)) {
    throw illegalArgument("Values cannot be null or empty");
  }
  if (keys.length === 0) {
    throw illegalArgument("Sort must contain at least one field.");
  }
  if (given.length !== keys.length) {
    throw illegalArgument(`search_after has ${given.length} value(s) but sort has ${keys.length}.`);
  }
  return given.map((value: unknown, at) => {
    const key = keys[at];
    const type = key === undefined ? undefined : key.field === "_seq_no" ? "long" : context.mapping.field(key.field)?.type;
    if (value === null) {
      return null;
    }
    if (type !== undefined && (isNumeric(type) || type === "boolean")) {
      const number = Number(value);
      if (Number.isNaN(number)) {
        throw illegalArgument(`Failed to parse search_after value for field [${key?.field ?? ""}].`);
      }
      return number;
    }
    if (type === "date" || type === "date_nanos") {
      return typeof value === "number"
        ? value
        : parseDateMath(scalarText(value), context, context.mapping.field(key?.field ?? "")?.format ?? "", "down");
    }
    return typeof value === "number" ? value : scalarText(value);
  });
}

/** How a sort value is shown in a hit: missing numbers as the extremes of long, dates formatted when asked. */
export function showSortValue(value: SortValue, key: SortKey, context: QueryContext): unknown {
  const field = context.mapping.field(key.field);
  const type = field?.type ?? key.unmappedType ?? "keyword";
  if (value === null) {
    const high = key.descending === key.missingFirst;
    return isNumeric(type) || type.startsWith("date") ? (high ? 9223372036854775807n : -9223372036854775808n) : null;
  }
  return key.format !== undefined && type.startsWith("date") ? formatDate(Number(value), key.format) : value;
}
