import assert from "node:assert/strict";
import { test } from "node:test";
import { documentRoutes } from "../../../../src/sandbox/search/api/documents";
import { indexRoutes } from "../../../../src/sandbox/search/api/indices";
import { Router } from "../../../../src/sandbox/search/api/router";
import { searchRoutes } from "../../../../src/sandbox/search/api/searching";
import { Engine } from "../../../../src/sandbox/search/engine";
import { EngineError } from "../../../../src/sandbox/search/errors";
import { toFlavor } from "../../../../src/sandbox/search/flavor";

let now = 0;
const engine = new Engine({
  flavor: toFlavor("OpenSearch_2.19"),
  clusterName: "test",
  nodes: 1,
  now: () => now,
  store: new Map(),
  save: () => undefined,
  defaultShards: 2,
  defaultReplicas: 0,
});
const router = new Router([...searchRoutes, ...documentRoutes, ...indexRoutes]);

interface Answer {
  readonly _scroll_id: string;
  readonly hits: { readonly total: { readonly value: number }; readonly hits: readonly { readonly sort: readonly number[] }[] };
}

async function ask(method: string, path: string, body: unknown = ""): Promise<Answer> {
  const [route = "", query] = path.split("?");
  const reply = await router.route(engine, method, route, new URLSearchParams(query), body === "" ? "" : JSON.stringify(body));
  return reply.body as Answer;
}

async function fails(work: Promise<unknown>, status: number, type: string): Promise<void> {
  await assert.rejects(work, (thrown) => thrown instanceof EngineError && thrown.status === status && thrown.type === type);
}

test("a scroll gives what the search found when it began, page by page, until it is released or too old", async () => {
  for (let n = 0; n < 12; n++) {
    await ask("PUT", `/s/_doc/${n}?refresh=true`, { n });
  }
  const first = await ask("POST", "/s/_search?scroll=1m", { size: 5, sort: [{ n: "asc" }] });
  assert.equal(first.hits.total.value, 12);
  await ask("DELETE", "/s/_doc/11?refresh=true");
  const found = first.hits.hits.map((hit) => hit.sort[0]);
  const more = { scroll: "1m", scroll_id: first._scroll_id };
  for (let page = await ask("POST", "/_search/scroll", more); page.hits.hits.length > 0; page = await ask("GET", "/_search/scroll", more)) {
    found.push(...page.hits.hits.map((hit) => hit.sort[0]));
  }
  assert.deepEqual(
    found,
    Array.from({ length: 12 }, (_, n) => n),
  );
  await ask("DELETE", "/_search/scroll", { scroll_id: [first._scroll_id] });
  await fails(ask("POST", "/_search/scroll", more), 404, "search_context_missing_exception");
  const old = await ask("POST", "/s/_search?scroll=1m");
  now += 61_000;
  await fails(ask("POST", "/_search/scroll", { scroll_id: old._scroll_id }), 404, "search_context_missing_exception");
});

test("a scroll without size, with an offset or with a time that is none is refused", async () => {
  await fails(ask("POST", "/s/_search?scroll=1m", { size: 0 }), 400, "action_request_validation_exception");
  await fails(ask("POST", "/s/_search?scroll=1m", { from: 3 }), 400, "action_request_validation_exception");
  await fails(ask("POST", "/s/_search?scroll=soon"), 400, "illegal_argument_exception");
});
