import { contentError, EngineError } from "./errors";
import { atLeast, type Flavor } from "./flavor";
import { isObject, type Json } from "./json";
import {
  expectObject,
  matchAll,
  matchNone,
  minimumShould,
  parsing,
  toList,
  type Matcher,
  type QueryCompiler,
  type QueryContext,
} from "./queries/clause";
import { createFailure } from "./queries/failure";
import { fullTextQueries } from "./queries/fullText";
import { queryStringQueries } from "./queries/queryString";
import { termQueries } from "./queries/terms";

const compound: Readonly<Record<string, QueryCompiler>> = {
  match_all: (body) => {
    expectObject(body, "match_all");
    return matchAll;
  },
  match_none: () => matchNone,
  bool: compileBool,
  constant_score: (body, context) => compileQuery(expectObject(body, "constant_score")["filter"], context),
  dis_max: (body, context) => {
    const queries = toList(expectObject(body, "dis_max")["queries"]).map((query) => compileQuery(query, context));
    return (doc) => queries.some((query) => query(doc));
  },
  boosting: (body, context) => compileQuery(expectObject(body, "boosting")["positive"], context),
  function_score: (body, context) => {
    const inner = expectObject(body, "function_score")["query"];
    return inner === undefined ? matchAll : compileQuery(inner, context);
  },
  nested: (body, context) => compileQuery(expectObject(body, "nested")["query"], context),
};

const compilers: Readonly<Record<string, QueryCompiler>> = { ...compound, ...termQueries, ...fullTextQueries, ...queryStringQueries };

/** One query object as a predicate over documents; refuses what the engines refuse. */
export function compileQuery(query: unknown, context: QueryContext): Matcher {
  if (!isObject(query)) {
    throw parsing("query malformed, must start with start_object");
  }
  const names = Object.keys(query);
  const name = names[0];
  if (name === undefined) {
    throw new EngineError("illegal_argument_exception", "query malformed, empty clause found at [1:1]", 400, { ofRequest: true });
  }
  const compiler = Object.hasOwn(compilers, name) ? compilers[name] : undefined;
  if (!isObject(query[name])) {
    throw parsing(`[${name}] query malformed, no start_object after query name`);
  }
  if (compiler === undefined) {
    throw unknownQuery(name, context.flavor);
  }
  if (names.length > 1) {
    throw parsing(`[${name}] malformed query, expected [END_OBJECT] but found [FIELD_NAME]`);
  }
  return atLeast(context.flavor, 7, 5) ? compiler(query[name], context) : namingQuery(query, () => compiler(query[name], context));
}

/** Older engines print the query in place of what is wrong with it. */
function namingQuery(query: Json, compile: () => Matcher): Matcher {
  try {
    return compile();
  } catch (thrown) {
    if (thrown instanceof EngineError && thrown.message.startsWith(createFailure) && thrown.causedBy !== undefined) {
      const { type, status, fields, causedBy } = thrown;
      throw new EngineError(type, `${createFailure}${JSON.stringify(query, null, 2)}`, status, { fields, causedBy });
    }
    throw thrown;
  }
}

function unknownQuery(name: string, flavor: Flavor): EngineError {
  return flavor.opensearch || flavor.minor >= 5
    ? new EngineError("parsing_exception", `unknown query [${name}]`, 400, {
        ofRequest: true,
        fields: { line: 1, col: 1 },
        causedBy: { type: "named_object_not_found_exception", reason: `[1:1] unknown field [${name}]` },
      })
    : new EngineError("parsing_exception", `no [query] registered for [${name}]`, 400, { ofRequest: true, fields: { line: 1, col: 1 } });
}

function compileBool(body: unknown, context: QueryContext): Matcher {
  const given = expectObject(body, "bool");
  const clauses: Record<string, Matcher[]> = { must: [], filter: [], should: [], must_not: [] };
  for (const [key, value] of Object.entries(given)) {
    const name = key === "mustNot" ? "must_not" : key;
    const list = clauses[name];
    if (list !== undefined) {
      list.push(...toList(value).map((query) => compileQuery(query, context)));
    } else if (!["minimum_should_match", "boost", "adjust_pure_negative", "_name"].includes(key)) {
      throw atLeast(context.flavor, 7, 10)
        ? contentError(`[bool] unknown field [${key}]`)
        : parsing(`[bool] query does not support [${key}]`);
    }
  }
  const { must = [], filter = [], should = [], must_not: mustNot = [] } = clauses;
  const required = [...filter, ...must];
  const needed = minimumShould(given["minimum_should_match"], should.length, required.length > 0);
  return (doc) =>
    required.every((clause) => clause(doc)) &&
    !mustNot.some((clause) => clause(doc)) &&
    (needed === 0 || (needed === 1 ? should.some((clause) => clause(doc)) : should.filter((clause) => clause(doc)).length >= needed));
}
