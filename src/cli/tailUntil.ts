import type { LogEntry } from "../core/logs/tailEvents";
import { parseDate, parseDuration } from "../core/logs/timeText";

/** What ends a tail by itself. */
export interface UntilConditions {
  readonly texts: readonly string[];
  readonly count?: number;
  /** Milliseconds since the epoch. */
  readonly time?: number;
}

/** TEXT, COUNT or TIME each; `text:`, `count:` and `time:` before a value leave no doubt. A sentence where one is wrong. */
export function parseUntil(given: readonly string[], now: number): UntilConditions | string {
  const texts: string[] = [];
  let count: number | undefined;
  let time: number | undefined;
  for (const each of given) {
    const [, kind = kindOf(each, now), value = each] = /^(text|count|time):(.+)$/s.exec(each) ?? [];
    if (kind === "text") {
      texts.push(value);
    } else if (kind === "count") {
      if (!/^[1-9]\d{0,8}$/.test(value)) {
        return `--until count: must be followed by a number, not “${value}”.`;
      }
      count = Math.min(count ?? Infinity, Number(value));
    } else {
      const at = untilTime(value, now);
      if (at === undefined) {
        return `--until time: must be followed by a time such as 5m or 2020-03-02T21:00:00Z, not “${value}”.`;
      }
      time = Math.min(time ?? Infinity, at);
    }
  }
  return { texts, ...(count === undefined ? {} : { count }), ...(time === undefined ? {} : { time }) };
}

function kindOf(text: string, now: number): "text" | "count" | "time" {
  return /^[1-9]\d{0,8}$/.test(text) ? "count" : untilTime(text, now) === undefined ? "text" : "time";
}

/** A duration is from now on. */
function untilTime(text: string, now: number): number | undefined {
  const ms = parseDuration(text);
  return ms === undefined ? parseDate(text, "local") : now + ms;
}

/** Counts what is shown against the conditions. */
export class UntilWatch {
  readonly #conditions: UntilConditions;
  readonly #done: () => void;
  #count = 0;
  #found = false;

  /** `done` is called when a text was found or the count is reached. */
  constructor(conditions: UntilConditions, done: () => void) {
    this.#conditions = conditions;
    this.#done = done;
  }

  get found(): boolean {
    return this.#found;
  }

  /** Those of the entries that are still to be shown: nothing follows the one that ends the tail. */
  take(entries: readonly LogEntry[]): readonly LogEntry[] {
    if (this.#found) {
      return [];
    }
    const { texts, count = Infinity } = this.#conditions;
    for (const [position, entry] of entries.entries()) {
      this.#count++;
      if (this.#count >= count || (texts.length > 0 && holds(entry, texts))) {
        this.#found = true;
        this.#done();
        return entries.slice(0, position + 1);
      }
    }
    return entries;
  }

  /** Waiting for something that has not come. */
  get waits(): boolean {
    const { texts, count } = this.#conditions;
    return !this.#found && (texts.length > 0 || count !== undefined);
  }
}

/** In any field of the event. */
function holds({ source }: LogEntry, texts: readonly string[]): boolean {
  const values = Object.values(source).map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  return texts.some((text) => values.some((value) => value.includes(text)));
}
