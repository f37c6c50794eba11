import { simpleMatch } from "../dynamic";
import { EngineError, illegalArgument } from "../errors";
import { atLeast } from "../flavor";
import { isObject, scalarText, type Json } from "../json";
import type { Field } from "../mapping";
import { compileQuery } from "../query";
import { isAggregatable } from "../aggregations/aggregate";
import { checkPreference, contextFor, search } from "../search";
import type { SearchIndex } from "../searchIndex";
import { flag, jsonBody, parseJson, type ApiReply, type ApiRequest, type Route } from "./router";
import { beginScroll, scrollRoutes } from "./scrolling";

export const searchRoutes: readonly Route[] = [
  ...scrollRoutes,
  ["GET POST", "/_search", searchOne],
  ["GET POST", "/{index}/_search", searchOne],
  ["GET POST", "/_msearch", multiSearch],
  ["GET POST", "/{index}/_msearch", multiSearch],
  ["GET POST", "/_count", count],
  ["GET POST", "/{index}/_count", count],
  ["POST", "/{index}/_delete_by_query", deleteByQuery],
  ["GET POST", "/_field_caps", fieldCaps],
  ["GET POST", "/{index}/_field_caps", fieldCaps],
  ["GET POST", "/{index}/_validate/query", validate],
];

function indicesOf(request: ApiRequest): readonly SearchIndex[] {
  return request.engine.resolve(request.params["index"], {
    ignoreUnavailable: flag(request, "ignore_unavailable"),
    allowNoIndices: request.query.get("allow_no_indices") !== "false",
  });
}

function searchOne(request: ApiRequest): ApiReply {
  checkPreference(request.query.get("preference"), request.engine.flavor.opensearch);
  if (request.query.has("scroll")) {
    return beginScroll(request, indicesOf(request));
  }
  return { status: 200, body: search(request.engine, indicesOf(request), jsonBody(request), request.query) };
}

const headerKeys = new Set([
  "index",
  "indices",
  "preference",
  "routing",
  "search_type",
  "request_cache",
  "ignore_unavailable",
  "allow_no_indices",
  "expand_wildcards",
  "ignore_throttled",
  "allow_partial_search_results",
  "ccs_minimize_roundtrips",
]);

function multiSearch(request: ApiRequest): ApiReply {
  const started = performance.now();
  if (request.body.trim() === "") {
    throw new EngineError("parse_exception", "request body or source parameter is required");
  }
  if (!request.body.endsWith("\n")) {
    throw illegalArgument("The msearch request must be terminated by a newline [\n]");
  }
  const lines = request.body.split("\n").slice(0, -1);
  const entries: { header: Json; body: Json }[] = [];
  for (let at = 0; at + 1 < lines.length + 1; at += 2) {
    const head = (lines[at] ?? "").trim();
    if (at + 1 >= lines.length) {
      if (head === "") {
        break;
      }
      throw new EngineError("action_request_validation_exception", "Validation Failed: 1: no requests added;");
    }
    const header = head === "" ? {} : parseJson(head, request.engine.flavor);
    const unknown = Object.keys(header).find((key) => !headerKeys.has(key) && !(key === "type" && !request.engine.flavor.opensearch));
    if (unknown !== undefined) {
      throw illegalArgument(`key [${unknown}] is not supported in the metadata section`);
    }
    const text = (lines[at + 1] ?? "").trim();
    entries.push({ header, body: text === "" ? {} : parseJson(text, request.engine.flavor) });
  }
  if (entries.length === 0) {
    throw new EngineError("action_request_validation_exception", "Validation Failed: 1: no requests added;");
  }
  const responses = entries.map((entry) => runEntry(request, entry.header, entry.body));
  return { status: 200, body: { took: Math.round(performance.now() - started), responses } };
}

function runEntry(request: ApiRequest, header: Json, body: Json): Json {
  const { engine } = request;
  const given = header["index"] ?? header["indices"] ?? request.params["index"];
  const expression = Array.isArray(given) ? given.map(scalarText).join(",") : given === undefined ? undefined : scalarText(given);
  const query = new URLSearchParams();
  for (const key of ["preference", "routing"]) {
    if (header[key] !== undefined) {
      query.set(key, scalarText(header[key]));
    }
  }
  if (request.query.get("rest_total_hits_as_int") === "true") {
    query.set("rest_total_hits_as_int", "true");
  }
  try {
    checkPreference(query.get("preference"), engine.flavor.opensearch);
    const indices = engine.resolve(expression, {
      ignoreUnavailable: header["ignore_unavailable"] === true || header["ignore_unavailable"] === "true",
      allowNoIndices: !(header["allow_no_indices"] === false || header["allow_no_indices"] === "false"),
    });
    return { ...search(engine, indices, body, query), status: 200 };
  } catch (thrown) {
    if (thrown instanceof EngineError) {
      // A body that cannot be parsed fails the whole request, as in the engines.
      if (thrown.ofRequest) {
        throw thrown;
      }
      return thrown.toBody();
    }
    throw thrown;
  }
}

function count(request: ApiRequest): ApiReply {
  const body = jsonBody(request);
  const unknown = Object.keys(body).find((key) => key !== "query");
  if (unknown !== undefined) {
    throw new EngineError("parsing_exception", `request does not support [${unknown}]`, 400, { fields: { line: 1, col: 1 } });
  }
  const result = search(request.engine, indicesOf(request), { ...body, size: 0, track_total_hits: true }, request.query);
  const hits = result["hits"] as { total: { value: number } };
  return { status: 200, body: { count: hits.total.value, _shards: result["_shards"] } };
}

function deleteByQuery(request: ApiRequest): ApiReply {
  const started = performance.now();
  const { engine } = request;
  const body = jsonBody(request, true);
  if (body["query"] === undefined) {
    throw new EngineError("action_request_validation_exception", "Validation Failed: 1: query is missing;");
  }
  let deleted = 0;
  const indices = indicesOf(request);
  for (const index of indices) {
    index.catchUp(engine.now());
    const matches = compileQuery(body["query"], contextFor(engine, index));
    for (const shard of index.shards) {
      const { docs, start, end } = shard.range(0, Infinity);
      const found = docs.slice(start, end).filter((doc) => !doc.dead && matches(doc) && shard.get(doc.id) === doc);
      for (const doc of found) {
        index.remove(doc.id, doc.routing, {}, engine.now());
        deleted += 1;
      }
    }
    if (request.query.get("refresh") === "true" || request.query.get("refresh") === "") {
      index.refresh();
    }
  }
  return {
    status: 200,
    body: {
      took: Math.round(performance.now() - started),
      timed_out: false,
      total: deleted,
      deleted,
      batches: Math.ceil(deleted / 1000),
      version_conflicts: 0,
      noops: 0,
      retries: { bulk: 0, search: 0 },
      throttled_millis: 0,
      requests_per_second: -1,
      throttled_until_millis: 0,
      failures: [],
    },
  };
}

const metaFields: readonly (readonly [string, string, boolean])[] = [
  ["_id", "_id", true],
  ["_index", "_index", true],
  ["_seq_no", "_seq_no", true],
  ["_source", "_source", false],
  ["_routing", "_routing", false],
  ["_version", "_version", true],
];

function fieldCaps(request: ApiRequest): ApiReply {
  const patterns = request.query.get("fields")?.split(",");
  if (patterns === undefined) {
    throw illegalArgument("specified fields can't be null or empty");
  }
  const indices = indicesOf(request);
  const found = new Map<string, Map<string, { field: Field | undefined; indices: string[] }>>();
  const add = (path: string, type: string, field: Field | undefined, index: string): void => {
    const types = found.get(path) ?? new Map<string, { field: Field | undefined; indices: string[] }>();
    found.set(path, types);
    const entry = types.get(type) ?? { field, indices: [] };
    types.set(type, entry);
    entry.indices.push(index);
  };
  for (const index of indices) {
    const wanted = (path: string): boolean => patterns.some((pattern) => simpleMatch(pattern, path));
    [...index.mapping.fields()].filter((field) => wanted(field.path)).forEach((field) => add(field.path, field.type, field, index.name));
    [...index.mapping.objectPaths()].filter(wanted).forEach((path) => add(path, "object", undefined, index.name));
    metaFields.filter(([path]) => patterns.includes(path)).forEach(([path, type]) => add(path, type, undefined, index.name));
  }
  const fields: Json = {};
  for (const [path, types] of found) {
    fields[path] = Object.fromEntries(
      [...types].map(([type, entry]) => [type, capability(type, entry.field, types.size > 1 ? entry.indices : undefined)]),
    );
  }
  return {
    status: 200,
    body: { ...(atLeast(request.engine.flavor, 7, 2) ? { indices: indices.map((index) => index.name) } : {}), fields },
  };
}

function capability(type: string, field: Field | undefined, indices: readonly string[] | undefined): Json {
  const meta = metaFields.find(([, name]) => name === type);
  return {
    type,
    searchable: field?.indexed ?? (meta !== undefined && type !== "_source"),
    aggregatable: field === undefined ? meta?.[2] === true : isAggregatable(field),
    ...(indices === undefined ? {} : { indices }),
  };
}

function validate(request: ApiRequest): ApiReply {
  const indices = indicesOf(request);
  const query = jsonBody(request)["query"];
  const shards = { total: 1, successful: 1, failed: 0 };
  try {
    indices.forEach((index) => compileQuery(isObject(query) ? query : { match_all: {} }, contextFor(request.engine, index)));
    return { status: 200, body: { _shards: shards, valid: true } };
  } catch (thrown) {
    if (thrown instanceof EngineError) {
      return { status: 200, body: { valid: false, ...(flag(request, "explain") ? { error: thrown.message } : {}) } };
    }
    throw thrown;
  }
}
