import { formatDate } from "./dates";
import { simpleMatch } from "./dynamic";
import { isObject, scalarText, type Json } from "./json";
import { nodeId } from "./node";
import { toList, valuesOf, type QueryContext } from "./queries/clause";
import type { SearchIndex } from "./searchIndex";
import type { Shard, StoredDocument } from "./shard";
import { showSortValue, type SortKey, type SortValue } from "./sorting";
import { sourceFilter } from "./sourceFilter";

export interface Hit {
  readonly doc: StoredDocument;
  readonly index: SearchIndex;
  readonly shard: Shard;
  readonly keys: readonly SortValue[];
  readonly score: number;
}

/** Options of a hit's form; shared with top_hits. */
export interface HitForm {
  readonly body: Json;
  readonly query: URLSearchParams;
  readonly sort: readonly SortKey[];
  readonly trackScores: boolean;
}

export function formatHit(hit: Hit, form: HitForm, context: QueryContext): Json {
  const { body, query, sort } = form;
  const wants = (name: string): boolean => body[name] === true || query.get(name) === "true";
  const scored = sort.length === 0 || form.trackScores || sort.some((key) => key.field === "_score");
  const stored = body["stored_fields"];
  const source = stored !== undefined && body["_source"] === undefined ? undefined : sourceFilter(body["_source"], query)(hit.doc.source);
  const fields = docvalueFields(body["docvalue_fields"], hit.doc, context);
  return {
    ...(wants("explain") ? { _shard: `[${hit.index.name}][${hit.shard.number}]`, _node: nodeId } : {}),
    _index: hit.index.name,
    ...(context.flavor.opensearch ? {} : { _type: "_doc" }),
    _id: hit.doc.id,
    ...(wants("version") ? { _version: hit.doc.version } : {}),
    ...(wants("seq_no_primary_term") ? { _seq_no: hit.doc.seq, _primary_term: hit.doc.term } : {}),
    _score: scored ? hit.score : null,
    ...(hit.doc.routing === undefined ? {} : { _routing: hit.doc.routing }),
    ...(source === undefined ? {} : { _source: source }),
    ...(fields === undefined ? {} : { fields }),
    ...(sort.length === 0
      ? {}
      : { sort: hit.keys.map((value, at) => (sort[at] === undefined ? value : showSortValue(value, sort[at], context))) }),
    ...(wants("explain") ? { _explanation: { value: hit.score, description: "*:*", details: [] } } : {}),
  };
}

function docvalueFields(given: unknown, doc: StoredDocument, context: QueryContext): Json | undefined {
  if (given === undefined) {
    return undefined;
  }
  const fields: Json = {};
  for (const entry of toList(given)) {
    const pattern = isObject(entry) ? scalarText(entry["field"]) : scalarText(entry);
    const format = isObject(entry) && typeof entry["format"] === "string" ? entry["format"] : undefined;
    for (const field of [...context.mapping.fields()].filter(
      (candidate) => simpleMatch(pattern, candidate.path) && candidate.type !== "text",
    )) {
      const values = valuesOf(doc, field);
      if (values.length > 0) {
        const shown = values.map((value) => (field.type.startsWith("date") ? formatDate(Number(value), format ?? field.format) : value));
        fields[field.path] = [...toList(fields[field.path] ?? []), ...shown];
      }
    }
    if (pattern === "_seq_no") {
      fields["_seq_no"] = [doc.seq];
    }
  }
  return Object.keys(fields).length === 0 ? undefined : fields;
}
