import { shortId, type Engine } from "../engine";
import { EngineError, illegalArgument } from "../errors";
import { isObject, textOr, type Json } from "../json";
import { search } from "../search";
import type { SearchIndex } from "../searchIndex";
import { jsonBody, type ApiReply, type ApiRequest, type Route } from "./router";

export const scrollRoutes: readonly Route[] = [
  ["GET POST", "/_search/scroll", (request) => nextPage(request, textOr(scrollBody(request)["scroll_id"], ""))],
  ["GET POST", "/_search/scroll/{id}", (request) => nextPage(request, request.params["id"] ?? "")],
  ["DELETE", "/_search/scroll", (request) => release(request, idsIn(scrollBody(request)["scroll_id"]))],
  ["DELETE", "/_search/scroll/{id}", (request) => release(request, (request.params["id"] ?? "").split(","))],
];

/** A search under way: what it found when it began, less what was given out. */
interface Scroll {
  readonly answer: Json;
  readonly size: number;
  readonly hits: readonly unknown[];
  at: number;
  until: number;
}

const openLimit = 500;
const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const opened = new WeakMap<Engine, Map<string, Scroll>>();

function scrollsOf(engine: Engine): Map<string, Scroll> {
  const scrolls = opened.get(engine) ?? new Map<string, Scroll>();
  opened.set(engine, scrolls);
  for (const [id, scroll] of scrolls) {
    if (scroll.until < engine.now()) {
      scrolls.delete(id);
    }
  }
  return scrolls;
}

/** The first page of a search with `scroll`. */
export function beginScroll(request: ApiRequest, indices: readonly SearchIndex[]): ApiReply {
  const { engine, query } = request;
  const body = jsonBody(request);
  const size = Number(body["size"] ?? query.get("size") ?? 10);
  const problem =
    Number(body["from"] ?? query.get("from") ?? 0) > 0
      ? "using [from] is not allowed in a scroll context"
      : size === 0
        ? "[size] cannot be [0] in a scroll context"
        : undefined;
  if (problem !== undefined) {
    throw new EngineError("action_request_validation_exception", `Validation Failed: 1: ${problem};`);
  }
  const until = engine.now() + keepAlive(query.get("scroll"));
  const scrolls = scrollsOf(engine);
  if (scrolls.size >= openLimit) {
    throw new EngineError(
      "rejected_execution_exception",
      `Trying to create too many scroll contexts. Must be less than or equal to: [${openLimit}].`,
      429,
    );
  }
  const answer = search(engine, indices, body, query, true);
  const hits = (answer["hits"] as { hits: readonly unknown[] }).hits;
  const id = shortId(36);
  const scroll = { answer, size, hits, at: 0, until };
  scrolls.set(id, scroll);
  return page(id, scroll);
}

function page(id: string, scroll: Scroll): ApiReply {
  const hits = scroll.hits.slice(scroll.at, scroll.at + scroll.size);
  scroll.at += hits.length;
  return { status: 200, body: { _scroll_id: id, ...scroll.answer, hits: { ...(scroll.answer["hits"] as Json), hits } } };
}

function nextPage(request: ApiRequest, id: string): ApiReply {
  if (id === "") {
    throw new EngineError("action_request_validation_exception", "Validation Failed: 1: scrollId is missing;");
  }
  const scroll = scrollsOf(request.engine).get(id);
  if (scroll === undefined) {
    throw new EngineError("search_context_missing_exception", `No search context found for id [${id}]`, 404);
  }
  const again = scrollBody(request)["scroll"] ?? request.query.get("scroll");
  if (typeof again === "string") {
    scroll.until = request.engine.now() + keepAlive(again);
  }
  return page(id, scroll);
}

function release(request: ApiRequest, ids: readonly string[]): ApiReply {
  const scrolls = scrollsOf(request.engine);
  const known = ids.includes("_all") ? [...scrolls.keys()] : ids;
  const freed = known.filter((id) => scrolls.delete(id)).length;
  return { status: freed > 0 || ids.includes("_all") ? 200 : 404, body: { succeeded: true, num_freed: freed } };
}

function scrollBody(request: ApiRequest): Json {
  const body = request.body.trim().startsWith("{") ? jsonBody(request) : { scroll_id: request.body.trim() };
  const id = body["scroll_id"] ?? "";
  return isObject(body) && id !== "" ? body : { ...body, scroll_id: request.query.get("scroll_id") ?? "" };
}

const idsIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]).filter((id) => typeof id === "string");

function keepAlive(text: string | null): number {
  const [, count = "", unit = ""] = /^(\d+)(ms|s|m|h|d)$/.exec(text ?? "") ?? [];
  const millis = Number(count) * (units[unit] ?? Number.NaN);
  if (count === "" || Number.isNaN(millis)) {
    throw illegalArgument(`failed to parse setting [scroll] with value [${text ?? ""}] as a time value: unit is missing or unrecognized`);
  }
  if (millis > 86_400_000) {
    throw illegalArgument(
      `Keep alive for request (${text ?? ""}) is too large. It must be less than (1d). This limit can be set by changing the [search.max_keep_alive] cluster level setting.`,
    );
  }
  return millis;
}
