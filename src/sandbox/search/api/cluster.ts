import { simpleMatch } from "../dynamic";
import type { Engine } from "../engine";
import { isObject, type Json } from "../json";
import { nodeId } from "../node";
import type { SearchIndex } from "../searchIndex";
import type { Shard } from "../shard";
import { chosen } from "./chosen";
import { acknowledged, jsonBody, type ApiReply, type ApiRequest, type Route } from "./router";

export const clusterRoutes: readonly Route[] = [
  ["GET HEAD", "/", info],
  ["GET", "/_cluster/health", health],
  ["GET", "/_cluster/health/{index}", health],
  ["GET", "/_cluster/stats", clusterStats],
  ["GET", "/_cluster/settings", (request) => ({ status: 200, body: storedSettings(request.engine) })],
  ["PUT", "/_cluster/settings", putClusterSettings],
  ["GET", "/_nodes", nodes],
  ["GET", "/_nodes/stats", nodes],
  ["GET", "/_nodes/{name}", nodes],
  ["GET", "/_nodes/{name}/stats", nodes],
  ["GET", "/_stats", stats],
  ["GET", "/_stats/{metric}", stats],
  ["GET", "/{index}/_stats", stats],
  ["GET", "/{index}/_stats/{metric}", stats],
];

function info(request: ApiRequest): ApiReply {
  const { flavor, clusterName } = request.engine.options;
  const common = {
    number: flavor.number,
    build_type: flavor.opensearch ? "tar" : "tar",
    build_hash: "unknown",
    build_date: flavor.opensearch ? "2025-01-01T00:00:00.000000Z" : "2020-01-01T00:00:00.000000Z",
    build_snapshot: false,
    lucene_version: flavor.lucene,
    minimum_wire_compatibility_version: flavor.opensearch ? (flavor.major >= 3 ? "2.19.0" : "7.10.0") : "6.8.0",
    minimum_index_compatibility_version: flavor.opensearch ? (flavor.major >= 3 ? "2.0.0" : "7.0.0") : "6.0.0-beta1",
  };
  return {
    status: 200,
    body: {
      name: "node-1",
      cluster_name: clusterName,
      cluster_uuid: "sAnDbOxClUsTeR00000001",
      version: flavor.opensearch ? { distribution: "opensearch", ...common } : { ...common, number: flavor.number, build_flavor: "oss" },
      tagline: flavor.opensearch ? "The OpenSearch Project: https://opensearch.org/" : "You Know, for Search",
    },
  };
}

export function indexHealth(engine: Engine, index: SearchIndex): "green" | "yellow" {
  return index.replicas + 1 <= engine.options.nodes ? "green" : "yellow";
}

function health(request: ApiRequest): ApiReply {
  const { engine } = request;
  const indices = chosen(request);
  const copies = (index: SearchIndex): number => index.shards.length * Math.min(index.replicas + 1, engine.options.nodes);
  const primaries = indices.reduce((sum, index) => sum + index.shards.length, 0);
  const active = indices.reduce((sum, index) => sum + copies(index), 0);
  const unassigned = indices.reduce((sum, index) => sum + index.shards.length * (index.replicas + 1) - copies(index), 0);
  const numbers = {
    active_primary_shards: primaries,
    active_shards: active,
    relocating_shards: 0,
    initializing_shards: 0,
    unassigned_shards: unassigned,
  };
  const all = engine.all();
  const wantedCopies = all.reduce((sum, index) => sum + index.shards.length * (index.replicas + 1), 0);
  const percent = wantedCopies === 0 ? 100 : (100 * all.reduce((sum, index) => sum + copies(index), 0)) / wantedCopies;
  const status = unassigned > 0 ? "yellow" : "green";
  const wanted = request.query.get("wait_for_status");
  const timedOut = wanted === "green" && status === "yellow";
  return {
    status: timedOut ? 408 : 200,
    body: {
      cluster_name: engine.options.clusterName,
      status,
      timed_out: timedOut,
      number_of_nodes: engine.options.nodes,
      number_of_data_nodes: engine.options.nodes,
      ...(engine.flavor.opensearch ? { discovered_master: true, discovered_cluster_manager: true } : {}),
      ...numbers,
      delayed_unassigned_shards: 0,
      number_of_pending_tasks: 0,
      number_of_in_flight_fetch: 0,
      task_max_waiting_in_queue_millis: 0,
      active_shards_percent_as_number: percent,
    },
  };
}

function clusterStats(request: ApiRequest): ApiReply {
  const indices = request.engine.all();
  const docs = indices.reduce((sum, index) => sum + index.liveCount, 0);
  return {
    status: 200,
    body: {
      cluster_name: request.engine.options.clusterName,
      status: indices.some((index) => indexHealth(request.engine, index) === "yellow") ? "yellow" : "green",
      indices: {
        count: indices.length,
        shards: { total: indices.reduce((sum, index) => sum + index.shards.length, 0) },
        docs: { count: docs, deleted: 0 },
      },
      nodes: {
        count: { total: request.engine.options.nodes, data: request.engine.options.nodes },
        versions: [request.engine.flavor.number],
      },
    },
  };
}

function nodes(request: ApiRequest): ApiReply {
  const { engine } = request;
  const list = Array.from({ length: engine.options.nodes }, (_none, at) => [
    at === 0 ? nodeId : `${nodeId.slice(0, -1)}${at + 1}`,
    { name: `node-${at + 1}`, host: "127.0.0.1", ip: "127.0.0.1", version: engine.flavor.number, roles: ["data", "ingest", "master"] },
  ]);
  return {
    status: 200,
    body: {
      _nodes: { total: list.length, successful: list.length, failed: 0 },
      cluster_name: engine.options.clusterName,
      nodes: Object.fromEntries(list) as Json,
    },
  };
}

function storedSettings(engine: Engine): Json {
  return { persistent: {}, transient: {}, ...engine.options.store.get("cluster_settings") };
}

function putClusterSettings(request: ApiRequest): ApiReply {
  const body = jsonBody(request, true);
  const before = storedSettings(request.engine);
  const merged = Object.fromEntries(
    ["persistent", "transient"].map((kind) => [
      kind,
      { ...(isObject(before[kind]) ? before[kind] : {}), ...(isObject(body[kind]) ? body[kind] : {}) },
    ]),
  );
  request.engine.options.store.set("cluster_settings", merged);
  request.engine.options.save();
  return acknowledged({ persistent: body["persistent"] ?? {}, transient: body["transient"] ?? {} });
}

function stats(request: ApiRequest): ApiReply {
  const { engine, query } = request;
  const indices = chosen(request, "refuse");
  const metric = request.params["metric"];
  const level = query.get("level") ?? "indices";
  const shown = (json: Json): Json =>
    metric === undefined || metric === "_all"
      ? json
      : Object.fromEntries(Object.entries(json).filter(([key]) => metric.split(",").some((name) => simpleMatch(name, key))));
  const copies = (index: SearchIndex): number => Math.min(index.replicas + 1, engine.options.nodes);
  const perIndex = indices.map((index) => {
    index.catchUp(engine.now());
    const primary = index.shards.map(shardStats).reduce(addStats, emptyStats());
    const total = index.shards
      .flatMap((shard) => Array.from({ length: copies(index) }, () => shardStats(shard)))
      .reduce(addStats, emptyStats());
    const shards = Object.fromEntries(
      index.shards.map((shard) => [
        String(shard.number),
        Array.from({ length: copies(index) }, (_none, copy) => ({
          ...shardHead(copy === 0),
          ...shown(shardStats(shard)),
          ...seqStats(shard),
        })),
      ]),
    );
    return { index, primary, total, shards };
  });
  const sum = (pick: (entry: (typeof perIndex)[number]) => Json): Json => perIndex.map(pick).reduce(addStats, emptyStats());
  const total = perIndex.reduce((count, entry) => count + entry.index.shards.length * (entry.index.replicas + 1), 0);
  const successful = perIndex.reduce((count, entry) => count + entry.index.shards.length * copies(entry.index), 0);
  return {
    status: 200,
    body: {
      _shards: { total, successful, failed: 0 },
      _all: { primaries: shown(sum((entry) => entry.primary)), total: shown(sum((entry) => entry.total)) },
      ...(level === "cluster"
        ? {}
        : {
            indices: Object.fromEntries(
              perIndex.map((entry) => [
                entry.index.name,
                {
                  uuid: entry.index.uuid,
                  primaries: shown(entry.primary),
                  total: shown(entry.total),
                  ...(level === "shards" ? { shards: entry.shards } : {}),
                },
              ]),
            ),
          }),
    },
  };
}

function shardHead(primary: boolean): Json {
  return { routing: { state: "STARTED", primary, node: primary ? nodeId : `${nodeId.slice(0, -1)}2`, relocating_node: null } };
}

function seqStats(shard: Shard): Json {
  return { seq_no: { max_seq_no: shard.maxSeq, local_checkpoint: shard.maxSeq, global_checkpoint: shard.maxSeq } };
}

function shardStats(shard: Shard): Json {
  return {
    docs: { count: shard.visibleCount, deleted: shard.deletedCount },
    store: { size_in_bytes: 261 + shard.liveCount * 300 },
    indexing: { index_total: shard.indexed, delete_total: shard.deletes },
  };
}

function emptyStats(): Json {
  return { docs: { count: 0, deleted: 0 }, store: { size_in_bytes: 0 }, indexing: { index_total: 0, delete_total: 0 } };
}

function addStats(a: Json, b: Json): Json {
  const result: Json = {};
  for (const [key, value] of Object.entries(a)) {
    const other = b[key];
    result[key] = isObject(value) && isObject(other) ? addStats(value, other) : Number(value) + Number(other);
  }
  return result;
}
