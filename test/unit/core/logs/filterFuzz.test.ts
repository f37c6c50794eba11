import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseFilter, withValue } from "../../../../src/core/logs/filter";
import { isObject } from "../../../../src/core/logs/json";
import { sandboxDomain } from "../../../contract/sandboxDomain";
import { randomFrom } from "../../../fakes/random";

const runs = Number(process.env["FUZZ_RUNS"] ?? 600);
const pieces = [
  ...[
    '"',
    "'",
    "\\",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u202e",
    "\u2028",
    " ",
    ":",
    ",",
    "*",
    "?",
    "~",
    "^",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "/",
    "-",
    "+",
  ],
  ...[
    "!",
    "&&",
    "||",
    "<",
    ">",
    "=",
    "@",
    "%",
    "$",
    "`",
    "𝄞",
    "ü",
    "AND",
    "OR",
    "NOT",
    "TO",
    "_index",
    "_exists_:",
    "level:",
    "id:",
    "-provider:",
    "user~:",
  ],
  ...[
    '")},{"x',
    "HKLM\\SOFTWARE\\A:B",
    "C:\\Windows\\*",
    '{"index":"other"}',
    "script",
    "1000-1999",
    "@a.b:",
    "has:",
    "missing:",
    "stack:",
    "error",
  ],
];

/** Everything that a filter is made of. Names of fields are the only keys that are not here. */
const words = new Set([
  ...[
    "bool",
    "filter",
    "should",
    "must_not",
    "minimum_should_match",
    "terms",
    "term",
    "prefix",
    "regexp",
    "exists",
    "field",
    "range",
    "gte",
    "lte",
  ],
  ...["simple_query_string", "query", "fields", "default_operator", "lenient", "analyze_wildcard", "flags"],
]);
/** Letters in both spellings, other signs escaped, and at most a rest at the end: nothing else has a meaning to the engine. */
const spelled = /^(?:\[[^\]\\]{2,6}\]|\\[^]|[\p{L}\p{N}\s])*(?:\.\*)?$/u;
/** Clauses whose one key is the name of a field. */
const byField = new Set(["terms", "term", "prefix", "range", "regexp"]);

function assertBuiltOfClauses(value: unknown, inside: string | undefined): void {
  if (Array.isArray(value)) {
    value.forEach((item) => {
      assertBuiltOfClauses(item, undefined);
    });
  } else if (isObject(value)) {
    for (const [key, part] of Object.entries(value)) {
      const isField = inside !== undefined && byField.has(inside);
      assert.ok(isField || words.has(key), `${key} in ${JSON.stringify(value)}`);
      if (inside === "regexp") {
        assert.ok(isObject(part) && part["flags"] === "NONE" && spelled.test(String(part["value"])), JSON.stringify(value));
      } else if (isField && inside !== "range") {
        const values = Array.isArray(part) ? part : [part];
        assert.ok(values.every((each) => typeof each === "string" || typeof each === "number" || typeof each === "boolean"));
      } else {
        assertBuiltOfClauses(part, isField ? undefined : key);
      }
    }
  }
}

function textFrom(random: () => number): string {
  return Array.from({ length: 1 + Math.floor(random() * 9) }, () => pieces[Math.floor(random() * pieces.length)] ?? "").join("");
}

let domain: Awaited<ReturnType<typeof sandboxDomain>>;

before(async () => {
  domain = await sandboxDomain("Elasticsearch_7.1");
  const body = JSON.stringify({
    Description: 'begin ")},{"x end',
    LevelDisplayName: "Error",
    EventId: 7,
    ProviderName: "HKLM\\SOFTWARE\\A:B",
  });
  await fetch(`${domain.url}/logs/_doc/1?refresh=true`, { method: "PUT", headers: { "content-type": "application/json" }, body });
});

after(() => domain.stop());

async function search(...filters: readonly string[]): Promise<{ status: number; hits: { total: { value: number } } }[]> {
  const lines = filters.flatMap((text) => [{ index: "logs" }, { query: { bool: { filter: parseFilter(text).clauses } } }]);
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  assert.equal(body.split("\n").length, 2 * filters.length + 1);
  const answer = await fetch(`${domain.url}/_msearch`, { method: "POST", headers: { "content-type": "application/x-ndjson" }, body });
  const { responses } = (await answer.json()) as { responses: { status: number; hits: { total: { value: number } } }[] };
  return responses;
}

test(`whatever is typed, a filter is built of our clauses, fills one line and is understood (${runs} texts)`, async () => {
  const random = randomFrom(Number(process.env["FUZZ_SEED"] ?? 7));
  for (let run = 0; run < runs; run += 50) {
    const texts = Array.from({ length: 50 }, () => textFrom(random));
    texts.forEach((text) => {
      assertBuiltOfClauses(parseFilter(text).clauses, undefined);
    });
    const answers = await search(...texts);
    assert.deepEqual(
      texts.filter((_, position) => answers[position]?.status !== 200),
      [],
    );
  }
});

test("query syntax, where it is asked for, stays inside its clause", () => {
  const random = randomFrom(8);
  for (let run = 0; run < runs; run++) {
    for (const clause of parseFilter(`query:"${textFrom(random).replaceAll('"', "")}"`).clauses) {
      assert.ok(
        Object.keys(clause).every((key) => ["query_string", "simple_query_string", "bool"].includes(key)),
        JSON.stringify(clause),
      );
      const { query } = (clause["query_string"] ?? { query: "" }) as { query: unknown };
      assert.equal(typeof query, "string");
    }
  }
});

test("any value, taken as a filter from an event, finds that value again", () => {
  const random = randomFrom(9);
  for (let run = 0; run < runs; run++) {
    const value = textFrom(random);
    const wanted = JSON.stringify([value]);
    if (value.trim() !== "") {
      assert.ok(JSON.stringify(parseFilter(withValue("", "ProviderName", value, false)).clauses).includes(wanted), JSON.stringify(value));
    }
  }
});

test("quotes, braces and registry paths are looked for as they are", async () => {
  const found = await search('")},{"x', 'provider:"HKLM\\SOFTWARE\\A:B"', 'provider:"HKLM\\SOFTWARE\\A:C"', "HKLM\\SOFTWARE\\A:B");
  assert.deepEqual(
    found.map(({ hits }) => hits.total.value),
    [1, 1, 0, 1],
  );
});
