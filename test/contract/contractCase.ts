/** One request of a case. A list as body is sent as NDJSON, text as it is. */
export interface Step {
  readonly request: string;
  readonly body?: unknown;
  /** Dotted paths (with * for any key) of the answer that count; absent: all of it. */
  readonly keep?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A behaviour of the data plane, shown by the requests that show it. Index names begin with "c-". */
export interface ContractCase {
  readonly name: string;
  readonly steps: readonly Step[];
}

export interface Recorded {
  readonly status: number;
  readonly body: unknown;
}

/** `step("PUT /c-a", {...})`; the first word is the method. */
export function step(request: string, body?: unknown, keep?: readonly string[]): Step {
  return { request, ...(body === undefined ? {} : { body }), ...(keep === undefined ? {} : { keep }) };
}

export function bulk(...lines: readonly unknown[]): Step {
  return step("POST /_bulk?refresh=true", lines);
}

/** Sends a step and brings the answer into the form in which answers are compared. */
export async function runStep(url: string, given: Step): Promise<Recorded> {
  const [method = "GET", path = "/"] = given.request.split(/ (.*)/s);
  const text = bodyText(given.body);
  const type = Array.isArray(given.body) ? "application/x-ndjson" : "application/json";
  const response = await fetch(`${url}${path}`, {
    method: method === "GET" && text !== undefined ? "POST" : method,
    headers: { ...(text === undefined ? {} : { "content-type": type }), ...given.headers },
    ...(text === undefined ? {} : { body: text }),
  });
  const answer = await response.text();
  return { status: response.status, body: project(normalize(parse(answer, response.headers.get("content-type") ?? "")), given.keep) };
}

function bodyText(body: unknown): string | undefined {
  if (body === undefined || typeof body === "string") {
    return body;
  }
  return Array.isArray(body)
    ? body.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join("")
    : JSON.stringify(body);
}

function parse(text: string, type: string): unknown {
  return type.startsWith("application/json") && text !== "" ? (JSON.parse(text) as unknown) : text;
}

/** Values that differ from run to run, by key. */
const volatile: Readonly<Record<string, unknown>> = {
  took: 0,
  uuid: "<uuid>",
  index_uuid: "<uuid>",
  "index.uuid": "<uuid>",
  node: "<node>",
  creation_date: "<time>",
  "index.creation_date": "<time>",
  build_hash: "<build>",
  build_date: "<build>",
  cluster_uuid: "<uuid>",
  cluster_name: "<name>",
  line: 0,
  col: 0,
  created: "<version>",
};

function normalize(value: unknown, key = "", parent?: Readonly<Record<string, unknown>>): unknown {
  if (key in volatile && (typeof value !== "object" || value === null)) {
    return volatile[key];
  }
  if (Array.isArray(value)) {
    return value.map((entry) => normalize(entry));
  }
  if (typeof value === "object" && value !== null) {
    const object = value as Record<string, unknown>;
    const entries = Object.entries(object).filter(([name, entry]) => !isNoise(name, entry));
    const isJsonError = isJsonReaderError(object);
    return Object.fromEntries(
      entries
        .filter(([name]) => !(isJsonError && name === "caused_by"))
        .map(([name, entry]) => [name, isJsonError && name === "type" ? "<json>" : normalize(entry, name, object)]),
    );
  }
  if (typeof value === "number" && (key === "_score" || key === "max_score") && value > 0) {
    return 1;
  }
  return typeof value === "string" ? normalizeText(value, key, parent) : value;
}

/** What some engines add now and then without a meaning for us. */
function isNoise(name: string, entry: unknown): boolean {
  return name === "terminated_early" || (name === "meta" && JSON.stringify(entry) === "{}");
}

/** The JSON library's own words and classes differ between engines. */
function isJsonReaderError(object: Readonly<Record<string, unknown>>): boolean {
  return typeof object["reason"] === "string" && object["reason"].includes("[Source:");
}

function normalizeText(text: string, key: string, parent?: Readonly<Record<string, unknown>>): string {
  if (key === "_id" && /^[\w-]{20}$/.test(text)) {
    return "<id>";
  }
  if (key === "reason" && parent !== undefined && isJsonReaderError(parent)) {
    return "<json>";
  }
  return text
    .replace(/\[(c-[\w-]+)\/[\w-]{22}\]/g, "[$1/<uuid>]")
    .replace(/\b1:\d+\b/g, "1:0")
    .replace(/with id '[\w-]{20}'/g, "with id '<id>'")
    .replace(/allowed: \[([^\]]*)\]/, (_all, list: string) => `allowed: [${list.split(", ").sort().join(", ")}]`)
    .replace(/failed to create query: \{.*\}$/s, "failed to create query: <query>")
    .replace(/\nWas expecting.*$/s, "")
    .replace(/Lexical error .*$/s, "Lexical error");
}

function project(value: unknown, keep: readonly string[] | undefined): unknown {
  if (keep === undefined) {
    return value;
  }
  return Object.fromEntries(keep.map((path) => [path, reach(value, path.split("."))]));
}

function reach(value: unknown, path: readonly string[]): unknown {
  const [first, ...rest] = path;
  if (first === undefined) {
    return value;
  }
  if (typeof value !== "object" || value === null) {
    return "<absent>";
  }
  if (first === "*") {
    return Array.isArray(value)
      ? value.map((entry) => reach(entry, rest))
      : Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, reach(entry, rest)]));
  }
  // Keys that hold dots themselves are tried whole first.
  const whole = path.join(".");
  const object = value as Record<string, unknown>;
  return whole in object ? object[whole] : first in object ? reach(object[first], rest) : "<absent>";
}
