import * as l10n from "@vscode/l10n";
import { AppError } from "../errors";
import { domainRefusal, refusalError, type DomainRefusal } from "../resources/domainRefusal";
import { at, isObject, listAt, numberAt, type JsonObject } from "./json";

export interface Hit {
  readonly id: string;
  readonly seq: number;
  readonly term: number;
  readonly version: number;
  readonly source: JsonObject;
  /** The document matches the filter that held before, too. */
  readonly before: boolean;
}

/** What a refusal means for the tail. */
export type Refusal = DomainRefusal | "unavailable" | "missing" | "closed" | "invalid" | "shardMissing";

export type Answer = { readonly body: JsonObject } | { readonly refusal: Refusal; readonly reason: string };

export function refusalOf(status: number, text: string): Refusal {
  const refused = domainRefusal(status, text);
  if (refused !== undefined) {
    return refused;
  }
  if (status === 404) {
    return "missing";
  }
  if (status === 400) {
    return /index_closed_exception/.test(text) ? "closed" : "invalid";
  }
  return "unavailable";
}

/** One entry of a multi search, or one search: one of a shard is usable only when that shard answered whole. */
export function toAnswer(value: unknown, ofShard: boolean): Answer {
  if (!isObject(value)) {
    return { refusal: "unavailable", reason: "no answer" };
  }
  const status = numberAt(value, "status") ?? 200;
  if (value["error"] !== undefined || status !== 200) {
    const text = JSON.stringify(value["error"] ?? status);
    return { refusal: refusalOf(status, text), reason: reasonOf(value) };
  }
  if (!ofShard) {
    return { body: value };
  }
  const total = numberAt(value, "_shards", "total");
  if (total === 0) {
    return { refusal: "shardMissing", reason: "no such shard" };
  }
  if (value["timed_out"] === true || total !== 1 || numberAt(value, "_shards", "successful") !== 1) {
    return { refusal: "unavailable", reason: "the shard did not answer" };
  }
  return { body: value };
}

export function reasonOf(value: unknown): string {
  const cause = listAt(value, "error", "root_cause")[0] ?? at(value, "error");
  const reason = at(cause, "reason") ?? at(cause, "type") ?? at(value, "message") ?? at(value, "Message") ?? at(value, "error");
  return typeof reason === "string" ? reason : "";
}

/** Every shard has answered. */
export function isWhole(answer: Answer | undefined): boolean {
  return (
    answer !== undefined &&
    !("refusal" in answer) &&
    answer.body["timed_out"] !== true &&
    numberAt(answer.body, "_shards", "successful") === numberAt(answer.body, "_shards", "total")
  );
}

/** Rejects where nothing but refusals came that waiting does not end. */
export function refuseIfAll(answers: readonly Answer[]): void {
  const [first] = answers;
  if (first === undefined || !("refusal" in first) || answers.some((answer) => !("refusal" in answer))) {
    return;
  }
  const { refusal, reason } = first;
  if (refusal !== "throttled" && refusal !== "unavailable" && refusal !== "missing" && refusal !== "closed" && refusal !== "shardMissing") {
    throw refusal === "invalid"
      ? new AppError("invalidInput", l10n.t("The domain does not understand the search: {0}", reason))
      : refusalError(refusal, reason);
  }
}

/** How many documents a search with exact totals found; undefined where the shard did not answer. */
export function countOf(answer: Answer): number | undefined {
  return "refusal" in answer ? undefined : (numberAt(answer.body, "hits", "total", "value") ?? 0);
}

interface RawHit {
  readonly _id: string;
  readonly _seq_no: number;
  readonly _primary_term?: number;
  readonly _version?: number;
  readonly _source?: JsonObject;
  readonly matched_queries?: readonly string[];
}

const noSource: JsonObject = {};

export function hitsOf(body: JsonObject): Hit[] {
  const raw = listAt(body, "hits", "hits") as readonly RawHit[];
  return raw.map((hit) => ({
    id: hit._id,
    seq: hit._seq_no,
    term: hit._primary_term ?? 0,
    version: hit._version ?? 1,
    source: hit._source ?? noSource,
    before: hit.matched_queries?.includes("before") ?? false,
  }));
}

/**
 * Of a page in the order of numbers, what is whole: a full one may end among documents of one number, which the next page has all.
 * `next` is the number above which that one begins; undefined after the last page.
 */
export function wholeNumbers(hits: readonly Hit[], size: number): { readonly hits: readonly Hit[]; readonly next: number | undefined } {
  const last = hits.at(-1)?.seq;
  return last === undefined || hits.length < size
    ? { hits, next: undefined }
    : { hits: hits.filter(({ seq }) => seq < last), next: last - 1 };
}

/** Some proxies drop the body of a GET: then the answer is that of an empty search. */
export function answersSearch(answer: JsonObject, search: JsonObject): boolean {
  const hits = listAt(answer, "hits", "hits");
  const numbered = search["seq_no_primary_term"] !== true || hits.every((hit) => numberAt(hit, "_seq_no") !== undefined);
  const counted = search["aggs"] === undefined || numberAt(answer, "_shards", "total") === 0 || answer["aggregations"] !== undefined;
  return numbered && counted && hits.length <= (numberAt(search, "size") ?? 10);
}
