import { simpleMatch } from "../dynamic";
import { EngineError } from "../errors";
import type { Json } from "../json";
import type { SearchIndex } from "../searchIndex";
import { chosen } from "./chosen";
import { indexHealth } from "./cluster";
import type { ApiReply, ApiRequest, Route } from "./router";

export const catRoutes: readonly Route[] = [
  [
    "GET",
    "/_cat",
    () => ({
      status: 200,
      text: true,
      body: "=^.^=\n/_cat/indices\n/_cat/shards\n/_cat/count\n/_cat/health\n/_cat/aliases\n/_cat/templates\n/_cat/nodes\n",
    }),
  ],
  ["GET", "/_cat/indices", (request) => table(request, indexRows(request), indexColumns)],
  ["GET", "/_cat/indices/{index}", (request) => table(request, indexRows(request), indexColumns)],
  ["GET", "/_cat/shards", (request) => table(request, shardRows(request), shardColumns)],
  ["GET", "/_cat/shards/{index}", (request) => table(request, shardRows(request), shardColumns)],
  ["GET", "/_cat/count", (request) => table(request, countRows(request), ["epoch", "timestamp", "count"])],
  ["GET", "/_cat/count/{index}", (request) => table(request, countRows(request), ["epoch", "timestamp", "count"])],
  [
    "GET",
    "/_cat/health",
    (request) =>
      table(request, healthRows(request), ["epoch", "timestamp", "cluster", "status", "node.total", "node.data", "shards", "pri"]),
  ],
  [
    "GET",
    "/_cat/aliases",
    (request) => table(request, aliasRows(request), ["alias", "index", "filter", "routing.index", "routing.search"]),
  ],
  ["GET", "/_cat/templates", (request) => table(request, templateRows(request), ["name", "index_patterns", "order", "version"])],
  [
    "GET",
    "/_cat/nodes",
    (request) => table(request, nodeRows(request), ["ip", "heap.percent", "ram.percent", "cpu", "node.role", "master", "name"]),
  ],
];

type Row = Readonly<Record<string, string | null>>;

const indexColumns = ["health", "status", "index", "uuid", "pri", "rep", "docs.count", "docs.deleted", "store.size", "pri.store.size"];
const shardColumns = ["index", "shard", "prirep", "state", "docs", "store", "ip", "node"];
const shortNames: Readonly<Record<string, string>> = {
  h: "health",
  s: "status",
  i: "index",
  idx: "index",
  id: "uuid",
  p: "pri",
  "shards.primary": "pri",
  r: "rep",
  "shards.replica": "rep",
  dc: "docs.count",
  docsCount: "docs.count",
  dd: "docs.deleted",
  ss: "store.size",
  cd: "creation.date",
  cds: "creation.date.string",
  sh: "shard",
  n: "node",
};

function indexRows(request: ApiRequest): readonly Row[] {
  return chosen(request).map((index) => {
    index.catchUp(request.engine.now());
    const docs = index.shards.reduce((sum, shard) => sum + shard.visibleCount, 0);
    const deleted = index.shards.reduce((sum, shard) => sum + shard.deletedCount, 0);
    const bytes = index.shards.reduce((sum, shard) => sum + 261 + shard.liveCount * 300, 0);
    return {
      health: indexHealth(request.engine, index),
      status: index.closed ? "close" : "open",
      index: index.name,
      uuid: index.uuid,
      pri: String(index.shards.length),
      rep: String(index.replicas),
      "docs.count": String(docs),
      "docs.deleted": String(deleted),
      "store.size": size(bytes * Math.min(index.replicas + 1, request.engine.options.nodes), request),
      "pri.store.size": size(bytes, request),
      "creation.date": String(index.created),
      "creation.date.string": new Date(index.created).toISOString(),
    };
  });
}

function size(bytes: number, request: ApiRequest): string {
  const unit = request.query.get("bytes");
  if (unit !== null) {
    const factor = { b: 1, k: 1024, kb: 1024, m: 1024 ** 2, mb: 1024 ** 2, g: 1024 ** 3, gb: 1024 ** 3 }[unit] ?? 1;
    return String(Math.floor(bytes / factor));
  }
  const units = ["b", "kb", "mb", "gb"];
  let value = bytes;
  let at = 0;
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at += 1;
  }
  return `${at === 0 ? value : value.toFixed(1).replace(/\.0$/, "")}${units[at] ?? "b"}`;
}

function shardRows(request: ApiRequest): readonly Row[] {
  return chosen(request).flatMap((index) => {
    index.catchUp(request.engine.now());
    return index.shards.flatMap((shard) =>
      Array.from({ length: index.replicas + 1 }, (_none, copy): Row => {
        const started = copy < request.engine.options.nodes;
        return {
          index: index.name,
          shard: String(shard.number),
          prirep: copy === 0 ? "p" : "r",
          state: started ? "STARTED" : "UNASSIGNED",
          docs: started ? String(shard.visibleCount) : null,
          store: started ? size(261 + shard.liveCount * 300, request) : null,
          ip: started ? "127.0.0.1" : null,
          node: started ? `node-${copy + 1}` : null,
        };
      }),
    );
  });
}

function clock(request: ApiRequest): Row {
  const now = request.engine.now();
  return { epoch: String(Math.floor(now / 1000)), timestamp: new Date(now).toISOString().slice(11, 19) };
}

function visible(index: SearchIndex, request: ApiRequest): number {
  index.catchUp(request.engine.now());
  return index.shards.reduce((sum, shard) => sum + shard.visibleCount, 0);
}

function countRows(request: ApiRequest): readonly Row[] {
  return [{ ...clock(request), count: String(chosen(request).reduce((sum, index) => sum + visible(index, request), 0)) }];
}

function healthRows(request: ApiRequest): readonly Row[] {
  const { engine } = request;
  const indices = engine.all();
  const primaries = indices.reduce((sum, index) => sum + index.shards.length, 0);
  return [
    {
      ...clock(request),
      cluster: engine.options.clusterName,
      status: indices.some((index) => indexHealth(engine, index) === "yellow") ? "yellow" : "green",
      "node.total": String(engine.options.nodes),
      "node.data": String(engine.options.nodes),
      shards: String(indices.reduce((sum, index) => sum + index.shards.length * Math.min(index.replicas + 1, engine.options.nodes), 0)),
      pri: String(primaries),
    },
  ];
}

function aliasRows(request: ApiRequest): readonly Row[] {
  return request.engine.all().flatMap((index) =>
    Object.keys(index.aliases).map((alias): Row => ({
      alias,
      index: index.name,
      filter: "-",
      "routing.index": "-",
      "routing.search": "-",
    })),
  );
}

function templateRows(request: ApiRequest): readonly Row[] {
  return [...request.engine.templates(false), ...request.engine.templates(true)].map(([name, template]) => ({
    name,
    index_patterns: `[${template.index_patterns.join(", ")}]`,
    order: String(template.order ?? template.priority ?? 0),
    version: template.version === undefined ? null : String(template.version),
  }));
}

function nodeRows(request: ApiRequest): readonly Row[] {
  return Array.from({ length: request.engine.options.nodes }, (_none, at) => ({
    ip: "127.0.0.1",
    "heap.percent": "20",
    "ram.percent": "50",
    cpu: "1",
    "node.role": "dimr",
    master: at === 0 ? "*" : "-",
    name: `node-${at + 1}`,
  }));
}

function table(request: ApiRequest, rows: readonly Row[], standard: readonly string[]): ApiReply {
  const { query } = request;
  const all = [...new Set([...standard, ...Object.keys(rows[0] ?? {})])];
  const wanted =
    query
      .get("h")
      ?.split(",")
      .flatMap((name) => (name.includes("*") ? all.filter((column) => simpleMatch(name, column)) : [shortNames[name] ?? name])) ?? standard;
  const columns = rows.length === 0 ? wanted : wanted.filter((column) => all.includes(column));
  const sorted = sortRows(rows, query.get("s"), all);
  if (query.get("format") === "json") {
    return { status: 200, body: sorted.map((row) => Object.fromEntries(columns.map((column) => [column, row[column] ?? null])) as Json) };
  }
  const lines = sorted.map((row) => columns.map((column) => row[column] ?? ""));
  const shown = query.has("v") && query.get("v") !== "false" ? [columns, ...lines] : lines;
  const widths = columns.map((_column, at) => Math.max(0, ...shown.map((line) => (line[at] ?? "").length)));
  const numeric = columns.map((column) => /count|deleted|size|^(pri|rep|docs|shard|store|epoch|order)$/.test(column));
  const text = shown.map((line) =>
    line.map((cell, at) => (numeric[at] === true ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))).join(" "),
  );
  return { status: 200, text: true, body: text.map((line) => `${line}\n`).join("") };
}

function sortRows(rows: readonly Row[], order: string | null, columns: readonly string[]): readonly Row[] {
  if (order === null) {
    return rows;
  }
  const keys = order.split(",").map((key) => {
    const [name = "", direction] = key.split(":");
    const column = shortNames[name] ?? name;
    if (!columns.includes(column) && rows.length > 0) {
      throw new EngineError("unsupported_operation_exception", `Unable to sort by unknown sort key \`${column}\``, 500);
    }
    return { column, sign: direction === "desc" ? -1 : 1 };
  });
  return [...rows].sort((a, b) => {
    for (const { column, sign } of keys) {
      const left = a[column] ?? "";
      const right = b[column] ?? "";
      const numbers = /^\d+$/.test(left) && /^\d+$/.test(right);
      const result = numbers ? Number(left) - Number(right) : left < right ? -1 : left > right ? 1 : 0;
      if (result !== 0) {
        return result * sign;
      }
    }
    return 0;
  });
}
