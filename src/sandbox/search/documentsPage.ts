import type { ApiReply } from "./api/router";
import type { Engine } from "./engine";
import { isObject, scalarText, textOr, type Json } from "./json";
import type { SearchIndex } from "./searchIndex";

const shownDocuments = 100;
const columns = ["TimeCreated", "LevelDisplayName", "LogName", "ProviderName", "MachineName", "Description"];

/** A plain page with the newest documents: what the sandbox has in place of Kibana's Discover. */
export function documentsPage(engine: Engine, query: URLSearchParams): ApiReply {
  const wanted = query.get("index") ?? defaultPattern(engine) ?? "*";
  const indices = engine.resolve(wanted, { ignoreUnavailable: true });
  const documents = newest(engine, indices);
  const total = indices.reduce((sum, index) => sum + index.shards.reduce((count, shard) => count + shard.visibleCount, 0), 0);
  const rows = documents.map(
    ({ index, source }) => `<tr><td>${escape(index)}</td>${columns.map((column) => cell(source, column)).join("")}</tr>`,
  );
  const body = [
    `<h1>${engine.flavor.opensearch ? "Dashboards" : "Kibana"} of the sandbox</h1>`,
    `<p>${documents.length} newest of ${total} documents in ${escape(wanted)}, engine ${escape(engine.flavor.number)}. The page reloads every five seconds.</p>`,
    `<p>${links(engine)}</p>`,
    documents.length === 0
      ? "<p>No documents yet.</p>"
      : `<table><thead><tr><th>Index</th>${columns.map((column) => `<th>${column}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`,
  ].join("\n");
  return { status: 200, text: true, body: page(body), headers };
}

const headers = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  "cache-control": "no-store",
};

function defaultPattern(engine: Engine): string | undefined {
  const id = engine.options.store.get("dashboards:settings")?.["defaultIndex"];
  const object = typeof id === "string" ? engine.options.store.get(`dashboards:object:index-pattern:${id}`) : undefined;
  const attributes = object?.["attributes"];
  const title = isObject(attributes) ? textOr(attributes["title"], "") : "";
  return title === "" ? undefined : title;
}

interface Shown {
  readonly index: string;
  readonly source: Json;
  readonly time: string;
}

/** Of each shard the last ones written, then of all the latest by event time. */
function newest(engine: Engine, indices: readonly SearchIndex[]): readonly Shown[] {
  const found: Shown[] = [];
  for (const index of indices) {
    index.catchUp(engine.now());
    for (const shard of index.shards) {
      const { docs, start, end } = shard.range(Math.max(0, shard.maxSeq - 2 * shownDocuments), Infinity);
      for (const doc of docs.slice(start, end).filter((each) => !each.dead)) {
        const source = JSON.parse(doc.source) as Json;
        found.push({ index: index.name, source, time: textOr(source["TimeCreated"], "") });
      }
    }
  }
  return found.sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0)).slice(0, shownDocuments);
}

function links(engine: Engine): string {
  return engine
    .all()
    .map((index) => `<a href="?index=${encodeURIComponent(index.name)}">${escape(index.name)}</a>`)
    .join(" · ");
}

function cell(source: Json, column: string): string {
  const value = source[column];
  return `<td>${value === undefined ? "" : escape(scalarText(value).slice(0, 500))}</td>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function page(body: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<title>Sandbox documents</title>
<style>
body { font: 14px system-ui, sans-serif; margin: 1.5rem; color: #1a1c21; background: #fff; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid #d3dae6; }
td { font-family: ui-monospace, monospace; font-size: 12px; white-space: nowrap; }
td:last-child { width: 100%; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { body { color: #dfe5ef; background: #1d1e24; } th, td { border-color: #343741; } a { color: #79aad9; } }
</style>
</head>
<body>
${body}
</body>
</html>
`;
}
