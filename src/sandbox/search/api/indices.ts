import { simpleMatch } from "../dynamic";
import { EngineError, illegalArgument, indexNotFound } from "../errors";
import { atLeast } from "../flavor";
import { isObject, scalarText, type Json } from "../json";
import { mappingError } from "../mapping";
import { nodeId } from "../node";
import type { SearchIndex } from "../searchIndex";
import { checkUpdatable, nestSettings, parseSettings } from "../settings";
import { changeAliases, deleteAlias, getAliases, putAlias } from "./aliases";
import { chosen } from "./chosen";
import { acknowledged, flag, jsonBody, type ApiReply, type ApiRequest, type Route } from "./router";

export const indexRoutes: readonly Route[] = [
  ["PUT", "/{index}", createIndex],
  ["DELETE", "/{index}", deleteIndices],
  ["HEAD", "/{index}", indexExists],
  ["GET", "/{index}", getIndices],
  ["GET", "/_mapping", getMapping],
  ["GET", "/{index}/_mapping", getMapping],
  ["PUT POST", "/{index}/_mapping", putMapping],
  ["GET", "/_mapping/field/{fields}", getFieldMapping],
  ["GET", "/{index}/_mapping/field/{fields}", getFieldMapping],
  ["GET", "/_settings", getSettings],
  ["GET", "/{index}/_settings", getSettings],
  ["GET", "/{index}/_settings/{name}", getSettings],
  ["PUT", "/_settings", putSettings],
  ["PUT", "/{index}/_settings", putSettings],
  ["GET POST", "/_refresh", refresh],
  ["GET POST", "/{index}/_refresh", refresh],
  ["GET POST", "/_flush", shardsDone],
  ["GET POST", "/{index}/_flush", shardsDone],
  ["POST", "/_forcemerge", shardsDone],
  ["POST", "/{index}/_forcemerge", shardsDone],
  ["POST", "/{index}/_cache/clear", shardsDone],
  ["POST", "/{index}/_close", (request) => openOrClose(request, true)],
  ["POST", "/{index}/_open", (request) => openOrClose(request, false)],
  ["POST", "/_aliases", changeAliases],
  ["GET", "/_alias", getAliases],
  ["GET HEAD", "/_alias/{name}", getAliases],
  ["GET", "/{index}/_alias", getAliases],
  ["GET HEAD", "/{index}/_alias/{name}", getAliases],
  ["PUT POST", "/{index}/_alias/{name}", putAlias],
  ["DELETE", "/{index}/_alias/{name}", deleteAlias],
  ["GET", "/_resolve/index/{name}", resolveIndex],
  ["GET POST", "/_search_shards", searchShards],
  ["GET POST", "/{index}/_search_shards", searchShards],
];

function createIndex(request: ApiRequest): ApiReply {
  const name = request.params["index"] ?? "";
  const body = jsonBody(request);
  const unknown = Object.keys(body).find((key) => !["settings", "mappings", "aliases"].includes(key));
  if (unknown !== undefined) {
    throw new EngineError("parse_exception", `unknown key [${unknown}] for create index`);
  }
  request.engine.create(name, {
    settings: body["settings"],
    mappings: untyped(body["mappings"], request),
    aliases: isObject(body["aliases"]) ? body["aliases"] : {},
  });
  return acknowledged({ shards_acknowledged: true, index: name });
}

const mappingKeys = [
  "properties",
  "dynamic",
  "dynamic_templates",
  "date_detection",
  "numeric_detection",
  "dynamic_date_formats",
  "_source",
  "_routing",
  "_meta",
  "_field_names",
  "_size",
];

/** The mapping itself, out of the typed form where the request says so. */
export function untyped(given: unknown, request: ApiRequest, whole = true): Json {
  if (!isObject(given)) {
    return {};
  }
  const names = Object.keys(given);
  const first = names[0];
  const inner = first === undefined ? undefined : given[first];
  const isTyped = names.length === 1 && first !== undefined && !mappingKeys.includes(first) && isObject(inner);
  if (flag(request, "include_type_name") && isObject(inner)) {
    return inner;
  }
  if (isTyped && first === "_doc") {
    throw illegalArgument(
      request.engine.flavor.opensearch
        ? "The mapping definition cannot be nested under a type"
        : "The mapping definition cannot be nested under a type [_doc] unless include_type_name is set to true.",
    );
  }
  const unknown = names.filter((key) => !mappingKeys.includes(key));
  if (unknown.length > 0) {
    const shown = unknown.map((key) => ` [${key} : ${javaText(given[key])}]`).join("");
    const reason = `Root mapping definition has unsupported parameters: ${shown}`;
    const causedBy = { type: "mapper_parsing_exception", reason };
    throw whole
      ? new EngineError("mapper_parsing_exception", `Failed to parse mapping [_doc]: ${reason}`, 400, { causedBy })
      : mappingError(reason);
  }
  return given;
}

function javaText(value: unknown): string {
  return isObject(value)
    ? `{${Object.entries(value)
        .map(([key, entry]) => `${key}=${javaText(entry)}`)
        .join(", ")}}`
    : scalarText(value);
}

function deleteIndices(request: ApiRequest): ApiReply {
  const expression = request.params["index"] ?? "";
  for (const part of expression.split(",")) {
    const direct = request.engine.find(part);
    if (direct === undefined && !part.includes("*") && part !== "_all") {
      if (request.engine.all().some((index) => index.aliases[part] !== undefined)) {
        throw illegalArgument(`The provided expression [${part}] matches an alias, specify the corresponding concrete indices instead.`);
      }
      if (!flag(request, "ignore_unavailable")) {
        throw indexNotFound(part);
      }
    }
  }
  chosen(request).forEach((index) => request.engine.delete(index));
  return acknowledged();
}

function indexExists(request: ApiRequest): ApiReply {
  try {
    const expression = request.params["index"] ?? "";
    const found = chosen(request).length > 0 || expression.includes("*");
    return { status: found ? 200 : 404, body: "", text: true };
  } catch (thrown) {
    if (thrown instanceof EngineError) {
      return { status: thrown.status, body: "", text: true };
    }
    throw thrown;
  }
}

function mappingJson(index: SearchIndex, request: ApiRequest): Json {
  const mapping = index.mapping.toJson();
  return flag(request, "include_type_name") && !request.engine.flavor.opensearch ? { _doc: mapping } : mapping;
}

function settingsJson(index: SearchIndex, request: ApiRequest): Json {
  const name = request.params["name"];
  const all =
    name === undefined
      ? index.settings
      : Object.fromEntries(Object.entries(index.settings).filter(([key]) => name.split(",").some((pattern) => simpleMatch(pattern, key))));
  return flag(request, "flat_settings") ? all : nestSettings(all);
}

function getIndices(request: ApiRequest): ApiReply {
  const body = Object.fromEntries(
    chosen(request).map((index) => [
      index.name,
      { aliases: index.aliases, mappings: mappingJson(index, request), settings: settingsJson(index, request) },
    ]),
  );
  return { status: 200, body };
}

function getMapping(request: ApiRequest): ApiReply {
  return { status: 200, body: Object.fromEntries(chosen(request).map((index) => [index.name, { mappings: mappingJson(index, request) }])) };
}

function getFieldMapping(request: ApiRequest): ApiReply {
  const patterns = (request.params["fields"] ?? "").split(",");
  const body = chosen(request).map((index) => {
    const fields = [...index.mapping.fields()].filter((field) => patterns.some((pattern) => simpleMatch(pattern, field.path)));
    const shown = fields.map(
      (field) =>
        [
          field.path,
          { full_name: field.path, mapping: { [field.path.slice(field.path.lastIndexOf(".") + 1)]: field.definition } },
        ] as const,
    );
    return [index.name, { mappings: Object.fromEntries(shown) }] as const;
  });
  return { status: 200, body: Object.fromEntries(body) };
}

function putMapping(request: ApiRequest): ApiReply {
  const mapping = untyped(jsonBody(request, true), request, false);
  const indices = chosen(request);
  if (indices.length === 0) {
    throw indexNotFound(request.params["index"] ?? "_all");
  }
  indices.forEach((index) => index.updateMapping(mapping));
  return acknowledged();
}

function getSettings(request: ApiRequest): ApiReply {
  return {
    status: 200,
    body: Object.fromEntries(chosen(request).map((index) => [index.name, { settings: settingsJson(index, request) }])),
  };
}

function putSettings(request: ApiRequest): ApiReply {
  const body = jsonBody(request, true);
  const update = parseSettings(isObject(body["settings"]) ? body["settings"] : body, request.engine.flavor);
  for (const index of chosen(request)) {
    if (!index.closed) {
      checkUpdatable(update, index);
    }
    index.catchUp(request.engine.now());
    index.updateSettings(update);
  }
  return acknowledged();
}

function shardTotals(indices: readonly SearchIndex[], nodes: number): Json {
  const total = indices.reduce((sum, index) => sum + index.shards.length * (index.replicas + 1), 0);
  const successful = indices.reduce((sum, index) => sum + index.shards.length * Math.min(nodes, index.replicas + 1), 0);
  return { _shards: { total, successful, failed: 0 } };
}

function refresh(request: ApiRequest): ApiReply {
  const indices = chosen(request, "refuse");
  indices.forEach((index) => index.refresh());
  return { status: 200, body: shardTotals(indices, request.engine.options.nodes) };
}

function shardsDone(request: ApiRequest): ApiReply {
  return { status: 200, body: shardTotals(chosen(request), request.engine.options.nodes) };
}

function openOrClose(request: ApiRequest, close: boolean): ApiReply {
  const indices = chosen(request);
  indices.forEach((index) => index.close(close));
  const closed = Object.fromEntries(indices.map((index) => [index.name, { closed: true }]));
  const modern = atLeast(request.engine.flavor, 7, 2);
  return acknowledged({ ...(close && !modern ? {} : { shards_acknowledged: true }), ...(close && modern ? { indices: closed } : {}) });
}

function resolveIndex(request: ApiRequest): ApiReply {
  if (!atLeast(request.engine.flavor, 7, 9)) {
    throw indexNotFound("_resolve", "index_expression");
  }
  const patterns = (request.params["name"] ?? "").split(",");
  const matches = (text: string): boolean => patterns.some((pattern) => simpleMatch(pattern === "_all" ? "*" : pattern, text));
  const indices = request.engine.all().filter((index) => matches(index.name));
  const aliases = new Map<string, string[]>();
  for (const index of request.engine.all()) {
    for (const alias of Object.keys(index.aliases).filter(matches)) {
      aliases.set(alias, [...(aliases.get(alias) ?? []), index.name]);
    }
  }
  const missing = patterns.find(
    (pattern) => !pattern.includes("*") && pattern !== "_all" && request.engine.find(pattern) === undefined && !aliases.has(pattern),
  );
  if (missing !== undefined) {
    throw indexNotFound(missing);
  }
  return {
    status: 200,
    body: {
      indices: indices.map((index) => ({
        name: index.name,
        ...(Object.keys(index.aliases).length === 0 ? {} : { aliases: Object.keys(index.aliases) }),
        attributes: [index.closed ? "closed" : "open"],
      })),
      aliases: [...aliases].map(([name, names]) => ({ name, indices: names })),
      data_streams: [],
    },
  };
}

function searchShards(request: ApiRequest): ApiReply {
  const indices = chosen(request, "refuse");
  return {
    status: 200,
    body: {
      nodes: { [nodeId]: { name: "node-1", ephemeral_id: nodeId, transport_address: "127.0.0.1:9300", attributes: {} } },
      indices: Object.fromEntries(indices.map((index) => [index.name, {}])),
      shards: indices.flatMap((index) =>
        index.shards.map((shard) => [
          {
            state: "STARTED",
            primary: true,
            node: nodeId,
            relocating_node: null,
            shard: shard.number,
            index: index.name,
            allocation_id: { id: `${index.uuid.slice(0, 20)}${shard.number}` },
          },
        ]),
      ),
    },
  };
}
