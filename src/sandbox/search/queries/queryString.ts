import { EngineError } from "../errors";
import { scalarText, textOr } from "../json";
import { expectObject, matchAll, matchNone, parsing, type Matcher, type QueryCompiler, type QueryContext } from "./clause";
import { expandFields, fieldMatcher, type MatchOptions } from "./fullText";
import { parseExpression, type Expression } from "./luceneSyntax";
import { simpleExpression } from "./simpleSyntax";
import { existsMatcher, patternMatcher, regexpTest, termQueries, wildcardTest } from "./terms";

interface Options extends MatchOptions {
  /** Fields of a clause that names none. */
  readonly fields: readonly string[];
}

export const queryStringQueries: Readonly<Record<string, QueryCompiler>> = {
  query_string: (body, context) => {
    const given = expectObject(body, "query_string");
    const text = queryText(given, "query_string");
    const options = toOptions(given, context);
    const leading = given["allow_leading_wildcard"] !== false;
    return toMatcher(parseExpression(text, options.operator === "and", leading, context), context, options);
  },
  simple_query_string: (body, context) => {
    const given = expectObject(body, "simple_query_string");
    const text = queryText(given, "simple_query_string");
    const options = toOptions(given, context);
    const flags = textOr(given["flags"], "ALL").split("|");
    return toMatcher(simpleExpression(text, options.operator === "and", flags), context, { ...options, lenient: options.lenient === true });
  },
};

function queryText(given: Readonly<Record<string, unknown>>, query: string): string {
  const text = given["query"];
  if (text === undefined || text === null) {
    throw parsing(query === "query_string" ? "query_string must be provided with a [query]" : "[simple_query_string] query text missing");
  }
  return scalarText(text);
}

function toOptions(given: Readonly<Record<string, unknown>>, context: QueryContext): Options {
  const named = given["fields"] ?? given["default_field"];
  const all = named === undefined || named === "*" || (Array.isArray(named) && named.includes("*"));
  return {
    fields: expandFields(all ? undefined : named, context),
    operator: textOr(given["default_operator"], "or").toLowerCase(),
    lenient: given["lenient"] === true || (all && given["lenient"] !== false),
    minimum: given["minimum_should_match"],
  };
}

function toMatcher(expression: Expression | undefined, context: QueryContext, options: Options): Matcher {
  if (expression === undefined) {
    return matchNone;
  }
  switch (expression.kind) {
    case "all":
      return matchAll;
    case "exists":
      return existsMatcher(expression.field, context);
    case "boolean":
      return booleanMatcher(expression.clauses, context, options);
    case "text":
      return anyField(expression.field, options, context, (name) =>
        fieldMatcher(name, expression.text, context, {
          ...options,
          operator: "and",
          minimum: undefined,
          phrase: expression.quoted,
          slop: expression.slop,
        }),
      );
    case "pattern":
      return anyField(expression.field, options, context, (name) =>
        expression.text === "*"
          ? existsMatcher(name, context)
          : patternMatcher(
              "wildcard",
              name,
              lowered(name, expression.text, context),
              context,
              expression.regexp ? regexpTest : wildcardTest,
            ),
      );
    case "range":
      return anyField(
        expression.field,
        options,
        context,
        (name) => termQueries["range"]?.({ [name]: expression.bounds }, context) ?? matchNone,
      );
  }
}

/** Wildcards on text fields meet lower-case tokens. */
function lowered(name: string, text: string, context: QueryContext): string {
  return context.mapping.field(name)?.type === "text" ? text.toLowerCase() : text;
}

function booleanMatcher(clauses: Extract<Expression, { kind: "boolean" }>["clauses"], context: QueryContext, options: Options): Matcher {
  const compiled = clauses.map((clause) => ({ occur: clause.occur, matches: toMatcher(clause.expression, context, options) }));
  const must = compiled.filter((clause) => clause.occur === "must");
  const mustNot = compiled.filter((clause) => clause.occur === "mustNot");
  const should = compiled.filter((clause) => clause.occur === "should");
  return (doc) =>
    must.every((clause) => clause.matches(doc)) &&
    !mustNot.some((clause) => clause.matches(doc)) &&
    (must.length > 0 || should.length === 0 || should.some((clause) => clause.matches(doc)));
}

function anyField(field: string | undefined, options: Options, context: QueryContext, build: (name: string) => Matcher): Matcher {
  const names = field === undefined ? options.fields : expandFields(field, context);
  const parts = names.map((name) => leniently(options.lenient === true, () => build(name)));
  return (doc) => parts.some((part) => part(doc));
}

function leniently(lenient: boolean, build: () => Matcher): Matcher {
  try {
    return build();
  } catch (thrown) {
    if (lenient && thrown instanceof EngineError) {
      return matchNone;
    }
    throw thrown;
  }
}
