import * as l10n from "@vscode/l10n";
import type { SearchAnswer, SearchRequest, SearchTransport } from "../aws/ports";
import { AppError } from "../errors";
import { explainForbidden } from "../resources/domain";
import { isObject, parseJson, type JsonObject } from "./json";
import { reasonOf, refusalOf } from "./searchAnswers";

/** Where events are looked for: an index and its rotations. */
export interface LogIndex {
  readonly transport: SearchTransport;
  /** Base name. */
  readonly index: string;
}

/** One search that somebody waits for: it answers whole or rejects with the reason. An index that does not exist has no hits. */
export async function singleSearch({ transport, index }: LogIndex, body: JsonObject, signal?: AbortSignal): Promise<JsonObject> {
  const request = { path: `/${patternOf(index)}/_search`, body: JSON.stringify(body), contentType: "application/json" } as const;
  const posted = await transport.send({ ...request, method: "POST" }, signal);
  const forbidden = posted.status === 403 && refusalOf(posted.status, posted.body) === "postDenied";
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
  switch (status === 200 ? "unavailable" : refusalOf(status, body)) {
    case "invalid":
      throw new AppError("invalidInput", l10n.t("The domain does not understand the search: {0}", reasonOf(value) || body.slice(0, 200)));
    case "missing":
    case "closed":
    case "shardMissing":
      throw new AppError("notFound", l10n.t("The index is not there: {0}", reasonOf(value)));
    case "throttled":
      throw new AppError("throttled", l10n.t("The domain is busy."), { next: l10n.t("Try again in a minute.") });
    case "expired":
      throw new AppError("expiredCredentials", l10n.t("The domain refuses the credentials because they have expired: sign in again."));
    case "denied":
    case "msearchDenied":
    case "postDenied": {
      const { message, next } = explainForbidden(body);
      throw new AppError("accessDenied", message, { next });
    }
    case "unavailable":
      throw new AppError("network", l10n.t("The domain answered with status {0}.", status));
  }
}
