import { at, isObject, listAt, numberAt, type JsonObject } from "./json";

export interface Hit {
  readonly id: string;
  readonly seq: number;
  readonly term: number;
  readonly version: number;
  readonly source: JsonObject;
}

/** What a refusal means for the tail. */
export type Refusal =
  "throttled" | "unavailable" | "expired" | "denied" | "msearchDenied" | "postDenied" | "missing" | "closed" | "invalid" | "shardMissing";

export type Answer = { readonly body: JsonObject } | { readonly refusal: Refusal; readonly reason: string };

export function refusalOf(status: number, text: string): Refusal {
  if (status === 429 || (status === 403 && /request throttled|too many requests/i.test(text))) {
    return "throttled";
  }
  if (status === 401) {
    return "denied";
  }
  if (status === 403) {
    return forbidden(text);
  }
  if (status === 404) {
    return "missing";
  }
  if (status === 400) {
    return /index_closed_exception/.test(text) ? "closed" : "invalid";
  }
  return "unavailable";
}

function forbidden(text: string): Refusal {
  if (/expired/i.test(text)) {
    return "expired";
  }
  if (/indices:data\/read\/msearch/.test(text)) {
    return "msearchDenied";
  }
  return /es:ESHttpPost/.test(text) ? "postDenied" : "denied";
}

/** One entry of a multi search, or one search: usable only when the one shard it asks answered whole. */
export function shardAnswer(value: unknown): Answer {
  if (!isObject(value)) {
    return { refusal: "unavailable", reason: "no answer" };
  }
  const status = numberAt(value, "status") ?? 200;
  if (value["error"] !== undefined || status !== 200) {
    const text = JSON.stringify(value["error"] ?? status);
    return { refusal: refusalOf(status, text), reason: reasonOf(value) };
  }
  if (numberAt(value, "_shards", "total") === 0) {
    return { refusal: "shardMissing", reason: "no such shard" };
  }
  if (value["timed_out"] === true || numberAt(value, "_shards", "total") !== 1 || numberAt(value, "_shards", "successful") !== 1) {
    return { refusal: "unavailable", reason: "the shard did not answer" };
  }
  return { body: value };
}

export function reasonOf(value: unknown): string {
  const cause = listAt(value, "error", "root_cause")[0] ?? at(value, "error");
  const reason = at(cause, "reason") ?? at(cause, "type") ?? at(value, "message") ?? at(value, "Message") ?? at(value, "error");
  return typeof reason === "string" ? reason : "";
}

export function hitsOf(body: JsonObject): Hit[] {
  return listAt(body, "hits", "hits").map((hit) => {
    const source = at(hit, "_source");
    return {
      id: String(at(hit, "_id")),
      seq: numberAt(hit, "_seq_no") ?? -1,
      term: numberAt(hit, "_primary_term") ?? 0,
      version: numberAt(hit, "_version") ?? 1,
      source: isObject(source) ? source : {},
    };
  });
}
