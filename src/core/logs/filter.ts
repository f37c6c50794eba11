import type { JsonObject } from "./json";

/** Clauses for `bool.filter`. Built as values: no text of a user becomes part of a query's structure. */
export interface LogFilter {
  readonly text: string;
  readonly clauses: readonly JsonObject[];
}

export const noFilter: LogFilter = { text: "", clauses: [] };

const textFields = ["Description", "Message", "message", "ProviderName", "LogName", "MachineName"];

const fields: Readonly<Record<string, readonly string[]>> = {
  log: ["LogName"],
  provider: ["ProviderName"],
  user: ["AppStream_UserName", "AppStreamUserName", "UserName"],
  session: ["AppStream_SessionId", "AppStream_Session_ID", "AppStreamSessionId", "SessionId"],
  fleet: ["AppStream_Resource_Name", "AppStream_FleetName", "AppStreamFleetName", "FleetName"],
  stack: ["AppStream_Stack_Name", "AppStream_StackName", "AppStreamStackName", "StackName"],
  instance: ["MachineName", "AppStream_InstanceId", "InstanceId"],
};

const levels: Readonly<Record<string, readonly string[]>> = {
  critical: ["Critical"],
  crt: ["Critical"],
  error: ["Error"],
  err: ["Error"],
  warning: ["Warning"],
  warn: ["Warning"],
  wrn: ["Warning"],
  information: ["Informational", "Information"],
  informational: ["Informational", "Information"],
  info: ["Informational", "Information"],
  inf: ["Informational", "Information"],
  verbose: ["Verbose"],
  vrb: ["Verbose"],
  log: ["LogAlways"],
  logalways: ["LogAlways"],
  audit: ["LogAlways"],
};

/** `level:error,warning provider:"My App" -id:1000 some words`: all must hold; a leading `-` excludes. */
export function parseFilter(text: string): LogFilter {
  const filter: JsonObject[] = [];
  const mustNot: JsonObject[] = [];
  const words: string[] = [];
  for (const [, minus = "", name, quoted, bare] of text.matchAll(/(-?)(?:([A-Za-z]+):)?(?:"([^"]*)"|(\S+))/g)) {
    const value = quoted ?? bare ?? "";
    const clause = name === undefined ? undefined : fieldClause(name.toLowerCase(), value, quoted !== undefined);
    const target = minus === "" ? filter : mustNot;
    if (clause !== undefined) {
      target.push(clause);
      continue;
    }
    const plain = name === undefined ? value : `${name}:${value}`;
    if (minus !== "") {
      mustNot.push(textClause(phrase(plain)));
    } else if (plain !== "") {
      words.push(quoted === undefined && /^[\p{L}\p{N}]+\*?$/u.test(plain) ? plain : phrase(plain));
    }
  }
  if (words.length > 0) {
    filter.push(textClause(words.join(" ")));
  }
  return { text: text.trim(), clauses: [...filter, ...(mustNot.length === 0 ? [] : [{ bool: { must_not: mustNot } }])] };
}

function fieldClause(name: string, value: string, quoted: boolean): JsonObject | undefined {
  const values = (quoted ? [value] : value.split(",")).filter((item) => item !== "");
  if (values.length === 0) {
    return undefined;
  }
  if (name === "id") {
    return values.every((item) => /^\d{1,9}$/.test(item)) ? { terms: { EventId: values.map(Number) } } : undefined;
  }
  if (name === "level") {
    return anyOf(
      ["LevelDisplayName"],
      values.flatMap((item) => levels[item.toLowerCase()] ?? [item]),
    );
  }
  const names = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return names === undefined ? undefined : anyOf(names, values);
}

/** The exact value, whether an index maps the field as text with a keyword below or as keyword itself. */
function anyOf(names: readonly string[], values: readonly string[]): JsonObject {
  const should = names.flatMap((name) => [{ terms: { [`${name}.keyword`]: values } }, { terms: { [name]: values } }]);
  return { bool: { should, minimum_should_match: 1 } };
}

function textClause(query: string): JsonObject {
  return {
    simple_query_string: {
      query,
      fields: textFields,
      default_operator: "and",
      lenient: true,
      analyze_wildcard: false,
      flags: "PHRASE|AND|OR|NOT|WHITESPACE|PREFIX|ESCAPE",
    },
  };
}

/** Everything inside a phrase is taken literally, but for the backslash and the quote. */
function phrase(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
