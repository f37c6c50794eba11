import * as l10n from "@vscode/l10n";
import type { SearchAnswer, SearchRequest, SearchTransport } from "../aws/ports";
import { AppError } from "../errors";
import { refusalError } from "../resources/domainRefusal";
import { isObject, parseJson, type JsonObject } from "./json";
import { reasonOf, refusalOf } from "./searchAnswers";

/** Where events are looked for: an index and its rotations. */
export interface LogIndex {
  readonly transport: SearchTransport;
  /** Base name. */
  readonly index: string;
}

/** All names that begin so, or the one index or alias: where that is not there, it has no hits. */
export type SearchedNames = "rotations" | "itself";

/** One search that somebody waits for: it answers whole or rejects with the reason. An index that does not exist has no hits. */
export async function singleSearch(
  { transport, index }: LogIndex,
  body: JsonObject,
  signal?: AbortSignal,
  names: SearchedNames = "rotations",
): Promise<JsonObject> {
  const itself = { path: `/${encodeURIComponent(index)}/_search`, query: { ignore_unavailable: "true" } };
  const searched = names === "itself" ? itself : { path: `/${patternOf(index)}/_search` };
  const request = { ...searched, body: JSON.stringify(body), contentType: "application/json" } as const;
  const posted = await transport.send({ ...request, method: "POST" }, signal);
  const forbidden = posted.status === 403 && /es:ESHttpPost/.test(posted.body);
  return answerOf(forbidden ? await transport.send({ ...request, method: "GET" }, signal) : posted);
}

/** An answer of another call of the engine. */
export async function read(transport: SearchTransport, request: SearchRequest, signal?: AbortSignal): Promise<JsonObject> {
  return answerOf(await transport.send(request, signal));
}

/** The index and what rotation makes of it; other names may match too. */
export function patternOf(index: string): string {
  return `${encodeURIComponent(index)}*`;
}

function answerOf({ status, body }: SearchAnswer): JsonObject {
  const value = parseJson(body);
  if (status === 200 && isObject(value)) {
    return value;
  }
  const refusal = status === 200 ? "unavailable" : refusalOf(status, body);
  switch (refusal) {
    case "invalid":
      throw new AppError("invalidInput", l10n.t("The domain does not understand the search: {0}", reasonOf(value) || body.slice(0, 200)));
    case "missing":
    case "closed":
    case "shardMissing":
      throw new AppError("notFound", l10n.t("The index is not there: {0}", reasonOf(value)));
    case "unavailable":
      throw new AppError("network", l10n.t("The domain answered with status {0}.", status));
    default:
      throw refusalError(refusal, "");
  }
}
