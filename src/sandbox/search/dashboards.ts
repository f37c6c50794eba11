import type { ApiReply } from "./api/router";
import { documentsPage } from "./documentsPage";
import type { Engine } from "./engine";
import type { DomainRequest } from "./http";
import { isObject, type Json } from "./json";
import { SavedObjects } from "./savedObjects";

/** Kibana beside Elasticsearch engines, Dashboards beside OpenSearch ones. */
interface Interface {
  readonly base: string;
  readonly xsrf: string;
  readonly settingsPath: string;
}

function interfaceOf(engine: Engine): Interface {
  return engine.flavor.opensearch
    ? { base: "/_dashboards", xsrf: "osd-xsrf", settingsPath: "/api/opensearch-dashboards/settings" }
    : { base: "/_plugin/kibana", xsrf: "kbn-xsrf", settingsPath: "/api/kibana/settings" };
}

/** True for the pages that a person opens in a browser, which cannot sign. */
export function isPage(request: Pick<DomainRequest, "method" | "path">): boolean {
  return request.method === "GET" && /^\/(_dashboards|_plugin\/kibana)(\/(?!api\/).*)?$/.test(request.path);
}

/** Undefined where the path belongs to the engine. */
export function dashboardsReply(engine: Engine, request: DomainRequest): ApiReply | undefined {
  if (!/^\/(_dashboards|_plugin\/kibana)(\/|$)/.test(request.path)) {
    return undefined;
  }
  const own = interfaceOf(engine);
  if (!request.path.startsWith(own.base)) {
    return { status: 302, text: true, body: "", headers: { location: `.${own.base}/` } };
  }
  if (isPage(request)) {
    return documentsPage(engine, request.query);
  }
  const path = request.path.slice(own.base.length);
  const writing = request.method !== "GET" && request.method !== "HEAD";
  if (writing && request.headers[own.xsrf] === undefined && request.headers["osd-xsrf"] === undefined) {
    return refusal(400, "Bad Request", `Request must contain a ${own.xsrf} header.`);
  }
  return path.startsWith(own.settingsPath)
    ? settings(engine, request, path.slice(own.settingsPath.length))
    : savedObjects(engine, request, path);
}

export function refusal(status: number, error: string, message: string): ApiReply {
  return { status, body: { statusCode: status, error, message } };
}

function settings(engine: Engine, request: DomainRequest, rest: string): ApiReply {
  const { store, save } = engine.options;
  const stored = store.get("dashboards:settings") ?? {};
  if (request.method !== "GET") {
    const body = parseBody(request);
    const key = decodeURIComponent(rest.replace(/^\//, ""));
    const changes = key === "" ? body["changes"] : { [key]: body["value"] };
    if (!isObject(changes)) {
      return refusal(400, "Bad Request", "[request body.changes]: expected value of type [object] but got [undefined]");
    }
    Object.assign(stored, changes);
    store.set("dashboards:settings", stored);
    save();
  }
  const shown = Object.fromEntries(Object.entries(stored).map(([name, value]) => [name, { userValue: value }]));
  return { status: 200, body: { settings: { buildNum: { userValue: 1 }, ...shown } } };
}

function savedObjects(engine: Engine, request: DomainRequest, path: string): ApiReply {
  const match = /^\/api\/saved_objects(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path);
  if (match === null) {
    return refusal(404, "Not Found", "Not Found");
  }
  const objects = new SavedObjects(engine);
  const [, first, second] = match;
  const type = first === undefined ? undefined : decodeURIComponent(first);
  const id = second === undefined ? undefined : decodeURIComponent(second);
  switch (`${request.method} ${type ?? ""}`) {
    case "GET _find":
      return objects.find(request.query);
    case "POST _bulk_create":
      return objects.bulkCreate(JSON.parse(text(request)) as unknown, request.query.get("overwrite") === "true");
    case "POST _bulk_get":
      return objects.bulkGet(JSON.parse(text(request)) as unknown);
    case "POST _import":
      return objects.import(text(request), request.query.get("overwrite") === "true");
    case "POST _export":
      return objects.export(parseBody(request));
    default:
  }
  if (type === undefined || type.startsWith("_")) {
    return refusal(404, "Not Found", "Not Found");
  }
  switch (request.method) {
    case "POST":
      return objects.create(type, id, parseBody(request), request.query.get("overwrite") === "true");
    case "GET":
      return objects.get(type, id ?? "");
    case "PUT":
      return objects.update(type, id ?? "", parseBody(request));
    case "DELETE":
      return objects.delete(type, id ?? "");
    default:
      return refusal(404, "Not Found", "Not Found");
  }
}

function text(request: DomainRequest): string {
  return Buffer.from(request.body).toString("utf8");
}

function parseBody(request: DomainRequest): Json {
  const body = text(request);
  const value: unknown = body === "" ? {} : JSON.parse(body);
  return isObject(value) ? value : {};
}
