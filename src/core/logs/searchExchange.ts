import * as l10n from "@vscode/l10n";
import type { SearchAnswer, SearchRequest, SearchTransport } from "../aws/ports";
import type { Clock } from "../clock";
import { AppError, isAbort } from "../errors";
import { at, isObject, listAt, parseJson, type JsonObject } from "./json";
import type { Outlet } from "./outlet";
import { reasonOf, refusalOf, shardAnswer, type Answer } from "./searchAnswers";

export interface ShardSearch {
  readonly index: string;
  readonly shard: number;
  readonly body: JsonObject;
}

const longestBackoff = 30_000;

/** Searches that end in an answer: overload and broken connections are waited out here. */
export class SearchExchange {
  readonly #transport: SearchTransport;
  readonly #clock: Clock;
  readonly #outlet: Outlet;
  readonly #random: () => number;
  readonly #signal: AbortSignal;
  #multi = true;
  #method: "POST" | "GET" = "POST";

  constructor(transport: SearchTransport, clock: Clock, outlet: Outlet, random: () => number, signal: AbortSignal) {
    this.#transport = transport;
    this.#clock = clock;
    this.#outlet = outlet;
    this.#random = random;
    this.#signal = signal;
  }

  /** Full jitter: anything up to the doubled time, so that clients do not return together. */
  backoff(failures: number): number {
    return 250 + this.#random() * Math.min(longestBackoff, 1000 * 2 ** Math.min(failures, 5));
  }

  pause(ms: number): Promise<void> {
    return this.#clock.delay(ms, this.#signal);
  }

  /** One search per shard, in one request where the domain permits that; the answers in the same order. */
  async shards(searches: readonly ShardSearch[]): Promise<Answer[]> {
    if (searches.length === 0) {
      return [];
    }
    if (this.#multi) {
      const answers = await this.#multiSearch(searches);
      if (answers !== undefined) {
        return answers;
      }
      this.#multi = false;
    }
    const answers: Answer[] = [];
    for (const search of searches) {
      const path = `/${encodeURIComponent(search.index)}/_search`;
      const value = await this.#send(path, JSON.stringify(search.body), "application/json", { preference: `_shards:${search.shard}` });
      answers.push(value === undefined ? { refusal: "unavailable", reason: "" } : shardAnswer(value));
    }
    return answers;
  }

  /** A search over all shards of a name or pattern; its errors that are the name's own come back as an answer. */
  async whole(index: string, body: JsonObject): Promise<JsonObject> {
    const value = await this.#send(
      `/${encodeURIComponent(index).replaceAll("%2A", "*")}/_search`,
      JSON.stringify(body),
      "application/json",
    );
    return isObject(value) ? value : {};
  }

  /** Creation times by index, empty indices included; undefined where reading settings is not permitted. */
  async creationTimes(pattern: string): Promise<ReadonlyMap<string, number> | undefined> {
    const path = `/${encodeURIComponent(pattern).replaceAll("%2A", "*")}/_settings`;
    const answer = await this.#attempt({ method: "GET", path, timeoutMs: 30_000 });
    const value = typeof answer === "string" || answer.status !== 200 ? undefined : parseJson(answer.body);
    return isObject(value)
      ? new Map(Object.entries(value).map(([name, settings]) => [name, Number(at(settings, "settings", "index", "creation_date"))]))
      : undefined;
  }

  async #multiSearch(searches: readonly ShardSearch[]): Promise<Answer[] | undefined> {
    const lines = searches.flatMap(({ index, shard, body }) => [{ index, preference: `_shards:${shard}` }, body]);
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    const value = await this.#send("/_msearch", text, "application/x-ndjson");
    if (value === undefined) {
      return undefined;
    }
    const responses = listAt(value, "responses");
    return searches.map((_, position) => shardAnswer(responses[position]));
  }

  /** Resolves with the parsed answer, also when that is an error of the index; undefined when multi search is refused. */
  async #send(
    path: string,
    body: string,
    contentType: "application/json" | "application/x-ndjson",
    query?: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    let expired = false;
    for (let failures = 0; ; failures++) {
      const request = { method: this.#method, path, body, contentType, timeoutMs: 30_000, ...(query === undefined ? {} : { query }) };
      const answer = await this.#attempt(request);
      const value = typeof answer === "string" ? undefined : parseJson(answer.body);
      if (typeof answer !== "string" && answer.status === 200 && usable(path, value)) {
        await this.#recovered(failures);
        return value;
      }
      const refusal = typeof answer === "string" || answer.status === 200 ? "unavailable" : refusalOf(answer.status, answer.body);
      if (refusal === "missing" || refusal === "closed" || refusal === "invalid") {
        return this.#indexError(path, value, answer);
      }
      if (refusal === "msearchDenied" || (refusal === "denied" && path === "/_msearch")) {
        return undefined;
      }
      if (refusal === "postDenied" && this.#method === "POST") {
        this.#method = "GET";
        continue;
      }
      if (refusal === "expired" && !expired) {
        expired = true;
        continue;
      }
      if (refusal !== "throttled" && refusal !== "unavailable") {
        throw deniedError(refusal === "expired", typeof answer === "string" ? answer : reasonOf(value));
      }
      await this.#wait(failures, answer);
    }
  }

  /** The failed exchange's reason in place of an answer. */
  async #attempt(request: SearchRequest): Promise<SearchAnswer | string> {
    try {
      return await this.#transport.send(request, this.#signal);
    } catch (thrown) {
      if (isAbort(thrown) || this.#signal.aborted) {
        throw thrown;
      }
      if (thrown instanceof AppError && thrown.reason === "network") {
        return thrown.message;
      }
      throw thrown;
    }
  }

  #indexError(path: string, value: unknown, answer: SearchAnswer | string): unknown {
    if (path !== "/_msearch" && isObject(value)) {
      return { ...value, status: typeof answer === "string" ? 503 : answer.status };
    }
    if (typeof answer !== "string" && answer.status === 404) {
      throw new AppError("notFound", l10n.t("There is no such domain any more."));
    }
    throw new AppError("invalidInput", l10n.t("The domain does not understand the search: {0}", reasonOf(value)));
  }

  async #wait(failures: number, answer: SearchAnswer | string): Promise<void> {
    if (failures === 0) {
      const why = typeof answer === "string" ? answer : String(answer.status);
      await this.#outlet.notice("reconnecting", l10n.t("reconnecting ({0})", why));
    }
    const after = typeof answer === "string" ? undefined : Number(answer.headers["retry-after"]);
    const least = after !== undefined && after > 0 ? Math.min(after * 1000, 10 * longestBackoff) : 0;
    await this.#clock.delay(Math.max(least, this.backoff(failures)), this.#signal);
  }

  async #recovered(failures: number): Promise<void> {
    if (failures > 0) {
      await this.#outlet.notice("resumed", l10n.t("resumed, no gap"));
    }
  }
}

/** An answer cut short or made by a proxy is none. */
function usable(path: string, value: unknown): boolean {
  return isObject(value) && (path === "/_msearch" ? Array.isArray(value["responses"]) : isObject(value["_shards"]));
}

function deniedError(expired: boolean, reason: string): AppError {
  return expired
    ? new AppError("expiredCredentials", l10n.t("The domain refuses the credentials because they have expired: sign in again."))
    : new AppError("accessDenied", l10n.t("The domain's access policy does not permit reading this index: {0}", reason || "403"));
}
