import { fault, rollFault } from "./faults";
import { jsonResponse, type WireRequest, type WireResponse } from "./http";
import type { World } from "./world";

/** What a domain answers instead, while a switch tells it to misbehave. */
export function domainFault(world: World, request: WireRequest): WireResponse | undefined {
  if (rollFault(world, "domainThrottled")) {
    return jsonResponse(429, { message: "429 Too Many Requests" });
  }
  if (rollFault(world, "domainUnavailable")) {
    return { status: 503, headers: { "content-type": "text/html" }, body: "<html><body><h1>503 Service Unavailable</h1></body></html>" };
  }
  const isBulk = request.method !== "GET" && request.path.endsWith("/_bulk");
  return isBulk && fault(world, "mappingConflict") !== undefined ? conflicts(request.body.toString("utf8")) : undefined;
}

type Action = Record<string, { readonly _index?: string; readonly _id?: string }>;

/** Each document of a bulk request refused by itself; the request as a whole succeeds. */
function conflicts(body: string): WireResponse {
  const items: Record<string, unknown>[] = [];
  const lines = body.split("\n").filter((line) => line.trim() !== "");
  try {
    for (let at = 0; at < lines.length; at++) {
      const [[name, meta] = ["index", {}]] = Object.entries(JSON.parse(lines[at] ?? "") as Action);
      at += name === "delete" ? 0 : 1;
      const error = { type: "mapper_parsing_exception", reason: "failed to parse field [EventId] of type [date] in document" };
      items.push({ [name]: { _index: meta._index, _id: meta._id, status: 400, error } });
    }
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) {
      throw thrown;
    }
    return jsonResponse(400, { error: { type: "illegal_argument_exception", reason: "Malformed action/metadata line" }, status: 400 });
  }
  return jsonResponse(200, { took: 1, errors: true, items });
}
