import { join } from "node:path";
import { gzipSync, gunzipSync } from "node:zlib";
import type { Item, World } from "../world";
import { checkAccess } from "./access";
import { bulkRoutes } from "./api/bulk";
import { catRoutes } from "./api/cat";
import { clusterRoutes } from "./api/cluster";
import { documentRoutes, typedRoutes } from "./api/documents";
import { indexRoutes } from "./api/indices";
import { Router, type ApiReply } from "./api/router";
import { searchRoutes } from "./api/searching";
import { templateRoutes } from "./api/templates";
import { dashboardsReply, isPage } from "./dashboards";
import { Engine } from "./engine";
import { EngineError } from "./errors";
import { toFlavor } from "./flavor";
import type { DomainRequest, DomainResponse } from "./http";
import { isObject, textOr, toJsonText } from "./json";
import { guard } from "./security/check";

/** Collection of the OpenSearch control plane: domain name to at least EngineVersion and AccessPolicies. */
export const domainCollection = "es.domains";

const router = new Router([
  ...clusterRoutes,
  ...catRoutes,
  ...bulkRoutes,
  ...searchRoutes,
  ...templateRoutes,
  ...documentRoutes,
  ...indexRoutes,
  ...typedRoutes,
]);

const engines = new WeakMap<World, Map<string, Engine>>();

/** Answers one request to `/_domain/NAME/...` as the domain's engine would. */
export async function handleDomain(world: World, name: string, request: DomainRequest): Promise<DomainResponse> {
  const domain = world.collection(domainCollection).get(name);
  const refusal = isPage(request) ? undefined : checkAccess(world, name, domain, request);
  if (refusal !== undefined) {
    return pack(request, { status: 403, body: { Message: refusal } });
  }
  const engine = engineOf(world, name, domain);
  try {
    const reply =
      guard(world, name, domain, request, bodyText(request), (index) => engine.find(index) !== undefined) ??
      (await answer(engine, request));
    engine.flush();
    return pack(request, reply);
  } catch (thrown) {
    engine.flush();
    if (thrown instanceof EngineError) {
      return pack(request, { status: thrown.status, body: thrown.toBody() });
    }
    throw thrown;
  }
}

async function answer(engine: Engine, request: DomainRequest): Promise<ApiReply> {
  const path = request.path === "" ? "/" : request.path;
  const page = dashboardsReply(engine, { ...request, path });
  if (page !== undefined) {
    return page;
  }
  const body = bodyText(request);
  const type = request.headers["content-type"] ?? "";
  if (body !== "" && !/^application\/(x-ndjson|json|vnd\.[a-z]+\+json|smile|yaml)/i.test(type)) {
    return { status: 406, body: { error: `Content-Type header [${type}] is not supported`, status: 406 } };
  }
  return router.route(engine, request.method, path, request.query, body);
}

function bodyText(request: DomainRequest): string {
  const raw = Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength);
  return (request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw).toString("utf8");
}

function pack(request: DomainRequest, reply: ApiReply): DomainResponse {
  const pretty = request.query.has("pretty") && request.query.get("pretty") !== "false";
  const text =
    reply.text === true
      ? String(reply.body)
      : pretty
        ? `${JSON.stringify(JSON.parse(toJsonText(reply.body)), null, 2)}\n`
        : toJsonText(reply.body);
  const headers = {
    "content-type": reply.text === true ? "text/plain; charset=UTF-8" : "application/json; charset=UTF-8",
    ...reply.headers,
  };
  if (request.method === "HEAD") {
    return { status: reply.status, headers: { ...headers, "content-length": String(Buffer.byteLength(text)) }, body: "" };
  }
  return /\bgzip\b/.test(request.headers["accept-encoding"] ?? "") && text.length > 200
    ? { status: reply.status, headers: { ...headers, "content-encoding": "gzip" }, body: gzipSync(text, { level: 3 }) }
    : { status: reply.status, headers, body: text };
}

/** The engine of a domain, read from the state folder when it is first asked for. */
export function engineOf(world: World, name: string, domain: Item | undefined = world.collection(domainCollection).get(name)): Engine {
  let known = engines.get(world);
  if (known === undefined) {
    known = new Map();
    engines.set(world, known);
    const held = known;
    world.onReset(() => {
      held.forEach((engine) => engine.destroy());
      held.clear();
    });
  }
  const version = textOr(domain?.["EngineVersion"], "OpenSearch_2.19");
  const found = known.get(name);
  if (found !== undefined && found.flavor.number === toFlavor(version).number) {
    return found;
  }
  found?.dispose();
  const cluster = domain?.["ClusterConfig"];
  const stateDir = world.options.stateDir;
  const engine = new Engine({
    flavor: toFlavor(version),
    clusterName: `${world.account}:${name}`,
    nodes: isObject(cluster) && typeof cluster["InstanceCount"] === "number" ? cluster["InstanceCount"] : 1,
    now: () => world.now(),
    ...(stateDir === undefined ? {} : { folder: join(stateDir, "search", name) }),
    store: world.collection(`search.${name}`),
    save: () => world.save(),
    defaultShards: 5,
    defaultReplicas: 1,
  });
  known.set(name, engine);
  return engine;
}

/** Forgets all that a deleted domain held. */
export function deleteDomainData(world: World, name: string): void {
  engineOf(world, name).destroy();
  world.collection(`security.${name}`).clear();
  engines.get(world)?.delete(name);
}

/** Closes the files of all domains. */
export function closeDomains(world: World): void {
  engines.get(world)?.forEach((engine) => engine.dispose());
  engines.delete(world);
}
