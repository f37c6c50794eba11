import { shortId, type Engine } from "../engine";
import { EngineError, illegalArgument } from "../errors";
import { isObject, scalarText, textOr, tokenName, type Json } from "../json";
import type { SearchIndex } from "../searchIndex";
import { applyRefresh, checkCondition, checkId, typed, update, writeJson } from "./documents";
import { jsonError, parseJson, type ApiReply, type ApiRequest, type Route } from "./router";

export const bulkRoutes: readonly Route[] = [
  ["POST PUT", "/_bulk", bulk],
  ["POST PUT", "/{index}/_bulk", bulk],
];

type Action = "index" | "create" | "update" | "delete";

interface BulkItem {
  readonly action: Action;
  readonly meta: Json;
  readonly source: string;
}

async function bulk(request: ApiRequest): Promise<ApiReply> {
  const started = performance.now();
  const { engine, query } = request;
  const items = parseBulk(request);
  const touched = new Set<SearchIndex>();
  const results = items.map((item) => runItem(engine, request.params["index"], item, touched));
  await applyRefresh(engine, [...touched], query);
  const forced = query.get("refresh") === "true" || query.get("refresh") === "";
  const shown = results.map(({ action, json }) => ({ [action]: forced && json["error"] === undefined ? withForced(json) : json }));
  return {
    status: 200,
    body: {
      took: Math.round(performance.now() - started),
      errors: results.some((entry) => entry.json["error"] !== undefined),
      items: shown,
    },
  };
}

function withForced(json: Json): Json {
  const entries = Object.entries(json);
  const at = entries.findIndex(([key]) => key === "result");
  return Object.fromEntries([...entries.slice(0, at + 1), ["forced_refresh", true], ...entries.slice(at + 1)]);
}

const metaKeys = new Set([
  "_index",
  "_id",
  "routing",
  "_routing",
  "version",
  "version_type",
  "if_seq_no",
  "if_primary_term",
  "retry_on_conflict",
  "pipeline",
  "_source",
  "op_type",
  "require_alias",
  "parent",
]);

function parseBulk(request: ApiRequest): readonly BulkItem[] {
  const { body, engine } = request;
  if (body === "") {
    throw new EngineError("parse_exception", "request body is required");
  }
  if (!body.endsWith("\n")) {
    throw illegalArgument("The bulk request must be terminated by a newline [\\n]");
  }
  const lines = body.split("\n");
  lines.pop();
  const items: BulkItem[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? "").replace(/\r$/, "");
    if (line.trim() === "") {
      continue;
    }
    const { action, meta } = parseAction(line, at + 1, engine);
    let source = "";
    if (action !== "delete") {
      at += 1;
      source = (lines[at] ?? "").replace(/\r$/, "");
    }
    if (action !== undefined) {
      items.push({ action, meta, source });
    }
  }
  if (items.length === 0) {
    throw new EngineError("action_request_validation_exception", "Validation Failed: 1: no requests added;");
  }
  checkIndices(items, request.params["index"]);
  return items;
}

function checkIndices(items: readonly BulkItem[], defaultIndex: string | undefined): void {
  const missing = items.filter((item) => defaultIndex === undefined && textOr(item.meta["_index"], "") === "");
  if (missing.length > 0) {
    const list = missing.map((_item, at) => `${at + 1}: index is missing;`).join("");
    throw new EngineError("action_request_validation_exception", `Validation Failed: ${list}`);
  }
}

/** Elasticsearch skips an unknown action with its source, OpenSearch refuses it. */
function parseAction(line: string, number: number, engine: Engine): { action: Action | undefined; meta: Json } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (thrown) {
    throw jsonError(thrown, engine.flavor);
  }
  if (!isObject(parsed)) {
    throw illegalArgument(`Malformed action/metadata line [${number}], expected START_OBJECT but found [${tokenName(parsed)}]`);
  }
  const [name, meta] = Object.entries(parsed)[0] ?? ["", {}];
  if (!isObject(meta)) {
    throw illegalArgument(`Malformed action/metadata line [${number}], expected START_OBJECT but found [${tokenName(meta)}]`);
  }
  const known = name === "index" || name === "create" || name === "update" || name === "delete";
  if (!known && engine.flavor.opensearch) {
    throw illegalArgument(
      `Malformed action/metadata line [${number}], expected one of [create, delete, index, update] but found [${name}]`,
    );
  }
  const unknown = Object.keys(meta).find((key) => !metaKeys.has(key) && !(key === "_type" && !engine.flavor.opensearch));
  if (unknown !== undefined) {
    throw illegalArgument(`Action/metadata line [${number}] contains an unknown parameter [${unknown}]`);
  }
  return { action: known ? name : undefined, meta };
}

function runItem(
  engine: Engine,
  defaultIndex: string | undefined,
  item: BulkItem,
  touched: Set<SearchIndex>,
): { action: Action; json: Json } {
  const { action, meta } = item;
  const name = textOr(meta["_index"], defaultIndex ?? "");
  const given = meta["_id"];
  const id = given === undefined || given === null || (given === "" && action !== "delete") ? undefined : scalarText(given);
  const chosen = id ?? shortId(15);
  try {
    checkId(chosen);
    const index = engine.writable(name, action !== "delete");
    const json = apply(engine, index, { ...item, id: chosen, automatic: id === undefined });
    touched.add(index);
    return { action, json };
  } catch (thrown) {
    if (!(thrown instanceof EngineError)) {
      throw thrown;
    }
    return { action, json: { _index: name, ...typed(engine), _id: id ?? null, status: thrown.status, error: thrown.toJson() } };
  }
}

function apply(engine: Engine, index: SearchIndex, item: BulkItem & { readonly id: string; readonly automatic: boolean }): Json {
  const { action, meta, id } = item;
  const routed = meta["routing"] ?? meta["_routing"];
  const routing = typeof routed === "string" ? routed : typeof routed === "number" ? String(routed) : undefined;
  const number = (key: string): number | undefined => (meta[key] === undefined ? undefined : Number(meta[key]));
  const condition = checkCondition({
    create: action === "create" || item.automatic || meta["op_type"] === "create",
    ifSeqNo: number("if_seq_no"),
    ifPrimaryTerm: number("if_primary_term"),
    version: number("version"),
    versionType: typeof meta["version_type"] === "string" ? meta["version_type"] : undefined,
  });
  switch (action) {
    case "delete": {
      const written = index.remove(id, routing, { ...condition, create: false }, engine.now());
      return { ...writeJson(engine, index, id, written, written.existed ? "deleted" : "not_found"), status: written.existed ? 200 : 404 };
    }
    case "update": {
      const done = update(engine, index, id, parseJson(item.source, engine.flavor), {
        routing,
        condition: { ...condition, create: false },
      });
      return { ...writeJson(engine, index, id, done.written, done.result), status: done.status };
    }
    default: {
      const written = index.write({ id, routing, source: item.source, condition }, engine.now());
      return { ...writeJson(engine, index, id, written, written.existed ? "updated" : "created"), status: written.existed ? 200 : 201 };
    }
  }
}
