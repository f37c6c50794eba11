import { shortId, type Engine } from "../engine";
import { EngineError, illegalArgument } from "../errors";
import { atLeast } from "../flavor";
import { isObject, toJsonText, type Json } from "../json";
import type { SearchIndex } from "../searchIndex";
import type { Condition, Written } from "../shard";
import { sourceFilter } from "../sourceFilter";
import { jsonBody, type ApiReply, type ApiRequest, type Route } from "./router";

export const documentRoutes: readonly Route[] = [
  ["GET HEAD", "/{index}/_doc/{id}", getDocument],
  ["GET HEAD", "/{index}/_source/{id}", getSource],
  ["PUT POST", "/{index}/_doc/{id}", (request) => indexDocument(request, request.params["id"], false)],
  ["POST", "/{index}/_doc", (request) => indexDocument(request, undefined, false)],
  ["PUT POST", "/{index}/_create/{id}", (request) => indexDocument(request, request.params["id"], true)],
  ["DELETE", "/{index}/_doc/{id}", deleteDocument],
  ["POST", "/{index}/_update/{id}", updateDocument],
  ["GET POST", "/_mget", multiGet],
  ["GET POST", "/{index}/_mget", multiGet],
];

/** Comes after every other route: any address of this form was a document once. */
export const typedRoutes: readonly Route[] = [["GET", "/{index}/{type}/{id}", typedDocument]];

/** Types are gone from OpenSearch's answers. */
export function typed(engine: Engine): Json {
  return engine.flavor.opensearch ? {} : { _type: "_doc" };
}

export function writeJson(engine: Engine, index: SearchIndex, id: string, written: Written, result: string): Json {
  const copies = result === "noop" ? 0 : index.replicas + 1;
  const numbers = result === "noop" && !atLeast(engine.flavor, 7, 5) ? {} : { _seq_no: written.seq, _primary_term: written.term };
  return {
    _index: index.name,
    ...typed(engine),
    _id: id,
    _version: written.version,
    result,
    _shards: { total: copies, successful: Math.min(copies, engine.options.nodes), failed: 0 },
    ...numbers,
  };
}

export function checkId(id: string): void {
  if (Buffer.byteLength(id) > 512) {
    throw new EngineError(
      "action_request_validation_exception",
      `Validation Failed: 1: id [${id}] is too long, must be no longer than 512 bytes but was: ${Buffer.byteLength(id)};`,
    );
  }
}

async function indexDocument(request: ApiRequest, id: string | undefined, create: boolean): Promise<ApiReply> {
  const { engine, query, params } = request;
  if (request.body.trim() === "") {
    throw new EngineError("parse_exception", "request body is required");
  }
  const chosen = id ?? shortId(15);
  checkId(chosen);
  const index = engine.writable(params["index"] ?? "", true);
  const condition = conditionOf(query, create || query.get("op_type") === "create" || id === undefined);
  const written = index.write({ id: chosen, routing: query.get("routing") ?? undefined, source: request.body, condition }, engine.now());
  const forced = await applyRefresh(engine, [index], query);
  const path = `/${index.name}/_doc/${encodeURIComponent(chosen)}`;
  return {
    status: written.existed ? 200 : 201,
    headers: written.existed ? {} : { location: path },
    body: { ...withForced(writeJson(engine, index, chosen, written, written.existed ? "updated" : "created"), forced) },
  };
}

/** `forced_refresh` stands after `result`. */
function withForced(json: Json, forced: boolean): Json {
  const { _index, _type, _id, _version, result, ...rest } = json;
  return forced ? { _index, ...(_type === undefined ? {} : { _type }), _id, _version, result, forced_refresh: true, ...rest } : json;
}

export function conditionOf(query: URLSearchParams, create: boolean): Condition {
  const number = (name: string): number | undefined => {
    const value = query.get(name);
    if (value === null) {
      return undefined;
    }
    if (!/^-?\d+$/.test(value)) {
      throw illegalArgument(`Failed to parse long parameter [${name}] with value [${value}]`);
    }
    return Number(value);
  };
  const condition = {
    create,
    ifSeqNo: number("if_seq_no"),
    ifPrimaryTerm: number("if_primary_term"),
    version: number("version"),
    versionType: query.get("version_type") ?? undefined,
  };
  return checkCondition(condition);
}

export function checkCondition(condition: Condition): Condition {
  const refuse = (reason: string): never => {
    throw new EngineError("action_request_validation_exception", `Validation Failed: 1: ${reason};`);
  };
  if (condition.version !== undefined && (condition.versionType === undefined || condition.versionType === "internal")) {
    refuse("internal versioning can not be used for optimistic concurrency control. Please use `if_seq_no` and `if_primary_term` instead");
  }
  if (condition.ifSeqNo !== undefined && condition.ifPrimaryTerm === undefined) {
    refuse("ifSeqNo is set, but primary term is [0]");
  }
  return condition;
}

/** Honours `refresh`: true makes visible at once, wait_for waits for the next refresh. True when one was forced. */
export async function applyRefresh(engine: Engine, indices: readonly SearchIndex[], query: URLSearchParams): Promise<boolean> {
  const wanted = query.get("refresh");
  if (wanted === null || wanted === "false") {
    return false;
  }
  if (wanted === "wait_for") {
    const waits = indices.map((index) => index.untilVisible(engine.now()));
    const longest = Math.max(0, ...waits.map((wait) => wait ?? 0));
    await new Promise((resolve) => setTimeout(resolve, longest + 1));
    indices.forEach((index, at) => (waits[at] === undefined ? index.refresh() : index.catchUp(engine.now())));
    return false;
  }
  if (wanted !== "true" && wanted !== "") {
    throw illegalArgument(`Unknown value for refresh: [${wanted}].`);
  }
  indices.forEach((index) => index.refresh());
  return true;
}

/** Elasticsearch 7 still reads INDEX/TYPE/ID as a document, and so every unknown address of that form. */
function typedDocument(request: ApiRequest): ApiReply {
  return request.engine.flavor.opensearch ? unknownPath(request) : getDocument(request);
}

function unknownPath({ params, method }: ApiRequest): ApiReply {
  const path = `/${params["index"] ?? ""}/${params["type"] ?? ""}/${params["id"] ?? ""}`;
  return { status: 400, body: { error: `no handler found for uri [${path}] and method [${method}]` } };
}

function getDocument(request: ApiRequest): ApiReply {
  const { engine, params, query } = request;
  const found = documentJson(engine, params["index"] ?? "", params["id"] ?? "", query, query.get("routing") ?? undefined);
  return { status: found["found"] === true ? 200 : 404, body: found };
}

function documentJson(engine: Engine, name: string, id: string, query: URLSearchParams, routing?: string, source?: unknown): Json {
  const index = engine.writable(name, false);
  const doc = index.get(id, routing);
  if (doc === undefined) {
    return { _index: index.name, ...typed(engine), _id: id, found: false };
  }
  const shown = sourceFilter(source, query)(doc.source);
  return {
    _index: index.name,
    ...typed(engine),
    _id: id,
    _version: doc.version,
    _seq_no: doc.seq,
    _primary_term: doc.term,
    ...(doc.routing === undefined ? {} : { _routing: doc.routing }),
    found: true,
    ...(shown === undefined ? {} : { _source: shown }),
  };
}

function getSource(request: ApiRequest): ApiReply {
  const { engine, params, query } = request;
  const index = engine.writable(params["index"] ?? "", false);
  const doc = index.get(params["id"] ?? "", query.get("routing") ?? undefined);
  if (doc === undefined) {
    const error = new EngineError(
      "resource_not_found_exception",
      `Document not found [${index.name}]/[${engine.flavor.opensearch ? "" : "_doc]/["}${params["id"] ?? ""}]`,
      404,
    );
    return { status: 404, body: error.toBody() };
  }
  return { status: 200, body: sourceFilter(undefined, query)(doc.source) ?? {} };
}

async function deleteDocument(request: ApiRequest): Promise<ApiReply> {
  const { engine, params, query } = request;
  const index = engine.writable(params["index"] ?? "", false);
  const id = params["id"] ?? "";
  const written = index.remove(id, query.get("routing") ?? undefined, conditionOf(query, false), engine.now());
  const forced = await applyRefresh(engine, [index], query);
  return {
    status: written.existed ? 200 : 404,
    body: withForced(writeJson(engine, index, id, written, written.existed ? "deleted" : "not_found"), forced),
  };
}

async function updateDocument(request: ApiRequest): Promise<ApiReply> {
  const { engine, params, query } = request;
  const body = jsonBody(request, true);
  const index = engine.writable(params["index"] ?? "", true);
  const id = params["id"] ?? "";
  const done = update(engine, index, id, body, { routing: query.get("routing") ?? undefined, condition: conditionOf(query, false) });
  const forced = done.result === "noop" ? false : await applyRefresh(engine, [index], query);
  return { status: done.status, body: withForced(writeJson(engine, index, id, done.written, done.result), forced) };
}

export interface UpdateResult {
  readonly status: number;
  readonly result: string;
  readonly written: Written;
}

/** Partial update: merges `doc`, or stores `upsert`. */
export function update(
  engine: Engine,
  index: SearchIndex,
  id: string,
  body: Json,
  options: { readonly routing: string | undefined; readonly condition: Condition },
): UpdateResult {
  if (body["script"] !== undefined) {
    throw illegalArgument("script_lang not supported [painless]");
  }
  const partial = body["doc"];
  if (!isObject(partial)) {
    throw new EngineError("action_request_validation_exception", "Validation Failed: 1: script or doc is missing;");
  }
  const { routing, condition } = options;
  const current = index.get(id, routing);
  const write = (source: Json, existing: boolean): UpdateResult => {
    const written = index.write(
      { id, routing, source: toJsonText(source), condition: existing ? condition : { create: true } },
      engine.now(),
    );
    return { status: existing ? 200 : 201, result: existing ? "updated" : "created", written };
  };
  if (current === undefined) {
    const upsert = body["doc_as_upsert"] === true ? partial : body["upsert"];
    if (!isObject(upsert)) {
      throw missing(engine, index, id);
    }
    return write(upsert, false);
  }
  const before = JSON.parse(current.source) as Json;
  const merged = merge(before, partial);
  if (body["detect_noop"] !== false && !merged.changed) {
    index.shardFor(id, routing).check(id, condition, engine.now());
    return { status: 200, result: "noop", written: { seq: current.seq, term: current.term, version: current.version, existed: true } };
  }
  return write(merged.value, true);
}

function missing(engine: Engine, index: SearchIndex, id: string): EngineError {
  return new EngineError(
    "document_missing_exception",
    engine.flavor.opensearch ? `[${id}]: document missing` : `[_doc][${id}]: document missing`,
    404,
    {
      fields: { index_uuid: index.uuid, shard: String(index.shardFor(id).number), index: index.name },
    },
  );
}

function merge(before: Json, partial: Json): { readonly value: Json; readonly changed: boolean } {
  let changed = false;
  const value: Json = { ...before };
  for (const [key, entry] of Object.entries(partial)) {
    const old = value[key];
    if (isObject(old) && isObject(entry)) {
      const inner = merge(old, entry);
      value[key] = inner.value;
      changed ||= inner.changed;
    } else if (!Object.hasOwn(value, key) || JSON.stringify(old) !== JSON.stringify(entry)) {
      value[key] = entry;
      changed = true;
    }
  }
  return { value, changed };
}

function multiGet(request: ApiRequest): ApiReply {
  const { engine, params, query } = request;
  const body = jsonBody(request, true);
  const ids = Array.isArray(body["ids"]) ? body["ids"].map((id: unknown) => ({ _id: id })) : [];
  const asked = (Array.isArray(body["docs"]) ? (body["docs"] as unknown[]) : ids).filter(isObject);
  const docs = asked.map((entry) => {
    const name = typeof entry["_index"] === "string" ? entry["_index"] : (params["index"] ?? "");
    const id = String(entry["_id"]);
    try {
      return documentJson(engine, name, id, query, typeof entry["routing"] === "string" ? entry["routing"] : undefined, entry["_source"]);
    } catch (thrown) {
      if (thrown instanceof EngineError) {
        return { _index: name, ...typed(engine), _id: id, error: thrown.toBody()["error"] };
      }
      throw thrown;
    }
  });
  return { status: 200, body: { docs } };
}
