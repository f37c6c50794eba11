import type { SearchRequest } from "../aws/ports";
import { refusalError } from "../resources/domainRefusal";
import { at, isObject, listAt, numberAt, parseJson, type JsonObject } from "./json";
import type { PageSize } from "./pageSize";
import type { RequestSender } from "./requestSender";
import { answersSearch, reasonOf, toAnswer, type Answer, type Refusal } from "./searchAnswers";

export interface Search {
  /** Name of an index; without `shard` a pattern or names separated by commas, too. */
  readonly index: string;
  readonly shard?: number;
  readonly body: JsonObject;
}

export interface IndexSettings {
  /** Milliseconds since the epoch. */
  readonly created: number | undefined;
  /** Milliseconds; -1 where refreshing is switched off. */
  readonly refresh: number;
}

/** A way to ask: several searches in one request or each in its own, by POST or by GET with a body. */
interface Way {
  readonly multi: boolean;
  readonly method: "POST" | "GET";
}

const allWays: readonly Way[] = [
  { multi: true, method: "POST" },
  { multi: true, method: "GET" },
  { multi: false, method: "GET" },
  { multi: false, method: "POST" },
];
const timeoutMs = 30_000;
const settingsAttempts = 8;
const defaultRefresh = 1000;
/** The engines take 4 KB for a request line. */
const longestQuery = 3000;

/** Searches in as few requests as the domain's policies permit. */
export class SearchExchange {
  readonly #sender: RequestSender;
  readonly #pageSize: PageSize;
  #ways = allWays;
  /** A proxy drops the bodies of GET requests: the search travels in the address. */
  #inAddress = false;

  constructor(sender: RequestSender, pageSize: PageSize) {
    this.#sender = sender;
    this.#pageSize = pageSize;
  }

  /** False where each search is a request of its own. */
  get multi(): boolean {
    return this.#ways[0]?.multi ?? false;
  }

  /** The answers in the same order. */
  async search(searches: readonly Search[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    while (answers.length < searches.length) {
      const from = answers.length;
      answers.push(...(await this.#searchSome(searches.slice(from, from + this.#pageSize.searches))));
    }
    return answers;
  }

  async one(search: Search): Promise<Answer> {
    const [answer] = await this.search([search]);
    return answer ?? { refusal: "unavailable", reason: "" };
  }

  /** Empty indices included; undefined where reading settings is not permitted. A domain that is busy is waited for. */
  async settings(pattern: string): Promise<ReadonlyMap<string, IndexSettings> | undefined> {
    const answer = await this.#read(`/${encoded(pattern)}/_settings`);
    if ("refusal" in answer || !isObject(answer.value)) {
      return undefined;
    }
    return new Map(Object.entries(answer.value).map(([name, each]) => [name, toSettings(each)]));
  }

  /** Something that is told about indices: a domain that is busy is waited for, a refusal is an answer. */
  #read(path: string) {
    return this.#sender.send(
      { method: "GET", path, timeoutMs },
      {
        usable: isObject,
        final: (refusal) => mayBeTheWay(refusal) || ["missing", "closed", "invalid", "password", "preference"].includes(refusal),
        overloaded: () => undefined,
        attempts: settingsAttempts,
      },
    );
  }

  /** The filters that an alias has of its own, by index; undefined where reading aliases is not permitted. */
  async aliasFilters(name: string): Promise<ReadonlyMap<string, JsonObject> | undefined> {
    const answer = await this.#read(`/_alias/${encoded(name)}`);
    if ("refusal" in answer) {
      return answer.refusal === "missing" ? new Map() : undefined;
    }
    const filters = Object.entries(answer.value as JsonObject).map(
      ([index, each]) => [index, at(each, "aliases", name, "filter")] as const,
    );
    return new Map(filters.filter((entry): entry is [string, JsonObject] => isObject(entry[1])));
  }

  /** Undefined when it failed; `permitted` is false when it always will. */
  async checkpoints(indices: readonly string[]): Promise<{ readonly permitted: boolean; readonly value?: unknown }> {
    const query = { level: "shards", filter_path: "indices.*.shards.*.routing.state,indices.*.shards.*.seq_no.local_checkpoint" };
    const path = `/${indices.map(encoded).join(",")}/_stats/docs`;
    const answer = await this.#sender.once({ method: "GET", path, query, timeoutMs });
    if (answer === undefined) {
      return { permitted: true };
    }
    const permitted = answer.status !== 401 && answer.status !== 403 && answer.status !== 400 && answer.status !== 405;
    return { permitted, ...(answer.status === 200 ? { value: parseJson(answer.body) } : {}) };
  }

  /** Goes through the ways of asking until one is permitted. Where none is, a running tail waits for its rights to come back. */
  async #searchSome(searches: readonly Search[]): Promise<Answer[]> {
    const attempt = this.#sender.begin();
    for (;;) {
      const way = this.#ways[0] ?? { multi: false, method: "POST" };
      const answers = way.multi ? await this.#together(searches, way) : await this.#oneByOne(searches, way);
      if (!("refusal" in answers)) {
        await this.#sender.recovered(attempt);
        return answers;
      }
      this.#ways = waysAfter(this.#ways, answers);
      if (this.#ways.length === 0) {
        this.#ways = allWays;
        const refusal = answers.refusal === "roleMapping" ? "roleMapping" : answers.refusal === "anonymous" ? "anonymous" : "policy";
        await this.#sender.waitRefused(refusalError(refusal, answers.reason), refusal, attempt);
      }
    }
  }

  async #together(searches: readonly Search[], way: Way): Promise<Answer[] | Denial> {
    const lines = searches.flatMap(({ index, shard, body }) => [{ index, ...(shard === undefined ? {} : preferenceOf(shard)) }, body]);
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    const contentType = "application/x-ndjson";
    const answer = await this.#sender.send(
      { method: way.method, path: "/_msearch", body, contentType, timeoutMs },
      {
        usable: (value) => listAt(value, "responses").length === searches.length,
        final: (refusal) => mayBeTheWay(refusal),
        overloaded: () => {
          this.#pageSize.overloaded();
        },
      },
    );
    if ("refusal" in answer) {
      return { refusal: answer.refusal, reason: reasonOf(answer.sent.value), text: JSON.stringify(answer.sent.value ?? "") };
    }
    const responses = listAt(answer.value, "responses");
    this.#measure(searches, responses, answer.bytes, answer.ms);
    return searches.map(({ shard }, position) => toAnswer(responses[position], shard !== undefined));
  }

  async #oneByOne(searches: readonly Search[], way: Way): Promise<Answer[] | Denial> {
    const answers: Answer[] = [];
    for (const search of searches) {
      const answer = await this.#alone(search, way);
      if ("text" in answer) {
        return answer;
      }
      answers.push(answer);
    }
    return answers;
  }

  async #alone(search: Search, way: Way): Promise<Answer | Denial> {
    const answer = await this.#sender.send(this.#toRequest(search, way), {
      usable: (value) => isObject(value) && isObject(value["_shards"]),
      final: (refusal) => ["missing", "closed", "invalid"].includes(refusal) || mayBeTheWay(refusal),
      overloaded: () => {
        this.#pageSize.overloaded();
      },
    });
    if (!("refusal" in answer)) {
      if (way.method === "GET" && !this.#inAddress && isObject(answer.value) && !answersSearch(answer.value, search.body)) {
        this.#inAddress = true;
        return this.#alone(search, way);
      }
      this.#measure([search], [answer.value], answer.bytes, answer.ms);
      return toAnswer(answer.value, search.shard !== undefined);
    }
    const reason = reasonOf(answer.sent.value);
    return mayBeTheWay(answer.refusal)
      ? { refusal: answer.refusal, reason, text: JSON.stringify(answer.sent.value ?? "") }
      : { refusal: answer.refusal, reason };
  }

  #toRequest({ index, shard, body }: Search, { method }: Way): SearchRequest {
    const text = JSON.stringify(body);
    const preference = shard === undefined ? {} : preferenceOf(shard);
    const path = `/${index.split(",").map(encoded).join(",")}/_search`;
    return this.#inAddress && method === "GET" && text.length <= longestQuery
      ? { method, path, query: { ...preference, source: text, source_content_type: "application/json" }, timeoutMs }
      : { method, path, query: preference, body: text, contentType: "application/json", timeoutMs };
  }

  #measure(searches: readonly Search[], responses: readonly unknown[], bytes: number, ms: number): void {
    let documents = 0;
    let full = 0;
    for (const [position, { body }] of searches.entries()) {
      const count = listAt(responses[position], "hits", "hits").length;
      documents += body["_source"] === false ? 0 : count;
      full += body["_source"] !== false && count > 0 && count === numberAt(body, "size") ? 1 : 0;
    }
    this.#pageSize.answered(bytes, documents, full, ms);
  }
}

interface Denial {
  readonly refusal: Refusal;
  readonly reason: string;
  /** The whole answer: it names what is denied. */
  readonly text: string;
}

/** Refusals that another way of asking may not meet. */
function mayBeTheWay(refusal: Refusal): boolean {
  return refusal === "policy" || refusal === "anonymous" || refusal === "roleMapping";
}

/** What is left to try when the first way was denied. */
function waysAfter(ways: readonly Way[], denial: Denial): readonly Way[] {
  const [first, ...rest] = ways;
  if (denial.refusal !== "roleMapping") {
    return rest;
  }
  if (!/indices:data\/read\/msearch/.test(denial.text)) {
    return [];
  }
  const single = rest.filter(({ multi }) => !multi);
  return [...single.filter(({ method }) => method === first?.method), ...single.filter(({ method }) => method !== first?.method)];
}

function preferenceOf(shard: number): { readonly preference: string } {
  return { preference: `_shards:${shard}` };
}

/** An asterisk is sent as it is: that is what the service signs. */
function encoded(index: string): string {
  return encodeURIComponent(index).replaceAll("%2A", "*");
}

function toSettings(value: unknown): IndexSettings {
  const created = Number(at(value, "settings", "index", "creation_date"));
  return {
    created: Number.isNaN(created) ? undefined : created,
    refresh: durationOf(at(value, "settings", "index", "refresh_interval")),
  };
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function durationOf(value: unknown): number {
  if (value === "-1" || value === -1) {
    return -1;
  }
  const [, count, unit = ""] = /^(\d+)(ms|s|m|h|d)$/.exec(String(value)) ?? [];
  return count === undefined ? defaultRefresh : Number(count) * (unitMs[unit] ?? 0);
}
