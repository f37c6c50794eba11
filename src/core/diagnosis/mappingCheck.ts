import { at, isObject } from "../logs/json";
import { mappings } from "../pipeline/afterSteps";

export interface Misfit {
  readonly index: string;
  readonly field: string;
  readonly type: string;
  readonly expected: string;
  /** True when the engine refuses the document; false when it only serves badly. */
  readonly refuses: boolean;
}

const numbers = ["long", "integer", "short", "byte", "unsigned_long", "double", "float", "half_float", "scaled_float"];
const texts = ["text", "keyword", "wildcard", "constant_keyword", "match_only_text"];

/**
 * Fields of the answer to `GET /…/_mapping` whose type does not hold what the agent sends, in the index that is written to now:
 * of those with a date the last.
 */
export function misfits(answer: Readonly<Record<string, unknown>>): readonly Misfit[] {
  const index = Object.keys(answer).sort().at(-1) ?? "";
  const fields = at(answer[index], "mappings", "properties");
  return Object.entries(mappings).flatMap(([field, { type: expected }]) => {
    const mapped = isObject(fields) ? at(fields, field, "type") : undefined;
    if (typeof mapped !== "string" || fits(expected, mapped)) {
      return [];
    }
    // A text field takes every value.
    const refuses = !texts.includes(mapped);
    return refuses || expected === "date" ? [{ index, field, type: mapped, expected, refuses }] : [];
  });
}

function fits(expected: string, mapped: string): boolean {
  return (
    mapped === expected ||
    (expected === "date" && mapped === "date_nanos") ||
    (expected === "long" && numbers.includes(mapped)) ||
    (texts.includes(expected) && texts.includes(mapped))
  );
}
