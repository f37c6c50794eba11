import type { Engine } from "../engine";
import { EngineError } from "../errors";
import { atLeast, type Flavor } from "../flavor";
import { isObject, tokenName, type Json } from "../json";

/** One request, routed: what the handlers of the API see. */
export interface ApiRequest {
  readonly engine: Engine;
  readonly method: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface ApiReply {
  readonly status: number;
  /** JSON, or text where `text` is set. */
  readonly body: unknown;
  readonly text?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export type ApiHandler = (request: ApiRequest) => ApiReply | Promise<ApiReply>;

/** Methods, path pattern with {names}, handler; the first that fits wins. */
export type Route = readonly [methods: string, pattern: string, handler: ApiHandler];

export class Router {
  private readonly routes: readonly { methods: readonly string[]; parts: readonly string[]; handler: ApiHandler }[];

  constructor(routes: readonly Route[]) {
    this.routes = routes.map(([methods, pattern, handler]) => ({
      methods: methods.split(" "),
      parts: segments(pattern),
      handler,
    }));
  }

  route(engine: Engine, method: string, path: string, query: URLSearchParams, body: string): ApiReply | Promise<ApiReply> {
    const parts = segments(path).map(decode);
    const allowed = new Set<string>();
    // A word that the API knows is never read as an index name.
    const known = this.routes.filter((route) => route.parts[0] === parts[0] && fit(route.parts, parts) !== undefined);
    for (const route of known.length > 0 ? known : this.routes) {
      const params = fit(route.parts, parts);
      if (params === undefined) {
        continue;
      }
      if (route.methods.includes(method)) {
        return route.handler({ engine, method, params, query, body });
      }
      route.methods.forEach((name) => allowed.add(name));
    }
    return allowed.size > 0
      ? wrongMethod(path, method, allowed)
      : { status: 400, body: { error: `no handler found for uri [${path}${queryText(query)}] and method [${method}]` } };
  }
}

function segments(path: string): readonly string[] {
  return path.replace(/\/+$/, "").split("/").slice(1);
}

function wrongMethod(path: string, method: string, allowed: ReadonlySet<string>): ApiReply {
  const list = [...allowed].sort().join(", ");
  return {
    status: 405,
    headers: { allow: [...allowed].sort().join(",") },
    body: { error: `Incorrect HTTP method for uri [${path}] and method [${method}], allowed: [${list}]`, status: 405 },
  };
}

function queryText(query: URLSearchParams): string {
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new EngineError("illegal_argument_exception", `partial escape sequence at end of string: ${part}`);
  }
}

function fit(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) {
    return undefined;
  }
  const params: Record<string, string> = {};
  for (const [at, wanted] of pattern.entries()) {
    const part = parts[at] ?? "";
    if (!wanted.startsWith("{")) {
      if (part !== wanted) {
        return undefined;
      }
    } else if (
      part === "" ||
      (wanted === "{index}" && pattern.slice(1).some((other) => !other.startsWith("{")) && part.startsWith("_") && part !== "_all")
    ) {
      return undefined;
    } else {
      params[wanted.slice(1, -1)] = part;
    }
  }
  return params;
}

/** The body as one JSON object; an absent body is an empty one unless it is required. */
export function jsonBody(request: ApiRequest, required = false): Json {
  const text = request.body.trim() === "" ? (request.query.get("source") ?? "") : request.body;
  if (text.trim() === "") {
    if (required) {
      throw new EngineError("parse_exception", "request body is required");
    }
    return {};
  }
  return parseJson(text, request.engine.flavor);
}

export function parseJson(text: string, flavor: Flavor): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw jsonError(thrown, flavor);
  }
  if (!isObject(value)) {
    throw new EngineError("parsing_exception", `Expected [START_OBJECT] but found [${tokenName(value)}]`, 400, {
      fields: { line: 1, col: 1 },
      ofRequest: true,
    });
  }
  return value;
}

/** Text that is no JSON: Elasticsearch 7.1 counts it as its own failure. */
export function jsonError(thrown: unknown, flavor: Flavor): EngineError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new EngineError("json_parse_exception", `${message}\n at [Source: (byte[])]`, atLeast(flavor, 7, 2) ? 400 : 500, {
    ofRequest: true,
  });
}

export function flag(request: ApiRequest, name: string): boolean {
  const value = request.query.get(name);
  return value !== null && value !== "false";
}

export function acknowledged(more: Json = {}): ApiReply {
  return { status: 200, body: { acknowledged: true, ...more } };
}
