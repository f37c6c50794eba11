import { EngineError, illegalArgument, contentError } from "../errors";
import type { Engine } from "../engine";
import { atLeast } from "../flavor";
import { scalarText, type Json } from "../json";
import type { Field } from "../mapping";
import { valuesOf, type QueryContext } from "../queries/clause";
import type { SearchIndex } from "../searchIndex";
import type { Shard, StoredDocument } from "../shard";
import { fielddataDisabled } from "../sorting";

/** A matching document with where it was found. */
export interface Bucketed {
  readonly doc: StoredDocument;
  readonly index: SearchIndex;
  readonly shard: Shard;
}

export type Contexts = (index: SearchIndex) => QueryContext;
export type Scalar = string | number | boolean;

export interface Run {
  readonly contexts: Contexts;
  readonly engine: Engine;
  /** The aggregations of one level on documents. */
  readonly aggregate: (aggs: Json, docs: readonly Bucketed[]) => Json;
}

export type Aggregator = (body: Json, docs: readonly Bucketed[], sub: Json | undefined, run: Run, name: string) => Json;

/** A bucket with what is aggregated inside it. */
export function bucket(docs: readonly Bucketed[], sub: Json | undefined, run: Run): Json {
  return { doc_count: docs.length, ...(sub === undefined ? {} : run.aggregate(sub, docs)) };
}

/** A value that the parser of an aggregation refuses. */
export function badField(kind: string, field: string, reason: string): EngineError {
  return contentError(`[${kind}] failed to parse field [${field}]`, { type: "illegal_argument_exception", reason });
}

/** The values that an aggregation reads from a document; an unmapped field has none. */
export function reader(body: Json, run: Run, numeric?: string): (entry: Bucketed) => readonly Scalar[] {
  const name = body["field"];
  if (typeof name !== "string") {
    throw withoutField(run);
  }
  const missing = body["missing"] as Scalar | undefined;
  const known = new Map<SearchIndex, (entry: Bucketed) => readonly Scalar[]>();
  const build = (index: SearchIndex): ((entry: Bucketed) => readonly Scalar[]) => {
    if (name === "_seq_no") {
      return ({ doc }) => [doc.seq];
    }
    if (name === "_index") {
      return () => [index.name];
    }
    if (name === "_id") {
      return ({ doc }) => [doc.id];
    }
    const context = run.contexts(index);
    const field = context.mapping.field(name);
    if (field === undefined) {
      return () => [];
    }
    checkReadable(field, context, numeric);
    return ({ doc }) => valuesOf(doc, field);
  };
  return (entry) => {
    let read = known.get(entry.index);
    if (read === undefined) {
      read = build(entry.index);
      known.set(entry.index, read);
    }
    const values = read(entry);
    return values.length === 0 && missing !== undefined ? [missing] : values;
  };
}

function withoutField(run: Run): EngineError {
  return atLeast(run.engine.flavor, 7, 8)
    ? new EngineError("illegal_argument_exception", "Required one of fields [field, script], but none were specified. ", 400, {
        ofRequest: true,
      })
    : new EngineError(
        "illegal_state_exception",
        "value source config is invalid; must have either a field context or a script or marked as unwrapped",
        500,
      );
}

function checkReadable(field: Field, context: QueryContext, numeric: string | undefined): void {
  if (field.type === "text" && !field.fielddata) {
    throw fielddataDisabled(field, context);
  }
  if (numeric !== undefined && (field.type === "keyword" || field.type === "ip")) {
    throw illegalArgument(
      atLeast(context.flavor, 7, 8)
        ? `Field [${field.path}] of type [${field.type}] is not supported for aggregation [${numeric}]`
        : `Expected numeric type on field [${field.path}], but got [${field.type}]`,
    );
  }
}

/** The date format of the aggregated field, where it is a date. */
export function dateFormatOf(body: Json, run: Run, docs: readonly Bucketed[]): string | undefined {
  const first = docs[0];
  const field = first === undefined ? undefined : run.contexts(first.index).mapping.field(scalarText(body["field"]));
  return field?.type.startsWith("date") === true ? (typeof body["format"] === "string" ? body["format"] : field.format) : undefined;
}

/** Documents by each of their keys, once for a key. */
export function groupBy<Key>(docs: readonly Bucketed[], keysOf: (entry: Bucketed) => readonly Key[]): Map<Key, Bucketed[]> {
  const groups = new Map<Key, Bucketed[]>();
  for (const entry of docs) {
    for (const key of new Set(keysOf(entry))) {
      const group = groups.get(key);
      if (group === undefined) {
        groups.set(key, [entry]);
      } else {
        group.push(entry);
      }
    }
  }
  return groups;
}
