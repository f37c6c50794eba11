import { parseFilter, type LogFilter } from "../core/logs/filter";
import { writeValue } from "../core/logs/filterWords";

/** Options that are words of the filter; given more than once, any of the values will do. */
export const filterOptions = {
  filter: { type: "string", default: "" },
  level: { type: "string", multiple: true },
  log: { type: "string", multiple: true },
  provider: { type: "string", multiple: true },
  id: { type: "string", multiple: true },
  "session-user": { type: "string", multiple: true },
  stack: { type: "string", multiple: true },
  fleet: { type: "string", multiple: true },
  instance: { type: "string", multiple: true },
  session: { type: "string", multiple: true },
  query: { type: "string", multiple: true },
} as const;

/** The words of the filter's grammar that the options stand for. */
const words = {
  level: "level",
  log: "log",
  provider: "provider",
  id: "id",
  "session-user": "user",
  stack: "stack",
  fleet: "fleet",
  instance: "instance",
  session: "session",
  query: "query",
} as const;

type FilterValues = { readonly filter: string } & { readonly [name in keyof typeof words]?: readonly string[] };

/** All of it must hold. */
export function filterOf(values: FilterValues): LogFilter {
  const whole = parseFilter(values.filter);
  const parts = Object.entries(words).flatMap(([option, word]) => {
    const given = values[option as keyof typeof words] ?? [];
    const filters = given.map((value) => parseFilter(wordOf(word, value)));
    return filters.length === 0 ? [] : [{ text: filters.map(({ text }) => text).join(" "), filters }];
  });
  return {
    text: [whole.text, ...parts.map(({ text }) => text)].filter((text) => text !== "").join(" "),
    clauses: [
      ...whole.clauses,
      ...parts.map(({ filters }) => ({
        bool: { should: filters.map(({ clauses }) => ({ bool: { filter: clauses } })), minimum_should_match: 1 },
      })),
    ],
  };
}

/** Lists such as error,warning and 1000-1999 stay what they are; any other value is taken literally. */
function wordOf(word: string, value: string): string {
  const plain = /^[\p{L}\p{N}_.-]+(?:,[\p{L}\p{N}_.-]+)*\*?$/u.test(value) && !value.startsWith("-");
  return `${word}:${plain ? value : writeValue(value)}`;
}
